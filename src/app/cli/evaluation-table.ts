/** What `evaluate` prints for a person about one world. */
import type { Evaluation, Verdict } from "../../evaluate/index.js";
import { makeVisible } from "../report/text.js";
import { countNoun, formatCount, formatShare } from "../report/wording.js";
import { renderScore } from "./score-summary.js";
import { padText } from "./terminal-text.js";

/** Renders one world, with a line feed at the end. */
export function renderEvaluation(evaluation: Evaluation): string {
  const blocks = [
    renderScore(evaluation.score, { width: 100, isColour: false }).trimEnd(),
    renderMethods(evaluation),
    renderTimes(evaluation),
    renderMilestones(evaluation),
    Object.entries(evaluation.unchecked)
      .map(([name, why]) => `not checked  ${name.replaceAll("_", " ")}: ${why}`)
      .join("\n"),
    `analysis: ${formatCount(evaluation.events)} requests in ${evaluation.analysis_seconds.toFixed(1)} s`,
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

/** Ours and published methods, with what the columns mean; empty where none was asked. */
export function renderMethods({ ours, baselines }: Evaluation): string {
  if (baselines.length === 0) return "";
  const line = (name: string, cells: readonly string[]): string =>
    padText(name, 34) + cells.map((cell) => padText(cell, 12, "right")).join("");
  const show = (verdict: Verdict): string[] => [
    verdict.f1.toFixed(3),
    showShare(verdict.recall),
    showShare(verdict.precision),
    formatCount(verdict.innocent),
  ];
  return [
    line("method", ["F1", "recall", "precision", "innocent"]),
    line("stillwatch", show(ours)),
    ...baselines.flatMap((baseline) => [
      line(`${baseline.title}, kindest`, show(baseline.kindest)),
      ...(baseline.calibrated === null ? [] : [line("  set on a benign world", show(baseline.calibrated))]),
      ...(baseline.published === null ? [] : [line("  as published", show(baseline.published))]),
    ]),
    "",
    ...LEGEND,
  ].join("\n");
}

/** What the columns count, and where the methods' thresholds come from. */
const LEGEND: readonly string[] = [
  "By account: recall, of the attackers' accounts those named; precision, of the accounts named those that are attackers'; F1, of both; innocent, accounts",
  "named that are not; – where nobody was named. Kindest: the threshold with the best F1 on this very world, which nobody has outside of an evaluation.",
  "Set on a benign world: as many of its accounts named as may be (--benign). As published: the number of the method's paper.",
];

function renderTimes({ time_to_find: times }: Evaluation): string {
  return (times ?? [])
    .map(({ campaign, exchanges, found_at_exchanges: count, found_at_share: share, missed_at_share: missed }) => {
      const name = makeVisible(campaign);
      if (count === null || share === null)
        return `${name}: not found when ${formatShare(missed)} of ${formatCount(exchanges)} exchanges were served`;
      return `${name}: found after ${formatCount(count)} of ${formatCount(exchanges)} exchanges, ${formatShare(share)} (not yet at ${formatShare(missed)})`;
    })
    .join("\n");
}

function renderMilestones({ milestones }: Evaluation): string {
  return (milestones ?? [])
    .map(({ kind, campaign, of, unit, found_at: found, told_at: told, missed_at: missed }) => {
      const what = `${makeVisible(campaign)}: ${kind === "successor" ? "that it succeeds" : "that it moved to"} ${makeVisible(of)}`;
      const after = (count: number): string => countNoun(count, unit === "hours" ? "hour" : "exchange");
      if (told === null) return `${what} is not told after ${after(missed)}${found === null ? "" : `; found after ${after(found)}`}`;
      return `${what} is told after ${after(told)}${missed === 0 ? "" : ` (not yet after ${formatCount(missed)})`}`;
    })
    .join("\n");
}

const showShare = (share: number | null): string => (share === null ? "–" : formatShare(share));
