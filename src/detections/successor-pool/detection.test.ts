import { describe, expect, it } from "vitest";
import { listHostileGroups } from "../../sdk/testing/hostile-groups.js";
import { buildPopulation, selectGroup, type TestAccount } from "../../sdk/testing/population.js";
import detection from "./detection.js";

const WAVE_AT = 70;

interface Wave {
  /** Hours at which each account of the group first sends the work load. */
  starts: readonly number[];
  /** Positions of those that are banned at the wave. */
  banned: readonly number[];
  measure?: string;
  /** Hours between two bans. */
  spread?: number;
}

const range = (count: number, one: (index: number) => number): number[] => Array.from({ length: count }, (_, index) => one(index));

function examine({ starts, banned, measure = "banned", spread = 0.1 }: Wave) {
  const accounts: TestAccount[] = starts.map((start) => ({
    requests: range(4, (index) => start + 2 * index).map((atHours) => ({ atHours, family: "own" })),
  }));
  const enforcement = banned.map((account, index) => ({ account, atHours: WAVE_AT + spread * index, measure }));
  const population = buildPopulation({ accounts, enforcement });
  return detection.examine(selectGroup(population, { accounts: starts.map((_, position) => position), families: ["own"] }), population);
}

const first = range(10, (i) => i);
const standby = range(8, (i) => WAVE_AT + 5 + i);
const all = range(10, (i) => i);

describe("successor-pool", () => {
  it.each<[string, Wave]>([
    ["a wave ends a pool and a standby takes over", { starts: [...first, ...standby], banned: all }],
    ["suspensions end it", { starts: [...first, ...standby], banned: all, measure: "suspended" }],
    [
      "half of it is banned and newcomers come all at once",
      { starts: [...first, ...range(20, () => WAVE_AT + 4)], banned: all.slice(0, 5) },
    ],
  ])("finds successors when %s", (_claim, wave) => {
    expect(examine(wave)?.logLikelihoodRatio).toBeGreaterThanOrEqual(1.5);
  });

  it("names both sides", () => {
    const succession = examine({ starts: [...first, ...standby], banned: all })?.succession;
    expect([...(succession?.predecessors ?? [])]).toEqual(all);
    expect([...(succession?.successors ?? [])]).toEqual(range(8, (i) => 10 + i));
  });

  it.each<[string, Wave]>([
    ["newcomers come at the same pace before and after, and some are banned", { starts: range(40, (i) => 4 * i), banned: [1, 3, 5, 7] }],
    ["newcomers come at the same pace and a thousand stay at work", { starts: range(400, (i) => i / 2), banned: range(20, (i) => i) }],
    ["one customer opens a new account", { starts: [0, 1, WAVE_AT + 1], banned: [0] }],
    ["the others started before the wave", { starts: range(18, (i) => i), banned: all }],
    ["the others start a week later", { starts: [...first, ...range(8, (i) => WAVE_AT + 168 + i)], banned: all }],
    ["accounts were limited only", { starts: [...first, ...standby], banned: all, measure: "limited" }],
    ["the bans are spread over weeks", { starts: [...first, ...standby], banned: all.slice(0, 4), spread: 100 }],
    ["nobody was banned", { starts: [...first, ...standby], banned: [] }],
  ])("is silent when %s", (_claim, wave) => {
    expect(examine(wave)).toBeNull();
  });

  it.each(listHostileGroups())("has nothing to say about $claim", ({ group, population }) => {
    expect(detection.examine(group, population)).toBeNull();
  });
});
