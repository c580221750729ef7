/**
 * A world replayed in its own order and time through a real LiteLLM proxy, with a real serve beside it: watched in shadow, reported, approved by people,
 * enforced at the gateway, taken back.
 */
import { setTimeout as wait } from "node:timers/promises";
import type { DecisionLine } from "../../http/decisions/describe.js";
import type { ShadowReport } from "../../../engine/decisions/shadow.js";
import type { CheckTotals } from "../../../store/events/request-checks.js";
import { createWorkshop } from "../command-line.js";
import { createLabClock } from "../lab-clock.js";
import { type LitellmProxy, startLitellmProxy } from "../litellm-proxy.js";
import { startStubModel } from "../stub-model.js";
import { createRecordedModel, type Outcome, type RecordedModel, send, sendCalls } from "./customers.js";
import { type House, openHouse, type ToldCampaign } from "./house.js";
import { type RecordedCall, type RecordedWorld, readRecordedWorld } from "./recorded-world.js";
import { createTally, type Served, type Tally, type TallySum } from "./tally.js";

/** What is replayed, and how. */
export interface ReplayOptions {
  /** Of `stillwatch simulate`. */
  worldFolder: string;
  /** Of {@link preparePython}. */
  pythonFolder: string;
  /** Share of the campaign's exchanges after which the world ends: what is left shows the same again. */
  endAtShare?: number;
  /** Event time that people take to read a report, and to answer a proposal. */
  answerAfterMs?: number;
  say?: (line: string) => void;
}

/** What happened. */
export interface ReplayResult {
  calls: number;
  /** In the whole world, whatever of it was sent. */
  campaign: { id: string; exchanges: number; accounts: number };
  sentShare: number;
  /** When the analysis first told a campaign most of whose accounts are of the true one. */
  found: Served & { accounts: number };
  /** When the rule in shadow first named anybody. */
  shadowed: Served;
  /** What people read before they let the rule act, and whom it named. */
  report: Served & { rules: ShadowReport["rules"]; accounts: string[]; benign: string[] };
  /** When LiteLLM first had an account blocked, and whom. */
  stopped: Served & { accounts: string[]; notInReport: number };
  /** When the standing order came into force. */
  ordered: Served;
  approvals: number;
  end: Omit<TallySum, "failed"> & {
    blockedAccounts: number;
    /** What ordinary accounts and look-alikes suffered, in shadow or in force: names of segments. */
    benignNamed: string[];
    organizationsTouched: number;
    /** Requests that were served without a check, by what became of it. */
    unchecked: Pick<CheckTotals, "none" | "unchecked" | "error">;
    /** Of all calls: LiteLLM answered by itself, and not because it was told to refuse. */
    failed: number;
    unknownAtModel: number;
  };
  rolledBack: { batches: number; passesAgain: boolean };
  tookMs: number;
}

const ANSWER_AFTER_MS_DEFAULT = 3_600_000;
/** People and the count look this often, in calls: a screen that refreshes. */
const LOOK_CALLS = 10;
/** A line for whoever waits. */
const REPORT_CALLS = 500;
/**
 * How far the analysis may be behind the world, in its time. At a machine's own pace a turn a minute leaves it a minute behind; here a second is an hour,
 * and without a bound the figures would tell how busy the machine was. A turn over a day's window is due every 24 minutes. Once people have
 * begun to answer, what they see may be older.
 */
const BEHIND_MS_MAX = { watching: 3_600_000, answering: 6 * 3_600_000 };
const HOLD_MS_MAX = 120_000;

/** Answers of LiteLLM's own that are told to whoever waits: the first few say what is wrong. */
const UNANSWERED_TOLD_MAX = 3;

interface Replay {
  world: RecordedWorld;
  house: House;
  tally: Tally;
  answerAfterMs: number;
  say: (line: string) => void;
  looked: number;
  lastSentMs: number;
  found: ReplayResult["found"] | null;
  shadowed: Served | null;
  report: ReplayResult["report"] | null;
  stopped: ReplayResult["stopped"] | null;
  ordered: Served | null;
  /** Batch → when its people will have looked. */
  waiting: Map<string, number>;
  approved: Set<string>;
}

