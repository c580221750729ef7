import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPermutation, createRandom, drawGamma, drawLogNormal, drawPoisson, drawZipf, formatHex } from "./random.js";

describe("random", () => {
  it("gives the same numbers for the same seeds, others for others", () => {
    const draw = (...seeds: number[]) => Array.from({ length: 4 }, createRandom(...seeds));
    expect(draw(1, 2)).toEqual(draw(1, 2));
    expect(draw(1, 2)).not.toEqual(draw(2, 1));
    expect(draw(1)).not.toEqual(draw(1, 0));
  });

  it("permutes: every value once, for any size and seed", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 700 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }), (size, seed) => {
        const permute = createPermutation(size, seed);
        expect(new Set(Array.from({ length: size }, (_, i) => permute(i))).size).toBe(size);
      }),
      { numRuns: 60 },
    );
  });

  it("writes hexadecimal ids that never collide for different positions", () => {
    const ids = new Set(Array.from({ length: 200_000 }, (_, i) => formatHex(16, 7, i)));
    expect(ids.size).toBe(200_000);
    expect([...ids][0]).toMatch(/^[0-9a-f]{16}$/);
    expect(formatHex(10, 1, 1)).toHaveLength(10);
  });

  it.each([
    ["log-normal", (random: () => number) => drawLogNormal(random, 5, 0.8), 5],
    ["gamma", (random: () => number) => drawGamma(random, 3, 2.5), 3],
    ["gamma with a small shape", (random: () => number) => drawGamma(random, 3, 0.5), 3],
    ["Poisson, small", (random: () => number) => drawPoisson(random, 2.5), 2.5],
    ["Poisson, large", (random: () => number) => drawPoisson(random, 80), 80],
  ])("draws %s deviates with the mean asked for", (_name, draw, mean) => {
    const random = createRandom(3, 9);
    let sum = 0;
    for (let i = 0; i < 40_000; i++) sum += draw(random);
    expect(sum / 40_000 / mean).toBeCloseTo(1, 1);
  });

  it("draws popular indexes more often than others, and none out of range", () => {
    const random = createRandom(5);
    const counts = Array.from({ length: 50 }, () => 0);
    for (let i = 0; i < 20_000; i++) {
      const index = drawZipf(random, 50);
      counts[index] = (counts[index] ?? 0) + 1;
    }
    expect(counts[0]).toBeGreaterThan(5 * (counts[20] ?? 0));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(20_000);
  });
});
