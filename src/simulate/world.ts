/** Puts a world together and lets it run: plans every day's conversations, opens them in time order, and yields finished requests. */
import type { Account, AllowlistEntry, Enforcement, Release } from "../vocabulary/account.js";
import type { RequestEvent } from "../vocabulary/request-event.js";
import type { Draft, Group, WorldContext } from "./context.js";
import { completeOptions, type SimulateOptions } from "./options.js";
import type { Profile, TruthOfAccount } from "./profile.js";
import { drawProfile } from "./population.js";
import { createContext } from "./setting.js";
import { createGroups } from "./groups.js";
import { createHeap } from "./heap.js";
import { createRandom, drawOnce, drawPoisson, createPermutation } from "./random.js";
import { finishRequest } from "./request.js";
import { CURVE_COUNT, DAY_MS, drawMoment, fillHourWeights } from "./schedule.js";

/** One request with its truth. */
export interface SimulatedRequest {
  event: RequestEvent;
  /** Campaign whose harvest it belongs to, or null. */
  campaign: string | null;
}

/** A world. Everything can be iterated more than once and gives the same each time. */
export interface World {
  context: WorldContext;
  releases: readonly Release[];
  enforcement: readonly Enforcement[];
  allowlist: readonly AllowlistEntry[];
  /** Accounts with their truth, in an order that says nothing. */
  accounts(): Generator<{ account: Account; truth: TruthOfAccount }>;
  /** Requests in time order. */
  requests(): Generator<SimulatedRequest>;
  /** What each group says about itself, for `world.json`. */
  describe(): Record<string, unknown>[];
}

/** Profiles kept at hand; beyond that they are drawn again. */
const PROFILES_KEPT_MAX = 60_000;

interface Placed {
  group: Group;
  start: number;
}

/** Everything about an account that planning a day needs, column by column. */
interface Plan {
  perDay: Float64Array;
  timeZone: Int8Array;
  curve: Uint8Array;
  activeShare: Float32Array;
  trace: Int16Array;
  aliveFromMs: Float64Array;
  aliveToMs: Float64Array;
  sessionsDailyMax: Float32Array;
}

/**
 * Builds a seeded world. Pure: no clock, no files. The same options give the same world, request for request.
 * @throws StillwatchError SW1501 for options out of range.
 */
export function simulateWorld(options: SimulateOptions): World {
  const context = createContext(completeOptions(options));
  const placed = placeGroups(createGroups(context));
  const accounts = context.options.accounts;
  const profileOf = createProfileCache(context, placed);
  const plan = planAccounts(context, placed, profileOf);
  const order = createPermutation(accounts, context.options.seed ^ 0x51);
  return {
    context,
    releases: context.models.map((model) => ({ targetModel: model.name, releasedAtMs: model.releasedAtMs })),
    enforcement: placed
      .flatMap(({ group }) => group.enforcement ?? [])
      .sort((a, b) => a.atMs - b.atMs || (a.accountId < b.accountId ? -1 : 1)),
    allowlist: placed.flatMap(({ group }) => group.allowlist ?? []),
    *accounts() {
      for (let i = 0; i < accounts; i++) {
        const profile = profileOf(order(i));
        yield { account: profile.account, truth: profile.truth };
      }
    },
    requests: () => runWorld(context, placed, plan, profileOf),
    describe: () => placed.flatMap(({ group }) => (group.describe ? [group.describe()] : [])),
  };
}

function placeGroups(groups: readonly Group[]): Placed[] {
  let start = 0;
  return groups.map((group) => {
    const placed = { group, start };
    start += group.size;
    return placed;
  });
}

function findGroup(placed: readonly Placed[], index: number): Placed {
  let low = 0;
  let high = placed.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (placed[middle].start <= index) low = middle;
    else high = middle - 1;
  }
  return placed[low];
}

function createProfileCache(context: WorldContext, placed: readonly Placed[]): (index: number) => Profile {
  const kept = new Map<number, Profile>();
  return (index) => {
    const known = kept.get(index);
    if (known) return known;
    const { group, start } = findGroup(placed, index);
    const profile = drawProfile(context, group, index, index - start);
    if (kept.size >= PROFILES_KEPT_MAX) kept.clear();
    kept.set(index, profile);
    return profile;
  };
}

