/** Decides by the beginning of a file how it is cut into records and which format reads them. */
import { isUtf8 } from "node:buffer";
import type { SourceFormat } from "../../vocabulary/source-format.js";
import { COMPLETE, findJsonFault, INCOMPLETE } from "./json-fault.js";
import { RECOGNISED_RECORDS_MAX, SNIFF_DEPTH_MAX } from "./limits.js";

/** How the records of a file lie in it. */
export type Layout = "lines" | "values";

/** What the beginning of a file tells. */
export interface Sniffed {
  /** What the file is when it is no text, for example `a ZIP archive`; null when it is text. */
  foreign: string | null;
  layout: Layout;
  /** Parsed records for {@link recogniseFormat}. */
  records: unknown[];
}

const MAGICS: readonly (readonly [hex: string, kind: string, at?: number])[] = [
  ["504b0304", "a ZIP archive"],
  ["425a68", "compressed with bzip2"],
  ["fd377a585a00", "compressed with xz"],
  ["377abcaf271c", "a 7-Zip archive"],
  ["1f8b", "compressed twice"],
  ["28b52ffd", "compressed twice"],
  ["50415231", "Parquet inside another compression"],
  ["53514c69746520666f726d6174", "an SQLite database"],
  ["7f454c46", "a program"],
  ["89504e47", "a picture"],
  ["ffd8ff", "a picture"],
  ["47494638", "a picture"],
  ["25504446", "a PDF document"],
  ["4f424a01", "an Avro file"],
  ["4f626a01", "an Avro file"],
  ["4f5243", "an ORC file"],
  ["4152524f5731", "an Arrow file"],
  ["fffe", "UTF-16 text"],
  ["feff", "UTF-16 text"],
  ["7573746172", "a tar archive", 257],
];

/** Share of control characters above which bytes are no text: logs have none; one damaged line among good ones stays far below. */
const CONTROL_SHARE_MAX = 0.1;

/** Looks at the first bytes of the uncompressed content. `isWhole`: there are no more. */
export function sniff(head: Buffer, isWhole: boolean): Sniffed {
  const foreign = nameForeign(head);
  if (foreign !== null) return { foreign, layout: "lines", records: [] };
  const text = dropByteOrderMark(head).toString("utf8");
  const lines = text.split("\n");
  if (!isWhole) lines.pop();
  const parsed = parseLines(lines);
  if (isDocument(text, isWhole, parsed)) return { foreign, layout: "values", records: listDocumentRecords(text) };
  return { foreign, layout: "lines", records: parsed.records.flat() };
}

/** The format that the records look most like; the first of the list, the native one, when they look like none. */
export function recogniseFormat(records: readonly unknown[], formats: readonly SourceFormat[]): string {
  let best = { name: formats[0]?.name ?? "native", sureness: 0 };
  for (const format of formats) {
    const sureness = records.slice(0, RECOGNISED_RECORDS_MAX).reduce<number>((sum, record) => sum + recogniseOne(format, record), 0);
    if (sureness > best.sureness) best = { name: format.name, sureness };
  }
  return best.name;
}

/** A record that defeats a format is none of its own. */
function recogniseOne(format: SourceFormat, record: unknown): number {
  try {
    return format.recognise(record);
  } catch {
    return 0;
  }
}

function nameForeign(head: Buffer): string | null {
  for (const [hex, kind, at = 0] of MAGICS) {
    if (head.subarray(at, at + hex.length / 2).toString("hex") === hex) return kind;
  }
  let control = 0;
  for (const byte of head) if (byte < 9 || (byte > 13 && byte < 32) || byte === 127) control++;
  const isText = control <= head.length * CONTROL_SHARE_MAX;
  return isText ? null : isUtf8(head) ? "mostly control characters" : "binary";
}

/** Without the mark that some Windows programs put before UTF-8. */
export function dropByteOrderMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

function parseLines(lines: readonly string[]): { records: unknown[]; looked: number } {
  const records: unknown[] = [];
  let looked = 0;
  for (const line of lines) {
    if (line.trim() === "") continue;
    if (++looked > RECOGNISED_RECORDS_MAX * 2 || records.length >= RECOGNISED_RECORDS_MAX) break;
    const record = parseOrNull(line);
    if (typeof record === "object" && record !== null) records.push(record);
  }
  return { records, looked };
}

/**
 * A document: its first value goes on over several lines and is JSON as far as we see, while most lines alone are not. A log of broken lines
 * does not pass, because a line that is cut off is followed by one that cannot stand there.
 */
function isDocument(text: string, isWhole: boolean, parsed: { records: unknown[]; looked: number }): boolean {
  const trimmed = text.trim();
  if (trimmed[0] !== "[" && trimmed[0] !== "{") return false;
  const newline = trimmed.indexOf("\n");
  // One line: an array is cut into its elements, unless it breaks off; anything else is a line.
  if (newline < 0) return trimmed[0] === "[" && findJsonFault(trimmed) === (isWhole ? COMPLETE : INCOMPLETE);
  if (parsed.records.length * 2 > parsed.looked || parseOrNull(trimmed.slice(0, newline)) !== null) return false;
  const fault = findJsonFault(trimmed);
  if (fault === COMPLETE) return true;
  if (fault === INCOMPLETE) return !isWhole || trimmed.slice(newline).trim() !== "";
  if (fault < newline) return false;
  // Several pretty-printed values one after another: the fault is where the second begins.
  if (parseOrNull(trimmed.slice(0, fault)) !== null) return true;
  // An array that goes wrong later: some of its elements are whole.
  const elements = closeJson(trimmed.slice(0, fault));
  return Array.isArray(elements) && elements.some((element) => typeof element === "object" && element !== null);
}

/** The first records of a document, as far as they are whole. */
function listDocumentRecords(text: string): unknown[] {
  const whole = parseOrNull(text);
  if (whole !== null) return Array.isArray(whole) ? whole.slice(0, RECOGNISED_RECORDS_MAX) : [whole];
  // Of a document that is longer than what was read, the first keys are enough for every format: close what is open.
  const closed = closeJson(text);
  if (closed === null) return [];
  return Array.isArray(closed) ? closed.slice(0, RECOGNISED_RECORDS_MAX) : [closed];
}

/** Parses the beginning of a JSON text by cutting it at the last comma outside strings and closing what is open. Null when it is nested absurdly. */
function closeJson(text: string): unknown {
  const closers: string[] = [];
  let cutAt = -1;
  // Of the closers at the last comma, those that are on the stack to this day; what was closed since is kept beside, in closing order.
  let cutDepth = 0;
  let closedSince: string[] = [];
  let isInString = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (isInString) {
      if (char === "\\") at++;
      else if (char === '"') isInString = false;
    } else if (char === '"') isInString = true;
    else if (char === "{" || char === "[") {
      if (closers.push(char === "{" ? "}" : "]") > SNIFF_DEPTH_MAX) return null;
    } else if (char === "}" || char === "]") {
      const closer = closers.pop();
      if (closers.length === 0) return parseOrNull(text.slice(0, at + 1));
      if (closers.length < cutDepth) {
        closedSince.push(closer ?? "");
        cutDepth = closers.length;
      }
    } else if (char === ",") {
      cutAt = at;
      cutDepth = closers.length;
      closedSince = [];
    }
  }
  if (cutAt < 0) return null;
  const open = closers.slice(0, cutDepth).toReversed();
  return parseOrNull(text.slice(0, cutAt) + [...closedSince, ...open].join(""));
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
