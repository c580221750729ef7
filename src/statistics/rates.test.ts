import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scanCounts, scanForBurst } from "./burst-scan.js";
import { compareRates, correlate, correlateRanks, rankValues, takeOutPopulation } from "./correlation.js";
import { compareSamples, logKolmogorovTail } from "./kolmogorov-smirnov.js";
import { createRandom, type Random } from "./random.js";
import { drawPoisson } from "./test-draws.js";

const DAY_MS = 86_400_000;

describe("logKolmogorovTail agrees with mpmath", () => {
  it.each([
    [0.3, -9.305844633804494e-6],
    [0.6, -0.14585527315812677],
    [0.99, -1.2698496811935096],
    [1, -1.3093345359942996],
    [1.36, -3.006067968191611],
    [3, -17.306852819440056],
    [30, -1799.30685281944],
  ])("at %d", (lambda, expected) => {
    expect(Math.abs(logKolmogorovTail(lambda) - expected)).toBeLessThan(1e-12 * Math.max(1, -expected));
  });
});

describe("compareSamples", () => {
  it.each([
    ["the same values", [1, 2, 3], [3, 2, 1], 0],
    ["nothing in common", [1, 2, 3], [4, 5, 6], 1],
    ["ties move together", [1, 1, 1, 2], [1, 2, 2, 2], 0.5],
    ["one empty side", [], [1], 0],
  ])("distance of %s", (_what, a, b, expected) => {
    expect(compareSamples(Float64Array.from(a), Float64Array.from(b)).distance).toBeCloseTo(expected, 12);
  });

  it("calls samples of one distribution different at 5 % in at most 5 % of cases, and shifted ones nearly always", () => {
    const random = createRandom(3);
    const draw = (shift: number): Float64Array => Float64Array.from({ length: 60 }, () => random.next() + shift);
    const rejects = (shift: number): number =>
      Array.from({ length: 400 }, () => compareSamples(draw(0), draw(shift)).logProbability).filter((p) => p < Math.log(0.05)).length;
    expect(rejects(0)).toBeLessThanOrEqual(28);
    expect(rejects(0.5)).toBeGreaterThan(395);
  });
});

describe("scanForBurst", () => {
  const uniformTimes = (count: number, random: Random): Float64Array =>
    Float64Array.from({ length: count }, () => random.next() * 100 * DAY_MS);
  const windowsMs = [3_600_000, 6 * 3_600_000, DAY_MS, 3 * DAY_MS];

  it("finds 12 of 40 registrations within an hour and says how improbable that is", () => {
    const random = createRandom(1);
    const timesMs = uniformTimes(40, random);
    for (let index = 0; index < 12; index++) timesMs[index] = 50 * DAY_MS + index * 240_000;
    const burst = scanForBurst({ timesMs, backgroundMs: uniformTimes(5_000, random), windowsMs });
    expect(burst).toMatchObject({ fromMs: 50 * DAY_MS, toMs: 50 * DAY_MS + 11 * 240_000, count: 12 });
    expect(burst?.logProbability).toBeLessThan(-40);
  });

  it("raises no alarm at 1 % in more than 1 % of quiet worlds, even when everybody comes in bursts", () => {
    const random = createRandom(2);
    let alarms = 0;
    for (let world = 0; world < 300; world++) {
      // A launch day brings a third of everybody.
      const draw = (count: number): Float64Array =>
        uniformTimes(count, random).map((time) => (random.next() < 1 / 3 ? 10 * DAY_MS + time / 100 : time));
      const burst = scanForBurst({ timesMs: draw(40), backgroundMs: draw(5_000), windowsMs });
      if ((burst?.logProbability ?? 0) < Math.log(0.01)) alarms++;
    }
    expect(alarms).toBeLessThanOrEqual(6);
  });

  it.each([
    ["no event", []],
    ["one event", [5]],
  ])("has nothing to say about %s", (_what, times) => {
    expect(scanForBurst({ timesMs: Float64Array.from(times), backgroundMs: Float64Array.of(1, 2), windowsMs })).toBeNull();
  });

  it("does not depend on the order of the events, and stays a probability", () => {
    const times = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(times, times, (events, background) => {
        const question = { timesMs: Float64Array.from(events), backgroundMs: Float64Array.from(background), windowsMs: [10, 100] };
        const burst = scanForBurst(question);
        expect(scanForBurst({ ...question, timesMs: question.timesMs.slice().reverse() })).toEqual(burst);
        expect(burst?.logProbability).toBeLessThanOrEqual(0);
      }),
    );
  });
});

