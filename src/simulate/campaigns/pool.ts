/** The pool of accounts behind a campaign: how they are registered, paid for and routed, and what the evasion knobs change. */
import type { WorldContext } from "../context.js";
import { drawHabits } from "../habits.js";
import { type ClientProgram, drawOwnJa4, drawProgram } from "../identity/clients.js";
import { type Address, drawAddress } from "../identity/networks.js";
import { readMix } from "../options.js";
import type { Profile } from "../profile.js";
import { chance, createRandom, drawBetween, drawGamma, drawInteger, formatHex, pick, type Random } from "../random.js";
import { DAY_MS, HOUR_MS } from "../schedule.js";

/** What a playbook says about its pool. */
export interface PoolWish {
  /** Requests per account relative to the crowd's mean. */
  weight: number;
  /** Share of accounts that share a payment instrument with siblings. */
  sharedPayments: number;
  /** What the accounts pretend to be; the crowd's mix with a tilt. */
  kindWeights: readonly number[];
  /** Access pathways, one per account; empty: as drawn. */
  channels: readonly string[];
}

/** A pool's shared infrastructure. */
export interface Pool {
  seed: number;
  startAtMs: number;
  bursts: readonly number[];
  proxies: readonly Address[];
  programs: readonly ClientProgram[];
  domains: readonly string[];
  size: number;
  wish: PoolWish;
}

/** Share of accounts that are bought with an age and a history instead of being registered in bursts. */
const AGED_SHARE = 0.5;
/** Share of accounts whose habits lean the way the harvest needs; the rest are drawn like anybody's. */
const TILTED_SHARE = 0.35;

/** Sets up a pool. The campaign starts within the first fifth of the world. */
export function createPool(context: WorldContext, seed: number, size: number, wish: PoolWish): Pool {
  const random = createRandom(seed, 0x60);
  const length = context.endAtMs - context.startAtMs;
  const startAtMs = context.startAtMs + random() * 0.2 * length;
  return {
    seed,
    size,
    wish,
    startAtMs,
    bursts: Array.from({ length: Math.max(1, Math.min(6, Math.round(size / 25))) }, () => startAtMs - (0.3 + 9 * random()) * DAY_MS),
    proxies: Array.from({ length: Math.max(3, Math.round(size * 0.6)) }, () =>
      drawAddress(random, chance(random, 0.6) ? "datacenter" : chance(random, 0.6) ? "vpn" : "residential"),
    ),
    programs: [drawProgram(random, false), drawProgram(random, false)],
    domains: [pick(random, ["outlook.com", "gmail.com", "163.com", "proton.me"]), `${formatHex(7, seed, 3)}.example`],
  };
}

/** Turns a profile drawn like everybody's into a member of the pool. */
export function enlist(context: WorldContext, pool: Pool, profile: Profile, ordinal: number, random: Random): void {
  const { knobs } = context.options;
  if (chance(random, TILTED_SHARE))
    profile.habits = { ...drawHabits(random, context.options.library, pool.wish.kindWeights), language: profile.habits.language };
  profile.pace.weight = drawGamma(random, pool.wish.weight * volumeForMix(context), 4);
  profile.pace.aliveToMs = Number.POSITIVE_INFINITY;
  const joinsAtMs = pool.startAtMs + random() ** 2 * (knobs.has("staggered_registration") ? 8 : 2) * DAY_MS;
  profile.pace.harvestsFromMs = Math.max(profile.pace.aliveFromMs, joinsAtMs);
  // Aged accounts had a life before they were bought; the rest is silent until its first job.
  const isAged = knobs.has("staggered_registration") || chance(random, AGED_SHARE);
  if (!isAged || profile.account.createdAtMs > pool.startAtMs) {
    profile.pace.aliveFromMs = profile.pace.harvestsFromMs;
    if (profile.account.createdAtMs > pool.startAtMs) profile.account.createdAtMs = Math.floor(pool.startAtMs - random() * 5 * DAY_MS);
  }
  // Those that name an organization name one each: the pool claims to be strangers.
  if (profile.account.organizationId !== undefined) profile.account.organizationId = `org_${formatHex(10, pool.seed ^ 26, profile.index)}`;
  if (pool.wish.channels.length > 0) profile.habits.channel = pick(random, pool.wish.channels);
  if (!isAged) registerInBurst(pool, profile, random);
  pay(context, pool, profile, ordinal, random);
  route(context, pool, profile, random);
  if (knobs.has("human_hours")) profile.pace.curve = chance(random, 0.6) ? 0 : 1;
  if (knobs.has("low_rate")) profile.pace.dailyMax = 5;
}

/** A reseller whose accounts carry mostly customers' traffic sends more through each, within what ordinary customers send. */
function volumeForMix(context: WorldContext): number {
  const mix = readMix(context.options.knobs) ?? 0;
  return 1 + 0.8 * mix * mix;
}

/** Registers an account in one of the pool's bursts, within hours of its siblings. */
export function registerInBurst(pool: Pool, profile: Profile, random: Random): void {
  const { account } = profile;
  account.createdAtMs = Math.floor(pick(random, pool.bursts) + random() ** 2 * 5 * HOUR_MS);
  account.verification = chance(random, 0.7) ? "phone" : "email";
  if (chance(random, 0.5)) account.emailDomain = pick(random, pool.domains);
  if (chance(random, 0.5)) account.signupIp = pick(random, pool.proxies).ip;
  if (chance(random, 0.5)) account.signupJa4 = pool.programs[0]?.ja4 ?? account.signupJa4 ?? "";
}

function pay(context: WorldContext, pool: Pool, profile: Profile, ordinal: number, random: Random): void {
  const own = `pay_${formatHex(14, pool.seed ^ 24, profile.index)}`;
  if (profile.account.paymentFingerprint !== undefined) profile.account.paymentFingerprint = own;
  if (context.options.knobs.has("unique_payments") || !chance(random, pool.wish.sharedPayments)) return;
  // Cards serve three to ten accounts each, and not neighbours in any order.
  const cards = Math.max(1, Math.round(pool.size / 6));
  const card = chance(random, 0.8) ? drawInteger(random, cards) : ordinal % cards;
  profile.account.paymentFingerprint = `pay_${formatHex(14, pool.seed ^ 25, card)}`;
  profile.account.paymentKind = chance(random, 0.3) ? "prepaid_card" : "card";
}

function route(context: WorldContext, pool: Pool, profile: Profile, random: Random): void {
  const { knobs } = context.options;
  const count = profile.addresses.length;
  if (knobs.has("residential_ips")) {
    profile.addresses = Array.from({ length: count }, () => drawAddress(random, "residential"));
    profile.account.signupIp = profile.addresses[0]?.ip ?? "";
  } else if (chance(random, 0.8)) {
    profile.addresses = Array.from({ length: Math.min(4, count) }, () => pick(random, pool.proxies));
  }
  if (knobs.has("random_ja4")) profile.ownJa4 = drawOwnJa4(random);
  else if (chance(random, 0.5)) profile.programs = [pool.programs[drawBetween(random, 0, 1)]];
}

/** The crowd's mix of kinds, leaning towards scripts and batches. */
export const SCRIPT_TILT: readonly number[] = [24, 16, 38, 12, 10];
/** The crowd's mix of kinds, leaning towards agents. */
export const AGENT_TILT: readonly number[] = [22, 14, 20, 38, 6];
