/** Bytes that arrive in chunks of any size, read as if they lay in one piece. */

/** Where bytes come from: a Node stream or an async generator. */
export type ByteChunks = AsyncIterable<Uint8Array>;

/** A cursor over a {@link ByteChunks}. Every method throws an `Error` when the source ends too early. */
export interface ByteReader {
  isAtEnd(): Promise<boolean>;
  /** An unsigned LEB128 number below 2^53. */
  readVarint(): Promise<number>;
  /** A UTF-8 string behind its length in bytes. */
  readString(): Promise<string>;
  /** `count` strings, each behind its length in bytes. */
  readStrings(count: number): Promise<string[]>;
  /** The next `count` bytes in a buffer of their own, so that typed arrays of any width can lie on it. */
  copyBytes(count: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Tells the source that no more is wanted, so that it can let go of what it holds. */
  stop(): Promise<void>;
}

/** The bytes that arrived and were not read yet. */
interface Window {
  chunks: AsyncIterator<Uint8Array>;
  buffer: Buffer;
  at: number;
}

/** Starts reading `source`. */
export function openByteReader(source: ByteChunks): ByteReader {
  const window: Window = { chunks: source[Symbol.asyncIterator](), buffer: Buffer.alloc(0), at: 0 };
  return {
    isAtEnd: async () => !(await canRead(window, 1)),
    readVarint: () => readVarint(window),
    readString: () => readString(window),
    readStrings: (count) => readStrings(window, count),
    copyBytes: (count) => copyBytes(window, count),
    stop: async () => void (await window.chunks.return?.()),
  };
}

/** Pulls chunks until `count` bytes lie ahead; false when the source ends first. */
async function canRead(window: Window, count: number): Promise<boolean> {
  let ahead = window.buffer.length - window.at;
  if (ahead >= count) return true;
  const parts = ahead > 0 ? [window.buffer.subarray(window.at)] : [];
  while (ahead < count) {
    const next = await window.chunks.next();
    if (next.done) break;
    const chunk = next.value;
    if (chunk.length === 0) continue;
    parts.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    ahead += chunk.length;
  }
  window.buffer = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
  window.at = 0;
  return ahead >= count;
}

async function demand(window: Window, count: number): Promise<void> {
  if (!(await canRead(window, count))) throw new Error("The answer of the event store ended in the middle of a block.");
}

/** Reads a varint that lies in the buffer as a whole, or returns -1 and leaves the cursor where it is. */
function takeVarint(window: Window): number {
  const { buffer } = window;
  let value = 0;
  let scale = 1;
  for (let i = window.at; i < buffer.length; i++) {
    const byte = buffer[i] ?? 0;
    value += (byte & 127) * scale;
    if (byte < 128) {
      window.at = i + 1;
      return value;
    }
    scale *= 128;
  }
  return -1;
}

async function readVarint(window: Window): Promise<number> {
  let value = takeVarint(window);
  while (value < 0) {
    await demand(window, window.buffer.length - window.at + 1);
    value = takeVarint(window);
  }
  return value;
}

async function readString(window: Window): Promise<string> {
  const length = await readVarint(window);
  await demand(window, length);
  window.at += length;
  return window.buffer.toString("utf8", window.at - length, window.at);
}

async function readStrings(window: Window, count: number): Promise<string[]> {
  const strings: string[] = [];
  for (let i = 0; i < count; i++) {
    const start = window.at;
    const length = takeVarint(window);
    const end = window.at + length;
    if (length >= 0 && end <= window.buffer.length) {
      strings.push(length === 0 ? "" : window.buffer.toString("utf8", window.at, end));
      window.at = end;
    } else {
      window.at = start;
      strings.push(await readString(window));
    }
  }
  return strings;
}

async function copyBytes(window: Window, count: number): Promise<Uint8Array<ArrayBuffer>> {
  await demand(window, count);
  const bytes = new Uint8Array(count);
  bytes.set(window.buffer.subarray(window.at, window.at + count));
  window.at += count;
  return bytes;
}
