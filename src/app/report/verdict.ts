/** The one sentence that says what was found; the same above the HTML report and the terminal summary. */
import type { Campaign } from "../../vocabulary/campaign.js";
import type { Report } from "../../vocabulary/report.js";
import type { AccountDigest } from "./digest.js";
import { compareText, makeVisible } from "./text.js";
import { capitalise, countNoun, formatCount, joinWords, spellOut } from "./wording.js";

/** Share of a campaign's requests from which an aim is worth a place in its name: below it is what any account does beside. */
const AIM_SHARE_NAMED_MIN = 0.15;

/** Characters of an aim in a name; ours have at most 15. */
const AIM_CHARS_MAX = 40;

/** Says how many campaigns there are and how many accounts they hold. */
export function describeVerdict(report: Report, accounts: AccountDigest): string {
  const count = report.campaigns.length;
  if (report.counts.events === 0) return "There were no requests to look at, so nothing can be said.";
  if (count === 0 && accounts.standings.watch > 0) {
    return `No campaign was found; ${countNoun(accounts.standings.watch, "account")} of ${formatCount(report.counts.accounts)} ${accounts.standings.watch === 1 ? "is" : "are"} worth watching.`;
  }
  if (count === 0) return `No campaign was found among ${countNoun(report.counts.accounts, "account")}.`;
  const held = accounts.standings.campaign;
  // Where what they are after was not seen, no purpose is claimed: that they act together was.
  const toHarvest = report.campaigns.some((campaign) => listNamedAims(campaign).length > 0) ? " to harvest your models" : "";
  const alone = toHarvest === "" ? "acts like a pool on its own" : "harvests your models on its own";
  const act = held === 1 ? alone : `act as one${toHarvest}`;
  const lead = count === 1 ? "" : `${countNoun(count, "campaign")}: `;
  const each = count > 1 ? `act together${toHarvest}` : act;
  return `${lead}${formatCount(held)} of ${countNoun(report.counts.accounts, "account")} ${each}.`;
}

/** The aims that are worth a place in its name. */
function listNamedAims({ aims }: Campaign): Campaign["aims"] {
  return aims.filter((aim) => aim.share >= AIM_SHARE_NAMED_MIN && aim.capability !== "unknown" && aim.capability !== "general");
}

/** Names a campaign after what it is after: "Reasoning and grading harvest". */
export function nameCampaign(campaign: Campaign): string {
  const named = listNamedAims(campaign).map((aim) => makeVisible(spellOut(aim.capability), AIM_CHARS_MAX));
  // Without scaffolds and without an aim all that was seen is that the accounts hang together.
  if (named.length === 0 && campaign.families.length === 0 && campaign.accounts > 1) return "Linked accounts, aim not known";
  return named.length === 0 ? "Harvest of unknown aim" : `${capitalise(joinWords(named.slice(0, 3)))} harvest`;
}

/** Campaigns in the order in which a person should read them: surest first, then largest. */
export function rankCampaigns(campaigns: readonly Campaign[]): Campaign[] {
  return [...campaigns].sort((a, b) => b.confidence - a.confidence || b.events - a.events || compareText(a.id, b.id));
}
