import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { learnDensityRatio } from "./density-ratio.js";
import { createRandom, type Random } from "./random.js";
import { mostByChance } from "./test-draws.js";

/** Sets of features: each of the first ten is in with its own probability, and one of a hundred others is noise. */
function drawSets(random: Random, count: number, probabilities: readonly number[]): number[][] {
  return Array.from({ length: count }, () => [
    ...probabilities.flatMap((probability, feature) => (random.next() < probability ? [feature + 1] : [])),
    1_000 + random.below(100),
  ]);
}

const BACKGROUND = [0.1, 0.1, 0.5, 0.5, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3];
const TARGET = [0.6, 0.1, 0.2, 0.5, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3];

/** The true ratio of what the sets above are drawn from. */
function trueLogRatio(set: readonly number[]): number {
  return BACKGROUND.reduce((sum, under, feature) => {
    const over = TARGET[feature];
    return sum + (set.includes(feature + 1) ? Math.log(over / under) : Math.log((1 - over) / (1 - under)));
  }, 0);
}

describe("the density ratio", () => {
  const random = createRandom(1);
  const samples = { background: drawSets(random, 3_000, BACKGROUND), target: drawSets(random, 1_000, TARGET) };
  const held = drawSets(random, 500, BACKGROUND);

  it("comes near the true one on sets it never saw, though the samples differ in size", () => {
    const learned = learnDensityRatio({ ...samples, random: createRandom(2) });
    const errors = held.map((set) => Math.abs(learned(set) - trueLogRatio(set)));
    expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(0.5);
  });

  it("is the same for the same samples and seed", () => {
    const [first, second] = [2, 2].map((seed) => learnDensityRatio({ ...samples, random: createRandom(seed) }));
    expect(held.map((set) => first(set))).toEqual(held.map((set) => second(set)));
  });

  it("is about 1 between two samples of one thing", () => {
    const learned = learnDensityRatio({
      background: drawSets(random, 1_500, BACKGROUND),
      target: drawSets(random, 1_500, BACKGROUND),
      random: createRandom(3),
    });
    const mean = held.reduce((sum, set) => sum + learned(set), 0) / held.length;
    expect(Math.abs(mean)).toBeLessThan(0.3);
  });

  it("reaches r among the background with probability 1 / r at most, and is above 1 for most of the target", () => {
    const learned = learnDensityRatio({ ...samples, random: createRandom(4) });
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 1.5, max: 20, noNaN: true }), (seed, ratio) => {
        const draws = createRandom(seed);
        const reached = drawSets(draws, 300, BACKGROUND).filter((set) => learned(set) >= Math.log(ratio)).length;
        expect(reached).toBeLessThanOrEqual(mostByChance(300, 1 / ratio));
        expect(drawSets(draws, 300, TARGET).filter((set) => learned(set) > 0).length).toBeGreaterThan(150);
      }),
      { numRuns: 30 },
    );
  });

  it("does not depend on the order of features in a set, nor much on how many sets a sample has", () => {
    const learned = learnDensityRatio({ ...samples, random: createRandom(5) });
    const fewer = learnDensityRatio({ ...samples, background: samples.background.slice(0, 1_500), random: createRandom(5) });
    fc.assert(
      fc.property(fc.constantFrom(...held), fc.integer(), (set, seed) => {
        const turn = createRandom(seed).below(set.length);
        expect(learned([...set.slice(turn), ...set.slice(0, turn)])).toBeCloseTo(learned(set), 6);
      }),
    );
    const shift = held.reduce((sum, set) => sum + fewer(set) - learned(set), 0) / held.length;
    expect(Math.abs(shift)).toBeLessThan(0.3);
  });
});
