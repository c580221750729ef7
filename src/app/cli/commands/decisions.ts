/** `stillwatch decisions`: what policy decided, and a person's answer to it. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { StillwatchError } from "../../../vocabulary/errors.js";
import { DECISION_STATES, MEASURES } from "../../../vocabulary/decision.js";
import type { DecisionLine, EventLine, LeftLine, PendingLine } from "../../http/decisions/describe.js";
import { type AnswerLine, renderAnswer, renderBatches, renderDecision, renderDecisions, renderPending } from "../decision-table.js";
import { ask, print, type ServerFlags, withServer, writeQuery } from "../running-server.js";

/** Decisions that one call lists where it is not told: many campaigns, and still a screen of batches. */
const LIST_DEFAULT = 1_000;
const PAGE = 500;

interface ListFlags extends ServerFlags {
  state?: string;
  mode?: string;
  measure?: string;
  campaign?: string;
  batch?: string;
  account?: string;
  limit: number;
  each?: boolean;
}

/** Adds `decisions list`, `pending`, `show`, `approve`, `reject` and `rollback`. */
export function addDecisionsCommand(program: Command): void {
  const decisions = program
    .command("decisions")
    .summary("list what policy decided; approve, reject, take back")
    .description(
      "Decisions are what policy.yaml made of campaigns. In shadow they act on nobody. Enforced ones that need a person wait as `proposed` until\n" +
        "enough different people said yes; each of them ends by itself and can be taken back. Asks a running `stillwatch serve` with the key in the\n" +
        "environment's STILLWATCH_KEY (scope read, and decisions:write to answer). Who answers is the key's name: the same name counts once.",
    );
  addList(decisions);
  addPending(decisions);
  addShow(decisions);
  addAnswer(decisions, "approve", "say yes to proposals; they act once enough different people have");
  addAnswer(decisions, "reject", "say no to proposals; the rule leaves these accounts alone until their end");
  addRollback(decisions);
}

function addList(decisions: Command): void {
  withServer(decisions.command("list"))
    .summary("list decisions, newest first")
    .description("Lists decisions, newest first: by batch (what one rule made of one campaign at one time), or each with --each.")
    .addOption(new Option("--state <state>", "only in this state").choices(DECISION_STATES))
    .addOption(new Option("--mode <mode>", "only what acts, or only what would").choices(["shadow", "enforce"]))
    .addOption(new Option("--measure <measure>", "only of this measure").choices(MEASURES))
    .option("--campaign <id>", "only of this campaign")
    .option("--batch <id>", "only of this batch")
    .option("--account <id>", "only about this account or organization")
    .option("--limit <count>", "decisions to read at most", toCount, LIST_DEFAULT)
    .option("--each", "one line for each decision")
    .addHelpText(
      "after",
      `
Examples:
  stillwatch decisions list --state proposed          # what waits for you
  stillwatch decisions list --account acct_7f31 --each
  stillwatch decisions list --mode enforce --state active -o json | jq -r '.data[].scope.id'`,
    )
    .action(async (flags: ListFlags) => {
      const { state, mode, measure, campaign, batch, account, limit } = flags;
      const filter = { state, mode, measure, campaign_id: campaign, batch_id: batch, account_id: account };
      const { data, isCut } = await readDecisions(flags, { filter, limit });
      if (isCut) process.stderr.write(`there are more: the newest ${limit} are listed; see --limit\n`);
      print(flags, { answer: { data }, render: () => (flags.each === true ? renderDecisions(data) : renderBatches(data)) });
    });
}

/** Reads pages until there are no more, or as many as are wanted. */
async function readDecisions(
  flags: ServerFlags,
  { filter, limit }: { filter: Readonly<Record<string, string | undefined>>; limit: number },
): Promise<{ data: DecisionLine[]; isCut: boolean }> {
  const readPage = async (query: string): Promise<{ data: DecisionLine[]; next_cursor: string | null }> =>
    ask(flags, { method: "GET", path: `/v1/decisions${query}` });
  return readPages(readPage, { filter, limit });
}

