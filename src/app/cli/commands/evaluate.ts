/** `stillwatch evaluate`: one table, on one world or on a suite of them, with published methods beside. */
import { resolve } from "node:path";
import { InvalidArgumentError, Option, type Command } from "commander";
import { SEEDS_DEFAULT } from "../../../evaluate/index.js";
import { StillwatchError } from "../../../vocabulary/errors.js";
import { evaluateWorld, type MethodChoice } from "../../evaluation/evaluate-world.js";
import { measureStudies } from "../../evaluation/studies.js";
import { evaluateSuite } from "../../evaluation/suite-command.js";
import { openWorldFolder, readWorldGroups, type WorldFiles } from "../../evaluation/world-folder.js";
import { renderEvaluation } from "../evaluation-table.js";
import { interruptionSignal } from "../interruption.js";
import { createProgress } from "../progress.js";
import { renderSuite } from "../suite-table.js";

interface EvaluateFlags {
  world?: string;
  truth?: string;
  accounts?: string;
  releases?: string;
  enforcement?: string;
  allowlist?: string;
  metadataOnly?: boolean;
  benign?: string;
  calibration?: string;
  methods: MethodChoice;
  cuts?: number[];
  milestones?: boolean;
  suite?: "quick" | "full" | true;
  seeds?: number[];
  prompts?: string;
  traces?: string;
  half: string;
  accountsPerWorld?: string;
  only?: string[];
  work: string;
  jobs?: number;
  write?: string;
  studies?: "quick" | "full";
  output: "human" | "json";
}

/** Adds `evaluate`. */
export function addEvaluateCommand(program: Command): void {
  const command = program
    .command("evaluate")
    .summary("measure on worlds with a truth, with published methods beside")
    .description(
      "Measures how well stillwatch does, with re-implemented published methods beside it: recall for each campaign, precision, slices,\n" +
        "innocent accounts and organizations, calibration, time to find. On one world with a truth, or on a suite of worlds that it makes.",
    )
    .argument("[input...]", "log files with a truth of their own, instead of --world");
  addWorldOptions(command);
  addSuiteOptions(command);
  command
    .addOption(new Option("-o, --output <kind>", "what to print").choices(["human", "json"]).default("human"))
    .addHelpText("after", HELP)
    .action((inputs: string[], flags: EvaluateFlags) => {
      if (flags.studies !== undefined) return runStudiesAlone(flags);
      return flags.suite === undefined ? runWorld(inputs, flags) : runWholeSuite(inputs, flags);
    });
}

function addWorldOptions(command: Command): void {
  command
    .option("--world <folder>", "a folder that `stillwatch simulate` wrote")
    .option("--truth <file>", "the truth of the log files")
    .option("--accounts <file>", "side file of the log files; likewise:")
    .option("--releases <file>")
    .option("--enforcement <file>")
    .option("--allowlist <file>")
    .option("--metadata-only", "drop all text at the door; methods that need text are left out")
    .option("--benign <folder>", "a world without attackers: the thresholds of published methods are set on it")
    .addOption(new Option("--calibration <file>", "keep here what was learned from --benign").hideHelp())
    .addOption(
      new Option("--methods <which>", "published methods to ask; those that need text take most of the time")
        .choices(["all", "metadata", "none"])
        .default("all"),
    )
    .option("--cuts <shares>", "time to find: shares of a campaign's exchanges, such as 0.01,0.02,0.05,0.1,0.2", toShares)
    .option("--milestones", "when a successor pool and a move to a new release are told, in a folder that `stillwatch simulate` wrote");
}

function addSuiteOptions(command: Command): void {
  command
    .addOption(new Option("--suite [size]", "make and measure a suite of worlds").choices(["quick", "full"]).conflicts(["world", "truth"]))
    .option(
      "--seeds <list>",
      "seeds of the suite's plain worlds (default: 3001,3002,3003,3004,3005); the other worlds' are derived from the first",
      toSeeds,
    )
    .option("--prompts <folder>", "real prompts, as for `stillwatch simulate`")
    .option("--traces <folder>", "real traces")
    .addOption(new Option("--half <half>", "which half of them").choices(["first", "second", "all"]).default("second"))
    .option("--accounts-per-world <number>", "smaller or larger worlds than the suite's 2,500, where a row does not fix them")
    .option("--only <names>", "rows whose name begins so, joined by commas", (value) => value.split(","))
    .option("--work <folder>", "where finished rows are kept: the same command goes on after them", "stillwatch-evaluation")
    .option("--jobs <number>", "worlds measured side by side (default: 2, or 1 on one core)", toJobs)
    .addOption(new Option("--studies <size>", "measure what the page shows besides worlds").choices(["quick", "full"]).hideHelp())
    .option("--write <file>", "write the page of results, such as docs/results.md");
}

