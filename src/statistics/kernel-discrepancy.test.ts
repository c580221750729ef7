import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalQuantile } from "./intervals.js";
import { estimateDiscrepancy, testDiscrepancy, type Points } from "./kernel-discrepancy.js";
import { createRandom, type Random } from "./random.js";
import { mostByChance } from "./test-draws.js";

const drawNormal = (random: Random): number => normalQuantile((random.below(999_999) + 1) / 1_000_001);
const line = (values: readonly number[]): Points => ({ dimension: 1, values: Float32Array.from(values) });
const drawLine = (random: Random, count: number, { mean = 0, deviation = 1 } = {}): Points =>
  line(Array.from({ length: count }, () => mean + deviation * drawNormal(random)));

/** Mean of a Gaussian kernel of this width between draws from two normal distributions. */
function kernelMean(width: number, a: [mean: number, deviation: number], b: [mean: number, deviation: number]): number {
  const spread = width ** 2 + a[1] ** 2 + b[1] ** 2;
  return (width / Math.sqrt(spread)) * Math.exp(-((a[0] - b[0]) ** 2) / (2 * spread));
}

describe("maximum mean discrepancy", () => {
  it("is what the definition gives for three points and two", () => {
    const k = (x: number, y: number): number => Math.exp(-((x - y) ** 2) / 2);
    const within = (2 * (k(0, 1) + k(0, 2) + k(1, 2))) / 6 + k(1, 4);
    const cross = (k(0, 1) + k(0, 4) + k(1, 1) + k(1, 4) + k(2, 1) + k(2, 4)) / 6;
    expect(estimateDiscrepancy(line([0, 1, 2]), line([1, 4]), [1])).toBeCloseTo(within - 2 * cross, 6);
  });

  it.each([
    ["shifted", [0, 1], [1, 1], 1],
    ["wider", [0, 1], [0, 2], 1],
    ["both, under a narrow kernel", [0.5, 1], [-0.5, 1.5], 0.5],
  ] as const)("is on average the closed form between two normal distributions: %s", (_, a, b, width) => {
    const random = createRandom(11);
    const rounds = 60;
    const estimates = Array.from({ length: rounds }, () =>
      estimateDiscrepancy(drawLine(random, 25, { mean: a[0], deviation: a[1] }), drawLine(random, 25, { mean: b[0], deviation: b[1] }), [
        width,
      ]),
    );
    const mean = estimates.reduce((sum, value) => sum + value, 0) / rounds;
    const deviation = Math.sqrt(estimates.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rounds);
    const truth = kernelMean(width, [...a], [...a]) + kernelMean(width, [...b], [...b]) - 2 * kernelMean(width, [...a], [...b]);
    expect(Math.abs(mean - truth)).toBeLessThan((4 * deviation) / Math.sqrt(rounds));
  });

  it("has no bias: it is about zero, also below, for samples of one distribution", () => {
    const random = createRandom(5);
    const estimates = Array.from({ length: 100 }, () => estimateDiscrepancy(drawLine(random, 20), drawLine(random, 20), [1]));
    expect(Math.abs(estimates.reduce((sum, value) => sum + value, 0) / 100)).toBeLessThan(0.01);
    expect(estimates.filter((value) => value < 0).length).toBeGreaterThan(30);
  });

  it("keeps its level under relabelling, whatever the distribution: p or less comes with probability p", () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0.3, max: 6, noNaN: true }), fc.constantFrom(0.05, 0.1, 0.25), (seed, shape, level) => {
        const random = createRandom(seed);
        const draw = (): Points => line(Array.from({ length: 10 }, () => random.next() ** shape));
        const low = Array.from({ length: 60 }, () => testDiscrepancy(draw(), draw(), { widths: [0.5], permutations: 39, random })).filter(
          ({ pValue }) => pValue <= level,
        ).length;
        expect(low).toBeLessThanOrEqual(mostByChance(60, level));
      }),
      { numRuns: 6 },
    );
  });

  it("does not change with the order of points, the order of samples, a move of all, or when points and widths grow alike", () => {
    const values = fc.array(fc.integer({ min: -40, max: 40 }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(values, values, fc.integer({ min: -9, max: 9 }), fc.constantFrom(0.25, 2, 8), (a, b, move, scale) => {
        const plain = estimateDiscrepancy(line(a), line(b), [5, 10]);
        const changed = (change: (x: number) => number): [Points, Points] => [line(a.map(change)), line(b.map(change))];
        expect(estimateDiscrepancy(line(b), line([...a].reverse()), [5, 10])).toBeCloseTo(plain, 5);
        expect(estimateDiscrepancy(...changed((x) => x + move), [5, 10])).toBeCloseTo(plain, 5);
        expect(estimateDiscrepancy(...changed((x) => x * scale), [5 * scale, 10 * scale])).toBeCloseTo(plain, 5);
      }),
    );
  });

  it("finds a shift by one deviation in samples of forty", () => {
    const random = createRandom(9);
    const { pValue } = testDiscrepancy(drawLine(random, 40), drawLine(random, 40, { mean: 1 }), { widths: [1], permutations: 199, random });
    expect(pValue).toBeLessThan(0.02);
  });
});
