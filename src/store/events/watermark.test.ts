import { describe, expect, it } from "vitest";
import { pickWatermark, type EventHour } from "./watermark.js";

const HOUR_MS = 3_600_000;
const at = (hour: number, events: number): EventHour => ({ hour, events, lastMs: hour * HOUR_MS + 1 });
const steady = (from: number, to: number, events: number): EventHour[] =>
  Array.from({ length: to - from }, (_, index) => at(from + index, events));

describe("the watermark", () => {
  it.each<[claim: string, hours: EventHour[], hour: number | null]>([
    ["is not there without events", [], null],
    ["is that of a single event", [at(5, 1)], 5],
    ["is the latest event", steady(0, 48, 100), 47],
    ["is the latest event in a quiet hour too", [...steady(0, 480, 1000), at(480, 1)], 480],
    ["passes over a clock that is a year ahead", [...steady(0, 480, 1000), at(9240, 3)], 479],
    ["passes over two clocks that are ahead differently", [...steady(0, 480, 1000), at(600, 3), at(9240, 3)], 479],
    ["goes on after a silence as soon as there is more than a stray", [...steady(0, 480, 1000), at(600, 500)], 600],
    ["goes on after a night", [...steady(0, 480, 1000), at(490, 1)], 490],
  ])("%s", (_, hours, hour) => {
    const expected = hour === null ? null : hour * HOUR_MS + 1;
    expect(pickWatermark(hours)).toBe(expected);
    expect(pickWatermark([...hours].reverse())).toBe(expected);
  });

  it.each<[claim: string, hours: EventHour[], notAfterHour: number, expectedMs: number | null]>([
    ["believes nothing of later than now, however much it is", [...steady(0, 48, 10), ...steady(9000, 9100, 1000)], 50, 47 * HOUR_MS + 1],
    ["is now where the hour of now has more", steady(0, 48, 10), 47, 47 * HOUR_MS],
    ["is not there where all is of later", steady(90, 95, 10), 50, null],
  ])("%s", (_, hours, notAfterHour, expectedMs) => {
    expect(pickWatermark(hours, notAfterHour * HOUR_MS)).toBe(expectedMs);
  });
});
