/** The tables of the page: worlds, published methods, benign segments, time to find. */
import type { BaselineResult, TimeToFind } from "../evaluation.js";
import { findBestBaseline, poolSegments, type PageRow } from "./figures.js";
import { formatPercent, listWords, writeTable } from "./markdown.js";

/** One line a world. */
export function writeWorldTable(rows: readonly PageRow[]): string {
  const titles = ["world", ">seed", "found per campaign", ">recall", ">of those at work", ">precision", ">slices: recall", ">precision"];
  return writeTable(
    [
      ...titles,
      "innocent accounts in `campaign`",
      ">look-alikes touched",
      ">calibration error",
      ">our F1",
      "closest method, its F1",
      ">seconds",
    ],
    rows.map(({ row, evaluation }) => {
      const { score, ours } = evaluation;
      const best = findBestBaseline(evaluation);
      const touched = score.segments.filter((segment) => segment.in_campaign > 0);
      const crowds = score.segments.reduce((sum, segment) => sum + (segment.crowds_in_campaign ?? 0), 0);
      return [
        row.title,
        String(row.seed),
        listWords(score.campaigns.map((campaign) => `${campaign.campaign} ${campaign.found}/${campaign.accounts}`)),
        formatPercent(ours.recall),
        formatTookPart(evaluation),
        formatPercent(ours.precision),
        formatPercent(score.overall.slice_recall),
        formatPercent(score.overall.slice_precision),
        listWords(touched.map((segment) => `${segment.segment} ${segment.in_campaign}`)),
        String(crowds),
        score.calibration.expected_calibration_error.toFixed(3),
        ours.attack_accounts === 0 ? "–" : ours.f1.toFixed(3),
        best === null || ours.attack_accounts === 0 ? "–" : `${best.title} ${best.kindest.f1.toFixed(3)}`,
        evaluation.analysis_seconds.toFixed(0),
      ];
    }),
  );
}

/** Recall among accounts that sent at least one request of their campaign. */
function formatTookPart({ took_part: tookPart }: PageRow["evaluation"]): string {
  return tookPart === null || tookPart.accounts === 0 ? "–" : formatPercent(tookPart.found / tookPart.accounts);
}

/** Methods in the order of the first row that has them. */
export function listMethods(rows: readonly PageRow[]): { name: string; title: string }[] {
  const methods = new Map<string, string>();
  for (const { evaluation } of rows) for (const { name, title } of evaluation.baselines) methods.set(name, title);
  return [...methods].map(([name, title]) => ({ name, title }));
}

/** One line a world, one column a method: what it finds at the precision of the targets, and F1, with the threshold that is kindest to it. */
export function writeMethodTable(rows: readonly PageRow[]): string {
  const methods = listMethods(rows);
  const show = (result: BaselineResult | undefined): string =>
    result === undefined ? "–" : `${result.kindest.f1.toFixed(3)} · ${formatPercent(result.recall_at_precision)}`;
  return writeTable(
    ["world", ">seed", ">stillwatch: F1 · recall", ...methods.map(({ title }) => `>${title}`)],
    rows
      .filter(({ evaluation }) => evaluation.ours.attack_accounts > 0)
      .map(({ row, evaluation }) => [
        row.title,
        String(row.seed),
        `${evaluation.ours.f1.toFixed(3)} · ${formatPercent(evaluation.ours.recall)}`,
        ...methods.map(({ name }) => show(evaluation.baselines.find((baseline) => baseline.name === name))),
      ]),
  );
}

/** What methods reach with thresholds that a defender could have: added up over all worlds. */
export function writeHonestMethodTable(rows: readonly PageRow[]): string {
  const line = (title: string, kind: string, verdicts: readonly (BaselineResult["calibrated"] | undefined)[]): string[][] => {
    const known = verdicts.flatMap((verdict) => (verdict === null || verdict === undefined ? [] : [verdict]));
    if (known.length === 0) return [];
    const sum = (read: (verdict: (typeof known)[number]) => number): number => known.reduce((total, each) => total + read(each), 0);
    const found = sum((each) => each.found);
    const innocent = sum((each) => each.innocent);
    const attackers = sum((each) => each.attack_accounts);
    const benign = sum((each) => each.benign_accounts);
    const precision = found + innocent === 0 ? null : found / (found + innocent);
    return [[title, kind, String(known.length), formatPercent(found / attackers), formatPercent(precision), `${innocent} of ${benign}`]];
  };
  const attacked = rows.filter(({ evaluation }) => evaluation.ours.attack_accounts > 0);
  return writeTable(
    ["method", "threshold", ">worlds", ">recall", ">precision", ">benign accounts flagged"],
    [
      ...line(
        "stillwatch",
        "as it is",
        attacked.map(({ evaluation }) => evaluation.ours),
      ),
      ...listMethods(attacked).flatMap(({ name, title }) => {
        const results = attacked.map(({ evaluation }) => evaluation.baselines.find((baseline) => baseline.name === name));
        return [
          ...line(
            title,
            "set on a benign world",
            results.map((result) => result?.calibrated),
          ),
          ...line(
            title,
            "as published",
            results.map((result) => result?.published),
          ),
          ...line(
            title,
            "kindest (knows the truth)",
            results.map((result) => result?.kindest),
          ),
        ];
      }),
    ],
  );
}

/** One line a benign segment, over all worlds. */
export function writeSegmentTable(rows: readonly PageRow[]): string {
  return writeTable(
    [
      "segment",
      ">accounts",
      ">in `campaign`",
      ">95 % interval (Wilson)",
      ">organizations or groups",
      ">with an account in `campaign`",
      ">95 % interval (Clopper–Pearson)",
    ],
    poolSegments(rows).map((segment) => [
      segment.segment,
      String(segment.accounts),
      String(segment.accountsInCampaign),
      `${formatPercent(segment.accountWilson.low)} to ${formatPercent(segment.accountWilson.high)}`,
      segment.crowds === 0 ? "–" : String(segment.crowds),
      segment.crowds === 0 ? "–" : String(segment.crowdsInCampaign),
      segment.crowds === 0 ? "–" : `${formatPercent(segment.crowdInterval.low)} to ${formatPercent(segment.crowdInterval.high)}`,
    ]),
  );
}

/** One line a campaign whose beginning was cut. */
export function writeTimeTable(rows: readonly PageRow[]): string {
  const describe = (time: TimeToFind): string =>
    time.found_at_share === null ? `not by ${formatPercent(time.missed_at_share)}` : formatPercent(time.found_at_share);
  return writeTable(
    ["world", ">seed", "campaign", ">exchanges", ">found when served", ">exchanges then", ">not yet at"],
    rows.flatMap(({ row, evaluation }) =>
      (evaluation.time_to_find ?? []).map((time) => [
        row.title,
        String(row.seed),
        time.campaign,
        String(time.exchanges),
        describe(time),
        time.found_at_exchanges === null ? "–" : String(time.found_at_exchanges),
        formatPercent(time.missed_at_share),
      ]),
    ),
  );
}
