/** Bodies as lines of the journal: one record a line, each with its newline. */
import { isFields } from "../../../sdk/index.js";
import { notJson } from "./intake-problems.js";

const NEWLINE = 10;
const END = Buffer.from("\n");
/** Bytes of one line up to which a batch stays one line; longer ones are written record by record. A quarter of what reading takes. */
const BATCH_LINE_BYTES_MAX = 4 * 1024 * 1024;

/** NDJSON as it came: a mark before UTF-8 is dropped, a last line without its newline gets one. Damaged lines stay: they go to quarantine. */
export function finishLines(body: Buffer): Buffer {
  const text = body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? body.subarray(3) : body;
  if (text.length === 0 || text[text.length - 1] === NEWLINE) return text;
  return Buffer.concat([text, END]);
}

/** One JSON document, an object or an array of records, as lines. Throws SW1926 where it is none. */
export function splitDocument(body: Buffer): Buffer {
  const lines = finishLines(body);
  const document = parseOrNull(lines.toString("utf8"));
  if (!isFields(document) && !Array.isArray(document)) throw notJson("one JSON object or array");
  if (Array.isArray(document) && document.length === 0) return Buffer.alloc(0);
  // A batch on one line is read as a batch; there is nothing to write anew.
  if (lines.indexOf(NEWLINE) === lines.length - 1 && lines.length <= BATCH_LINE_BYTES_MAX) return lines;
  const records: unknown[] = Array.isArray(document) ? document : [document];
  return Buffer.from(records.map((record) => `${writeJson(record)}\n`).join(""));
}

/**
 * A body whose sender says `application/json` whatever it sends, as LiteLLM's callback does: an array, NDJSON, or one object.
 * Lines that begin like records are taken as lines; a document over several lines is taken apart.
 */
export function splitAny(body: Buffer): Buffer {
  const lines = finishLines(body);
  const newline = lines.indexOf(NEWLINE);
  const first = lines.toString("utf8", 0, Math.min(newline, BATCH_LINE_BYTES_MAX)).trim();
  const isOneLine = newline === lines.length - 1;
  if (!isOneLine && first.startsWith("{") && isFields(parseOrNull(first))) return lines;
  return splitDocument(body);
}

/** As JSON.stringify, which what nests thousands deep defeats though it can be parsed. Throws SW1926. */
export function writeJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    throw notJson("JSON that nests as records do");
  }
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
