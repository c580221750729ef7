/** Which requests were checked, into the journal. Nobody waits for it, and while the journal refuses, verdicts go on: what is lost is counted. */
import { JournalFull } from "../../store/hand-over/journal.js";
import type { Problem } from "../../vocabulary/errors.js";
import { CHECKS_FORMAT, type CheckRecord, type Clock, type Journal, type Metrics } from "./services.js";
import { writeChecks } from "./verdicts.js";

/**
 * So long nothing may have been refused until it counts as over. A journal at its bound takes some and refuses some, many times a second, and each turn would be a
 * line of the log.
 */
const WELL_AGAIN_MS = 10_000;

type Reason = "backlog" | "disk";

/** What it writes to, and who hears of it. */
export interface CheckRecordParts {
  journal: Pick<Journal, "append">;
  clock: Clock;
  metrics: Metrics;
  /** Told once for each reason until it is well again. */
  onTrouble: (problem: Problem) => void;
  /** Told when checks are written down again, with how many were lost. */
  onWell: (lost: number) => void;
}

/** Answers what takes checks; it settles when they are written down or lost, and never fails. */
export function createCheckRecords(parts: CheckRecordParts): (checks: readonly CheckRecord[]) => Promise<void> {
  const { journal, clock, metrics, onTrouble, onWell } = parts;
  const told = new Set<Reason>();
  let lost = 0;
  let refusedMs = 0;
  return async (checks) => {
    try {
      await journal.append(CHECKS_FORMAT, writeChecks(checks));
    } catch (error) {
      const reason: Reason = error instanceof JournalFull ? "backlog" : "disk";
      metrics.count("stillwatch_check_records_lost_total", { reason }, checks.length);
      lost += checks.length;
      refusedMs = clock.nowMs();
      if (!told.has(reason)) onTrouble(describeRefused(reason, error));
      told.add(reason);
      return;
    }
    if (told.size === 0 || clock.nowMs() - refusedMs < WELL_AGAIN_MS) return;
    onWell(lost);
    told.clear();
    lost = 0;
  };
}

function describeRefused(reason: Reason, error: unknown): Problem {
  const code = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
  return {
    code: "SW1951",
    what: "which requests were checked is not written down",
    why:
      reason === "backlog"
        ? "the backlog is at its bound; verdicts go on, and requests that they were for will read as never asked about."
        : `the journal could not be written to${code}; verdicts go on, and requests that they were for will read as never asked about.`,
    fix: "see /readyz, and stillwatch_check_records_lost_total for how many; a line tells when it is well again.",
  };
}
