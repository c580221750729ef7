/** The report: what `analyze --out` writes. Contract §3. Field order is the order in the file. */
import type { ReportCalibration } from "./calibration.js";
import type { Campaign } from "./campaign.js";

/** `report.json`. */
export interface Report {
  schema: "stillwatch.report/1";
  window: { from: string | null; to: string | null };
  counts: { events: number; duplicates: number; quarantined: number; accounts: number };
  /** What could not be checked, and why; keys are stable names, values are sentences. */
  coverage: Record<string, string>;
  /** Sums that an operator's own rules ask about and no probability uses, name → sentence; absent when there are none. */
  policy_facts?: Record<string, string>;
  /** The bar in force, what it cost benign traffic, and whether probabilities came true where the truth was known; absent in older reports. */
  calibration?: ReportCalibration;
  campaigns: Campaign[];
  /** Wall-clock milliseconds per stage, keys ending in `_ms`. */
  timings: Record<string, number>;
}

/** One line of `accounts.ndjson`. */
export interface AccountLine {
  account_id: string;
  /** `campaign` is what a person would be asked to act on. */
  standing: "campaign" | "watch" | "clear";
  /** Calibrated probability that the account belongs to a campaign. */
  probability: number;
  campaign_id: string | null;
  events: number;
  campaign_events: number;
  signals: AccountSignal[];
}

/** What the sentence of an account's signal is about: the account itself, it among others, its group as a whole, or others of its group only. */
export type SignalScope = "account" | "among" | "whole" | "others";

/** How such a sentence begins. What is the account's own begins with nothing; what is not shown by the account has a strength of 0. */
export const SCOPE_OPENINGS: Readonly<Record<Exclude<SignalScope, "account">, string>> = {
  among: "This account is among them: ",
  whole: "Of its group as a whole: ",
  others: "Of others in its group, not of this account: ",
};

/** Takes the sentence of a signal apart. */
export function readScope(because: string): { scope: SignalScope; sentence: string } {
  for (const scope of ["among", "whole", "others"] as const)
    if (because.startsWith(SCOPE_OPENINGS[scope])) return { scope, sentence: because.slice(SCOPE_OPENINGS[scope].length) };
  return { scope: "account", sentence: because };
}

/** One reason on an account line. `strength` is what it weighs for this account, `because` says of whom it was measured: see {@link readScope}. */
export interface AccountSignal {
  detection: string;
  strength: number;
  spoofable: number;
  because: string;
}

/** One line of `requests.ndjson`: a request that belongs to a campaign's slice. */
export interface RequestLine {
  request_id: string;
  campaign_id: string;
  /** Fields of its line that the contract does not name, within bounds; absent where there were none. */
  other_fields?: Record<string, unknown>;
}

/** What the pictures of `report.html` need beyond `report.json`; derived, never a contract. */
export interface ReportPictures {
  /** Per campaign id. */
  campaigns: Record<string, CampaignPictures>;
  releases: { target_model: string; at: string }[];
  /** Look-alike groups that were examined and left alone, with the reason. */
  leftAlone: { description: string; accounts: number; because: string }[];
  /** Such groups beyond the strongest that are listed. */
  leftAloneOmitted: number;
}

/** The pictures of one campaign. */
export interface CampaignPictures {
  /** Requests of the campaign's slice per hour; `hours[i]` starts at `fromMs + i * 3_600_000`. */
  activity: { fromMs: number; hours: number[]; byModel: Record<string, number[]> };
  /** Enforcement against members. */
  enforcement: { atMs: number; measure: string; accounts: number }[];
  /** Accounts by evidence: a bounded sample of members, with the natural-log likelihood ratio per evidence group. */
  members: { accountId: string; events: number; campaignEvents: number; groups: Record<string, number> }[];
  /** Links between members in the sample, by position in `members`. */
  links: { a: number; b: number; kind: string; strength: number }[];
  /** What acting on this campaign would have touched; `unrelatedEvents` is null where nothing tells them from the campaign's. */
  touched: { accounts: number; verifiedAccounts: number; organizations: number; unrelatedEvents: number | null };
  /** The innocent explanation that comes closest, and what tells it apart; absent when none was tested. */
  nearestBenign?: { description: string; because: string };
}
