import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  betaBinomialLogLikelihood,
  compareDispersion,
  dirichletMultinomialLogLikelihood,
  listRowLogLikelihoods,
  measureDispersion,
  poolProportions,
  sharedMixLogLikelihoodRatio,
} from "./exchangeability.js";
import { createRandom } from "./random.js";
import { drawTable, toTable } from "./test-draws.js";

const SHARES = [0.5, 0.25, 0.15, 0.1];

describe("listRowLogLikelihoods", () => {
  it("says of every row what its likelihood by itself is, to the last bit", () => {
    const counts = fc.array(fc.nat({ max: 40 }), { minLength: 3, maxLength: 3 });
    const model = fc.record({ overdispersion: fc.double({ min: 0.01, max: 0.99, noNaN: true }), proportion: fc.constantFrom(0, 0.1, 0.4) });
    fc.assert(
      fc.property(fc.array(counts, { maxLength: 12 }), model, (rows, { overdispersion, proportion }) => {
        const table = toTable(rows);
        const proportions = Float64Array.of(proportion, 0.6, 0.4 - proportion);
        const alone = rows.map((_, row) =>
          dirichletMultinomialLogLikelihood({ table, rows: Int32Array.of(row), categoryCount: 3 }, { proportions, overdispersion }),
        );
        expect([...listRowLogLikelihoods(table, { proportions, overdispersion })]).toEqual(alone);
      }),
    );
  });
});

describe("measureDispersion", () => {
  it.each([
    [0, 40, 30],
    [0, 40, 3_000],
    [0.05, 300, 30],
    [0.05, 300, 1_000],
    [0.3, 300, 30],
    [0.3, 300, 1_000],
  ])("finds an overdispersion of %d among %d accounts of about %d requests, whatever the traffic", (truth, accounts, requests) => {
    const random = createRandom(7);
    const totals = Array.from({ length: accounts }, () => Math.ceil(requests * (0.5 + random.next())));
    const table = drawTable({ requests: totals, shares: SHARES, overdispersion: truth, random });
    const { overdispersion, overdispersionByMoments } = measureDispersion({ table, categoryCount: 4 });
    expect(Math.abs(overdispersion - truth)).toBeLessThan(0.003 + 0.15 * truth);
    expect(Math.abs(overdispersionByMoments - truth)).toBeLessThan(0.003 + 0.2 * truth);
  });

  it("raises a ratio above 5 for one queue in fewer than 1 of 100 worlds, and for people nearly always", () => {
    const random = createRandom(11);
    const ratioOf = (overdispersion: number): number => {
      const table = drawTable({ requests: Array.from({ length: 25 }, () => 20), shares: SHARES, overdispersion, random });
      return measureDispersion({ table, categoryCount: 4 }).logLikelihoodRatio;
    };
    const queues = Array.from({ length: 200 }, () => ratioOf(0)).filter((ratio) => ratio > 5).length;
    const crowds = Array.from({ length: 200 }, () => ratioOf(0.2)).filter((ratio) => ratio > 5).length;
    expect(queues).toBeLessThanOrEqual(2);
    expect(crowds).toBeGreaterThan(195);
  });

  it.each([
    ["no accounts", []],
    ["one account", [[5, 5]]],
    [
      "accounts of one request",
      [
        [1, 0],
        [0, 1],
        [1, 0],
      ],
    ],
    ["one category", [[5], [7]]],
  ])("has nothing to say about %s", (_what, rows) => {
    const { overdispersion, logLikelihoodRatio } = measureDispersion({ table: toTable(rows), categoryCount: 2 });
    expect([overdispersion, logLikelihoodRatio]).toEqual([0, 0]);
  });

  it("is 1 for accounts of one category each", () => {
    const rows = Array.from({ length: 20 }, (_, row) => (row % 2 === 0 ? [9, 0] : [0, 9]));
    expect(measureDispersion({ table: toTable(rows), categoryCount: 2 }).overdispersion).toBeGreaterThan(0.99);
  });

  it("looks at the chosen rows only", () => {
    const rows = [
      [9, 0],
      [5, 5],
      [0, 9],
      [5, 5],
      [4, 6],
    ];
    const chosen = measureDispersion({ table: toTable(rows), rows: Int32Array.of(1, 3, 4), categoryCount: 2 });
    expect(chosen).toEqual(
      measureDispersion({
        table: toTable([
          [5, 5],
          [5, 5],
          [4, 6],
        ]),
        categoryCount: 2,
      }),
    );
  });
});

