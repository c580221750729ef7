import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { measureCalibration } from "./calibration.js";
import { conformalProbability, conformalThreshold, createBenignReference } from "./conformal.js";
import { fuseEvidence } from "./fusion.js";
import { clopperPearsonInterval, normalQuantile, wilsonInterval } from "./intervals.js";
import { applyIsotonic, fitIsotonic } from "./isotonic.js";
import { logOneMinusExp, logSumExp, toLogOdds, toLogProbability, toProbability } from "./log-numbers.js";
import { createRandom } from "./random.js";
import { compareRepeats, estimateCollisionProbability, expectRepeats } from "./repeats.js";

const anyNumber = fc.double({ min: -50, max: 50, noNaN: true });

describe("logarithms", () => {
  it.each([
    ["nothing", logSumExp([]), -Infinity],
    ["two halves", logSumExp([Math.log(0.5), Math.log(0.5)]), 0],
    ["what would underflow", logSumExp([-5000, -5000]), -5000 + Math.LN2],
    ["1 − e^0", logOneMinusExp(0), -Infinity],
    ["1 − ½", logOneMinusExp(-Math.LN2), -Math.LN2],
    ["log-odds that would round to 1", toLogProbability(800), 0],
    ["log-odds that would round to 0", toLogProbability(-800), -800],
  ])("of %s", (_what, actual, expected) =>
    Number.isFinite(expected) ? expect(actual).toBeCloseTo(expected, 12) : expect(actual).toBe(expected),
  );

  it("log-odds and probabilities are each other's inverse", () => {
    fc.assert(
      fc.property(fc.double({ min: -30, max: 30, noNaN: true }), (x) => {
        expect(toLogOdds(toProbability(x))).toBeCloseTo(x, 2);
      }),
    );
    expect([toProbability(-1000), toProbability(1000)]).toEqual([0, 1]);
  });
});

describe("intervals", () => {
  // Wilson: Newcombe 1998, table I; Clopper–Pearson: R's binom.test.
  it.each([
    [81, 263, 0.2553, 0.3662, 0.2527, 0.3676],
    [15, 148, 0.0624, 0.1605, 0.0578, 0.1617],
    [0, 20, 0, 0.1611, 0, 0.1684],
    [1, 29, 0.0061, 0.1718, 0.0009, 0.1776],
    [0, 0, 0, 1, 0, 1],
  ])("%d of %d", (successes, trials, wilsonLow, wilsonHigh, exactLow, exactHigh) => {
    const wilson = wilsonInterval({ successes, trials });
    const exact = clopperPearsonInterval({ successes, trials });
    expect([wilson.low, wilson.high, exact.low, exact.high].map((end) => end.toFixed(4))).toEqual(
      [wilsonLow, wilsonHigh, exactLow, exactHigh].map((end) => end.toFixed(4)),
    );
  });

  it("the normal quantile undoes the normal tail", () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 12);
    expect(normalQuantile(1e-20)).toBeCloseTo(-9.262340089798409, 9);
  });
});

describe("isotonic regression", () => {
  it.each([
    ["violators are pooled", [1, 2, 3, 4], [1, 3, 2, 4], [1, 2.5, 2.5, 4]],
    ["falling values become their mean", [1, 2, 3], [3, 2, 1], [2, 2, 2]],
    ["equal scores get one value", [1, 1, 2], [0, 1, 1], [0.5, 1]],
  ])("%s", (_claim, scores, values, expected) => {
    expect([...fitIsotonic({ scores: Float64Array.from(scores), values: Float64Array.from(values) }).values]).toEqual(expected);
  });

  it("rises, keeps the mean, and does not depend on the order of the points", () => {
    const point = fc.record({ score: fc.integer({ min: 0, max: 20 }), value: anyNumber });
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 40 }), (points) => {
        const fitOf = (list: typeof points): ReturnType<typeof fitIsotonic> =>
          fitIsotonic({ scores: Float64Array.from(list, (one) => one.score), values: Float64Array.from(list, (one) => one.value) });
        const fit = fitOf(points);
        expect(fitOf([...points].reverse())).toEqual(fit);
        expect([...fit.values]).toEqual([...fit.values].sort((a, b) => a - b));
        const meanOf = (list: number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;
        expect(meanOf(points.map((one) => applyIsotonic(fit, one.score)))).toBeCloseTo(meanOf(points.map((one) => one.value)), 9);
      }),
    );
  });

  it("interpolates between points and stays flat outside", () => {
    const fit = fitIsotonic({ scores: Float64Array.of(0, 10), values: Float64Array.of(0.2, 0.8) });
    expect([-5, 0, 5, 10, 99].map((score) => applyIsotonic(fit, score))).toEqual([0.2, 0.2, 0.5, 0.8, 0.8]);
  });
});

