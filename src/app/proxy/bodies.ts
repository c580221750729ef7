/** Bodies of requests, read whole and within bounds. */
import type { IncomingMessage } from "node:http";
import { type Fields, isFields } from "../../sdk/index.js";
import { createMemoryGate, decompress } from "../http/intake/bodies.js";
import { HttpError } from "../http/problems.js";
import type { Failure } from "./dialect.js";

/** Why a body cannot be used; told to the client in the API's own shape. */
export class BodyError extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** A body that was read. */
export interface ReadBody {
  /** As it goes on: decompressed, else byte for byte as it came. */
  bytes: Buffer;
  fields: Fields;
  /** Gives its memory back to the bound, once; at the latest the end of the answer does. */
  release(): void;
}

/** Bodies in memory at one time; parsed ones take a few times as much. */
const IN_FLIGHT_BYTES_MAX = 256 * 1024 * 1024;

/** Reads bodies within a bound for all of them together. */
export type ReadJsonBody = (request: IncomingMessage, answer: NodeJS.EventEmitter) => Promise<ReadBody>;

/** Makes it. */
export function createBodyReader({ bodyBytesMax }: { bodyBytesMax: number }, inFlightBytesMax = IN_FLIGHT_BYTES_MAX): ReadJsonBody {
  const gate = createMemoryGate(Math.max(inFlightBytesMax, bodyBytesMax));
  return async (request, answer) => {
    let heldBytes = 0;
    const release = (): void => {
      gate.release(heldBytes);
      heldBytes = 0;
    };
    answer.once("close", release);
    const hold = (bytes: number): void => {
      try {
        gate.reserve(bytes);
        heldBytes += bytes;
      } catch {
        throw new BodyError({
          status: 503,
          code: "stillwatch_busy",
          message: "Too many requests are under way here. Try again.",
          retryAfterSeconds: 1,
        });
      }
    };
    return { ...(await readJsonBody(request, { bytesMax: bodyBytesMax, hold })), release };
  };
}

/**
 * Reads one. What is not plainly JSON is refused: servers exist that read other encodings of it, and then we would have checked another request
 * than the model answers.
 *
 * @throws BodyError
 */
async function readJsonBody(
  request: IncomingMessage,
  { bytesMax, hold }: { bytesMax: number; hold: (bytes: number) => void },
): Promise<Omit<ReadBody, "release">> {
  const encoding = (request.headers["content-encoding"] ?? "").trim().toLowerCase();
  const sent = await readBytes(request, { bytesMax, hold });
  const bytes = await decompress(sent, { encoding, bytesMax }).catch((error: unknown) => {
    if (!(error instanceof HttpError)) throw error;
    throw new BodyError({
      status: error.status,
      code: "stillwatch_unreadable",
      message: `The body cannot be read: ${error.problem.what}.`,
    });
  });
  if (bytes !== sent) hold(bytes.length);
  return { bytes, fields: parse(bytes) };
}

async function readBytes(
  request: IncomingMessage,
  { bytesMax, hold }: { bytesMax: number; hold: (bytes: number) => void },
): Promise<Buffer> {
  const tooLarge = new BodyError({
    status: 413,
    code: "stillwatch_too_large",
    message: `The body is larger than ${bytesMax} bytes, which is the bound here.`,
  });
  if (Number(request.headers["content-length"] ?? 0) > bytesMax) throw tooLarge;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw tooLarge;
    hold(chunk.length);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function parse(bytes: Buffer): Fields {
  try {
    const body: unknown = JSON.parse(UTF8.decode(bytes));
    if (isFields(body)) return body;
  } catch {
    // Told below, without a word of the body: JSON.parse quotes it.
  }
  throw new BodyError({ status: 400, code: "stillwatch_unreadable", message: "The body is not a JSON object in UTF-8." });
}
