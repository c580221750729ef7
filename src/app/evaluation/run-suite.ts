/**
 * Runs a suite: every row is a world that is made, measured and removed again, each step in a process of its own, so that memory ends with it.
 * What is finished is kept, and a second run goes on after it.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { BENIGN_ROW, MILESTONE_CUTS, type Evaluation, type Studies, type SuiteRow } from "../../evaluate/index.js";
import type { Progress } from "../cli/progress.js";
import { runStillwatch } from "./find-times.js";

/** What every row shares. */
export interface SuiteWish {
  rows: readonly SuiteRow[];
  prompts?: string | undefined;
  traces?: string | undefined;
  half: string;
  /** Accounts of a world; the simulation's own default when absent. For trying the suite out. */
  accounts?: string | undefined;
  workFolder: string;
  /** Rows measured side by side. */
  jobs: number;
}

/** A row and what was measured. */
export interface MeasuredRow {
  row: SuiteRow;
  evaluation: Evaluation;
}

/** Answers the rows in the order of the suite. Throws the signal's reason when stopped; finished rows stay in the work folder. */
export async function runSuite(wish: SuiteWish, { progress, signal }: { progress: Progress; signal: AbortSignal }): Promise<MeasuredRow[]> {
  const rowFolder = join(wish.workFolder, "rows");
  await mkdir(rowFolder, { recursive: true });
  const build = await hashBuild();
  const fileOf = (row: SuiteRow): string => join(rowFolder, `${row.id}-${hashRow(wish, row, build)}.json`);
  const open = wish.rows.filter((row) => !existsSync(fileOf(row)));
  const kept = wish.rows.length - open.length;
  progress.start(kept === 0 ? "worlds" : `worlds (${kept} kept from before)`, "measured");
  let done = 0;
  const measure = async (row: SuiteRow): Promise<void> => {
    signal.throwIfAborted();
    progress.update({ done: weigh(open.slice(0, done)), total: weigh(open), count: done, note: row.id });
    await measureRow({ wish, row, file: fileOf(row), build, signal });
    done++;
  };
  try {
    // The benign world comes first: the others take thresholds from it.
    const benign = open.find((row) => row.id === BENIGN_ROW);
    if (benign !== undefined) await measure(benign);
    else if (open.length > 0) await prepareCalibration({ wish, build, signal });
    const queue = open.filter((row) => row !== benign);
    const failures: unknown[] = [];
    await Promise.all(
      Array.from({ length: Math.max(1, wish.jobs) }, async () => {
        // A world that fails is no reason to lose the others: they are kept, and the next run has fewer to do.
        for (let row = queue.shift(); row !== undefined; row = queue.shift()) await measure(row).catch((error) => failures.push(error));
      }),
    );
    signal.throwIfAborted();
    if (failures.length > 0) throw failures[0];
  } finally {
    await rm(join(wish.workFolder, "worlds"), { recursive: true, force: true });
    progress.finish(`${done} of ${open.length}${kept === 0 ? "" : `, ${kept} kept from before`}`);
  }
  return Promise.all(wish.rows.map(async (row) => ({ row, evaluation: JSON.parse(await readFile(fileOf(row), "utf8")) as Evaluation })));
}

/** For the time left: a row costs its world and, about half as much each, its cuts. */
function weigh(rows: readonly SuiteRow[]): number {
  return rows.reduce((sum, row) => sum + 1 + 0.5 * (row.cuts.length + (row.hasMilestones ? MILESTONE_CUTS : 0)), 0);
}

interface RowTask {
  wish: SuiteWish;
  row: SuiteRow;
  file: string;
  build: string;
  signal: AbortSignal;
}

