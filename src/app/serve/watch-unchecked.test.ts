import { describe, expect, it } from "vitest";
import type { CheckTotals } from "../../store/events/request-checks.js";
import { hasRisen, lookForUnchecked } from "./watch-unchecked.js";

function totals(events: number, checked: number): CheckTotals {
  return { events, checked, unchecked: 0, error: 0, none: events - checked, unheeded: 0, unserved: 0 };
}

describe("requests that pass unchecked", () => {
  it.each<[claim: string, now: CheckTotals, before: CheckTotals, isTold: boolean]>([
    ["a gateway that lost its way is told", totals(1000, 0), totals(10_000, 9_990), true],
    ["one of twenty gateways too", totals(1000, 940), totals(10_000, 10_000), true],
    ["what was so before is no news", totals(1000, 500), totals(10_000, 5_000), false],
    ["where nobody ever asked nothing was lost", totals(1000, 0), totals(10_000, 0), false],
    ["a handful is somebody who tries", totals(19, 0), totals(10_000, 10_000), false],
    ["time-outs of a busy day are none", totals(10_000, 9_600), totals(10_000, 10_000), false],
    ["of a first day nobody can say what is usual", totals(1000, 0), totals(99, 99), false],
    ["fewer than before are good", totals(1000, 900), totals(10_000, 5_000), false],
  ])("%s", (_claim, now, before, isTold) => {
    expect(hasRisen({ now, before })).toBe(isTold);
  });

  it("are told with their number, their span and where to see them", async () => {
    const spans: number[] = [];
    const engine = {
      countChecks: async ({ fromMs, toMs }: { fromMs: number; toMs: number }) => {
        spans.push(toMs - fromMs);
        return spans.length === 1 ? totals(200, 50) : totals(1000, 1000);
      },
    };
    const alert = await lookForUnchecked(engine, { nowMs: Date.UTC(2026, 4, 1, 12), link: "https://s.example" });
    expect(spans).toEqual([600_000, 21_600_000]);
    expect(alert).toMatchObject({
      kind: "unchecked_requests",
      title: "75.0 % of the requests pass unchecked, 0.0 % before",
      who: "150 of 200 requests",
      link: "https://s.example/v1/unchecked?from=2026-05-01T11:45:00.000Z&to=2026-05-01T11:55:00.000Z",
    });
  });
});