/** The same of any list. */
async function readPages<Line>(
  readPage: (query: string) => Promise<{ data: Line[]; next_cursor: string | null }>,
  { filter, limit }: { filter: Readonly<Record<string, string | undefined>>; limit: number },
): Promise<{ data: Line[]; isCut: boolean }> {
  const data: Line[] = [];
  let cursor: string | undefined;
  do {
    const page = await readPage(writeQuery({ ...filter, cursor, limit: Math.min(PAGE, limit - data.length) }));
    data.push(...page.data);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined && data.length < limit);
  return { data, isCut: cursor !== undefined };
}

function addPending(decisions: Command): void {
  withServer(decisions.command("pending"))
    .summary("list whom a rule holds for, and not yet for as long as its `for` says")
    .description(
      "Lists accounts, organizations and campaigns that a rule with `for` will decide about if it goes on holding: since when, and where the traffic must\n" +
        "have come to. Nothing has been decided about them, and nobody is asked. After a restart everybody waits anew.",
    )
    .option("--rule <name>", "only of this rule")
    .option("--campaign <id>", "only of this campaign")
    .option("--limit <count>", "to read at most", toCount, LIST_DEFAULT)
    .addHelpText(
      "after",
      `
Examples:
  stillwatch decisions pending
  stillwatch decisions pending --rule stop -o json | jq -r '.data[].scope.id'`,
    )
    .action(async ({ rule, campaign, limit, ...flags }: ServerFlags & { rule?: string; campaign?: string; limit: number }) => {
      const filter = { rule, campaign_id: campaign };
      const readPage = async (query: string): Promise<{ data: PendingLine[]; next_cursor: string | null }> =>
        ask(flags, { method: "GET", path: `/v1/decisions/pending${query}` });
      const { data, isCut } = await readPages(readPage, { filter, limit });
      if (isCut) process.stderr.write(`there are more: the first ${limit} due are listed; see --limit\n`);
      print(flags, { answer: { data }, render: () => renderPending(data) });
    });
}

function addShow(decisions: Command): void {
  withServer(decisions.command("show"))
    .summary("show one decision: reasons, people, what happened")
    .description("Shows one decision with its reasons, who approved it, and everything that happened to it.")
    .argument("<id>", "the decision's id")
    .addHelpText("after", "\nExamples:\n  stillwatch decisions show dec_0123456789abcdef01234567")
    .action(async (id: string, flags: ServerFlags) => {
      const answer = await ask<DecisionLine & { events: EventLine[] }>(flags, {
        method: "GET",
        path: `/v1/decisions/${encodeURIComponent(id)}`,
      });
      print(flags, { answer, render: renderDecision });
    });
}

type AnswerFlags = ServerFlags & { batch?: string; campaign?: string; note?: string; reason?: string };

function addAnswer(decisions: Command, answer: "approve" | "reject", summary: string): void {
  withServer(decisions.command(answer))
    .summary(summary)
    .description(
      `Says ${answer === "approve" ? "yes" : "no"} to proposals: those named, all of a batch, or all that wait about a campaign.`,
    )
    .argument("[ids...]", "decisions")
    .option("--batch <id>", "all decisions of this batch")
    .addOption(
      new Option("--campaign <id>", "all that wait about this campaign now; what is proposed later waits again").conflicts("batch"),
    )
    .option("--note <text>", "why, for the audit")
    .addHelpText(
      "after",
      `
Examples:
  stillwatch decisions ${answer} --batch bat_0123456789abcdef01234567 --note "looked at five of them"
  stillwatch decisions ${answer} --campaign campaign--0123456789ab     # its accounts come to light one by one
  stillwatch decisions ${answer} dec_0123456789abcdef01234567`,
    )
    .action(async (ids: string[], flags: AnswerFlags) => sendAnswer(flags, { answer, ids, said: { note: flags.note } }));
}

