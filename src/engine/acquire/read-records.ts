/** From the bytes of a chunk to parsed records. Whatever is not JSON becomes a quarantine entry with its place, never with its text. */
import { isUtf8 } from "node:buffer";
import type { XXHashAPI } from "xxhash-wasm";
import type { Problem } from "../../vocabulary/errors.js";
import type { QuarantineEntry } from "../../vocabulary/quarantine.js";
import type { ChunkTask, LinesBody, ValuesBody } from "./chunk.js";
import { LINE_BYTES_MAX } from "./limits.js";
import { findJsonFault, INCOMPLETE } from "./json-fault.js";
import { BLANK_LINE, brokenJson, LINE_TOO_LONG, NOT_UTF8 } from "./problems.js";
import { describeEntry, hashLine } from "./quarantine-entry.js";
import { dropByteOrderMark } from "./sniff.js";

/** Where a record stood. */
export interface RecordPlace {
  /** Counts from 1. */
  line: number;
  /** Of its first byte in the uncompressed content. */
  offset: number;
  /** Key for quarantine; `index` tells apart the records of one line. */
  hash(index: number): string;
}

/** Takes what is found in a chunk, in its order. */
export interface RecordVisitor {
  record(record: unknown, place: RecordPlace): void;
  damage(entry: QuarantineEntry): void;
}

/** Reads all records of a chunk and answers how many lines (records, rows) it looked at. */
export function readRecords(task: Pick<ChunkTask, "file" | "body">, xxhash: XXHashAPI, visitor: RecordVisitor): number {
  const { file, body } = task;
  const reading: Reading = { file, xxhash, visitor, lines: 0 };
  if (body.kind === "lines") readLinesBody(reading, body);
  else readValuesBody(reading, body);
  return reading.lines;
}

interface Reading {
  file: string;
  xxhash: XXHashAPI;
  visitor: RecordVisitor;
  lines: number;
}

/** One record's bytes and place. */
interface RecordBytes {
  bytes: Buffer;
  start: number;
  end: number;
  line: number;
  offset: number;
}

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;

function readLinesBody(reading: Reading, body: LinesBody): void {
  const bytes = Buffer.from(body.buffer, 0, body.length);
  const isAllUtf8 = isUtf8(bytes);
  let line = body.line;
  const firstAt = body.offset === 0 ? bytes.length - dropByteOrderMark(bytes).length : 0;
  for (let start = firstAt; start < bytes.length; line++) {
    const found = bytes.indexOf(NEWLINE, start);
    const next = found < 0 ? bytes.length : found;
    const end = next > start && bytes[next - 1] === CARRIAGE_RETURN ? next - 1 : next;
    reading.lines++;
    // Here as in the cutting of chunks, so that a line's fate does not depend on how much of it fitted into one.
    if (next - start > LINE_BYTES_MAX) {
      const lineKey = hashLine(reading.xxhash, bytes.subarray(start, next), 0);
      reading.visitor.damage(describeEntry(LINE_TOO_LONG, { file: reading.file, line, lineKey }));
    } else readRecordBytes(reading, { bytes, start, end, line, offset: body.offset + start }, isAllUtf8);
    start = next + 1;
  }
}

function readValuesBody(reading: Reading, body: ValuesBody): void {
  const bytes = Buffer.from(body.buffer, 0, body.length);
  const isAllUtf8 = isUtf8(bytes);
  for (let at = 0; at < body.spans.length; at += 3) {
    const start = body.spans[at];
    const end = body.spans[at + 1];
    reading.lines++;
    readRecordBytes(reading, { bytes, start, end, line: body.spans[at + 2], offset: body.offset + start }, isAllUtf8);
  }
}

function readRecordBytes(reading: Reading, record: RecordBytes, isKnownUtf8: boolean): void {
  const { bytes, start, end } = record;
  if (isBlank(bytes, start, end)) return refuse(reading, record, BLANK_LINE);
  const text = bytes.toString("utf8", start, end);
  if (!isKnownUtf8 && !isUtf8(bytes.subarray(start, end))) return refuse(reading, record, NOT_UTF8, text.indexOf("\ufffd") + 1);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    const fault = findJsonFault(text);
    return refuse(reading, record, brokenJson(fault === INCOMPLETE), fault === INCOMPLETE ? text.length + 1 : fault + 1);
  }
  const hash = (index: number): string => hashRecord(reading, record, index);
  reading.visitor.record(parsed, { line: record.line, offset: record.offset, hash });
}

function hashRecord({ xxhash }: Reading, { bytes, start, end }: RecordBytes, index: number): string {
  return hashLine(xxhash, bytes.subarray(start, end), index);
}

function refuse(reading: Reading, record: RecordBytes, problem: Problem, column?: number): void {
  const { file, visitor } = reading;
  visitor.damage(describeEntry(problem, { file, line: record.line, column, lineKey: hashRecord(reading, record, 0) }));
}

function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte !== 32 && byte !== 9 && byte !== CARRIAGE_RETURN && byte !== NEWLINE) return false;
  }
  return true;
}
