/** When a window is due for another turn. */
import { LIVE_WINDOWS, type LiveWindow } from "../../../vocabulary/live.js";
import type { AnalysisSettings } from "./settings.js";

/** How a window stood at its last turn. */
export interface LastTurn {
  /** Of this machine's clock. */
  endedMs: number;
  tookMs: number;
  watermarkMs: number;
  /** Requests in the store then, and in the window. */
  storedEvents: number;
  analysedEvents: number;
}

/** How things stand now. */
export interface Moment {
  nowMs: number;
  watermarkMs: number;
  storedEvents: number;
  /** Whether events wait to be stored, more than are always under way. */
  isBehind: boolean;
}

/** A window rests as long as its last turn took, so that the analysis never takes more than half of the engine's time. */
const REST_PER_TURN = 1;

/**
 * While events wait, a window does so three times as long: what it would look at is not what is going on, and what waits is there the sooner. No longer,
 * because an intake that is behind for good must not mean that nobody looks.
 */
const PATIENCE_WHEN_BEHIND = 3;

/** A turn as it would stand had what was taken out behind it never been there: else a window would wait until as much had come again. */
export function forgetPruned(last: LastTurn, removed: number): LastTurn {
  return { ...last, storedEvents: Math.max(0, last.storedEvents - removed) };
}

/** True when the window should be analysed now. Without anything new nothing is due. */
export function isDue(
  window: LiveWindow,
  last: LastTurn | undefined,
  { moment, settings }: { moment: Moment; settings: AnalysisSettings },
): boolean {
  if (moment.storedEvents === 0) return false;
  if (last === undefined) return true;
  if (moment.storedEvents === last.storedEvents) return false;
  const restMs = Math.max(settings.interval_ms, REST_PER_TURN * last.tookMs);
  if (moment.nowMs - last.endedMs < (moment.isBehind ? PATIENCE_WHEN_BEHIND : 1) * restMs) return false;
  const hasPassed = moment.watermarkMs - last.watermarkMs >= settings.refresh_share * LIVE_WINDOWS[window];
  const hasGrown = moment.storedEvents - last.storedEvents >= settings.growth_share * last.analysedEvents;
  return hasPassed || hasGrown;
}
