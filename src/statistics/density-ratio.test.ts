import { describe, expect, it } from "vitest";
import { learnDensityRatio } from "./density-ratio.js";
import { createRandom, type Random } from "./random.js";

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
});
