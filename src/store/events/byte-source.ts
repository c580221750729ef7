/** Bytes that arrive in chunks of any size, read as if they lay in one piece. */

/** Where bytes come from: a Node stream or an async generator. */
export type ByteSource = AsyncIterable<Uint8Array>;

/** A cursor over a {@link ByteSource}. Every method throws an `Error` when the source ends too early. */
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
}

/** Starts reading `source`. */
export function openByteReader(source: ByteSource): ByteReader {
  const chunks = source[Symbol.asyncIterator]();
  let buffer: Buffer = Buffer.alloc(0);
  let at = 0;

  /** Pulls chunks until `count` bytes lie ahead; false when the source ends first. */
  async function canRead(count: number): Promise<boolean> {
    let ahead = buffer.length - at;
    if (ahead >= count) return true;
    const parts = ahead > 0 ? [buffer.subarray(at)] : [];
    while (ahead < count) {
      const next = await chunks.next();
      if (next.done) break;
      const chunk = next.value;
      if (chunk.length === 0) continue;
      parts.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
      ahead += chunk.length;
    }
    buffer = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
    at = 0;
    return ahead >= count;
  }

  async function demand(count: number): Promise<void> {
    if (!(await canRead(count))) throw new Error("The answer of the event store ended in the middle of a block.");
  }

  /** Reads a varint that lies in the buffer as a whole, or returns -1 and leaves the cursor where it is. */
  function takeVarint(): number {
    let value = 0;
    let scale = 1;
    for (let i = at; i < buffer.length; i++) {
      const byte = buffer[i] ?? 0;
      value += (byte & 127) * scale;
      if (byte < 128) {
        at = i + 1;
        return value;
      }
      scale *= 128;
    }
    return -1;
  }

  async function readVarint(): Promise<number> {
    let value = takeVarint();
    while (value < 0) {
      await demand(buffer.length - at + 1);
      value = takeVarint();
    }
    return value;
  }

  async function readString(): Promise<string> {
    const length = await readVarint();
    await demand(length);
    at += length;
    return buffer.toString("utf8", at - length, at);
  }

  async function readStrings(count: number): Promise<string[]> {
    const strings: string[] = [];
    for (let i = 0; i < count; i++) {
      const start = at;
      const length = takeVarint();
      if (length >= 0 && at + length <= buffer.length) {
        strings.push(length === 0 ? "" : buffer.toString("utf8", at, at + length));
        at += length;
      } else {
        at = start;
        strings.push(await readString());
      }
    }
    return strings;
  }

  async function copyBytes(count: number): Promise<Uint8Array<ArrayBuffer>> {
    await demand(count);
    const bytes = new Uint8Array(count);
    bytes.set(buffer.subarray(at, at + count));
    at += count;
    return bytes;
  }

  return { isAtEnd: async () => !(await canRead(1)), readVarint, readString, readStrings, copyBytes };
}
