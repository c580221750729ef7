/** A campaign (the STIX word): accounts that act as one to harvest a target model. Shapes as in `report.json`, contract §3. */
import type { Capability } from "./feature.js";
import type { Family } from "./family.js";
import type { Spoofability } from "./signal.js";

/** One campaign as reported. Names are snake_case because other systems read them. */
export interface Campaign {
  id: string;
  /** Calibrated probability that the accounts act as one to harvest. */
  confidence: number;
  accounts: number;
  events: number;
  /** RFC 3339. */
  first_at: string;
  last_at: string;
  aims: Aim[];
  techniques: string[];
  families: Family[];
  links: LinkSummary[];
  shifts: Shift[];
  successor_of: string | null;
  /** Ids of campaigns of earlier analyses of the same store whose accounts this one holds now, ascending. */
  merged_from: string[];
  /** Id of the campaign of an earlier analysis that held these accounts and goes on without them. */
  split_from: string | null;
  operators: OperatorHypothesis[];
  counter_evidence: string[];
  because: string[];
}

/** Share of a campaign's requests that ask for one capability. Shares add up to 1. */
export interface Aim {
  capability: Capability;
  share: number;
}

/** Why the accounts belong together, one entry per kind of link. */
export interface LinkSummary {
  kind: string;
  /** Natural logarithm of the likelihood ratio, as capped for the fusion. */
  strength: number;
  spoofable: Spoofability;
  pairs: number;
  because: string;
}

/** A campaign moved to another target model or capability. */
export interface Shift {
  at: string;
  from: string;
  to: string;
  /** Share of the campaign's requests that moved: of those between `from_at` and `until_at` where these stand, else of those after `at`. */
  share: number;
  /** The window in which `share` was measured; absent where it is everything after `at`. */
  from_at?: string;
  until_at?: string;
}

/** One of several competing explanations of who runs the campaign. */
export interface OperatorHypothesis {
  hypothesis: string;
  probability: number;
  for: string[];
  against: string[];
}
