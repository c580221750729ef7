import { describe, expect, it } from "vitest";
import { createRandom, type Random } from "../../sdk/testing/draws.js";
import { listHostileGroups } from "../../sdk/testing/hostile-groups.js";
import { buildPopulation, selectGroup } from "../../sdk/testing/population.js";
import detection from "./detection.js";

const YEAR_HOURS = 365 * 24;
const uniform = (random: Random): number => -YEAR_HOURS * random.next();

interface Registrations {
  members: readonly (number | undefined)[];
  crowd: readonly (number | undefined)[];
}

function observe({ members, crowd }: Registrations) {
  const accounts = [...members, ...crowd].map((createdAtHours) => ({
    ...(createdAtHours === undefined ? {} : { createdAtHours }),
    requests: [{ atHours: 1, family: "own" }],
  }));
  const population = buildPopulation({ accounts });
  return { population, group: selectGroup(population, { accounts: members.map((_, position) => position), families: ["own"] }) };
}

function examine(registrations: Registrations): number {
  const { group, population } = observe(registrations);
  return detection.examine?.(group, population)?.logLikelihoodRatio ?? 0;
}

const draw = (count: number, one: () => number): number[] => Array.from({ length: count }, one);

describe("registration-burst", () => {
  it("is silent on uniform registrations in at least 97 of 100 worlds", () => {
    const fired = draw(200, () => 0).filter((_, seed) => {
      const random = createRandom(seed);
      return examine({ members: draw(15, () => uniform(random)), crowd: draw(300, () => uniform(random)) }) > 0;
    });
    expect(fired.length).toBeLessThanOrEqual(6);
  });

  it.each([
    ["all within an hour", 12, 12, 1],
    ["half of them within a day", 14, 7, 24],
    ["a third of thirty within six hours", 30, 10, 6],
  ])("finds a burst: %s", (_claim, members, inBurst, lengthHours) => {
    const random = createRandom(3);
    const times = draw(members, () => uniform(random)).map((at, index) => (index < inBurst ? -2000 - lengthHours * random.next() : at));
    expect(examine({ members: times, crowd: draw(300, () => uniform(random)) })).toBeGreaterThanOrEqual(2);
  });

  it.each([
    ["everybody came on that day", 0.9],
    ["a launch brought half of everybody", 0.5],
  ])("is silent when %s", (_claim, share) => {
    const random = createRandom(5);
    const launch = (): number => (random.next() < share ? -500 - 20 * random.next() : uniform(random));
    expect(examine({ members: draw(14, launch), crowd: draw(300, launch) })).toBe(0);
  });

  it.each<[string, Registrations]>([
    ["no side file tells when accounts were registered", { members: Array(12).fill(undefined), crowd: Array(50).fill(undefined) }],
    ["only the members' registrations are known", { members: draw(12, () => -9), crowd: Array(50).fill(undefined) }],
    ["there is no crowd to compare with", { members: draw(12, () => -9), crowd: [] }],
    ["only two members have a date", { members: [-5, -5, ...Array<undefined>(10).fill(undefined)], crowd: draw(50, () => -90) }],
  ])("has nothing to say when %s", (_claim, registrations) => {
    const { group, population } = observe(registrations);
    expect(detection.examine?.(group, population)).toBeNull();
  });

  it("links two accounts only when they were registered within a day, and never strongly", () => {
    const random = createRandom(9);
    const { population } = observe({ members: [-100, -100.2, -160, undefined], crowd: draw(2000, () => uniform(random)) });
    const [near, far, unknown] = [
      detection.compare(0, 1, population),
      detection.compare(0, 2, population),
      detection.compare(0, 3, population),
    ];
    expect(near).toBeGreaterThan(0.5);
    expect(near).toBeLessThanOrEqual(detection.thresholds["pairCapNats"].value);
    expect([far, unknown]).toEqual([0, 0]);
    expect(detection.compare(1, 0, population)).toBe(near);
  });

  it.each(listHostileGroups())("has nothing to say about $claim", ({ group, population }) => {
    expect(detection.examine?.(group, population)).toBeNull();
  });
});
