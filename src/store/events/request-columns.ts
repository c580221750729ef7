/**
 * The columns of `request_events`: one declaration gives the table's definition, the structure of the blocks that are inserted and the order
 * in which `request-block.ts` writes them. Append at the end and add a migration; never reorder, rename or change a type in place.
 *
 * Hashes of identifiers and of text are xxHash64 with seed 0 over UTF-8 bytes, which is what ClickHouse's `xxHash64()` computes, so a key
 * made here equals a key made in SQL. The choice is part of the stored format.
 */

/** One column of the table. */
export interface ColumnDeclaration {
  name: string;
  /** ClickHouse type. */
  type: ColumnType;
  /** What it holds, which value stands for "unknown", and the unit where the name does not tell. */
  holds: string;
}

/** The ClickHouse types that request columns use. */
export type ColumnType =
  | "String"
  | "LowCardinality(String)"
  | "UInt8"
  | "UInt16"
  | "UInt32"
  | "UInt64"
  | "Int8"
  | "Int32"
  | "Int64"
  | "Array(UInt32)"
  | "Array(UInt64)";

/** All columns in stored order. */
export const REQUEST_COLUMNS = [
  { name: "request_id", type: "String", holds: "the caller's identifier" },
  { name: "request_key", type: "UInt64", holds: "xxHash64 of request_id; what the table is sorted and deduplicated by" },
  { name: "content_version", type: "UInt64", holds: "hash of all columns but the source ones: the greatest survives among duplicates" },
  { name: "at_ms", type: "Int64", holds: "event time, milliseconds since the Unix epoch" },
  { name: "account_id", type: "String", holds: "who is billed" },
  { name: "account_key", type: "UInt64", holds: "xxHash64 of account_id" },
  { name: "organization_id", type: "String", holds: "empty: none" },
  { name: "session_key", type: "UInt64", holds: "xxHash64 of session_id; 0: none" },
  { name: "key_key", type: "UInt64", holds: "xxHash64 of key_hash; 0: none" },
  { name: "end_user_key", type: "UInt64", holds: "xxHash64 of end_user_hint, which callers choose; 0: none" },
  { name: "channel", type: "LowCardinality(String)", holds: "empty: unknown" },
  { name: "operation", type: "LowCardinality(String)", holds: "empty: unknown" },
  { name: "target_model", type: "LowCardinality(String)", holds: "the model that was asked" },
  { name: "finish_reason", type: "LowCardinality(String)", holds: "empty: unknown" },
  { name: "error_code", type: "LowCardinality(String)", holds: "empty: none" },
  { name: "status", type: "UInt16", holds: "HTTP status; 0: unknown" },
  { name: "is_stream", type: "Int8", holds: "-1: unknown" },
  { name: "is_refusal", type: "Int8", holds: "-1: unknown" },
  { name: "latency_ms", type: "UInt32", holds: "4294967295: unknown" },
  { name: "temperature_milli", type: "Int32", holds: "temperature × 1000; -1: unknown" },
  { name: "max_output_tokens", type: "UInt32", holds: "0: unknown" },
  { name: "sampling_key", type: "UInt64", holds: "hash of all sampling settings; 0: none given" },
  { name: "input_tokens", type: "UInt32", holds: "tokens" },
  { name: "output_tokens", type: "UInt32", holds: "tokens" },
  { name: "reasoning_tokens", type: "UInt32", holds: "tokens; 0 also where unknown" },
  { name: "cached_input_tokens", type: "UInt32", holds: "tokens; 0 also where unknown" },
  { name: "tool_count", type: "UInt16", holds: "tools offered" },
  { name: "tools_key", type: "UInt64", holds: "hash of tool_schema_hash, else of the sorted tool names; 0: no tools" },
  { name: "handles_issued", type: "Array(UInt64)", holds: "xxHash64 of each reasoning handle handed out" },
  { name: "handles_submitted", type: "Array(UInt64)", holds: "xxHash64 of each reasoning handle sent back" },
  { name: "ip", type: "String", holds: "empty: unknown" },
  { name: "asn", type: "UInt32", holds: "0: unknown" },
  { name: "country", type: "LowCardinality(String)", holds: "for policy facts only, never a feature; empty: unknown" },
  { name: "ja4", type: "LowCardinality(String)", holds: "empty: unknown" },
  { name: "user_agent", type: "LowCardinality(String)", holds: "empty: unknown" },
  { name: "has_text", type: "UInt8", holds: "1 when text features were made" },
  { name: "message_count", type: "UInt16", holds: "messages sent" },
  { name: "user_turns", type: "UInt16", holds: "messages of role user" },
  { name: "text_chars", type: "UInt32", holds: "characters of system prompt and messages" },
  { name: "capability", type: "UInt8", holds: "position in CAPABILITIES" },
  { name: "techniques", type: "UInt32", holds: "bit mask over TECHNIQUES" },
  { name: "system_skeleton", type: "UInt64", holds: "see Sketch; 0: none" },
  { name: "prompt_skeleton", type: "UInt64", holds: "see Sketch; 0: none" },
  { name: "content_hash", type: "UInt64", holds: "see Sketch; 0: none" },
  { name: "slot_hash", type: "UInt64", holds: "see Sketch; 0: none" },
  { name: "output_hash", type: "UInt64", holds: "see Sketch; 0: none" },
  { name: "system_anchors", type: "Array(UInt32)", holds: "see Sketch; ascending" },
  { name: "head_anchors", type: "Array(UInt32)", holds: "see Sketch; ascending" },
  { name: "tail_anchors", type: "Array(UInt32)", holds: "see Sketch; ascending" },
  { name: "source_key", type: "UInt64", holds: "which input file it came from" },
  { name: "source_offset", type: "UInt64", holds: "byte offset of its line in the (unpacked) file" },
  { name: "source_line", type: "UInt32", holds: "line number, from 1; 4294967295: beyond" },
  { name: "system_gist", type: "Array(UInt32)", holds: "see Sketch; empty: none" },
  { name: "head_gist", type: "Array(UInt32)", holds: "see Sketch; empty: none" },
  { name: "tail_gist", type: "Array(UInt32)", holds: "see Sketch; empty: none" },
  { name: "other_fields", type: "String", holds: "JSON object of fields that no contract names, bounded by acquisition; empty: none" },
  { name: "untold", type: "UInt8", holds: "bit mask over UNTOLD_FIELDS: required fields that the source does not tell" },
  { name: "block_hashes", type: "Array(UInt64)", holds: "see Sketch (blocks); empty: none" },
] as const satisfies readonly ColumnDeclaration[];

/** Name of a request column. */
export type RequestColumnName = (typeof REQUEST_COLUMNS)[number]["name"];

/** Value of `latency_ms` where the source does not tell. */
export const LATENCY_UNKNOWN = 0xffff_ffff;

/** The columns as `name Type, …`: for `CREATE TABLE` and for the structure of inserted blocks. */
export function describeColumns(columns: readonly ColumnDeclaration[]): string {
  return columns.map((column) => `${column.name} ${column.type}`).join(", ");
}
