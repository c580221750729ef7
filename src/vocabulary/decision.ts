/** Decisions: what policy made of a campaign. Stored, expiring, reversible; in shadow first. Only policy decides, and the allowlist wins. */

import type { MatchKind } from "./known.js";

/** The ladder of measures, mildest first. A step upwards for the same accounts needs evidence that the step before did not have. */
export const MEASURES = ["watch", "throttle", "step_up", "shape", "block"] as const;

/** One of {@link MEASURES}. `watch` never changes an answer; `shape` is experimental and needs a person. */
export type Measure = (typeof MEASURES)[number];

/** `shadow` decides and does not act; `enforce` acts. */
export type DecisionMode = "shadow" | "enforce";

/** What can become of a decision. */
export const DECISION_STATES = ["proposed", "active", "rejected", "rolled_back", "withdrawn", "expired", "superseded"] as const;

/**
 * `proposed` waits for people; `active` is in force (or would be, in shadow); `rejected` was turned down; `rolled_back` was taken back, by a person or by the allowlist;
 * `withdrawn` was a proposal whose rule no longer holds, before enough people approved it; `expired` reached its end; `superseded` made room for a higher step of the ladder.
 */
export type DecisionState = (typeof DECISION_STATES)[number];

/** Who a decision touches, or whom nothing may touch. */
export interface PartyScope {
  kind: "account" | "organization";
  id: string;
}

/** Who or what a decision touches. A campaign: whoever a request shows to be its, decided beforehand; a standing order. */
export interface DecisionScope {
  kind: PartyScope["kind"] | "campaign";
  id: string;
}

/** How a measure is carried out; only the fields of its own measure are there. */
export interface MeasureParameters {
  /** `throttle`: requests a minute that are let through. */
  requestsPerMinute?: number;
  /** `step_up`: what the account has to prove, e.g. `identity`. */
  verification?: string;
  /** `shape`: what is done to the answer. */
  shape?: { reasoning?: "withhold" | "summarise"; logprobs?: "withhold"; choicesMax?: number };
  /** A standing order: whom it meets. */
  match?: {
    /** At least one of these matched; empty: any. */
    kinds: readonly MatchKind[];
    /** Probability that the account is the campaign's, at least. */
    probabilityMin: number;
  };
}

/** A person's yes or no. */
export interface Approval {
  by: string;
  atMs: number;
  isApproved: boolean;
  note?: string;
}

/** One decision about one account or organization, or about whoever a campaign shows. Times are milliseconds since the Unix epoch. */
export interface Decision {
  /** `dec_` and a hash of rule, scope and evidence: the same evidence never decides twice. */
  id: string;
  /** What one rule made of one campaign at one time; approval and rollback take whole batches. */
  batchId: string;
  measure: Measure;
  parameters: MeasureParameters;
  mode: DecisionMode;
  state: DecisionState;
  scope: DecisionScope;
  /** Accounts that it touches: 1, or all that its organization had in the window when it was decided. */
  accounts?: number;
  campaignId: string;
  /** Name of the rule in `policy.yaml`. */
  rule: string;
  /** One sentence for the person concerned. */
  reason: string;
  /** The campaign's sentences at the time. */
  because: readonly string[];
  /** Digest of the evidence that stood at the time. */
  evidence: string;
  /** Who answers for the rule. */
  owner: string;
  decidedMs: number;
  expiresMs: number;
  /** People who must say yes before it is in force. */
  approvalsNeeded: number;
  approvals: readonly Approval[];
}
