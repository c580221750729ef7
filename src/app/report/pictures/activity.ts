/** Requests over time, stacked by target model, with releases and shifts marked above and measures marked below. */
import { max, sum } from "d3-array";
import { scaleLinear, scaleUtc } from "d3-scale";
import { area, curveStepAfter, stack } from "d3-shape";
import type { Shift } from "../../../vocabulary/campaign.js";
import type { CampaignPictures, ReportPictures } from "../../../vocabulary/report.js";
import { html, renderId, type SafeHtml } from "../safe-html.js";
import { compareText, IDENTIFIER_CHARS_MAX, makeVisible } from "../text.js";
import { countNoun, describeShiftShare, formatCount, formatDay, formatMoment, formatShare } from "../wording.js";
import { placeLabels, type Mark } from "./chart-labels.js";

const HOUR_MS = 3_600_000;
/** Target models drawn apart; a fifth colour could not be told from the others in print. The rest is drawn together. */
const MODELS_MAX = 4;
/** Hours that may share a bin, so that bins begin where days do. */
const BIN_HOURS = [1, 2, 3, 4, 6, 8, 12, 24, 48, 168, 336, 672] as const;
/** Marks of a kind that are drawn; more would hide the curve. */
const MARKS_MAX = 12;
const LABEL_ROWS = 3;
const LABEL_ROW_PX = 15;
const LABEL_CHARS_MAX = 34;

/** What the picture shows. */
export interface ActivityPicture {
  activity: CampaignPictures["activity"];
  enforcement: CampaignPictures["enforcement"];
  releases: ReportPictures["releases"];
  shifts: readonly Shift[];
  /** Distinguishes the picture's ids on the page. */
  key: string;
}

interface Series {
  name: string;
  total: number;
  bins: number[];
}

/** Draws the figure twice, for a wide and for a narrow screen; the style sheet shows one of them. */
export function renderActivity(picture: ActivityPicture): SafeHtml {
  const total = sum(picture.activity.hours);
  if (picture.activity.hours.length === 0 || total === 0) return html`<p class="none">No activity over time is at hand.</p>`;
  const wide = renderChart(picture, { width: 960, plotHeight: 190, binsMax: 200, name: "wide" });
  const narrow = renderChart(picture, { width: 350, plotHeight: 150, binsMax: 84, name: "narrow" });
  return html`<figure class="activity">${renderLegend(picture)}${wide}${narrow}<figcaption>${describeMarks(picture)}</figcaption></figure>`;
}

function renderLegend({ activity }: ActivityPicture): SafeHtml {
  const series = gatherSeries(activity, 1);
  const total = sum(series, (one) => one.total);
  return html`<ul class="legend">${series.map(
    (one, index) =>
      html`<li><svg class="swatch" viewBox="0 0 10 10" aria-hidden="true"><rect class="series-${index}" width="10" height="10"/></svg> ${renderId(one.name)} <span class="muted">${formatShare(one.total / total)}</span></li>`,
  )}</ul>`;
}

/** One series per target model, largest first, the smallest together as "other models"; sums per bin of `binHours`. */
function gatherSeries(activity: CampaignPictures["activity"], binHours: number): Series[] {
  const bins = Math.ceil(activity.hours.length / binHours);
  const toSeries = (name: string, hours: readonly number[]): Series => ({
    name,
    total: sum(hours),
    bins: Array.from({ length: bins }, (_, bin) => sum(hours.slice(bin * binHours, (bin + 1) * binHours))),
  });
  const models = Object.entries(activity.byModel).map(([name, hours]) => toSeries(name, hours));
  if (models.length === 0) return [toSeries("all models", activity.hours)];
  models.sort((a, b) => b.total - a.total || compareText(a.name, b.name));
  // One more model takes no more room than "1 other model" would.
  if (models.length <= MODELS_MAX + 1) return models;
  const rest = models.slice(MODELS_MAX);
  const other: Series = {
    name: `${formatCount(rest.length)} other models`,
    total: sum(rest, (one) => one.total),
    bins: Array.from({ length: bins }, (_, bin) => sum(rest, (one) => one.bins[bin] ?? 0)),
  };
  return [...models.slice(0, MODELS_MAX), other];
}

interface ChartSize {
  width: number;
  plotHeight: number;
  binsMax: number;
  name: "wide" | "narrow";
}

