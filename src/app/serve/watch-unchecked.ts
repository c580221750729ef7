/** Requests that pass unchecked: people are told when they become more, as when a gateway lost its way to us and goes on without. */
import { type CheckTotals, countMissed } from "../../store/events/request-checks.js";
import { describeUncheckedRise } from "../alerts/describe.js";
import type { Alert, Clock, EngineLink } from "./services.js";

const MINUTE_MS = 60_000;
/** How often it is looked: sooner, a gateway that restarts would be told of. */
const LOOK_MS = 5 * MINUTE_MS;
/** Logs of requests come minutes behind their checks. */
const SETTLED_MS = 5 * MINUTE_MS;
/** What is looked at: two looks, so that none falls between them. */
const SPAN_MS = 10 * MINUTE_MS;
/** What it is compared with: long enough to hold traffic at night, short enough to follow the day. */
const BEFORE_MS = 6 * 60 * MINUTE_MS;
/** Fewer requests than that are a client somebody tries out. */
const UNCHECKED_MIN = 20;
/** Requests before, without which nobody can say what is usual. */
const BEFORE_MIN = 100;
/** Share of all requests by which those that are not checked must have risen: one in twenty is more than time-outs of a busy day. */
const RISE_MIN = 0.05;

/** How many more requests pass unchecked than before. */
export interface UncheckedRise {
  now: CheckTotals;
  before: CheckTotals;
}

/** True when more pass unchecked than before. Where no gateway asked before, nothing was lost. */
export function hasRisen({ now, before }: UncheckedRise): boolean {
  const missed = countMissed(now);
  if (missed < UNCHECKED_MIN || before.events < BEFORE_MIN || before.checked === 0) return false;
  return missed / now.events - countMissed(before) / before.events >= RISE_MIN;
}

/** Looks once; the alert, if there is one to tell. */
export async function lookForUnchecked(
  engine: Pick<EngineLink, "countChecks">,
  { nowMs, link }: { nowMs: number; link: string },
): Promise<Alert | null> {
  const toMs = nowMs - SETTLED_MS;
  const fromMs = toMs - SPAN_MS;
  const now = await engine.countChecks({ fromMs, toMs });
  if (countMissed(now) < UNCHECKED_MIN) return null;
  const rise = { now, before: await engine.countChecks({ fromMs: fromMs - BEFORE_MS, toMs: fromMs }) };
  return hasRisen(rise) ? describeUncheckedRise(rise, { fromMs, toMs, link }) : null;
}

/** Looks again and again. A rise is told once, until it has ended. */
export function watchUnchecked({
  engine,
  clock,
  link,
  tell,
  onFailure,
}: {
  engine: Pick<EngineLink, "countChecks" | "status">;
  clock: Clock;
  link: string;
  tell: (alert: Alert) => void;
  onFailure: (error: unknown) => void;
}): () => void {
  let isTold = false;
  const look = async (): Promise<void> => {
    if (!engine.status().isAlive) return;
    const alert = await lookForUnchecked(engine, { nowMs: clock.nowMs(), link });
    if (alert !== null && !isTold) tell(alert);
    isTold = alert !== null;
  };
  const timer = setInterval(() => void look().catch(onFailure), LOOK_MS).unref();
  return () => clearInterval(timer);
}
