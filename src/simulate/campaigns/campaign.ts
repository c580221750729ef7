/** A campaign as a group of the population: a dispatcher that spreads one queue over a pool of accounts. */
import type { Enforcement } from "../../vocabulary/account.js";
import type { Draft, Group, WorldContext } from "../context.js";
import { type AnswerShelf, createAnswerShelf } from "../answer-shelf.js";
import { openAgent, openUsage } from "../crowd/usage.js";
import { readMix } from "../options.js";
import type { Profile } from "../profile.js";
import { chance, createRandom, drawBetween, drawGamma, mix32, pickWeighted, type Random } from "../random.js";
import { addTurn, drawTurns, type Session, startSession, type Turn } from "../session.js";
import { HOUR_MS } from "../schedule.js";
import { createPool, enlist, type Pool, type PoolWish, registerInBurst } from "./pool.js";
import { createWorkLoads, type WorkLoad, type WorkLoadWish } from "./workload.js";

/** Identity of one campaign of a world: `accounts` is the size of a middling campaign, `firstIndex` where its accounts stand. */
export interface CampaignSeat {
  id: string;
  seed: number;
  accounts: number;
  firstIndex: number;
}

/** A pool's size as a share of a middling campaign's. */
export function scaleSize(accounts: number, share: number): number {
  return Math.max(2, Math.round(accounts * share));
}

/** What a playbook fills in. */
export interface CampaignWish {
  id: string;
  playbook: string;
  seed: number;
  size: number;
  pool: PoolWish;
  workLoads: readonly WorkLoadWish[];
  /** Share of unrelated traffic unless a knob says otherwise. */
  unrelatedShare: number;
  /** Replaces the choice of work load. */
  chooseWorkLoad?(workLoads: readonly WorkLoad[], atMs: number, random: Random): WorkLoad | null;
  /** Chooses a model for a harvest request, or leaves it to the account. */
  chooseModel?(atMs: number, random: Random): number | undefined;
  /** Share of accounts banned on the way and replaced. */
  bannedShare: number;
  /** Replaces one harvest turn. */
  harvest?(session: Session, workLoad: WorkLoad, extra: Partial<Draft>): void;
  /** The work load that is given what the others harvested. */
  reworks?: string;
  modulate?(hour: number): number;
  successorOf?: string;
  details?: Record<string, unknown>;
}

/** Bans: when, and the ordinals that go and come. */
interface Ban {
  atMs: number;
  gone: number;
}

/** Builds a campaign. `firstIndex` is where its accounts stand, for the enforcement file. */
export function createCampaign(context: WorldContext, wish: CampaignWish, firstIndex: number): Group & { pool: Pool } {
  const pool = createPool(context, wish.seed, wish.size, wish.pool);
  const workLoads = createWorkLoads(context, wish.workLoads, wish.seed);
  const unrelatedShare = readMix(context.options.knobs) ?? wish.unrelatedShare;
  const ban = planBan(context, wish, pool);
  const rates = createRates(context, wish);
  const harvested = createAnswerShelf();
  const group: Group & { pool: Pool } = {
    name: wish.playbook,
    size: wish.size,
    pool,
    shape(profile, ordinal, random) {
      enlist(context, pool, profile, ordinal, random);
      profile.truth = {
        label: "attack",
        campaign: wish.id,
        segment: wish.playbook,
        crowd: wish.id,
        ...(wish.successorOf === undefined ? {} : { successorOf: wish.successorOf }),
      };
      if (ordinal < ban.gone) profile.pace.aliveToMs = ban.atMs + random() * HOUR_MS;
      // The last ones stand by and step in for those that are banned.
      else if (ordinal >= wish.size - ban.gone) {
        profile.pace.harvestsFromMs = ban.atMs + (1 + 9 * random()) * HOUR_MS;
        profile.pace.aliveFromMs = profile.pace.harvestsFromMs;
        if (!context.options.knobs.has("staggered_registration") && chance(random, 0.6))
          registerInBurst({ ...pool, bursts: [ban.atMs - 20 * HOUR_MS] }, profile, random);
      }
    },
    open(profile, atMs, random, ordinal) {
      if (atMs < profile.pace.harvestsFromMs) return openUsage(context, profile, atMs, random);
      if (chance(random, unrelatedShare)) return openUsage(context, pretendCustomer(profile, pool, random), atMs, random);
      const drafts = openHarvest(context, { wish, workLoads, harvested }, { profile, ordinal, atMs }, random);
      if (wish.reworks !== undefined) harvested.put(profile.index, drafts);
      return drafts;
    },
    enforcement: listBans(context, wish, ban, firstIndex),
    describe: () => ({
      id: wish.id,
      playbook: wish.playbook,
      accounts: wish.size,
      unrelated_share: unrelatedShare,
      starts_at: new Date(pool.startAtMs).toISOString(),
      ...(ban.gone > 0 ? { banned: { at: new Date(ban.atMs).toISOString(), accounts: ban.gone } } : {}),
      ...(wish.successorOf === undefined ? {} : { successor_of: wish.successorOf }),
      work_loads: workLoads.map((each) => ({ id: each.id, capability: each.capability, share: each.share })),
      ...wish.details,
    }),
  };
  group.modulate = (hour) => (rates[hour] ?? 1) * (wish.modulate?.(hour) ?? 1);
  return group;
}

