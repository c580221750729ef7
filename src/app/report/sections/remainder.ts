/** What stands after the campaigns: everybody else, what was left alone, what could not be checked, and how far all this carries. */
import type { Report, ReportPictures } from "../../../vocabulary/report.js";
import type { AccountDigest, QuarantineDigest } from "../digest.js";
import { renderStandings } from "../pictures/small.js";
import { html, renderId, type SafeHtml } from "../safe-html.js";
import { makeVisible, takeFirst } from "../text.js";
import { capitalise, countNoun, formatCount, formatProbability, SPOOFABILITY, spellOut } from "../wording.js";

const GROUPS_MAX = 40;
const COVERAGE_MAX = 60;
const KINDS_MAX = 30;

/** Where all accounts stand, and who is watched. */
export function renderAccounts(accounts: AccountDigest): SafeHtml {
  const { watched, standings } = accounts;
  return html`<section aria-labelledby="accounts"><h2 id="accounts">Where every account stands</h2>${renderStandings(accounts)}
${
  watched.length > 0 &&
  html`<h3>Worth watching</h3><table class="stack"><caption>${standings.watch > watched.length ? html`The ${formatCount(watched.length)} likeliest of ${formatCount(standings.watch)} watched accounts` : "All watched accounts"}. Nothing here is enough to act on.</caption>
<thead><tr><th scope="col">Account</th><th scope="col">Probability</th><th scope="col" class="number">Requests</th></tr></thead><tbody>${watched.map(
    (line) => {
      const strongest = [...line.signals].sort((a, b) => b.strength - a.strength || (a.detection < b.detection ? -1 : 1))[0];
      return html`<tr><th scope="row">${renderId(line.account_id)}<span class="because">${strongest ? makeVisible(strongest.because) : "No single signal stands out."}</span></th><td data-label="Probability">${formatProbability(line.probability)}</td><td class="number" data-label="Requests">${formatCount(line.events)}</td></tr>`;
    },
  )}</tbody></table>`
}</section>`;
}

/** Groups that looked alike and were left alone, with the reason. */
export function renderLeftAlone({ leftAlone, leftAloneOmitted }: Pick<ReportPictures, "leftAlone" | "leftAloneOmitted">): SafeHtml {
  const { shown, omitted: unshown } = takeFirst(leftAlone, GROUPS_MAX);
  const omitted = unshown + leftAloneOmitted;
  const list =
    shown.length === 0
      ? html`<p class="none">No group looked enough like a campaign to need a second look.</p>`
      : html`<p class="lead">These look like campaigns at first sight. Each was examined, and nothing is asked of anybody.</p><dl class="left-alone">${gatherAlike(shown).map(renderAlike)}</dl>`;
  return html`<section aria-labelledby="left-alone"><h2 id="left-alone">Examined and left alone</h2>${list}${omitted > 0 && html`<p class="note">and ${countNoun(omitted, "more group")} for which less spoke, not listed here</p>`}</section>`;
}

type LeftAlone = ReportPictures["leftAlone"][number];

/** Groups with one description under one heading: forty times the same words tell nothing. */
function gatherAlike(groups: readonly LeftAlone[]): LeftAlone[][] {
  const byDescription = new Map<string, LeftAlone[]>();
  for (const group of groups) byDescription.set(group.description, [...(byDescription.get(group.description) ?? []), group]);
  return [...byDescription.values()];
}

function renderAlike(groups: readonly LeftAlone[]): SafeHtml {
  const count = groups.length === 1 ? countNoun(groups[0].accounts, "account") : countNoun(groups.length, "group");
  return html`<div><dt>${makeVisible(groups[0].description)} <span class="muted">${count}</span></dt>${groups.map(
    (group) => html`<dd>${groups.length > 1 && html`<b>${countNoun(group.accounts, "account")}.</b> `}${makeVisible(group.because)}</dd>`,
  )}</div>`;
}

/** What could not be checked: a check that did not run is never a pass. */
export function renderCoverage(coverage: Report["coverage"]): SafeHtml {
  const { shown, omitted } = takeFirst(Object.entries(coverage), COVERAGE_MAX);
  const list =
    shown.length === 0
      ? html`<p>No gap is known. That is not the same as having seen everything: a log shows only what was written to it.</p>`
      : html`<p class="lead">A check that did not run is not a pass.</p><dl class="coverage">${shown.map(([name, sentence]) => html`<div><dt>${capitalise(spellOut(makeVisible(name, 60)))}</dt><dd>${makeVisible(sentence)}</dd></div>`)}</dl>`;
  return html`<section aria-labelledby="coverage"><h2 id="coverage">What could not be checked</h2>${list}${omitted > 0 && html`<p class="note">and ${formatCount(omitted)} more in report.json</p>`}</section>`;
}

