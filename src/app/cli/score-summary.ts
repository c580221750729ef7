/** What `score` prints for a person: overall, campaigns, benign segments, calibration, and what was not checked. */
import type { CalibrationScore, CampaignScore, Rate, Score, SegmentScore } from "../../evaluate/index.js";
import { makeVisible } from "../report/text.js";
import { countNoun, formatCount, formatShare } from "../report/wording.js";
import { choosePalette, padText, TERMINAL_COLUMNS_MAX, TERMINAL_COLUMNS_MIN, wrapText, type Palette } from "./terminal-text.js";

/** How to lay it out. */
export interface ScoreLayout {
  /** Columns of the terminal; kept between 60 and 100. */
  width: number;
  isColour: boolean;
}

/** The longest share of a table is "> 99.9 %". */
const SHARE_COLUMNS = 8;

interface Column<Row> {
  title: string;
  columns: number;
  cell: (row: Row) => string;
}

/** Renders the score, with a line feed at the end. */
export function renderScore(score: Score, layout: ScoreLayout): string {
  const width = Math.min(TERMINAL_COLUMNS_MAX, Math.max(TERMINAL_COLUMNS_MIN, Math.floor(layout.width) || 80));
  const palette = choosePalette(layout.isColour);
  const blocks = [
    renderOverall(score, palette),
    renderTable(score.campaigns, { width, palette, name: "campaign", nameOf: (row) => row.campaign, columns: CAMPAIGN_COLUMNS }),
    score.campaigns.flatMap((campaign) => describeOddities(campaign).flatMap((line) => indent(wrapText(line, width - 2)))),
    renderTable(score.segments, { width, palette, name: "benign segment", nameOf: (row) => row.segment, columns: SEGMENT_COLUMNS }),
    renderCalibration(score.calibration, palette),
    renderUnchecked(score.unchecked, width, palette),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join("\n"))
    .join("\n\n")}\n`;
}

function renderOverall({ overall, counts }: Score, palette: Palette): string[] {
  const lines = [
    palette.bold(`recall ${showRate(overall.recall)} · precision ${showRate(overall.precision)}`),
    `${formatCount(overall.found)} of ${countNoun(overall.attack_accounts, "attack account")} in campaigns, and ${formatCount(overall.innocent)} innocent`,
    `${countNoun(counts.reported_campaigns, "campaign")} reported, ${formatCount(counts.false_campaigns)} of them false`,
    `${countNoun(counts.labelled, "account")} compared · ${formatCount(counts.absent)} only in the truth · ${formatCount(counts.unlabelled)} only in the report`,
  ];
  if (overall.slice_recall !== null || overall.slice_precision !== null) {
    lines.push(`requests in slices: recall ${showShare(overall.slice_recall)} · precision ${showShare(overall.slice_precision)}`);
  }
  return lines;
}

const CAMPAIGN_COLUMNS: readonly Column<CampaignScore>[] = [
  { title: "accounts", columns: 9, cell: (row) => formatCount(row.accounts) },
  { title: "found", columns: 7, cell: (row) => formatCount(row.found) },
  { title: "recall", columns: 9, cell: (row) => showShare(row.recall?.share) },
  { title: "precision", columns: 10, cell: (row) => showShare(row.precision?.share) },
  { title: "slice r", columns: 9, cell: (row) => showShare(row.slice?.recall) },
  { title: "slice p", columns: 9, cell: (row) => showShare(row.slice?.precision) },
];

const SEGMENT_COLUMNS: readonly Column<SegmentScore>[] = [
  { title: "accounts", columns: 9, cell: (row) => formatCount(row.accounts) },
  { title: "campaign", columns: 9, cell: (row) => formatCount(row.in_campaign) },
  { title: "watch", columns: 7, cell: (row) => formatCount(row.in_watch) },
  { title: "crowds", columns: 8, cell: (row) => showCount(row.crowds) },
  { title: "campaign", columns: 9, cell: (row) => showCount(row.crowds_in_campaign) },
  // The upper end is what can be promised; "0 seen" of 3 crowds promises little.
  { title: "at most", columns: 10, cell: (row) => showShare((row.crowd_rate ?? row.rate)?.high) },
];

interface TableOptions<Row> {
  width: number;
  palette: Palette;
  name: string;
  nameOf: (row: Row) => string;
  columns: readonly Column<Row>[];
}

function renderTable<Row>(rows: readonly Row[], { width, palette, name, nameOf, columns }: TableOptions<Row>): string[] {
  if (rows.length === 0) return [];
  const nameColumns = width - columns.reduce((sum, column) => sum + column.columns, 0);
  const head = padText(name, nameColumns) + columns.map((column) => padText(column.title, column.columns, "right")).join("");
  const body = rows.map(
    (row) =>
      `${padText(makeVisible(nameOf(row)), nameColumns - 1)} ${columns.map((column) => padText(column.cell(row), column.columns, "right")).join("")}`,
  );
  return [palette.dim(head), ...body];
}

function describeOddities(row: CampaignScore): string[] {
  const name = makeVisible(row.campaign);
  const lines: string[] = [];
  if (row.accounts > 0 && row.found === 0) {
    lines.push(`${name}: missed${row.watched > 0 ? `, ${countNoun(row.watched, "account")} to watch` : ""}`);
  }
  if (row.split > 1) lines.push(`${name}: split over ${row.split} reported campaigns`);
  if (row.merged_with.length > 0) lines.push(`${name}: merged with ${row.merged_with.map((name) => makeVisible(name)).join(", ")}`);
  if (row.served_before_found !== null) {
    lines.push(`${name}: ${formatShare(row.served_before_found)} of its accounts' requests served when first found`);
  }
  return lines;
}

function renderCalibration(calibration: CalibrationScore, palette: Palette): string[] {
  const { suspects } = calibration;
  return [
    `${palette.bold("calibration")}  expected error ${calibration.expected_calibration_error.toFixed(4)} over ${countNoun(calibration.cases, "account")}`,
    `  ${suspects.expected_calibration_error.toFixed(4)} over ${formatCount(suspects.cases)} with probability ≥ .01 · Brier ${calibration.brier.toFixed(4)}`,
    ...calibration.bins.map(
      (bin) =>
        `  said ${padText(showShare(bin.said), SHARE_COLUMNS, "right")}  came true ${padText(showShare(bin.observed), SHARE_COLUMNS, "right")}  ${countNoun(bin.accounts, "account")}`,
    ),
  ];
}

function renderUnchecked(unchecked: Record<string, string>, width: number, palette: Palette): string[] {
  const entries = Object.entries(unchecked);
  if (entries.length === 0) return [];
  return [
    palette.bold("not checked"),
    ...entries.flatMap(([name, why]) => indent(wrapText(`${name.replaceAll("_", " ")}: ${why}`, width - 2))),
  ];
}

const indent = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);
/** In a column "over 99.9 %" would be cut: signs are shorter. */
const showShare = (share: number | null | undefined): string =>
  share === null || share === undefined ? "–" : formatShare(share).replace("over", ">").replace("under", "<");
const showCount = (count: number | null): string => (count === null ? "–" : formatCount(count));
const showRate = (rate: Rate | null): string =>
  rate === null ? "–" : `${formatShare(rate.share)} (${formatShare(rate.low)} to ${formatShare(rate.high)})`;
