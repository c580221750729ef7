/** Bodies: how much of them is in memory, and what they hold once decompressed. */
import { promisify } from "node:util";
import * as zlib from "node:zlib";
import { Decompress } from "fzstd";
import { tooLargeDecompressed, tooMuchInFlight, undecompressable, unknownEncoding } from "./intake-problems.js";

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

const gunzip = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gunzip);
type Unzstd = (body: Buffer, options: { maxOutputLength: number }, done: (error: Error | null, result: Buffer) => void) => void;
/** zlib reads zstd from Node 22.15 on, which the types for 20 do not know. */
const { zstdDecompress } = zlib as { zstdDecompress?: Unzstd };

/** True where unpacking keeps the thread that asks for it: Node did not bring zstd along before 22.15. */
export function isUnpackedInThread(encoding: string): boolean {
  return encoding === "zstd" && zstdDecompress === undefined;
}

/**
 * What the body holds.
 *
 * @throws HttpError SW1922, SW1923, SW1924.
 */
export async function decompress(body: Buffer, { encoding, bytesMax }: { encoding: string; bytesMax: number }): Promise<Buffer> {
  switch (encoding) {
    case "":
    case "identity":
      return body;
    case "gzip":
    case "x-gzip":
      return decompressWith(() => gunzip(body, { maxOutputLength: bytesMax }), "gzip");
    case "zstd":
      return decompressWith(() => unzstd(body, bytesMax), "zstd");
    default:
      throw unknownEncoding();
  }
}

async function decompressWith(run: () => Promise<Buffer>, encoding: string): Promise<Buffer> {
  try {
    return await run();
  } catch (error) {
    const isTooLarge = error instanceof TooLarge || (error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE");
    throw isTooLarge ? tooLargeDecompressed() : undecompressable(encoding);
  }
}

class TooLarge extends Error {}

async function unzstd(body: Buffer, bytesMax: number): Promise<Buffer> {
  if (zstdDecompress !== undefined) {
    return promisify(zstdDecompress)(body, { maxOutputLength: bytesMax });
  }
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  const stream = new Decompress((piece) => {
    bytes += piece.length;
    if (bytes > bytesMax) throw new TooLarge();
    pieces.push(piece.slice());
  });
  stream.push(Uint8Array.from(body), true);
  return Buffer.concat(pieces);
}