/** Sums about access programmes and the like, for whoever keeps the rules; nothing where there are none. */
export function renderPolicyFacts(facts: Report["policy_facts"] = {}): SafeHtml | false {
  const { shown } = takeFirst(Object.entries(facts), COVERAGE_MAX);
  return (
    shown.length > 0 &&
    html`<section aria-labelledby="policy"><h2 id="policy">Facts for policy</h2><p class="lead">Sums that rules ask about. No probability uses them, and nothing is said about anybody.</p><dl class="coverage">${shown.map(([name, sentence]) => html`<div><dt>${capitalise(spellOut(makeVisible(name, 60)))}</dt><dd>${makeVisible(sentence)}</dd></div>`)}</dl></section>`
  );
}

/** Lines that could not be read, by reason. */
export function renderQuarantine(quarantined: number, digest: QuarantineDigest | undefined): SafeHtml {
  const kinds = takeFirst(digest?.kinds ?? [], KINDS_MAX);
  const table = html`<table class="stack"><caption>Places of records set aside, by reason. Every one is in quarantine.ndjson.</caption><thead><tr><th scope="col">Reason</th><th scope="col" class="number">Places</th><th scope="col">For example</th></tr></thead><tbody>${kinds.shown.map(
    (kind) =>
      html`<tr><th scope="row"><code>${makeVisible(kind.code, 10)}</code> ${makeVisible(kind.what, 200)}<span class="because">${makeVisible(kind.fix, 300)}</span></th><td class="number" data-label="Places">${formatCount(kind.lines)}</td><td data-label="For example">${kind.places.map((place) => html`${renderId(place, 120)} `)}</td></tr>`,
  )}</tbody></table>${kinds.omitted > 0 && html`<p class="note">and ${formatCount(kinds.omitted)} more reasons</p>`}`;
  return html`<section aria-labelledby="quarantine"><h2 id="quarantine">Records set aside</h2><p>${quarantined === 0 ? "Every record of the log could be read." : `${countNoun(quarantined, "record")} could not be used and ${quarantined === 1 ? "was" : "were"} set aside.`}${describePlaces(quarantined, digest)}</p>${kinds.shown.length > 0 && table}</section>`;
}

/** Why the list may be longer than the count. */
function describePlaces(quarantined: number, digest: QuarantineDigest | undefined): string {
  const places = digest?.lines ?? 0;
  return places <= quarantined
    ? ""
    : ` They stand at ${formatCount(places)} places: a record that is damaged in the same way elsewhere counts once, and damaged lines of side files are listed, not counted.`;
}

/** How far the report carries. */
export function renderMethod(): SafeHtml {
  return html`<section aria-labelledby="method" class="method"><h2 id="method">How to read this, and how far it carries</h2>
<p><b>A probability is not proof.</b> It says how often a finding like this one is right on traffic whose truth is known. No observation of traffic can prove who sits behind an account or what the answers were used for.</p>
<p><b>Nothing was done to any account.</b> This report describes; a person decides, and whoever is affected should be heard by a person.</p>
<p><b>Two kinds of evidence.</b> Evidence falls into five groups: content, behaviour, infrastructure, registration, and possession of what was handed out to somebody else. An account stands in a campaign only when two independent groups say so, one of them content or behaviour. Accounts of one organization do not claim to be strangers, so many of them are no pool.</p>
<dl class="glossary"><div><dt>Strength</dt><dd>how many times likelier the evidence is if the accounts are a pool than if they are a crowd: weak from 2, moderate from 10, strong from 100, very strong from 10,000</dd></div>
${([1, 2, 3] as const).map((grade) => html`<div><dt>${capitalise(SPOOFABILITY[grade].word)}</dt><dd>${SPOOFABILITY[grade].meaning}</dd></div>`)}
<div><dt>Words for confidence</dt><dd>almost certain from 95 in 100, very likely from 80, likely from 55, about even from 45, unlikely below</dd></div></dl>
<p><b>Never used:</b> country and nationality. Shared networks, clients and clouds never link accounts by themselves.</p></section>`;
}
