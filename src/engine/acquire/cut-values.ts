/**
 * Cuts whole-document JSON into its records: the elements of a top-level array, or top-level values one after another, however they are laid
 * out over lines. Structure is followed by brackets and strings only; whether a record is JSON is for the reader of chunks to say.
 */
import type { XXHashAPI } from "xxhash-wasm";
import type { QuarantineEntry } from "../../vocabulary/quarantine.js";
import type { ByteSource } from "./byte-source.js";
import type { CutChunk, CuttingTools } from "./cut-lines.js";
import { CHUNK_BYTES, DOCUMENT_BYTES_MAX } from "./limits.js";
import { DOCUMENT_TOO_LARGE, UNFINISHED_DOCUMENT } from "./problems.js";
import { describeEntry, formatHash } from "./quarantine-entry.js";

const READ_BYTES = 1024 * 1024;

/** Yields chunks of whole values; what cannot be told apart any more makes the last entry. */
export async function* cutValues(source: ByteSource, tools: CuttingTools): AsyncGenerator<CutChunk> {
  const { file, xxhash, takeBuffer, chunkBytes = CHUNK_BYTES } = tools;
  const scanner = createValueScanner();
  let bytes = new Uint8Array(takeBuffer(Math.max(chunkBytes, READ_BYTES)));
  let length = 0;
  let offset = 0;
  for (let isAtEnd = false; !isAtEnd; ) {
    if (bytes.length - length < READ_BYTES / 2) {
      const larger = new Uint8Array(takeBuffer(bytes.length * 2));
      larger.set(bytes.subarray(0, length));
      bytes = larger;
    }
    const count = await source.read(bytes, length);
    length += count;
    scanner.scan(bytes, length);
    const isTooLarge = length - scanner.consumed() > DOCUMENT_BYTES_MAX;
    const isBroken = scanner.isBroken() || isTooLarge;
    isAtEnd = count === 0 || isBroken;
    if (!isAtEnd && (scanner.consumed() < chunkBytes || scanner.spans.length === 0)) continue;
    if (isAtEnd) scanner.finish(length);
    const end = scanner.consumed();
    const spans = Float64Array.from(scanner.spans);
    const line = scanner.line();
    const damage: QuarantineEntry[] = [];
    const rest = bytes.subarray(end, length);
    if (isAtEnd && (isBroken || scanner.isInside() || source.damage() !== null)) {
      const lineKey = await hashTail(source, rest, xxhash);
      const problem = source.damage() ?? (isTooLarge ? DOCUMENT_TOO_LARGE : UNFINISHED_DOCUMENT);
      damage.push(describeEntry(problem, { file, line, lineKey }));
    }
    const next = new Uint8Array(takeBuffer(Math.max(chunkBytes, READ_BYTES, rest.length * 2)));
    next.set(rest);
    if (spans.length > 0 || damage.length > 0) {
      yield { buffer: bytes.buffer as ArrayBuffer, length: end, offset, line: spans[2] ?? line, spans, damage };
    }
    scanner.rebase(end);
    offset += end;
    length -= end;
    bytes = next;
  }
}

/** Hash of everything that is left, so that equal tails are duplicates wherever they were cut. */
async function hashTail(source: ByteSource, rest: Uint8Array, xxhash: XXHashAPI): Promise<string> {
  const hash = xxhash.create64().update(rest);
  const piece = new Uint8Array(READ_BYTES);
  for (let count = await source.read(piece, 0); count > 0; count = await source.read(piece, 0)) hash.update(piece.subarray(0, count));
  return formatHash(hash.digest());
}

interface ValueScanner {
  /** Goes on from where it stopped up to `length`. */
  scan(bytes: Uint8Array, length: number): void;
  /** Ends a last scalar that nothing follows. */
  finish(length: number): void;
  /** Start, end, line of the values found since the last {@link rebase}. */
  spans: number[];
  /** End of what needs no second look. */
  consumed(): number;
  /** Line of the value under way, or of the next. */
  line(): number;
  /** A value or the array around it is not closed. */
  isInside(): boolean;
  /** A closing bracket stands where none can. */
  isBroken(): boolean;
  /** The buffer now begins `bytes` later. */
  rebase(bytes: number): void;
}

const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const OPEN_ARRAY = 91;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

function createValueScanner(): ValueScanner {
  let at = 0;
  let line = 1;
  let depth = 0;
  /** 1 while inside the top-level array, whose elements are the records. */
  let base = 0;
  let start = -1;
  let startLine = 1;
  let doneTo = 0;
  let isInString = false;
  let broken = false;
  let spans: number[] = [];
  const begin = (): void => {
    if (start >= 0) return;
    start = at;
    startLine = line;
  };
  const end = (to: number): void => {
    if (start < 0) return;
    spans.push(start, to, startLine);
    start = -1;
    doneTo = to;
  };
  const open = (byte: number): void => {
    if (depth === 0 && byte === OPEN_ARRAY && start < 0) base = 1;
    else begin();
    depth++;
  };
  const close = (byte: number): void => {
    if (depth === base && start >= 0) end(at);
    depth--;
    if (depth < 0 || (depth < base && byte !== CLOSE_ARRAY)) broken = true;
    else if (depth < base) base = 0;
    else if (depth === base) end(at + 1);
  };
  return {
    get spans() {
      return spans;
    },
    scan(bytes, length) {
      for (; at < length && !broken; at++) {
        const byte = bytes[at] as number;
        if (byte === 10) line++;
        if (isInString) {
          if (byte === BACKSLASH) {
            // The escaped byte may not be here yet.
            if (at + 1 >= length) return;
            at++;
          } else if (byte === QUOTE) {
            isInString = false;
            if (depth === base) end(at + 1);
          }
          continue;
        }
        if (byte === QUOTE) {
          begin();
          isInString = true;
        } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) open(byte);
        else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) close(byte);
        else if (depth !== base) continue;
        else if (byte === COMMA || byte <= 32) end(at);
        // A byte order mark before the document is no value.
        else if (byte < 0x80 || start >= 0) begin();
      }
    },
    finish(length) {
      if (depth === 0 && !isInString) end(length);
    },
    consumed: () => (start >= 0 ? start : doneTo),
    line: () => (start >= 0 ? startLine : line),
    isInside: () => depth > 0 || isInString || start >= 0,
    isBroken: () => broken,
    rebase(bytes) {
      at -= bytes;
      doneTo -= bytes;
      if (start >= 0) start -= bytes;
      spans = [];
    },
  };
}
