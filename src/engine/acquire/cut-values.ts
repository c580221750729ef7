/**
 * Cuts whole-document JSON into its records: the elements of a top-level array, or top-level values one after another, however they are laid
 * out over lines. Structure is followed by brackets and strings only; whether a record is JSON is for the reader of chunks to say.
 */
import type { XXHashAPI } from "xxhash-wasm";
import type { QuarantineEntry } from "../../vocabulary/quarantine.js";
import type { ByteSource } from "./byte-source.js";
import type { CutChunk, CuttingTools } from "./cut-lines.js";
import { CHUNK_BYTES, DOCUMENT_BYTES_MAX } from "./limits.js";
import { consumedBytes, createValueScanner, finishScanner, isInsideValue, rebaseScanner, scanValues } from "./value-scanner.js";
import { DOCUMENT_TOO_LARGE, NO_REQUEST, UNFINISHED_DOCUMENT } from "./problems.js";
import { describeEntry, formatHash } from "./quarantine-entry.js";

const READ_BYTES = 1024 * 1024;

/** Yields chunks of whole values; what cannot be told apart any more makes the last entry. */
export async function* cutValues(source: ByteSource, tools: CuttingTools): AsyncGenerator<CutChunk> {
  const { file, xxhash, takeBuffer, chunkBytes = CHUNK_BYTES } = tools;
  const scanner = createValueScanner();
  let bytes = new Uint8Array(takeBuffer(Math.max(chunkBytes, READ_BYTES)));
  let length = 0;
  let offset = 0;
  let isEmpty = true;
  for (let isAtEnd = false; !isAtEnd; ) {
    if (bytes.length - length < READ_BYTES / 2) {
      const larger = new Uint8Array(takeBuffer(bytes.length * 2));
      larger.set(bytes.subarray(0, length));
      bytes = larger;
    }
    const count = await source.read(bytes, length);
    length += count;
    scanValues(scanner, bytes, length);
    const isTooLarge = length - consumedBytes(scanner) > DOCUMENT_BYTES_MAX;
    const isBroken = scanner.isBroken || isTooLarge;
    isAtEnd = count === 0 || isBroken;
    if (!isAtEnd && (consumedBytes(scanner) < chunkBytes || scanner.spans.length === 0)) continue;
    if (isAtEnd) finishScanner(scanner, length);
    const end = consumedBytes(scanner);
    const spans = Float64Array.from(scanner.spans);
    const line = scanner.start >= 0 ? scanner.startLine : scanner.line;
    const damage: QuarantineEntry[] = [];
    const rest = bytes.subarray(end, length);
    if (isAtEnd && (isBroken || isInsideValue(scanner) || source.damage() !== null)) {
      const lineKey = await hashTail(source, rest, xxhash);
      const problem = source.damage() ?? (isTooLarge ? DOCUMENT_TOO_LARGE : UNFINISHED_DOCUMENT);
      damage.push(describeEntry(problem, { file, line, lineKey }));
    }
    isEmpty &&= spans.length === 0 && damage.length === 0;
    if (isAtEnd && isEmpty) damage.push(describeEntry(NO_REQUEST, { file, line: 1, lineKey: formatHash(xxhash.h64("[]")) }));
    const next = new Uint8Array(takeBuffer(Math.max(chunkBytes, READ_BYTES, rest.length * 2)));
    next.set(rest);
    if (spans.length > 0 || damage.length > 0) {
      yield { buffer: bytes.buffer, length: end, offset, line: spans[2] ?? line, spans, damage };
    }
    rebaseScanner(scanner, end);
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