function addRollback(decisions: Command): void {
  withServer(decisions.command("rollback"))
    .summary("take decisions back; verdicts follow at once")
    .description(
      "Takes back decisions that wait or are in force: those named, or all of a batch or campaign. The rule and all harder measures then leave these accounts\n" +
        "alone until the end that the decisions would have had.",
    )
    .argument("[ids...]", "decisions")
    .option("--batch <id>", "all decisions of this batch")
    .addOption(new Option("--campaign <id>", "all that wait or are in force about this campaign").conflicts("batch"))
    .requiredOption("--reason <text>", "why, for the audit")
    .addHelpText(
      "after",
      `
Examples:
  stillwatch decisions rollback --batch bat_0123456789abcdef01234567 --reason "a benchmark team"
  stillwatch decisions rollback dec_0123456789abcdef01234567 --reason "the customer called"`,
    )
    .action(async (ids: string[], flags: AnswerFlags) => sendAnswer(flags, { answer: "rollback", ids, said: { reason: flags.reason } }));
}

interface Told extends AnswerLine {
  data: DecisionLine[];
  unchanged: { id: string; state: string }[];
  repeated: string[];
}

async function sendAnswer(
  flags: AnswerFlags,
  { answer, ids, said }: { answer: string; ids: readonly string[]; said: Record<string, string | undefined> },
): Promise<void> {
  const send = async (choice: object): Promise<Told> =>
    ask<Told>(flags, { method: "POST", path: `/v1/decisions/${answer}`, body: { ...choice, ...said } });
  if (flags.campaign === undefined) {
    if ((ids.length === 0) === (flags.batch === undefined)) throw unclearChoice(answer);
    const batch = flags.batch === undefined ? {} : { batch_id: flags.batch };
    print(flags, { answer: await send({ ...(ids.length === 0 ? {} : { ids }), ...batch }), render: renderAnswer });
    return;
  }
  const told: Told = { data: [], unchanged: [], repeated: [] };
  const named = [...new Set([...ids, ...(await listMovable(flags, { answer, campaign: flags.campaign }))])];
  if (named.length === 0) throw nothingWaits(answer, flags.campaign);
  for (let from = 0; from < named.length; from += PAGE) {
    const { data, unchanged, repeated, left } = await send({ ids: named.slice(from, from + PAGE) });
    told.data.push(...data);
    told.unchanged.push(...unchanged);
    told.repeated.push(...repeated);
    if (left !== undefined) told.left = joinLeft(told.left, left, data);
  }
  print(flags, { answer: told, render: renderAnswer });
}

/** Of several portions: what a later one took back stood when an earlier one was answered. */
function joinLeft(before: LeftLine | undefined, { free, standing }: LeftLine, taken: readonly DecisionLine[]): LeftLine {
  const gone = new Set(taken.map(({ id }) => id));
  const still = [...(before?.standing.filter(({ id }) => !gone.has(id)) ?? []), ...standing];
  return { free: (before?.free ?? 0) + free, standing: [...new Map(still.map((each) => [each.id, each])).values()] };
}

function unclearChoice(answer: string): StillwatchError {
  return new StillwatchError({
    code: "SW2006",
    what: "say which decisions: their ids, --batch or --campaign",
    why: "an answer to decisions that nobody named would be an answer to all.",
    fix: `stillwatch decisions ${answer} --campaign <id>, or --batch <id>; stillwatch decisions list --state proposed shows both.`,
  });
}

function nothingWaits(answer: string, campaign: string): StillwatchError {
  return new StillwatchError({
    code: "SW2005",
    what: `nothing to ${answer} about ${campaign}`,
    why: answer === "rollback" ? "nothing about this campaign waits or is in force." : "nothing about this campaign waits.",
    fix: `see what was decided about it: stillwatch decisions list --campaign ${campaign}.`,
  });
}

/** Those of a campaign that an answer can move now. */
async function listMovable(flags: ServerFlags, { answer, campaign }: { answer: string; campaign: string }): Promise<string[]> {
  const states = answer === "rollback" ? ["proposed", "active"] : ["proposed"];
  const pages = await Promise.all(
    states.map(async (state) =>
      readDecisions(flags, { filter: { campaign_id: campaign, state, mode: "enforce" }, limit: Number.MAX_SAFE_INTEGER }),
    ),
  );
  return pages.flatMap(({ data }) => data.map(({ id }) => id));
}

function toCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError("write a whole number of at least 1");
  return count;
}
