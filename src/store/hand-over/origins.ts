/** Where the records of a segment came from, beside it: what cannot be read is traced to a file's line or a sender's body, not to a piece of the journal. */
import { readFile, rm, writeFile } from "node:fs/promises";

/** Where records came from. Never their text. */
export interface RecordOrigin {
  /** A file's path, a topic, or the key of who sent them. */
  from: string;
  /** Line of the first of them there, or of its record where a body was no lines; from 1. Null where nobody counted. */
  line: number | null;
}

/** Where the bytes from `byte` on came from, and when. */
export interface PlacedOrigin extends RecordOrigin {
  byte: number;
  atMs: number;
}

/**
 * Origins kept of one segment: one for every body of two kilobytes. Senders of smaller ones are a thousand and more a second; those behind the bound are
 * known by the segment alone.
 */
export const ORIGINS_MAX = 4096;

function originsPath(segment: string): string {
  return `${segment}.origins`;
}

/** Writes them beside the segment. A help for people: where it cannot be written, the records are no less durable. */
export async function writeOrigins(segment: string, origins: readonly PlacedOrigin[]): Promise<void> {
  if (origins.length > 0) await writeFile(originsPath(segment), JSON.stringify(origins)).catch(() => {});
}

/** Reads them; none where there are none, or a stop kept them from being written. */
export async function readOrigins(segment: string): Promise<PlacedOrigin[]> {
  try {
    return JSON.parse(await readFile(originsPath(segment), "utf8")) as PlacedOrigin[];
  } catch {
    return [];
  }
}

/** Deletes them. */
export async function removeOrigins(segment: string): Promise<void> {
  await rm(originsPath(segment), { force: true });
}

/** Where a line of a segment came from. */
export interface TracedLine {
  from: string;
  /** Null where nobody counted. */
  line: number | null;
  atMs: number;
}

const NEWLINE = 10;

/** Answers for lines of the segment, counted from 1, where they came from; `bytes` is what the segment holds. Origins are in the order of their bytes. */
export function createTracer(bytes: Uint8Array, origins: readonly PlacedOrigin[]): (line: number) => TracedLine | null {
  const firstLines: number[] = [];
  let line = 1;
  let at = 0;
  for (const { byte } of origins) {
    for (let next = bytes.indexOf(NEWLINE, at); next >= 0 && next < byte; next = bytes.indexOf(NEWLINE, at)) {
      line += 1;
      at = next + 1;
    }
    firstLines.push(line);
  }
  return (wanted) => {
    const place = countUpTo(firstLines, wanted) - 1;
    if (place < 0) return null;
    const { from, line: first, atMs } = origins[place];
    return { from, atMs, line: first === null ? null : first + wanted - firstLines[place] };
  };
}

/** How many of these, which ascend, are not above `most`. Halving: a segment may hold hundreds of thousands of lines that ask among thousands of origins. */
function countUpTo(ascending: readonly number[], most: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle] <= most) low = middle + 1;
    else high = middle;
  }
  return low;
}
