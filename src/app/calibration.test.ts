import { describe, expect, it } from "vitest";
import type { BenignTraffic, CalibrationFile } from "../vocabulary/calibration.js";
import { CAMPAIGN_LOG_ODDS_MIN } from "../engine/campaigns/fusion.js";
import { applyCalibration, checkRates, describeShortfall, listThresholds } from "./calibration.js";

const crowd = (logOdds: number, accounts: number) => ({
  log_odds: logOdds,
  steps: [{ log_odds: logOdds, accounts, organizations: accounts }],
});
const traffic = (accounts: number, ...crowds: BenignTraffic["crowds"]): BenignTraffic => ({ accounts, organizations: accounts, crowds });
const file = (benign: BenignTraffic): CalibrationFile => ({
  schema: "stillwatch.calibration/1",
  sources: ["traffic"],
  metadata_only: false,
  benign,
  thresholds: [],
  reliability: null,
});

describe("the calibration that comes with stillwatch", () => {
  const usual = applyCalibration({});

  it("leaves the usual bar where nobody asks for a rate, and promises nothing", () => {
    expect(usual).toMatchObject({ asked_rate: null, is_promised: null, metadata_only: false });
    expect(usual.bar.log_odds).toBeCloseTo(CAMPAIGN_LOG_ODDS_MIN, 5);
    expect(describeShortfall(usual, { isMetadataOnly: false })).toBeNull();
  });

  it("rests on more than ten thousand benign accounts and tells whether probabilities come true", () => {
    expect(usual.benign.accounts).toBeGreaterThan(10_000);
    expect(usual.reliability?.expected_calibration_error).toBeLessThan(0.02);
  });

  it("does not lower the bar below the usual one for a rate that it cannot promise", () => {
    for (const rate of [6e-4, 5e-4, 3e-4, 1e-4, 1e-5]) {
      const { bar, is_promised: isPromised } = applyCalibration({ rate });
      if (isPromised !== true) expect(bar.log_odds).toBeGreaterThanOrEqual(usual.bar.log_odds);
    }
  });

  it("raises the bar for stricter rates, and says which it cannot promise", () => {
    const bars = [0.02, 0.005, 0.001, 1e-4, 1e-6].map((rate) => applyCalibration({ rate }));
    const heights = bars.map(({ bar }) => bar.log_odds);
    expect(heights).toEqual([...heights].sort((a, b) => a - b));
    expect(bars[0].is_promised).toBe(true);
    expect(bars[4].is_promised).toBe(false);
    expect(describeShortfall(bars[4], { isMetadataOnly: false })).toMatch(
      /^The false-positive rate asked for, 0\.01 in 10,000, is not promised/,
    );
    expect(describeShortfall(bars[0], { isMetadataOnly: true })).toMatch(/made with text, and this analysis is without it/);
    expect(describeShortfall(bars[0], { isMetadataOnly: false })).toMatch(/promised for simulated crowds; those of this log may differ/);
    expect(describeShortfall(bars[0], { isMetadataOnly: false, calibration: { file: "own.json" } })).toBeNull();
  });
});

describe("checkRates", () => {
  it.each<[claim: string, unseen: BenignTraffic, isMet: boolean]>([
    ["crowds of the kind that was seen", traffic(20_000, crowd(3, 10)), true],
    ["no crowd at all", traffic(20_000), true],
    ["many strong crowds, of a kind that was not seen", traffic(20_000, ...Array.from({ length: 60 }, () => crowd(9, 40))), false],
  ])("%s: met %s", (_, unseen, isMet) => {
    const seen = file(traffic(50_000, crowd(3, 10), crowd(1, 10)));
    expect(checkRates(seen, unseen).filter(({ is_promised: isPromised }) => isPromised)).not.toEqual([]);
    expect(checkRates(seen, unseen).every(({ is_met: met }) => met)).toBe(isMet);
  });
});

describe("listThresholds", () => {
  it("tells the cost of every bar that makes a difference, strictest first, the usual one among them", () => {
    const bars = listThresholds(traffic(10_000, crowd(4, 7), crowd(3, 5), crowd(1, 9)));
    expect(bars.map(({ log_odds, crowds, accounts }) => [Number(log_odds.toFixed(2)), crowds, accounts])).toEqual([
      [4, 1, 7],
      [3.46, 1, 7],
      [3, 2, 12],
      [2.57, 2, 12],
    ]);
  });
});
