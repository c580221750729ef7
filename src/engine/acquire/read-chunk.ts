/** From bytes to rows: what a worker does with one chunk. Pure but for Parquet rows, which it reads from the file itself. */
import { isUtf8 } from "node:buffer";
import createXxhash, { type XXHashAPI } from "xxhash-wasm";
import type { Problem } from "../../vocabulary/errors.js";
import type { TextFeatures } from "../../vocabulary/feature.js";
import type { QuarantineEntry } from "../../vocabulary/quarantine.js";
import type { RequestEvent } from "../../vocabulary/request-event.js";
import type { SourceFormat, SourceReading } from "../../vocabulary/source-format.js";
import type { BlockWriter, ChunkResult, ChunkTask, LinesBody, RowsBody, ValuesBody } from "./chunk.js";
import { findJsonFault, INCOMPLETE } from "./json-fault.js";
import { readParquetRows } from "./parquet.js";
import { dropByteOrderMark } from "./sniff.js";
import { BLANK_LINE, brokenJson, damagedParquet, NO_REQUEST, NOT_UTF8, UNREADABLE_RECORD } from "./problems.js";

/** What a reader of chunks is made of; composed in `app`, which knows the integrations and detections. */
export interface ChunkReaderParts {
  formats: readonly SourceFormat[];
  /** Null features: no text. */
  extractFeatures: (event: RequestEvent) => TextFeatures | null;
  /** Collects one chunk's rows; `finish` starts it again. */
  writer: BlockWriter;
}

/** Reads one chunk after another. */
export type ChunkReader = (task: ChunkTask) => Promise<ChunkResult>;

/** Makes a reader of chunks. It keeps nothing between chunks, so which worker reads which chunk changes nothing. */
export async function createChunkReader(parts: ChunkReaderParts): Promise<ChunkReader> {
  const xxhash = await createXxhash();
  return async (task) => {
    const format = parts.formats.find((candidate) => candidate.name === task.format);
    if (format === undefined) throw new Error(`no format is called ${task.format}`);
    const reading: ChunkReading = { task, format, parts, xxhash, writer: parts.writer, quarantine: [], lines: 0 };
    const { body } = task;
    if (body.kind === "lines") readLinesBody(reading, body);
    else if (body.kind === "values") readValuesBody(reading, body);
    else await readRowsBody(reading, body);
    const { writer, quarantine, lines } = reading;
    const { rows } = writer;
    const result: ChunkResult = { block: rows > 0 ? writer.finish() : null, rows, lines, quarantine };
    if (body.kind !== "rows") result.buffer = body.buffer;
    return result;
  };
}

