/** `stillwatch explain account|request|campaign <id>`: why the report says what it says about one of them. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Option, type Command } from "commander";
import { detections } from "../../../detections/index.js";
import { StillwatchError } from "../../../vocabulary/errors.js";
import { explainAccount, explainCampaign, explainRequest, type Explanation } from "../../report/explain.js";
import { findAccount, findRequest, readReport, suggestIds } from "../../report/read.js";
import { findStoredRequest } from "../../stored-request.js";
import { makeVisible } from "../../report/text.js";
import { renderExplanation } from "../explanation-page.js";
import { tellCommands } from "../invocation.js";
import { readAccount, readCampaign } from "../live-findings.js";
import { describeTerminal } from "../terminal-text.js";

const DEFAULT_FOLDER = "stillwatch-report";
/** Where `demo` leaves its report: what a newcomer explains first. */
const DEMO_FOLDER = join("stillwatch-demo", "report");

interface ExplainFlags {
  report: string;
  output: "human" | "json";
  /** Of `explain request` only. */
  dataDir?: string;
  /** Of the others. */
  url?: string;
}

/** Adds `explain`. */
export function addExplainCommand(program: Command): void {
  const explain = program
    .command("explain")
    .summary("say in plain words why an account, request or campaign stands where it stands")
    .description(
      "Reads what `stillwatch analyze` wrote and says in plain words where an account, a request or a campaign stands, how sure that is, what\n" +
        "speaks for it and against it, how easily each reason could be faked, and what would change our mind. With --url it asks a running\n" +
        "`stillwatch serve` about an account or a campaign (the key in STILLWATCH_KEY, scope read); see also `stillwatch campaigns`.",
    )
    .addHelpText(
      "after",
      `
Examples:
  stillwatch explain campaign campaign--3274f29b297e90f9
  stillwatch explain account acct_7f31 --report report
  stillwatch explain request req_0042 --report report        # needs requests.ndjson: analyze with --requests
  stillwatch explain request req_0042 --report report --data-dir data   # also what is stored of it
  stillwatch explain account acct_7f31 --url http://127.0.0.1:8484      # as the running serve knows it now
  stillwatch explain account acct_7f31 -o json | jq '.sections[] | select(.title == "What would change our mind")'

Exit status: 0 explained, 2 unknown id, a request in no slice that no store was asked for, or unusable report.`,
    );
  addAddress(addKind(explain, "account", "where an account stands, and why", explainAccountOf));
  addKind(explain, "request", "whether a request belongs to a campaign's slice", explainRequestOf)
    .option(
      "--data-dir <folder>",
      "where `stillwatch analyze --data-dir` keeps its events: tells what is stored of any request, also of one in no slice",
    )
    // Taken only to say what can be asked in its place.
    .addOption(new Option("--url <address>", "a running serve does not tell of single requests").hideHelp());
  addAddress(addKind(explain, "campaign", "why accounts are said to act as one", explainCampaignOf));
}

function addAddress(command: Command): void {
  command.option("--url <address>", "ask this running serve in place of a report");
}

type Explain = (flags: ExplainFlags, id: string) => Promise<Explanation>;

function addKind(parent: Command, kind: string, summary: string, explain: Explain): Command {
  return parent
    .command(kind)
    .summary(summary)
    .description(`Says ${summary}.`)
    .argument("<id>", `the ${kind}'s id, as in the report`)
    .option("--report <folder>", `what \`stillwatch analyze --out\` wrote (default: ${DEFAULT_FOLDER}, or the demo's)`)
    .addOption(new Option("-o, --output <kind>", "what to print").choices(["human", "json"]).default("human"))
    .action(async (id: string, given: ExplainFlags & { report?: string }) => {
      const flags = { ...given, report: given.report ?? chooseFolder() };
      const explanation = await explain(flags, id);
      process.stdout.write(
        flags.output === "json"
          ? `${JSON.stringify(explanation, null, 2)}\n`
          : tellCommands(
              renderExplanation(explanation, { ...describeTerminal(), ...(flags.url === undefined ? {} : { closing: CLOSING_LIVE }) }),
            ),
      );
    });
}

