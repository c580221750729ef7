import { describe, expect, it } from "vitest";
import { createRandom, drawPoisson, type Random } from "../../sdk/testing/draws.js";
import { listHostileGroups } from "../../sdk/testing/hostile-groups.js";
import { buildPopulation, selectGroup, type TestAccount, type TestRequest } from "../../sdk/testing/population.js";
import detection from "./detection.js";

const DAYS = 14;
const MEMBERS = 12;
const CROWD = 150;
const WORLDS = 40;
const SCAFFOLDS = ["one", "two", "three", "four"];
const worlds = Array.from({ length: WORLDS }, (_, index) => index + 1);

/** What an account sends in an hour of the world, chosen for all members alike or for each. */
type Choose = (hour: number, random: Random) => string;

/** How often an account is at work in an hour. */
type Pace = (hour: number) => number;

const byDay: Pace = (hour) => (hour % 24 >= 8 && hour % 24 < 18 ? 0.35 : 0.01);
const anyScaffold: Choose = (_hour, random) => SCAFFOLDS[random.below(SCAFFOLDS.length)];

function send(pace: Pace, choose: Choose, random: Random): TestAccount {
  const requests: TestRequest[] = [];
  for (let hour = 0; hour < 24 * DAYS; hour++) {
    for (let left = drawPoisson(pace(hour), random); left > 0; left--)
      requests.push({ atHours: hour + random.next(), family: choose(hour, random) });
  }
  return { requests };
}

function drawWorld(seed: number, makeMember: (random: Random) => (random: Random) => TestAccount) {
  const random = createRandom(seed);
  const member = makeMember(random);
  const members = Array.from({ length: MEMBERS }, () => member(random));
  const crowd = Array.from({ length: CROWD }, (_, index) =>
    send(
      (hour) => 0.15 * byDay(hour),
      () => `own ${index}`,
      random,
    ),
  );
  const population = buildPopulation({ accounts: [...members, ...crowd] });
  return { population, group: selectGroup(population, { accounts: members.map((_, index) => index), families: SCAFFOLDS }) };
}

/** The dispatcher works on one scaffold for three hours, then on another. */
const batchByBatch = (random: Random) => {
  const batches = Array.from({ length: (24 * DAYS) / 3 }, () => anyScaffold(0, random));
  return (own: Random): TestAccount => send(byDay, (hour) => batches[Math.floor(hour / 3)], own);
};
const atRandom =
  () =>
  (own: Random): TestAccount =>
    send(byDay, anyScaffold, own);
const dayByDay = (random: Random) => {
  const ofDay = Array.from({ length: DAYS }, () => anyScaffold(0, random));
  return (own: Random): TestAccount =>
    send(byDay, (hour, at) => (at.next() < 0.7 ? ofDay[Math.floor(hour / 24)] : anyScaffold(hour, at)), own);
};