const HELP = `
Examples:
  stillwatch evaluate --world world --benign other-world
  stillwatch evaluate --world world --cuts 0.01,0.02,0.05 -o json | jq '.time_to_find'
  stillwatch evaluate --world world --milestones --methods none
  stillwatch evaluate logs.ndjson.gz --accounts accounts.ndjson --truth truth.ndjson
  stillwatch evaluate --suite quick
  stillwatch evaluate --suite full --prompts data --traces data --write docs/results.md
  stillwatch evaluate --suite full --only february,one-scaffold -o json

Published methods get the threshold that is kindest to them: the one with the best F1 on the world itself, which knows the truth. What
they reach with a threshold set on a benign world, and with the numbers of their papers, stands beside it.

A suite that is stopped keeps the worlds that it has measured; the same command goes on. A program that was built anew measures anew.

Exit status: 0 ran, 2 unusable arguments or files, 3 interrupted.`;

async function runStudiesAlone({ studies, seeds, prompts }: EvaluateFlags): Promise<void> {
  const measured = await measureStudies({ seed: seeds?.[0] ?? SEEDS_DEFAULT[0], dataFolder: prompts, isQuick: studies === "quick" });
  process.stdout.write(`${JSON.stringify(measured, null, 2)}\n`);
}

async function runWorld(inputs: string[], flags: EvaluateFlags): Promise<void> {
  if (flags.milestones === true && flags.world === undefined) throw withoutGroups();
  const evaluation = await evaluateWorld(
    {
      world: chooseWorld(inputs, flags),
      isMetadataOnly: flags.metadataOnly === true,
      methods: flags.methods,
      benignFolder: flags.benign,
      calibrationFile: flags.calibration === undefined ? undefined : resolve(flags.calibration),
      shares: flags.cuts ?? [],
      groups: flags.milestones === true && flags.world !== undefined ? readWorldGroups(flags.world) : [],
    },
    { progress: createProgress(), signal: interruptionSignal() },
  );
  process.stdout.write(flags.output === "json" ? `${JSON.stringify(evaluation, null, 2)}\n` : renderEvaluation(evaluation));
}

async function runWholeSuite(inputs: readonly string[], flags: EvaluateFlags): Promise<void> {
  if (inputs.length > 0) throw unclear("log files and --suite at once");
  if (flags.milestones === true) throw withoutGroups();
  const { seeds, prompts, traces, half, only, work, jobs, write } = flags;
  const size = flags.suite === "full" ? "full" : "quick";
  const rows = await evaluateSuite(
    { size, seeds, prompts, traces, half, accounts: flags.accountsPerWorld, only, work, jobs, write },
    { progress: createProgress(), signal: interruptionSignal() },
  );
  process.stdout.write(
    flags.output === "json" ? `${JSON.stringify({ schema: "stillwatch.suite/1", size, half, rows }, null, 2)}\n` : renderSuite(rows),
  );
}

function chooseWorld(inputs: readonly string[], flags: EvaluateFlags): WorldFiles {
  if (flags.world !== undefined && inputs.length === 0) return openWorldFolder(flags.world);
  const { truth, accounts, releases, enforcement, allowlist } = flags;
  if (flags.world === undefined && inputs.length > 0 && truth !== undefined) {
    return { requests: [...inputs], sideFiles: { accounts, releases, enforcement, allowlist }, truth };
  }
  throw unclear(flags.world === undefined ? "nothing to evaluate" : "--world and log files at once");
}

/** Which accounts succeed which, and which slice asks which release, is written nowhere but beside a world that was made. */
function withoutGroups(): StillwatchError {
  return new StillwatchError({
    code: "SW1610",
    what: "--milestones without --world",
    why: "a truth file does not tell which pool succeeds which, nor which exchanges belong to a move: only a folder that `stillwatch simulate` wrote does.",
    fix: "give --world <folder>, or leave --milestones out; a suite measures its milestones by itself.",
  });
}

function unclear(what: string): StillwatchError {
  return new StillwatchError({
    code: "SW1610",
    what,
    why: "an evaluation needs one log and its truth, or a suite.",
    fix: "give --world <folder>, or log files together with --truth <file>, or --suite.",
  });
}

function toShares(value: string): number[] {
  const shares = value.split(",").map(Number);
  if (!shares.every((share) => share > 0 && share <= 1)) throw new InvalidArgumentError("Shares above 0 and up to 1, joined by commas.");
  return shares;
}

function toSeeds(value: string): number[] {
  const seeds = value.split(",").map(Number);
  const isUsable = value !== "" && seeds.every((seed) => Number.isInteger(seed) && seed >= 0) && new Set(seeds).size === seeds.length;
  if (!isUsable) throw new InvalidArgumentError("Different whole numbers, joined by commas.");
  return seeds;
}

function toJobs(value: string): number {
  const jobs = Number(value);
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > 64) throw new InvalidArgumentError("A whole number from 1 to 64.");
  return jobs;
}
