/** Who reads chunks: worker threads, or the caller's own thread in tests. */
import { Worker } from "node:worker_threads";
import type { MessagePort } from "node:worker_threads";
import type { ChunkResult, ChunkTask } from "./chunk.js";
import { workerEnded } from "./problems.js";
import type { ChunkReader } from "./read-chunk.js";

/** Parsed records die young: with room for a chunk of them, collecting costs a third less than with Node's default. */
const YOUNG_MEGABYTES = 64;

/** Reads chunks, several at a time. */
export interface ReaderPool {
  /** How many chunks it can work on at once. */
  size: number;
  /** The task's buffer belongs to the pool until the result hands it back. */
  read(task: ChunkTask): Promise<ChunkResult>;
  close(): Promise<void>;
}

/** A pool without threads. */
export function createInlinePool(reader: ChunkReader): ReaderPool {
  return { size: 1, read: async (task) => reader(task), close: async () => {} };
}

/** The module to run in each worker, which must call {@link serveChunks}, and how many of them. */
export interface ThreadPoolOptions {
  url: URL;
  workers: number;
  workerData?: unknown;
}

interface Pending {
  resolve: (result: ChunkResult) => void;
  reject: (error: Error) => void;
}

interface Thread {
  worker: Worker;
  pending: Map<number, Pending>;
}

type Answer = { id: number; result: ChunkResult } | { id: number; failure: string };

/** Starts the workers. They live until {@link ReaderPool.close}. */
export function createThreadPool(options: ThreadPoolOptions): ReaderPool {
  const threads: Thread[] = [];
  let nextId = 0;
  let failure: Error | null = null;
  const failAll = (error: Error): void => {
    failure ??= error;
    for (const { pending } of threads) {
      for (const { reject } of pending.values()) reject(error);
      pending.clear();
    }
  };
  for (let index = 0; index < options.workers; index++) {
    const worker = new Worker(options.url, {
      workerData: options.workerData,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
    });
    const thread: Thread = { worker, pending: new Map() };
    threads.push(thread);
    worker.on("message", (answer: Answer) => {
      const waiting = thread.pending.get(answer.id);
      thread.pending.delete(answer.id);
      if ("result" in answer) waiting?.resolve(answer.result);
      else waiting?.reject(workerEnded(answer.failure));
    });
    worker.on("error", (error) => failAll(workerEnded(error instanceof Error ? error.message : String(error))));
    worker.on("exit", (code) => thread.pending.size > 0 && failAll(workerEnded(`exit code ${code}`)));
  }
  return {
    size: options.workers,
    read(task) {
      if (failure !== null) return Promise.reject(failure);
      const thread = threads.reduce((idlest, other) => (other.pending.size < idlest.pending.size ? other : idlest));
      const id = nextId++;
      return new Promise((resolve, reject) => {
        thread.pending.set(id, { resolve, reject });
        thread.worker.postMessage({ id, task }, listOwned([task.body.buffer]));
      });
    },
    async close() {
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
    },
  };
}

/** The worker's side: reads chunks as they come. The reader may still be in the making when the first arrives. */
export function serveChunks(port: MessagePort, reader: Promise<ChunkReader>): void {
  // A failed start is told with the first chunk; unhandled it would only say that the worker ended.
  reader.catch(() => {});
  let last: Promise<void> = Promise.resolve();
  port.on("message", ({ id, task }: { id: number; task: ChunkTask }) => {
    last = last.then(() => answerChunk(port, reader, id, task));
  });
}

async function answerChunk(port: MessagePort, reader: Promise<ChunkReader>, id: number, task: ChunkTask): Promise<void> {
  try {
    const result = (await reader)(task);
    const { block, buffer } = result;
    const isWhole = block !== null && block.byteLength === block.buffer.byteLength;
    port.postMessage({ id, result } satisfies Answer, listOwned(isWhole ? [buffer, block.buffer] : [buffer]));
  } catch (error) {
    port.postMessage({ id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) } satisfies Answer);
  }
}

/** Those that one thread owns at a time, and that are handed over for that; shared ones are simply named. */
function listOwned(buffers: readonly ArrayBufferLike[]): ArrayBuffer[] {
  return buffers.filter((buffer) => buffer instanceof ArrayBuffer);
}
