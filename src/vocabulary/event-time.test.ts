import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EVENT_TIME_MAX_MS, EVENT_TIME_MIN_MS, parseEventTime } from "./event-time.js";

describe("an event time", () => {
  it.each([
    ["2026-02-14T08:30:00Z", Date.UTC(2026, 1, 14, 8, 30)],
    ["2026-02-14t08:30:00z", Date.UTC(2026, 1, 14, 8, 30)],
    ["2026-02-14 08:30:00.5+02:00", Date.UTC(2026, 1, 14, 6, 30, 0, 500)],
    ["2026-02-14T08:30:00.123456789-0530", Date.UTC(2026, 1, 14, 14, 0, 0, 123)],
    ["2024-02-29T23:59:60Z", Date.UTC(2024, 2, 1)],
    [1_771_057_800_000.9, 1_771_057_800_000],
    [EVENT_TIME_MIN_MS, EVENT_TIME_MIN_MS],
  ])("%j is read", (value, ms) => {
    expect(parseEventTime(value)).toBe(ms);
  });

  it.each([
    ["2023-02-29T00:00:00Z", "not_a_time"],
    ["2026-13-01T00:00:00Z", "not_a_time"],
    ["2026-02-14T24:00:00Z", "not_a_time"],
    ["2026-02-14T08:30:00.Z", "not_a_time"],
    ["2026-02-14T08:30:00Zx", "not_a_time"],
    ["2026-02-14T08:30:00+2:00", "not_a_time"],
    ["2026-02-14", "not_a_time"],
    ["14/02/2026 08:30", "not_a_time"],
    ["1771057800000", "not_a_time"],
    ["", "not_a_time"],
    [null, "not_a_time"],
    [Number.NaN, "not_a_time"],
    ["2026-02-14T08:30:00", "without_offset"],
    [1_771_057_800, "in_seconds"],
    [1.77e15, "in_other_unit"],
    [1.77e18, "in_other_unit"],
    [-1, "too_early"],
    [EVENT_TIME_MIN_MS - 1, "too_early"],
    [EVENT_TIME_MAX_MS, "too_late"],
    ["9999-12-31T23:59:59Z", "too_late"],
  ])("%j is refused as %s", (value, fault) => {
    expect(parseEventTime(value)).toBe(fault);
  });

  it("agrees with the platform's clock on every time in range", () => {
    fc.assert(
      fc.property(fc.integer({ min: EVENT_TIME_MIN_MS, max: EVENT_TIME_MAX_MS - 1 }), (ms) => {
        expect(parseEventTime(new Date(ms).toISOString())).toBe(ms);
        expect(parseEventTime(ms)).toBe(ms);
      }),
    );
  });
});
