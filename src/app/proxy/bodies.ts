/** Bodies of requests, read whole and within bounds. */
import type { IncomingMessage } from "node:http";
import { type Fields, isFields } from "../../sdk/index.js";
import { decompress, isUnpackedInThread } from "../http/intake/bodies.js";
import { HttpError } from "../http/problems.js";
import { createBodyRoom, type Sender } from "./body-room.js";
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
  release: () => void;
}

/** Bodies in memory at one time; parsed ones take a few times as much. */
const IN_FLIGHT_BYTES_MAX = 256 * 1024 * 1024;

/** How long a body may take to come. */
export interface BodyPace {
  /** Before the first byte, and for a short silence. */
  graceMs: number;
  /** On the whole, behind the grace. */
  bytesPerSecondMin: number;
  wholeMsMax: number;
}

/**
 * Grace as Apache's `mod_reqtimeout` gives to bodies. Half a megabit a second is less than the slowest lines that are sold send up; the largest body
 * has to come within two minutes, because what came of it is in memory meanwhile.
 */
const PACE: BodyPace = { graceMs: 20_000, bytesPerSecondMin: 64 * 1024, wholeMsMax: 120_000 };

/** Reads bodies within a bound for all of them together. */
export type ReadJsonBody = (request: IncomingMessage, answer: NodeJS.EventEmitter, sender: Sender) => Promise<ReadBody>;

/** Makes it. */
export function createBodyReader(
  { bodyBytesMax }: { bodyBytesMax: number },
  { inFlightBytesMax = IN_FLIGHT_BYTES_MAX, pace = PACE }: { inFlightBytesMax?: number; pace?: BodyPace } = {},
): ReadJsonBody {
  const room = createBodyRoom({ bytesMax: inFlightBytesMax, bodyBytesMax });
  return async (request, answer, sender) => {
    const held = room.enter(sender);
    let isGone = false;
    answer.once("close", () => {
      isGone = true;
      held.release();
    });
    const hold = (bytes: number): void => {
      // What is taken after that nobody would give back.
      if (isGone) throw new BodyError(GONE);
      if (!held.take(bytes)) throw new BodyError(TOO_BUSY);
    };
    return { ...(await readJsonBody(request, { bytesMax: bodyBytesMax, hold, pace })), release: held.release };
  };
}

const TOO_BUSY: Failure = {
  status: 503,
  code: "stillwatch_busy",
  message: "Too many requests are under way here. Try again.",
  retryAfterSeconds: 1,
};

const TOO_SLOW: Failure = {
  status: 408,
  code: "stillwatch_slow",
  message: "The body came too slowly and was given up. Send it again, faster or in smaller requests.",
};

const NOT_UNPACKED: Failure = {
  status: 415,
  code: "stillwatch_unreadable",
  message: "zstd is not read here, because this proxy's Node.js is older than 22.15. Send the body plain, or as gzip.",
};

/** What a body is held to. */
interface BodyBounds {
  bytesMax: number;
  /** Throws where there is no room. */
  hold: (bytes: number) => void;
  pace: BodyPace;
}

/**
 * Reads one. What is not plainly JSON is refused: servers exist that read other encodings of it, and then we would have checked another request
 * than the model answers.
 *
 * @throws BodyError
 */
async function readJsonBody(request: IncomingMessage, bounds: BodyBounds): Promise<Omit<ReadBody, "release">> {
  const { bytesMax, hold } = bounds;
  const encoding = (request.headers["content-encoding"] ?? "").trim().toLowerCase();
  // Everybody's requests go through this thread, and anybody can send a body.
  if (isUnpackedInThread(encoding)) throw new BodyError(NOT_UNPACKED);
  const sent = await readBytes(request, bounds);
  const bytes = await decompress(sent, { encoding, bytesMax, hold }).catch((error: unknown) => {
    if (!(error instanceof HttpError)) throw error;
    throw new BodyError({
      status: error.status,
      code: "stillwatch_unreadable",
      message: `The body cannot be read: ${error.problem.what}.`,
    });
  });
  return { bytes, fields: parse(bytes) };
}

/** Gathers the pieces as they come; what fails leaves the rest unread, so that the answer still finds its way. */
async function readBytes(request: IncomingMessage, { bytesMax, hold, pace }: BodyBounds): Promise<Buffer> {
  const tooLarge = new BodyError({
    status: 413,
    code: "stillwatch_too_large",
    message: `The body is larger than ${bytesMax} bytes, which is the bound here.`,
  });
  if (Number(request.headers["content-length"] ?? 0) > bytesMax) throw tooLarge;
  const chunks: Buffer[] = [];
  let bytes = 0;
  await new Promise<void>((resolve, reject) => {
    const timer = holdToPace(pace, { came: () => bytes, onSlow: () => settle(new BodyError(TOO_SLOW)) });
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      try {
        if (bytes > bytesMax) throw tooLarge;
        hold(chunk.length);
        chunks.push(chunk);
      } catch (error) {
        settle(error);
      }
    };
    const onClose = (): void => settle(new BodyError(GONE));
    const onEnd = (): void => settle(null);
    const settle = (error: unknown): void => {
      clearInterval(timer);
      request.off("data", onData).off("end", onEnd).off("close", onClose);
      if (error === null) return resolve();
      request.pause();
      reject(error);
    };
    request.on("data", onData).once("end", onEnd).once("close", onClose);
    // Whoever goes in the middle is told nothing; without a listener the fault would end the process.
    request.once("error", onClose);
  });
  return Buffer.concat(chunks, bytes);
}

/** Nobody reads it. */
const GONE: Failure = { status: 400, code: "stillwatch_unreadable", message: "The body broke off." };

/** A slow body is noticed so much later at most. */
const PACE_LOOK_MS = 1000;

function holdToPace(
  { graceMs, bytesPerSecondMin, wholeMsMax }: BodyPace,
  { came, onSlow }: { came: () => number; onSlow: () => void },
): NodeJS.Timeout {
  const startedMs = performance.now();
  return setInterval(
    () => {
      const allowedMs = Math.min(wholeMsMax, graceMs + (came() / bytesPerSecondMin) * MS_PER_SECOND);
      if (performance.now() - startedMs > allowedMs) onSlow();
    },
    Math.min(PACE_LOOK_MS, graceMs),
  ).unref();
}

const MS_PER_SECOND = 1000;

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
