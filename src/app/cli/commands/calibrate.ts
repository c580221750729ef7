/** `stillwatch calibrate`: benign traffic in, a calibration out, so that a false-positive rate can be chosen. */
import { InvalidArgumentError, Option, type Command } from "commander";
import { sourceFormats } from "../../../integrations/index.js";
import type { CalibrationFile, Reliability } from "../../../vocabulary/calibration.js";
import { calibrate, countAboveBar, writeCalibration, type CalibrationTraffic } from "../../calibrate.js";
import { checkRates, showRate, type RateCheck } from "../../calibration.js";
import { readCalibration } from "../../calibration-file.js";
import { nameWorld, openWorldFolder } from "../../evaluation/world-folder.js";
import { countNoun, formatCount } from "../../report/wording.js";
import { interruptionSignal } from "../interruption.js";
import { createProgress } from "../progress.js";

interface CalibrateFlags {
  accounts?: string;
  releases?: string;
  enforcement?: string;
  allowlist?: string;
  world?: string[];
  format: string;
  metadataOnly?: boolean;
  name?: string;
  check?: string;
  out: string;
  output: "human" | "json";
}

/** Adds `calibrate`. */
export function addCalibrateCommand(program: Command): void {
  const formats = ["auto", ...sourceFormats.map((format) => format.name)];
  program
    .command("calibrate")
    .summary("learn from benign traffic what a false-positive rate costs")
    .description(
      "Analyses traffic that is known or believed to be benign and counts which of its accounts would have been called a campaign, and from\n" +
        "which bar. `stillwatch analyze --calibration … --false-positive-rate …` then sets the bar for the rate that you choose.\n\n" +
        "Innocent accounts are wronged a whole crowd at a time (a class, a common template), so crowds are counted, and intervals are over crowds.",
    )
    .argument("[input...]", "files, folders or globs of one log of benign traffic")
    .option("--accounts <file>", "side file of the log, as for `stillwatch analyze`; likewise:")
    .option("--releases <file>")
    .option("--enforcement <file>")
    .option("--allowlist <file>")
    .option("--world <folder...>", "worlds of `stillwatch simulate`; those with attackers only show whether probabilities come true")
    .addOption(new Option("--format <name>", "how to read the inputs").choices(formats).default("auto"))
    .option("--metadata-only", "drop all text at the door, as the analyses will that use this calibration")
    .option("--name <text>", "what to call the log in reports (default: traffic of your own)")
    .option(
      "--check <file>",
      "write nothing: show what rates set with this calibration come to on the traffic given, which it must not have seen",
    )
    .option("--out <file>", "where the calibration goes", "calibration.json")
    .addOption(new Option("-o, --output <kind>", "what to print").choices(["human", "json"]).default("human"))
    .addHelpText("after", HELP)
    .action(async (inputs: string[], flags: CalibrateFlags) => {
      // Read first: nobody should wait for an analysis to hear that a file is not there.
      const checked = flags.check === undefined ? null : readCalibration(flags.check);
      const calibration = await calibrate(
        { traffic: listTraffic(inputs, flags), format: flags.format, isMetadataOnly: flags.metadataOnly === true },
        { progress: createProgress(), signal: interruptionSignal() },
      );
      const checks = checked === null ? null : checkRates(checked, calibration.benign);
      if (checks === null) await writeCalibration(flags.out, calibration);
      if (flags.output === "json") process.stdout.write(`${JSON.stringify(checks ?? calibration, null, 2)}\n`);
      else process.stdout.write(checks ? renderChecks(checks, calibration) : renderCalibration(calibration, flags.out));
    });
}

