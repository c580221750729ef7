/** Reads NDJSON, plain, gzip or zstd, one line at a time in bounded memory. */
import { open } from "node:fs/promises";
import { detectStorage, MAGIC_BYTES, openByteSource } from "../engine/acquire/byte-source.js";
import type { Place, StillwatchError } from "../vocabulary/errors.js";

/** A parsed line and its number, from 1. */
export interface ParsedLine {
  value: Record<string, unknown>;
  line: number;
}

/** How to complain about a file. */
export interface Complaints {
  missing: (file: string) => StillwatchError;
  damaged: (place: Place, what: string) => StillwatchError;
}

const PIECE_BYTES = 1 << 20;
const NEWLINE = 10;

/**
 * Yields every line that is not empty as an object.
 *
 * @throws StillwatchError as `complaints` say: the file is absent, compressed data is damaged, or a line is no JSON object.
 */
export async function* readLines(file: string, complaints: Complaints): AsyncGenerator<ParsedLine> {
  let line = 0;
  for await (const text of readTextLines(file, complaints)) {
    line++;
    if (text !== "" && text !== "\r") yield { value: parseObject(text, { file, line }, complaints), line };
  }
}

function parseObject(text: string, place: Place, complaints: Complaints): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The engine's message quotes the line, which may hold what must not be shown.
    throw complaints.damaged(place, "a line is not JSON");
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw complaints.damaged(place, "a line is not a JSON object");
  return value as Record<string, unknown>;
}

async function* readTextLines(file: string, complaints: Complaints): AsyncGenerator<string> {
  const storage = await sniffStorage(file, complaints);
  const source = await openByteSource({ path: file, file, storage });
  try {
    let carry = Buffer.alloc(0);
    for (;;) {
      const piece = Buffer.allocUnsafe(carry.length + PIECE_BYTES);
      carry.copy(piece);
      const count = await source.read(piece, carry.length);
      if (count === 0) break;
      const filled = piece.subarray(0, carry.length + count);
      const end = filled.lastIndexOf(NEWLINE);
      if (end !== -1) yield* filled.toString("utf8", 0, end).split("\n");
      carry = filled.subarray(end + 1);
    }
    const damage = source.damage();
    if (damage !== null) throw complaints.damaged({ file }, damage.what);
    if (carry.length > 0) yield carry.toString("utf8");
  } finally {
    await source.close();
  }
}

async function sniffStorage(file: string, complaints: Complaints): Promise<"plain" | "gzip" | "zstd"> {
  const head = new Uint8Array(MAGIC_BYTES);
  let count = 0;
  try {
    const handle = await open(file, "r");
    try {
      count = (await handle.read(head, 0, MAGIC_BYTES, 0)).bytesRead;
    } finally {
      await handle.close();
    }
  } catch {
    throw complaints.missing(file);
  }
  const storage = detectStorage(head.subarray(0, count));
  if (storage === "parquet") throw complaints.damaged({ file }, "Parquet is not read here; give NDJSON");
  return storage;
}
