/** Worker threads of the built tree against reading in this thread: the same rows, the same quarantine. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { acquire, createThreadPool, type FinishedChunk } from "../../engine/acquire/index.js";
import { withFiles } from "../../engine/acquire/test-acquire.js";
import { sourceFormats } from "../../integrations/index.js";
import { createIngestPool } from "./ingest-pool.js";

const WORKER = join(import.meta.dirname, "../../../dist/app/workers/ingest-worker.js");

const LINES = Array.from({ length: 3000 }, (_, index) =>
  index % 50 === 7
    ? '{"broken'
    : JSON.stringify({
        request_id: `r${index}`,
        at: 1_771_057_800_000 + index,
        account_id: `a${index % 10}`,
        target_model: "m",
        status: 200,
        input_tokens: index,
        output_tokens: 1,
        messages: [{ role: "user", content: `Explain step by step why ${index} is ${index % 2 === 0 ? "even" : "odd"}.` }],
      }),
);

async function read(folder: string, pool: Awaited<ReturnType<typeof createIngestPool>>): Promise<FinishedChunk[]> {
  const chunks: FinishedChunk[] = [];
  try {
    const sink = { isDone: () => false, insertChunks: async (batch: readonly FinishedChunk[]) => void chunks.push(...batch) };
    await acquire({ inputs: [folder], format: "auto", formats: sourceFormats, isMetadataOnly: false, pool, sink, chunkBytes: 20_000 });
    return chunks;
  } finally {
    await pool.close();
  }
}

describe("worker threads", () => {
  it("make byte for byte the blocks that one thread makes, in the same order", async () => {
    expect(existsSync(WORKER), "run npm run build first").toBe(true);
    await withFiles({ log: LINES.join("\n") }, async (folder) => {
      const inline = await read(folder, await createIngestPool({ workers: 0 }));
      const threads = await read(folder, createThreadPool({ url: pathToFileURL(WORKER), workers: 2 }));
      expect(inline.length).toBeGreaterThan(20);
      expect(threads).toEqual(inline);
    });
  });

  it("that end are an error with a code, not a run that waits for ever", async () => {
    await withFiles({ log: LINES.join("\n"), "worker.mjs": "setTimeout(() => process.exit(3), 50);" }, async (folder) => {
      const pool = createThreadPool({ url: pathToFileURL(join(folder, "worker.mjs")), workers: 2 });
      await expect(read(join(folder, "log"), pool)).rejects.toMatchObject({ problem: { code: "SW1108" }, exitStatus: 1 });
    });
  });
});
