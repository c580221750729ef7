/**
 * Buffers that go round between the reader of files and the workers, so that reading a large file takes the memory of a few chunks. They are memory
 * that threads share: handed over from thread to thread, each would count as newly allocated to V8, and the reader of files would collect its garbage
 * forty times in half a million requests, where there is none.
 */

/** Hands out buffers and takes them back. */
export interface BufferPool {
  /** A buffer of at least so many bytes, with anything in it. */
  take(bytes: number): ArrayBufferLike;
  /** Keeps the buffer for another chunk, unless it is unusually large or there are enough. */
  give(buffer: ArrayBufferLike): void;
}

/** Makes a pool for chunks of `chunkBytes`, keeping at most `keptMax` buffers. */
export function createBufferPool({ chunkBytes, keptMax }: { chunkBytes: number; keptMax: number }): BufferPool {
  const isUsual = (bytes: number): boolean => bytes >= chunkBytes && bytes <= chunkBytes * 2;
  const free: ArrayBufferLike[] = [];
  return {
    take(bytes) {
      const at = free.findIndex((buffer) => buffer.byteLength >= bytes);
      const kept = at < 0 ? undefined : free.splice(at, 1)[0];
      // One that is not kept should count, so that it is collected soon.
      return kept ?? (isUsual(bytes) ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
    },
    give(buffer) {
      if (isUsual(buffer.byteLength) && free.length < keptMax) free.push(buffer);
    },
  };
}