/** A reseller's account serves customers who have nothing to do with the harvest: most stay with it, some are moved around. */
export function pretendCustomer(profile: Profile, pool: Pool, random: Random): Profile {
  const customer = chance(random, 0.05)
    ? mix32(pool.seed, drawBetween(random, 0, pool.size * 2))
    : mix32(profile.textSeed, chance(random, 0.8) ? 0 : 1);
  return { ...profile, textSeed: customer >>> 1 };
}

function openHarvest(
  context: WorldContext,
  { wish, workLoads, harvested }: { wish: CampaignWish; workLoads: readonly WorkLoad[]; harvested: AnswerShelf },
  { profile, ordinal, atMs }: { profile: Profile; ordinal: number; atMs: number },
  random: Random,
): Draft[] {
  const session = startSession(profile, atMs, random);
  const special = wish.chooseWorkLoad?.(workLoads, atMs, random) ?? null;
  const own = workLoads[ordinal % workLoads.length];
  const shares = workLoads.map((each) => each.share);
  const choose = (): WorkLoad => {
    if (context.options.knobs.has("one_scaffold_per_account")) return own;
    return special ?? pickWeighted(random, workLoads, shares);
  };
  const turns = drawTurns(profile, random);
  // A conversation stays with one work load, as a job does.
  const workLoad = choose();
  const model = wish.chooseModel?.(atMs, random);
  const extra: Partial<Draft> = model === undefined ? {} : { model };
  if (wish.harvest) {
    for (let i = 0; i < turns; i++) wish.harvest(session, workLoad, extra);
    return session.drafts;
  }
  if (profile.habits.kind === "agent" && (workLoad.capability === "agentic_coding" || workLoad.capability === "tool_use")) {
    const { system, text } = workLoad.write(random);
    openAgent(context, session, { system, text, campaign: wish.id });
    for (const draft of session.drafts) Object.assign(draft, extra);
    return session.drafts;
  }
  for (let i = 0; i < turns; i++) {
    const seed = mix32(session.seed, 0x7ace + i);
    const given = workLoad.id === wish.reworks ? harvested.take(profile.index, { atMs: session.atMs, seed, own: false }) : undefined;
    addHarvest(session, workLoad, wish.id, extra, given);
  }
  return session.drafts;
}

/** One request of the harvest, in the manner of its account. */
export function addHarvest(session: Session, workLoad: WorkLoad, campaign: string, extra: Partial<Draft>, given?: string): void {
  const { system, text, answer } = workLoad.write(session.random, given);
  const turn: Turn = {
    system,
    text,
    answer,
    campaign,
    keepsHistory: session.profile.habits.kind === "chat" || session.profile.habits.kind === "app",
    extra,
  };
  // A sixth of the harvest asks for full reasoning where its account would not.
  if (chance(session.random, 0.16)) turn.extra = { ...extra, asksReasoning: true };
  addTurn(session, turn);
}

function planBan(context: WorldContext, wish: CampaignWish, pool: Pool): Ban {
  const random = createRandom(wish.seed, 0x70);
  const gone = Math.floor(wish.size * wish.bannedShare);
  return { gone, atMs: pool.startAtMs + (0.35 + 0.3 * random()) * (context.endAtMs - pool.startAtMs) };
}

function listBans(context: WorldContext, wish: CampaignWish, ban: Ban, firstIndex: number): Enforcement[] {
  const random = createRandom(wish.seed, 0x71);
  return Array.from({ length: ban.gone }, (_, ordinal) => ({
    accountId: context.nameAccount(firstIndex + ordinal),
    atMs: Math.floor(ban.atMs + random() * HOUR_MS),
    measure: "banned" as const,
    reason: "terms",
  }));
}

/** The fleet's common rate, hour by hour: gamma noise that lasts some hours, pauses when the job stops. Flat for those who keep human hours. */
function createRates(context: WorldContext, wish: CampaignWish): number[] {
  const hours = Math.ceil((context.endAtMs - context.startAtMs) / HOUR_MS);
  if (context.options.knobs.has("human_hours")) return Array.from({ length: hours }, () => 1);
  const random = createRandom(wish.seed, 0x72);
  const rates: number[] = [];
  while (rates.length < hours) {
    const level = chance(random, 0.12) ? 0.05 : drawGamma(random, 1.13, 2.5);
    const lasts = drawBetween(random, 2, 9);
    for (let i = 0; i < lasts; i++) rates.push(level);
  }
  return rates;
}
