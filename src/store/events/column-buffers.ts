/**
 * Columns that grow row by row and end up as the bytes of a Native block. This is the hot path of reading logs, hence plain objects, typed
 * arrays and functions over them rather than one object a row.
 */
import type { ColumnType } from "./request-columns.js";

/** Numbers of up to 32 bits, one a row. Kept as 32 bits whatever the column's width, so that all of them are one kind of array to V8. */
export interface NumberBuffer {
  kind: "number";
  width: 1 | 2 | 4;
  /** Signed numbers in two's complement; what is wider than the column is cut when the block is written, so callers clamp. */
  values: Uint32Array<ArrayBuffer>;
}

/** 64-bit numbers, one a row, seen as `bigint`s or as pairs of 32-bit halves, low half first. */
export interface WideBuffer {
  kind: "wide";
  values: BigUint64Array<ArrayBuffer>;
  halves: Uint32Array<ArrayBuffer>;
}

/** Strings as Native wants them: length as a varint, then UTF-8 bytes. */
export interface StringBuffer {
  kind: "string";
  bytes: Uint8Array<ArrayBuffer>;
  size: number;
}

/** Labels with few distinct values: a dictionary of this block and one position a row. */
export interface LabelBuffer {
  kind: "label";
  positions: Map<string, number>;
  indices: Uint32Array<ArrayBuffer>;
  entries: StringBuffer;
  /** xxHash64 of each entry, and the same as pairs of 32-bit halves. */
  hashes: BigUint64Array<ArrayBuffer>;
  hashHalves: Uint32Array<ArrayBuffer>;
  /** The label put last, and its position: most rows repeat it. Null when there is none. */
  lastText: string | null;
  lastPosition: number;
  /** Labels put lately and their positions, each at the place that `placeRecent` gives it: most other rows repeat one of them. */
  recentTexts: (string | null)[];
  recentPositions: Uint32Array<ArrayBuffer>;
}

/** Arrays: where each row's entries end, and all entries as 32-bit words (two words an entry when `wordsPerEntry` is 2). */
export interface ListBuffer {
  kind: "list";
  wordsPerEntry: 1 | 2;
  ends: Uint32Array<ArrayBuffer>;
  words: Uint32Array<ArrayBuffer>;
  size: number;
}

/** The part of xxhash-wasm that labels need. */
export interface LabelHasher {
  h64(text: string): bigint;
}

/** Any column that grows. */
export type ColumnBuffer = NumberBuffer | WideBuffer | StringBuffer | LabelBuffer | ListBuffer;

/** The buffer that a column of this type needs. */
export type BufferOf<T extends ColumnType> = T extends "String"
  ? StringBuffer
  : T extends "LowCardinality(String)"
    ? LabelBuffer
    : T extends "UInt64" | "Int64"
      ? WideBuffer
      : T extends "Array(UInt32)" | "Array(UInt64)"
        ? ListBuffer
        : NumberBuffer;

const NUMBER_WIDTHS = { UInt8: 1, UInt16: 2, UInt32: 4, Int8: 1, Int32: 4 } as const;

/** First size of a string or list column, in bytes or words a row; columns grow as needed. */
const STRING_BYTES_GUESS = 16;

/** First number of distinct labels of a column. */
const LABELS_GUESS = 64;

/** Labels remembered beside the map; a power of two. The tools and fingerprints in use at one time are some dozens. */
const RECENT_LABELS = 256;

const encoder = new TextEncoder();

/** An empty column with room for `capacity` rows. */
export function makeColumnBuffer(type: ColumnType, capacity: number): ColumnBuffer {
  switch (type) {
    case "String":
      return makeStringBuffer(capacity);
    case "LowCardinality(String)":
      return makeLabelBuffer(capacity);
    case "UInt64":
    case "Int64":
      return makeWideBuffer(capacity);
    case "Array(UInt32)":
      return { kind: "list", wordsPerEntry: 1, ends: new Uint32Array(capacity), words: new Uint32Array(capacity * 4), size: 0 };
    case "Array(UInt64)":
      return { kind: "list", wordsPerEntry: 2, ends: new Uint32Array(capacity), words: new Uint32Array(64), size: 0 };
    case "UInt8":
    case "UInt16":
    case "UInt32":
    case "Int8":
    case "Int32":
      return { kind: "number", width: NUMBER_WIDTHS[type], values: new Uint32Array(capacity) };
  }
  return type satisfies never;
}

