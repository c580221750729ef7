/** The campaigns of the page: the first ones in full, the rest in three sentences each, and beyond that a count. */
import type { Campaign } from "../../../vocabulary/campaign.js";
import type { Report, ReportPictures } from "../../../vocabulary/report.js";
import type { AccountDigest } from "../digest.js";
import { renderActivity } from "../pictures/activity.js";
import { renderSparkline } from "../pictures/small.js";
import { html, renderId, type SafeHtml } from "../safe-html.js";
import { makeVisible } from "../text.js";
import { nameCampaign } from "../verdict.js";
import { capitalise, countNoun, formatCount, formatPeriod, formatProbability, nameProbability } from "../wording.js";
import { renderAims, renderCarriers, renderFamilies, renderLinks } from "./campaign-evidence.js";
import { renderConfidence, renderFacts, renderLineage, renderOperators, renderReasons, renderTouched } from "./campaign-reasons.js";

/** Campaigns with pictures: more than a person reads in one sitting, and at most about 60 kB each. */
export const CAMPAIGNS_IN_FULL_MAX = 24;
/** Campaigns told in three sentences, so that a page of hostile lengths stays below 5 MB. */
export const CAMPAIGNS_IN_BRIEF_MAX = 476;
/** Characters of a sentence in the brief form. */
const BRIEF_SENTENCE_CHARS_MAX = 320;

/** What all campaign sections share. `campaigns` are ranked. */
export interface CampaignsFrame {
  report: Report;
  campaigns: readonly Campaign[];
  pictures: ReportPictures;
  accounts: AccountDigest;
}

/** How many campaigns are told in which form. */
export function splitCampaigns<Item>(campaigns: readonly Item[]): { full: readonly Item[]; brief: readonly Item[]; omitted: number } {
  const full = campaigns.slice(0, CAMPAIGNS_IN_FULL_MAX);
  const brief = campaigns.slice(CAMPAIGNS_IN_FULL_MAX, CAMPAIGNS_IN_FULL_MAX + CAMPAIGNS_IN_BRIEF_MAX);
  return { full, brief, omitted: campaigns.length - full.length - brief.length };
}

/** The table at the top: every campaign that is told in full, one row each, on one axis of time. */
export function renderOverview({ report, campaigns, pictures }: CampaignsFrame): SafeHtml | null {
  const { full } = splitCampaigns(campaigns);
  if (full.length < 2) return null;
  const frame = { fromMs: Date.parse(report.window.from ?? ""), toMs: Date.parse(report.window.to ?? ""), releases: pictures.releases };
  return html`<section class="overview" aria-labelledby="overview"><h2 id="overview">Campaigns at a glance</h2><table class="stack"><caption>Surest first. Activity between ${formatPeriod(report.window.from, report.window.to)}; dashed lines are releases of target models.</caption>
<thead><tr><th scope="col">Campaign</th><th scope="col">Confidence</th><th scope="col" class="number">Accounts</th><th scope="col" class="number">Requests</th><th scope="col">Activity</th></tr></thead><tbody>${full.map(
    (
      campaign,
      index,
    ) => html`<tr><th scope="row"><a href="#campaign-${index + 1}">${nameCampaign(campaign)}</a><span class="muted">${renderId(campaign.id)}</span></th>
<td data-label="Confidence">${capitalise(nameProbability(campaign.confidence))} <span class="muted">${formatProbability(campaign.confidence)}</span></td>
<td class="number" data-label="Accounts">${formatCount(campaign.accounts)}</td><td class="number" data-label="Requests">${formatCount(campaign.events)}</td>
<td class="spark-cell" data-label="Activity">${renderSparkline(pictures.campaigns[campaign.id]?.activity, frame) ?? html`<span class="muted">${formatPeriod(campaign.first_at, campaign.last_at)}</span>`}</td></tr>`,
  )}</tbody></table></section>`;
}

/** All campaigns, in full and in brief. */
export function renderCampaigns(frame: CampaignsFrame): SafeHtml {
  const { full, brief, omitted } = splitCampaigns(frame.campaigns);
  const links = new Map([...full, ...brief].map((campaign, index) => [campaign.id, `campaign-${index + 1}`]));
  const sections = full.map((campaign, index) => renderCampaign(campaign, index, { ...frame, links }));
  if (brief.length === 0) return html`${sections}`;
  return html`${sections}<section class="brief" aria-labelledby="brief"><h2 id="brief">${countNoun(brief.length, "more campaign")}</h2><p class="lead">Told in three sentences each; their figures, links and families are in report.json.</p>${brief.map(
    (campaign, index) =>
      html`<article id="campaign-${full.length + index + 1}"><h3>${nameCampaign(campaign)} ${renderId(campaign.id)}</h3><p class="muted">${capitalise(nameProbability(campaign.confidence))}, ${formatProbability(campaign.confidence)} · ${countNoun(campaign.accounts, "account")} · ${countNoun(campaign.events, "request")} · ${formatPeriod(campaign.first_at, campaign.last_at)}</p><p>${campaign.because
        .slice(0, 3)
        .map((sentence) => makeVisible(sentence, BRIEF_SENTENCE_CHARS_MAX))
        .join(" ")}</p></article>`,
  )}${omitted > 0 && html`<p class="note">${countNoun(omitted, "further campaign")} left out of this page; report.json lists all ${formatCount(frame.campaigns.length)}.</p>`}</section>`;
}

function renderCampaign(campaign: Campaign, index: number, frame: CampaignsFrame & { links: ReadonlyMap<string, string> }): SafeHtml {
  const key = String(index + 1);
  const pictures = frame.pictures.campaigns[campaign.id];
  const successors = frame.campaigns.filter((other) => other.successor_of === campaign.id).map((other) => other.id);
  const activity = pictures
    ? renderActivity({
        activity: pictures.activity,
        enforcement: pictures.enforcement,
        releases: frame.pictures.releases,
        shifts: campaign.shifts,
        key,
      })
    : html`<p class="none">No activity over time is at hand.</p>`;
  return html`<article class="campaign" id="campaign-${key}" aria-labelledby="campaign-${key}-name">
<header><p class="kicker">Campaign ${index + 1} of ${formatCount(frame.campaigns.length)} · ${renderId(campaign.id)}</p><h2 id="campaign-${key}-name">${nameCampaign(campaign)}</h2>${renderConfidence(campaign)}${renderFacts(campaign)}</header>
${renderReasons(campaign, pictures)}
<section><h3>When it was active</h3>${activity}</section>
${renderLineage(campaign, { successors, links: frame.links })}
<div class="two">${renderAims(campaign.aims)}${renderTouched(pictures?.touched)}</div>
${renderFamilies(campaign.families, campaign)}
${renderLinks(campaign.links, pictures, { key })}
${renderCarriers(pictures, frame.accounts.campaigns.get(campaign.id), { accounts: campaign.accounts, key })}
${renderOperators(campaign.operators)}
<p class="read-on">Link by link: <code>stillwatch explain campaign ${makeVisible(campaign.id, 80)}</code></p>
</article>`;
}
