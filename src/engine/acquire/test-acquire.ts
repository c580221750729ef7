/** Reads files in tests: a format of one field, rows as JSON, everything collected. */
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { QuarantineEntry } from "../../vocabulary/quarantine.js";
import type { RequestEvent } from "../../vocabulary/request-event.js";
import type { SourceFormat } from "../../vocabulary/source-format.js";
import { acquire, type AcquireOptions, type AcquireResult, type FinishedChunk } from "./acquire.js";
import type { BlockWriter, RecordOrigin } from "./chunk.js";
import { createChunkReader } from "./read-chunk.js";
import { createInlinePool } from "./reader-pool.js";

/** Reads `{"id": "…"}`; everything else is a problem. */
export const idFormat: SourceFormat = {
  name: "ids",
  title: "ids",
  recognise: (record) => (typeof record === "object" && record !== null && "id" in record ? 1 : 0),
  read(record) {
    const id = typeof record === "object" && record !== null && "id" in record ? record.id : undefined;
    if (typeof id !== "string") return [{ problem: { code: "SW1206", what: "id is missing", why: "test", fix: "test" } }];
    const event = { requestId: id, atMs: 0, accountId: "a", targetModel: "m", status: 200, inputTokens: 0, outputTokens: 0 };
    return [{ event }];
  },
};

/** A row as it would be stored. */
export interface TestRow {
  event: RequestEvent;
  origin: RecordOrigin;
}

/** Rows as JSON text. */
export function createTestWriter(): BlockWriter {
  let rows: TestRow[] = [];
  return {
    add: (event, _features, origin) => void rows.push({ event, origin }),
    get rows() {
      return rows.length;
    },
    finish() {
      const block = new TextEncoder().encode(JSON.stringify(rows));
      rows = [];
      return block;
    },
  };
}

/** What came of a run. */
export interface TestRun {
  result: AcquireResult;
  rows: TestRow[];
  ids: string[];
  quarantine: QuarantineEntry[];
  /** `code` or `code:line` of every entry. */
  codes: string[];
  chunks: FinishedChunk[];
}

/** Runs `acquire` with one thread and collects what it hands to the store. */
export async function runAcquire(inputs: readonly string[], options: Partial<AcquireOptions> = {}): Promise<TestRun> {
  const chunks: FinishedChunk[] = [];
  const formats = options.formats ?? [idFormat];
  const reader = await createChunkReader({ formats, extractFeatures: () => null, writer: createTestWriter() });
  const result = await acquire({
    inputs,
    format: "auto",
    formats,
    isMetadataOnly: false,
    pool: createInlinePool(reader),
    sink: { isDone: () => false, insertChunks: async (batch) => void chunks.push(...batch) },
    ...options,
  });
  const rows = chunks.flatMap(({ block }) => (block === null ? [] : (JSON.parse(new TextDecoder().decode(block)) as TestRow[])));
  const quarantine = chunks.flatMap((chunk) => chunk.quarantine);
  return {
    result,
    rows,
    ids: rows.map(({ event }) => event.requestId),
    quarantine,
    codes: quarantine.map(({ code, line }) => `${code}:${line}`),
    chunks,
  };
}

/** A folder of files that `use` may read; it is removed afterwards. Names may hold slashes. */
export async function withFiles<T>(files: Record<string, string | Uint8Array>, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "stillwatch-acquire-"));
  try {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), content);
    }
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Lines `{"id": "<prefix>0"}`, … */
export function makeLines(count: number, prefix = "r"): string[] {
  return Array.from({ length: count }, (_, index) => JSON.stringify({ id: `${prefix}${index}`, text: "x".repeat(index % 97) }));
}
