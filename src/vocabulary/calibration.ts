/**
 * Calibration: what benign traffic looked like to the campaign test, so that a false-positive rate can be chosen instead of found. Written by
 * `stillwatch calibrate`, read by `analyze --calibration`. Field order is the order in the file; names are snake_case because other systems read them.
 */

/** The file. */
export interface CalibrationFile {
  schema: "stillwatch.calibration/1";
  /** Every log that went in, in order of reading: what it is, how to make it again if it was simulated, and what it was used for. */
  sources: string[];
  /** True when text was dropped: what metadata alone can confuse is another crowd. */
  metadata_only: boolean;
  benign: BenignTraffic;
  /** What each possible bar would have cost, strictest first; made from `benign`, for people and other programs. */
  thresholds: BarCost[];
  /** Whether probabilities came true, where the truth was known; null on an operator's own traffic. */
  reliability: Reliability | null;
}

/** Benign traffic as the campaign test saw it. */
export interface BenignTraffic {
  accounts: number;
  /** Parties: organizations, and accounts that belong to none. */
  organizations: number;
  /** Strongest first. */
  crowds: BenignCrowd[];
}

/** Innocent accounts that would be called a campaign together. False positives come a whole crowd at a time, so crowds are what is counted. */
export interface BenignCrowd {
  /** Fused log odds from which some of it would have stood in a campaign. */
  log_odds: number;
  /** Below which bar how many more of its accounts and organizations would have stood in one; highest first. */
  steps: { log_odds: number; accounts: number; organizations: number }[];
}

/** What one bar would have cost the benign traffic of a calibration. */
export interface BarCost {
  /** The bar: fused log odds from which a group is called a campaign. */
  log_odds: number;
  /** Seen above it. */
  crowds: number;
  organizations: number;
  accounts: number;
  /**
   * Share of benign accounts to expect above it in other traffic of the kind: one crowd more than was seen, so that it holds for the crowd to
   * come as well (split conformal prediction).
   */
  expected: number;
  /** 95 % interval of that share, from Clopper and Pearson's for the number of crowds. */
  low: number;
  high: number;
}

/** Does a probability come true as often as it says? */
export interface Reliability {
  expected_calibration_error: number;
  /** The same over accounts that something speaks against, where a mistake would matter. */
  suspects: { expected_calibration_error: number; cases: number };
  cases: number;
  /** Bins that hold accounts. */
  bins: { from: number; to: number; accounts: number; said: number; observed: number }[];
  /** Where it was measured; the truth of another log nobody knows. */
  source: string;
}

/** What a report says about its own calibration. */
export interface ReportCalibration {
  /** The calibration's sources, joined. */
  source: string;
  /** As of the file. */
  metadata_only: boolean;
  /** The bar in force. */
  bar: { log_odds: number; probability: number };
  /** The false-positive rate that the operator asked for; null when nobody asked and the usual bar is in force. */
  asked_rate: number | null;
  /** False when the calibration's traffic is too small to promise the rate; null when nobody asked. */
  is_promised: boolean | null;
  benign: { accounts: number; organizations: number };
  /** What this bar cost the benign traffic of the calibration. */
  cost: BarCost;
  reliability: Reliability | null;
}
