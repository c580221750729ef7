/**
 * Known campaigns at the verdict, with a real serve and a simulated world: the first half is told as events, the second asked through `/v1/check`. New accounts of the campaign
 * meet the standing order, nobody innocent does, and all of it is kept over a start and taken back by a rollback.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Verdict } from "../../vocabulary/verdict.js";
import { createWorkshop, type Workshop } from "../testing/command-line.js";
import type { DecisionLine } from "../http/decisions/describe.js";
import { type RunningServe, startServing } from "../testing/running-serve.js";

const WORLD = [
  "--seed",
  "1554",
  "--accounts",
  "400",
  "--requests",
  "12000",
  "--days",
  "7",
  "--campaigns",
  "moonshot",
  "--campaign-accounts",
  "120",
];
/** Share of the world that is told before anything is asked: by then campaigns of a week are known, and many accounts have not begun. */
const TOLD_SHARE = 0.35;
/** Checks under way at once. */
const LANES = 8;

/** The world's time is not the machine's. */
const SETTINGS = `policy: policy.yaml
verdicts:
  known_age_max: 3650d
analysis:
  interval: 1s
  windows: [24h, 7d]
  accounts: world/accounts.ndjson
  allowlist: world/allowlist.ndjson
`;
const POLICY = `rules:
  - name: meet
    on: match
    scope: campaign
    measure: step_up
    mode: enforce
    when: { confidence_min: 0.9 }
    members: { probability_min: 0.8 }
    expires_after: 7d
    owner: trust-and-safety
    reason: Please verify your organization to go on.
    parameters: { verification: organization }
`;

interface Line {
  request_id: string;
  at: string;
  account_id: string;
  organization_id?: string;
  system?: string;
  messages?: { role: string; content: string }[];
  client?: object;
}
interface Truth {
  account_id?: string;
  request_id?: string;
  label?: string;
  segment?: string;
}

let workshop: Workshop;
let serving: RunningServe;
let reader = "";
let people: string[] = [];
let told: Line[];
let asked: Line[];
let labels: Map<string, Truth>;
let harvest: Set<string>;

const readLines = <T>(name: string): T[] =>
  readFileSync(workshop.path("world", `${name}.ndjson`), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as T);

async function check(line: Line): Promise<Verdict> {
  const { request_id, account_id, organization_id, system, messages, client } = line;
  const body = JSON.stringify({ request_id: `asked-${request_id}`, account_id, organization_id, system, messages, client });
  const answer = await serving.ask("/v1/check", { method: "POST", headers: { "content-type": "application/json" }, body });
  return (await answer.json()) as Verdict;
}

async function checkAll(lines: readonly Line[]): Promise<{ line: Line; verdict: Verdict }[]> {
  const answers: { line: Line; verdict: Verdict }[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let line = lines[next++]; line !== undefined; line = lines[next++]) answers.push({ line, verdict: await check(line) });
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return answers;
}

async function listOrders(state: string): Promise<DecisionLine[]> {
  const answer = await serving.ask(`/v1/decisions?state=${state}&mode=enforce`);
  return ((await answer.json()) as { data: DecisionLine[] }).data;
}

async function until<T>(what: string, find: () => Promise<T | null>): Promise<T> {
  for (const untilMs = Date.now() + 240_000; ; await wait(300)) {
    const found = await find();
    if (found !== null) return found;
    if (Date.now() > untilMs) throw new Error(`${what}: ${serving.said()}`);
  }
}

const isAttack = ({ account_id: id }: Line): boolean => labels.get(id)?.label === "attack";
/** First requests of the harvest by accounts that had not begun. */
const listNewcomers = (): Line[] => {
  const begun = new Set(told.filter(({ request_id: id }) => harvest.has(id)).map(({ account_id: id }) => id));
  const first = new Map<string, Line>();
  for (const line of asked)
    if (harvest.has(line.request_id) && !begun.has(line.account_id) && !first.has(line.account_id)) first.set(line.account_id, line);
  return [...first.values()];
};

beforeAll(async () => {
  workshop = createWorkshop();
  expect(workshop.run(["simulate", "--out", "world", ...WORLD]).stderr).toBe("");
  const lines = readLines<Line>("requests").sort((a, b) => (a.at < b.at ? -1 : 1));
  told = lines.slice(0, Math.round(TOLD_SHARE * lines.length));
  asked = lines.slice(told.length);
  const truth = readLines<Truth>("truth");
  labels = new Map(truth.flatMap((line) => (line.account_id === undefined ? [] : [[line.account_id, line] as const])));
  harvest = new Set(truth.flatMap(({ request_id: id }) => id ?? []));
  writeFileSync(workshop.path("policy.yaml"), POLICY);
  const makeKey = (name: string, scope: string): string => workshop.run(["keys", "create", "--name", name, "--scope", scope]).stdout.trim();
  reader = makeKey("reader", "read,check,events:write");
  people = ["ann", "bob"].map((name) => makeKey(name, "read,decisions:write"));
  serving = await startServing(workshop, { settings: SETTINGS, key: reader });
  await serving.ready();
  const body = `${told.map((line) => JSON.stringify(line)).join("\n")}\n`;
  expect((await serving.ask("/v1/events", { method: "POST", headers: { "content-type": "application/x-ndjson" }, body })).status).toBe(202);
}, 300_000);
afterAll(async () => {
  if (serving.child.exitCode === null) await serving.stop("SIGKILL");
  workshop.remove();
});