interface ChunkReading {
  task: ChunkTask;
  format: SourceFormat;
  parts: ChunkReaderParts;
  xxhash: XXHashAPI;
  writer: BlockWriter;
  quarantine: QuarantineEntry[];
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

function readLinesBody(reading: ChunkReading, body: LinesBody): void {
  const bytes = Buffer.from(body.buffer, 0, body.length);
  const isAllUtf8 = isUtf8(bytes);
  let line = body.line;
  const firstAt = body.offset === 0 ? bytes.length - dropByteOrderMark(bytes).length : 0;
  for (let start = firstAt; start < bytes.length; line++) {
    const found = bytes.indexOf(NEWLINE, start);
    const next = found < 0 ? bytes.length : found;
    const end = next > start && bytes[next - 1] === CARRIAGE_RETURN ? next - 1 : next;
    reading.lines++;
    readRecordBytes(reading, { bytes, start, end, line, offset: body.offset + start }, isAllUtf8);
    start = next + 1;
  }
}

function readValuesBody(reading: ChunkReading, body: ValuesBody): void {
  const bytes = Buffer.from(body.buffer, 0, body.length);
  const isAllUtf8 = isUtf8(bytes);
  for (let at = 0; at < body.spans.length; at += 3) {
    const start = body.spans[at] as number;
    const end = body.spans[at + 1] as number;
    reading.lines++;
    readRecordBytes(reading, { bytes, start, end, line: body.spans[at + 2] as number, offset: body.offset + start }, isAllUtf8);
  }
}

async function readRowsBody(reading: ChunkReading, body: RowsBody): Promise<void> {
  let row = body.from;
  try {
    for (const record of await readParquetRows(body.path, body.from, body.to)) {
      reading.lines++;
      const number = row++;
      readRecord(reading, record, { line: number + 1, offset: number }, () => new TextEncoder().encode(JSON.stringify(record)));
    }
  } catch (error) {
    const lineKey = formatHash(reading.xxhash.h64(`${body.path}#${body.from}`));
    reading.quarantine.push(describeEntry(damagedParquet(error), { file: reading.task.file, line: row + 1, lineKey }));
  }
}

function readRecordBytes(reading: ChunkReading, record: RecordBytes, isKnownUtf8: boolean): void {
  const { bytes, start, end } = record;
  const lineBytes = (): Uint8Array => bytes.subarray(start, end);
  const refuse = (problem: Problem, column?: number): void => {
    const lineKey = hashLine(reading.xxhash, lineBytes(), 0);
    reading.quarantine.push(describeEntry(problem, { file: reading.task.file, line: record.line, column, lineKey }));
  };
  if (isBlank(bytes, start, end)) return refuse(BLANK_LINE);
  const text = bytes.toString("utf8", start, end);
  if (!isKnownUtf8 && !isUtf8(bytes.subarray(start, end))) return refuse(NOT_UTF8, text.indexOf("\ufffd") + 1);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    const fault = findJsonFault(text);
    return refuse(brokenJson(fault === INCOMPLETE), fault === INCOMPLETE ? text.length + 1 : fault + 1);
  }
  readRecord(reading, parsed, record, lineBytes);
}

/** Hands a parsed record to the format; an array is a batch of records. */
function readRecord(reading: ChunkReading, record: unknown, place: { line: number; offset: number }, lineBytes: () => Uint8Array): void {
  const { format, task, parts } = reading;
  let readings: SourceReading[];
  try {
    readings = Array.isArray(record) ? record.flatMap((item) => format.read(item)) : format.read(record);
  } catch {
    readings = [{ problem: UNREADABLE_RECORD }];
  }
  if (readings.length === 0) readings = [{ problem: NO_REQUEST }];
  for (const [index, result] of readings.entries()) {
    if ("problem" in result) {
      const lineKey = hashLine(reading.xxhash, lineBytes(), index);
      reading.quarantine.push(describeEntry(result.problem, { file: task.file, line: place.line, lineKey }));
      continue;
    }
    const event = task.isMetadataOnly ? dropText(result.event) : result.event;
    reading.writer.add(event, parts.extractFeatures(event), { sourceKey: task.sourceKey, offset: place.offset, line: place.line });
  }
}

/** The event without any text, as a provider would hand it over who keeps prompts to himself. */
function dropText(event: RequestEvent): RequestEvent {
  const { system: _system, messages: _messages, output: _output, ...rest } = event;
  return rest;
}

function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte !== 32 && byte !== 9 && byte !== CARRIAGE_RETURN && byte !== NEWLINE) return false;
  }
  return true;
}

/** Hash of a line; `reading` tells apart the records of one line, so that two damaged records of a batch are two. */
export function hashLine(xxhash: XXHashAPI, bytes: Uint8Array, reading: number): string {
  return formatHash(xxhash.h64Raw(bytes, BigInt(reading)));
}

export function formatHash(hash: bigint): string {
  return hash.toString(16).padStart(16, "0");
}

/** A problem with its place, as it goes to quarantine. */
export function describeEntry(
  problem: Problem,
  place: { file: string; line: number; column?: number | undefined; lineKey: string },
): QuarantineEntry {
  const { file, line, lineKey } = place;
  const column = place.column ?? problem.place?.column;
  const { code, what, why, fix } = problem;
  return column === undefined || column < 1
    ? { file, line, code, what, why, fix, lineKey }
    : { file, line, column, code, what, why, fix, lineKey };
}
