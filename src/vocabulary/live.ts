/** What the analysis that runs beside the traffic hands on: campaigns with their members, and accounts that look like known campaigns. */
import type { Campaign } from "./campaign.js";
import type { MatchKind } from "./known.js";
import type { EvidenceGroup } from "./signal.js";

/** The windows of the live analysis, by name, in milliseconds of event time. */
export const LIVE_WINDOWS = { "1h": 3_600_000, "24h": 86_400_000, "7d": 604_800_000, "30d": 2_592_000_000 } as const;

/** Name of one of {@link LIVE_WINDOWS}. */
export type LiveWindow = keyof typeof LIVE_WINDOWS;

/** An account that the analysis puts into a campaign or watches beside it. */
export interface LiveMember {
  accountId: string;
  organizationId: string | null;
  standing: "campaign" | "watch";
  /** Calibrated probability that the account belongs to the campaign. */
  probability: number;
  /** Requests in the window, and those of them that belong to the campaign's slice. */
  events: number;
  campaignEvents: number;
}

/** An organization that has accounts in a campaign. */
export interface LiveOrganization {
  id: string;
  /** All its accounts in the window, in the campaign or not, and their requests. */
  accounts: number;
  events: number;
}

/** A campaign as the latest analysis of some window saw it. */
export interface LiveCampaign {
  campaign: Campaign;
  window: LiveWindow;
  members: readonly LiveMember[];
  /** The members' organizations, ascending by id, with all that they are in the window: a decision about one touches all of it. */
  organizations: readonly LiveOrganization[];
  /** Natural-log likelihood ratio by group of evidence, as capped for the fusion. */
  evidenceGroups: Readonly<Partial<Record<EvidenceGroup, number>>>;
  /** Names of the detections that speak for it, ascending. */
  detections: readonly string[];
  /** Digest of {@link LiveCampaign.evidenceOf}. */
  evidence: string;
  /**
   * Kinds of evidence, ascending: `detection:<name>`, `family:<id>`, `group:<name>`. No counts: more requests of the same kind are no new evidence. A
   * higher step of the ladder needs a kind that no earlier step stood on.
   */
  evidenceOf: readonly string[];
}

/** Begins the name of a family in {@link LiveCampaign.evidenceOf}. Families are named anew in each window: a name alone does not make one new. */
export const FAMILY_EVIDENCE = "family:";

/** An account outside a known campaign that carries its family or instrument; a reason to look, never a decision by itself. */
export interface CampaignMatch {
  accountId: string;
  /** So that an organization on the allowlist covers its accounts. */
  organizationId?: string | null;
  campaignId: string;
  kind: MatchKind;
  /** One sentence. */
  because: string;
  firstAtMs: number;
  events: number;
}

/** What one turn of the live analysis found. */
export interface CampaignUpdate {
  window: LiveWindow;
  /** Event time up to which everything that arrived in time is in. */
  watermarkMs: number;
  analysedEvents: number;
  campaigns: readonly LiveCampaign[];
  /** What could not be checked, and why; keys are stable names, values are sentences, as in the report. */
  coverage?: Readonly<Record<string, string>>;
  /** Milliseconds the turn took. */
  tookMs: number;
}
