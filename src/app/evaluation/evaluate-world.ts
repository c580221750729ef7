/** Measures one world: analyses it, compares it with the truth, lets published methods try the same, and looks for the first sight of campaigns. */
import { existsSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readSideFiles } from "../../engine/acquire/index.js";
import {
  baselines,
  calibrateBaselines,
  judgeBaselines,
  judgeOurselves,
  observeLog,
  openReportFolder,
  readKnownTruth,
  readLogEvents,
  readTruth,
  scoreReport,
  traceOutcome,
  type Baseline,
  type BaselineCalibration,
  type Evaluation,
  type WorldGroup,
} from "../../evaluate/index.js";
import { sourceFormats } from "../../integrations/index.js";
import { StillwatchError } from "../../vocabulary/errors.js";
import type { Account } from "../../vocabulary/account.js";
import { analyzeToReport, type AnalyzeWatch } from "../analysis.js";
import { createTemporaryFolder } from "../temporary-folder.js";
import { findMilestones, findTimes } from "./find-times.js";
import { openWorldFolder, type WorldFiles } from "./world-folder.js";

/** What to measure. */
export interface EvaluationWish {
  world: WorldFiles;
  isMetadataOnly: boolean;
  /** Which published methods: those that need text take most of the time. */
  methods: MethodChoice;
  /** A world without attackers, for the thresholds of published methods. */
  benignFolder?: string | undefined;
  /** Where what the benign world taught is kept; read instead of the folder when it exists. */
  calibrationFile?: string | undefined;
  /** Shares of a campaign's exchanges at which to look whether it would have been found; none: do not look. */
  shares: readonly number[];
  /** What `world.json` says of how campaigns were made, for events to look for; none: do not look. */
  groups: readonly WorldGroup[];
}

/** Published methods to ask. */
export type MethodChoice = "all" | "metadata" | "none";

/** Same draws for every world: methods that draw must not be lucky in one of them. */
const BASELINE_SEED = 1;

/** Measures. Throws what the analysis and the readers throw, and the signal's reason. */
export async function evaluateWorld(wish: EvaluationWish, watch: AnalyzeWatch): Promise<Evaluation> {
  const folder = await createTemporaryFolder();
  try {
    const reportFolder = join(folder.path, "report");
    const startMs = performance.now();
    const { report } = await analyzeToReport(
      {
        inputs: wish.world.requests,
        sideFiles: wish.world.sideFiles,
        format: "auto",
        isMetadataOnly: wish.isMetadataOnly,
        reportFolder,
        withRequests: true,
        withExemplars: false,
      },
      watch,
    );
    const analysisSeconds = (performance.now() - startMs) / 1000;
    const score = await scoreReport({
      ...openReportFolder(reportFolder),
      truth: readTruth(wish.world.truth),
      truthFile: wish.world.truth,
      earlier: [],
    });
    // The page has its own way of finding the time to find.
    delete score.unchecked["time_to_find"];
    return {
      schema: "stillwatch.evaluation/1",
      events: report.counts.events,
      analysis_seconds: analysisSeconds,
      score,
      ours: judgeOurselves(score),
      ...(await lookCloser(wish, watch, { reportFolder, cutFolder: join(folder.path, "cuts") })),
    };
  } finally {
    await folder.remove();
  }
}

type CloserLook = Pick<Evaluation, "took_part" | "missed" | "time_to_find" | "milestones" | "baselines" | "unchecked">;

const NOT_LOOKED = { took_part: null, missed: null, time_to_find: null, milestones: null, baselines: [] };

/** What needs single events in the order of time; a log that has none is measured without. */
async function lookCloser(
  wish: EvaluationWish,
  watch: AnalyzeWatch,
  { reportFolder, cutFolder }: { reportFolder: string; cutFolder: string },
): Promise<CloserLook> {
  const isAsked = wish.methods !== "none" || wish.shares.length > 0 || wish.groups.length > 0;
  if (!isAsked) return { ...NOT_LOOKED, unchecked: {} };
  try {
    const asked = chooseMethods(wish);
    const calibration = asked.length === 0 ? null : await calibrate(wish, asked);
    const truth = await readKnownTruth(readTruth(wish.world.truth));
    watch.signal?.throwIfAborted();
    watch.progress.start("published methods");
    const { readings, times, senders, traces } = await observeLog(readLogEvents(wish.world.requests, sourceFormats), {
      truth,
      pass: {
        baselines: asked,
        reference: calibration?.reference ?? [],
        sideFacts: await readAccountFacts(wish.world),
        seed: BASELINE_SEED,
        nowMs: () => performance.now(),
      },
    });
    watch.progress.finish();
    const results = judgeBaselines(readings, { truth: truth.accounts, thresholds: calibration?.thresholds ?? null });
    const isTimed = wish.shares.length > 0 && times.size > 0;
    const timeToFind = isTimed ? await findTimes(wish, watch, { folder: cutFolder, times, senders, truth: truth.accounts }) : null;
    const context = { folder: `${cutFolder}-of-milestones`, times, senders, truth: truth.accounts };
    const milestones = wish.groups.length > 0 ? await findMilestones(wish, watch, context) : null;
    const { tookPart, missed } = await traceOutcome(openReportFolder(reportFolder).accounts, traces);
    return { took_part: tookPart, missed, time_to_find: timeToFind, milestones, baselines: results, unchecked: {} };
  } catch (error) {
    if (!(error instanceof StillwatchError) || !UNORDERED_CODES.includes(error.problem.code)) throw error;
    return {
      ...NOT_LOOKED,
      unchecked: { single_events: `${error.problem.what} (${error.problem.code})` },
    };
  }
}

function chooseMethods({ methods, isMetadataOnly }: EvaluationWish): Baseline[] {
  if (methods === "none") return [];
  return baselines.filter((baseline) => baseline.needs === "metadata" || (methods === "all" && !isMetadataOnly));
}

/** A log that cannot be read in the order of time, line by line. */
const UNORDERED_CODES: readonly string[] = ["SW1607", "SW1608"];

async function readAccountFacts(world: WorldFiles): Promise<Map<string, Account>> {
  const { accounts } = await readSideFiles({ accounts: world.sideFiles.accounts });
  return new Map(accounts.map((account) => [account.accountId, account]));
}

async function calibrate(wish: EvaluationWish, asked: readonly Baseline[]): Promise<BaselineCalibration | null> {
  const { benignFolder, calibrationFile } = wish;
  if (calibrationFile !== undefined && existsSync(calibrationFile)) {
    return JSON.parse(await readFile(calibrationFile, "utf8")) as BaselineCalibration;
  }
  if (benignFolder === undefined) return null;
  const world = openWorldFolder(benignFolder);
  const calibration = await calibrateBaselines(() => readLogEvents(world.requests, sourceFormats), {
    baselines: asked,
    sideFacts: await readAccountFacts(world),
    seed: BASELINE_SEED,
    nowMs: () => performance.now(),
  });
  if (calibrationFile !== undefined) {
    // Renamed when complete: another process may be reading.
    await writeFile(`${calibrationFile}.${process.pid}`, JSON.stringify(calibration, keepInfinity));
    await rename(`${calibrationFile}.${process.pid}`, calibrationFile);
  }
  return calibration;
}

/** JSON has no infinity, and a threshold may be one: "nothing is flagged". */
function keepInfinity(_: string, value: unknown): unknown {
  if (value === Infinity) return Number.MAX_VALUE;
  return value === -Infinity ? -Number.MAX_VALUE : value;
}
