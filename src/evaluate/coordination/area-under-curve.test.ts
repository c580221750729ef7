import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../statistics/random.js";
import { measureArea, measureBestF1 } from "./area-under-curve.js";

describe("area under the curve", () => {
  it.each<[string, number[], number[], number]>([
    ["perfect", [1, 2, 3, 4], [0, 0, 1, 1], 1],
    ["upside down", [4, 3, 2, 1], [0, 0, 1, 1], 0],
    ["all tied is a coin", [5, 5, 5, 5], [0, 1, 0, 1], 0.5],
    ["one of four pairs is wrong", [1, 3, 2, 4], [0, 0, 1, 1], 0.75],
    ["saying nothing ranks last, and ties with saying nothing", [-Infinity, -Infinity, 1, 2], [0, 1, 0, 1], 0.625],
  ])("%s", (_claim, scores, isPositive, area) => {
    expect(measureArea(scores, isPositive)?.area).toBeCloseTo(area, 12);
  });

  it("is the share of pairs in order, whatever the scores", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(6), fc.boolean()), { minLength: 1, maxLength: 25 }), (drawn) => {
        const pairs = drawn.flatMap(([a, isA]) => (isA ? drawn.flatMap(([b, isB]) => (isB ? [] : [a > b ? 1 : a === b ? 0.5 : 0])) : []));
        const area = measureArea(
          drawn.map(([score]) => score),
          drawn.map(([, is]) => Number(is)),
        );
        if (pairs.length === 0) expect(area).toBeNull();
        else expect(area?.area).toBeCloseTo(pairs.reduce((sum: number, value) => sum + value, 0) / pairs.length, 9);
      }),
    );
  });

  it("has an interval that covers the truth about as often as it says", () => {
    const random = createRandom(4);
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
    // Normal scores one deviation apart: the area is the normal probability of 1 / √2.
    const truth = 0.7602;
    const covered = Array.from({ length: 300 }, () => {
      const isPositive = Array.from({ length: 120 }, (_, i) => (i < 40 ? 1 : 0));
      const area = measureArea(
        isPositive.map((is) => is + normal()),
        isPositive,
      );
      return area !== null && area.low <= truth && truth <= area.high;
    }).filter(Boolean).length;
    expect(covered / 300).toBeGreaterThan(0.91);
    expect(covered / 300).toBeLessThan(0.985);
  });
});

describe("best F1", () => {
  it.each<[string, number[], number[], number]>([
    ["a threshold between them", [1, 2, 3, 4], [0, 0, 1, 1], 1],
    ["no threshold within a tie", [3, 3, 3, 1], [1, 0, 0, 0], 0.5],
    ["nobody who was not scored is flagged", [-Infinity, -Infinity], [1, 1], 0],
  ])("%s", (_claim, scores, isPositive, best) => {
    expect(measureBestF1(scores, isPositive)).toBeCloseTo(best, 12);
  });
});
