/** `stillwatch score`: a report against the truth of a simulated or labelled world. */
import { Option, type Command } from "commander";
import { openReportFolder, readTruth, scoreReport } from "../../../evaluate/index.js";
import { renderScore } from "../score-summary.js";

interface ScoreFlags {
  report: string;
  truth: string;
  earlier: string[];
  output: "human" | "json";
}

/** Adds `score`. */
export function addScoreCommand(program: Command): void {
  program
    .command("score")
    .summary("compare a report with the truth")
    .description(
      "Compares a report with the truth of a simulated or labelled world: recall and precision of accounts and slices for each campaign,\n" +
        "innocent accounts and crowds for each benign segment, and whether probabilities come true as often as they say.",
    )
    .requiredOption("--report <folder>", "what `stillwatch analyze --out` wrote")
    .requiredOption("--truth <file>", "the truth: NDJSON, plain or .gz or .zst")
    .option(
      "--earlier <folders...>",
      "reports on earlier parts of the same log, oldest first: they tell when a campaign was first found",
      [],
    )
    .addOption(new Option("-o, --output <kind>", "what to print").choices(["human", "json"]).default("human"))
    .addHelpText(
      "after",
      `
A line of the truth is about an account: {"account_id", "label": "attack"|"benign", "campaign", "segment"} and, if it is known, "crowd";
or about a request: {"request_id", "campaign"}. Intervals are Wilson's, 95 %.

Examples:
  stillwatch score --report report --truth world/truth.ndjson.gz
  stillwatch score --report report --truth truth.ndjson -o json | jq '.campaigns[] | {campaign, recall: .recall.share}'
  stillwatch score --report day-30 --truth truth.ndjson --earlier day-1 day-2 day-3

Exit status: 0 ran, 2 unusable arguments or files.`,
    )
    .action(async (flags: ScoreFlags) => {
      const score = await scoreReport({
        ...openReportFolder(flags.report),
        truth: readTruth(flags.truth),
        truthFile: flags.truth,
        earlier: flags.earlier.map((folder) => openReportFolder(folder).accounts),
      });
      const { columns, isTTY } = process.stdout;
      const isColour = isTTY && process.env["NO_COLOR"] === undefined;
      process.stdout.write(
        flags.output === "json" ? `${JSON.stringify(score, null, 2)}\n` : renderScore(score, { width: columns, isColour }),
      );
    });
}
