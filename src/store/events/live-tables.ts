/** What a store that is fed live needs beyond one that is filled from files. */
import type { EventStore } from "./store.js";

/** Tables into which the live engine writes. */
const WRITTEN_TABLES = ["request_events", "request_checks", "quarantine", "ingested_chunks", "known_campaigns", "quarantine_origins"];
/** Tables that are asked for spans of time, and sorted by something else. */
const TIMED_TABLES = ["request_events", "request_checks"];

/** Where what was set aside came from, by its place in the journal's segment; `origin_line` 0 where nobody counted. */
const QUARANTINE_ORIGINS = `CREATE TABLE IF NOT EXISTS quarantine_origins (source String, line UInt32, origin String, origin_line UInt64, at_ms Int64)
   ENGINE = ReplacingMergeTree ORDER BY (source, line)`;

/**
 * The journal's copy of an event is deleted when it is stored, so what is stored must survive a power cut. And parts tell which times they hold, so that a
 * look at the last hour passes over those of the month before it. Parts of before this was set do not, and are looked at until they are merged.
 */
export async function prepareLiveTables(store: Pick<EventStore, "command">): Promise<void> {
  await store.command(QUARANTINE_ORIGINS);
  for (const table of WRITTEN_TABLES)
    await store.command(`ALTER TABLE ${table} MODIFY SETTING fsync_after_insert = 1, fsync_part_directory = 1`);
  for (const table of TIMED_TABLES)
    await store.command(`ALTER TABLE ${table} ADD INDEX IF NOT EXISTS at_range at_ms TYPE minmax GRANULARITY 1`);
}
