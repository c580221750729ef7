/** `stillwatch analyze`: the main job, from request logs to campaigns. */
import { resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { sourceFormats } from "../../../integrations/index.js";
import { StillwatchError } from "../../../vocabulary/errors.js";
import { analyzeToReport, type AnalyzeRequest, type WrittenAnalysis } from "../../analysis.js";
import { interruptionSignal } from "../interruption.js";
import { createProgress } from "../progress.js";
import { printOutcome, type OutputKind } from "../outcome.js";

interface AnalyzeFlags {
  accounts?: string;
  releases?: string;
  enforcement?: string;
  allowlist?: string;
  unsupportedRegions?: string;
  format: string;
  metadataOnly?: boolean;
  dataDir?: string;
  store?: string;
  out: string;
  requests?: boolean;
  exemplars: boolean;
  workers?: number;
  calibration?: string;
  falsePositiveRate?: number;
  output: OutputKind;
}

const OUTPUTS: readonly OutputKind[] = ["human", "json", "ndjson"];

/** Adds `analyze`. */
export function addAnalyzeCommand(program: Command): void {
  const formats = ["auto", ...sourceFormats.map((format) => format.name)];
  program
    .command("analyze")
    .summary("find campaigns in request logs")
    .description(
      "Reads request logs and says which accounts act as one, what they harvest, and why.\n\n" +
        "Inputs are files, folders or globs: NDJSON, plain or .gz or .zst, or Parquet. Damaged lines are quarantined with file, line and reason,\n" +
        "and never stop the run. Standard input is not read. Side files and the report's own folder are left out where they lie among the inputs.\n\n" +
        "Nothing is acted on: the report says what a person would be asked to look at.",
    )
    .argument("<input...>", "files, folders or globs (quote globs)")
    .option("--accounts <file>", "side file: accounts with creation time, programme, payment fingerprint, …")
    .option("--releases <file>", "side file: when target models were released")
    .option("--enforcement <file>", "side file: accounts that were limited, suspended or banned")
    .option("--allowlist <file>", "side file: accounts or organizations that nothing may touch")
    .option("--unsupported-regions <file>", "country codes that you do not serve, one a line: summed as policy facts, never evidence")
    .option("--format <name>", `how to read the inputs: ${formats.join(", ")}`, (value) => oneOf(value, formats), "auto")
    .option("--metadata-only", "drop all text at the door and work from metadata alone")
    .option("--data-dir <folder>", "keep the stored events here; a rerun goes on where it stopped and adds new files")
    .addOption(
      new Option(
        "--store <url>",
        "use a ClickHouse server instead of the engine in this process: http://user@host:8123/database",
      ).conflicts("dataDir"),
    )
    .option("--out <folder>", "where the report goes", "stillwatch-report")
    .option("--requests", "also write requests.ndjson: the requests that belong to campaigns")
    .option("--no-exemplars", "do not read any text again to show what families look like")
    .option("--calibration <file>", "what `stillwatch calibrate` learnt from benign traffic of your own (default: from simulated worlds)")
    .option(
      "--false-positive-rate <share>",
      "share of benign accounts that may stand in a campaign, such as 1e-4 (default: the usual bar)",
      toRate,
    )
    .option("--workers <count>", "threads that parse (default: one per core; 0: none besides the main thread)", toCount)
    .option("-o, --output <kind>", `what to print: ${OUTPUTS.join(", ")}`, (value) => oneOf(value, OUTPUTS), "human")
    .addHelpText(
      "after",
      `
Examples:
  stillwatch analyze logs/ --accounts accounts.ndjson --out report
  stillwatch analyze 'logs/2026-02-*.ndjson.gz' --releases releases.ndjson --requests
  stillwatch analyze litellm.json --format litellm -o json | jq '.campaigns[].because'
  stillwatch analyze logs/ --calibration calibration.json --false-positive-rate 1e-4
  stillwatch analyze logs/ --unsupported-regions regions.txt -o json | jq .policy_facts
  stillwatch analyze logs/ --data-dir state/     # interrupted? the same command goes on

It writes report.json, accounts.ndjson, report.html and quarantine.ndjson to --out. Progress goes to standard error.
A store that is kept (--data-dir, --store) adds up: the report is about everything that was ever read into it. The server's password
is read from STILLWATCH_STORE_PASSWORD when the address has none.

Exit status: 0 ran, 2 unusable arguments or input, 3 interrupted.`,
    )
    .action(async (inputs: string[], flags: AnalyzeFlags) => {
      const written = await analyzeToReport(toRequest(inputs, flags), {
        progress: createProgress(),
        signal: interruptionSignal(),
        onNote: (note) => void process.stderr.write(`note: ${note}\n`),
      });
      const shortfall = written.report.coverage["false_positive_rate"];
      if (shortfall !== undefined) process.stderr.write(`note: ${shortfall}\n`);
      if (written.report.counts.events === 0) throw nothingRead(written, flags.out);
      await printOutcome(written, { kind: flags.output, folder: flags.out });
    });
}

function toRequest(inputs: readonly string[], flags: AnalyzeFlags): AnalyzeRequest {
  const { accounts, releases, enforcement, allowlist } = flags;
  return {
    inputs,
    sideFiles: { accounts, releases, enforcement, allowlist },
    unsupportedRegions: flags.unsupportedRegions,
    format: flags.format,
    isMetadataOnly: flags.metadataOnly === true,
    dataFolder: flags.dataDir === undefined ? undefined : resolve(flags.dataDir),
    storeUrl: flags.store,
    reportFolder: flags.out,
    withRequests: flags.requests === true,
    withExemplars: flags.exemplars,
    workers: flags.workers,
    calibration: { file: flags.calibration, rate: flags.falsePositiveRate },
  };
}

/** The folder was written, so that every damaged line is accounted for; but a report about no request is no answer. */
function nothingRead({ report, quarantine }: WrittenAnalysis, folder: string): StillwatchError {
  const first = quarantine.kinds[0];
  const set = `${report.counts.quarantined} ${report.counts.quarantined === 1 ? "record was" : "records were"} set aside`;
  return new StillwatchError({
    code: "SW1102",
    what: `nothing could be read: ${set}${first === undefined ? "" : `; ${first.code} ${first.what}`}`,
    ...(first?.places[0] === undefined ? {} : { place: { file: first.places[0] } }),
    why: "a report about no requests would look like an all-clear.",
    fix: `${first?.fix.replace(/[.]?$/, ";") ?? "check the inputs;"} ${folder}/quarantine.ndjson lists every line with its reason.`,
  });
}

function oneOf<Value extends string>(value: string, allowed: readonly Value[]): Value {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw new InvalidArgumentError(`Allowed are ${allowed.join(", ")}.`);
  return found;
}

/** More than half is no rate of false positives that anybody could want; 0 nobody can promise. */
function toRate(value: string): number {
  const rate = Number(value);
  if (!(rate > 0 && rate <= 0.5)) throw new InvalidArgumentError("A share above 0 and up to .5, such as 1e-4.");
  return rate;
}

function toCount(value: string): number {
  const count = Number(value);
  if (!Number.isInteger(count) || count < 0 || count > 64) throw new InvalidArgumentError("A whole number from 0 to 64.");
  return count;
}
