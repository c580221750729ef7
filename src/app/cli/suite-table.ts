/** What `evaluate --suite` prints for a person: one line a world, then the targets. */
import { summarizeTargets, type PageRow } from "../../evaluate/index.js";
import { formatCount, formatShare } from "../report/wording.js";
import { padText } from "./terminal-text.js";

interface Column {
  title: string;
  columns: number;
  cell: (row: PageRow) => string;
}

const showShare = (share: number | null | undefined): string =>
  share === null || share === undefined ? "–" : formatShare(share).replace("over", ">").replace("under", "<");

const COLUMNS: readonly Column[] = [
  { title: "seed", columns: 6, cell: ({ row }) => String(row.seed) },
  { title: "recall", columns: 9, cell: ({ evaluation }) => showShare(evaluation.ours.recall) },
  { title: "precision", columns: 11, cell: ({ evaluation }) => showShare(evaluation.ours.precision) },
  { title: "slice r", columns: 9, cell: ({ evaluation }) => showShare(evaluation.score.overall.slice_recall) },
  { title: "slice p", columns: 9, cell: ({ evaluation }) => showShare(evaluation.score.overall.slice_precision) },
  { title: "innocent", columns: 10, cell: ({ evaluation }) => formatCount(evaluation.ours.innocent) },
  { title: "crowds", columns: 8, cell: ({ evaluation }) => formatCount(countCrowds(evaluation)) },
  { title: "cal.err", columns: 9, cell: ({ evaluation }) => evaluation.score.calibration.expected_calibration_error.toFixed(3) },
  { title: "found at", columns: 10, cell: ({ evaluation }) => describeTimes(evaluation) },
  { title: "our F1", columns: 8, cell: ({ evaluation }) => evaluation.ours.f1.toFixed(3) },
  { title: "closest method", columns: 28, cell: ({ evaluation }) => nameClosest(evaluation) },
  { title: "s", columns: 5, cell: ({ evaluation }) => evaluation.analysis_seconds.toFixed(0) },
];

const NAME_COLUMNS = 48;

/** Renders the suite, with a line feed at the end. Wide: it is meant for a file or a wide terminal. */
export function renderSuite(rows: readonly PageRow[]): string {
  const line = (name: string, cells: readonly string[]): string =>
    padText(name, NAME_COLUMNS) + cells.map((cell, index) => padText(cell, COLUMNS[index].columns, "right")).join("");
  return `${[
    line(
      "world",
      COLUMNS.map(({ title }) => title),
    ),
    ...rows.map((row) =>
      line(
        row.row.title,
        COLUMNS.map(({ cell }) => cell(row)),
      ),
    ),
    "",
    summarizeTargets(rows),
  ].join("\n")}\n`;
}

function countCrowds({ score }: PageRow["evaluation"]): number {
  return score.segments.reduce((sum, segment) => sum + (segment.crowds_in_campaign ?? 0), 0);
}

/** The latest campaign's share: what the slowest cost. */
function describeTimes({ time_to_find: times }: PageRow["evaluation"]): string {
  if (times === null || times.length === 0) return "–";
  const shares = times.map((time) => time.found_at_share);
  return shares.includes(null) ? "later" : `≤ ${showShare(Math.max(...shares.map((share) => share ?? 0)))}`;
}

function nameClosest({ baselines, ours }: PageRow["evaluation"]): string {
  if (ours.attack_accounts === 0 || baselines.length === 0) return "–";
  const best = baselines.reduce((high, each) => (each.kindest.f1 > high.kindest.f1 ? each : high));
  return `${best.title} ${best.kindest.f1.toFixed(3)}`;
}
