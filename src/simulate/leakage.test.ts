import { describe, expect, it } from "vitest";
import { AREA_MAX, measureArea, measureLeakage } from "./leakage.js";
import { simulateWorld } from "./world.js";

describe("the guard against a flattering world", () => {
  // More worlds and knobs stand in the integration test beside this file.
  it("lets no single feature tell attackers apart", () => {
    const rows = measureLeakage(simulateWorld({ seed: 101, accounts: 1500, requests: 24_000 }));
    expect(rows.length).toBeGreaterThan(35);
    expect(rows.filter((row) => row.area > AREA_MAX).map((row) => `${row.feature} ${row.area.toFixed(3)}`)).toEqual([]);
  });

  it("measures areas by ranks, ties counted half", () => {
    expect(measureArea([2, 3], [0, 1])).toBe(1);
    expect(measureArea([0, 1], [2, 3])).toBe(0);
    expect(measureArea([1, 1], [1, 1])).toBe(0.5);
    expect(measureArea([1, 3], [2, 2])).toBe(0.5);
  });
});
