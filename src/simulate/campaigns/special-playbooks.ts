/** The playbooks with a mechanism of their own: coercion, standby pool, technique search, reasoning-handle replay, safeguard arbitrage. */
import { LANGUAGES, USER_PROMPTS } from "../content/user-prompts.js";
import { writeItem } from "../content/items.js";
import { SCAFFOLDS } from "../content/scaffolds.js";
import { openUsage } from "../crowd/usage.js";
import type { Draft, Group, WorldContext } from "../context.js";
import { writePhrase } from "../phrase.js";
import { chance, createRandom, drawBetween, drawInteger, formatHex, mix32, pick } from "../random.js";
import { addTurn, type Session } from "../session.js";
import { HOUR_MS } from "../schedule.js";
import { addHarvest, type CampaignSeat, type CampaignWish, createCampaign, scaleSize } from "./campaign.js";
import { SCRIPT_TILT } from "./pool.js";
import { fill } from "./workload.js";

/** Forces the language of the thinking to be the user's, over many languages. */
export function createCoercion(context: WorldContext, seat: CampaignSeat): Group[] {
  const wish: CampaignWish = {
    id: seat.id,
    playbook: "coercion",
    seed: seat.seed,
    size: scaleSize(seat.accounts, 0.7),
    pool: { weight: 1.2, sharedPayments: 0.5, kindWeights: SCRIPT_TILT, channels: [] },
    workLoads: [
      { capability: "general", share: 65, scaffold: "language-coercion" },
      { capability: "reasoning", share: 35, scaffold: "translation-laundering" },
    ],
    harvest(session, workLoad, extra) {
      const { system, text, answer } = workLoad.write(session.random);
      if (workLoad.id !== "language-coercion") return addTurn(session, { system, text, answer, campaign: seat.id, extra });
      // The items come in every language: a question of that language around the queue's own.
      const language = pick(session.random, LANGUAGES);
      const question = language === "en" ? text : `${writePhrase(pick(session.random, USER_PROMPTS[language]), session.random)}\n${text}`;
      addTurn(session, { system, text: question, answer, campaign: seat.id, extra: { ...extra, asksReasoning: true } });
    },
    unrelatedShare: 0.15,
    bannedShare: 0.05,
  };
  return [createCampaign(context, wish, seat.firstIndex)];
}

/** Most of a first pool is banned at once; within hours the same queue runs over accounts that had been kept warm with ordinary traffic. */
export function createStandby(context: WorldContext, seat: CampaignSeat): Group[] {
  const random = createRandom(seat.seed, 0x90);
  const bannedAtMs = context.startAtMs + (0.5 + 0.15 * random()) * (context.endAtMs - context.startAtMs);
  const takesOverAtMs = bannedAtMs + (1 + 5 * random()) * HOUR_MS;
  const workLoads = [
    { capability: "reasoning", share: 35 },
    { capability: "coding", share: 30 },
    { capability: "grading", share: 35 },
  ] as const;
  const first = scaleSize(seat.accounts, 0.6);
  const base = { playbook: "standby", seed: seat.seed, workLoads, unrelatedShare: 0.15, bannedShare: 0 };
  const pool = { weight: 1.2, sharedPayments: 0.4, kindWeights: SCRIPT_TILT, channels: [] };
  const before: CampaignWish = {
    ...base,
    id: seat.id,
    size: first,
    pool,
    details: { banned: { at: new Date(bannedAtMs).toISOString(), share: 0.85 } },
  };
  const successorId = `${seat.id}-successor`;
  const after: CampaignWish = {
    ...base,
    id: successorId,
    size: scaleSize(seat.accounts, 0.5),
    pool: { ...pool, weight: 1.2 },
    modulate: (hour) => (context.startAtMs + hour * HOUR_MS < takesOverAtMs ? 0.3 : 1.8),
    successorOf: seat.id,
    details: { takes_over_at: new Date(takesOverAtMs).toISOString() },
  };
  const wave1 = createCampaign(context, before, seat.firstIndex);
  const wave2 = createCampaign(context, after, seat.firstIndex + first);
  return [banMost(context, wave1, seat, bannedAtMs), keepWarm(context, wave2, takesOverAtMs)];
}