function renderChecks(checks: readonly RateCheck[], { benign, reliability }: CalibrationFile): string {
  const lines = [
    `${formatCount(benign.accounts)} benign accounts that the calibration has not seen`,
    "",
    "asked for            bar  crowds  accounts  share in campaigns (95 % interval)",
    ...checks.map(
      ({ rate, is_promised: isPromised, cost, share, is_met: isMet }) =>
        `${showRate(rate).padEnd(15)}  ${cost.log_odds.toFixed(2).padStart(6)}  ${String(cost.crowds).padStart(6)}  ${String(cost.accounts).padStart(8)}  ` +
        `${showRate(share)} (${showRate(cost.low)} to ${showRate(cost.high)}): ${isMet ? "met" : "NOT MET"}${isPromised ? "" : ", not promised"}`,
    ),
  ];
  return `${[...lines, ...describeReliability(reliability)].join("\n")}\n`;
}

const HELP = `
Examples:
  stillwatch calibrate january/ --accounts accounts.ndjson --out calibration.json
  stillwatch analyze february/ --accounts accounts.ndjson --calibration calibration.json --false-positive-rate 1e-4
  stillwatch simulate --campaigns none --seed 3 --out benign && stillwatch calibrate --world benign

Look at what it lists as standing above the usual bar before you trust it: either these accounts would be wronged today, or the traffic is
not benign. A crowd that is left in raises the bar, and hides attackers that look like it. No rate below about one crowd in all accounts of
the calibration can be promised; analyze says so where one was asked for.

Exit status: 0 ran, 2 unusable arguments or input, 3 interrupted.`;

function listTraffic(inputs: readonly string[], flags: CalibrateFlags): CalibrationTraffic[] {
  const { accounts, releases, enforcement, allowlist, world = [], name = "traffic of your own" } = flags;
  if (inputs.length === 0 && world.length === 0) throw new InvalidArgumentError("Name the log of benign traffic, or give --world.");
  const log = { inputs, sideFiles: { accounts, releases, enforcement, allowlist }, name };
  const worlds = world.map((folder) => {
    const { requests, sideFiles, truth } = openWorldFolder(folder);
    return { inputs: requests, sideFiles, truth, name: nameWorld(folder) };
  });
  return [...(inputs.length > 0 ? [log] : []), ...worlds];
}

/** What a person should know: how much was seen, what each bar costs, and whether something looks wrong with the traffic. */
function renderCalibration(calibration: CalibrationFile, file: string): string {
  const { benign, thresholds, reliability } = calibration;
  const wrong = countAboveBar(calibration);
  const lines = [
    `${formatCount(benign.accounts)} benign accounts in ${formatCount(benign.organizations)} organizations, ${countNoun(benign.crowds.length, "crowd")} that looked somewhat alike`,
    "",
    "bar (log odds)  crowds  accounts  expected share of benign accounts in campaigns (95 % interval)",
    ...thresholds.map(
      ({ log_odds, crowds, accounts, expected, low, high }) =>
        `${log_odds.toFixed(2).padStart(14)}  ${String(crowds).padStart(6)}  ${String(accounts).padStart(8)}  ${showRate(expected)} (${showRate(low)} to ${showRate(high)})`,
    ),
    "",
  ];
  if (wrong > 0)
    lines.push(
      `${countNoun(wrong, "crowd")} would stand in a campaign at the usual bar: look at them with \`stillwatch analyze\` first.`,
      "",
    );
  return `${[...lines, ...describeReliability(reliability), `written to ${file}`].join("\n")}\n`;
}

function describeReliability(reliability: Reliability | null): string[] {
  if (reliability === null) return [];
  const { expected_calibration_error: error, cases, suspects, bins } = reliability;
  return [
    "",
    `expected calibration error ${error.toFixed(4)} over ${formatCount(cases)} accounts, ${suspects.expected_calibration_error.toFixed(4)} over ${formatCount(suspects.cases)} suspects`,
    ...bins.map(
      ({ said, observed, accounts }) => `  said ${said.toFixed(3)}  came true ${observed.toFixed(3)}  ${countNoun(accounts, "account")}`,
    ),
    "",
  ];
}
