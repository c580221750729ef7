/** The thread that makes large bodies ready; small ones are done before a message would have arrived. */
import { Worker } from "node:worker_threads";
import type { ReadAgain } from "../../http/intake/read-again.js";
import { HttpError } from "../../http/problems.js";
import type { Problem } from "../../../vocabulary/errors.js";
import { isUnpackedInThread } from "../../http/intake/bodies.js";
import type { CallReading, GatewayCall } from "./call-reading.js";
import { createInlineWork, type Packing, type Prepared, type PrepareWish, type RecordWork } from "./record-work.js";

/** What the thread is asked. */
export type RecordQuestion = { id: number } & (
  | ({ kind: "prepare" } & PrepareWish)
  | { kind: "read_again"; format: string; body: Buffer }
  | { kind: "unpack"; body: Buffer; packing: Packing }
  | { kind: "read_call"; call: GatewayCall; body: readonly Buffer[] }
);

/** Memory that is not needed any more; it is not answered. */
export interface GivenBack {
  kind: "give_back";
  buffer: ArrayBuffer;
}

/** The work. */
export type Done = Prepared | ReadAgain | { bytes: Buffer } | { reading: CallReading };

/** What it answers: the work, what is wrong with the body, or that it failed over it. */
export type RecordAnswer = { id: number } & (
  | { done: Done }
  | { refusal: { problem: Problem; status: number; retryAfterMs: number | undefined } }
  | { failure: string }
);

/** The thread failed, which is a fault of ours: the body may be as it should. */
export class WorkFailed extends Error {}

/** Bodies above it go to the thread: a millisecond or two of work, which a verdict can wait for. */
const LARGE_BYTES = 128 * 1024;

/** Starts it at the first large body; another one at the first large call of a gateway, because a verdict must not stand in line behind records. One that ends is replaced at the next: whoever waited for it is told to send again. */
export function createThreadedWork(entry: URL | null = findBuiltThread()): RecordWork {
  const inline = createInlineWork();
  if (entry === null) return inline;
  /** Memory that threads made: nobody else has a share in it. */
  const made = new WeakSet<ArrayBufferLike>();
  const threads = { records: null as RecordThread | null, calls: null as RecordThread | null };
  let isClosed = false;
  const ask = async <Result>(question: UnnumberedQuestion, isGiven: boolean): Promise<Result> => {
    if (isClosed) throw new Error("the work is closed");
    const name = question.kind === "read_call" ? "calls" : "records";
    let thread = threads[name];
    if (thread === null || thread.hasEnded()) thread = threads[name] = startThread(entry);
    return (await thread.ask(question, isGiven)) as Result;
  };
  return {
    prepare: async (wish, { isGiven }) =>
      sumBytes(wish.body) < LARGE_BYTES
        ? inline.prepare(wish, { isGiven })
        : restore(await ask<Prepared>({ kind: "prepare", ...wish }, isGiven), made),
    unpack: async (body, { hold, ...packing }) => {
      if (!isUnpackedInThread(packing.encoding)) return inline.unpack(body, { ...packing, ...(hold === undefined ? {} : { hold }) });
      // Small ones as well: what is in them may be a thousand times as large. The thread has one at a time in hand, so that only this one is not held yet.
      const { bytes } = await ask<{ bytes: Buffer }>({ kind: "unpack", body, packing }, true);
      hold?.(bytes.byteLength);
      return toBuffer(bytes);
    },
    readAgain: async (format, body) => {
      if (body.length < LARGE_BYTES) return inline.readAgain(format, body);
      const { readable, unreadable } = await ask<ReadAgain>({ kind: "read_again", format, body }, true);
      return { readable: toBuffer(readable), unreadable };
    },
    // Whoever asks has set small ones apart, by another bound.
    readCall: async (call, body) => (await ask<{ reading: CallReading }>({ kind: "read_call", call, body }, true)).reading,
    giveBack({ buffer }) {
      if (!(buffer instanceof ArrayBuffer) || buffer.byteLength < LARGE_BYTES || !made.delete(buffer)) return;
      if (threads.records !== null && !threads.records.hasEnded()) threads.records.giveBack(buffer);
    },
    async close() {
      isClosed = true;
      await Promise.all([threads.records?.terminate(), threads.calls?.terminate()]);
    },
  };
}

type UnnumberedQuestion = RecordQuestion extends infer Question ? (Question extends RecordQuestion ? Omit<Question, "id"> : never) : never;

function findBuiltThread(): URL | null {
  return import.meta.url.endsWith(".ts") ? null : new URL("./record-worker.js", import.meta.url);
}

interface RecordThread {
  ask(question: UnnumberedQuestion, isGiven: boolean): Promise<Done>;
  giveBack(buffer: ArrayBuffer): void;
  hasEnded(): boolean;
  terminate(): Promise<void>;
}

function startThread(entry: URL): RecordThread {
  const worker = new Worker(entry);
  // It keeps no process alive: what it does is waited for by who asked.
  worker.unref();
  const waiting = new Map<number, { resolve: (done: Done) => void; reject: (error: Error) => void }>();
  let nextId = 0;
  let hasEnded = false;
  const end = (why: string): void => {
    hasEnded = true;
    for (const { reject } of waiting.values()) reject(new WorkFailed(`the thread that makes bodies ready ended: ${why}`));
    waiting.clear();
  };
  worker.on("message", (answer: RecordAnswer) => {
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ("done" in answer) asked?.resolve(answer.done);
    else if ("refusal" in answer) asked?.reject(describeRefusal(answer.refusal));
    else asked?.reject(new WorkFailed(`a body could not be made ready: ${answer.failure}`));
  });
  worker.on("error", (error) => end(error instanceof Error ? error.name : "an unknown error"));
  worker.on("exit", (code) => end(`exit code ${code}`));
  return {
    ask: async (question, isGiven) =>
      new Promise((resolve, reject) => {
        const id = nextId++;
        waiting.set(id, { resolve, reject });
        worker.postMessage({ id, ...question }, isGiven ? listWhole(question.body) : []);
      }),
    giveBack: (buffer) => worker.postMessage({ kind: "give_back", buffer } satisfies GivenBack, [buffer]),
    hasEnded: () => hasEnded,
    terminate: async () => void (await worker.terminate()),
  };
}

function describeRefusal({ problem, status, retryAfterMs }: Extract<RecordAnswer, { refusal: unknown }>["refusal"]): HttpError {
  return new HttpError(problem, { status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
}

/** Memory that goes along without a copy: such as belongs to nothing else. Small buffers share theirs. */
export function listOwned(...buffers: readonly Uint8Array[]): ArrayBuffer[] {
  const owned = buffers.flatMap(({ buffer }) => (buffer instanceof ArrayBuffer && buffer.byteLength >= LARGE_BYTES ? [buffer] : []));
  return [...new Set(owned)];
}

/** Memory of buffers that fill theirs: such as share it do not. */
function listWhole(body: Buffer | readonly Buffer[]): ArrayBuffer[] {
  const pieces = Buffer.isBuffer(body) ? [body] : body;
  return pieces.flatMap(({ buffer, byteLength }) => (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : []));
}

function sumBytes(pieces: readonly Buffer[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

/** Between threads buffers travel as plain arrays. */
function toBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function restore({ lines, reports, ...rest }: Prepared, made: WeakSet<ArrayBufferLike>): Prepared {
  made.add(lines.buffer);
  return { ...rest, lines: toBuffer(lines), reports: { ...reports, lines: toBuffer(reports.lines) } };
}
