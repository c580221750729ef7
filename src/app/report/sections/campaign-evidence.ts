/** The evidence half of a campaign: what it is after, what it sends, what ties its accounts together, and who carries which evidence. */
import type { Aim, LinkSummary } from "../../../vocabulary/campaign.js";
import type { Family } from "../../../vocabulary/family.js";
import type { CampaignPictures } from "../../../vocabulary/report.js";
import type { CampaignDigest } from "../digest.js";
import { listGroups, orderMembers, renderEvidenceMap } from "../pictures/evidence-map.js";
import { renderLinkMaps } from "../pictures/link-maps.js";
import { renderBar } from "../pictures/small.js";
import { html, renderId, type SafeHtml } from "../safe-html.js";
import { compareText, EXEMPLAR_CHARS_MAX, makeVisible, takeFirst } from "../text.js";
import { capitalise, countNoun, formatCount, formatOdds, formatShare, nameSpoofability, nameStrength, spellOut } from "../wording.js";

const AIMS_MAX = 15;
/** Families in full view, and in all; a page of exemplars would bury the links. */
const FAMILIES_OPEN_MAX = 4;
const FAMILIES_MAX = 12;
const LINKS_MAX = 10;
const DETECTIONS_MAX = 16;
/** Accounts listed by name below the map; `accounts.ndjson` has them all. */
const MEMBERS_LISTED_MAX = 15;

/** What the accounts ask for, as a table whose bars add up to one. */
export function renderAims(aims: readonly Aim[]): SafeHtml {
  if (aims.every((aim) => aim.capability === "unknown"))
    return html`<section><h3>What it is after</h3><p class="none">Not known.</p></section>`;
  const ordered = [...aims].sort((a, b) => b.share - a.share || compareText(a.capability, b.capability)).slice(0, AIMS_MAX);
  return html`<section><h3>What it is after</h3><table class="bars"><caption>Share of the campaign's requests by what they ask for</caption><thead class="unseen"><tr><th scope="col">Aim</th><th scope="col">Share</th><th scope="col">Bar</th></tr></thead><tbody>${ordered.map(
    (aim) =>
      html`<tr><th scope="row">${capitalise(spellOut(makeVisible(aim.capability, 40)))}</th><td class="number">${formatShare(aim.share)}</td><td class="bar-cell">${renderBar(aim.share)}</td></tr>`,
  )}</tbody></table></section>`;
}

/** The scaffolds that several accounts sent, slots marked. */
export function renderFamilies(families: readonly Family[], campaign: { events: number; accounts: number }): SafeHtml {
  if (families.length === 0)
    return html`<section><h3>What it sends</h3><p class="none">No request families are known, most likely because the requests carried no text.</p></section>`;
  const ordered = [...families].sort((a, b) => b.events - a.events || compareText(a.id, b.id));
  const { shown, omitted } = takeFirst(ordered, FAMILIES_MAX);
  const caption = html`Request families: requests cut from one scaffold. What changes from request to request is marked as a <mark class="slot">⟨slot⟩</mark>.`;
  const open = shown.slice(0, FAMILIES_OPEN_MAX);
  const folded = shown.slice(FAMILIES_OPEN_MAX);
  return html`<section><h3>What it sends</h3>${renderFamilyTable(open, caption, campaign)}
${folded.length > 0 && html`<details><summary>${countNoun(folded.length, "smaller family", "smaller families")}</summary>${renderFamilyTable(folded, "Smaller request families", campaign)}</details>`}
${omitted > 0 && html`<p class="note">and ${countNoun(omitted, "more family", "more families")} in report.json</p>`}</section>`;
}

function renderFamilyTable(
  families: readonly Family[],
  caption: SafeHtml | string,
  { events, accounts }: { events: number; accounts: number },
): SafeHtml {
  return html`<table class="stack families"><caption>${caption}</caption>
<thead><tr><th scope="col">Scaffold</th><th scope="col" class="number">Requests</th><th scope="col" class="number">Accounts</th></tr></thead><tbody>${families.map(
    (family) => html`<tr><td>${renderExemplar(family.exemplar)}<span class="muted">${renderId(family.id)}</span></td>
<td class="number" data-label="Requests">${formatCount(family.events)} <span class="muted">${formatShare(events > 0 ? family.events / events : 0)}</span></td>
<td class="number" data-label="Accounts">${formatCount(family.accounts)} <span class="muted">${formatShare(accounts > 0 ? family.accounts / accounts : 0)}</span></td></tr>`,
  )}</tbody></table>`;
}

/** Marks `⟨slot⟩` where it stands in text that was made visible. */
function renderExemplar(exemplar: string | null): SafeHtml {
  if (exemplar === null) return html`<p class="none">No exemplar is at hand: the text was not kept.</p>`;
  const parts = makeVisible(exemplar, EXEMPLAR_CHARS_MAX).split(/(⟨[^⟨⟩]{0,40}⟩)/u);
  return html`<blockquote>${parts.map((part, index) => (index % 2 === 1 ? html`<mark class="slot">${part}</mark>` : part))}</blockquote>`;
}

