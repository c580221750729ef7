import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPairCounts } from "./pair-counts.js";

const pair = fc.tuple(fc.nat(5000), fc.nat(5000), fc.integer({ min: 1, max: 9 }));

describe("createPairCounts", () => {
  it("counts as a map does, each pair once", () => {
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 9000 }), (pairs) => {
        const expected = new Map<string, number>();
        const counts = createPairCounts(5001);
        for (const [a, b, amount] of pairs) {
          const key = `${Math.min(a, b)} ${Math.max(a, b)}`;
          expected.set(key, (expected.get(key) ?? 0) + amount);
          counts.add(a, b, amount);
        }
        const seen: [number, number, number][] = [];
        counts.visit((a, b, count) => seen.push([a, b, count]));
        expect(new Map(seen.map(([a, b, count]) => [`${a} ${b}`, count]))).toEqual(expected);
        expect(seen).toHaveLength(expected.size);
      }),
      { numRuns: 40 },
    );
  });

  it("survives growing past its first size", () => {
    const counts = createPairCounts(100_000);
    for (let a = 0; a < 300; a++) for (let b = a; b < 300; b++) counts.add(b, a * 300, 1);
    let total = 0;
    counts.visit((_, __, count) => (total += count));
    expect(total).toBe((300 * 301) / 2);
  });
});
