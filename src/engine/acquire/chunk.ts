/** Chunks: what passes between the reader of files, the workers that parse, and the store. */
import type { Hash64, TextFeatures } from "../../vocabulary/feature.js";
import type { QuarantineEntry } from "../../vocabulary/quarantine.js";
import type { RequestEvent } from "../../vocabulary/request-event.js";

/** Where a record lies: its file, byte offset in the uncompressed content (of Parquet: in its rows as NDJSON) and line, counted from 1. */
export interface RecordOrigin {
  sourceKey: Hash64;
  offset: number;
  line: number;
}

/** A piece of one file, to be turned into rows. Plain data: it crosses a thread border. */
export interface ChunkTask {
  /** As the caller named it. */
  file: string;
  sourceKey: Hash64;
  /** Name of the format that reads the records. */
  format: string;
  /** Text is dropped unread when true. */
  isMetadataOnly: boolean;
  body: LinesBody | ValuesBody;
}

/** Records end at newlines. */
export interface LinesBody {
  kind: "lines";
  buffer: ArrayBufferLike;
  /** Bytes of `buffer` in use. */
  length: number;
  /** Offset of the first byte in the uncompressed file, and the number of its line. */
  offset: number;
  line: number;
}

/** Records are JSON values that may span lines, of a whole-document file. */
export interface ValuesBody {
  kind: "values";
  buffer: ArrayBufferLike;
  length: number;
  offset: number;
  /** Triples: start and end in `buffer`, line. */
  spans: Float64Array;
}

/** What became of a chunk. */
export interface ChunkResult {
  /** Rows in the store's own form, null when there are none. */
  block: Uint8Array | null;
  rows: number;
  /** Event time of each row, milliseconds since the Unix epoch. */
  times: Float64Array;
  /** Lines (records, rows) looked at, blank ones included. */
  lines: number;
  quarantine: QuarantineEntry[];
  /** The task's buffer comes back to be filled again. */
  buffer: ArrayBufferLike;
}

/** Collects rows; the store's `RequestBlockWriter` is one. */
export interface BlockWriter {
  add(event: RequestEvent, features: TextFeatures | null, origin: RecordOrigin): void;
  readonly rows: number;
  finish(): Uint8Array;
}