describe("a standing order about a known campaign", () => {
  it("is proposed once, says whom it would meet, and meets nobody before two people have said yes", async () => {
    const order = await until("no order", async () => (await listOrders("proposed"))[0] ?? null);
    expect(order).toMatchObject({ scope: { kind: "campaign" }, approvals_needed: 2, parameters: { match: { probability_min: 0.8 } } });
    await until("nothing known", async () =>
      /stillwatch_known_campaigns [1-9]/.test(await (await serving.ask("/metrics")).text()) ? order : null,
    );
    const before = await checkAll(listNewcomers());
    expect(before.every(({ verdict }) => verdict.verdict === "allow")).toBe(true);
    expect(before.some(({ verdict }) => verdict.match?.acts === "none" && verdict.match.kinds.includes("family"))).toBe(true);
    for (const key of people) {
      const init = {
        method: "POST",
        key,
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ batch_id: order.batch_id }),
      };
      expect((await serving.ask("/v1/decisions/approve", init)).status).toBe(200);
    }
    expect(await listOrders("active")).toHaveLength(1);
  }, 300_000);

  it("meets new accounts of the campaign at their first request of the harvest", async () => {
    const newcomers = await checkAll(listNewcomers());
    const met = newcomers.filter(({ verdict }) => verdict.verdict === "step_up");
    console.warn(`known campaigns: ${met.length} of ${newcomers.length} new accounts met at their first request of the harvest`);
    expect(newcomers.length).toBeGreaterThan(20);
    expect(met.length).toBeGreaterThan(newcomers.length / 3);
    for (const { verdict } of met) {
      expect(verdict.match?.acts).toBe("enforce");
      expect(verdict.match?.kinds.length).toBeGreaterThan(1);
    }
    expect(met.some(({ verdict }) => verdict.match?.family_id?.startsWith("family--") === true)).toBe(true);
  }, 120_000);

  it("meets nobody innocent, look-alikes and all, whatever they send afterwards", async () => {
    const answers = await checkAll(asked.filter((line) => !isAttack(line)));
    const matched = new Map<string, number>();
    for (const { line, verdict } of answers)
      if (verdict.match !== undefined) {
        const name = `${labels.get(line.account_id)?.segment ?? "unknown"}: ${verdict.match.kinds.join("+")}`;
        matched.set(name, (matched.get(name) ?? 0) + 1);
      }
    console.warn(
      `known campaigns: ${answers.length} innocent requests; told of and left alone: ${JSON.stringify(Object.fromEntries(matched))}`,
    );
    expect(answers.length).toBeGreaterThan(2000);
    expect(answers.filter(({ verdict }) => verdict.verdict !== "allow")).toEqual([]);
  }, 240_000);

  it("holds from the first moment of another start, before the engine is up", async () => {
    const [met] = (await checkAll(listNewcomers())).filter(({ verdict }) => verdict.verdict === "step_up");
    await serving.stop();
    serving = await startServing(workshop, { settings: SETTINGS, key: reader });
    expect(await check(met.line)).toMatchObject({ verdict: "step_up", state: "checked", decision_id: met.verdict.decision_id });
  }, 120_000);

  it("is taken back by a rollback, and the request passes", async () => {
    await serving.ready();
    const [met] = (await checkAll(listNewcomers())).filter(({ verdict }) => verdict.verdict === "step_up");
    const [order] = await listOrders("active");
    const body = JSON.stringify({ batch_id: order.batch_id, reason: "test" });
    const init = { method: "POST", key: people[0], headers: { "content-type": "application/json" }, body };
    expect((await serving.ask("/v1/decisions/rollback", init)).status).toBe(200);
    expect(await until("not taken back", async () => ((await check(met.line)).verdict === "allow" ? "allow" : null))).toBe("allow");
  }, 120_000);

  it("leaves no text of what was asked in the data folder or the log", async () => {
    await serving.stop();
    const kept = readdirSync(workshop.path("stillwatch-data"), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const files = kept.map(({ parentPath, name }) => readFileSync(`${parentPath}/${name}`));
    expect(kept.map(({ name }) => name)).toContain("known-campaigns.json");
    const texts = asked.flatMap(({ messages = [], system }) => [...messages.map(({ content }) => content), system ?? ""]);
    const pieces = [...new Set(texts.map((text) => text.slice(0, 40)).filter((text) => text.length === 40))];
    expect(pieces.length).toBeGreaterThan(100);
    const found = pieces.slice(0, 400).filter((piece) => serving.said().includes(piece) || files.some((bytes) => bytes.includes(piece)));
    expect(found).toEqual([]);
  }, 120_000);
});