/** Why the accounts belong together: strength and spoofability side by side, then one small map per kind. */
export function renderLinks(links: readonly LinkSummary[], pictures: CampaignPictures | undefined, { key }: { key: string }): SafeHtml {
  if (links.length === 0)
    return html`<section><h3>What ties the accounts together</h3><p class="none">No links between accounts were recorded.</p></section>`;
  const ordered = [...links].sort((a, b) => b.strength - a.strength || compareText(a.kind, b.kind));
  const { shown, omitted } = takeFirst(ordered, LINKS_MAX);
  return html`<section><h3>What ties the accounts together</h3><table class="stack"><caption>Links by kind. Strength says how much likelier the evidence is if the two accounts have one operator than if they are strangers.</caption>
<thead><tr><th scope="col">Link</th><th scope="col">Strength</th><th scope="col">Can it be faked?</th><th scope="col" class="number">Pairs</th></tr></thead><tbody>${shown.map(
    (
      link,
    ) => html`<tr><th scope="row">${capitalise(spellOut(makeVisible(link.kind, 40)))}<span class="because">${makeVisible(link.because)}</span></th>
<td data-label="Strength"><b>${capitalise(nameStrength(link.strength))}</b> <span class="muted">${formatOdds(link.strength)}</span></td>
<td data-label="Can it be faked?">${capitalise(nameSpoofability(link.spoofable))}</td><td class="number" data-label="Pairs">${link.pairs > 0 ? formatCount(link.pairs) : html`<span class="muted">as a group</span>`}</td></tr>`,
  )}</tbody></table>${omitted > 0 && html`<p class="note">and ${countNoun(omitted, "more kind")} in report.json</p>`}${pictures && renderLinkMaps(pictures, { key })}</section>`;
}

/** The map, the detections that spoke, and the accounts with the most evidence by name. */
export function renderCarriers(
  pictures: CampaignPictures | undefined,
  digest: CampaignDigest | undefined,
  { accounts, key }: { accounts: number; key: string },
): SafeHtml {
  const members = pictures?.members ?? [];
  return html`<section><h3>Who carries which evidence</h3>${renderEvidenceMap(members, { accounts, key })}${digest && renderDetections(digest)}${members.length > 0 && renderMembers(members, { accounts, key })}</section>`;
}

function renderDetections({ detections, accounts }: CampaignDigest): SafeHtml | null {
  if (detections.size === 0) return null;
  const ordered = [...detections].sort(([a, x], [b, y]) => y.accounts - x.accounts || compareText(a, b));
  const { shown, omitted } = takeFirst(ordered, DETECTIONS_MAX);
  return html`<details><summary>${countNoun(detections.size, "detection")} spoke about its accounts</summary><table class="stack"><caption>Detections, and the sentence of the account for which each was strongest</caption>
<thead><tr><th scope="col">Detection</th><th scope="col" class="number">Accounts</th><th scope="col">Mean strength</th><th scope="col">Can it be faked?</th></tr></thead><tbody>${shown.map(
    ([
      name,
      one,
    ]) => html`<tr><th scope="row">${capitalise(spellOut(makeVisible(name, 60)))}<span class="because">${makeVisible(one.because)}</span></th><td class="number" data-label="Accounts">${formatCount(one.accounts)} <span class="muted">${formatShare(one.accounts / accounts)}</span></td>
<td data-label="Mean strength">${capitalise(nameStrength(one.strengthSum / one.accounts))}</td><td data-label="Can it be faked?">${capitalise(nameSpoofability(one.spoofable))}</td></tr>`,
  )}</tbody></table>${omitted > 0 && html`<p class="note">and ${formatCount(omitted)} more in accounts.ndjson</p>`}</details>`;
}

function renderMembers(members: CampaignPictures["members"], { accounts, key }: { accounts: number; key: string }): SafeHtml {
  const groups = listGroups(members);
  const shown = orderMembers(members).slice(0, MEMBERS_LISTED_MAX);
  return html`<details><summary>The ${countNoun(shown.length, "account")} with the most evidence</summary><div class="scroll" role="region" aria-label="Campaign ${key}: accounts with the most evidence" tabindex="0"><table><caption>Natural logarithm of the likelihood ratio, pool against crowd, per group of evidence. All ${formatCount(accounts)} accounts are in accounts.ndjson.</caption>
<thead><tr><th scope="col">Account</th><th scope="col" class="number">Requests</th><th scope="col" class="number">In the campaign</th>${groups.map((group) => html`<th scope="col" class="number">${capitalise(makeVisible(group, 30))}</th>`)}</tr></thead><tbody>${shown.map(
    (member) =>
      html`<tr><th scope="row">${renderId(member.accountId)}</th><td class="number">${formatCount(member.events)}</td><td class="number">${formatShare(member.events > 0 ? member.campaignEvents / member.events : 0)}</td>${groups.map((group) => html`<td class="number">${formatLog(member.groups[group])}</td>`)}</tr>`,
  )}</tbody></table></div></details>`;
}

function formatLog(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? "–" : value.toFixed(1).replace("-", "−");
}
