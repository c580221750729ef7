/** Bytes of a file, uncompressed, from beginning to end. Damage ends the bytes early and is told afterwards; it never throws away what came before. */
import { open } from "node:fs/promises";
import type { Transform } from "node:stream";
import zlib from "node:zlib";
import { Decompress } from "fzstd";
import type { Problem } from "../../vocabulary/errors.js";
import { openParquet } from "./parquet.js";
import { damagedCompression, unreadableFile } from "./problems.js";
import { FILE_WINDOW_BYTES_MAX, watchFrames } from "./zstd-frames.js";

/** Sequential bytes. */
export interface ByteSource {
  /** Fills `target` from `at` with at least one byte; 0 at the end. */
  read(target: Uint8Array, at: number): Promise<number>;
  /** Bytes of the stored file consumed so far, for progress. */
  consumedBytes(): number;
  /** After the end: why the content ends before the file does, or null when it is whole. */
  damage(): Problem | null;
  close(): Promise<void>;
}

/** How a file is stored, by its first bytes; the name decides nothing. */
export type Storage = "plain" | "gzip" | "zstd" | "parquet";

/** Bytes needed by {@link detectStorage}. */
export const MAGIC_BYTES = 4;

/** Tells the storage by magic bytes. */
export function detectStorage(head: Uint8Array): Storage {
  if (head[0] === 0x1f && head[1] === 0x8b) return "gzip";
  const magic = head.length >= 4 ? new DataView(head.buffer, head.byteOffset).getUint32(0, true) : 0;
  // Zstandard frames, and the skippable frames that parallel writers put first (RFC 8878 §3.1).
  if (magic === 0xfd2fb528 || (magic >= 0x184d2a50 && magic <= 0x184d2a5f)) return "zstd";
  return magic === 0x31524150 ? "parquet" : "plain";
}

const READ_BYTES = 256 * 1024;
/**
 * Compressed bytes fed at a time; the next only when all that came of these is consumed. The densest Zstandard makes 128 KiB of 4 bytes, so no
 * file, however hostile, has more than 128 MiB waiting; the densest gzip 4 MiB.
 */
const STEP_BYTES = 4 * 1024;

/** A file to read. */
export interface ByteSourceOptions {
  path: string;
  /** As the caller named it. */
  file: string;
  storage: Storage;
  /** False reads zstd in JavaScript also where Node could; for tests. */
  prefersNative?: boolean;
}

/** Opens a file for reading from beginning to end. */
export async function openByteSource({ path, file, storage, prefersNative = true }: ByteSourceOptions): Promise<ByteSource> {
  if (storage === "parquet") return openParquet(path);
  const plain = await openPlain(path, file);
  if (storage === "plain") return plain;
  const create =
    storage === "gzip" ? createGunzip : prefersNative && createZstdDecompress !== undefined ? createNativeUnzstd : createUnzstd;
  return decompress(plain, { kind: storage, create, reopen: () => openPlain(path, file) });
}

async function openPlain(path: string, file: string): Promise<ByteSource> {
  const handle = await open(path, "r");
  let position = 0;
  let damage: Problem | null = null;
  return {
    async read(target, at) {
      try {
        const { bytesRead } = await handle.read(target, at, target.length - at, position);
        position += bytesRead;
        return bytesRead;
      } catch (error) {
        damage = unreadableFile(file, error);
        return 0;
      }
    },
    consumedBytes: () => position,
    damage: () => damage,
    close: () => handle.close(),
  };
}

type Emit = (piece: Uint8Array) => void;

/** Turns compressed bytes into pieces of content; rejects with {@link Truncated} or anything else on damage. */
interface Decompressor {
  /** Content that `bytes` yields is handed to `emit` before the promise settles. */
  push(bytes: Uint8Array, emit: Emit): Promise<void>;
  /** Called once after the last push; rejects when the stream is not at its end. */
  finish(emit: Emit): Promise<void>;
  close(): void;
}

class Truncated extends Error {}

interface Compression {
  kind: "gzip" | "zstd";
  create: () => Decompressor;
  /** The compressed bytes once more, from the beginning. */
  reopen: () => Promise<ByteSource>;
}

function decompress(compressed: ByteSource, compression: Compression): ByteSource {
  const decompressor = compression.create();
  const pieces: Uint8Array[] = [];
  const input = new Uint8Array(READ_BYTES);
  let filledBytes = 0;
  let fedBytes = 0;
  let emittedBytes = 0;
  let isAtEnd = false;
  let damage: Problem | null = null;
  const emit: Emit = (piece) => {
    if (piece.length > 0) pieces.push(piece);
    emittedBytes += piece.length;
  };
  const refill = async (): Promise<void> => {
    const startedAt = compressed.consumedBytes() - (filledBytes - fedBytes);
    try {
      if (fedBytes === filledBytes) {
        fedBytes = 0;
        filledBytes = await compressed.read(input, 0);
      }
      if (filledBytes > 0) {
        const step = input.subarray(fedBytes, Math.min(filledBytes, fedBytes + STEP_BYTES));
        fedBytes += step.length;
        return await decompressor.push(step, emit);
      }
      isAtEnd = true;
      damage = compressed.damage();
      await decompressor.finish(emit);
    } catch (error) {
      isAtEnd = true;
      damage ??= damagedCompression(compression.kind, error instanceof Truncated);
      if (!(error instanceof Truncated)) await recoverTail(compression, { damagedFrom: startedAt, knownBytes: emittedBytes }, emit);
    }
  };
  return {
    async read(target, at) {
      while (pieces.length === 0) {
        if (isAtEnd) break;
        await refill();
      }
      const piece = pieces[0];
      if (piece === undefined) return 0;
      const count = Math.min(piece.length, target.length - at);
      target.set(piece.subarray(0, count), at);
      if (count === piece.length) pieces.shift();
      else pieces[0] = piece.subarray(count);
      return count;
    },
    consumedBytes: () => compressed.consumedBytes(),
    damage: () => damage,
    close() {
      decompressor.close();
      return compressed.close();
    },
  };
}

