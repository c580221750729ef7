/** What sources share: where records are fetched from, and how they wait when nothing more is taken. */
import { setTimeout as wait } from "node:timers/promises";
import type { FastifyBaseLogger } from "fastify";
import { recogniseFormat } from "../../../engine/acquire/sniff.js";
import { sourceFormats } from "../../../integrations/index.js";
import { JournalFull } from "../../../store/hand-over/journal.js";
import type { RecordOrigin } from "../../../store/hand-over/origins.js";
import type { Intake } from "../intake.js";
import type { Metrics } from "../services.js";
import { WorkFailed } from "../work/record-thread.js";

/** Something that fetches records until it is closed. */
export interface Source {
  /** Ends fetching. What was fetched and not yet durable is fetched again at the next start. */
  close(): Promise<void>;
}

/** What every source is handed. */
export interface SourceTools {
  intake: Intake;
  metrics: Pick<Metrics, "count">;
  log: Pick<FastifyBaseLogger, "info" | "warn">;
  signal: AbortSignal;
}

/** How long a source waits after something went wrong, or while the backlog is full: the engine reads a segment in about this time. */
export const RETRY_MS = 1000;

/** Hands lines to the journal, and waits for as long as that is full or fails: what is fetched has a place where it can be fetched again. */
export async function takePatiently(
  { intake, metrics, log, signal }: SourceTools,
  { lines, format, source, origin }: { lines: Buffer; format: string; source: string; origin: RecordOrigin },
): Promise<void> {
  for (let isTold = false; ; ) {
    signal.throwIfAborted();
    try {
      await intake.take(nameFormat(format, lines), lines, source, { origin });
      return;
    } catch (error) {
      const reason = error instanceof JournalFull ? "backlog" : error instanceof WorkFailed ? "work" : "disk";
      metrics.count("stillwatch_intake_refused_total", { source, reason });
      if (!isTold) log.warn({ source, reason }, "a source waits: nothing more is taken in at the moment");
      isTold = true;
      await wait(RETRY_MS, undefined, { signal });
    }
  }
}

/** Bytes at the beginning of a batch by which `auto` decides. */
const LOOKED_AT_BYTES = 64 * 1024;

/** The format that the lines are in, where `auto` was asked for: what they look most like. */
export function nameFormat(format: string, lines: Buffer): string {
  if (format !== "auto") return format;
  const records = lines
    .toString("utf8", 0, LOOKED_AT_BYTES)
    .split("\n")
    .flatMap((line) => parseRecords(line));
  return recogniseFormat(records, sourceFormats);
}

function parseRecords(line: string): unknown[] {
  try {
    return [JSON.parse(line) as unknown].flat();
  } catch {
    return [];
  }
}

/** Waits until the time is over or the source is closed, whichever is first. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => {});
}
