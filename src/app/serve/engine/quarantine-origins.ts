/** Where records that were set aside came from, kept as long as their reasons: the journal's segment is deleted. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { FinishedChunk } from "../../../engine/acquire/index.js";
import type { EventStore, Row } from "../../../store/events/store.js";
import { createTracer, readOrigins } from "../../../store/hand-over/origins.js";

/** Rows stored at once. A segment can be nothing but lines that cannot be read, and each insert is written as one text: a few megabytes, not hundreds. */
const PORTION_ROWS = 10_000;

/** What is read of a finished chunk. */
type SetAside = Pick<FinishedChunk, "token"> & { quarantine: readonly Pick<FinishedChunk["quarantine"][number], "file" | "line">[] };

/**
 * Stores the origins of what these chunks set aside. Before the chunks: what is cut short is read again, and the same rows replace each other. Never fails:
 * origins help people to find a record, and without them the records that can be read are still to be stored.
 */
export async function keepOrigins(
  store: Pick<EventStore, "insertRows">,
  chunks: readonly SetAside[],
  onFailure: (error: unknown) => void,
): Promise<void> {
  try {
    const tokens = chunks.map(({ token }) => token).join();
    const token = createHash("sha256").update(`origins ${tokens}`).digest("hex");
    let portions = 0;
    for await (const rows of inPortions(traceChunks(chunks)))
      await store.insertRows({ table: "quarantine_origins", token: `${token} ${portions++}`, rows });
  } catch (error) {
    onFailure(error);
  }
}

async function* inPortions(rows: AsyncIterable<Row>): AsyncGenerator<readonly Row[]> {
  let portion: Row[] = [];
  for await (const row of rows) {
    portion.push(row);
    if (portion.length < PORTION_ROWS) continue;
    yield portion;
    portion = [];
  }
  if (portion.length > 0) yield portion;
}

/** Of each line once. */
async function* traceChunks(chunks: readonly SetAside[]): AsyncGenerator<Row> {
  const linesOf = new Map<string, Set<number>>();
  for (const { quarantine } of chunks)
    for (const { file, line } of quarantine) {
      const lines = linesOf.get(file);
      if (lines === undefined) linesOf.set(file, new Set([line]));
      else lines.add(line);
    }
  for (const [segment, lines] of linesOf) {
    const origins = await readOrigins(segment);
    if (origins.length === 0) continue;
    const trace = createTracer(await readFile(segment), origins);
    for (const line of lines) {
      const traced = trace(line);
      if (traced !== null && traced.from !== "")
        yield { source: segment, line, origin: traced.from, origin_line: traced.line ?? 0, at_ms: traced.atMs };
    }
  }
}
