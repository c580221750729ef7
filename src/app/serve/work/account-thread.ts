/** The file of accounts, read and packed in a thread of its own, which ends with it. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import createXxhash from "xxhash-wasm";
import { readSideFiles } from "../../../engine/acquire/index.js";
import { packAccounts, type PackedAccounts } from "../../../engine/decisions/account-directory.js";
import { type Problem, StillwatchError } from "../../../vocabulary/errors.js";

/** What the thread is told, and what it answers once. */
export interface AccountQuestion {
  file: string;
}
/** The accounts; what is wrong with the file; or that the thread failed. */
export type AccountAnswer = { packed: PackedAccounts } | { refusal: Problem } | { failure: string };

/** Reads and packs. @throws StillwatchError as `readSideFiles` does. */
export async function packAccountsOf(file: string, entry: URL | null = findBuiltThread()): Promise<PackedAccounts> {
  if (entry === null) return readAccounts(file);
  const worker = new Worker(entry, { workerData: { file } satisfies AccountQuestion });
  worker.unref();
  try {
    const [answer] = (await Promise.race([once(worker, "message"), failAtEnd(worker)])) as [AccountAnswer];
    if ("packed" in answer) return answer.packed;
    if ("refusal" in answer) throw new StillwatchError(answer.refusal);
    throw new Error(`accounts could not be packed: ${answer.failure}`);
  } finally {
    await worker.terminate();
  }
}

async function failAtEnd(worker: Worker): Promise<never> {
  const [code] = (await once(worker, "exit")) as [number];
  throw new Error(`the thread that reads accounts ended: exit code ${code}`);
}

/** In this thread. */
export async function readAccounts(file: string): Promise<PackedAccounts> {
  const xxhash = await createXxhash();
  const { accounts } = await readSideFiles({ accounts: file });
  return packAccounts(accounts, { countMax: Math.max(1, accounts.length), hash: (text) => xxhash.h64(text) });
}

function findBuiltThread(): URL | null {
  return import.meta.url.endsWith(".ts") ? null : new URL("./account-worker.js", import.meta.url);
}
