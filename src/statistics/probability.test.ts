import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { measureCalibration } from "./calibration.js";
import { clopperPearsonInterval, normalQuantile, wilsonInterval } from "./intervals.js";
import { logOneMinusExp, logSumExp, toLogOdds, toLogProbability, toProbability } from "./log-numbers.js";

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
});
