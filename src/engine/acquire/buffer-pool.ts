/** Buffers that go round between the reader of files and the workers, so that reading a large file takes the memory of a few chunks. */

/** Hands out buffers and takes them back. */
export interface BufferPool {
  /** A buffer of at least so many bytes, with anything in it. */
  take(bytes: number): ArrayBuffer;
  /** Keeps the buffer for another chunk, unless it is unusually large or there are enough. */
  give(buffer: ArrayBuffer): void;
}

/** Makes a pool for chunks of `chunkBytes`, keeping at most `keptMax` buffers. */
export function createBufferPool({ chunkBytes, keptMax }: { chunkBytes: number; keptMax: number }): BufferPool {
  const free: ArrayBuffer[] = [];
  return {
    take(bytes) {
      const at = free.findIndex((buffer) => buffer.byteLength >= bytes);
      const kept = at < 0 ? undefined : free.splice(at, 1)[0];
      return kept ?? new ArrayBuffer(bytes);
    },
    give(buffer) {
      const isUsual = buffer.byteLength >= chunkBytes && buffer.byteLength <= chunkBytes * 2;
      if (isUsual && free.length < keptMax) free.push(buffer);
    },
  };
}
