/** What a running serve found, read over HTTP: campaigns, their accounts, what was decided about them. */
import type { Campaign } from "../../vocabulary/campaign.js";
import { StillwatchError } from "../../vocabulary/errors.js";
import type { LiveWindow } from "../../vocabulary/live.js";
import type { AccountLine } from "../../vocabulary/report.js";
import type { DecisionLine } from "../http/decisions/describe.js";
import { type AddressFlags, ask, writeQuery } from "./running-server.js";

/** An account of a campaign, as it is told over HTTP. */
export interface MemberLine {
  account_id: string;
  organization_id: string | null;
  standing: "campaign" | "watch";
  probability: number;
  events: number;
  campaign_events: number;
}

/** A campaign as it is told over HTTP. */
export interface CampaignLine extends Campaign {
  window: LiveWindow;
}

/** Campaigns and decisions asked for at a time: the most that are told on one page. */
const PAGE_CAMPAIGNS = 200;
const PAGE_DECISIONS = 500;
/** Decisions read about one campaign: as many accounts as a person looks through here; `decisions list` has all. */
const DECISIONS_MAX = 5_000;

interface Page<Line> {
  data: Line[];
  next_cursor: string | null;
}

/** All campaigns that the latest analysis saw. */
export async function readCampaigns(flags: AddressFlags): Promise<CampaignLine[]> {
  return readPages(flags, { path: "/v1/campaigns", query: { limit: PAGE_CAMPAIGNS }, most: Number.MAX_SAFE_INTEGER });
}

/** One campaign with its accounts. @throws StillwatchError SW1910 when the latest analysis has none of this id. */
export async function readCampaign(flags: AddressFlags, id: string): Promise<CampaignLine & { members: MemberLine[] }> {
  return ask(flags, { method: "GET", path: `/v1/campaigns/${encodeURIComponent(id)}` });
}

/** What is known of an account, and the campaign that it stands in. @throws StillwatchError SW1910 when no request of it is stored. */
export async function readAccount(flags: AddressFlags, id: string): Promise<{ line: AccountLine; campaign: CampaignLine | null }> {
  const line = await ask<AccountLine>(flags, { method: "GET", path: `/v1/accounts/${encodeURIComponent(id)}` });
  if (line.campaign_id === null) return { line, campaign: null };
  const campaign = await readCampaign(flags, line.campaign_id).catch((error: unknown) => {
    // The next turn of the analysis may have come in between.
    if (error instanceof StillwatchError && error.problem.code === "SW1910") return null;
    throw error;
  });
  return { line, campaign };
}

/** What was decided about a campaign, newest first. */
export async function readDecisionsOf(flags: AddressFlags, campaign: string): Promise<DecisionLine[]> {
  return readPages(flags, { path: "/v1/decisions", query: { campaign_id: campaign, limit: PAGE_DECISIONS }, most: DECISIONS_MAX });
}

async function readPages<Line>(
  flags: AddressFlags,
  { path, query, most }: { path: string; query: Readonly<Record<string, string | number>>; most: number },
): Promise<Line[]> {
  const lines: Line[] = [];
  for (let cursor: string | undefined; lines.length < most; ) {
    const page = await ask<Page<Line>>(flags, { method: "GET", path: `${path}${writeQuery({ ...query, cursor })}` });
    lines.push(...page.data);
    if (page.next_cursor === null) break;
    cursor = page.next_cursor;
  }
  return lines;
}
