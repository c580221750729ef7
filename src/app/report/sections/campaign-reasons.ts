/** The reasoned half of a campaign: how sure, why, what speaks against, where it comes from, who may run it, whom acting would touch. */
import type { Campaign, OperatorHypothesis } from "../../../vocabulary/campaign.js";
import type { CampaignPictures } from "../../../vocabulary/report.js";
import { renderBar } from "../pictures/small.js";
import { html, renderId, type SafeHtml } from "../safe-html.js";
import { IDENTIFIER_CHARS_MAX, makeVisible, takeFirst } from "../text.js";
import {
  describeShiftShare,
  capitalise,
  countNoun,
  formatCount,
  formatPeriod,
  formatProbability,
  nameProbability,
  spellOut,
} from "../wording.js";

/** Reasons that stand in full view; further ones are folded away. */
const REASONS_SHOWN = 3;
const SENTENCES_MAX = 12;
const SHIFTS_MAX = 8;
const HYPOTHESES_MAX = 6;
/** Sentences for and against one explanation; the rest repeats the links above. */
const SENTENCES_PER_SIDE_MAX = 3;
const TECHNIQUES_MAX = 16;

/** Sentences that were read, each made visible and bounded, with a count of those left out. */
export function renderSentences(sentences: readonly string[], tag: "ol" | "ul", countMax = SENTENCES_MAX): SafeHtml {
  const { shown, omitted } = takeFirst(sentences, countMax);
  const items = shown.map((sentence) => html`<li>${makeVisible(sentence)}</li>`);
  const rest = omitted > 0 ? html`<p class="note">and ${formatCount(omitted)} more in report.json</p>` : null;
  return tag === "ol" ? html`<ol>${items}</ol>${rest}` : html`<ul>${items}</ul>${rest}`;
}

/** The line of figures under a campaign's name. */
export function renderFacts(campaign: Campaign): SafeHtml {
  const techniques = takeFirst(campaign.techniques, TECHNIQUES_MAX);
  return html`<dl class="facts">
<div><dt>Accounts</dt><dd>${formatCount(campaign.accounts)}</dd></div>
<div><dt>Requests</dt><dd>${formatCount(campaign.events)}</dd></div>
<div><dt>Active</dt><dd>${formatPeriod(campaign.first_at, campaign.last_at)}</dd></div>
${techniques.shown.length > 0 && html`<div class="wide-fact"><dt>Techniques</dt><dd>${techniques.shown.map((technique) => spellOut(makeVisible(technique, 40))).join(", ")}</dd></div>`}
</dl>`;
}

/** Confidence in a word, a number and a bar. */
export function renderConfidence(campaign: Campaign): SafeHtml {
  return html`<p class="confidence"><strong>${capitalise(nameProbability(campaign.confidence))}</strong> <span>${formatProbability(campaign.confidence)} that these accounts act as one to harvest</span>${renderBar(campaign.confidence)}</p>`;
}

/** Why we say so beside what speaks against it: neither is to be read without the other. */
export function renderReasons(campaign: Campaign, pictures: CampaignPictures | undefined): SafeHtml {
  const reasons = campaign.because.slice(0, REASONS_SHOWN);
  const further = campaign.because.slice(REASONS_SHOWN);
  const benign = pictures?.nearestBenign;
  // The box below tells it; a sentence of the list that says the same would be read twice.
  const against = campaign.counter_evidence.filter((sentence) => benign === undefined || !sentence.includes(benign.description));
  return html`<div class="two">
<section><h3>Why we say so</h3>${reasons.length > 0 ? renderSentences(reasons, "ol") : html`<p class="none">No reason was recorded.</p>`}
${further.length > 0 && html`<details><summary>${countNoun(further.length, "more reason")}</summary>${renderSentences(further, "ul")}</details>`}</section>
<section><h3>What speaks against it</h3>${against.length > 0 ? renderSentences(against, "ul") : benign === undefined && html`<p class="none">Nothing was found that speaks against it. That is not the same as nothing being there.</p>`}
${benign && html`<p class="benign"><b>Nearest innocent explanation.</b> ${capitalise(makeVisible(benign.description).replace(/[.]$/, ""))}. ${makeVisible(benign.because)}</p>`}</section>
</div>`;
}