describe("scanCounts", () => {
  it("finds the run of bins that exceeds its mean most improbably", () => {
    const counts = [1, 2, 1, 9, 11, 8, 1, 0, 2, 1];
    const burst = scanCounts(
      counts,
      Array.from({ length: 10 }, () => 1.5),
      { binsMax: 5 },
    );
    expect(burst).toMatchObject({ from: 3, to: 6, count: 28, expected: 4.5 });
    expect(burst?.logProbability).toBeLessThan(-20);
  });

  it("has nothing to say where nothing exceeds its mean", () => {
    expect(scanCounts([1, 1, 1], [2, 2, 2], { binsMax: 3 })).toBeNull();
  });
});

describe("rates", () => {
  const HOURS = 24 * 30;
  const daily = (hour: number): number => 5 + 4 * Math.sin((2 * Math.PI * hour) / 24);
  const drawCounts = (rate: (hour: number) => number, random: Random): Float64Array =>
    Float64Array.from({ length: HOURS }, (_, hour) => drawPoisson(rate(hour), random));
  const population = Float64Array.from({ length: HOURS }, (_, hour) => 1000 * daily(hour));
  const compare = (a: Float64Array, b: Float64Array): ReturnType<typeof compareRates> =>
    compareRates(takeOutPopulation(a, population), takeOutPopulation(b, population));

  it("accounts of one queue correlate once the population's day is taken out; strangers do not, though the day makes them alike", () => {
    const random = createRandom(9);
    const queue = Float64Array.from({ length: HOURS / 6 }, () => 0.3 + 2 * random.next());
    const pooled = (hour: number): number => daily(hour) * queue[Math.floor(hour / 6)];
    const siblings = compare(drawCounts(pooled, random), drawCounts(pooled, random));
    const [a, b] = [drawCounts(daily, random), drawCounts(daily, random)];
    expect(siblings.logProbability).toBeLessThan(-20);
    expect(correlate(a, b)).toBeGreaterThan(0.4);
    expect(compare(a, b).logProbability).toBeGreaterThan(-5);
  });

  it("two strangers who only work at night do not look coordinated", () => {
    const random = createRandom(10);
    const night = (hour: number): number => (hour % 24 < 6 ? 10 : 0.2);
    const owls = compare(drawCounts(night, random), drawCounts(night, random));
    expect(owls.correlation).toBeGreaterThan(0.5);
    expect(owls.logProbability).toBeGreaterThan(-5);
  });

  it("has no null from fewer than 5 shifts", () => {
    const short = Float64Array.from({ length: 100 }, (_, hour) => hour);
    expect(compareRates(short, short)).toMatchObject({ correlation: 1, probability: 1, logProbability: 0, shifts: 4 });
  });

  it.each([
    ["ties share their mean rank", [10, 20, 20, 5], [2, 3.5, 3.5, 1]],
    ["nothing", [], []],
  ])("ranks: %s", (_what, values, expected) => {
    expect([...rankValues(Float64Array.from(values))]).toEqual(expected);
  });

  it("rank correlation is 1 for any rising relation, plain correlation is not", () => {
    const a = Float64Array.of(1, 2, 3, 4, 5);
    const b = a.map((value) => value ** 6);
    expect(correlateRanks(a, b)).toBeCloseTo(1, 12);
    expect(correlate(a, b)).toBeLessThan(0.95);
    expect(correlate(a, new Float64Array(5).fill(2))).toBe(0);
  });
});
