/** Heavy work on bodies, which must hold up no verdict: in a thread of its own where a body is large, in this one where it is small. */
import { readAgain, type ReadAgain } from "../../http/intake/read-again.js";
import { unreadableBody } from "../../http/problems.js";
import { decompress } from "../../http/intake/bodies.js";
import { finishLines } from "../../http/intake/lines.js";
import { shapeBody, type BodyShape } from "../../http/intake/shape-body.js";
import { boundNames, type CallReading, condenseRequest, type GatewayCall, readCall } from "./call-reading.js";
import { countRecords, gatherUnchecked, type IssuedHandles, listIssuedHandles, type UncheckedReports } from "./scan-records.js";

/** A body to make ready. */
export interface PrepareWish {
  format: string;
  shape: BodyShape;
  /** Pieces of the body, as they came. */
  body: readonly Buffer[];
}

/** A body made ready. */
export interface Prepared {
  /** For the journal, each with its newline. */
  lines: Buffer;
  /** Lines that are not empty. */
  records: number;
  handles: IssuedHandles;
  reports: UncheckedReports;
}

/** How a body is packed, and how large it may be unpacked. */
export interface Packing {
  encoding: string;
  bytesMax: number;
}

/** Told of bytes as they are unpacked; what it throws ends the unpacking. */
export type HoldPiece = (bytes: number) => void;

/** Does the work. */
export interface RecordWork {
  /** @param isGiven True where the body may be taken without a copy; its bytes are gone then. Throws as {@link shapeBody}. */
  prepare(wish: PrepareWish, given: { isGiven: boolean }): Promise<Prepared>;
  /** What the body holds, unpacked. Throws as {@link decompress}. The body's bytes may be gone afterwards. */
  unpack(body: Buffer, packing: Packing & { hold?: HoldPiece }): Promise<Buffer>;
  /** The body's bytes are gone afterwards. */
  readAgain(format: string, body: Buffer): Promise<ReadAgain>;
  /** What a call in JSON, in pieces, asks about, with no more of its text than a check looks at. Throws HttpError SW1903. The body's bytes may be gone afterwards. */
  readCall(call: GatewayCall, body: readonly Buffer[]): Promise<CallReading>;
  /** Lines that were made ready are not needed any more: their memory may be filled again. */
  giveBack(lines: Buffer): void;
  close(): Promise<void>;
}

/** In this thread. */
export function createInlineWork(): RecordWork {
  return {
    prepare: async (wish) => prepareRecords(wish),
    unpack: decompress,
    readAgain: async (format, body) => readAgain(format, finishLines(body)),
    readCall: async (call, body) => readCallBody(call, joinPieces(body)),
    giveBack: () => {},
    close: async () => {},
  };
}

/** Everything that is done with a body before it is written down. */
export function prepareRecords({ format, shape, body }: PrepareWish, join = joinPieces): Prepared {
  const lines = shapeBody(body.length === 1 ? body[0] : join(body), shape);
  return { lines, records: countRecords(lines), handles: listIssuedHandles(format, lines), reports: gatherUnchecked(format, lines) };
}

function readCallBody(call: GatewayCall, body: Buffer): CallReading {
  const reading = readCall(call, parseCall(body));
  if (typeof reading !== "object" || reading === null) return reading;
  const bounded = boundNames(reading);
  return bounded === null ? "unreadable" : condenseRequest(bounded);
}

function parseCall(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8")) as unknown;
  } catch {
    throw unreadableBody();
  }
}

/** Pieces as one. */
export function joinPieces(pieces: readonly Buffer[]): Buffer {
  return Buffer.concat(pieces);
}
