/**
 * Turns request events into blocks of `request_events` in ClickHouse's Native format, column by column. Runs inside worker threads, once a
 * request; text never gets here, only its features.
 */
import xxhash, { type XXHashAPI } from "xxhash-wasm";
import { CAPABILITIES, type Capability, type Hash64, type TextFeatures } from "../../vocabulary/feature.js";
import { type RequestEvent, type Sampling, UNTOLD_FIELDS, type UntoldField } from "../../vocabulary/request-event.js";
import {
  appendString,
  clearColumn,
  copyAscii,
  growColumn,
  makeColumnBuffer,
  measureColumn,
  putLabel,
  reserveWords,
  writeColumn,
  writeVarint,
  type BufferOf,
  type ColumnBuffer,
  type ListBuffer,
  type StringBuffer,
  type WideBuffer,
} from "./column-buffers.js";
import { hashShort, SHORT_BYTES_END } from "./key-hash.js";
import { LATENCY_UNKNOWN, REQUEST_COLUMNS, type RequestColumnName } from "./request-columns.js";
import { makeRowDigest } from "./row-digest.js";

/** Where a request stood in the input. */
export interface RequestOrigin {
  sourceKey: Hash64;
  /** Byte offset of its line in the unpacked file. */
  offset: number;
  /** From 1. */
  line: number;
}

/** Collects requests into a block. */
export interface RequestBlockWriter {
  /** Adds a request. `features` is null where there is no text. Values out of range are clamped, never refused. */
  add(event: RequestEvent, features: TextFeatures | null, origin: RequestOrigin): void;
  /** Requests in the block so far. */
  readonly rows: number;
  /** The block, in a buffer of its own that may be transferred; empty when there are no rows. The writer starts again empty. */
  finish(): Uint8Array<ArrayBuffer>;
}

type RequestColumns = { [C in (typeof REQUEST_COLUMNS)[number] as C["name"]]: BufferOf<C["type"]> };

/** Rows for which there is room at first. */
const FIRST_CAPACITY = 4096;
/** Labels (model, finish reason, user agent, …) are cut to this many characters: a dictionary is for labels, not for smuggled text. */
const LABEL_CHARS_MAX = 256;
/** Greatest distance from the epoch that a JavaScript date can have, in milliseconds. */
const DATE_MS_MAX = 8.64e15;

const CAPABILITY_POSITIONS: ReadonlyMap<Capability, number> = new Map(CAPABILITIES.map((capability, i) => [capability, i]));

/** What writing one row needs. */
interface WriterState {
  columns: RequestColumns;
  /** Remembers: for what comes again. */
  hasher: RowHasher;
  /** Hashes what hardly comes again. */
  hashOnce: (text: string) => bigint;
  samplingWords: Float64Array<ArrayBuffer>;
  samplingBytes: Uint8Array<ArrayBuffer>;
}

type RowHasher = Pick<XXHashAPI, "h64" | "h64Raw">;

/** Hashes remembered, a few megabytes: the accounts, keys, sessions and settings of the requests just before. */
const REMEMBERED_HASHES_MAX = 16_384;
/** Longer texts are hashed again, which is what looking them up would cost. */
const REMEMBERED_CHARS_MAX = 256;

/** A hash function that knows the texts it was last asked for. */
function rememberHashes(hash: (text: string) => bigint): (text: string) => bigint {
  const known = new Map<string, bigint>();
  return (text) => {
    const remembered = known.get(text);
    if (remembered !== undefined) return remembered;
    const made = hash(text);
    if (text.length > REMEMBERED_CHARS_MAX) return made;
    if (known.size >= REMEMBERED_HASHES_MAX) known.clear();
    known.set(text, made);
    return made;
  };
}

