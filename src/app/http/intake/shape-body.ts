/** Bodies as lines of the journal, by what they are. Pure, so that it can be done in a thread of its own: the largest take seconds. */
import { decodeOtlp, type OtlpSignal } from "../../../integrations/otlp/protobuf.js";
import { isFields } from "../../../sdk/index.js";
import { notJson, tooLargeDecompressed } from "./intake-problems.js";
import { finishLines, splitAny, splitDocument, writeJson } from "./lines.js";

/** What a body is: lines as they are, lines of NDJSON, one JSON document, either of both, or an envelope of OpenTelemetry. */
export type BodyShape = { kind: "as_is" | "lines" | "document" | "any" } | { kind: "otlp"; signal: OtlpSignal; isBinary: boolean };

/** The lines, each with its newline; none where nothing is in it. Throws HttpError SW1924, SW1926. */
export function shapeBody(body: Buffer, shape: BodyShape): Buffer {
  switch (shape.kind) {
    case "as_is":
      return body;
    case "lines":
      return finishLines(body);
    case "document":
      return splitDocument(body);
    case "any":
      return splitAny(body);
    case "otlp":
      break;
  }
  return writeLines(readEnvelope(body, shape.signal, shape.isBinary), shape.signal);
}

const ENVELOPES = { traces: "resourceSpans", logs: "resourceLogs" } as const;

/** What every attribute of a request to a model begins with, in all generations of the conventions. */
export const GENERATIVE_MARK = "gen_ai.";
/** An envelope is one line of the journal, and longer lines are not read. Half of that bound, so that escaping cannot reach it. */
const ENVELOPE_BYTES_MAX = 8 * 1024 * 1024;

function readEnvelope(body: Buffer, signal: OtlpSignal, isBinary: boolean): Readonly<Record<string, unknown>> {
  try {
    const decoded = isBinary ? decodeOtlp(body, signal) : (JSON.parse(body.toString("utf8")) as unknown);
    if (isFields(decoded) && Array.isArray(decoded[ENVELOPES[signal]])) return decoded;
  } catch {
    // Told below.
  }
  throw notJson(`an OTLP export request of ${signal} in ${isBinary ? "Protobuf" : "JSON"}`);
}

/** One line an envelope; a very large one is parted by resource. Nothing where no request to a model is in it. */
function writeLines(envelope: Readonly<Record<string, unknown>>, signal: OtlpSignal): Buffer {
  const text = writeJson(envelope);
  if (!text.includes(GENERATIVE_MARK)) return Buffer.alloc(0);
  const whole = Buffer.from(`${text}\n`);
  if (whole.length <= ENVELOPE_BYTES_MAX) return whole;
  const name = ENVELOPES[signal];
  const resources: unknown[] = Array.isArray(envelope[name]) ? envelope[name] : [];
  const lines = resources.map((resource) => Buffer.from(`${writeJson({ [name]: [resource] })}\n`));
  if (lines.some((line) => line.length > ENVELOPE_BYTES_MAX)) throw tooLargeDecompressed();
  return Buffer.concat(lines);
}
