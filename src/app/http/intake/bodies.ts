/** Bodies: how much of them is in memory, and what they hold once decompressed. */
import type { Readable, Transform } from "node:stream";
import * as zlib from "node:zlib";
import { Decompress } from "fzstd";
import { watchFrames } from "../../../engine/acquire/zstd-frames.js";
import { HttpError } from "../problems.js";
import { tooLargeDecompressed, tooMuchInFlight, tooMuchToUnpack, undecompressable, unknownEncoding } from "./intake-problems.js";

/** Counts bytes that are held for requests under way. */
export interface MemoryGate {
  /** Takes so many bytes until the answer is sent. Throws SW1928 when there is no room. */
  reserve(bytes: number): void;
  release(bytes: number): void;
}

/** Makes a gate. One body always passes an empty gate, however large. */
export function createMemoryGate(bytesMax: number): MemoryGate {
  let heldBytes = 0;
  return {
    reserve(bytes) {
      if (heldBytes > 0 && heldBytes + bytes > bytesMax) throw tooMuchInFlight();
      heldBytes += bytes;
    },
    release(bytes) {
      heldBytes -= bytes;
    },
  };
}

/** Answers the pieces of a body as they come; `null` where there are more bytes than it may have. */
export async function collectPieces(body: Readable, bytesMax: number): Promise<Buffer[] | null> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    const take = (piece: Buffer): void => {
      bytes += piece.length;
      pieces.push(piece);
      if (bytes <= bytesMax) return;
      // Not destroyed: the connection has to carry the answer.
      body.off("data", take);
      resolve(null);
    };
    body.on("data", take);
    body.once("end", () => resolve(pieces));
    // Who sent it went away, or broke off: no fault of ours.
    body.once("error", (error) => reject(Object.assign(error, { statusCode: 400 })));
  });
}

/** zlib reads zstd from Node 22.15 on, which the types for 20 do not know. */
const { createZstdDecompress } = zlib as { createZstdDecompress?: (options: ZstdOptions) => Transform };

interface ZstdOptions {
  chunkSize: number;
  params: Record<number, number>;
}

/** True where unpacking keeps the thread that asks for it: Node did not bring zstd along before 22.15. */
export function isUnpackedInThread(encoding: string): boolean {
  return encoding === "zstd" && createZstdDecompress === undefined;
}

/** What unpacking is held to. */
export interface UnpackBounds {
  bytesMax: number;
  /** Told of every piece before the next is unpacked; what it throws ends the unpacking, and comes out as it is. */
  hold?: (bytes: number) => void;
}

/** Senders over HTTP may ask for no larger window (RFC 9659); zstd's own settings do from `--ultra` on, or with `--long`. */
const ZSTD_WINDOW_LOG_MAX = 23;
const ZSTD_WINDOW_BYTES_MAX = 2 ** ZSTD_WINDOW_LOG_MAX;
/**
 * Without Node's zstd each block costs a copy of its window: this much takes a second or two, and is what 64 MiB in whole blocks cost with the
 * largest window. A body of tiny blocks would have hours done for megabytes.
 */
const ZSTD_COPIED_BYTES_MAX = 4 * 1024 ** 3;

/** Unpacked at once: a body of a few kilobytes may hold megabytes, which must not be in memory before there is room for them. */
const PIECE_BYTES = 64 * 1024;

/**
 * What the body holds.
 *
 * @throws HttpError SW1922, SW1923, SW1924, SW1930.
 */
export async function decompress(body: Buffer, { encoding, ...bounds }: { encoding: string } & UnpackBounds): Promise<Buffer> {
  switch (encoding) {
    case "":
    case "identity":
      return body;
    case "gzip":
    case "x-gzip":
      return gatherPieces("gzip", bounds, async (take) => unpackAsStream(zlib.createGunzip({ chunkSize: PIECE_BYTES }), { body, take }));
    case "zstd":
      return gatherPieces("zstd", bounds, async (take) => unzstd(body, take));
    default:
      throw unknownEncoding();
  }
}

/** Takes a piece; throws where that is too much. */
type TakePiece = (piece: Uint8Array) => void;

async function gatherPieces(
  encoding: string,
  { bytesMax, hold = () => {} }: UnpackBounds,
  unpack: (take: TakePiece) => Promise<void>,
): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  let refusal: { error: unknown } | null = null;
  const refuse = (error: unknown): never => {
    refusal ??= { error };
    throw error;
  };
  try {
    await unpack((piece) => {
      bytes += piece.length;
      if (bytes > bytesMax) refuse(tooLargeDecompressed());
      try {
        hold(piece.length);
      } catch (error) {
        refuse(error);
      }
      pieces.push(piece);
    });
  } catch (error) {
    if (error instanceof HttpError) throw error;
    throw (refusal as { error: unknown } | null)?.error ?? undecompressable(encoding);
  }
  return Buffer.concat(pieces, bytes);
}

async function unpackAsStream(stream: Transform, { body, take }: { body: Buffer; take: TakePiece }): Promise<void> {
  stream.end(body);
  for await (const piece of stream) take(piece as Buffer);
}

async function unzstd(body: Buffer, take: TakePiece): Promise<void> {
  if (createZstdDecompress === undefined) {
    checkFrames(body);
    new Decompress((piece) => take(piece.slice())).push(Uint8Array.from(body), true);
    return;
  }
  const stream = createZstdDecompress({ chunkSize: PIECE_BYTES, params: { [ZSTD_D_WINDOW_LOG_MAX]: ZSTD_WINDOW_LOG_MAX } });
  return unpackAsStream(stream, { body, take }).catch((error: unknown) => {
    throw error instanceof Error && "code" in error && error.code === "ZSTD_error_frameParameter_windowTooLarge"
      ? tooMuchToUnpack()
      : error;
  });
}

/** `zlib.constants.ZSTD_d_windowLogMax`, whose name the types for 20 do not know. */
const ZSTD_D_WINDOW_LOG_MAX = 100;

/** Throws where its frames ask for more than they may: fzstd would see to it first. */
function checkFrames(body: Buffer): void {
  const watch = watchFrames({ windowBytesMax: ZSTD_WINDOW_BYTES_MAX, copiedBytesMax: ZSTD_COPIED_BYTES_MAX });
  const { fault } = watch.push(body);
  if (fault === "window" || fault === "work") throw tooMuchToUnpack();
  if (fault === "damage" || !watch.isBetweenFrames()) throw undecompressable("zstd");
}
