/** Analyses growing beginnings of a log, each in a process of its own, until every campaign was found or the cuts end. */
import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  chooseCuts,
  describeMilestones,
  describeTimeToFind,
  listFoundCampaigns,
  openReportFolder,
  readLogEvents,
  readMilestones,
  seeMilestones,
  type ExchangeTimes,
  type LogEvent,
  type MilestoneSight,
  type MilestoneTold,
  type TimeToFind,
  type TruthOfAccount,
} from "../../evaluate/index.js";
import { sourceFormats } from "../../integrations/index.js";
import type { Report } from "../../vocabulary/report.js";
import type { AnalyzeWatch } from "../analysis.js";
import type { EvaluationWish } from "./evaluate-world.js";
import type { WorldFiles } from "./world-folder.js";

/** What the pass over the log learned, and where to work. */
export interface CutContext {
  folder: string;
  times: ExchangeTimes;
  /** The account of each exchange. */
  senders: ReadonlyMap<string, readonly string[]>;
  truth: readonly TruthOfAccount[];
}

/** Finds the times. */
export async function findTimes(
  wish: EvaluationWish,
  watch: AnalyzeWatch,
  { folder, times, senders, truth }: CutContext,
): Promise<TimeToFind[]> {
  const cuts = chooseCuts(times, wish.shares);
  const foundAt: string[][] = [];
  const missing = new Set(times.keys());
  const look = async (report: string): Promise<boolean> => {
    const found = await listFoundCampaigns(openReportFolder(report).accounts, truth);
    foundAt.push(found);
    for (const campaign of found) missing.delete(campaign);
    return missing.size === 0;
  };
  await visitCuts({ wish, folder, cuts, title: "time to find" }, { watch, look });
  return describeTimeToFind(times, { cuts, foundAt, senders });
}

/** Finds when events of a world were told: a pool that takes over from a banned one, a move to a new release. */
export async function findMilestones(
  wish: EvaluationWish,
  watch: AnalyzeWatch,
  { folder, times, truth }: CutContext,
): Promise<MilestoneTold[]> {
  const milestones = readMilestones(wish.groups, times);
  const cuts = [...new Set(milestones.flatMap((milestone) => milestone.cuts.map(({ atMs }) => atMs)))].sort((a, b) => a - b);
  const sights: MilestoneSight[][] = [];
  const look = async (report: string): Promise<boolean> => {
    const { campaigns } = JSON.parse(await readFile(join(report, "report.json"), "utf8")) as Pick<Report, "campaigns">;
    sights.push(await seeMilestones(milestones, { campaigns, accounts: openReportFolder(report).accounts, truth }));
    return milestones.every((_, position) => sights.some((sight) => sight[position].isTold));
  };
  await visitCuts({ wish, folder, cuts, title: "successors and release shifts" }, { watch, look });
  return describeMilestones(milestones, { cuts, sights });
}

interface CutPlan {
  wish: EvaluationWish;
  folder: string;
  /** Moments, ascending. */
  cuts: readonly number[];
  /** For the progress. */
  title: string;
}

interface CutVisit {
  watch: AnalyzeWatch;
  /** Looks at the report on the log up to a cut; true when nothing is missing any more. */
  look: (report: string) => Promise<boolean>;
}

/** Analyses the log up to each cut. The store is kept from cut to cut, so that every event is read once. */
async function visitCuts({ wish, folder, cuts, title }: CutPlan, { watch, look }: CutVisit): Promise<void> {
  await mkdir(folder, { recursive: true });
  const report = join(folder, "report");
  const events = readLogEvents(wish.world.requests, sourceFormats);
  const cutter = startCutting(events);
  watch.progress.start(title, "cuts");
  try {
    for (const [index, cut] of cuts.entries()) {
      watch.signal?.throwIfAborted();
      watch.progress.update({ done: index, total: cuts.length, count: index });
      const part = join(folder, `requests-${index}.ndjson`);
      const count = await cutter.write(part, cut);
      // The store needs no reading again where two campaigns were cut at one moment.
      if (count > 0 || index === 0) await analyzeCut({ wish, folder, part, cut, report, signal: watch.signal });
      await rm(part, { force: true });
      if (await look(report)) break;
    }
  } finally {
    await events.return(undefined);
  }
  watch.progress.finish();
}

