/** Campaigns of a running serve as a person reads them in a terminal. */
import type { Detection } from "../../vocabulary/detection.js";
import type { DecisionLine } from "../http/decisions/describe.js";
import { explainCampaign, type Explanation, type ExplanationItem } from "../report/explain.js";
import { IDENTIFIER_CHARS_MAX, makeVisible } from "../report/text.js";
import { nameCampaign, rankCampaigns } from "../report/verdict.js";
import { countNoun, formatCount, formatMoment, formatProbability } from "../report/wording.js";
import { describeMeasure, describeState, renderTable } from "./decision-table.js";
import type { CampaignLine, MemberLine } from "./live-findings.js";

/** Accounts named on the page; the rest are counted. */
const MEMBERS_MAX = 20;

/** One line each, surest first. */
export function renderCampaigns(campaigns: readonly CampaignLine[]): string {
  if (campaigns.length === 0) return "No campaign was found in any window by now.\n";
  const windows = new Map(campaigns.map(({ id, window }) => [id, window]));
  const rows = rankCampaigns(campaigns).map((campaign) => [
    makeVisible(campaign.id, IDENTIFIER_CHARS_MAX),
    formatProbability(campaign.confidence),
    formatCount(campaign.accounts),
    formatCount(campaign.events),
    campaign.first_at.slice(0, 16),
    campaign.last_at.slice(0, 16),
    windows.get(campaign.id) ?? "",
    nameCampaign(campaign),
  ]);
  return renderTable(["campaign", "sure", "accounts", "requests", "first", "last", "window", "what it is"], rows);
}

/** What is known of one campaign, who is in it, and what was decided. */
export function explainLiveCampaign(
  { members, ...campaign }: CampaignLine & { members: readonly MemberLine[] },
  { decisions, detections }: { decisions: readonly DecisionLine[]; detections: readonly Detection[] },
): Explanation {
  const explanation = explainCampaign(campaign, { report: { campaigns: [campaign], coverage: {} }, detections });
  const sections = [
    ...explanation.sections,
    { title: "Its accounts", items: describeMembers(members) },
    { title: "What was decided", items: describeDecided(decisions, campaign.id) },
  ];
  return { ...explanation, sections: sections.filter(({ items }) => items.length > 0) };
}

function describeMembers(members: readonly MemberLine[]): ExplanationItem[] {
  const ranked = [...members].sort((a, b) => b.probability - a.probability || (a.account_id < b.account_id ? -1 : 1));
  const items = ranked.slice(0, MEMBERS_MAX).map(({ account_id, organization_id, standing, probability, events, campaign_events }) => ({
    text: `${account_id}${organization_id === null ? "" : ` of ${organization_id}`}: ${formatProbability(probability)}${standing === "watch" ? ", watched only" : ""}`,
    figures: `${formatCount(campaign_events)} of ${countNoun(events, "request")} are the campaign's`,
  }));
  const rest = ranked.length - items.length;
  return rest > 0 ? [...items, { text: `${countNoun(rest, "more account")}: -o json lists all.` }] : items;
}

/** By rule, measure and state; what a person can do about it stands with it. */
function describeDecided(decisions: readonly DecisionLine[], campaign: string): ExplanationItem[] {
  const groups = new Map<string, DecisionLine[]>();
  for (const decision of decisions) {
    const key = `${decision.rule}\n${describeMeasure(decision)}\n${describeState(decision)}`;
    groups.set(key, [...(groups.get(key) ?? []), decision]);
  }
  const items: ExplanationItem[] = [...groups.values()].map((group) => {
    const [first] = group;
    const accounts = group.reduce((sum, each) => sum + each.accounts, 0);
    return {
      text: `${describeMeasure(first)}: ${describeState(first)}, ${countNoun(accounts, "account")}, by rule ${first.rule}`,
      figures: `the latest at ${formatMoment(first.decided_at)}, until ${formatMoment(first.expires_at)}`,
    };
  });
  if (items.length === 0) return [{ text: "Nothing: no rule of policy.yaml asked for a measure." }];
  const isEnforced = ({ mode }: DecisionLine): boolean => mode === "enforce";
  if (decisions.some((each) => isEnforced(each) && each.state === "proposed"))
    items.push({ text: `It waits for people: stillwatch decisions approve --campaign ${campaign}, or reject.` });
  if (decisions.some((each) => isEnforced(each) && each.state === "active"))
    items.push({ text: `What is in force can be taken back: stillwatch decisions rollback --campaign ${campaign} --reason "…".` });
  return items;
}