/** Bytes fed at a time where damage is known to be near: fewer than gzip's trailer, so that content before foreign bytes comes out whole. */
const CAREFUL_BYTES = 8;

/**
 * Decompressors drop the output of the call that meets damage. So the file is read once more up to that call, and then a few bytes at a time:
 * everything before the damage comes out. Costs one more pass, over damaged files only.
 */
async function recoverTail(compression: Compression, known: { damagedFrom: number; knownBytes: number }, emit: Emit): Promise<void> {
  const compressed = await compression.reopen();
  const decompressor = compression.create();
  let skipBytes = known.knownBytes;
  const emitNew: Emit = (piece) => {
    const skipped = Math.min(skipBytes, piece.length);
    skipBytes -= skipped;
    emit(piece.subarray(skipped));
  };
  const input = new Uint8Array(READ_BYTES);
  try {
    for (;;) {
      const position = compressed.consumedBytes();
      const isNearDamage = position >= known.damagedFrom;
      const count = await compressed.read(isNearDamage ? input : input.subarray(0, Math.min(READ_BYTES, known.damagedFrom - position)), 0);
      if (count === 0) return;
      const step = isNearDamage ? CAREFUL_BYTES : count;
      for (let at = 0; at < count; at += step) await decompressor.push(input.subarray(at, Math.min(count, at + step)), emitNew);
    }
  } catch {
    // The damage itself, which is reported already.
  } finally {
    decompressor.close();
    await compressed.close();
  }
}

/** Output buffers of zlib: large ones save calls. */
const OUTPUT_BYTES = 64 * 1024;

function createGunzip(): Decompressor {
  return wrapTransform(zlib.createGunzip({ chunkSize: OUTPUT_BYTES }));
}

/** zlib reads zstd from Node 22.15 on, which the types for 20 do not know. */
const { createZstdDecompress } = zlib as { createZstdDecompress?: (options: { chunkSize: number }) => Transform };

function createNativeUnzstd(): Decompressor {
  if (createZstdDecompress === undefined) throw new Error("this Node has no zstd");
  return wrapTransform(createZstdDecompress({ chunkSize: OUTPUT_BYTES }));
}

/** Zstd in JavaScript, several times slower. It sees a frame's header only where the window that the header asks for is within bounds. */
function createUnzstd(): Decompressor {
  let emitNow: Emit = () => {};
  const stream = new Decompress((piece) => emitNow(piece.slice()));
  const watch = watchFrames({ windowBytesMax: FILE_WINDOW_BYTES_MAX });
  return {
    async push(bytes, emit) {
      emitNow = emit;
      const { soundBytes, fault } = watch.push(bytes);
      stream.push(bytes.slice(0, soundBytes));
      if (fault !== null) throw new Error(`zstd frames: ${fault}`);
    },
    async finish(emit) {
      emitNow = emit;
      if (watch.isInHeader() && !watch.isBetweenFrames()) throw new Truncated();
      try {
        stream.push(new Uint8Array(0), true);
      } catch {
        throw new Truncated();
      }
    },
    close: () => {},
  };
}

/** Errors that mean "the input ended too early". */
const TRUNCATION_CODES: ReadonlySet<string> = new Set(["Z_BUF_ERROR", "ZSTD_error_srcSize_wrong"]);

function wrapTransform(stream: Transform): Decompressor {
  let emitNow: Emit = () => {};
  let failure: Error | null = null;
  let hasEnded = false;
  let settle: () => void = () => {};
  // Flowing, because a paused stream throws its buffered output away when damage destroys it.
  stream.on("data", (piece: Buffer) => emitNow(piece));
  stream.on("error", (error: NodeJS.ErrnoException) => {
    failure = TRUNCATION_CODES.has(error.code ?? "") ? new Truncated() : error;
    settle();
  });
  // zlib ends by itself after a member that zeros follow (padding of tapes and block devices), and never answers that write.
  stream.on("end", () => {
    hasEnded = true;
    settle();
  });
  const run = async (start: () => void, emit: Emit): Promise<void> => {
    emitNow = emit;
    if (failure === null && !hasEnded) {
      await new Promise<void>((resolve) => {
        settle = resolve;
        start();
      });
    }
    if (failure !== null) throw failure;
  };
  return {
    push: (bytes, emit) => run(() => stream.write(Buffer.from(bytes), () => settle()), emit),
    finish: (emit) => run(() => stream.end(), emit),
    close: () => void stream.destroy(),
  };
}
