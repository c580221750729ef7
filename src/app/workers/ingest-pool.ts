/** Who reads chunks in a run: worker threads of the built tree, or this thread. */
import { availableParallelism } from "node:os";
import { createInlinePool, createThreadPool, type ReaderPool } from "../../engine/acquire/index.js";
import { createIngestReader } from "./ingest-reader.js";

/**
 * Starts the readers. `workers` is 0 for none besides this thread; by default there is one per core. Run from TypeScript sources (in tests)
 * there is no compiled worker to start, so this thread reads.
 */
export async function createIngestPool({ workers = availableParallelism() }: { workers?: number } = {}): Promise<ReaderPool> {
  if (workers <= 0 || import.meta.url.endsWith(".ts")) return createInlinePool(await createIngestReader());
  return createThreadPool({ url: new URL("./ingest-worker.js", import.meta.url), workers });
}