function renderChart(picture: ActivityPicture, size: ChartSize): SafeHtml {
  const { activity, enforcement, key } = picture;
  const hours = activity.hours.length;
  const binHours = BIN_HOURS.find((candidate) => hours / candidate <= size.binsMax) ?? Math.ceil(hours / size.binsMax);
  const series = gatherSeries(activity, binHours);
  const toMs = activity.fromMs + hours * HOUR_MS;
  const left = 44;
  const top = LABEL_ROWS * LABEL_ROW_PX + 6;
  const bottom = top + size.plotHeight;
  const x = scaleUtc([activity.fromMs, toMs], [left, size.width - 8]);
  const tallest = max(Array.from({ length: series[0]?.bins.length ?? 0 }, (_, bin) => sum(series, (one) => one.bins[bin] ?? 0))) ?? 0;
  const y = scaleLinear([0, Math.max(1, tallest)], [bottom, top]).nice(4);
  const marksTop = bottom + 22;
  const height = marksTop + (enforcement.length > 0 ? 22 + LABEL_ROW_PX : 0);
  const every = binHours === 1 ? "hour" : `${binHours} hours`;
  const id = `activity-${key}-${size.name}`;
  const described = `${formatCount(sum(activity.hours))} requests between ${formatDay(activity.fromMs)} and ${formatDay(toMs - 1)}, at most ${formatCount(tallest)} in ${every}. ${describeText(picture)}`;
  return html`<svg class="chart ${size.name}" viewBox="0 0 ${size.width} ${height}" role="img" aria-labelledby="${id}-title ${id}-text"><title id="${id}-title">Requests per ${every}, by target model</title><desc id="${id}-text">${described}</desc>
${y.ticks(4).map((tick) => html`<line class="grid" x1="${left}" x2="${size.width - 8}" y1="${y(tick)}" y2="${y(tick)}"/><text class="tick" x="${left - 6}" y="${y(tick) + 4}" text-anchor="end">${formatShort(tick)}</text>`)}
${renderAreas(series, { x, y, fromMs: activity.fromMs, toMs, binMs: binHours * HOUR_MS })}
<text class="tick" x="${left}" y="${top - 6}">requests per ${every}</text>
${renderAxis(x, { bottom, ticks: size.name === "wide" ? 9 : 4 })}
${renderMarksAbove(picture, { x, top, bottom, width: size.width, fromMs: activity.fromMs, toMs })}
${renderMarksBelow(enforcement, { x, top: marksTop, bottom, width: size.width })}</svg>`;
}

type TimeScale = ReturnType<typeof scaleUtc<number>>;
type CountScale = ReturnType<typeof scaleLinear<number>>;

function renderAreas(
  series: readonly Series[],
  frame: { x: TimeScale; y: CountScale; fromMs: number; toMs: number; binMs: number },
): SafeHtml[] {
  const bins = Array.from({ length: series[0]?.bins.length ?? 0 }, (_, bin) => bin);
  const names = series.map((_, index) => String(index));
  const layers = stack<number>()
    .keys(names)
    .value((bin, name) => series[Number(name)]?.bins[bin] ?? 0)(bins);
  return layers.map((layer, index) => {
    // The last bin is closed at the end of the window: a step needs a point behind it.
    const points = layer.map((point, bin) => ({ at: frame.fromMs + bin * frame.binMs, low: point[0], high: point[1] }));
    const last = points.at(-1);
    if (last) points.push({ ...last, at: frame.toMs });
    const draw = area<(typeof points)[number]>()
      .digits(1)
      .curve(curveStepAfter)
      .x((point) => frame.x(point.at))
      .y0((point) => frame.y(point.low))
      .y1((point) => frame.y(point.high));
    return html`<path class="series-${index}" d="${draw(points)}"/>`;
  });
}

function renderAxis(x: TimeScale, { bottom, ticks }: { bottom: number; ticks: number }): SafeHtml {
  const [from = 0, to = 0] = x.range();
  // Ticks within a day would carry the same label; a window that short is labelled by the hour.
  const isShort = (x.domain()[1]?.getTime() ?? 0) - (x.domain()[0]?.getTime() ?? 0) < 4 * 24 * HOUR_MS;
  return html`<line class="axis" x1="${from}" x2="${to}" y1="${bottom}" y2="${bottom}"/>${x.ticks(ticks).map((tick) => {
    const label = isShort
      ? formatMoment(tick.getTime()).replace(/^(\d+ \w+) \d+, (.*) UTC$/, "$1 $2")
      : formatDay(tick.getTime()).replace(/ \d+$/, "");
    const at = round(x(tick));
    return html`<line class="axis" x1="${at}" x2="${at}" y1="${bottom}" y2="${bottom + 4}"/><text class="tick" x="${at}" y="${bottom + 16}" text-anchor="${at < from + 16 ? "start" : at > to - 16 ? "end" : "middle"}">${label}</text>`;
  })}`;
}

interface TimeMark extends Mark {
  kind: "release" | "shift";
}

