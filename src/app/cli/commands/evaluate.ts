/** `stillwatch evaluate`: one table, on one world or on a suite of them, with published methods beside. */
import { resolve } from "node:path";
import { InvalidArgumentError, Option, type Command } from "commander";
import { StillwatchError } from "../../../vocabulary/errors.js";
import { evaluateWorld } from "../../evaluation/evaluate-world.js";
import { openWorldFolder, type WorldFiles } from "../../evaluation/world-folder.js";
import { renderEvaluation } from "../evaluation-table.js";
import { interruptionSignal } from "../interruption.js";
import { createProgress } from "../progress.js";

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
  baselines: boolean;
  cuts?: number[];
  output: "human" | "json";
}

/** Adds `evaluate`. */
export function addEvaluateCommand(program: Command): void {
  program
    .command("evaluate")
    .summary("measure on worlds with a truth, with published methods beside")
    .description(
      "Measures how well stillwatch does, on one world with a truth, with re-implemented published methods beside it:\n" +
        "recall for each campaign, precision, slices, innocent accounts and crowds, calibration, time to find.",
    )
    .argument("[input...]", "log files with a truth of their own, instead of --world")
    .option("--world <folder>", "a folder that `stillwatch simulate` wrote")
    .option("--truth <file>", "the truth of the log files")
    .option("--accounts <file>", "side file of the log files; so are --releases, --enforcement and --allowlist")
    .option("--releases <file>")
    .option("--enforcement <file>")
    .option("--allowlist <file>")
    .option("--metadata-only", "drop all text at the door; methods that need text are left out")
    .option("--benign <folder>", "a world without attackers: the thresholds of published methods are set on it")
    .addOption(new Option("--calibration <file>", "keep here what was learned from --benign").hideHelp())
    .option("--no-baselines", "measure stillwatch alone")
    .option("--cuts <shares>", "time to find: shares of a campaign's exchanges, such as 0.01,0.02,0.05,0.1,0.2", toShares)
    .addOption(new Option("-o, --output <kind>", "what to print").choices(["human", "json"]).default("human"))
    .addHelpText("after", HELP)
    .action(runEvaluate);
}

const HELP = `
Examples:
  stillwatch evaluate --world world --benign other-world
  stillwatch evaluate --world world --cuts 0.01,0.02,0.05 -o json | jq '.time_to_find'
  stillwatch evaluate logs.ndjson.gz --accounts accounts.ndjson --truth truth.ndjson

Published methods get the threshold that is kindest to them: the one with the best F1 on the world itself, which knows the truth. What
they reach with a threshold set on --benign, and with the numbers of their papers, stands beside it.

Exit status: 0 ran, 2 unusable arguments or files, 3 interrupted.`;

async function runEvaluate(inputs: string[], flags: EvaluateFlags): Promise<void> {
  const evaluation = await evaluateWorld(
    {
      world: chooseWorld(inputs, flags),
      isMetadataOnly: flags.metadataOnly === true,
      withBaselines: flags.baselines,
      benignFolder: flags.benign,
      calibrationFile: flags.calibration === undefined ? undefined : resolve(flags.calibration),
      shares: flags.cuts ?? [],
    },
    { progress: createProgress(), signal: interruptionSignal() },
  );
  process.stdout.write(flags.output === "json" ? `${JSON.stringify(evaluation, null, 2)}\n` : renderEvaluation(evaluation));
}

function chooseWorld(inputs: readonly string[], flags: EvaluateFlags): WorldFiles {
  if (flags.world !== undefined && inputs.length === 0) return openWorldFolder(flags.world);
  const { truth, accounts, releases, enforcement, allowlist } = flags;
  if (flags.world === undefined && inputs.length > 0 && truth !== undefined) {
    return { requests: [...inputs], sideFiles: { accounts, releases, enforcement, allowlist }, truth };
  }
  throw new StillwatchError({
    code: "SW1610",
    what: flags.world === undefined ? "nothing to evaluate" : "--world and log files at once",
    why: "an evaluation needs one log and its truth.",
    fix: "give --world <folder>, or log files together with --truth <file>.",
  });
}

function toShares(value: string): number[] {
  const shares = value.split(",").map(Number);
  if (!shares.every((share) => share > 0 && share <= 1)) throw new InvalidArgumentError("Shares above 0 and up to 1, joined by commas.");
  return shares;
}
