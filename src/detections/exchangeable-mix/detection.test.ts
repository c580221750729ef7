import { describe, expect, it } from "vitest";
import { createRandom, drawCategory, drawNormal, drawShares, type Random } from "../../sdk/testing/draws.js";
import { listHostileGroups } from "../../sdk/testing/hostile-groups.js";
import { buildPopulation, selectGroup, type TestAccount } from "../../sdk/testing/population.js";
import detection from "./detection.js";

const FAMILIES = ["solve", "check", "rewrite"];
const MIX = [0.5, 0.3, 0.2];
const DAYS = 4;
const WORLDS = 60;

interface Habits {
  /** Overdispersion of the mixes: 0 is one queue, 1/3 is a Dirichlet of concentration 2. */
  mixes: number;
  /** Everybody has own hours of the day. */
  ownHours: boolean;
  /** ln of the volumes varies by this much. */
  volumes: number;
}

function drawAccount(random: Random, { mixes, ownHours, volumes }: Habits): TestAccount {
  const shares = drawShares(MIX, mixes, random);
  const centre = 24 * random.next();
  const count = Math.max(1, Math.min(120, Math.round(16 * Math.exp(volumes * drawNormal(random) - volumes ** 2 / 2))));
  const requests = Array.from({ length: count }, () => {
    const ofDay = ownHours ? (((centre + 1.5 * drawNormal(random)) % 24) + 24) % 24 : 24 * random.next();
    return { atHours: 24 * random.below(DAYS) + ofDay, family: FAMILIES[drawCategory(shares, random)], item: 1 + random.below(1e9) };
  });
  return { requests };
}

const QUEUE: Habits = { mixes: 0, ownHours: false, volumes: 0.2 };
const PEOPLE: Habits = { mixes: 1 / 3, ownHours: true, volumes: 1.2 };

function examineMembers(habits: Habits, { seed, members = 12 }: { seed: number; members?: number }): number {
  const random = createRandom(seed);
  const group = Array.from({ length: members }, () => drawAccount(random, habits));
  const crowd = Array.from({ length: 40 }, () => drawAccount(random, PEOPLE)).map(({ requests }) => ({
    requests: requests.map(({ atHours }) => ({ atHours })),
  }));
  const population = buildPopulation({ accounts: [...group, ...crowd] });
  const chosen = selectGroup(population, { accounts: group.map((_, position) => position), families: FAMILIES });
  return detection.examine(chosen, population)?.logLikelihoodRatio ?? 0;
}

const worlds = Array.from({ length: WORLDS }, (_, index) => index + 1);
const median = (values: number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1];

describe("exchangeable-mix", () => {
  it("speaks for a pool when accounts are drawn from one mix, in at least 19 of 20 worlds", () => {
    const found = worlds.filter((seed) => examineMembers(QUEUE, { seed }) >= 1);
    expect(found.length).toBeGreaterThanOrEqual(0.95 * WORLDS);
  });

  it("speaks against one in at least 19 of 20 worlds of people (Dirichlet mixes of concentration 2, own hours, own volumes)", () => {
    const spared = worlds.filter((seed) => examineMembers(PEOPLE, { seed }) < 0);
    expect(spared.length).toBeGreaterThanOrEqual(0.95 * WORLDS);
  });

  it.each<[string, Partial<Habits>]>([
    ["people's mixes", { mixes: PEOPLE.mixes }],
    ["people's hours", { ownHours: true }],
    ["people's volumes", { volumes: PEOPLE.volumes }],
  ])("says less about a queue with %s than about a queue", (_claim, change) => {
    const ratios = (habits: Habits): number[] => worlds.slice(0, 20).map((seed) => examineMembers(habits, { seed, members: 8 }));
    expect(median(ratios({ ...QUEUE, ...change }))).toBeLessThan(median(ratios(QUEUE)));
  });

  it("says little about three accounts, however alike", () => {
    for (const seed of worlds.slice(0, 10)) expect(Math.abs(examineMembers(QUEUE, { seed, members: 3 }))).toBeLessThan(1);
  });

  it.each(listHostileGroups())("has nothing to say about $claim", ({ group, population }) => {
    expect(detection.examine(group, population)).toBeNull();
  });
});
