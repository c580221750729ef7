import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalQuantile } from "./intervals.js";
import { createRandom } from "./random.js";
import { shapiroWilkPValue, testNormality } from "./shapiro-wilk.js";

const WEIGHTS_OF_MEN = [148, 154, 158, 160, 161, 162, 166, 170, 182, 195, 236];
const counting = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe("the test of normality", () => {
  it("gives the W of .79 that Shapiro and Wilk worked out by hand in 1965 for the weights of eleven men", () => {
    expect(testNormality(WEIGHTS_OF_MEN)?.w).toBeCloseTo(0.79, 2);
  });

  // SciPy 1.17.1, scipy.stats.shapiro.
  it.each([
    ["the weights of men", WEIGHTS_OF_MEN, 0.7888146948631716, 0.006703814061898823],
    ["three numbers in a row", [1, 2, 3], 1, 1],
    ["powers of two", [1, 2, 4, 8], 0.9202026788806026, 0.5380837777759025],
    ["five numbers", [2, 4, 5, 7, 9], 0.9899774665106802, 0.9796155110633016],
    ["1 to 50", counting(1, 50), 0.9555826875589973, 0.058091862177350316],
    ["500 squares modulo 97", counting(1, 500).map((i) => (i * i) % 97), 0.9366851038212483, 9.72707539472108e-14],
  ])("agrees with SciPy on %s", (_, values, w, pValue) => {
    const found = testNormality(values);
    expect(found?.w).toBeCloseTo(w, 6);
    expect((found?.pValue ?? 0) / pValue).toBeCloseTo(1, 3);
  });

  // Shapiro and Wilk, Biometrika 52, 1965, table 6. Up to 20 values, where their weights were exact and not extrapolated.
  it.each([
    [10, 0.842, 0.05],
    [10, 0.781, 0.01],
    [20, 0.905, 0.05],
    [20, 0.868, 0.01],
  ])("agrees with the published table: of normal samples of %d values %d or less has probability %d", (n, w, level) => {
    expect(shapiroWilkPValue(w, n) / level).toBeGreaterThan(0.75);
    expect(shapiroWilkPValue(w, n) / level).toBeLessThan(1.3);
  });

  it("has uniform p-values on normal samples", () => {
    const random = createRandom(3);
    const rejected = Array.from({ length: 300 }, () =>
      testNormality(Array.from({ length: 40 }, () => normalQuantile((random.below(999_999) + 1) / 1_000_001))),
    ).filter((found) => found !== null && found.pValue < 0.1).length;
    expect(rejected).toBeGreaterThan(15);
    expect(rejected).toBeLessThan(46);
  });

  it("does not depend on order, place or scale", () => {
    const values = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 4, maxLength: 60 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 50 }), fc.integer({ min: -500, max: 500 }), (sample, scale, place) => {
        const w = testNormality(sample)?.w ?? null;
        const moved = testNormality(sample.map((value) => value * scale + place).reverse())?.w ?? null;
        expect(moved === null).toBe(w === null);
        if (w !== null) expect(moved).toBeCloseTo(w, 8);
      }),
    );
  });

  it("says nothing where there is nothing to say", () => {
    expect(testNormality([1, 2])).toBeNull();
    expect(testNormality([4, 4, 4, 4])).toBeNull();
    expect(testNormality(new Float64Array(5_001))).toBeNull();
  });
});
