/** What `evaluate --suite` does besides running: chooses the rows, writes the page, says what is kept when it is stopped. */
import { availableParallelism } from "node:os";
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import {
  BENIGN_ROW,
  baselines,
  listSuiteRows,
  SEEDS_DEFAULT,
  writeResultsPage,
  type PageFacts,
  type Studies,
  type SuiteRow,
  type SuiteSize,
} from "../../evaluate/index.js";
import { StillwatchError } from "../../vocabulary/errors.js";
import type { Progress } from "../cli/progress.js";
import { runStudies, runSuite, type MeasuredRow } from "./run-suite.js";

/** Options of the suite as they come from the command line. */
export interface SuiteFlags {
  size: SuiteSize;
  seeds?: readonly number[] | undefined;
  prompts?: string | undefined;
  traces?: string | undefined;
  half: string;
  accounts?: string | undefined;
  only?: readonly string[] | undefined;
  work: string;
  jobs?: number | undefined;
  write?: string | undefined;
}

/** Two rows at a time: each keeps about one core busy, and needs up to a gigabyte. */
const JOBS_MAX = 2;

/** Runs the suite and writes the page where it was asked for. */
export async function evaluateSuite(flags: SuiteFlags, watch: { progress: Progress; signal: AbortSignal }): Promise<MeasuredRow[]> {
  const rows = chooseRows(listSuiteRows(flags.size, flags.seeds ?? SEEDS_DEFAULT), flags.only);
  const wish = {
    rows,
    prompts: flags.prompts === undefined ? undefined : resolve(flags.prompts),
    traces: flags.traces === undefined ? undefined : resolve(flags.traces),
    half: flags.half,
    accounts: flags.accounts,
    workFolder: resolve(flags.work),
    jobs: flags.jobs ?? Math.min(JOBS_MAX, availableParallelism()),
  };
  let measured: MeasuredRow[];
  let studies: Studies | null = null;
  try {
    measured = await runSuite(wish, watch);
    // Studies are for the page alone, and for the whole suite.
    if (flags.write !== undefined && flags.only === undefined) {
      watch.progress.start("windows, lockstep, coordination");
      const seed = (flags.seeds ?? SEEDS_DEFAULT)[0];
      studies = await runStudies(wish, { seed, isQuick: flags.size === "quick" }, watch.signal);
      watch.progress.finish();
    }
  } catch (error) {
    if (error instanceof StillwatchError && error.exitStatus === 3) throw interruptedSuite(flags.work);
    throw error;
  }
  if (flags.write !== undefined) await writeFile(flags.write, writeResultsPage(measured, { ...describeFacts(flags), studies }));
  return measured;
}

/** Rows whose id is, or begins with, one of the names; the benign world always, because thresholds come from it. */
function chooseRows(rows: readonly SuiteRow[], only: readonly string[] | undefined): SuiteRow[] {
  if (only === undefined) return [...rows];
  const unknown = only.filter((name) => !rows.some((row) => row.id.startsWith(name)));
  if (unknown.length > 0) {
    throw new StillwatchError({
      code: "SW1611",
      what: `no world of the suite is called ${unknown.join(", ")}`,
      why: "a misspelt name must not look like a world that was measured.",
      fix: `choose among ${rows.map((row) => row.id).join(", ")}.`,
    });
  }
  return rows.filter((row) => row.id === BENIGN_ROW || only.some((name) => row.id.startsWith(name)));
}

function describeFacts(flags: SuiteFlags): Omit<PageFacts, "studies"> {
  const { size, seeds, prompts, traces, half, accounts, only } = flags;
  const command = [
    `stillwatch evaluate --suite ${size}`,
    ...(seeds === undefined ? [] : [`--seeds ${seeds.join(",")}`]),
    ...(prompts === undefined ? [] : ["--prompts <folder>"]),
    ...(traces === undefined ? [] : ["--traces <folder>"]),
    `--half ${half}`,
    ...(accounts === undefined ? [] : [`--accounts-per-world ${accounts}`]),
    ...(only === undefined ? [] : [`--only ${only.join(",")}`]),
    "--write docs/results.md",
  ].join(" ");
  const parts = [...(prompts === undefined ? [] : ["prompts"]), ...(traces === undefined ? [] : ["traces"])];
  const material = parts.length === 0 ? "the bundled prompts and traces" : `real ${parts.join(" and ")}, ${nameHalf(half)}`;
  return { command, material, methods: baselines.map(({ title, source, rule }) => ({ title, source, rule })) };
}

const nameHalf = (half: string): string => (half === "all" ? "all of them" : `their ${half} half`);

function interruptedSuite(work: string): StillwatchError {
  return new StillwatchError(
    {
      code: "SW1009",
      what: "interrupted",
      why: "the suite was stopped before its last world was measured.",
      fix: `run the same command again: worlds that were measured are kept in ${work} and not measured again.`,
    },
    3,
  );
}