function makeStringBuffer(capacity: number): StringBuffer {
  return { kind: "string", bytes: new Uint8Array(capacity * STRING_BYTES_GUESS), size: 0 };
}

function makeLabelBuffer(capacity: number): LabelBuffer {
  const { values: hashes, halves: hashHalves } = makeWideBuffer(LABELS_GUESS);
  const indices = new Uint32Array(capacity);
  const entries = makeStringBuffer(LABELS_GUESS);
  const recentTexts = new Array<string | null>(RECENT_LABELS).fill(null);
  const recentPositions = new Uint32Array(RECENT_LABELS);
  const last = { lastText: null, lastPosition: 0 };
  return { kind: "label", positions: new Map(), indices, entries, hashes, hashHalves, ...last, recentTexts, recentPositions };
}

function makeWideBuffer(capacity: number): WideBuffer {
  const values = new BigUint64Array(capacity);
  return { kind: "wide", values, halves: new Uint32Array(values.buffer) };
}

/** Gives a column room for `capacity` rows. */
export function growColumn(column: ColumnBuffer, capacity: number): void {
  if (column.kind === "number") column.values = growArray(column.values, capacity);
  if (column.kind === "wide") {
    column.values = growArray(column.values, capacity);
    column.halves = new Uint32Array(column.values.buffer);
  }
  if (column.kind === "label") column.indices = growArray(column.indices, capacity);
  if (column.kind === "list") column.ends = growArray(column.ends, capacity);
}

function growArray<T extends Uint8Array | Uint32Array | BigUint64Array>(values: T, length: number): T {
  const grown = new (values.constructor as new (length: number) => T)(length);
  (grown as Uint8Array).set(values as Uint8Array);
  return grown;
}

/** Forgets the rows, keeps the memory. */
export function clearColumn(column: ColumnBuffer): void {
  if (column.kind === "string" || column.kind === "list") column.size = 0;
  if (column.kind === "label") {
    column.positions.clear();
    column.entries.size = 0;
    column.lastText = null;
    column.recentTexts.fill(null);
  }
}

/** Adds a row's string. */
export function appendString(column: StringBuffer, text: string): void {
  // UTF-8 takes at most 3 bytes a UTF-16 unit, the varint at most 5.
  const room = text.length * 3 + 5;
  if (column.size + room > column.bytes.length)
    column.bytes = growArray(column.bytes, Math.max(column.bytes.length * 2, column.size + room));
  const { bytes, size } = column;
  if (text === "") {
    bytes[column.size++] = 0;
    return;
  }
  if (text.length < 128) {
    // Nearly all identifiers are short ASCII, for which one byte of length is enough and a loop quicker than a call of the encoder.
    if (text.length <= LOOPED_CHARS_MAX && copyAscii(text, bytes, size + 1)) {
      bytes[size] = text.length;
      column.size = size + 1 + text.length;
      return;
    }
    // Encode behind the length, and move only when it takes more than a byte.
    const written = encoder.encodeInto(text, bytes.subarray(size + 1)).written;
    if (written < 128) {
      bytes[size] = written;
      column.size = size + 1 + written;
      return;
    }
  }
  const encoded = encoder.encode(text);
  const start = writeVarint(bytes, size, encoded.length);
  bytes.set(encoded, start);
  column.size = start + encoded.length;
}

/** Longer texts are quicker to encode as a whole. */
const LOOPED_CHARS_MAX = 64;

/** Copies a text of ASCII into bytes that have room for it; false, with rubbish left behind, when it holds anything else. */
export function copyAscii(text: string, bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return false;
    bytes[at + i] = code;
  }
  return true;
}

/** Adds row `row`'s label; `hasher` is asked once per distinct label. */
export function putLabel(column: LabelBuffer, row: number, text: string, hasher: LabelHasher): void {
  if (text !== column.lastText) {
    const place = placeRecent(text);
    if (column.recentTexts[place] !== text) {
      column.recentTexts[place] = text;
      column.recentPositions[place] = findPosition(column, text, hasher);
    }
    column.lastText = text;
    column.lastPosition = column.recentPositions[place];
  }
  column.indices[row] = column.lastPosition;
}

/**
 * Where a label is remembered, by its length and a few characters in which labels differ. A map alone would do, but V8 interns every string that
 * a map is asked for, and these are new ones with each row.
 */