describe("of a group, lockstep", () => {
  const examine = (seed: number, makeMember: (random: Random) => (own: Random) => TestAccount): number => {
    const { group, population } = drawWorld(seed, makeMember);
    return detection.examine?.(group, population)?.logLikelihoodRatio ?? 0;
  };

  it("finds one queue worked on batch by batch in at least 19 of 20 worlds", () => {
    expect(worlds.filter((seed) => examine(seed, batchByBatch) >= 1).length).toBeGreaterThanOrEqual(0.95 * WORLDS);
  });

  it.each([
    ["people with the same hours who choose for themselves", atRandom],
    ["people with the same hours and a fashion that changes by the day", dayByDay],
  ])("never takes %s for a pool", (_who, makeMember) => {
    expect(worlds.map((seed) => examine(seed, makeMember)).filter((nats) => nats >= 1)).toEqual([]);
  });

  it("takes fewer meetings than chance has for no sign of a pool, however much unlike a crowd's they are", () => {
    // In every hour each of twelve accounts is on a scaffold of its own.
    const families = Array.from({ length: MEMBERS }, (_, index) => `scaffold ${index}`);
    const accounts = families.map((_, member) => ({
      requests: Array.from({ length: 12 * DAYS }, (_each, at) => ({ atHours: 2 * at, family: families[(member + at) % MEMBERS] })),
    }));
    const population = buildPopulation({ accounts });
    const group = selectGroup(population, { accounts: [...families.keys()], families });
    expect(detection.examine?.(group, population)).toBeNull();
  });

  it("never says more than its cap, and nothing against a pool", () => {
    for (const seed of worlds.slice(0, 10)) {
      for (const makeMember of [batchByBatch, atRandom, dayByDay]) {
        expect(examine(seed, makeMember)).toBeGreaterThanOrEqual(0);
        expect(examine(seed, makeMember)).toBeLessThanOrEqual(detection.thresholds["capNats"].value);
      }
    }
  });

  it.each(listHostileGroups())("has nothing to say about $claim", ({ group, population }) => {
    expect(detection.examine?.(group, population)).toBeNull();
  });
});

describe("of two accounts, lockstep", () => {
  /** Strongest evidence among the pairs of members, and the mean number of pairs with any worth a link. */
  const compareAll = (seed: number, makeMember: (random: Random) => (own: Random) => TestAccount): number[] => {
    const { population } = drawWorld(seed, makeMember);
    const found: number[] = [];
    for (let a = 0; a < MEMBERS; a++) for (let b = a + 1; b < MEMBERS; b++) found.push(detection.compare(a, b, population));
    return found;
  };
  const inShifts = (random: Random) => {
    const isOn: boolean[] = [];
    for (let on = true; isOn.length < 24 * DAYS; on = !on) for (let left = on ? 2 : 6 + random.below(8); left > 0; left--) isOn.push(on);
    return (own: Random): TestAccount =>
      send(
        (hour) => (isOn[hour] ? 0.8 : 0),
        () => "one",
        own,
      );
  };
  const share = (values: readonly number[], least: number): number => values.filter((value) => value >= least).length / values.length;

  it("says as much as a link needs of nearly all pairs of a pool that works in shifts of its own", () => {
    const found = worlds.slice(0, 5).flatMap((seed) => compareAll(seed, inShifts));
    expect(share(found, 1)).toBeGreaterThan(0.9);
  });

  const fannedOut = (random: Random) => {
    const jobs = Array.from({ length: 12 }, () => 24 * random.below(DAYS) + 8 + 10 * random.next());
    return (own: Random): TestAccount => {
      const ordinary = send(
        (hour) => 0.1 * byDay(hour),
        () => "one",
        own,
      );
      return { requests: [...ordinary.requests, ...jobs.map((at) => ({ atHours: at + own.next() / 120, family: "one" }))] };
    };
  };

  it("links nearly all pairs of a pool to which one job goes out within half a minute", () => {
    expect(
      share(
        worlds.slice(0, 5).flatMap((seed) => compareAll(seed, fannedOut)),
        3,
      ),
    ).toBeGreaterThan(0.95);
  });

  it("links hardly any strangers with one tool and one working day", () => {
    expect(
      share(
        worlds.slice(0, 5).flatMap((seed) => compareAll(seed, atRandom)),
        1,
      ),
    ).toBeLessThan(0.01);
  });

  it("is symmetric, says nothing without a common scaffold, nor about a product that a tenth of the world uses", () => {
    const { population } = drawWorld(1, inShifts);
    expect(detection.compare(0, 1, population)).toBe(detection.compare(1, 0, population));
    expect(detection.compare(0, MEMBERS, population)).toBe(0);
    const everybody = buildPopulation({ accounts: Array.from({ length: 20 }, () => send(byDay, () => "one", createRandom(1))) });
    expect(detection.compare(0, 1, everybody)).toBe(0);
  });
});
