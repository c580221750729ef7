/**
 * The accounts-by-evidence map: one column per account, one band per group of evidence, darker where the evidence is stronger. It shows at a
 * glance whether a campaign stands on two groups for every member or on one member's luck.
 */
import { sum } from "d3-array";
import { EVIDENCE_GROUPS } from "../../../vocabulary/signal.js";
import type { CampaignPictures } from "../../../vocabulary/report.js";
import { html, type SafeHtml } from "../safe-html.js";
import { compareText, makeVisible } from "../text.js";
import { formatCount } from "../wording.js";

type Member = CampaignPictures["members"][number];

/** Columns drawn; on a phone a column is then two pixels wide. */
export const MAP_MEMBERS_MAX = 160;
/** Bands drawn: the groups, and room for groups that a later version adds. */
const GROUPS_MAX = 6;

/**
 * Classes of strength, the borders of the verbal scale (`nameStrength`): under 2 none, under 10 weak, under 100 moderate, under 10,000 strong.
 */
export const STRENGTH_CLASSES = [
  { name: "against", word: "speaks against", below: -Math.log(2) },
  { name: "none", word: "says nothing", below: Math.log(2) },
  { name: "weak", word: "weak", below: Math.log(10) },
  { name: "moderate", word: "moderate", below: Math.log(100) },
  { name: "strong", word: "strong", below: Math.log(10_000) },
  { name: "decisive", word: "very strong", below: Number.POSITIVE_INFINITY },
] as const;

/** Draws the map for a wide and a narrow screen. */
export function renderEvidenceMap(members: readonly Member[], { accounts, key }: { accounts: number; key: string }): SafeHtml {
  if (members.length === 0) return html`<p class="none">No evidence per account is at hand.</p>`;
  const groups = listGroups(members);
  const ordered = orderMembers(members).slice(0, MAP_MEMBERS_MAX);
  const shown =
    ordered.length < accounts
      ? `${formatCount(ordered.length)} of ${formatCount(accounts)} accounts`
      : `all ${formatCount(accounts)} accounts`;
  const frame = { ordered, groups, shown, key };
  return html`<figure class="map">${renderStrengthLegend()}${renderMap(frame, { width: 960, name: "wide" })}${renderMap(frame, { width: 350, name: "narrow" })}<figcaption>One column per account, ${shown}; the account with the most evidence stands on the left. Two independent groups are needed, one of them content or behaviour.</figcaption></figure>`;
}

/** Members by the evidence that they carry, most first. */
export function orderMembers(members: readonly Member[]): Member[] {
  const weight = new Map(members.map((member) => [member, sum(Object.values(member.groups))]));
  return [...members].sort((a, b) => (weight.get(b) ?? 0) - (weight.get(a) ?? 0) || compareText(a.accountId, b.accountId));
}

/** The groups that occur: ours in their order, then others by name. */
export function listGroups(members: readonly Member[]): string[] {
  const seen = new Set(members.flatMap((member) => Object.keys(member.groups)));
  const known: string[] = EVIDENCE_GROUPS.filter((group) => seen.has(group));
  const others = [...seen].filter((group) => !known.includes(group)).sort(compareText);
  return [...known, ...others].slice(0, GROUPS_MAX);
}

function renderStrengthLegend(): SafeHtml {
  return html`<ul class="legend">${STRENGTH_CLASSES.map(
    (one) =>
      html`<li><svg class="swatch" viewBox="0 0 10 10" aria-hidden="true"><rect class="strength-${one.name}" width="10" height="10"/></svg> ${one.word}</li>`,
  )}</ul>`;
}

interface MapFrame {
  ordered: readonly Member[];
  groups: readonly string[];
  shown: string;
  key: string;
}

const BAND_PX = 26;
const LABEL_PX = 17;

function renderMap({ ordered, groups, shown, key }: MapFrame, { width, name }: { width: number; name: "wide" | "narrow" }): SafeHtml {
  const id = `map-${key}-${name}`;
  const step = width / ordered.length;
  const row = BAND_PX + LABEL_PX + 4;
  const bands = groups.map((group, index) => {
    const top = index * row;
    const carriers = ordered.filter((member) => (member.groups[group] ?? 0) >= Math.log(10)).length;
    return html`<text class="band-label" x="0" y="${top + 12}">${capital(makeVisible(group, 30))}<tspan class="tick" dx="8">moderate or stronger for ${formatCount(carriers)}</tspan></text>${drawBand(
      ordered.map((member) => member.groups[group]),
      { top: top + LABEL_PX, step },
    )}`;
  });
  const top = groups.length * row;
  const shares = ordered.map((member) => (member.events > 0 ? member.campaignEvents / member.events : 0));
  const height = top + LABEL_PX + BAND_PX + 2;
  return html`<svg class="chart ${name}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-title ${id}-text"><title id="${id}-title">Evidence by account and group</title><desc id="${id}-text">${shown}. ${groups.map((group) => `${group}: moderate or stronger for ${ordered.filter((member) => (member.groups[group] ?? 0) >= Math.log(10)).length} accounts.`).join(" ")} The table below lists the figures.</desc>${bands}<text class="band-label" x="0" y="${top + 12}">Share of its requests<tspan class="tick" dx="8">that belong to the campaign</tspan></text>${drawShares(shares, { top: top + LABEL_PX, step })}</svg>`;
}

/** One path per class of strength; neighbours of one class share a rectangle, which keeps large maps small. */
function drawBand(values: readonly (number | undefined)[], { top, step }: { top: number; step: number }): SafeHtml[] {
  const paths = new Map<string, string>();
  let start = 0;
  for (let index = 1; index <= values.length; index++) {
    const current = classify(values[start]);
    if (index < values.length && classify(values[index]) === current) continue;
    const from = round(start * step);
    // A hair of paper between accounts would be noise at two pixels; runs touch.
    paths.set(current, `${paths.get(current) ?? ""}M${from} ${top}h${round(index * step - from)}v${BAND_PX}H${from}z`);
    start = index;
  }
  return [...paths].map(([name, path]) => html`<path class="strength-${name}" d="${path}"/>`);
}

function drawShares(shares: readonly number[], { top, step }: { top: number; step: number }): SafeHtml {
  const bottom = top + BAND_PX;
  const path = shares.map((share, index) => {
    const height = round(Math.min(1, Math.max(0, share)) * BAND_PX);
    return `M${round(index * step)} ${bottom}v${-height}h${round(Math.max(step * 0.86, 0.6))}v${height}z`;
  });
  return html`<rect class="strength-none" x="0" y="${top}" width="${round(step * shares.length)}" height="${BAND_PX}"/><path class="share" d="${path.join("")}"/>`;
}

function classify(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return "unknown";
  return STRENGTH_CLASSES.find((one) => value < one.below)?.name ?? "decisive";
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