function planAccounts(context: WorldContext, placed: readonly Placed[], profileOf: (index: number) => Profile): Plan {
  const { accounts, requests, days } = context.options;
  const plan: Plan = {
    perDay: new Float64Array(accounts),
    timeZone: new Int8Array(accounts),
    curve: new Uint8Array(accounts),
    activeShare: new Float32Array(accounts),
    trace: new Int16Array(accounts),
    aliveFromMs: new Float64Array(accounts),
    aliveToMs: new Float64Array(accounts),
    sessionsDailyMax: new Float32Array(accounts),
  };
  let total = 0;
  const busyness = measureBusyness(context);
  for (const { group, start } of placed) {
    for (let ordinal = 0; ordinal < group.size; ordinal++) {
      const index = start + ordinal;
      const { pace, ...profile } = profileOf(index);
      const perSession = Math.max(1, group.countPerSession?.({ pace, ...profile }) ?? profile.habits.turnsMean) * 1.03;
      plan.perDay[index] = pace.weight / perSession / days;
      plan.timeZone[index] = pace.timeZone;
      plan.curve[index] = pace.curve;
      plan.activeShare[index] = pace.activeShare;
      plan.trace[index] = pace.trace;
      plan.aliveFromMs[index] = pace.aliveFromMs;
      plan.aliveToMs[index] = pace.aliveToMs;
      plan.sessionsDailyMax[index] = Math.max(0.5, pace.dailyMax / perSession);
      const alive = Math.min(context.endAtMs, pace.aliveToMs) - Math.max(context.startAtMs, pace.aliveFromMs);
      const work = pace.trace >= 0 ? 1 : (busyness[pace.curve] ?? 1);
      total += pace.weight * work * Math.max(0, alive / (context.endAtMs - context.startAtMs));
    }
  }
  const scale = requests / Math.max(total, 1e-9);
  for (let i = 0; i < accounts; i++) plan.perDay[i] = (plan.perDay[i] ?? 0) * scale;
  return plan;
}

/** Mean activity per curve over the days of the world, weekends included: what a weight of 1 comes to. */
function measureBusyness(context: WorldContext): number[] {
  const weights = new Float64Array(24);
  return Array.from({ length: CURVE_COUNT }, (_, curve) => {
    let total = 0;
    for (let day = 0; day < context.options.days; day++) {
      const weekday = new Date(context.startAtMs + day * DAY_MS).getUTCDay();
      fillHourWeights(weights, { curve, timeZone: 0 }, { index: day, weekday }, null);
      for (const weight of weights) total += weight;
    }
    return total / (24 * context.options.days);
  });
}

/** Conversations of one day: when, and whose. */
interface Starts {
  atMs: number[];
  index: number[];
}

function planDay(context: WorldContext, placed: readonly Placed[], plan: Plan, day: number): Starts {
  const starts: Starts = { atMs: [], index: [] };
  const weights = new Float64Array(24);
  const dayAtMs = context.startAtMs + day * DAY_MS;
  const weekday = new Date(dayAtMs).getUTCDay();
  const rates = context.options.library?.rates ?? [];
  for (const { group, start } of placed) {
    for (let ordinal = 0; ordinal < group.size; ordinal++) {
      const index = start + ordinal;
      const from = plan.aliveFromMs[index] ?? 0;
      const to = plan.aliveToMs[index] ?? 0;
      if (from >= dayAtMs + DAY_MS || to <= dayAtMs) continue;
      const activeShare = plan.activeShare[index] ?? 1;
      if (activeShare < 1 && drawOnce(context.options.seed ^ 0xd4, index, day) >= activeShare) continue;
      fillHourWeights(
        weights,
        { curve: plan.curve[index] ?? 0, timeZone: plan.timeZone[index] ?? 0 },
        { index: day, weekday },
        rates[plan.trace[index] ?? -1] ?? null,
      );
      let total = 0;
      for (let hour = 0; hour < 24; hour++) {
        if (group.modulate) weights[hour] = (weights[hour] ?? 0) * group.modulate(day * 24 + hour);
        total += weights[hour] ?? 0;
      }
      const mean = (((plan.perDay[index] ?? 0) / activeShare) * total) / 24;
      const random = createRandom(context.options.seed, 0xda, index, day);
      const count = drawPoisson(random, Math.min(mean, plan.sessionsDailyMax[index] ?? mean));
      for (let i = 0; i < count; i++) {
        const atMs = dayAtMs + drawMoment(random, weights, total);
        if (atMs < from || atMs >= to) continue;
        starts.atMs.push(atMs);
        starts.index.push(index);
      }
    }
  }
  return starts;
}

function* runWorld(
  context: WorldContext,
  placed: readonly Placed[],
  plan: Plan,
  profileOf: (index: number) => Profile,
): Generator<SimulatedRequest> {
  const groups = createGroups(context);
  const fresh = placeGroups(groups);
  const heap = createHeap<{ draft: Draft; index: number }>();
  let sequence = 0;
  const finish = (entry: { draft: Draft; index: number }): SimulatedRequest => ({
    event: finishRequest(context, profileOf(entry.index), entry.draft, sequence++),
    campaign: entry.draft.campaign,
  });
  for (let day = 0; day < context.options.days; day++) {
    const starts = planDay(context, placed, plan, day);
    const order = Uint32Array.from(starts.atMs.keys()).sort((a, b) => starts.atMs[a] - starts.atMs[b] || a - b);
    for (const position of order) {
      const atMs = starts.atMs[position];
      const index = starts.index[position];
      for (let due = heap.popBefore(atMs); due; due = heap.popBefore(atMs)) if (due.draft.atMs < context.endAtMs) yield finish(due);
      // Groups carry queues that run down; each run of the world starts with fresh ones.
      const { group, start } = findGroup(fresh, index);
      const random = createRandom(context.options.seed, 0x5e, index, atMs % 2 ** 32, position);
      for (const draft of group.open(profileOf(index), atMs, random, index - start)) heap.push(draft.atMs, { draft, index });
    }
  }
  for (let due = heap.popBefore(context.endAtMs); due; due = heap.popBefore(context.endAtMs)) yield finish(due);
}
