/** From a request to durable lines: what all routes by which records come in do alike. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { JournalFull } from "../../../store/hand-over/journal.js";
import { sourceFormats } from "../../../integrations/index.js";
import type { Intake } from "../../serve/intake.js";
import type { RecordWork } from "../../serve/work/record-work.js";
import { WorkFailed } from "../../serve/work/record-thread.js";
import type { RecordOrigin } from "../../../store/hand-over/origins.js";
import type { Caller, Metrics } from "../../serve/services.js";
import { HttpError } from "../problems.js";
import type { MemoryGate } from "./bodies.js";
import type { BodyShape } from "./shape-body.js";
import {
  bodyNotMadeReady,
  journalCannotWrite,
  journalIsFull,
  noRecords,
  tooMuchInFlight,
  unknownFormat,
  unnamedEncoding,
} from "./intake-problems.js";

/** What all routes of this part share. */
export interface IntakeRoutes {
  app: FastifyInstance;
  intake: Intake;
  work: RecordWork;
  gate: MemoryGate;
  decompressedBytesMax: number;
  metrics: Metrics;
}

const FORMAT_NAMES: readonly string[] = sourceFormats.map(({ name }) => name);

/** For the interface's description of `?format=`. */
export const FORMAT_QUERY = {
  type: "object",
  properties: { format: { type: "string", enum: [...FORMAT_NAMES], default: "native" } },
} as const;

/** The format that the sender names; native when none. Throws SW1925. */
export function pickFormat({ format = "native" }: { format?: string }): string {
  if (!FORMAT_NAMES.includes(format)) throw unknownFormat(FORMAT_NAMES);
  return format;
}

/** Counts bytes as held until the connection is done with the answer, whatever becomes of it. */
export function holdUntilAnswered(gate: MemoryGate, answer: NodeJS.EventEmitter, bytes: number): void {
  gate.reserve(bytes);
  answer.once("close", () => gate.release(bytes));
}

/** The same for bytes that come bit by bit. Throws once nobody waits for the answer any more: what is held then would stay held. */
function holdPiecesUntilAnswered(gate: MemoryGate, answer: NodeJS.EventEmitter): (bytes: number) => void {
  let held = 0;
  let isAnswered = false;
  answer.once("close", () => {
    gate.release(held);
    isAnswered = true;
  });
  return (bytes) => {
    if (isAnswered) throw tooMuchInFlight();
    gate.reserve(bytes);
    held += bytes;
  };
}

/** True where the request brought anything. */
export function hasBody({ body }: FastifyRequest): boolean {
  return Array.isArray(body) && body.length > 0;
}

/** The body, decompressed, in pieces. Throws SW1922 to SW1924, SW1927 to SW1930. */
export async function readBody(
  { app, gate, decompressedBytesMax, work }: IntakeRoutes,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<readonly Buffer[]> {
  if (!hasBody(request)) throw noRecords();
  const pieces = request.body as readonly Buffer[];
  const encoding = (request.headers["content-encoding"] ?? "").trim().toLowerCase();
  if (encoding === "" || encoding === "identity") {
    refuseUnnamed(pieces[0]);
    return pieces;
  }
  const hold = holdPiecesUntilAnswered(gate, reply.raw);
  const unpacked = await work.unpack(Buffer.concat(pieces), { encoding, bytesMax: decompressedBytesMax, hold }).catch((error: unknown) => {
    throw error instanceof WorkFailed ? tellWorkFailed(app, error) : error;
  });
  return [unpacked];
}

/** How compressed bodies begin (RFC 1952, RFC 8878); no record does, in any of the formats. */
const MAGIC = [
  { encoding: "gzip", bytes: Buffer.from("1f8b", "hex") },
  { encoding: "zstd", bytes: Buffer.from("28b52ffd", "hex") },
];

function refuseUnnamed(first: Buffer): void {
  const found = MAGIC.find(({ bytes }) => first.subarray(0, bytes.length).equals(bytes));
  if (found !== undefined) throw unnamedEncoding(found.encoding);
}

function tellWorkFailed({ log }: Pick<FastifyInstance, "log">, { message }: WorkFailed): HttpError {
  log.error({ why: message }, "records could not be made ready; their sender is asked to come again");
  return bodyNotMadeReady();
}

/** Hands a body to the journal; answers when what is in it is durable. The bytes are gone afterwards. */
export async function takeBody(
  { app, intake, metrics }: Pick<IntakeRoutes, "app" | "intake" | "metrics">,
  body: readonly Buffer[],
  { format, source, shape, caller }: { format: string; source: string; shape: BodyShape; caller: Caller | null },
): Promise<{ records: number; isEmpty: boolean }> {
  try {
    return await intake.take(format, body, source, { shape, isGiven: true, origin: nameOrigin(source, caller) });
  } catch (error) {
    if (error instanceof HttpError) throw error;
    if (error instanceof WorkFailed) {
      metrics.count("stillwatch_intake_refused_total", { source, reason: "work" });
      throw tellWorkFailed(app, error);
    }
    const isFull = error instanceof JournalFull;
    metrics.count("stillwatch_intake_refused_total", { source, reason: isFull ? "backlog" : "disk" });
    throw isFull ? journalIsFull() : journalCannotWrite();
  }
}

/** By which way a body came, and by whose key: with the time at which it came, that leads to the sender's own log. */
function nameOrigin(source: string, caller: Caller | null): RecordOrigin {
  return { from: caller === null ? source : `${source}, key ${caller.name}`, line: 1 };
}

/** The same where nothing in it is a fault. Throws SW1927. */
export async function takeRecords(...given: Parameters<typeof takeBody>): Promise<{ records: number }> {
  const { records, isEmpty } = await takeBody(...given);
  if (isEmpty) throw noRecords();
  return { records };
}