/** Replays. */
export async function replayThroughGateway({ worldFolder, pythonFolder, ...options }: ReplayOptions): Promise<ReplayResult> {
  const startMs = Date.now();
  const { say = () => {} } = options;
  const world = readRecordedWorld(worldFolder, { endsBeforeMs: startMs });
  const workshop = createWorkshop();
  const closers: (() => Promise<unknown>)[] = [async () => workshop.remove()];
  try {
    const house = await openHouse(workshop, world);
    closers.push(async () => house.stop());
    const model = createRecordedModel();
    const stub = await startStubModel((call) => model.answerTo(call));
    closers.push(async () => stub.close());
    const clock = createLabClock(workshop.path("clock"), world.calls[0].atMs);
    const proxy = await startGateway({ pythonFolder, world, house, modelUrl: stub.url, clockFile: clock.file });
    closers.push(async () => proxy.stop());
    const calls = cutWorld(world, options.endAtShare ?? 1);
    say(`LiteLLM and serve are up; ${calls.length} of ${world.calls.length} requests`);
    const replay = openReplay({ world, house, say, answerAfterMs: options.answerAfterMs ?? ANSWER_AFTER_MS_DEFAULT });
    let unanswered = 0;
    const onOutcome = (outcome: Outcome): void => {
      replay.tally.note(outcome);
      if (outcome.refusal !== null && !replay.tally.isAttack(outcome.call.accountId))
        say(`refused, and no campaign's: ${describeInnocent(replay, outcome)}`);
      if (outcome.isServed || outcome.refusal !== null) return;
      unanswered += 1;
      if (unanswered <= UNANSWERED_TOLD_MAX) say(`LiteLLM answered by itself, status ${outcome.status}: ${outcome.text.slice(0, 300)}`);
    };
    const beforeCall = async (call: RecordedCall, settle: () => Promise<unknown>): Promise<void> => goOn(replay, { call, settle });
    await sendCalls({ calls, gatewayUrl: proxy.url, clock, model, beforeCall, onOutcome });
    const end = await describeEnd(replay, model.countUnknown());
    const rolledBack = await takeAllBack(replay, { proxy, model });
    const sentShare = calls.filter(({ campaign }) => campaign !== null).length / replay.tally.campaign.exchanges;
    return describeResult(replay, { end, rolledBack, calls: calls.length, sentShare, tookMs: Date.now() - startMs });
  } finally {
    for (const close of closers.reverse()) await close().catch(() => {});
  }
}

function describeInnocent({ tally }: Replay, { call, refusal }: Outcome): string {
  return `${tally.listBenign([call.accountId]).join()}, ${refusal ?? ""}`;
}

/** The calls until that share of the campaign was asked for. */
function cutWorld({ calls }: RecordedWorld, share: number): readonly RecordedCall[] {
  const harvest = calls.filter(({ campaign }) => campaign !== null);
  const last = harvest[Math.ceil(share * harvest.length) - 1];
  return share >= 1 || last === undefined ? calls : calls.slice(0, calls.indexOf(last) + 1);
}

interface Gateway {
  pythonFolder: string;
  world: RecordedWorld;
  house: House;
  modelUrl: string;
  clockFile: string;
}

function startGateway({ pythonFolder, world, house, modelUrl, clockFile }: Gateway): Promise<LitellmProxy> {
  return startLitellmProxy({
    pythonFolder,
    stillwatchUrl: house.url,
    stillwatchKey: house.gatewayKey,
    modelUrl,
    callbackUrl: `${house.url}/v1/integrations/litellm/logs`,
    guardrailSwitches: ["timeout: 10", "unreachable_fallback: fail_open", "extra_headers: [x-forwarded-for]"],
    models: world.models,
    organizations: world.organizations,
    clockFile,
  });
}

