import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pickAnalysedSpan } from "./analysed-span.js";
import type { EventHour } from "./watermark.js";

const HOUR_MS = 3_600_000;
const YEAR = 365 * 24;
const at = (hour: number, events: number): EventHour => ({ hour, events, lastMs: hour * HOUR_MS + 1 });
const steady = (from: number, to: number, events: number): EventHour[] =>
  Array.from({ length: to - from }, (_, index) => at(from + index, events));
const bulk = steady(0, 480, 1000);

describe("the span that is analysed", () => {
  it.each<[claim: string, hours: EventHour[], span: [from: number, to: number, leftOut: number] | null]>([
    ["is everything without events", [], null],
    ["is everything of a single event", [at(5, 1)], null],
    ["is everything of an even log", bulk, null],
    ["is everything when the last request comes after a long weekend", [...bulk, at(480 + 96, 1)], null],
    ["is everything when the traffic goes on after a pause of a month", [...bulk, at(1200, 900)], null],
    ["leaves out one request decades ahead", [...bulk, at(73 * YEAR, 1)], [0, 480, 1]],
    ["leaves out one request a month ahead", [...bulk, at(1200, 1)], [0, 480, 1]],
    ["leaves out clocks that are ahead differently", [...bulk, at(1200, 2), at(9 * YEAR, 3)], [0, 480, 5]],
    ["leaves out clocks that are behind", [at(0, 3), ...steady(5 * YEAR, 5 * YEAR + 480, 1000)], [5 * YEAR, 5 * YEAR + 480, 3]],
    ["leaves out one of two hundred", [...steady(0, 20, 10), at(9 * YEAR, 1)], [0, 20, 1]],
    ["is never longer than two years, however many lie beyond", [...bulk, at(9 * YEAR, 30_000)], [0, 480, 30_000]],
    ["is not stretched by a trickle either", [...bulk, ...steady(480, 9 * YEAR, 1)], [0, 2 * YEAR, 7 * YEAR]],
    ["holds on to one of two when they are decades apart", [at(0, 1), at(70 * YEAR, 1)], [70 * YEAR, 70 * YEAR + 1, 1]],
  ])("%s", (_, hours, span) => {
    const expected = span && { fromMs: span[0] * HOUR_MS, toMs: span[1] * HOUR_MS, leftOut: span[2] };
    expect(pickAnalysedSpan(hours)).toEqual(expected);
    expect(pickAnalysedSpan([...hours].reverse())).toEqual(expected);
  });

  it("is bounded, keeps something, and does not depend on the order, whatever the clocks say", () => {
    const hour = fc.record({ hour: fc.integer({ min: 0, max: 80 * YEAR }), events: fc.integer({ min: 1, max: 500 }) });
    const hours = fc.uniqueArray(hour, { selector: (one) => one.hour, minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(hours, (drawn) => {
        const given = drawn.map((one) => at(one.hour, one.events));
        const span = pickAnalysedSpan(given);
        expect(pickAnalysedSpan([...given].reverse())).toEqual(span);
        const total = drawn.reduce((sum, { events }) => sum + events, 0);
        if (span === null) return;
        expect(span.toMs - span.fromMs).toBeLessThanOrEqual(2 * YEAR * HOUR_MS);
        expect(span.leftOut).toBeLessThan(total);
      }),
    );
  });
});