/** Starts a writer. Asynchronous because the hash function is WebAssembly. */
export async function createRequestBlockWriter(): Promise<RequestBlockWriter> {
  const xxhashApi = await xxhash();
  const hashOnce = (text: string): bigint => xxhashApi.h64(text);
  const hasher = { ...xxhashApi, h64: rememberHashes(hashOnce) };
  const entries = REQUEST_COLUMNS.map(({ name, type }) => [name, makeColumnBuffer(type, FIRST_CAPACITY)] as const);
  const buffers = entries.map(([, buffer]) => buffer);
  const columns = Object.fromEntries(entries) as unknown as RequestColumns;
  const samplingWords = new Float64Array(5);
  const state: WriterState = { columns, hasher, hashOnce, samplingWords, samplingBytes: new Uint8Array(samplingWords.buffer) };
  const digestRow = makeRowDigest({ columns: Object.fromEntries(entries) as Record<RequestColumnName, ColumnBuffer>, hasher });
  let capacity = FIRST_CAPACITY;
  let rows = 0;
  // Columns whose rows differ in length: half a row in them would shift every row behind it.
  const growing = buffers.filter((buffer) => buffer.kind === "string" || buffer.kind === "list");
  const sizes = new Float64Array(growing.length);

  /** Adds a row whole or, when it throws, not at all. */
  function add(event: RequestEvent, features: TextFeatures | null, origin: RequestOrigin): void {
    for (let index = 0; index < growing.length; index++) sizes[index] = growing[index].size;
    try {
      putRow(event, features, origin);
    } catch (error) {
      for (let index = 0; index < growing.length; index++) growing[index].size = sizes[index];
      throw error;
    }
  }

  function putRow(event: RequestEvent, features: TextFeatures | null, origin: RequestOrigin): void {
    if (rows === capacity) {
      capacity *= 2;
      for (const buffer of buffers) growColumn(buffer, capacity);
    }
    putIdentity(state, rows, event);
    putOutcome(state, rows, event);
    putSettings(state, rows, event);
    putClient(state, rows, event);
    putFeatures(columns, rows, features);
    appendString(columns.other_fields, event.otherFields === undefined ? "" : JSON.stringify(event.otherFields));
    columns.content_version.values[rows] = digestRow(rows);
    putHash(columns.source_key, rows, origin.sourceKey);
    putWide(columns.source_offset, rows, clamp(origin.offset, Number.MAX_SAFE_INTEGER));
    columns.source_line.values[rows] = clamp(origin.line, 0xffff_ffff);
    rows++;
  }

  function finish(): Uint8Array<ArrayBuffer> {
    const block = rows === 0 ? new Uint8Array(0) : writeBlock(buffers, rows);
    for (const buffer of buffers) clearColumn(buffer);
    rows = 0;
    return block;
  }

  return {
    add,
    finish,
    get rows() {
      return rows;
    },
  };
}

function putIdentity({ columns, hasher, hashOnce }: WriterState, row: number, event: RequestEvent): void {
  appendWithKey({ text: event.requestId, row, column: columns.request_id, keys: columns.request_key, hash: hashOnce });
  const atMs = Number.isFinite(event.atMs) ? Math.trunc(Math.min(Math.max(event.atMs, -DATE_MS_MAX), DATE_MS_MAX)) : 0;
  putWide(columns.at_ms, row, atMs);
  appendWithKey({ text: event.accountId, row, column: columns.account_id, keys: columns.account_key, hash: hasher.h64 });
  appendString(columns.organization_id, event.organizationId ?? "");
  putKey(hashOnce, columns.session_key, row, event.sessionId);
  putKey(hasher.h64, columns.key_key, row, event.keyHash);
  putKey(hasher.h64, columns.end_user_key, row, event.endUserHint);
}

function putOutcome({ columns, hasher, hashOnce }: WriterState, row: number, event: RequestEvent): void {
  putLabel(columns.channel, row, cutLabel(event.channel), hasher);
  putLabel(columns.operation, row, cutLabel(event.operation), hasher);
  putLabel(columns.target_model, row, cutLabel(event.targetModel), hasher);
  putLabel(columns.finish_reason, row, cutLabel(event.finishReason), hasher);
  putLabel(columns.error_code, row, cutLabel(event.errorCode), hasher);
  columns.status.values[row] = clamp(event.status, 0xffff);
  columns.untold.values[row] = event.untold === undefined ? 0 : maskUntold(event.untold);
  columns.is_stream.values[row] = event.isStream === undefined ? -1 : Number(event.isStream);
  columns.is_refusal.values[row] = event.isRefusal === undefined ? -1 : Number(event.isRefusal);
  columns.latency_ms.values[row] = event.latencyMs === undefined ? LATENCY_UNKNOWN : clamp(event.latencyMs, LATENCY_UNKNOWN - 1);
  columns.input_tokens.values[row] = clamp(event.inputTokens, 0xffff_ffff);
  columns.output_tokens.values[row] = clamp(event.outputTokens, 0xffff_ffff);
  columns.reasoning_tokens.values[row] = clamp(event.reasoningTokens, 0xffff_ffff);
  columns.cached_input_tokens.values[row] = clamp(event.cachedInputTokens, 0xffff_ffff);
  putHandles(hashOnce, columns.handles_issued, row, event.reasoningHandlesIssued);
  putHandles(hashOnce, columns.handles_submitted, row, event.reasoningHandlesSubmitted);
}

