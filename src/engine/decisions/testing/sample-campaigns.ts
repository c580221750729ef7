/** Campaigns and policies for tests of decisions. */
import type { Campaign } from "../../../vocabulary/campaign.js";
import type { LiveCampaign, LiveMember } from "../../../vocabulary/live.js";
import type { WindowView } from "../holding.js";
import { policySchema, type Policy } from "../policy.js";

/** A member of a campaign, surely in it unless told otherwise. */
export function sampleMember(accountId: string, given: Partial<LiveMember> = {}): LiveMember {
  return { accountId, organizationId: null, standing: "campaign", probability: 0.99, events: 100, campaignEvents: 90, ...given };
}

/** A campaign that every default condition of a rule accepts. */
export function sampleCampaign({
  id = "campaign--1",
  evidence = "evidence-1",
  members = [sampleMember("acct_1")],
  ...given
}: Partial<Omit<LiveCampaign, "campaign">> & { id?: string; campaign?: Partial<Campaign> } = {}): LiveCampaign {
  const { campaign, ...rest } = given;
  return {
    campaign: {
      id,
      confidence: 0.99,
      accounts: members.length,
      events: 5_000,
      first_at: "2026-02-01T00:00:00.000Z",
      last_at: "2026-02-02T00:00:00.000Z",
      aims: [],
      techniques: [],
      families: [],
      links: [],
      shifts: [],
      successor_of: null,
      merged_from: [],
      split_from: null,
      operators: [],
      counter_evidence: [],
      because: ["The accounts send one work load."],
      ...campaign,
    },
    window: "24h",
    members,
    organizations: [],
    evidenceGroups: { content: 6, behaviour: 4 },
    detections: ["exchangeable-mix"],
    evidence,
    evidenceOf: [evidence],
    ...rest,
  };
}

/** A policy with one rule for each measure, all of them in one mode. */
export function samplePolicy(rules: readonly Record<string, unknown>[], settings: Record<string, unknown> = {}): Policy {
  return policySchema.parse({
    ...settings,
    rules: rules.map((rule) => ({
      name: `${String(rule["measure"])}-rule`,
      owner: "trust",
      reason: "Harvesting.",
      mode: "enforce",
      ...rule,
    })),
  });
}

/** One turn of the analysis over the windows of these campaigns. */
export function sampleTurn(campaigns: readonly LiveCampaign[], watermarkMs = Date.parse("2026-02-02T00:00:00Z")): WindowView[] {
  const windows = [...new Set(campaigns.map(({ window }) => window))];
  return windows.map((window) => ({ window, watermarkMs, campaigns: campaigns.filter((each) => each.window === window) }));
}

/** For a ground whose rules have held for long. */
export const heldForLong = { measureHold: () => Number.POSITIVE_INFINITY };