/** Writes the log piece by piece. */
function startCutting(events: AsyncGenerator<LogEvent>): { write(file: string, untilMs: number): Promise<number> } {
  let held: LogEvent | null = null;
  return {
    async write(file, untilMs) {
      const stream = createWriteStream(file);
      let count = 0;
      for (;;) {
        held ??= (await events.next()).value ?? null;
        if (held === null || held.event.atMs > untilMs) break;
        if (held.record !== null && !stream.write(`${JSON.stringify(held.record)}\n`)) await once(stream, "drain");
        held = null;
        count++;
      }
      stream.end();
      await once(stream, "finish");
      return count;
    },
  };
}

interface Cut {
  wish: EvaluationWish;
  folder: string;
  part: string;
  cut: number;
  report: string;
  signal: AbortSignal | undefined;
}

const MAIN = fileURLToPath(new URL("../cli/main.js", import.meta.url));

async function analyzeCut({ wish, folder, part, cut, report, signal }: Cut): Promise<void> {
  const sideOptions = await cutSideFiles(wish.world, { folder, cut });
  const options = ["--data-dir", join(folder, "store"), "--out", report, "--no-exemplars", "-o", "json", ...sideOptions];
  await runStillwatch(["analyze", part, ...options, ...(wish.isMetadataOnly ? ["--metadata-only"] : [])], signal);
}

/** Which field tells when a line of a side file came to be known; lines of the others are known from the start. */
const KNOWN_SINCE = { accounts: "created_at", releases: "released_at", enforcement: "at" } as const;

/** Nobody knows on the third day who registers on the fifth. */
async function cutSideFiles(world: WorldFiles, { folder, cut }: { folder: string; cut: number }): Promise<string[]> {
  const options: string[] = [];
  for (const [kind, field] of Object.entries(KNOWN_SINCE)) {
    const file = world.sideFiles[kind as keyof typeof KNOWN_SINCE];
    // Packed side files are rare and small; they are left out and not unpacked.
    if (file === undefined || !file.endsWith(".ndjson")) continue;
    const lines = (await readFile(file, "utf8")).split("\n").filter((line) => line !== "" && readTimeMs(line, field) <= cut);
    if (lines.length === 0) continue;
    const part = join(folder, `${kind}.ndjson`);
    await writeFile(part, lines.map((line) => `${line}\n`).join(""));
    options.push(`--${kind}`, part);
  }
  if (world.sideFiles.allowlist !== undefined) options.push("--allowlist", world.sideFiles.allowlist);
  return options;
}

function readTimeMs(line: string, field: string): number {
  const record = JSON.parse(line) as Record<string, unknown>;
  const value = record[field];
  return typeof value === "number" ? value : Date.parse(String(value));
}

/** Runs this program in a process of its own; what it says on standard error is told when it fails. */
export async function runStillwatch(args: readonly string[], signal: AbortSignal | undefined): Promise<string> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, NO_COLOR: "1" } });
  const stop = (): void => void child.kill("SIGTERM");
  signal?.addEventListener("abort", stop, { once: true });
  const output: Buffer[] = [];
  const complaint: Buffer[] = [];
  child.stdout.on("data", (piece: Buffer) => output.push(piece));
  child.stderr.on("data", (piece: Buffer) => complaint.push(piece));
  const [status] = (await once(child, "close")) as [number | null];
  signal?.removeEventListener("abort", stop);
  signal?.throwIfAborted();
  if (status !== 0) {
    throw new Error(`stillwatch ${args[0]} ended with status ${status}: ${Buffer.concat(complaint).toString("utf8").slice(-2000)}`);
  }
  return Buffer.concat(output).toString("utf8");
}
