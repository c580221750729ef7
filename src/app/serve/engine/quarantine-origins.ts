/** Where records that were set aside came from, kept as long as their reasons: the journal's segment is deleted. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { FinishedChunk } from "../../../engine/acquire/index.js";
import type { EventStore, Row } from "../../../store/events/store.js";
import { createTracer, readOrigins } from "../../../store/hand-over/origins.js";

/** Stores the origins of what these chunks set aside. Before the chunks: what is cut short is read again, and the same rows replace each other. */
export async function keepOrigins(store: Pick<EventStore, "insertRows">, chunks: readonly FinishedChunk[]): Promise<void> {
  const linesOf = new Map<string, number[]>();
  for (const { file, line } of chunks.flatMap(({ quarantine }) => quarantine)) {
    const lines = linesOf.get(file);
    if (lines === undefined) linesOf.set(file, [line]);
    else lines.push(line);
  }
  const rows: Row[] = [];
  for (const [segment, lines] of linesOf) rows.push(...(await traceLines(segment, lines)));
  const tokens = chunks.map(({ token }) => token).join();
  const token = createHash("sha256").update(`origins ${tokens}`).digest("hex");
  await store.insertRows({ table: "quarantine_origins", token, rows });
}

async function traceLines(segment: string, lines: readonly number[]): Promise<Row[]> {
  const origins = await readOrigins(segment);
  if (origins.length === 0) return [];
  const trace = createTracer(await readFile(segment), origins);
  return [...new Set(lines)].flatMap((line) => {
    const traced = trace(line);
    if (traced === null || traced.from === "") return [];
    return [{ source: segment, line, origin: traced.from, origin_line: traced.line ?? 0, at_ms: traced.atMs }];
  });
}
