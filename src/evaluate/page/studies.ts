/** Tables of what is measured besides worlds: windows of queries, lockstep under camouflage, and behaviour that no simulator made. */
import type { CoordinationResult, SweepRow } from "../coordination/index.js";
import type { WindowRow } from "../windows/index.js";
import { formatPercent, writeTable } from "./markdown.js";
import type { TargetResult } from "./targets.js";

/** What was measured; a study that could not be made is empty. */
export interface Studies {
  sweep: readonly SweepRow[];
  coordination: readonly CoordinationResult[];
  windows: readonly WindowRow[];
}

/** Published figures of MMD (arXiv 2606.05725), and the targets, by size of the window. False alarms: at most half a percent. */
const WINDOW_TARGETS: readonly { size: number; target: number; published: number }[] = [
  { size: 1500, target: 0.75, published: 0.59 },
  { size: 100, target: 0.3, published: 0.046 },
];
const FALSE_ALARM_TARGET = 0.005;

/** Holds the studies against their targets. */
export function judgeStudies({ sweep, windows }: Studies): TargetResult[] {
  return [...WINDOW_TARGETS.map((target) => judgeWindows(windows, target)), judgeSweep(sweep)];
}

function judgeWindows(windows: readonly WindowRow[], { size, target, published }: (typeof WINDOW_TARGETS)[number]): TargetResult {
  const own = windows.filter((row) => row.size === size && row.method === "ours");
  const what = `windows of ${size} queries, every crowd and harvest`;
  const wanted = `${formatPercent(target)} found at ≤ ${formatPercent(FALSE_ALARM_TARGET)} false alarms (MMD published: ${formatPercent(published)})`;
  if (own.length === 0) return { what, target: wanted, outcome: "not measured", figure: "no prompts were given", why: null };
  const isMet = (row: WindowRow): boolean => row.truePositiveRate >= target && row.falsePositiveRate <= FALSE_ALARM_TARGET;
  const missed = own.filter((row) => !isMet(row));
  const figures = own.map(
    (row) => `${row.crowd}, ${row.harvest}: ${formatPercent(row.truePositiveRate)} at ${formatPercent(row.falsePositiveRate)} false alarms`,
  );
  return { what, target: wanted, outcome: missed.length === 0 ? "reached" : "missed", figure: figures.join("; "), why: null };
}

function judgeSweep(sweep: readonly SweepRow[]): TargetResult {
  const what = "lockstep under camouflage of 0 to 90 %";
  const target = "ahead of SynchroTrap and FRAUDAR at every share";
  const own = sweep.filter((row) => row.method === "stillwatch");
  if (own.length === 0) return { what, target, outcome: "not measured", figure: "the sweep was not made", why: null };
  const behind = own.filter((row) =>
    sweep.some((other) => other.camouflage === row.camouflage && other.method !== "stillwatch" && other.bestF1 >= row.bestF1),
  );
  const figure = `ahead by F1 at ${own.length - behind.length} of ${own.length} shares`;
  const where = behind.length === 0 ? "" : `; not at ${behind.map((row) => formatPercent(row.camouflage)).join(", ")}`;
  return { what, target, outcome: behind.length === 0 ? "reached" : "missed", figure: `${figure}${where}`, why: null };
}

/** Where a published method agrees better with behaviour that the grouping did not see; one sentence a set of data. */
export function listStudyLosses({ coordination }: Studies): string[] {
  return coordination.flatMap(({ set, methods }) => {
    const f1Of = ({ figures }: (typeof methods)[number]): number => figures.find(({ what }) => what.startsWith("F1 "))?.value ?? Number.NaN;
    const own = methods.find(({ method }) => method === "stillwatch");
    if (own === undefined) return [];
    const ahead = methods.filter((method) => f1Of(method) > f1Of(own)).map((method) => `${method.method} ${f1Of(method).toFixed(3)}`);
    return ahead.length === 0
      ? []
      : [`${set}, behaviour that no simulator made: F1 of pairs ${f1Of(own).toFixed(3)} against ${ahead.join(", ")}`];
  });
}

/** The sections; none for studies that were not made. */
export function writeStudies({ sweep, coordination, windows }: Studies): string[] {
  return [
    windows.length === 0 ? "" : `## Windows of queries\n\n${WINDOW_NOTES}\n\n${writeWindowTable(windows)}`,
    sweep.length === 0 ? "" : `## Lockstep under camouflage\n\n${SWEEP_NOTES}\n\n${writeSweepTable(sweep)}`,
    coordination.length === 0 ? "" : `## Behaviour that no simulator made\n\n${coordination.map(writeSet).join("\n\n")}`,
  ].filter((section) => section !== "");
}

const WINDOW_NOTES =
  "The protocol of arXiv 2606.05725: windows of which a small share is harvested, among real prompts. `ours` is told no accounts, as MMD is not;\n`ours-with-accounts` knows which requests are one account's. Learned on one half of the prompts, judged on the other, where\nevery limit, MMD's too, is set on benign windows of other people than those judged. **This detector is measured here only: it is no part of `stillwatch analyze`,\nand none of the figures about worlds rests on it** (docs/decisions/0010-query-windows.md).\n`mmd` finds less here than its paper reports: it stands on hashed words and not on a neural encoder as there, because the package cannot ship one.";
const SWEEP_NOTES =
  "Our link and cluster stages alone, without text, beside the two methods, as more of what a pool does is somebody else's. Area under the curve, and F1\nwith the best threshold, for each.";

function writeWindowTable(windows: readonly WindowRow[]): string {
  return writeTable(
    [">queries", ">harvested", "crowd", "harvest", "method", ">found", ">95 % interval", ">false alarms", ">95 % interval"],
    windows.map((row) => [
      String(row.size),
      formatPercent(row.mix),
      row.crowd,
      row.harvest,
      row.method,
      formatPercent(row.truePositiveRate),
      `${formatPercent(row.truePositiveInterval.low)} to ${formatPercent(row.truePositiveInterval.high)}`,
      formatPercent(row.falsePositiveRate),
      `${formatPercent(row.falsePositiveInterval.low)} to ${formatPercent(row.falsePositiveInterval.high)}`,
    ]),
  );
}

function writeSweepTable(sweep: readonly SweepRow[]): string {
  const methods = [...new Set(sweep.map((row) => row.method))];
  const shares = [...new Set(sweep.map((row) => row.camouflage))].sort((a, b) => a - b);
  const show = (row: SweepRow | undefined): string =>
    row === undefined ? "–" : `${row.area === null ? "–" : row.area.area.toFixed(3)} · ${row.bestF1.toFixed(3)}`;
  return writeTable(
    [">camouflage", ...methods.map((method) => `>${method}: area · F1`)],
    shares.map((share) => [
      formatPercent(share),
      ...methods.map((method) => show(sweep.find((row) => row.camouflage === share && row.method === method))),
    ]),
  );
}

function writeSet(result: CoordinationResult): string {
  const rows = result.methods.flatMap(({ method, figures }) =>
    figures.map(({ what, value, low, high }) => [
      method,
      what,
      String(Number(value.toPrecision(3))),
      low === undefined || high === undefined ? "–" : `${Number(low.toPrecision(3))} to ${Number(high.toPrecision(3))}`,
    ]),
  );
  const limits = result.cannotShow.map((sentence) => `- Cannot show: ${sentence}`).join("\n");
  const table = rows.length === 0 ? "" : `\n\n${writeTable(["method", "figure", ">value", ">95 % interval"], rows)}`;
  return `**${result.set}** (${result.source}; ${result.licence}; ${result.rows} rows, ${result.accounts} accounts)${table}\n\n${limits}`;
}
