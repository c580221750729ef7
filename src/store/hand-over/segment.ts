/** Segments of the journal: files of whole lines in one source format, with a number that grows. */
import { open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";

/** A segment that is whole: nothing is added to it any more. */
export interface JournalSegment {
  path: string;
  /** Name of the source format. */
  format: string;
  /** Grows from segment to segment, over restarts too. */
  number: number;
  bytes: number;
}

/** Names sort as numbers do: sixteen digits hold every number that JavaScript counts exactly. */
const NUMBER_DIGITS = 16;
const OPEN_SUFFIX = ".open";
const NAME = /^(\d{16})-([a-z0-9-]+)\.ndjson(\.open)?$/;

/** Bytes that are read at a time, from the end, in search of the last newline. */
const TAIL_BYTES = 64 * 1024;
const NEWLINE = 10;

/** Where a segment lies while it is written to; see {@link closedPath}. */
export function openPath(folder: string, { format, number }: { format: string; number: number }): string {
  return join(folder, `${String(number).padStart(NUMBER_DIGITS, "0")}-${format}.ndjson${OPEN_SUFFIX}`);
}

/** Where it lies once it is whole. */
export function closedPath(path: string): string {
  return path.slice(0, -OPEN_SUFFIX.length);
}

/** True for names that a segment can carry. */
export function isFormatName(format: string): boolean {
  return /^[a-z0-9-]+$/.test(format);
}

/** What a segment's name tells: its format and its number, which is when it was begun (milliseconds) or a little behind. Null for another file. */
export function parseSegmentName(name: string): Pick<JournalSegment, "format" | "number"> | null {
  const match = NAME.exec(name);
  return match === null ? null : { format: match[2], number: Number(match[1]) };
}

/** All whole segments of a folder, in the order in which they were begun. Other files are passed over. */
export async function listSegments(folder: string): Promise<JournalSegment[]> {
  return (await readFolder(folder)).filter(({ isOpen }) => !isOpen).map(({ segment }) => segment);
}

/**
 * Makes segments whole that a stop left open: cuts off a torn last line, which nobody was told is kept, and gives them their final name.
 *
 * @param onUnreadable Told of one that the system does not let be read or cut; it keeps its open name, and the next start tries it again. Without this,
 * its error is thrown.
 * @returns all whole segments, in order.
 */
export async function recoverSegments(folder: string, onUnreadable?: (path: string, error: unknown) => void): Promise<JournalSegment[]> {
  for (const { segment, isOpen } of await readFolder(folder)) {
    if (!isOpen) continue;
    try {
      await recoverSegment(segment.path);
    } catch (error) {
      if (onUnreadable === undefined) throw error;
      onUnreadable(segment.path, error);
    }
  }
  await syncFolder(folder);
  return listSegments(folder);
}

/** Makes names durable: a file is lost with its name. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function readFolder(folder: string): Promise<{ segment: JournalSegment; isOpen: boolean }[]> {
  const found: { segment: JournalSegment; isOpen: boolean }[] = [];
  for (const name of (await readdir(folder)).toSorted()) {
    const match = NAME.exec(name);
    if (match === null) continue;
    const path = join(folder, name);
    const { size } = await stat(path);
    found.push({ segment: { path, format: match[2], number: Number(match[1]), bytes: size }, isOpen: match[3] !== undefined });
  }
  return found;
}

async function recoverSegment(path: string): Promise<void> {
  const handle = await open(path, "r+");
  let wholeBytes = 0;
  try {
    const { size } = await handle.stat();
    const tail = Buffer.alloc(TAIL_BYTES);
    for (let end = size; end > 0 && wholeBytes === 0; end -= TAIL_BYTES) {
      const start = Math.max(0, end - TAIL_BYTES);
      const { bytesRead } = await handle.read(tail, 0, end - start, start);
      wholeBytes = start + tail.subarray(0, bytesRead).lastIndexOf(NEWLINE) + 1;
      // Nothing found: `start` alone is no place behind a newline.
      if (wholeBytes === start) wholeBytes = 0;
    }
    if (wholeBytes < size) await handle.truncate(wholeBytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (wholeBytes === 0) await rm(path);
  else await rename(path, closedPath(path));
}
