/** For every test: false positives under its null model within what the model allows, power against a pool, and what it must not depend on. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { comparePace, compareRank, compareRate, compareRepeats, rateReached } from "./crowd-comparisons.js";
import { createRandom, type Random } from "./random.js";
import { drawGamma, drawPoisson, mostByChance } from "./test-draws.js";

const seeds = fc.integer();
const nats = fc.double({ min: 0.5, max: 3, noNaN: true });
const ROUNDS = 100;

/** How many of the rounds reach so many nats. */
function countReached(bar: number, draw: (random: Random) => number, seed: number): number {
  const random = createRandom(seed);
  let reached = 0;
  for (let round = 0; round < ROUNDS; round++) if (draw(random) >= bar) reached++;
  return reached;
}

const drawHits = (trials: number, share: number, random: Random): number =>
  Array.from({ length: trials }, () => (random.next() < share ? 1 : 0)).reduce<number>((sum, hit) => sum + hit, 0);

describe("compareRate", () => {
  const shares = fc.double({ min: 0.01, max: 0.9, noNaN: true });
  const draw =
    ({ trials, share, expected }: { trials: number; share: number; expected: number }) =>
    (random: Random): number =>
      compareRate({ hits: drawHits(trials, share, random), trials, expected: expected * trials });

  it("reaches t nats with probability e^-t at most when hits come at the expected rate or below it", () => {
    fc.assert(
      fc.property(seeds, nats, shares, fc.integer({ min: 1, max: 80 }), (seed, bar, share, trials) => {
        for (const own of [share, share / 2]) {
          expect(countReached(bar, draw({ trials, share: own, expected: share }), seed)).toBeLessThanOrEqual(
            mostByChance(ROUNDS, Math.exp(-bar)),
          );
        }
      }),
      { numRuns: 15 },
    );
  });

  it("finds hits at three times the expected rate in at least nine of ten groups of eighty", () => {
    expect(countReached(3, draw({ trials: 80, share: 0.3, expected: 0.1 }), 1)).toBeGreaterThan(0.9 * ROUNDS);
  });

  it("turns its sign when hits and misses change places, and grows with the numbers", () => {
    const counts = fc.integer({ min: 1, max: 60 }).chain((trials) => fc.tuple(fc.nat(trials), fc.constant(trials), shares));
    fc.assert(
      fc.property(counts, fc.integer({ min: 2, max: 9 }), ([hits, trials, share], scale) => {
        const one = compareRate({ hits, trials, expected: share * trials });
        expect(compareRate({ hits: trials - hits, trials, expected: (1 - share) * trials })).toBeCloseTo(-one, 6);
        expect(compareRate({ hits: scale * hits, trials: scale * trials, expected: scale * share * trials })).toBeCloseTo(scale * one, 6);
        if (Math.abs(hits - share * trials) > 1e-6) expect(Math.sign(one)).toBe(Math.sign(hits - share * trials));
      }),
    );
  });

  it("says nothing without trials and at what is expected", () => {
    expect([compareRate({ hits: 0, trials: 0, expected: 0 }), compareRate({ hits: 2, trials: 10, expected: 2 })]).toEqual([0, 0]);
  });
});

describe("compareRepeats", () => {
  const MODELS = { pool: 40, crowd: 15 };
  /** Repeats where the repeated share is a draw from Beta(1, b). */
  const draw =
    (b: number, filled: number) =>
    (random: Random): number =>
      compareRepeats({ repeated: drawHits(filled, 1 - (1 - random.next()) ** (1 / b), random), filled }, MODELS);

  it("reaches t nats for a pool with probability e^-t at most in a crowd, and against one as rarely in a pool", () => {
    fc.assert(
      fc.property(seeds, fc.double({ min: 0.2, max: 2, noNaN: true }), fc.integer({ min: 12, max: 120 }), (seed, bar, filled) => {
        const most = mostByChance(ROUNDS, Math.exp(-bar));
        expect(countReached(bar, draw(MODELS.crowd, filled), seed)).toBeLessThanOrEqual(most);
        expect(countReached(bar, (random) => -draw(MODELS.pool, filled)(random), seed)).toBeLessThanOrEqual(most);
      }),
      { numRuns: 15 },
    );
  });

  it("speaks for a queue that repeats one item in a hundred, and clearly against a sheet", () => {
    expect(
      countReached(0.3, (random) => compareRepeats({ repeated: drawHits(300, 0.01, random), filled: 300 }, MODELS), 1),
    ).toBeGreaterThan(0.95 * ROUNDS);
    expect(compareRepeats({ repeated: 150, filled: 300 }, MODELS)).toBeLessThan(-10);
  });

  it("says the less for a pool the more of the items repeat, and nothing when the models are one", () => {
    const repeats = fc.double({ min: 0, max: 100, noNaN: true });
    fc.assert(
      fc.property(repeats, repeats, (a, b) => {
        const [fewer, more] = [Math.min(a, b), Math.max(a, b)].map((repeated) => compareRepeats({ repeated, filled: 100 }, MODELS));
        expect(more).toBeLessThanOrEqual(fewer + 1e-9);
        expect(compareRepeats({ repeated: a, filled: 100 }, { pool: 15, crowd: 15 })).toBe(0);
      }),
    );
  });
});