function banMost(context: WorldContext, group: Group, seat: CampaignSeat, atMs: number): Group {
  const isGone = (ordinal: number): boolean => createRandom(seat.seed, 0x91, ordinal)() < 0.85;
  const shape = group.shape.bind(group);
  const enforcement = Array.from({ length: group.size }, (_, ordinal) => ordinal)
    .filter(isGone)
    .map((ordinal) => ({
      accountId: context.nameAccount(seat.firstIndex + ordinal),
      atMs: Math.floor(atMs + createRandom(seat.seed, 0x92, ordinal)() * 2 * HOUR_MS),
      measure: "banned" as const,
      reason: "terms",
    }));
  const goneAt = new Map(enforcement.map((each) => [each.accountId, each.atMs]));
  return {
    ...group,
    enforcement,
    shape(profile, ordinal, random) {
      shape(profile, ordinal, random);
      const bannedAtMs = goneAt.get(profile.account.accountId);
      if (bannedAtMs !== undefined) profile.pace.aliveToMs = bannedAtMs;
    },
  };
}

function keepWarm(context: WorldContext, group: Group, takesOverAtMs: number): Group {
  const open = group.open.bind(group);
  return {
    ...group,
    open(profile, atMs, random, ordinal) {
      if (atMs >= takesOverAtMs) return open(profile, atMs, random, ordinal);
      return openUsage(context, profile, atMs, random);
    },
  };
}

/** Tests for the search: every try is worded anew, the questions are few. */
const SEARCH_QUESTIONS = 9;
/** Share of the world after which the winners are scaled up. */
const SEARCH_LASTS = 0.55;

/** One to three accounts try thousands of wordings once each; the winners are then sent by many accounts. */
export function createSearch(context: WorldContext, seat: CampaignSeat): Group[] {
  const searchers = scaleSize(seat.accounts, 0.03) > 3 ? 3 : 2;
  const questions = Array.from({ length: SEARCH_QUESTIONS }, (_, i) => writeItem("reasoning", createRandom(seat.seed, 0xa0, i)));
  const elicitors = SCAFFOLDS.filter((each) => each.capability === "reasoning");
  const scaledAtMs = context.startAtMs + SEARCH_LASTS * (context.endAtMs - context.startAtMs);
  const base = { playbook: "search", seed: seat.seed, unrelatedShare: 0.1, bannedShare: 0 };
  const pool = { weight: 1.2, sharedPayments: 0.4, kindWeights: SCRIPT_TILT, channels: [] };
  const search: CampaignWish = {
    ...base,
    id: seat.id,
    size: searchers,
    pool: { ...pool, weight: 14, sharedPayments: 0 },
    workLoads: [{ capability: "reasoning", share: 1 }],
    harvest(session) {
      const { random } = session;
      const [scaffold, second] = [pick(random, elicitors), pick(random, elicitors)];
      const question = pick(random, questions);
      const frame = writePhrase(scaffold.prompt, random);
      const addition = chance(random, 0.5) ? `\n\n${writePhrase(second.prompt, random).split("\n")[0] ?? ""}` : "";
      const system = scaffold.system !== undefined && chance(random, 0.6) ? writePhrase(scaffold.system, random) : null;
      addTurn(session, {
        system,
        text: fill(frame, question, "…") + addition.replace("%ITEM%", ""),
        answer: "",
        campaign: seat.id,
        extra: { temperature: pick(random, [0, 0.3, 0.7, 1]) },
      });
    },
    details: { technique_search_accounts: searchers },
  };
  const scale: CampaignWish = {
    ...base,
    id: seat.id,
    size: scaleSize(seat.accounts, 0.5),
    pool,
    workLoads: [
      { capability: "reasoning", share: 50, scaffold: "inline-tags" },
      { capability: "reasoning", share: 30, scaffold: "fake-debugging" },
      { capability: "reasoning", share: 20, scaffold: "fake-system" },
    ],
    modulate: (hour) => (context.startAtMs + hour * HOUR_MS < scaledAtMs ? 0.02 : 2),
    details: { scaled_up_at: new Date(scaledAtMs).toISOString() },
  };
  return [createCampaign(context, search, seat.firstIndex), createCampaign(context, scale, seat.firstIndex + searchers)];
}

/** Handles kept for use elsewhere; the oldest go first. */
const HANDLES_KEPT_MAX = 5000;

