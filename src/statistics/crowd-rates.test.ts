import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseBar, measureCrowdRate, type CrowdCounts } from "./crowd-rates.js";
import { createRandom } from "./random.js";

const crowd = (score: number, accounts: number) => [{ score, accounts, organizations: accounts }];
const counts = (accounts: number, ...crowds: CrowdCounts["crowds"][number][]): CrowdCounts => ({
  accounts,
  organizations: accounts,
  crowds,
});

describe("measureCrowdRate", () => {
  const traffic = counts(10_000, crowd(3, 10), crowd(2, 20), [...crowd(1, 5), { score: 0.5, accounts: 40, organizations: 4 }]);

  it.each<[bar: number, crowds: number, accounts: number]>([
    [3.01, 0, 0],
    [3, 1, 10],
    [2, 2, 30],
    [1, 3, 35],
    [0.5, 3, 75],
  ])("at or above %d lie %d crowds with %d accounts", (bar, crowds, accounts) => {
    expect(measureCrowdRate(traffic, bar)).toMatchObject({ crowds, accounts });
  });

  it("expects one crowd more than was seen, and never nothing", () => {
    expect(measureCrowdRate(traffic, 4).expected).toBeCloseTo((1 * 35) / 3 / 10_000, 9);
    expect(measureCrowdRate(traffic, 3).expected).toBeCloseTo((2 * 35) / 3 / 10_000, 9);
  });

  it("is about crowds: the same accounts in fewer crowds are known less well", () => {
    const many = counts(10_000, ...Array.from({ length: 50 }, () => crowd(1, 2)));
    const few = counts(10_000, ...Array.from({ length: 2 }, () => crowd(1, 50)));
    const width = (each: CrowdCounts) => measureCrowdRate(each, 1).high - measureCrowdRate(each, 1).low;
    expect(width(few)).toBeGreaterThan(3 * width(many));
  });
});

const traffic = fc
  .record({
    accounts: fc.integer({ min: 100, max: 100_000 }),
    crowds: fc.array(fc.tuple(fc.double({ min: 0, max: 8, noNaN: true }), fc.integer({ min: 1, max: 40 })), { maxLength: 30 }),
  })
  .map(({ accounts, crowds }) => counts(accounts, ...crowds.map(([score, size]) => crowd(score, size))));
const rates = fc.double({ min: 1e-5, max: 0.2, noNaN: true });

describe("chooseBar", () => {
  it("keeps what it promises, is never below the floor, and a stricter rate never lowers it", () => {
    fc.assert(
      fc.property(traffic, rates, rates, fc.double({ min: 0, max: 4, noNaN: true }), (each, one, other, floor) => {
        const [strict, loose] = [Math.min(one, other), Math.max(one, other)].map((rate) => chooseBar(each, { rate, floor }));
        expect(loose.bar).toBeGreaterThanOrEqual(floor);
        expect(strict.bar).toBeGreaterThanOrEqual(loose.bar - 1e-9);
        if (loose.isPromised) expect(measureCrowdRate(each, loose.bar).expected).toBeLessThanOrEqual(Math.max(one, other));
        if (strict.isPromised) expect(loose.isPromised).toBe(true);
      }),
    );
  });

  it("promises nothing that the traffic is too small for, and stands above all that was seen", () => {
    const small = counts(2000, crowd(3, 10), crowd(2, 10));
    const { bar, isPromised } = chooseBar(small, { rate: 1e-4, floor: 2 });
    expect(isPromised).toBe(false);
    expect(bar).toBeGreaterThan(3 + Math.log(10 / 2000 / 1e-4) - 0.1);
    expect(chooseBar(small, { rate: 1e-2, floor: 2 }).isPromised).toBe(true);
  });

  it("on no traffic promises nothing", () => {
    expect(chooseBar(counts(0), { rate: 0.01, floor: 2 })).toMatchObject({ isPromised: false });
  });

  it.each([0.002, 0.005, 0.02])("the rate %d is met on other traffic of the kind, on average over many calibrations", (rate) => {
    const random = createRandom(7);
    const draw = (): CrowdCounts => {
      const crowds = Array.from({ length: 30 }, () => crowd(-Math.log(1 - random.next()), 1 + Math.floor(random.next() * 20)));
      return counts(20_000, ...crowds);
    };
    let [flagged, promised] = [0, 0];
    for (let round = 0; round < 400; round++) {
      const { bar, isPromised } = chooseBar(draw(), { rate, floor: 0 });
      if (!isPromised) continue;
      promised += 1;
      flagged += measureCrowdRate(draw(), bar).accounts / 20_000;
    }
    expect(promised).toBeGreaterThan(300);
    // 400 rounds leave a tenth of chance.
    expect(flagged / promised).toBeLessThan(rate * 1.1);
    expect(flagged / promised).toBeGreaterThan(rate * 0.3);
  });
});
