/**
 * Tables of the event store, as versions after the first made them (`first-schema.ts`). Request events are append-only truth; the rest is bookkeeping.
 * `ReplacingMergeTree` everywhere, so that inserting the same thing twice is harmless whatever happened in between.
 */
/** Tables that `insertBlock` and `insertRows` accept. */
export type TableName = "request_events" | "quarantine" | "ingested_chunks" | "known_campaigns" | "request_checks" | "quarantine_origins";

/**
 * Inserts remembered per table, so that repeating one after a crash changes nothing. One analysis of 16.55 million requests in blocks of
 * 50,000 makes 331; ten thousand cover thirty such analyses in one data folder, at about 100 bytes each.
 */
const REMEMBERED_INSERTS_MAX = 10_000;

const REPEATABLE = `SETTINGS non_replicated_deduplication_window = ${REMEMBERED_INSERTS_MAX}`;

/** Each request exactly once, whatever was inserted how often: what every query reads. */
const EVENTS_ONCE = "CREATE OR REPLACE VIEW events_once AS SELECT * FROM request_events FINAL";

/**
 * Inserts that wait to be merged: a row is then written once more for every sixteenfold growth of the table. By its own rule the engine begins at
 * five, while the log is still being read, and merging took as long as inserting; reading from thirty parts instead of five costs nothing.
 */
const PARTS_MERGED_MIN = 16;

export const LAZY_MERGES_SCHEMA: readonly string[] = [
  `ALTER TABLE request_events MODIFY SETTING min_parts_to_merge_at_once = ${PARTS_MERGED_MIN}`,
];

/** How the requests in the store were read: one row a setting. Two readings of one request beside each other would count it by chance. */
export const INGEST_SETTINGS_SCHEMA: readonly string[] = [
  "CREATE TABLE IF NOT EXISTS ingest_settings (name String, value String) ENGINE = ReplacingMergeTree ORDER BY name",
];

/** What campaigns were called by the analyses of this store; the row of the analysis that saw most requests counts. */
export const KNOWN_CAMPAIGNS_SCHEMA: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS known_campaigns (
     campaign_id String, events_seen UInt64, accounts Array(String), families Array(String), merged_from Array(String), split_from String,
     successor_of String)
   ENGINE = ReplacingMergeTree(events_seen) ORDER BY campaign_id ${REPEATABLE}`,
];

/** Until when, in the events' own time, a campaign was found; 0 for rows of before. What was not found for long is forgotten. */
export const FORGETTING_SCHEMA: readonly string[] = ["ALTER TABLE known_campaigns ADD COLUMN IF NOT EXISTS found_until_ms Int64"];

/** Days for which it is kept which requests were checked: a quarter, as audits ask. */
const CHECKS_KEPT_DAYS = 90;

/** Which requests a gateway had checked, and what was answered; several rows where it asked several times. */
export const CHECKS_SCHEMA: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS request_checks (
     request_id String, at_ms Int64, integration LowCardinality(String), verdict LowCardinality(String), state LowCardinality(String),
     decision_id Nullable(String), shadow_decision_id Nullable(String))
   ENGINE = ReplacingMergeTree ORDER BY (request_id, state) TTL toDateTime(intDiv(at_ms, 1000)) + INTERVAL ${CHECKS_KEPT_DAYS} DAY ${REPEATABLE}`,
];

const GIST_COLUMNS = ["system_gist", "head_gist", "tail_gist"];

/** Gists take the place of the SimHash, which nothing read. The view lists its columns when it is made, so it is made anew. */
export const GIST_SCHEMA: readonly string[] = [
  ...GIST_COLUMNS.map((name) => `ALTER TABLE request_events ADD COLUMN IF NOT EXISTS ${name} Array(UInt32)`),
  "ALTER TABLE request_events DROP COLUMN IF EXISTS simhash",
  EVENTS_ONCE,
];

/** Fields that no contract names have a column now; side files are read anew by every analysis and never had rows in the tables for them. */
export const OTHER_FIELDS_SCHEMA: readonly string[] = [
  "ALTER TABLE request_events ADD COLUMN IF NOT EXISTS other_fields String",
  EVENTS_ONCE,
  ...["accounts", "releases", "enforcement", "allowlist"].map((table) => `DROP TABLE IF EXISTS ${table}`),
];

/** Required fields that a source leaves untold are stored as such; before, they passed for measured. */
export const UNTOLD_SCHEMA: readonly string[] = ["ALTER TABLE request_events ADD COLUMN IF NOT EXISTS untold UInt8", EVENTS_ONCE];

/** Where outputs come back; events of before have none. */
export const BLOCKS_SCHEMA: readonly string[] = [
  "ALTER TABLE request_events ADD COLUMN IF NOT EXISTS block_hashes Array(UInt64)",
  EVENTS_ONCE,
];