describe("comparePace", () => {
  const HOURS = 96;
  const MODELS = { pools: [0.15, 0.3, 0.6], crowd: 0.06 };
  const expected = Float64Array.from({ length: HOURS }, (_, hour) => (hour % 24 >= 8 && hour % 24 < 20 ? 5 : 0.8));
  const drawCounts = (variation: number, random: Random): Float64Array =>
    expected.map((mean) => drawPoisson(mean * variation * drawGamma(1 / variation, random), random));

  it("reaches t nats with probability e^-t at most when hours swing independently, as a crowd's do or less", () => {
    fc.assert(
      fc.property(seeds, nats, fc.constantFrom(0.06, 0.02), (seed, bar, variation) => {
        const reached = countReached(bar, (random) => comparePace(drawCounts(variation, random), expected, MODELS), seed);
        expect(reached).toBeLessThanOrEqual(mostByChance(ROUNDS, Math.exp(-bar)));
      }),
      { numRuns: 5 },
    );
  });

  it("does so, too, when the hour-of-day profile is estimated from the counts themselves", () => {
    const estimate = (counts: Float64Array): Float64Array =>
      counts.map((_, hour) => counts.filter((__, other) => other % 24 === hour % 24).reduce((sum, count) => sum + count, 0) / (HOURS / 24));
    const draw = (random: Random): number => {
      const counts = drawCounts(MODELS.crowd, random);
      return comparePace(counts, estimate(counts), MODELS);
    };
    expect(countReached(1, draw, 3)).toBeLessThanOrEqual(mostByChance(ROUNDS, Math.exp(-1)));
  });

  it("finds a common pace that swings by a pool's variation in at least 19 of 20 groups", () => {
    expect(countReached(3, (random) => comparePace(drawCounts(0.6, random), expected, MODELS), 4)).toBeGreaterThan(0.95 * ROUNDS);
  });

  it("does not depend on the order of the hours, nor on hours in which nothing is expected", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const counts = drawCounts(0.3, createRandom(seed));
        const ratio = comparePace(counts, expected, MODELS);
        expect(comparePace(counts.slice().reverse(), expected.slice().reverse(), MODELS)).toBeCloseTo(ratio, 8);
        expect(comparePace(Float64Array.of(...counts, 0), Float64Array.of(...expected, 0), MODELS)).toBe(ratio);
      }),
      { numRuns: 15 },
    );
  });
});

/** Shares of a crowd: of any two shapes, all different. */
const shapes = fc.double({ min: 0.2, max: 5, noNaN: true });

describe("compareRank", () => {
  it("reaches t nats with probability (n + 2) / (n + 1) / (1 + e^2t) at most for anyone of the crowd, twice that where many tie", () => {
    fc.assert(
      fc.property(seeds, nats, shapes, fc.integer({ min: 20, max: 90 }), fc.boolean(), (seed, bar, shape, size, areTied) => {
        const draw = (random: Random): number => {
          const value = random.next() ** shape;
          return areTied ? Math.round(4 * value) : value;
        };
        const rank = (random: Random): number => compareRank(Float64Array.from({ length: size }, () => draw(random)).sort(), draw(random));
        const allowed = ((areTied ? 2 : 1) * (size + 2)) / (size + 1) / (1 + Math.exp(2 * bar));
        expect(countReached(bar, rank, seed)).toBeLessThanOrEqual(mostByChance(ROUNDS, Math.min(1, allowed)));
      }),
      { numRuns: 15 },
    );
  });

  it("finds what lies above 99 of 100, and speaks as much against what lies below", () => {
    const crowd = Float64Array.from({ length: 100 }, (_, i) => i);
    expect(compareRank(crowd, 99.5)).toBeCloseTo(0.5 * Math.log(101), 9);
    expect(compareRank(crowd, -1)).toBeCloseTo(-0.5 * Math.log(101), 9);
  });

  it("depends on order alone: any rising change of scale leaves it, mirroring turns its sign", () => {
    const values = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(values, fc.integer({ min: -60, max: 60 }), (drawn, value) => {
        const compareOn = (scale: (x: number) => number): number => compareRank(Float64Array.from(drawn, scale).sort(), scale(value));
        expect(compareOn((x) => Math.exp(x / 20) * 7)).toBe(compareOn((x) => x));
        expect(compareOn((x) => -x)).toBeCloseTo(-compareOn((x) => x), 9);
      }),
    );
  });
});

describe("rateReached", () => {
  const surprise = (crowd: readonly number[], value: number): number =>
    -Math.log(rateReached({ reached: crowd.filter((other) => other >= value).length, others: crowd.length }));

  it("makes t nats as rare as e^-t, and half a member of the crowd more, for anyone of the crowd", () => {
    fc.assert(
      fc.property(seeds, nats, shapes, fc.integer({ min: 10, max: 90 }), (seed, bar, shape, size) => {
        const draw = (random: Random): number => random.next() ** shape;
        const reached = countReached(
          bar,
          (random) =>
            surprise(
              Array.from({ length: size }, () => draw(random)),
              draw(random),
            ),
          seed,
        );
        expect(reached).toBeLessThanOrEqual(mostByChance(ROUNDS, Math.exp(-bar) + 0.5 / (size + 1)));
      }),
      { numRuns: 15 },
    );
  });

  it("is never 0 nor above 1, falls with a larger crowd that nobody of reaches it, and finds what none of 200 reaches", () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.nat(1_000), (a, b) => {
        const share = rateReached({ reached: Math.min(a, b), others: Math.max(a, b) });
        expect(share).toBeGreaterThan(0);
        expect(share).toBeLessThanOrEqual(1);
      }),
    );
    expect(-Math.log(rateReached({ reached: 0, others: 200 }))).toBeGreaterThan(5);
  });
});
