/** What the claims of the conformance suite share. */
import { StillwatchError } from "../../../vocabulary/errors.js";
import { readNativeBlocks, type ColumnBatch } from "../native-reader.js";
import type { EventStore } from "../store.js";

/** An engine under test. `open` opens an empty store the first time it is called with a name, and the same store again later. */
export interface EngineUnderTest {
  name: string;
  open(name: string): Promise<EventStore>;
}

/** A sentence about every event store, and how it is checked. */
export interface Claim {
  claim: string;
  check: (engine: EngineUnderTest) => Promise<void>;
}

/** Opens the store `name`, hands it over, and closes it whatever happens: the engine in the process has only one open at a time. */
export async function withStore<T>(engine: EngineUnderTest, name: string, use: (store: EventStore) => Promise<T>): Promise<T> {
  const store = await engine.open(name);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

/** Rows of a table as they lie there, before duplicates are taken out. */
export async function countRows(store: EventStore, table: string): Promise<number> {
  const [row] = await store.rows<{ n: string }>(`SELECT count() AS n FROM ${table}`);
  return Number(row?.n);
}

/** The first block in `bytes`. */
export async function readBlock(bytes: Uint8Array): Promise<ColumnBatch> {
  const source = (async function* once() {
    yield bytes;
  })();
  for await (const batch of readNativeBlocks(source)) return batch;
  throw new Error("There is no block.");
}

/** The code of the error that `call` ends with. */
export async function codeOf(call: () => Promise<unknown>): Promise<string> {
  const error = await call().then(
    () => "no error",
    (reason: unknown) => reason,
  );
  return error instanceof StillwatchError ? error.problem.code : String(error);
}
