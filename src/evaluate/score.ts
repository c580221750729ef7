/** The score of a report against the truth: what `stillwatch score` prints. Names are snake_case because other systems read them. */

/** A share with its 95 % interval (Wilson); null where nothing was there to be counted. */
export interface Rate {
  share: number;
  low: number;
  high: number;
}

/** The whole score. */
export interface Score {
  schema: "stillwatch.score/1";
  counts: {
    /** Accounts of the report that the truth labels, and those that it does not. */
    labelled: number;
    unlabelled: number;
    /** Accounts of the truth that the report never saw: they sent nothing, or were quarantined. They count nowhere else. */
    absent: number;
    /** Reported campaigns, and those of which fewer than half of the labelled accounts are attackers. */
    reported_campaigns: number;
    false_campaigns: number;
  };
  overall: {
    attack_accounts: number;
    /** Attack accounts with standing `campaign`, and benign ones. */
    found: number;
    innocent: number;
    recall: Rate | null;
    precision: Rate | null;
    slice_precision: number | null;
    slice_recall: number | null;
  };
  /** By name, ascending. */
  campaigns: CampaignScore[];
  /** Benign accounts, by segment, ascending. */
  segments: SegmentScore[];
  calibration: CalibrationScore;
  /** What could not be scored, and why; keys are stable names, values are sentences. */
  unchecked: Record<string, string>;
}

/** How one true campaign fared. */
export interface CampaignScore {
  campaign: string;
  segment: string | null;
  /** Accounts that the report saw. */
  accounts: number;
  /** With standing `campaign`, and with standing `watch`. */
  found: number;
  watched: number;
  recall: Rate | null;
  /** Among the labelled accounts of the reported campaigns that are mostly this one. */
  precision: Rate | null;
  /** Reported campaigns that hold its accounts, most accounts first, at most {@link COVERED_BY_MAX}. */
  covered_by: { id: string; accounts: number }[];
  /** Reported campaigns that are mostly this one: 1 is right, more is split, 0 is missed. */
  split: number;
  /** Other true campaigns that make up at least {@link STRAY_SHARE} of one of those reported campaigns, with at least {@link LOST_SHARE} of their own accounts. */
  merged_with: string[];
  slice: SliceScore | null;
  /**
   * Share of the requests of its accounts that were served when the first report found it; null when no earlier report shows that, because a
   * report does not tell at which moment it could have been written.
   */
  served_before_found: number | null;
}

/** Requests of one true campaign. */
export interface SliceScore {
  /** Requests of the campaign, requests reported for it, and requests that are both. */
  requests: number;
  reported: number;
  matched: number;
  precision: number | null;
  recall: number | null;
}

/** How one benign segment fared. */
export interface SegmentScore {
  segment: string;
  accounts: number;
  in_campaign: number;
  in_watch: number;
  rate: Rate | null;
  /** Organizations or crowds; null when the truth names none. False positives come a whole crowd at a time, so this is the figure to read. */
  crowds: number | null;
  crowds_in_campaign: number | null;
  crowds_in_watch: number | null;
  crowd_rate: Rate | null;
}

/** Does `probability` come true as often as it says? */
export interface CalibrationScore {
  expected_calibration_error: number;
  brier: number;
  cases: number;
  /** The same over accounts with a probability of at least {@link SUSPECT_PROBABILITY}, where a mistake would matter. */
  suspects: { expected_calibration_error: number; cases: number };
  /** Bins that hold accounts. */
  bins: { from: number; to: number; accounts: number; said: number; observed: number }[];
}

/** Reported campaigns listed for one true campaign; more would not be read. */
export const COVERED_BY_MAX = 10;
/** A smaller part of a reported campaign is strays and not a merger. */
export const STRAY_SHARE = 0.05;
/** Fewer of a true campaign's accounts are strays too, however small the reported campaign: where it is small, two accounts are one in twenty. */
export const LOST_SHARE = 0.1;
/** Nearly all accounts have a probability near 0, and an error over all of them hides how wrong the rest may be. */
export const SUSPECT_PROBABILITY = 0.01;

/** One line of the truth: of an account, or of a request. */
export type TruthLine = TruthOfAccount | TruthOfRequest;

/** Truth of an account. `crowd` is its organization or crowd within the segment, where the truth tells. */
export interface TruthOfAccount {
  kind: "account";
  accountId: string;
  label: "attack" | "benign";
  campaign: string | null;
  segment: string | null;
  crowd: string | null;
  /** Where the line stands, for messages. */
  line: number;
}

/** Truth of a request. */
export interface TruthOfRequest {
  kind: "request";
  requestId: string;
  campaign: string | null;
}

/** Lines of a file, read one at a time. */
export type Lines<Line> = Iterable<Line> | AsyncIterable<Line>;
