/** Small pictures that stand inside text and tables: bars, sparklines, the histogram of probabilities. */
import { max, sum } from "d3-array";
import { scaleLinear, scaleLog } from "d3-scale";
import { area, curveStepAfter } from "d3-shape";
import type { AccountLine, CampaignPictures, ReportPictures } from "../../../vocabulary/report.js";
import { PROBABILITY_BINS, type AccountDigest } from "../digest.js";
import { html, type SafeHtml } from "../safe-html.js";
import { countNoun } from "../wording.js";

const HOUR_MS = 3_600_000;
/** Bins of a sparkline: one a pixel would not be seen. */
const SPARK_BINS = 80;

/** A bar from 0 to 1. Decoration beside a figure that is written out, so hidden from screen readers. */
export function renderBar(share: number): SafeHtml {
  const width = Math.round(Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0)) * 1000) / 10;
  return html`<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="bar-ground" width="100" height="8"/><rect class="bar-fill" width="${width}" height="8"/></svg>`;
}

/** A campaign's activity inside the whole window, so that rows of a table can be compared; releases are ticks. */
export function renderSparkline(
  activity: CampaignPictures["activity"] | undefined,
  frame: { fromMs: number; toMs: number; releases: ReportPictures["releases"] },
): SafeHtml | null {
  if (!activity || activity.hours.length === 0 || !(frame.toMs > frame.fromMs)) return null;
  const bins = new Array<number>(SPARK_BINS).fill(0);
  for (const [hour, count] of activity.hours.entries()) {
    const bin = Math.floor(((activity.fromMs + hour * HOUR_MS - frame.fromMs) / (frame.toMs - frame.fromMs)) * SPARK_BINS);
    const kept = Math.min(SPARK_BINS - 1, Math.max(0, bin));
    bins[kept] = (bins[kept] ?? 0) + count;
  }
  const y = scaleLinear([0, Math.max(1, max(bins) ?? 0)], [26, 2]);
  const draw = area<number>()
    .digits(1)
    .curve(curveStepAfter)
    .x((_, bin) => bin * 2)
    .y0(26)
    .y1((count) => y(count));
  const ticks = frame.releases
    .map((release) => ((Date.parse(release.at) - frame.fromMs) / (frame.toMs - frame.fromMs)) * SPARK_BINS * 2)
    .filter((x) => x >= 0 && x <= SPARK_BINS * 2)
    .slice(0, 8);
  return html`<svg class="spark" viewBox="0 0 ${SPARK_BINS * 2} 28" preserveAspectRatio="none" aria-hidden="true"><path class="spark-fill" d="${draw([...bins, bins.at(-1) ?? 0])}"/>${ticks.map((x) => html`<line class="mark release" x1="${Math.round(x)}" x2="${Math.round(x)}" y1="0" y2="28"/>`)}<line class="axis" x1="0" x2="${SPARK_BINS * 2}" y1="26.5" y2="26.5"/></svg>`;
}

/** Accounts by probability, one strip per standing, heights logarithmic: a hundred accounts must be seen beside a million. */
export function renderStandings(accounts: AccountDigest): SafeHtml {
  const standings: readonly AccountLine["standing"][] = ["campaign", "watch", "clear"];
  const tallest = Math.max(1, ...standings.flatMap((standing) => accounts.histogram[standing]));
  const height = scaleLog([1, Math.max(10, tallest)], [5, 44]);
  const strips = standings.map((standing) => {
    const bins = accounts.histogram[standing];
    const path = bins.map((count, bin) => {
      const tall = count > 0 ? Math.round(height(count) * 10) / 10 : 0;
      return tall === 0 ? "" : `M${bin * 15 + 1} 46v${-tall}h13v${tall}z`;
    });
    const words = countNoun(sum(bins), "account");
    return html`<figure><svg viewBox="0 0 300 62" role="img" aria-labelledby="standing-${standing}"><title id="standing-${standing}">${standing}: ${words} by probability</title><path class="standing-${standing}" d="${path.join("")}"/><line class="axis" x1="0" x2="300" y1="46.5" y2="46.5"/><text class="tick" x="0" y="59">0</text><text class="tick" x="150" y="59" text-anchor="middle">probability</text><text class="tick" x="300" y="59" text-anchor="end">1</text></svg><figcaption><b>${words}</b> ${describeStanding(standing)}</figcaption></figure>`;
  });
  return html`<div class="standings">${strips}</div><p class="note">${PROBABILITY_BINS} steps of probability; the height of a bar is the logarithm of the number of accounts.</p>`;
}

function describeStanding(standing: AccountLine["standing"]): string {
  if (standing === "campaign") return "in a campaign: a person is asked to look and decide";
  return standing === "watch" ? "to watch: something is there, not enough to act on" : "clear: nothing to look at";
}
