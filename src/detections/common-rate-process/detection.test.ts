import { describe, expect, it } from "vitest";
import { createRandom, drawPoisson, type Random } from "../../sdk/testing/draws.js";
import { listHostileGroups } from "../../sdk/testing/hostile-groups.js";
import { buildPopulation, selectGroup, type TestAccount } from "../../sdk/testing/population.js";
import detection from "./detection.js";

const HOURS = 168;
const MEMBERS = 12;
const WORLDS = 40;

/** Requests of an account whose rate per hour is `rateAt`. */
function sendAt(rateAt: (hour: number) => number, random: Random): TestAccount {
  const hours = Array.from({ length: HOURS }, (_, hour) => Array.from({ length: drawPoisson(rateAt(hour), random) }, () => hour));
  return { requests: hours.flat().map((hour) => ({ atHours: hour + random.next() })) };
}

/** What the detection says about the first accounts of a world whose others are a crowd over all hours. */
function examineMembers(rateOf: (random: Random) => (hour: number) => number, seed: number): number {
  const random = createRandom(seed);
  const crowd = Array.from({ length: 60 }, () => sendAt(() => 0.05, random));
  const shared = rateOf(random);
  const members = Array.from({ length: MEMBERS }, () => sendAt(shared, random));
  const population = buildPopulation({ accounts: [...members, ...crowd] });
  const group = selectGroup(population, { accounts: members.map((_, position) => position) });
  return detection.examine(group, population)?.logLikelihoodRatio ?? 0;
}

/** Everybody works by day, each for itself. */
const byDay = () => (hour: number) => (hour % 24 >= 8 && hour % 24 < 18 ? 0.35 : 0.01);

/** One dispatcher works and rests for two to nine hours at a time. */
const inShifts = (random: Random) => {
  const phases: boolean[] = [];
  for (let on = true; phases.length < HOURS; on = !on) for (let left = 2 + random.below(8); left > 0; left--) phases.push(on);
  return (hour: number) => (phases[hour] ? 0.5 : 0);
};

const worlds = Array.from({ length: WORLDS }, (_, index) => index + 1);

describe("common-rate-process", () => {
  it("finds one dispatcher's shifts in at least 19 of 20 worlds", () => {
    const found = worlds.filter((seed) => examineMembers(inShifts, seed) >= 1);
    expect(found.length).toBeGreaterThanOrEqual(0.95 * WORLDS);
  });

  it("never takes independent people with a common day for a pool", () => {
    expect(worlds.map((seed) => examineMembers(byDay, seed)).filter((nats) => nats >= 1)).toEqual([]);
  });

  it("never says more than its cap, nor less than the cap against", () => {
    const { capNats, counterCapNats } = detection.thresholds;
    for (const seed of worlds.slice(0, 10)) {
      for (const rate of [inShifts, byDay]) {
        const nats = examineMembers(rate, seed);
        expect(nats).toBeLessThanOrEqual(capNats.value);
        expect(nats).toBeGreaterThanOrEqual(-counterCapNats.value);
      }
    }
  });

  it.each(listHostileGroups())("has nothing to say about $claim", ({ group, population }) => {
    expect(detection.examine(group, population)).toBeNull();
  });
});