function chooseFolder(): string {
  return !existsSync(DEFAULT_FOLDER) && existsSync(DEMO_FOLDER) ? DEMO_FOLDER : DEFAULT_FOLDER;
}

/** What a running serve decided about them is no part of this. */
const CLOSING_LIVE = "A probability is not proof. What was decided: stillwatch decisions list --account <id>, or --campaign <id>.";

async function explainAccountOf({ report: folder, url }: ExplainFlags, id: string): Promise<Explanation> {
  if (url !== undefined) {
    const { line, campaign } = await readAccount({ url }, id);
    return explainAccount(line, { report: { campaigns: campaign === null ? [] : [campaign], coverage: {} }, detections, isLive: true });
  }
  const report = readReport(folder);
  const found = await findAccount(folder, id);
  if ("line" in found) return explainAccount(found.line, { report, detections });
  throw describeUnknown({ kind: "account", id, nearest: found.nearest, folder });
}

async function explainCampaignOf({ report: folder, url }: ExplainFlags, id: string): Promise<Explanation> {
  if (url !== undefined) return explainCampaign(await readCampaign({ url }, id), { report: { campaigns: [], coverage: {} }, detections });
  const report = readReport(folder);
  const campaign = report.campaigns.find((candidate) => candidate.id === id);
  if (campaign) return explainCampaign(campaign, { report, detections });
  const ids = report.campaigns.map((candidate) => candidate.id);
  throw describeUnknown({ kind: "campaign", id, nearest: suggestIds(id, ids), folder });
}

async function explainRequestOf({ report: folder, dataDir, url }: ExplainFlags, id: string): Promise<Explanation> {
  if (url !== undefined) throw notOfServe();
  const report = readReport(folder);
  const found = await findRequest(folder, id);
  if (found === null && dataDir === undefined) {
    throw new StillwatchError({
      code: "SW1654",
      what: "the report does not tell which requests belong to campaigns",
      place: { file: folder },
      why: "without requests.ndjson nothing is known about single requests, and silence must not read as an all-clear.",
      fix: "run `stillwatch analyze` again with --requests; or give --data-dir, where the analysis had one, to read what is stored of the request.",
    });
  }
  const stored = dataDir === undefined ? undefined : await findStoredRequest(dataDir, id);
  if (found === null || !("line" in found)) {
    // Whether it is innocent or misspelt nobody here knows: a script must not take that for an answer.
    if (!stored) process.exitCode = 2;
    return explainRequest(id, null, { stored, areSlicesUnknown: found === null });
  }
  const { campaign_id, other_fields: otherFields } = found.line;
  return explainRequest(id, report.campaigns.find((candidate) => candidate.id === campaign_id) ?? null, { otherFields, stored });
}

function notOfServe(): StillwatchError {
  return new StillwatchError({
    code: "SW1656",
    what: "a running serve does not explain single requests",
    why: "it knows campaigns and accounts, and keeps no list of the requests that belong to a campaign's slice: only a report does.",
    fix: "ask it about the account, `stillwatch explain account <id> --url <address>`, or about its checks, `stillwatch unchecked`; for the request run `stillwatch analyze` on the log with --requests, and give --report.",
  });
}

function describeUnknown({
  kind,
  id,
  nearest,
  folder,
}: {
  kind: string;
  id: string;
  nearest: readonly string[];
  folder: string;
}): StillwatchError {
  const shown = nearest.map((one) => `"${makeVisible(one, 80)}"`);
  const hint = shown.length === 0 ? "" : `; did you mean ${shown.join(" or ")}?`;
  return new StillwatchError({
    code: "SW1653",
    what: `unknown ${kind} "${makeVisible(id, 80)}"${hint}`,
    place: { file: folder },
    why: `the report lists every ${kind} that was seen, and this one is not among them.`,
    fix:
      kind === "campaign" ? "look up the ids in report.json under `campaigns`." : "look up the id in accounts.ndjson of the same folder.",
  });
}