function openReplay(parts: Pick<Replay, "world" | "house" | "say" | "answerAfterMs">): Replay {
  const tally = createTally(parts.world);
  const nothing = { found: null, shadowed: null, report: null, stopped: null, ordered: null };
  return { ...parts, ...nothing, tally, looked: 0, lastSentMs: 0, waiting: new Map(), approved: new Set() };
}

/** Everything that happens in the house while the customers send. */
async function goOn(replay: Replay, { call, settle }: { call: RecordedCall; settle: () => Promise<unknown> }): Promise<void> {
  const { house } = replay;
  house.learnFacts(call.atMs);
  await waitForAnalysis(replay);
  replay.lastSentMs = call.atMs;
  replay.looked += 1;
  if (replay.looked % REPORT_CALLS === 0) replay.say(`${replay.looked} requests, ${describe(replay.tally.tellServed(call.atMs))}`);
  if (replay.looked % LOOK_CALLS !== 0) return;
  const nowMs = call.atMs;
  if (replay.found === null) replay.found = findCampaign(replay, { campaigns: await house.listCampaigns(), nowMs });
  if (replay.report === null) await watchShadow(replay, { nowMs, settle });
  else await answerProposals(replay, nowMs);
}

async function waitForAnalysis({ house, lastSentMs, report, say }: Replay): Promise<void> {
  if (lastSentMs === 0) return;
  const neededMs = lastSentMs - (report === null ? BEHIND_MS_MAX.watching : BEHIND_MS_MAX.answering);
  for (const untilMs = Date.now() + HOLD_MS_MAX; house.analysedUntilMs() < neededMs; await wait(50)) {
    if (Date.now() < untilMs) continue;
    say("the analysis stays behind: the world goes on without it");
    return;
  }
}

/** A campaign most of whose accounts are a true one's. */
function findCampaign(
  { tally, say }: Replay,
  { campaigns, nowMs }: { campaigns: readonly ToldCampaign[]; nowMs: number },
): Replay["found"] {
  for (const { members, window, confidence } of campaigns) {
    const inside = members.filter(({ standing }) => standing === "campaign").map(({ account_id: id }) => id);
    const own = inside.filter((id) => tally.isAttack(id));
    if (own.length * 2 <= inside.length) continue;
    const found = { ...tally.tellServed(nowMs), accounts: inside.length };
    say(
      `found: ${inside.length} accounts (${own.length} of them the campaign's) in the window of ${window}, confidence ${confidence}; ${describe(found)}`,
    );
    return found;
  }
  return null;
}

const describe = ({ served, share, at }: Served): string =>
  `${served} exchanges of the campaign served, ${(100 * share).toFixed(1)} %, ${at}`;

/** Accounts; a standing order names none. */
const namesOf = (decisions: readonly DecisionLine[]): string[] =>
  [...new Set(decisions.flatMap(({ scope }) => (scope.kind === "campaign" ? [] : [scope.id])))].sort();

/** The rule in shadow names accounts; after a while somebody reads the report and lets it act. */
async function watchShadow(replay: Replay, { nowMs, settle }: { nowMs: number; settle: () => Promise<unknown> }): Promise<void> {
  const { house, tally, say } = replay;
  const named = await house.listDecisions({ mode: "shadow", measure: "block" });
  if (named.length === 0) return;
  if (replay.shadowed === null) {
    replay.shadowed = tally.tellServed(nowMs);
    say(`in shadow: ${namesOf(named).length} accounts would be blocked; ${describe(replay.shadowed)}`);
  }
  if (nowMs < Date.parse(replay.shadowed.at) + replay.answerAfterMs) return;
  const { rules, accounts } = await readReport(house);
  replay.report = { ...tally.tellServed(nowMs), rules, accounts, benign: tally.listBenign(accounts) };
  say(`the report was read: ${accounts.length} accounts, ${replay.report.benign.length} of them no campaign's; ${describe(replay.report)}`);
  await settle();
  await house.setMode("enforce");
}

/** Reads again what a turn of the analysis came between: the report and the names are of one moment. */
const READINGS_MAX = 5;