/** What was collected, to be written out elsewhere. */
interface KeptHandle {
  handle: string;
  account: number;
  item: string;
  atMs: number;
}

/**
 * Reasoning handles issued to one account are handed in by another, which asks for their expansion; one in ten goes back into the same account,
 * in a session of its own.
 */
export function createReplay(context: WorldContext, seat: CampaignSeat): Group[] {
  const kept: KeptHandle[] = [];
  const wish: CampaignWish = {
    id: seat.id,
    playbook: "replay",
    seed: seat.seed,
    size: scaleSize(seat.accounts, 0.4),
    pool: { weight: 1.2, sharedPayments: 0.4, kindWeights: SCRIPT_TILT, channels: [] },
    workLoads: [
      { capability: "reasoning", share: 60, scaffold: "full-working" },
      { capability: "reasoning", share: 40, scaffold: "trace-reconstruction" },
    ],
    unrelatedShare: 0.2,
    bannedShare: 0.05,
    harvest(session, workLoad, extra) {
      const { random, profile } = session;
      const isOwn = mix32(session.seed, session.turn) % 10 === 0;
      // Nobody can hand in what has not been issued yet.
      const found = chance(random, 0.45)
        ? kept.findIndex((each) => (each.account === profile.index) === isOwn && each.atMs < session.atMs)
        : -1;
      if (found >= 0) {
        const [taken] = kept.splice(found, 1);
        if (taken) return replayHandle(session, taken, seat.id, extra);
      }
      const { system, text, answer } = workLoad.write(random);
      const handle = `rh_${formatHex(18, drawInteger(random, 2 ** 32), drawInteger(random, 2 ** 32))}`;
      addTurn(session, { system, text, answer, campaign: seat.id, extra: { ...extra, asksReasoning: true, handlesIssued: [handle] } });
      const answered = session.drafts.at(-1);
      // What failed issued nothing.
      if (answered?.status !== undefined || !answered) return;
      kept.push({ handle, account: profile.index, item: text.slice(0, 160), atMs: answered.atMs });
      if (kept.length > HANDLES_KEPT_MAX) kept.shift();
    },
  };
  return [createCampaign(context, wish, seat.firstIndex)];
}

function replayHandle(session: Session, taken: { handle: string; item: string }, campaign: string, extra: Partial<Draft>): void {
  const { random } = session;
  const text = writePhrase(
    "{Continue|Resume} from the {attached|referenced} {state|reasoning} and {write it out|expand it} {in full|completely}, {keeping|with} every {intermediate|single} step{, then {restate|repeat} the answer|}.",
    random,
  );
  addTurn(session, {
    text: `${text}\n\n${taken.item}`,
    answer: "",
    campaign,
    outputTokens: drawBetween(random, 300, 2400),
    extra: { ...extra, handlesSubmitted: [taken.handle], asksReasoning: true },
  });
}

/** What one model refuses is asked of another model of the provider. */
export function createArbitrage(context: WorldContext, seat: CampaignSeat): Group[] {
  const guarded = seat.seed % 2;
  const open = 2 + (seat.seed % 2);
  const wish: CampaignWish = {
    id: seat.id,
    playbook: "arbitrage",
    seed: seat.seed,
    size: scaleSize(seat.accounts, 0.4),
    pool: { weight: 1.2, sharedPayments: 0.4, kindWeights: SCRIPT_TILT, channels: [] },
    workLoads: [
      { capability: "reasoning", share: 60, scaffold: "fake-system" },
      { capability: "computer_use", share: 40 },
    ],
    unrelatedShare: 0.2,
    bannedShare: 0,
    harvest(session, workLoad, extra) {
      const { random } = session;
      if (!chance(random, 0.35)) return addHarvest(session, workLoad, seat.id, { ...extra, model: open });
      const { system, text } = workLoad.write(random);
      addTurn(session, {
        system,
        text,
        answer: "I can't help with that.",
        outputTokens: drawBetween(random, 8, 30),
        campaign: seat.id,
        extra: { ...extra, model: guarded, isRefusal: true },
      });
      addTurn(session, { system, text, answer: "", campaign: seat.id, extra: { ...extra, model: open } });
    },
    details: { refused_by: context.models[guarded]?.name ?? "", answered_by: context.models[open]?.name ?? "" },
  };
  return [createCampaign(context, wish, seat.firstIndex)];
}
