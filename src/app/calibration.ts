/** What follows from a calibration file for the bar of an analysis. */
import { CAMPAIGN_LOG_ODDS_MIN, toCalibratedLogOdds, toProbability } from "../engine/campaigns/fusion.js";
import { MEMBER_PROBABILITY_MIN } from "../engine/campaigns/standings.js";
import { chooseBar, measureCrowdRate, type ChosenBar, type CrowdCounts } from "../statistics/crowd-rates.js";
import type { BarCost, BenignTraffic, CalibrationFile, ReportCalibration } from "../vocabulary/calibration.js";
import { readCalibration } from "./calibration-file.js";

/** Made by `stillwatch calibrate` from simulated worlds; docs/decisions/0016-benign-calibration.md says which. */
const DEFAULT_FILE = new URL("../engine/campaigns/default-calibration.json", import.meta.url);
/** The lowest bar that may be chosen: below, no member would stand in a campaign in any case, and acting on a coin toss harms people. */
const FLOOR_LOG_ODDS = toCalibratedLogOdds(MEMBER_PROBABILITY_MIN);

/** What the operator wants of the bar. */
export interface CalibrationWish {
  /** A file that `stillwatch calibrate` wrote; the one that comes with stillwatch when undefined. */
  file?: string | undefined;
  /** Share of benign accounts that may stand in `campaign`, 0 to 1; the usual bar when undefined. */
  rate?: number | undefined;
}

/**
 * Reads the calibration and sets the bar.
 *
 * @throws StillwatchError SW1310 when the file cannot be used.
 */
export function applyCalibration({ file, rate }: CalibrationWish): ReportCalibration {
  const shipped = readCalibration(DEFAULT_FILE);
  const calibration = file === undefined ? shipped : readCalibration(file);
  const counts = toCounts(calibration.benign);
  const { bar: logOdds, isPromised } = rate === undefined ? { bar: CAMPAIGN_LOG_ODDS_MIN, isPromised: null } : setBar(counts, rate);
  return {
    source: calibration.sources.join("; "),
    metadata_only: calibration.metadata_only,
    bar: { log_odds: round(logOdds), probability: round(toProbability(logOdds)) },
    asked_rate: rate ?? null,
    is_promised: isPromised,
    benign: { accounts: calibration.benign.accounts, organizations: calibration.benign.organizations },
    cost: describeCost(counts, logOdds),
    // An operator's own traffic has no known truth; what is known of simulated worlds is told instead, with its source.
    reliability: calibration.reliability ?? shipped.reliability,
  };
}

/** Rounded upwards: a bar that is lower than the one described would promise too much. In doubt the bar is no lower than the usual one. */
function setBar(counts: CrowdCounts, rate: number): ChosenBar {
  const { bar, isPromised } = chooseBar(counts, { rate, floor: FLOOR_LOG_ODDS });
  return { bar: Math.max(Math.ceil(bar * 1000) / 1000, isPromised ? 0 : CAMPAIGN_LOG_ODDS_MIN), isPromised };
}

/** What every bar would cost that makes a difference, from the floor upwards, strictest first. */
export function listThresholds(benign: BenignTraffic): BarCost[] {
  const counts = toCounts(benign);
  const scores = counts.crowds.map((steps) => steps[0].score).filter((score) => score > FLOOR_LOG_ODDS);
  const bars = [...new Set([...scores, CAMPAIGN_LOG_ODDS_MIN, FLOOR_LOG_ODDS])].sort((a, b) => b - a);
  return bars.map((bar) => describeCost(counts, bar));
}

/** What a rate that was set with a calibration comes to on other benign traffic. */
export interface RateCheck {
  rate: number;
  /** False where the calibration does not promise the rate. */
  is_promised: boolean;
  /** What the bar cost the other traffic. */
  cost: BarCost;
  /** Share of its accounts in campaigns. */
  share: number;
  /** False when even the lower end of the 95 % interval is above the rate. */
  is_met: boolean;
}

/** Rates that people ask for. */
const CHECKED_RATES = [1e-2, 5e-3, 2e-3, 1e-3, 5e-4, 1e-4];

/** Sets the bar with a calibration for each of several rates and counts what that comes to on benign traffic that it never saw. */
export function checkRates(calibration: CalibrationFile, unseen: BenignTraffic): RateCheck[] {
  return CHECKED_RATES.map((rate) => {
    const { bar, isPromised } = setBar(toCounts(calibration.benign), rate);
    const cost = describeCost(toCounts(unseen), bar);
    return { rate, is_promised: isPromised, cost, share: round(cost.accounts / unseen.accounts), is_met: cost.low <= rate };
  });
}

/** What the calibration is used for. */
export interface CalibrationUse {
  isMetadataOnly: boolean;
  calibration?: CalibrationWish | undefined;
}

/** A sentence for where the calibration cannot promise what was asked for this analysis; null where it can, or nobody asked. */
export function describeShortfall(calibration: ReportCalibration, { isMetadataOnly, calibration: wish }: CalibrationUse): string | null {
  const { asked_rate: rate, is_promised: isPromised, benign, cost, bar } = calibration;
  if (rate === null) return null;
  if (isPromised !== true)
    return (
      `The false-positive rate asked for, ${showRate(rate)}, is not promised: ${benign.accounts} benign accounts can vouch for about ${showRate(cost.expected)} and no less. ` +
      `The bar was raised beyond everything that they reached (to log odds of ${bar.log_odds.toFixed(2)}), by how quickly benign crowds become rarer; ` +
      "a calibration on more benign traffic (stillwatch calibrate) can promise more."
    );
  if (isMetadataOnly !== calibration.metadata_only)
    return `The false-positive rate asked for, ${showRate(rate)}, is not promised: the calibration was made ${isMetadataOnly ? "with" : "without"} text, and this analysis is ${isMetadataOnly ? "without" : "with"} it.`;
  if (wish?.file === undefined)
    return `The false-positive rate asked for, ${showRate(rate)}, is promised for simulated crowds; those of this log may differ (stillwatch calibrate learns from benign traffic of your own).`;
  return null;
}

/** As accounts in 10,000, which is how people speak of such rates. */
export function showRate(share: number): string {
  return `${Number((share * 10_000).toPrecision(2))} in 10,000`;
}

function toCounts({ accounts, organizations, crowds }: BenignTraffic): CrowdCounts {
  return {
    accounts,
    organizations,
    crowds: crowds.map(({ steps }) =>
      steps.map((step) => ({ score: step.log_odds, accounts: step.accounts, organizations: step.organizations })),
    ),
  };
}

function describeCost(counts: CrowdCounts, bar: number): BarCost {
  const { crowds, organizations, accounts, expected, low, high } = measureCrowdRate(counts, bar);
  return { log_odds: round(bar), crowds, organizations, accounts, expected: round(expected), low: round(low), high: round(high) };
}

function round(value: number): number {
  return Number(value.toFixed(6));
}