async function readReport(house: House): Promise<{ rules: ShadowReport["rules"]; accounts: string[] }> {
  for (let reading = 1; ; reading += 1) {
    const { rules } = await house.readShadowReport();
    const accounts = namesOf(await house.listDecisions({ mode: "shadow", measure: "block" }));
    const isSame = rules.some(({ measure, accounts: counted }) => measure === "block" && counted === accounts.length);
    if (isSame || reading >= READINGS_MAX) return { rules, accounts };
  }
}

/** Proposals wait for people, who take their time; two of them say yes. */
async function answerProposals(replay: Replay, nowMs: number): Promise<void> {
  const { house, tally, waiting, approved, say } = replay;
  const proposed = await house.listDecisions({ mode: "enforce", state: "proposed" });
  for (const { batch_id: batch } of proposed)
    if (!waiting.has(batch) && !approved.has(batch)) waiting.set(batch, nowMs + replay.answerAfterMs);
  for (const [batch, dueMs] of waiting) {
    if (nowMs < dueMs) continue;
    waiting.delete(batch);
    // Withdrawn before its people looked.
    if (!proposed.some(({ batch_id: id }) => id === batch)) continue;
    approved.add(batch);
    await house.approve(batch);
    const answered = (await house.listDecisions({ mode: "enforce", state: "active" })).filter(({ batch_id: id }) => id === batch);
    if (answered.length === 0) continue;
    if (answered.some(({ scope }) => scope.kind === "campaign")) {
      tally.beginOrder();
      replay.ordered ??= tally.tellServed(nowMs);
      say(`the standing order acts; ${describe(tally.tellServed(nowMs))}`);
      continue;
    }
    const accounts = namesOf(answered);
    const before = new Set(replay.report?.accounts);
    const notInReport = accounts.filter((id) => !before.has(id)).length;
    replay.stopped ??= { ...tally.tellServed(nowMs), accounts, notInReport };
    say(`approved: ${accounts.length} accounts, ${notInReport} of them not in the report; ${describe(tally.tellServed(nowMs))}`);
  }
}

async function describeEnd({ house, tally, world }: Replay, unknownAtModel: number): Promise<ReplayResult["end"]> {
  const decisions = await house.listDecisions({ measure: "block" });
  const active = decisions.filter(({ mode, state }) => mode === "enforce" && state === "active");
  const { none, unchecked, error } = await house.countChecks(world.calls);
  return {
    ...tally.sum(),
    blockedAccounts: namesOf(active).length,
    benignNamed: tally.listBenign(namesOf(decisions)),
    organizationsTouched: tally.listBenignOrganizations(decisions.map(({ scope }) => scope)).length,
    // By what is stored, not by a counter of one process: what LiteLLM let pass while serve started anew is among them.
    unchecked: { none, unchecked, error },
    unknownAtModel,
  };
}

/** Everything is taken back, and somebody who was refused tries again. */
async function takeAllBack(
  { house, world, tally }: Replay,
  { proxy, model }: { proxy: LitellmProxy; model: RecordedModel },
): Promise<ReplayResult["rolledBack"]> {
  const active = await house.listDecisions({ mode: "enforce", state: "active" });
  const batches = [...new Set(active.map(({ batch_id: batch }) => batch))];
  for (const batch of batches) await house.rollBack(batch);
  const last = world.calls.findLast((call) => tally.isRefused(call));
  if (last === undefined) return { batches: batches.length, passesAgain: false };
  model.expect(last);
  await send(last, proxy.url);
  return { batches: batches.length, passesAgain: model.settle(last) };
}

function describeResult(
  { tally, found, shadowed, report, stopped, ordered, approved }: Replay,
  rest: Pick<ReplayResult, "calls" | "sentShare" | "end" | "rolledBack" | "tookMs">,
): ReplayResult {
  if (found === null || shadowed === null || report === null || stopped === null || ordered === null)
    throw new Error("the campaign was not found, or nobody was stopped");
  return { campaign: tally.campaign, found, shadowed, report, stopped, ordered, approvals: approved.size, ...rest };
}