describe("likelihoods", () => {
  it("of all ways to fill a row add up to 1", () => {
    const proportions = Float64Array.of(0.6, 0.3, 0.1);
    for (const overdispersion of [0, 0.01, 0.4]) {
      let sum = 0;
      for (let a = 0; a <= 6; a++) {
        for (let b = 0; a + b <= 6; b++) {
          const row = [a, b, 6 - a - b];
          const orders = factorial(6) / row.reduce((product, count) => product * factorial(count), 1);
          sum +=
            orders *
            Math.exp(dirichletMultinomialLogLikelihood({ table: toTable([row]), categoryCount: 3 }, { proportions, overdispersion }));
        }
      }
      expect(sum).toBeCloseTo(1, 12);
    }
  });

  it("with two categories the Dirichlet-multinomial is the beta-binomial", () => {
    const count = fc.integer({ min: 0, max: 500 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(count, count), { maxLength: 8 }),
        fc.double({ min: 0, max: 0.9, noNaN: true }),
        (rows, overdispersion) => {
          const beta = betaBinomialLogLikelihood(
            { successes: rows.map((row) => row[0]), trials: rows.map((row) => row[0] + row[1]) },
            { mean: 0.3, overdispersion },
          );
          const proportions = Float64Array.of(0.3, 0.7);
          const dirichlet = dirichletMultinomialLogLikelihood({ table: toTable(rows), categoryCount: 2 }, { proportions, overdispersion });
          expect(Math.abs(beta - dirichlet)).toBeLessThan(1e-8 * Math.max(1, Math.abs(beta)));
        },
      ),
    );
  });
});

describe("compareDispersion", () => {
  it("speaks for a pool where there is one and against it in a crowd, more clearly with more accounts", () => {
    const ratio = (accounts: number, overdispersion: number): number => {
      const table = drawTable({
        requests: Array.from({ length: accounts }, () => 30),
        shares: SHARES,
        overdispersion,
        random: createRandom(5),
      });
      return compareDispersion({ table, categoryCount: 4 }, { pool: 0.005, crowd: 0.2 });
    };
    expect(ratio(10, 0)).toBeGreaterThan(5);
    expect(ratio(100, 0)).toBeGreaterThan(ratio(10, 0));
    expect(ratio(10, 0.2)).toBeLessThan(-5);
    expect(ratio(100, 0.2)).toBeLessThan(ratio(10, 0.2));
  });
});

describe("sharedMixLogLikelihoodRatio", () => {
  const prior = { proportions: Float64Array.of(0.899, 0.1, 0.001), concentration: 5 };
  const compare = (...rows: number[][]): number => sharedMixLogLikelihoodRatio({ table: toTable(rows), categoryCount: 3 }, prior);

  it.each([
    ["agreement in something rare counts most", () => compare([0, 0, 20], [0, 0, 20]), 10, 20],
    ["agreement in what everybody does hardly counts", () => compare([20, 0, 0], [20, 0, 0]), -1, 1],
    ["different mixes speak against", () => compare([20, 0, 0], [0, 20, 0]), -Infinity, -5],
    ["one account alone says nothing", () => compare([3, 4, 5]), -1e-12, 1e-12],
    ["an account without requests says nothing", () => compare([3, 4, 5], [0, 0, 0]), -1e-12, 1e-12],
  ])("%s", (_claim, ratio, low, high) => {
    expect(ratio()).toBeGreaterThanOrEqual(low);
    expect(ratio()).toBeLessThanOrEqual(high);
  });

  it("is a Bayes factor: averaged over strangers, e to its power is 1", () => {
    // Exact expectation over all pairs of rows with 2 requests each under "each has its own mix".
    const rows = [
      [2, 0, 0],
      [1, 1, 0],
      [1, 0, 1],
      [0, 2, 0],
      [0, 1, 1],
      [0, 0, 2],
    ];
    const probabilityOf = (row: number[]): number => {
      const orders = 2 / row.reduce((product, count) => product * factorial(count), 1);
      const question = { table: toTable([row]), categoryCount: 3 };
      return orders * Math.exp(dirichletMultinomialLogLikelihood(question, { proportions: prior.proportions, overdispersion: 1 / 6 }));
    };
    let mean = 0;
    for (const a of rows) for (const b of rows) mean += probabilityOf(a) * probabilityOf(b) * Math.exp(compare(a, b));
    expect(mean).toBeCloseTo(1, 12);
  });
});

describe("poolProportions", () => {
  it("adds up requests, not accounts", () => {
    expect([
      ...poolProportions({
        table: toTable([
          [1, 0],
          [0, 3],
        ]),
        categoryCount: 3,
      }),
    ]).toEqual([0.25, 0.75, 0]);
    expect([...poolProportions({ table: toTable([]), categoryCount: 2 })]).toEqual([0, 0]);
  });
});

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1);
}