function putSettings(state: WriterState, row: number, event: RequestEvent): void {
  const { columns, hasher } = state;
  const { sampling, tools } = event;
  const temperature = sampling?.temperature;
  // Two million are a temperature of 2000, beyond any model; negative ones are nonsense, and -1 means unknown.
  columns.temperature_milli.values[row] = temperature === undefined ? -1 : clamp(Math.round(temperature * 1000), 2_000_000);
  columns.max_output_tokens.values[row] = clamp(sampling?.maxOutputTokens, 0xffff_ffff);
  columns.sampling_key.values[row] = sampling === undefined ? 0n : hashSampling(state, sampling);
  columns.tool_count.values[row] = clamp(tools?.length, 0xffff);
  const toolText = event.toolSchemaHash ?? (tools === undefined || tools.length === 0 ? "" : [...tools].sort().join("\n"));
  putKey(hasher.h64, columns.tools_key, row, toolText);
}

function putClient({ columns, hasher }: WriterState, row: number, event: RequestEvent): void {
  const { client } = event;
  appendString(columns.ip, client?.ip ?? "");
  columns.asn.values[row] = clamp(client?.asn, 0xffff_ffff);
  putLabel(columns.country, row, cutLabel(client?.country), hasher);
  putLabel(columns.ja4, row, cutLabel(client?.ja4), hasher);
  putLabel(columns.user_agent, row, cutLabel(client?.userAgent), hasher);
}

function putFeatures(columns: RequestColumns, row: number, features: TextFeatures | null): void {
  columns.has_text.values[row] = features === null ? 0 : 1;
  columns.message_count.values[row] = clamp(features?.messageCount, 0xffff);
  columns.user_turns.values[row] = clamp(features?.userTurns, 0xffff);
  columns.text_chars.values[row] = clamp(features?.textChars, 0xffff_ffff);
  columns.capability.values[row] = features === null ? 0 : (CAPABILITY_POSITIONS.get(features.capability) ?? 0);
  columns.techniques.values[row] = features?.techniques ?? 0;
  const sketch = features?.sketch;
  putHash(columns.system_skeleton, row, sketch?.systemSkeleton);
  putHash(columns.prompt_skeleton, row, sketch?.promptSkeleton);
  putHash(columns.content_hash, row, sketch?.content);
  putHash(columns.slot_hash, row, sketch?.slot);
  putHash(columns.output_hash, row, sketch?.output);
  putList(columns.system_anchors, row, sketch?.systemAnchors);
  putList(columns.head_anchors, row, sketch?.headAnchors);
  putList(columns.tail_anchors, row, sketch?.tailAnchors);
  putList(columns.system_gist, row, sketch?.systemGist);
  putList(columns.head_gist, row, sketch?.headGist);
  putList(columns.tail_gist, row, sketch?.tailGist);
  putHashes(columns.block_hashes, row, sketch?.blocks);
}

function maskUntold(fields: readonly UntoldField[]): number {
  return fields.reduce((mask, field) => mask | (1 << UNTOLD_FIELDS.indexOf(field)), 0);
}

/** A whole number from 0 to `max`; 0 where there is none. */
function clamp(value: number | undefined, max: number): number {
  return value !== undefined && value > 0 ? Math.min(Math.trunc(value), max) : 0;
}

function cutLabel(text: string | undefined): string {
  if (text === undefined) return "";
  return text.length > LABEL_CHARS_MAX ? text.slice(0, LABEL_CHARS_MAX) : text;
}

function putWide(column: WideBuffer, row: number, value: number): void {
  column.halves[row * 2] = value;
  column.halves[row * 2 + 1] = Math.floor(value / 0x1_0000_0000);
}

