/** PGlite in a thread of its own, seen from the thread that asks. */
import { Worker } from "node:worker_threads";
import type { EmbeddedEngine } from "./embedded-pool.js";

/** A statement; null closes. */
export interface ThreadRequest {
  id: number;
  statement: string | null;
  parameters: readonly unknown[];
}

/** Its result or what went wrong; id 0 says that the database is open. */
export interface ThreadAnswer {
  id: number;
  result?: { rows: unknown[]; affectedRows?: number; command?: string };
  error?: { message: string; code: string | undefined };
}

interface Waiting {
  resolve: (answer: ThreadAnswer) => void;
  reject: (error: Error) => void;
}

/** Opens the folder in a new thread. Rejects when it cannot be opened. */
export async function openEmbeddedThread(folder: string): Promise<EmbeddedEngine> {
  const worker = new Worker(new URL("./embedded-worker.js", import.meta.url), { workerData: { folder }, execArgv: [] });
  const waiting = new Map<number, Waiting>();
  let ended: Error | null = null;
  let lastId = 0;
  const expect = async (id: number): Promise<ThreadAnswer> =>
    new Promise((resolve, reject) => {
      if (ended !== null) reject(ended);
      else waiting.set(id, { resolve, reject });
    });
  worker.on("message", (answer: ThreadAnswer) => {
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (answer.error === undefined) asked?.resolve(answer);
    else asked?.reject(Object.assign(new Error(answer.error.message), { code: answer.error.code }));
  });
  const end = (cause: Error): void => {
    ended ??= cause;
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  worker.on("error", end);
  worker.on("exit", () => end(new Error("the thread of the records has ended")));
  await expect(0);
  const ask = async (statement: string | null, parameters: readonly unknown[]): Promise<ThreadAnswer> => {
    lastId += 1;
    const answer = expect(lastId);
    if (ended === null) worker.postMessage({ id: lastId, statement, parameters } satisfies ThreadRequest, []);
    return answer;
  };
  return {
    query: async (statement, parameters) => (await ask(statement, parameters)).result ?? { rows: [] },
    close: async () => {
      await ask(null, []);
      await worker.terminate();
    },
  };
}
