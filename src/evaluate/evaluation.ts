/** What `stillwatch evaluate` measures on one world: one row of the table. Names are snake_case because other programs read them. */
import type { Score } from "./score.js";

/** One world, measured. */
export interface Evaluation {
  schema: "stillwatch.evaluation/1";
  /** Events of the log. */
  events: number;
  /** Wall-clock seconds of the analysis alone. */
  analysis_seconds: number;
  score: Score;
  /** Our own accounts in standing `campaign`, judged as a baseline is. */
  ours: Verdict;
  /** Attack accounts that sent at least one request of their campaign, and those of them that were found; null where single events were not read. */
  took_part: { accounts: number; found: number } | null;
  /** Attack accounts that stand in no campaign, by what there was to find them by; null where single events were not read. */
  missed: MissedAccounts | null;
  /** Null where it was not asked for or could not be measured; `unchecked` says why. */
  time_to_find: TimeToFind[] | null;
  /** Null where it was not asked for or could not be measured; empty where nothing of the kind happened in the world. */
  milestones: MilestoneTold[] | null;
  baselines: BaselineResult[];
  /** What could not be measured, and why; keys are stable names, values are sentences. */
  unchecked: Record<string, string>;
}

/** Missed attack accounts, by how many requests of their campaign they sent. */
export interface MissedAccounts {
  without_request: MissedPart;
  with_one_or_two: MissedPart;
  with_more: MissedPart;
}

/** Some of the missed accounts. */
export interface MissedPart {
  accounts: number;
  /** Of them: no address, payment instrument or e-mail is another's of their campaign. */
  sharing_nothing: number;
  /** Of them: with standing `watch`. */
  watched: number;
}

/** Flagged accounts against the truth. */
export interface Verdict {
  attack_accounts: number;
  benign_accounts: number;
  /** Flagged attack accounts, and flagged benign ones. */
  found: number;
  innocent: number;
  recall: number | null;
  precision: number | null;
  /** Harmonic mean of recall and precision; 0 where nothing was found. */
  f1: number;
}

/** How one published method fared, with several thresholds. */
export interface BaselineResult {
  name: string;
  title: string;
  seconds: number;
  /** With the threshold that flags at most {@link CALIBRATION_FALSE_SHARE} of a benign world; null without such a world. */
  calibrated: Verdict | null;
  /** With the numbers of the paper; null where the paper names none. */
  published: Verdict | null;
  /** With the threshold of the best F1 on the world itself: it knows the truth, which no defender does. The kindest to the method. */
  kindest: Verdict;
  /** The most of the attack accounts that any threshold finds at a precision of at least {@link PRECISION_TARGET}; it knows the truth too. */
  recall_at_precision: number;
}

/** When a campaign could first have been reported, from analyses of the beginning of the log. */
export interface TimeToFind {
  campaign: string;
  exchanges: number;
  /** Exchanges served, and their share, at the first cut whose report holds the campaign; null where none did. */
  found_at_exchanges: number | null;
  found_at_share: number | null;
  /** Share served at the cut before, whose report did not hold it: the truth lies between the two. */
  missed_at_share: number;
  /** Accounts that had sent an exchange of it by then. */
  missed_at_accounts: number;
}

/** When an event of a world was told, from analyses of the log up to moments behind it. */
export interface MilestoneTold {
  kind: "successor" | "release_shift";
  /** The campaign that took over, or moved. */
  campaign: string;
  /** The campaign that was banned before, or the target model moved to. */
  of: string;
  /** Successor: exchanges of its work that it had served. Release shift: hours since the release. */
  unit: "exchanges" | "hours";
  /** First cut whose report holds the campaign as one of its own. */
  found_at: number | null;
  /** First cut whose report tells the event, too: names the ancestor, or the shift to that model. */
  told_at: number | null;
  /** The cut before, whose report did not; 0 where it was told at the first. */
  missed_at: number;
  /** Release shift: other true campaigns that the report said moved to that model, too, when it was told or at the last cut. */
  others_told: string[];
}

/** The precision of docs/results.md's targets. */
export const PRECISION_TARGET = 0.98;
/**
 * What a precision of .98 leaves for benign accounts where every attack account is found and one account in twenty attacks:
 * .05 × .02 / .98 ≈ .001.
 */
export const CALIBRATION_FALSE_SHARE = 0.001;
