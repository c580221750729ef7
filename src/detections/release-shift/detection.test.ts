import { describe, expect, it } from "vitest";
import { createRandom } from "../../sdk/testing/draws.js";
import { listHostileGroups } from "../../sdk/testing/hostile-groups.js";
import { buildPopulation, selectGroup, type TestAccount } from "../../sdk/testing/population.js";
import detection from "./detection.js";

const RELEASED_AT = 60;

interface Move {
  /** Share of the members' requests that goes to the new model within a day, and of everybody else's. */
  members: number;
  others: number;
  /** Hours after the release at which the members move. */
  after?: number;
  /** False when no side file tells of the release. */
  isKnown?: boolean;
  /** Requests of each member per hour. */
  perHour?: number;
}

function examine({ members, others, after = 0, isKnown = true, perHour = 0.5 }: Move) {
  const random = createRandom(23);
  const send = (share: number, { from, rate }: { from: number; rate: number }): TestAccount => ({
    requests: Array.from({ length: Math.round(120 * rate) }, (_, index) => {
      const atHours = (index + random.next()) / rate;
      return { atHours, family: "own", model: atHours >= from && random.next() < share ? "new" : "old" };
    }),
  });
  const accounts = [
    ...Array.from({ length: 8 }, () => send(members, { from: RELEASED_AT + after, rate: perHour })),
    ...Array.from({ length: 60 }, () => send(others, { from: RELEASED_AT, rate: 0.2 })),
  ];
  const population = buildPopulation({ accounts, releases: isKnown ? { new: RELEASED_AT } : {} });
  return detection.examine(selectGroup(population, { accounts: [0, 1, 2, 3, 4, 5, 6, 7] }), population);
}

describe("release-shift", () => {
  it.each<[string, Move]>([
    ["half moves within the day, as in the published campaign", { members: 0.48, others: 0.05 }],
    ["everything moves twelve hours later", { members: 1, others: 0.05, after: 12 }],
  ])("finds a group of which %s", (_claim, move) => {
    expect(examine(move)?.logLikelihoodRatio).toBeGreaterThanOrEqual(1.5);
  });

  it("says when, from where and where to", () => {
    const [shift] = examine({ members: 0.5, others: 0.05 })?.shifts ?? [];
    expect(shift).toMatchObject({ from: "old", to: "new" });
    expect(Date.parse(shift.at) / 3_600_000).toBeCloseTo(RELEASED_AT, -1);
    expect(shift.share).toBeGreaterThan(0.4);
  });

  it.each<[string, Move]>([
    ["everybody moves as fast", { members: 0.5, others: 0.5 }],
    ["it moves half as fast again as everybody", { members: 0.45, others: 0.3 }],
    ["it tries the new model out", { members: 0.08, others: 0.02 }],
    ["it moves a week later", { members: 1, others: 0.05, after: 40 }],
    ["nobody told of the release", { members: 0.5, others: 0.05, isKnown: false }],
    ["it sends too little to have a share", { members: 1, others: 0.05, perHour: 0.05 }],
  ])("is silent when %s", (_claim, move) => {
    expect(examine(move)).toBeNull();
  });

  it.each(listHostileGroups())("has nothing to say about $claim", ({ group, population }) => {
    expect(detection.examine(group, population)).toBeNull();
  });
});