async function measureRow({ wish, row, file, build, signal }: RowTask): Promise<void> {
  const world = join(wish.workFolder, "worlds", row.id);
  const calibration = calibrationFile(wish, build);
  try {
    await simulate(wish, { row, world, signal });
    const answer = await runStillwatch(
      [
        "evaluate",
        "--world",
        world,
        "--calibration",
        calibration,
        "--methods",
        row.methods,
        "-o",
        "json",
        ...(row.id === BENIGN_ROW ? ["--benign", world] : []),
        ...(row.isMetadataOnly ? ["--metadata-only"] : []),
        ...(row.cuts.length > 0 ? ["--cuts", row.cuts.join(",")] : []),
        ...(row.hasMilestones ? ["--milestones"] : []),
      ],
      signal,
    );
    // Renamed when complete, so that a row that was interrupted is measured again.
    await writeFile(`${file}.part`, answer);
    await rename(`${file}.part`, file);
  } finally {
    await rm(world, { recursive: true, force: true });
  }
}

async function simulate(wish: SuiteWish, { row, world, signal }: { row: SuiteRow; world: string; signal: AbortSignal }): Promise<void> {
  await mkdir(world, { recursive: true });
  const material = [
    ...(wish.prompts === undefined ? [] : ["--prompts", wish.prompts]),
    ...(wish.traces === undefined ? [] : ["--traces", wish.traces]),
  ];
  const size = wish.accounts === undefined ? [] : ["--accounts", wish.accounts];
  const options = ["--seed", String(row.seed), "--half", wish.half, ...material, ...size, ...row.options];
  await runStillwatch(["simulate", "--out", world, ...options, ...(row.isMetadataOnly ? ["--metadata-only"] : [])], signal);
}

/** What is measured besides worlds, in a process of its own, kept like a row. */
export async function runStudies(
  wish: SuiteWish,
  { seed, isQuick }: { seed: number; isQuick: boolean },
  signal: AbortSignal,
): Promise<Studies> {
  const key = JSON.stringify([wish.prompts ?? "", seed, isQuick, await hashBuild()]);
  const file = join(wish.workFolder, "rows", `studies-${createHash("sha256").update(key).digest("hex").slice(0, 12)}.json`);
  if (!existsSync(file)) {
    const data = wish.prompts === undefined ? [] : ["--prompts", wish.prompts];
    const answer = await runStillwatch(["evaluate", "--studies", isQuick ? "quick" : "full", "--seeds", String(seed), ...data], signal);
    await writeFile(`${file}.part`, answer);
    await rename(`${file}.part`, file);
  }
  return JSON.parse(await readFile(file, "utf8")) as Studies;
}

/** The benign row was kept, but what its world taught was not. */
async function prepareCalibration({ wish, build, signal }: Omit<RowTask, "row" | "file">): Promise<void> {
  const row = wish.rows.find((candidate) => candidate.id === BENIGN_ROW);
  if (row === undefined || existsSync(calibrationFile(wish, build))) return;
  const file = join(wish.workFolder, "calibration-row.json");
  await measureRow({ wish, row, file, build, signal });
  await rm(file, { force: true });
}

function calibrationFile(wish: SuiteWish, build: string): string {
  const row = wish.rows.find((candidate) => candidate.id === BENIGN_ROW);
  return resolve(wish.workFolder, `calibration-${row === undefined ? "none" : hashRow(wish, row, build)}.json`);
}

/** Everything that a row's figures depend on. */
function hashRow(wish: SuiteWish, row: SuiteRow, build: string): string {
  const { prompts, traces, half, accounts } = wish;
  return createHash("sha256")
    .update(JSON.stringify([row, prompts ?? "", traces ?? "", half, accounts ?? "", build]))
    .digest("hex")
    .slice(0, 12);
}

/** A program that was built anew measures anew; the pages made from the figures do not matter. */
async function hashBuild(): Promise<string> {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const names = await readdir(root, { recursive: true });
  const hash = createHash("sha256");
  for (const name of names.sort()) {
    const isCode = name.endsWith(".js") && !name.endsWith(".test.js") && !/(^|[/\\])(page|report|cli)[/\\]/.test(name);
    if (isCode) hash.update(`${name}\n`).update(await readFile(join(root, name)));
  }
  return hash.digest("hex");
}
