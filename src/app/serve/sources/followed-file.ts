/** Which file is which while log files are renamed, truncated and made anew: by inode and by how they begin. */
import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";

/** How far a file was read, kept over restarts. */
export interface FilePosition {
  /** Where the file was last seen. */
  path: string;
  /** Device and inode. */
  inode: string;
  /** The first bytes of the file and their digest: an inode is given again, and a file can be cut and filled anew. */
  headBytes: number;
  head: string;
  /** Behind the last line that is durable in the journal. */
  offset: number;
  /** Lines up to there; absent where an older stillwatch read them and counted none. */
  lines?: number;
}

/** A file that is open, with where it is to be read from. */
export interface FollowedFile {
  handle: FileHandle;
  position: FilePosition;
  sizeBytes: number;
}

/** Enough to tell logs apart: their first records differ in time and id. */
const HEAD_BYTES_MAX = 512;
/** Copies that rotation compressed; their content was read before. */
const COMPRESSED = [
  Buffer.from("1f8b", "hex"),
  Buffer.from("28b52ffd", "hex"),
  Buffer.from("425a68", "hex"),
  Buffer.from("fd377a58", "hex"),
];

/**
 * Opens a file and finds out whether its beginning was read before.
 *
 * @returns null when it is gone, or compressed.
 */
export async function openFollowed(path: string, known: ReadonlyMap<string, FilePosition>): Promise<FollowedFile | null> {
  let handle: FileHandle;
  try {
    handle = await open(path, "r");
  } catch {
    return null;
  }
  try {
    const { dev, ino, size, isFile } = await describe(handle);
    const inode = `${dev}:${ino}`;
    const head = await readHead(handle, Math.min(size, HEAD_BYTES_MAX));
    if (!isFile || COMPRESSED.some((magic) => head.subarray(0, magic.length).equals(magic))) {
      await handle.close();
      return null;
    }
    const before = known.get(inode);
    const isSame = before !== undefined && size >= before.offset && digest(head.subarray(0, before.headBytes)) === before.head;
    const offset = isSame ? before.offset : 0;
    const lines = isSame && before.offset > 0 ? before.lines : 0;
    const position = { path, inode, headBytes: head.length, head: digest(head), offset, ...(lines === undefined ? {} : { lines }) };
    return { handle, sizeBytes: size, position };
  } catch {
    await handle.close();
    return null;
  }
}

async function describe(handle: FileHandle): Promise<{ dev: number; ino: number; size: number; isFile: boolean }> {
  const found = await handle.stat();
  return { dev: found.dev, ino: found.ino, size: found.size, isFile: found.isFile() };
}

async function readHead(handle: FileHandle, bytes: number): Promise<Buffer> {
  const head = Buffer.alloc(bytes);
  const { bytesRead } = await handle.read(head, 0, bytes, 0);
  return head.subarray(0, bytesRead);
}

function digest(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 32);
}

/** Bytes read at a time. */
const READ_BYTES = 1024 * 1024;
/** A line that does not end by here is handed on in parts, which end in quarantine: longer ones are not read anyway. */
const LINE_BYTES_MAX = 16 * 1024 * 1024;
const NEWLINE = 10;

/** Newlines among the first bytes. */
export function countLines(lines: Buffer, bytes: number): number {
  let count = 0;
  for (let at = lines.indexOf(NEWLINE); at >= 0 && at < bytes; at = lines.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}

/**
 * The next whole lines from a place on; empty when there is none yet. `isFinal`: nobody writes to the file any more, so that a last line
 * without its newline is whole.
 */
export async function readLines(
  handle: FileHandle,
  { offset, isFinal }: { offset: number; isFinal: boolean },
): Promise<{ lines: Buffer; readBytes: number }> {
  for (let bytes = READ_BYTES; ; bytes *= 4) {
    const buffer = Buffer.allocUnsafe(Math.min(bytes, LINE_BYTES_MAX));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset);
    const end = buffer.subarray(0, bytesRead).lastIndexOf(NEWLINE) + 1;
    if (end > 0) return { lines: buffer.subarray(0, end), readBytes: end };
    const isWhole = bytesRead < buffer.length ? isFinal && bytesRead > 0 : bytes >= LINE_BYTES_MAX;
    if (isWhole) return { lines: Buffer.concat([buffer.subarray(0, bytesRead), Buffer.from("\n")]), readBytes: bytesRead };
    if (bytesRead < buffer.length) return { lines: Buffer.alloc(0), readBytes: 0 };
  }
}