/** Moves to other target models, and the campaign before or after this one. `links` maps campaign ids on this page to their anchors. */
export function renderLineage(
  campaign: Campaign,
  { successors, links }: { successors: readonly string[]; links: ReadonlyMap<string, string> },
): SafeHtml | null {
  const refer = (id: string): SafeHtml => {
    const anchor = links.get(id);
    return anchor === undefined ? renderId(id) : html`<a href="#${anchor}">${renderId(id)}</a>`;
  };
  const { shown, omitted } = takeFirst(campaign.shifts, SHIFTS_MAX);
  const sentences = [
    ...shown.map(
      (shift) =>
        html`<li><b>Shift.</b> Moved from ${renderId(shift.from, IDENTIFIER_CHARS_MAX)} to ${renderId(shift.to, IDENTIFIER_CHARS_MAX)}: ${describeShiftShare(shift)}.</li>`,
    ),
    omitted > 0 && html`<li>${countNoun(omitted, "further shift")} in report.json.</li>`,
    campaign.successor_of !== null && html`<li><b>Ancestry.</b> It took over from ${refer(campaign.successor_of)}.</li>`,
    campaign.merged_from.length > 0 &&
      html`<li><b>Merger.</b> It holds the accounts of what earlier reports called ${campaign.merged_from.slice(0, SHIFTS_MAX).map((id, index) => html`${index > 0 ? ", " : ""}${refer(id)}`)}.</li>`,
    campaign.split_from !== null && html`<li><b>Split.</b> Earlier reports counted its accounts to ${refer(campaign.split_from)}.</li>`,
    successors.length > 0 &&
      html`<li><b>Succession.</b> Its work went on in ${successors.slice(0, SHIFTS_MAX).map((id, index) => html`${index > 0 ? ", " : ""}${refer(id)}`)}.</li>`,
  ].filter((sentence) => sentence !== false);
  return sentences.length === 0 ? null : html`<section><h3>Shifts and lineage</h3><ul class="plain">${sentences}</ul></section>`;
}

/** Competing explanations of who runs it, likeliest first, each with what speaks for and against it. */
export function renderOperators(operators: readonly OperatorHypothesis[]): SafeHtml | null {
  if (operators.length === 0) return null;
  const ordered = [...operators].sort((a, b) => b.probability - a.probability || (a.hypothesis < b.hypothesis ? -1 : 1));
  const { shown, omitted } = takeFirst(ordered, HYPOTHESES_MAX);
  return html`<section><h3>Who may run it</h3><p class="lead">Competing explanations. Nationality is never a feature.</p><div class="hypotheses">${shown.map(
    (
      one,
    ) => html`<article><h4>${capitalise(makeVisible(one.hypothesis, 200))}</h4><p class="odds"><b>${formatProbability(one.probability)}</b>${renderBar(one.probability)}</p>
${renderSide("For", one.for)}${renderSide("Against", one.against)}</article>`,
  )}</div>${omitted > 0 && html`<p class="note">and ${formatCount(omitted)} more in report.json</p>`}</section>`;
}

function renderSide(title: string, sentences: readonly string[]): SafeHtml {
  return html`<p class="side">${title}</p>${sentences.length > 0 ? renderSentences(sentences, "ul", SENTENCES_PER_SIDE_MAX) : html`<p class="none">nothing known</p>`}`;
}

/** Whom a measure against this campaign would have touched. */
export function renderTouched(touched: CampaignPictures["touched"] | undefined): SafeHtml {
  if (!touched) return html`<section><h3>Whom acting on it would touch</h3><p class="none">Not known for this campaign.</p></section>`;
  const figures: [number | null, string, string][] = [
    [touched.accounts, "account", "accounts"],
    [touched.verifiedAccounts, "verified account", "verified accounts"],
    [touched.organizations, "organization", "organizations"],
    [touched.unrelatedEvents, "unrelated request", "unrelated requests"],
  ];
  const warning = touched.verifiedAccounts > 0 || touched.unrelatedEvents !== 0;
  return html`<section><h3>Whom acting on it would touch</h3><p class="lead">Nobody was touched. A measure against every account would have met:</p>
<dl class="figures">${figures.map(([count, singular, plural]) => html`<div><dt>${count === 1 ? singular : plural}</dt><dd>${count === null ? "not known" : formatCount(count)}</dd></div>`)}</dl>
${warning && html`<p class="note">Verified accounts and unrelated requests may belong to people who have nothing to do with it: look at these before anything else.</p>`}</section>`;
}
