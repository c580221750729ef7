/** `stillwatch demo`: a world with the three campaigns of February 2026 inside a crowd, analysed and compared with the truth. */
import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { openReportFolder, readTruth, scoreReport, type CampaignScore, type Score } from "../../../evaluate/index.js";
import { simulateWorld } from "../../../simulate/index.js";
import { analyzeToReport } from "../../analysis.js";
import { formatCount } from "../../report/wording.js";
import { interruptionSignal } from "../interruption.js";
import { tellCommands } from "../invocation.js";
import { printOutcome } from "../outcome.js";
import { createProgress, type Progress } from "../progress.js";
import { choosePalette } from "../terminal-text.js";
import { writeWorld, type WorldCounts } from "../world-files.js";

/** One world for everybody, so that two people who talk about the demo talk about the same accounts. */
const DEMO_SEED = 20_260_223;
/** Enough for campaigns of some fifty accounts inside a crowd forty times larger; analysed in well under a minute on two cores. */
const DEMO_REQUESTS = 50_000;

interface DemoFlags {
  out: string;
}

/** Adds `demo`. */
export function addDemoCommand(program: Command): void {
  program
    .command("demo")
    .summary("see it work on a made-up world, in a minute or two")
    .description(
      "Makes up a world of about 50,000 requests in which the three campaigns of February 2026 hide inside a crowd of ordinary customers and\n" +
        "innocent look-alikes, analyses it as you would analyse your own logs, and compares the report with the truth. Needs no network.",
    )
    .option("--out <folder>", "where world and report go", "stillwatch-demo")
    .addHelpText("after", "\nThe world stays in the folder: look into it, and try `stillwatch analyze` on it with other options.")
    .action(runDemo);
}

async function runDemo({ out }: DemoFlags): Promise<void> {
  const signal = interruptionSignal();
  const progress = createProgress();
  const world = join(out, "world");
  const report = join(out, "report");
  const requests = join(world, "requests.ndjson");

  tell(
    "1 of 3  A made-up world",
    `Customers, look-alikes (a classroom, a test fleet, an agency, …) and three pools of accounts that harvest.`,
  );
  const counts = await makeWorld(world, { progress, signal });
  const { size } = await stat(requests);
  say(
    `${formatCount(counts.requests)} requests of ${formatCount(counts.accounts)} accounts in ${requests} (${Math.round(size / 1e6)} MB).`,
    `${formatCount(sum(Object.values(counts.harvestRequests)))} of them are harvest, by ${formatCount(counts.harvestingAccounts)} accounts; the analysis is not told which.`,
  );

  const sideFiles = Object.fromEntries(
    (["accounts", "releases", "enforcement", "allowlist"] as const).map((name) => [name, join(world, `${name}.ndjson`)]),
  );
  const options = Object.entries(sideFiles).map(([name, file]) => `--${name} ${file}`);
  tell(
    "2 of 3  The analysis",
    "The same as:",
    `  stillwatch analyze ${requests} \\`,
    `    ${options.join(" \\\n    ")} \\`,
    `    --requests --out ${report}`,
  );
  const written = await analyzeToReport(
    { inputs: [requests], sideFiles, format: "auto", isMetadataOnly: false, reportFolder: report, withRequests: true, withExemplars: true },
    { progress, signal },
  );
  await printOutcome(written, { kind: "human", folder: report });
  const silent = counts.accounts - written.report.counts.accounts;
  if (silent > 0)
    say(
      "",
      `${formatCount(silent)} of the ${formatCount(counts.accounts)} accounts sent nothing in these days: the log does not show them.`,
    );

  tell("3 of 3  The truth", "A made-up world knows who did what, so the report can be marked.");
  const truth = join(world, "truth.ndjson");
  say(...describeScore(await scoreReport({ ...openReportFolder(report), truth: readTruth(truth), truthFile: truth, earlier: [] })));
  say("", `All figures:   stillwatch score --report ${report} --truth ${truth}`, `The report:    ${resolve(report, "report.html")}`);
}

async function makeWorld(folder: string, { progress, signal }: { progress: Progress; signal: AbortSignal }): Promise<WorldCounts> {
  progress.start("making the world", "requests");
  const counts = await writeWorld(simulateWorld({ seed: DEMO_SEED, requests: DEMO_REQUESTS }), {
    folder,
    onProgress: (requests) => {
      signal.throwIfAborted();
      progress.update({ done: requests, total: DEMO_REQUESTS, count: requests });
    },
  });
  progress.update({ done: counts.requests, total: counts.requests, count: counts.requests });
  progress.finish();
  return counts;
}

/** The score in a handful of lines: what was found, who was wronged. */
function describeScore({ campaigns, overall, segments }: Score): string[] {
  const lines = campaigns.map(
    (row) => `  ${row.campaign.padEnd(14)} ${row.found} of ${row.accounts} accounts${describeRequests(row, campaigns)}`,
  );
  const wronged = segments.filter((segment) => segment.in_campaign > 0).map(({ segment, in_campaign: count }) => `${segment} ${count}`);
  return [
    "Found:",
    ...lines,
    `Innocent accounts in a campaign: ${overall.innocent}${wronged.length > 0 ? ` (${wronged.join(", ")})` : ""}, among ${formatCount(sum(segments.map(({ accounts }) => accounts)))}.`,
  ];
}

/** The share of its requests, or the campaign in whose report it was taken up: then its requests are counted there. */
function describeRequests({ campaign, found, split, slice }: CampaignScore, campaigns: readonly CampaignScore[]): string {
  const host = campaigns.find((other) => other.merged_with.includes(campaign));
  if (split === 0 && found > 0)
    return `, found inside the campaign reported for ${host === undefined ? "another one" : host.campaign}: its requests are counted there`;
  return slice?.recall === null || slice === null ? "" : `, ${Math.round(100 * slice.recall)} % of its requests`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function tell(heading: string, ...lines: readonly string[]): void {
  const isColour = process.stdout.isTTY && process.env["NO_COLOR"] === undefined;
  say("", choosePalette(isColour).bold(heading), ...lines, "");
}

function say(...lines: readonly string[]): void {
  process.stdout.write(`${tellCommands(lines.join("\n"))}\n`);
}