function renderMarksAbove(
  { releases, shifts }: ActivityPicture,
  frame: { x: TimeScale; top: number; bottom: number; width: number; fromMs: number; toMs: number },
): SafeHtml[] {
  const isInside = (at: string): boolean => Date.parse(at) >= frame.fromMs && Date.parse(at) < frame.toMs;
  const marks: TimeMark[] = [
    ...releases
      .filter((release) => isInside(release.at))
      .slice(0, MARKS_MAX)
      .map((release) => ({
        kind: "release" as const,
        x: frame.x(Date.parse(release.at)),
        label: shorten(`${makeVisible(release.target_model, IDENTIFIER_CHARS_MAX)} released`),
      })),
    ...shifts
      .filter((shift) => isInside(shift.at))
      .slice(0, MARKS_MAX)
      .map((shift) => ({
        kind: "shift" as const,
        x: frame.x(Date.parse(shift.at)),
        label: shorten(`begins to move to ${makeVisible(shift.to, IDENTIFIER_CHARS_MAX)}`),
      })),
  ];
  return placeLabels(marks, { width: frame.width, rows: LABEL_ROWS }).map(({ mark, row, anchor }) => {
    const at = round(mark.x);
    const baseline = frame.top - 8 - (LABEL_ROWS - 1 - (row ?? 0)) * LABEL_ROW_PX;
    const label =
      row === null
        ? null
        : html`<text class="mark-label ${mark.kind}" x="${anchor === "start" ? at + 4 : at - 4}" y="${baseline}" text-anchor="${anchor}">${mark.label}</text>`;
    return html`<line class="mark ${mark.kind}" x1="${at}" x2="${at}" y1="${row === null ? frame.top : baseline - 9}" y2="${frame.bottom}"/>${label}`;
  });
}

function renderMarksBelow(
  enforcement: CampaignPictures["enforcement"],
  frame: { x: TimeScale; top: number; bottom: number; width: number },
): SafeHtml[] {
  const [from = 0, to = 0] = frame.x.range();
  const marks = enforcement.slice(0, MARKS_MAX).map((one) => ({
    x: Math.min(to, Math.max(from, frame.x(one.atMs))),
    label: shorten(`${formatCount(one.accounts)} ${makeVisible(one.measure, 20)}`),
  }));
  return placeLabels(marks, { width: frame.width, rows: 2 }).map(({ mark, row, anchor }) => {
    const at = round(mark.x);
    const label =
      row === null
        ? null
        : html`<text class="mark-label measure" x="${anchor === "start" ? at + 8 : at - 8}" y="${frame.top + 16 + (row ?? 0) * LABEL_ROW_PX}" text-anchor="${anchor}">${mark.label}</text>`;
    return html`<path class="measure" d="M${at} ${frame.top + 4}l5 9h-10z"/>${label}`;
  });
}

/** Every mark in words: the caption carries what a picture cannot, and what a screen reader needs. */
function describeMarks(picture: ActivityPicture): SafeHtml[] {
  return listMarks(picture).map((sentence) => html`<span>${sentence} </span>`);
}

function describeText(picture: ActivityPicture): string {
  return listMarks(picture).join(" ");
}

function listMarks({ releases, shifts, enforcement, activity }: ActivityPicture): string[] {
  const toMs = activity.fromMs + activity.hours.length * HOUR_MS;
  const inside = releases.filter((release) => Date.parse(release.at) >= activity.fromMs && Date.parse(release.at) < toMs);
  return [
    ...inside
      .slice(0, MARKS_MAX)
      .map((release) => `${makeVisible(release.target_model, IDENTIFIER_CHARS_MAX)} was released on ${formatMoment(release.at)}.`),
    ...shifts
      .slice(0, MARKS_MAX)
      .map(
        (shift) =>
          `Moved from ${makeVisible(shift.from, IDENTIFIER_CHARS_MAX)} to ${makeVisible(shift.to, IDENTIFIER_CHARS_MAX)}: ${describeShiftShare(shift)}.`,
      ),
    ...enforcement
      .slice(0, MARKS_MAX)
      .map(
        (one) =>
          `${countNoun(one.accounts, "account")} ${one.accounts === 1 ? "was" : "were"} ${makeVisible(one.measure, 20)} on ${formatMoment(one.atMs)}.`,
      ),
  ];
}

function shorten(label: string): string {
  return label.length <= LABEL_CHARS_MAX ? label : `${label.slice(0, LABEL_CHARS_MAX - 1)}…`;
}

function formatShort(count: number): string {
  return count >= 1_000_000 ? `${count / 1_000_000}M` : count >= 10_000 ? `${count / 1_000}k` : formatCount(count);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
