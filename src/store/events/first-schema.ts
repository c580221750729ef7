/**
 * The schema of version 1, as folders of that version have it: written out, because what is made from today's list of columns would change with
 * it. What came later is in `schema.ts`; nothing here is edited.
 */

const REPEATABLE = "SETTINGS non_replicated_deduplication_window = 10000";

/** Statements that make the first schema, in order. */
export const FIRST_SCHEMA: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS request_events (
     request_id String, request_key UInt64, content_version UInt64, at_ms Int64, account_id String, account_key UInt64,
     organization_id String, session_key UInt64, key_key UInt64, end_user_key UInt64, channel LowCardinality(String),
     operation LowCardinality(String), target_model LowCardinality(String), finish_reason LowCardinality(String),
     error_code LowCardinality(String), status UInt16, is_stream Int8, is_refusal Int8, latency_ms UInt32,
     temperature_milli Int32, max_output_tokens UInt32, sampling_key UInt64, input_tokens UInt32, output_tokens UInt32,
     reasoning_tokens UInt32, cached_input_tokens UInt32, tool_count UInt16, tools_key UInt64, handles_issued Array(UInt64),
     handles_submitted Array(UInt64), ip String, asn UInt32, country LowCardinality(String), ja4 LowCardinality(String),
     user_agent LowCardinality(String), has_text UInt8, message_count UInt16, user_turns UInt16, text_chars UInt32,
     capability UInt8, techniques UInt32, system_skeleton UInt64, prompt_skeleton UInt64, content_hash UInt64,
     slot_hash UInt64, simhash UInt64, output_hash UInt64, system_anchors Array(UInt32), head_anchors Array(UInt32),
     tail_anchors Array(UInt32), source_key UInt64, source_offset UInt64, source_line UInt32)
   ENGINE = ReplacingMergeTree(content_version) ORDER BY request_key ${REPEATABLE}`,

  // Each request exactly once, whatever was inserted how often: what every query reads.
  "CREATE OR REPLACE VIEW events_once AS SELECT * FROM request_events FINAL",

  // Side files: the newest line of a file wins only by content, never by arrival, so each row carries a version made of its content.
  `CREATE TABLE IF NOT EXISTS accounts (
     account_id String, account_key UInt64 MATERIALIZED xxHash64(account_id), created_at_ms Int64, organization_id String,
     plan LowCardinality(String), programme LowCardinality(String), verification LowCardinality(String), email_domain String,
     email_hash String, phone_country LowCardinality(String), billing_country LowCardinality(String), payment_fingerprint String,
     payment_kind LowCardinality(String), signup_ip String, signup_ja4 String, referrer String,
     content_version UInt64 MATERIALIZED sipHash64(created_at_ms, organization_id, plan, programme, verification, email_domain, email_hash,
       phone_country, billing_country, payment_fingerprint, payment_kind, signup_ip, signup_ja4, referrer))
   ENGINE = ReplacingMergeTree(content_version) ORDER BY account_id ${REPEATABLE}`,
  `CREATE TABLE IF NOT EXISTS releases (target_model String, released_at_ms Int64)
   ENGINE = ReplacingMergeTree ORDER BY (target_model, released_at_ms) ${REPEATABLE}`,
  `CREATE TABLE IF NOT EXISTS enforcement (
     account_id String, account_key UInt64 MATERIALIZED xxHash64(account_id), at_ms Int64, measure LowCardinality(String), reason String)
   ENGINE = ReplacingMergeTree ORDER BY (account_id, at_ms, measure, reason) ${REPEATABLE}`,
  `CREATE TABLE IF NOT EXISTS allowlist (account_id String, organization_id String, reason String, expires_at_ms Int64)
   ENGINE = ReplacingMergeTree ORDER BY (account_id, organization_id, expires_at_ms, reason) ${REPEATABLE}`,

  // Lines that could not be read. Equal lines share a key; `occurrences` counts them within one chunk, the sum is over chunks.
  `CREATE TABLE IF NOT EXISTS quarantine (
     line_key UInt64, source String, line UInt32, column UInt32, code LowCardinality(String), what String, why String, fix String,
     occurrences UInt32 DEFAULT 1)
   ENGINE = ReplacingMergeTree ORDER BY (line_key, source, line, code) ${REPEATABLE}`,

  // The ledger: a chunk that stands here is stored whole and is skipped when an interrupted run is taken up again.
  `CREATE TABLE IF NOT EXISTS ingested_chunks (
     token String, source String, source_key UInt64, from_offset UInt64, to_offset UInt64, lines UInt64, rows UInt64, quarantined UInt64)
   ENGINE = ReplacingMergeTree ORDER BY token ${REPEATABLE}`,
];
