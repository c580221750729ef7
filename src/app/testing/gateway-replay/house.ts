/** The provider's side of a replay: a real `stillwatch serve` on one port, and the people who read its reports and answer it through the command line. */
import { writeFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import type { CheckTotals } from "../../../store/events/request-checks.js";
import type { DecisionMode } from "../../../vocabulary/decision.js";
import type { DecisionLine } from "../../http/decisions/describe.js";
import type { ShadowReport } from "../../../engine/decisions/shadow.js";
import type { Workshop } from "../command-line.js";
import { findFreePort } from "../litellm-proxy.js";
import { type RunningServe, startServing } from "../running-serve.js";
import { type FactLine, joinLines, type RecordedCall, type RecordedWorld } from "./recorded-world.js";

/** What people know of a campaign. */
export interface ToldCampaign {
  id: string;
  window: string;
  confidence: number;
  evidence_groups: Record<string, number>;
  members: { account_id: string; organization_id: string | null; standing: string; probability: number }[];
}

/** The house. */
export interface House {
  url: string;
  /** LiteLLM's. */
  gatewayKey: string;
  /** Writes into the side files what has become known by then. */
  learnFacts(nowMs: number): void;
  /** Event time up to which the window of a day was analysed. */
  analysedUntilMs(): number;
  listCampaigns(): Promise<ToldCampaign[]>;
  listDecisions(filter: Readonly<Record<string, string>>): Promise<DecisionLine[]>;
  readShadowReport(): Promise<ShadowReport>;
  /** Two people say yes, one after the other. */
  approve(batchId: string): Promise<void>;
  rollBack(batchId: string): Promise<void>;
  /** Writes the policy anew and has serve read it. */
  setMode(mode: DecisionMode): Promise<void>;
  /** What became of the checks of all calls that are stored. */
  countChecks(calls: readonly RecordedCall[]): Promise<CheckTotals>;
  stop(): Promise<void>;
}

/**
 * Two rules. The last of the example policy, with the figures that it has there; one rung, because a further one waits for evidence of another kind. And its standing order: whoever
 * shows at a request to be of the campaign has to verify, before anything else is known of him.
 */
function writePolicy(mode: DecisionMode): string {
  return `rules:
  - name: stop
    measure: block
    mode: ${mode}
    when: { confidence_min: 0.98, evidence_groups_min: 3, accounts_min: 10 }
    members: { probability_min: 0.98 }
    for: 2h
    expires_after: 7d
    approval: two
    owner: trust-and-safety
    reason: Your account takes part in a coordinated harvesting of our models. Reply to appeal.
  - name: meet
    on: match
    scope: campaign
    measure: step_up
    mode: ${mode}
    when: { confidence_min: 0.98, evidence_groups_min: 3, accounts_min: 10 }
    members: { probability_min: 0.8 }
    expires_after: 7d
    approval: two
    owner: trust-and-safety
    reason: Please verify your organization to go on. Reply to appeal.
    parameters: { verification: organization }
`;
}

/**
 * The shortest interval that there is: in the lab's time a second is hours. Two windows, because these worlds last days. The server lives at the machine's time, up to some weeks behind which
 * the world is: what is known may be as old.
 */
const SETTINGS = `policy: policy.yaml
verdicts:
  known_age_max: 60d
analysis:
  interval: 1s
  windows: [24h, 7d]
  accounts: accounts.ndjson
  enforcement: enforcement.ndjson
  releases: releases.ndjson
  allowlist: allowlist.ndjson
`;

const PEOPLE = ["ann", "bob"] as const;

/** Opens the house. */
export async function openHouse(workshop: Workshop, world: RecordedWorld): Promise<House> {
  const makeKey = (name: string, scope: string): string => runCommand(workshop, ["keys", "create", "--name", name, "--scope", scope]);
  const learnFacts = createFacts(workshop, world);
  learnFacts(world.calls[0].atMs);
  writeFileSync(workshop.path("releases.ndjson"), world.releases);
  writeFileSync(workshop.path("allowlist.ndjson"), world.allowlist);
  const gatewayKey = makeKey("litellm", "check,events:write");
  const readerKey = makeKey("reader", "read");
  const peopleKeys = PEOPLE.map((name) => makeKey(name, "read,decisions:write"));
  const port = await findFreePort();
  writeFileSync(workshop.path("policy.yaml"), writePolicy("shadow"));
  const serving = await startServing(workshop, { settings: SETTINGS, port, key: readerKey });
  await serving.ready();
  const command = async (args: readonly string[], key = peopleKeys[0]): Promise<string> =>
    askAsPerson(workshop, { args: [...args, "--url", serving.url], key });
  return {
    url: serving.url,
    gatewayKey,
    learnFacts,
    analysedUntilMs: () => readAnalysedUntil(serving.said()),
    listCampaigns: async () => listPages<ToldCampaign>(serving, "/v1/campaigns?members=true&limit=200"),
    listDecisions: async (filter) => listPages<DecisionLine>(serving, `/v1/decisions?limit=500&${new URLSearchParams(filter).toString()}`),
    readShadowReport: async () => JSON.parse(await command(["shadow-report", "-o", "json"])) as ShadowReport,
    async approve(batchId) {
      // Between a look at the list and an answer a turn of the analysis may withdraw what is answered.
      const isWithdrawn = (error: unknown): boolean => String(error).includes("SW2005");
      for (const key of peopleKeys)
        await command(["decisions", "approve", "--batch", batchId, "--note", "read the report"], key).catch((error: unknown) => {
          if (!isWithdrawn(error)) throw error;
        });
    },
    rollBack: async (batchId) => void (await command(["decisions", "rollback", "--batch", batchId, "--reason", "end of the replay"])),
    async setMode(mode) {
      writeFileSync(workshop.path("policy.yaml"), writePolicy(mode));
      serving.child.kill("SIGHUP");
      await serving.says(`"stop ${mode}"`);
    },
    countChecks: async (calls) => countSettledChecks(serving, calls),
    stop: async () => void (await serving.stop()),
  };
}

function runCommand(workshop: Workshop, args: readonly string[]): string {
  const { status, stdout, stderr } = workshop.run(args);
  if (status !== 0) throw new Error(`stillwatch ${args.join(" ")}: ${stderr}`);
  return stdout.trim();
}

async function askAsPerson(workshop: Workshop, { args, key }: { args: readonly string[]; key: string }): Promise<string> {
  const { status, stdout, stderr } = await workshop.start(args, { STILLWATCH_KEY: key }).ended;
  if (status !== 0) throw new Error(`stillwatch ${args.join(" ")}: ${stderr}`);
  return stdout;
}

/** Accounts that are not registered yet, and enforcement that has not happened, are in no file. */
function createFacts(workshop: Workshop, { facts }: RecordedWorld): House["learnFacts"] {
  const known = { accounts: -1, enforcement: -1 };
  return (nowMs) => {
    for (const name of ["accounts", "enforcement"] as const) {
      const lines: FactLine[] = facts[name].filter(({ knownAtMs }) => knownAtMs <= nowMs);
      if (lines.length === known[name]) continue;
      known[name] = lines.length;
      writeFileSync(workshop.path(`${name}.ndjson`), joinLines(lines));
    }
  };
}

function readAnalysedUntil(said: string): number {
  const from = said.lastIndexOf('"window":"24h","until":"');
  return from < 0 ? 0 : Date.parse(said.slice(from).split('"')[7] ?? "");
}

/** LiteLLM tells of what has ended once a second, and both that and the checks are stored some time after they were answered. */
const SETTLES_MS = 2000;
/** What is not there after this is missing, on a busy machine too. */
const SETTLED_MS_MAX = 60_000;

/** As serve itself, which tells nobody of a request without a check before both had time to be stored. */
async function countSettledChecks(serving: RunningServe, calls: readonly RecordedCall[]): Promise<CheckTotals> {
  // Checks are written down at the machine's time, which is later than the world's: only those of the span are held against events.
  const [from, to] = [calls[0].atMs, Date.now()].map((atMs) => new Date(atMs).toISOString());
  const untilMs = Date.now() + SETTLED_MS_MAX;
  for (let before = 0; ; await wait(SETTLES_MS)) {
    const answer = await serving.ask(`/v1/unchecked?from=${from}&to=${to}&limit=1`);
    const { totals } = (await answer.json()) as { totals: CheckTotals };
    if ((totals.events === before && totals.none === 0) || Date.now() >= untilMs) return totals;
    before = totals.events;
  }
}

async function listPages<T>(serving: RunningServe, path: string): Promise<T[]> {
  const all: T[] = [];
  for (let cursor: string | null = null; ; ) {
    const answer = await serving.ask(cursor === null ? path : `${path}&cursor=${encodeURIComponent(cursor)}`);
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    const page = (await answer.json()) as { data: T[]; next_cursor: string | null };
    all.push(...page.data);
    cursor = page.next_cursor;
    if (cursor === null) return all;
    await wait(0);
  }
}
