import { describe, expect, it } from "vitest";
import { forgetPruned, isDue, type LastTurn, type Moment } from "./schedule.js";
import { analysisSettings } from "./settings.js";

const HOUR_MS = 3_600_000;
const settings = analysisSettings.parse({ interval_ms: 60_000, refresh_share: 1 / 60, growth_share: 0.1 });
const last: LastTurn = { endedMs: 1_000_000, tookMs: 5000, watermarkMs: 50 * HOUR_MS, storedEvents: 10_000, analysedEvents: 8000 };
const later = (changes: Partial<Moment>): Moment => ({
  nowMs: 1_120_000,
  watermarkMs: last.watermarkMs,
  storedEvents: 10_100,
  isBehind: false,
  ...changes,
});

describe("a window", () => {
  it.each<[claim: string, window: "1h" | "24h", last: LastTurn | undefined, moment: Moment, due: boolean]>([
    ["is due at the first event", "24h", undefined, later({ storedEvents: 1 }), true],
    ["is not due in an empty store", "24h", undefined, later({ storedEvents: 0 }), false],
    ["is due after a sixtieth of its span", "1h", last, later({ watermarkMs: last.watermarkMs + 60_000 }), true],
    ["of a day is not due after a minute", "24h", last, later({ watermarkMs: last.watermarkMs + 60_000 }), false],
    ["of a day is due when a tenth has come since", "24h", last, later({ storedEvents: 10_800 }), true],
    [
      "is not due when nothing came, whatever time has passed",
      "1h",
      last,
      later({ watermarkMs: last.watermarkMs + HOUR_MS, storedEvents: 10_000 }),
      false,
    ],
    ["is not due before its interval", "1h", last, later({ nowMs: 1_059_999, watermarkMs: last.watermarkMs + HOUR_MS }), false],
    ["rests as long as its last turn took", "1h", { ...last, tookMs: 300_000 }, later({ watermarkMs: last.watermarkMs + HOUR_MS }), false],
    ["waits longer while events wait", "1h", last, later({ watermarkMs: last.watermarkMs + HOUR_MS, isBehind: true }), false],
    ["does not wait for ever", "1h", last, later({ watermarkMs: last.watermarkMs + HOUR_MS, isBehind: true, nowMs: 1_180_000 }), true],
    ["is due at the first event, however many wait", "24h", undefined, later({ storedEvents: 1, isBehind: true }), true],
  ])("%s", (_, window, turn, moment, due) => {
    expect(isDue(window, turn, { moment, settings })).toBe(due);
  });
});

describe("a window of a store that something was taken out of", () => {
  // Of 10,000 there are 4000 left.
  const pruned = forgetPruned(last, 6000);
  it.each<[claim: string, storedEvents: number, due: boolean]>([
    ["is not due by what went", 4000, false],
    ["is not due by a few", 4100, false],
    ["is due when a tenth of it has come since, and not only when all that went has come again", 4800, true],
  ])("%s", (_, storedEvents, due) => {
    expect(isDue("24h", pruned, { moment: later({ storedEvents }), settings })).toBe(due);
  });
  it("stands at nothing at least: repeats count among what went", () => {
    expect(forgetPruned(last, 12_000).storedEvents).toBe(0);
  });
});