function putHash(column: WideBuffer, row: number, hash: Hash64 | null | undefined): void {
  column.halves[row * 2] = hash ? hash[1] : 0;
  column.halves[row * 2 + 1] = hash ? hash[0] : 0;
}

/** Where short texts are hashed. */
const shortBytes = new Uint8Array(SHORT_BYTES_END);

/** The key of a text; `hash` is asked for long ones and for those that are not ASCII. */
function putKey(hash: WriterState["hashOnce"], column: WideBuffer, row: number, text: string | undefined): void {
  if (text === undefined || text === "") column.values[row] = 0n;
  else if (text.length < SHORT_BYTES_END && copyAscii(text, shortBytes, 0))
    hashShort(shortBytes, 0, text.length, { halves: column.halves, at: row * 2 });
  else column.values[row] = hash(text);
}

/** Adds a row's text and its key. The bytes are in the column anyway, behind their length. */
function appendWithKey(put: { text: string; row: number; column: StringBuffer; keys: WideBuffer; hash: WriterState["hashOnce"] }): void {
  const { text, row, column, keys, hash } = put;
  const from = column.size + 1;
  appendString(column, text);
  const length = column.size - from;
  if (length < SHORT_BYTES_END) hashShort(column.bytes, from, length, { halves: keys.halves, at: row * 2 });
  else keys.values[row] = hash(text);
}

function putHandles(hashOnce: WriterState["hashOnce"], column: ListBuffer, row: number, handles: readonly string[] | undefined): void {
  if (handles !== undefined && handles.length > 0) {
    reserveWords(column, handles.length * 2);
    for (const handle of handles) {
      const key = hashOnce(handle);
      column.words[column.size++] = Number(key & 0xffff_ffffn);
      column.words[column.size++] = Number(key >> 32n);
    }
  }
  column.ends[row] = column.size / 2;
}

function putHashes(column: ListBuffer, row: number, hashes: readonly Hash64[] | undefined): void {
  if (hashes !== undefined && hashes.length > 0) {
    reserveWords(column, hashes.length * 2);
    for (const [high, low] of hashes) {
      column.words[column.size++] = low;
      column.words[column.size++] = high;
    }
  }
  column.ends[row] = column.size / 2;
}

function putList(column: ListBuffer, row: number, list: Uint32Array | undefined): void {
  if (list !== undefined && list.length > 0) {
    reserveWords(column, list.length);
    for (let i = 0; i < list.length; i++) column.words[column.size++] = list[i] ?? 0;
  }
  column.ends[row] = column.size;
}

/** The settings a caller repeats. The seed is left out: it is meant to differ between requests that are otherwise the same. */
function hashSampling({ hasher, samplingWords, samplingBytes }: WriterState, sampling: Sampling): bigint {
  samplingWords[0] = sampling.temperature ?? Number.NaN;
  samplingWords[1] = sampling.topP ?? Number.NaN;
  samplingWords[2] = sampling.n ?? Number.NaN;
  samplingWords[3] = sampling.maxOutputTokens ?? Number.NaN;
  samplingWords[4] = sampling.logprobs === undefined ? Number.NaN : Number(sampling.logprobs);
  if (samplingWords.every(Number.isNaN)) return 0n;
  return hasher.h64Raw(samplingBytes);
}

/** Names and types of the columns as they stand before each column's values. */
const COLUMN_HEADS: readonly Uint8Array[] = REQUEST_COLUMNS.map(({ name, type }) => {
  const head = new Uint8Array(name.length + type.length + 2);
  head[0] = name.length;
  new TextEncoder().encodeInto(name, head.subarray(1));
  head[name.length + 1] = type.length;
  new TextEncoder().encodeInto(type, head.subarray(name.length + 2));
  return head;
});

function writeBlock(buffers: readonly ColumnBuffer[], rows: number): Uint8Array<ArrayBuffer> {
  let size = 16;
  for (const [i, buffer] of buffers.entries()) size += (COLUMN_HEADS[i]?.length ?? 0) + measureColumn(buffer, rows);
  const block = new Uint8Array(size);
  let at = writeVarint(block, writeVarint(block, 0, buffers.length), rows);
  for (const [i, column] of buffers.entries()) {
    const head = COLUMN_HEADS[i] ?? new Uint8Array(0);
    block.set(head, at);
    at = writeColumn({ column, rows, block, at: at + head.length });
  }
  return block.slice(0, at);
}
