/** Cuts a stream of bytes into chunks of whole lines. Memory is bounded by one chunk and one line. */
import type { XXHashAPI } from "xxhash-wasm";
import type { QuarantineEntry } from "../../vocabulary/quarantine.js";
import type { ByteSource } from "./byte-source.js";
import { CHUNK_BYTES, LINE_BYTES_MAX } from "./limits.js";
import { LINE_TOO_LONG } from "./problems.js";
import { describeEntry, formatHash, hashLine } from "./quarantine-entry.js";

/** Bytes of a chunk, and what was found damaged while cutting it. */
export interface CutChunk {
  buffer: ArrayBufferLike;
  length: number;
  /** Offset of the first byte in the uncompressed file, and the number of its line. */
  offset: number;
  line: number;
  /** For documents: start, end in `buffer` and line of every value. */
  spans?: Float64Array;
  damage: QuarantineEntry[];
}

/** What cutting needs besides the bytes. */
export interface CuttingTools {
  file: string;
  xxhash: XXHashAPI;
  /** Gives a buffer of at least so many bytes; chunks hand their buffers back when they are done. */
  takeBuffer: (bytes: number) => ArrayBufferLike;
  chunkBytes?: number;
  lineBytesMax?: number;
}

const NEWLINE = 10;

/** Yields chunks of whole lines; damage of the source makes the last entry. */
export async function* cutLines(source: ByteSource, tools: CuttingTools): AsyncGenerator<CutChunk> {
  const { file, xxhash, takeBuffer, chunkBytes = CHUNK_BYTES, lineBytesMax = LINE_BYTES_MAX } = tools;
  let carry: Uint8Array = new Uint8Array(0);
  let offset = 0;
  let line = 1;
  let damage: QuarantineEntry[] = [];
  for (let isAtEnd = false; !isAtEnd; ) {
    const bytes = new Uint8Array(takeBuffer(Math.max(chunkBytes, carry.length * 2)));
    bytes.set(carry);
    let length = carry.length;
    while (length < bytes.length) {
      const count = await source.read(bytes, length);
      if (count === 0) {
        isAtEnd = true;
        break;
      }
      length += count;
    }
    let end = isAtEnd ? length : Buffer.from(bytes.buffer, 0, length).lastIndexOf(NEWLINE) + 1;
    if (end === 0 && !isAtEnd) {
      // One line fills the whole buffer: take a larger one, or skip the line without holding it.
      if (length <= lineBytesMax) {
        carry = bytes.subarray(0, length);
        continue;
      }
      const skipped = await skipLine(source, bytes.subarray(0, length), xxhash);
      damage.push(describeEntry(LINE_TOO_LONG, { file, line, lineKey: skipped.lineKey }));
      carry = skipped.rest;
      offset += skipped.bytes;
      line++;
      continue;
    }
    if (isAtEnd) {
      const problem = source.damage();
      if (problem !== null) {
        const tail = describeTail(bytes.subarray(0, length), offset, xxhash);
        end = tail.keepsBytes;
        const at = line + countLines(bytes, end);
        damage.push(describeEntry(problem, { file, line: at, lineKey: tail.lineKey }));
      }
    }
    carry = isAtEnd ? carry : bytes.slice(end, length);
    // Counted first: whoever takes the chunk may hand its buffer to another thread.
    const lines = countLines(bytes, end);
    if (end > 0 || damage.length > 0) yield { buffer: bytes.buffer, length: end, offset, line, damage };
    line += lines;
    offset += end;
    damage = [];
  }
}

/** Newlines among the first `length` bytes, and one more for a last line without one. */
function countLines(bytes: Uint8Array, length: number): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, length);
  let count = 0;
  for (let at = buffer.indexOf(NEWLINE); at >= 0; at = buffer.indexOf(NEWLINE, at + 1)) count++;
  return length > 0 && buffer[length - 1] !== NEWLINE ? count + 1 : count;
}

/** The unfinished line before damage stays when it happens to be whole; else it is the damage. */
function describeTail(bytes: Uint8Array, offset: number, xxhash: XXHashAPI): { keepsBytes: number; lineKey: string } {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).lastIndexOf(NEWLINE) + 1;
  const last = bytes.subarray(start);
  const text = new TextDecoder().decode(last);
  let isWhole = false;
  try {
    isWhole = text.startsWith("{") && typeof JSON.parse(text) === "object";
  } catch {
    isWhole = false;
  }
  const keepsBytes = isWhole ? bytes.length : start;
  // The seed keeps this key apart from the key of an equal line that is not cut off, and from tails elsewhere; copies of the file share it.
  return { keepsBytes, lineKey: hashLine(xxhash, bytes.subarray(keepsBytes), TAIL_SEED + offset + keepsBytes) };
}

const TAIL_SEED = 0x7461696c;

/** Reads on to the end of a line that nobody wants, hashing it on the way. */
async function skipLine(
  source: ByteSource,
  start: Uint8Array,
  xxhash: XXHashAPI,
): Promise<{ lineKey: string; rest: Uint8Array; bytes: number }> {
  const hash = xxhash.create64().update(start);
  const piece = Buffer.allocUnsafe(256 * 1024);
  for (let bytes = start.length; ; ) {
    const count = await source.read(piece, 0);
    const newline = piece.subarray(0, count).indexOf(NEWLINE);
    const end = newline < 0 ? count : newline;
    hash.update(piece.subarray(0, end));
    bytes += end;
    if (newline >= 0 || count === 0) {
      const rest = newline < 0 ? new Uint8Array(0) : Uint8Array.from(piece.subarray(newline + 1, count));
      return { lineKey: formatHash(hash.digest()), rest, bytes: bytes + (newline < 0 ? 0 : 1) };
    }
  }
}
