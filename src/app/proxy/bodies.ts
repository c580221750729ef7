/** Bodies of requests, read whole and within bounds. */
import type { IncomingMessage } from "node:http";
import { type Fields, isFields } from "../../sdk/index.js";
import { decompress } from "../http/intake/bodies.js";
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
}

/**
 * Reads it. What is not plainly JSON is refused: servers exist that read other encodings of it, and then we would have checked another request
 * than the model answers.
 *
 * @throws BodyError
 */
export async function readJsonBody(request: IncomingMessage, bytesMax: number): Promise<ReadBody> {
  const encoding = (request.headers["content-encoding"] ?? "").trim().toLowerCase();
  const sent = await readBytes(request, bytesMax);
  const bytes = await decompress(sent, { encoding, bytesMax }).catch((error: unknown) => {
    if (!(error instanceof HttpError)) throw error;
    throw new BodyError({
      status: error.status,
      code: "stillwatch_unreadable",
      message: `The body cannot be read: ${error.problem.what}.`,
    });
  });
  return { bytes, fields: parse(bytes) };
}

async function readBytes(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
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