describe("calibration", () => {
  it.each([
    ["probabilities that come true as often as they say", [0.25, 0.25, 0.25, 0.25], [true, false, false, false], 0, 0.1875],
    ["certainty that is wrong", [1, 1], [false, false], 1, 1],
    ["certainty that is right", [0, 1], [false, true], 0, 0],
    ["nothing", [], [], 0, 0],
  ])("%s", (_what, probabilities, outcomes, error, brier) => {
    const calibration = measureCalibration({ probabilities, outcomes });
    expect(calibration.expectedCalibrationError).toBeCloseTo(error, 12);
    expect(calibration.brier).toBeCloseTo(brier, 12);
  });

  it("conformal probabilities hold: a new benign case gets at most 10 % with probability at most 10 %", () => {
    const random = createRandom(4);
    const skewed = (): number => random.next() ** 8;
    let alarms = 0;
    for (let trial = 0; trial < 2_000; trial++) {
      const reference = createBenignReference(Array.from({ length: 39 }, skewed));
      if (conformalProbability(reference, skewed()) <= 0.1) alarms++;
    }
    expect(alarms).toBeGreaterThan(140);
    expect(alarms).toBeLessThan(250);
  });

  it("the conformal threshold is the least score whose probability is small enough", () => {
    const scores = fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 60 });
    fc.assert(
      fc.property(scores, fc.constantFrom(0.01, 0.05, 0.1, 0.5, 1), (list, rate) => {
        const reference = createBenignReference(list);
        const threshold = conformalThreshold(reference, rate);
        for (const score of list) expect(score >= threshold).toBe(conformalProbability(reference, score) <= rate + 1e-12);
      }),
    );
  });
});

describe("fuseEvidence", () => {
  it.each([
    ["one loud group is capped", [["content", 50]], 5, ["content"]],
    [
      "two groups add up",
      [
        ["content", 3],
        ["behaviour", 4],
      ],
      7,
      ["behaviour", "content"],
    ],
    [
      "signals of one group share its cap",
      [
        ["content", 4],
        ["content", 4],
      ],
      5,
      ["content"],
    ],
    [
      "evidence against counts, and is capped too",
      [
        ["content", 3],
        ["behaviour", -90],
      ],
      -2,
      ["content"],
    ],
    ["nothing leaves the prior", [], 0, []],
  ] as [string, [string, number][], number, string[]][])("%s", (_claim, signals, logOdds, supporting) => {
    const fused = fuseEvidence(
      signals.map(([group, logLikelihoodRatio]) => ({ group, logLikelihoodRatio })),
      { capPerGroup: 5 },
    );
    expect(fused).toMatchObject({ logOdds, supporting, probability: toProbability(logOdds) });
  });

  it("does not depend on the order of the signals, down to the last bit", () => {
    const signal = fc.record({ group: fc.constantFrom("content", "behaviour", "registration"), logLikelihoodRatio: anyNumber });
    fc.assert(
      fc.property(fc.array(signal), (signals) => {
        const options = { capPerGroup: { content: 6, behaviour: 5 }, priorLogOdds: -7 };
        expect(fuseEvidence([...signals].reverse(), options)).toEqual(fuseEvidence(signals, options));
      }),
    );
  });

  it("refuses evidence that is not a number", () => {
    expect(() => fuseEvidence([{ group: "content", logLikelihoodRatio: Number.NaN }], { capPerGroup: 5 })).toThrow("content");
  });
});

describe("repeats", () => {
  it.each([
    [
      "365 birthdays, 23 people: 253 pairs",
      (253 * estimateCollisionProbability(Array.from({ length: 365 }, () => 1_000_000))).toFixed(2),
      "0.69",
    ],
    ["one value for all", estimateCollisionProbability([7]), 1],
    ["all values once", estimateCollisionProbability([1, 1, 1]), 0],
    [
      "23 of 365 expect this many repeats",
      expectRepeats(
        Array.from({ length: 365 }, () => 1),
        23,
      ).toFixed(3),
      (23 - 365 * (1 - (364 / 365) ** 23)).toFixed(3),
    ],
    ["one draw never repeats", expectRepeats([5, 3, 1], 1).toFixed(12), "0.000000000000"],
    ["no values, no repeats", expectRepeats([], 10), 0],
  ])("%s", (_claim, actual, expected) => expect(actual).toBe(expected));

  it.each([
    ["no repeats where a crowd would show 20 speak for a pool, by ln 21 less the retries", 0, 20, Math.log(21) - 1, Math.log(21)],
    ["as many as a crowd shows speak against", 20, 20, -Infinity, -20],
    ["where a crowd would show none either, nothing is said", 0, 0.05, 0, 0],
  ])("%s", (_claim, repeats, expectedInCrowd, low, high) => {
    const ratio = compareRepeats({ repeats, expectedInCrowd, expectedInPool: 0.1 });
    expect(ratio).toBeGreaterThanOrEqual(low);
    expect(ratio).toBeLessThanOrEqual(high);
  });

  it("without variation between crowds it is the plain Poisson ratio", () => {
    const ratio = compareRepeats({ repeats: 2, expectedInCrowd: 9, expectedInPool: 1, crowdVariation: 0 });
    expect(ratio).toBeCloseTo(8 + 2 * Math.log(1 / 9), 12);
  });
});
