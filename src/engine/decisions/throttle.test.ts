/** The throttle lets its rate through, and a burst. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createThrottle } from "./throttle.js";

describe("a throttle", () => {
  it("lets through no more than the rate and one burst, however requests come", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 300 }), (perMinute, gaps) => {
        const take = createThrottle();
        let nowMs = 1_000_000;
        let passed = 0;
        for (const gap of gaps) {
          nowMs += gap;
          if (take({ key: "k", perMinute, nowMs }) === 0) passed += 1;
        }
        const minutes = (nowMs - 1_000_000) / 60_000;
        expect(passed).toBeLessThanOrEqual(Math.max(1, perMinute / 6) + minutes * perMinute + 1e-6);
      }),
    );
  });

  it("says when to come again, and keeps its word", () => {
    const take = createThrottle();
    expect(take({ key: "k", perMinute: 6, nowMs: 0 })).toBe(0);
    const waitMs = take({ key: "k", perMinute: 6, nowMs: 0 });
    expect(waitMs).toBe(10_000);
    expect(take({ key: "k", perMinute: 6, nowMs: waitMs - 1 })).toBeGreaterThan(0);
    expect(take({ key: "k", perMinute: 6, nowMs: waitMs })).toBe(0);
  });

  it("keeps accounts apart, and no more than its bound of them", () => {
    const take = createThrottle(2);
    expect(["a", "b", "c"].map((key) => take({ key, perMinute: 6, nowMs: 0 }))).toEqual([0, 0, 0]);
    // The account that was idle longest was forgotten, and starts anew.
    expect(take({ key: "a", perMinute: 6, nowMs: 0 })).toBe(0);
    expect(take({ key: "c", perMinute: 6, nowMs: 0 })).toBeGreaterThan(0);
  });

  it("is not moved by a clock that goes back", () => {
    const take = createThrottle();
    take({ key: "k", perMinute: 6, nowMs: 60_000 });
    expect(take({ key: "k", perMinute: 6, nowMs: 0 })).toBeGreaterThan(0);
  });
});
