/** Draws everybody's profile: the crowd's marginals first, then the group's story. */
import type { Group, WorldContext } from "./context.js";
import { drawHabits } from "./habits.js";
import type { Pace, Profile } from "./profile.js";
import { chance, createRandom, drawBetween, drawInteger, drawLogNormal, pick, pickWeighted, type Random } from "./random.js";
import { drawRegistration } from "./registration.js";
import { TIME_ZONE_WEIGHTS, TIME_ZONES } from "./schedule.js";

/** Spread of how much people use a service: the busiest hundredth sends about a third of everything. */
const WEIGHT_SIGMA = 1.25;
const WEIGHT_MAX = 40;
const FOREVER = Number.POSITIVE_INFINITY;

/** The profile of one account. */
export function drawProfile(context: WorldContext, group: Group, index: number, ordinal: number): Profile {
  const random = createRandom(context.options.seed, 0xac, index);
  const habits = drawHabits(random, context.options.library);
  const { account, addresses, programs } = drawRegistration(context, index, habits, random);
  const profile: Profile = {
    index,
    account,
    truth: { label: "benign", campaign: null, segment: group.name, crowd: null },
    habits,
    pace: drawPace(context, account.createdAtMs, random),
    addresses,
    programs,
    ownJa4: null,
    clients: [],
    textSeed: drawInteger(random, 2 ** 31),
    showsOrganization: chance(random, 0.8),
  };
  group.shape(profile, ordinal, createRandom(context.options.seed, 0xad, index));
  return profile;
}

function drawPace(context: WorldContext, createdAtMs: number, random: Random): Pace {
  const traces = context.options.library?.rates.length ?? 0;
  return {
    weight: Math.min(WEIGHT_MAX, drawLogNormal(random, 1, WEIGHT_SIGMA)),
    timeZone: pickWeighted(random, TIME_ZONES, TIME_ZONE_WEIGHTS) + pick(random, [0, 0, 0, -1, 1]),
    curve: pickWeighted(random, [0, 1, 2, 3], [42, 28, 20, 10]),
    activeShare: chance(random, 0.3) ? 1 : 0.15 + 0.85 * random(),
    // A third follow a recorded client's own rate instead of a smooth daily curve.
    trace: traces > 0 && chance(random, 0.35) ? drawInteger(random, Math.min(traces, 32_000)) : -1,
    aliveFromMs: createdAtMs > context.startAtMs ? createdAtMs + drawBetween(random, 1, 240) * 60_000 : context.startAtMs,
    aliveToMs: chance(random, 0.06) ? context.startAtMs + random() * (context.endAtMs - context.startAtMs) : FOREVER,
    harvestsFromMs: context.startAtMs,
    dailyMax: FOREVER,
  };
}