function placeRecent(text: string): number {
  const last = text.length - 1;
  if (last < 0) return 0;
  const mixed = last + text.charCodeAt(last) * 7 + text.charCodeAt(last >> 1) * 31 + text.charCodeAt(last >> 2) * 53;
  return mixed & (RECENT_LABELS - 1);
}

/** A label's position in the dictionary, to which it is added when it is new. */
function findPosition(column: LabelBuffer, text: string, hasher: LabelHasher): number {
  let position = column.positions.get(text);
  if (position === undefined) {
    position = column.positions.size;
    column.positions.set(text, position);
    appendString(column.entries, text);
    if (position === column.hashes.length) {
      column.hashes = growArray(column.hashes, position * 2);
      column.hashHalves = new Uint32Array(column.hashes.buffer);
    }
    column.hashes[position] = hasher.h64(text);
  }
  return position;
}

/** Makes room for `count` more words at the end of a list column. */
export function reserveWords(column: ListBuffer, count: number): void {
  if (column.size + count > column.words.length)
    column.words = growArray(column.words, Math.max(column.words.length * 2, column.size + count));
}

/** Writes an unsigned LEB128 number and returns the position behind it. */
export function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  let rest = value;
  let to = at;
  while (rest >= 128) {
    bytes[to++] = (rest % 128) | 128;
    rest = Math.floor(rest / 128);
  }
  bytes[to++] = rest;
  return to;
}

/** Bytes that a column of `rows` rows takes in a Native block, its name and type apart. */
export function measureColumn(column: ColumnBuffer, rows: number): number {
  switch (column.kind) {
    case "number":
      return rows * column.width;
    case "wide":
      return rows * 8;
    case "string":
      return column.size;
    case "label":
      return LABEL_HEADER_BYTES + column.entries.size + rows * 4;
    case "list":
      return rows * 8 + column.size * 4;
  }
  return column satisfies never;
}

/** Version, index type, number of entries, number of rows: 64 bits each. */
const LABEL_HEADER_BYTES = 32;
/** Version 1 of the dictionary encoding ("shared dictionaries with additional keys"), the only one there is. */
const LABEL_VERSION = 1n;
/** Positions of 32 bits (2), the entries follow (bit 9), and they replace what came before (bit 10). */
const LABEL_INDEX_TYPE = BigInt(2 | (1 << 9) | (1 << 10));

/** Writes a column's values into a block at `at`; returns the position behind them. */
export function writeColumn(options: { column: ColumnBuffer; rows: number; block: Uint8Array<ArrayBuffer>; at: number }): number {
  const { column, rows, block, at } = options;
  switch (column.kind) {
    case "number":
      return writeBytes(block, at, narrow(column, rows));
    case "wide":
      return writeBytes(block, at, column.values.subarray(0, rows));
    case "string":
      return writeBytes(block, at, column.bytes.subarray(0, column.size));
    case "label":
      return writeLabels({ column, rows, block, at });
    case "list":
      return writeList({ column, rows, block, at });
  }
  return column satisfies never;
}

function narrow(column: NumberBuffer, rows: number): Uint8Array | Uint16Array | Uint32Array {
  const values = column.values.subarray(0, rows);
  if (column.width === 4) return values;
  return column.width === 2 ? new Uint16Array(values) : new Uint8Array(values);
}

function writeBytes(block: Uint8Array, at: number, values: ArrayBufferView): number {
  block.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
  return at + values.byteLength;
}

function writeLabels(options: { column: LabelBuffer; rows: number; block: Uint8Array<ArrayBuffer>; at: number }): number {
  const { column, rows, block, at } = options;
  const view = new DataView(block.buffer, block.byteOffset);
  view.setBigUint64(at, LABEL_VERSION, true);
  view.setBigUint64(at + 8, LABEL_INDEX_TYPE, true);
  view.setBigUint64(at + 16, BigInt(column.positions.size), true);
  const behindEntries = writeBytes(block, at + 24, column.entries.bytes.subarray(0, column.entries.size));
  view.setBigUint64(behindEntries, BigInt(rows), true);
  return writeBytes(block, behindEntries + 8, column.indices.subarray(0, rows));
}

function writeList(options: { column: ListBuffer; rows: number; block: Uint8Array<ArrayBuffer>; at: number }): number {
  const { column, rows, block, at } = options;
  const ends = new Uint32Array(rows * 2);
  for (let row = 0; row < rows; row++) ends[row * 2] = column.ends[row] ?? 0;
  return writeBytes(block, writeBytes(block, at, ends), column.words.subarray(0, column.size));
}
