import { describe, expect, it } from "vitest";
import { buildPopulation, selectGroup, type TestAccount } from "../../sdk/testing/population.js";
import type { Detection, GroupDetection } from "../../vocabulary/detection.js";
import type { Candidate } from "./candidates.js";
import { FLEET_PACE_CAP_NATS, GROUP_CAP_NATS } from "./fusion.js";
import { listCarriers } from "./group.js";
import { learnChanceProfile } from "./member-attributes.js";
import { testCandidate } from "./test-candidate.js";
import { ACCOUNTS, DAYS, drawPace, drawWorkLoad, FLAT } from "../../sdk/testing/paced-work-loads.js";
import { makeDetectionBase, makeTestSignal } from "./testing/test-detections.js";

const countTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

const rate: GroupDetection = {
  ...makeDetectionBase("test-rate", "behaviour"),
  level: "group",
  aspect: "timing",
  examine: () => makeTestSignal(rate, 4),
};

const aim: GroupDetection = { ...makeDetectionBase("test-aim", "content"), level: "group", examine: () => makeTestSignal(aim, 4) };

/** Of the first work load `first`, of the others `rest`. */
const compareMembers = (first: number, rest: number): GroupDetection => {
  const detection: GroupDetection = {
    ...makeDetectionBase("test-mix", "behaviour"),
    level: "group",
    comparesMembers: true,
    examine: ({ members }) => makeTestSignal(detection, members[0] === 0 ? first : rest),
  };
  return detection;
};

const pace = drawPace(5);
const crowd: TestAccount[] = countTo(400).map((index) => ({
  requests: countTo(20).map((request) => ({ atHours: (index * 7 + request * 13) % (DAYS * 24) })),
}));

/** Tests the work loads, three at most, as one fleet that was found among so many. */
function testFleet(
  workLoads: Readonly<Record<string, readonly TestAccount[]>>,
  {
    detections = [],
    compared = 6,
    origin = "fleet",
  }: { detections?: readonly Detection[]; compared?: number; origin?: Candidate["origin"] } = {},
) {
  const families = Object.keys(workLoads);
  const population = buildPopulation({ accounts: [...Object.values(workLoads).flat(), ...crowd] });
  const group = selectGroup(population, { accounts: countTo(families.length * ACCOUNTS), families });
  const carriage = listCarriers(population);
  return testCandidate(
    {
      group,
      carriers: group,
      carrierSignals: new Map(),
      memberProbabilities: new Float64Array(group.members.length).fill(1),
      origin,
      compared,
    },
    { source: { population, carriage, chance: learnChanceProfile(population, carriage), pairDetections: [] }, detections },
  );
}

describe("a fleet", () => {
  const paced = Object.fromEntries(["a", "b", "c"].map((name, seed) => [name, drawWorkLoad(name, { pace, seed })]));
  const steady = Object.fromEntries(["x", "y", "z"].map((name, seed) => [name, drawWorkLoad(name, { pace: FLAT, seed: 50 + seed })]));

  it("has its pace as a signal of its own, which counts once other evidence bears it out", () => {
    expect(testFleet(paced).fusion.groups.behaviour).toBe(0);
    const { signals, fusion } = testFleet(paced, { detections: [aim] });
    expect(signals.slice(1).map(({ because }) => because)).toEqual([
      "3 work loads of different accounts rise and fall together within days, beyond the hours that each of them keeps and what is expected of the most alike among 6.",
    ]);
    expect(signals[1].logLikelihoodRatio).toBeGreaterThanOrEqual(1);
    expect(signals[1].logLikelihoodRatio).toBeLessThanOrEqual(FLEET_PACE_CAP_NATS);
    expect(fusion.groups.behaviour).toBe(signals[1].logLikelihoodRatio);
  });

  it.each<[what: string, tested: ReturnType<typeof testFleet>]>([
    ["work loads that keep none", testFleet(steady)],
    ["what is left of a fleet when one work load is", testFleet({ a: paced["a"] })],
    ["a work load that no pace has found", testFleet(paced, { origin: "niche" })],
  ])("tells and counts no pace of %s", (_, { signals, fusion }) => {
    expect(signals).toEqual([]);
    expect(fusion.groups.behaviour).toBe(0);
  });

  it("that was picked by its pace counts no timing that the search explains", () => {
    const ofTiming = (tested: ReturnType<typeof testFleet>): number => tested.fusion.groups.behaviour;
    expect(ofTiming(testFleet(steady, { detections: [rate] }))).toBe(0);
    expect(ofTiming(testFleet(steady, { detections: [rate], compared: 0 }))).toBe(4);
    expect(ofTiming(testFleet(steady, { detections: [rate], origin: "niche" }))).toBe(4);
  });

  it.each<[first: number, rest: number, nats: number, told: string]>([
    [1, 0.5, 2, "3 work loads, which are different accounts', and added up; 3 of them say so, most of all this one. test-mix says 1"],
    [-2, 0.5, -1, "3 work loads, which are different accounts', and added up; 1 of them says so, most of all this one. test-mix says -2"],
    [9, 9, GROUP_CAP_NATS.behaviour, "3 work loads"],
  ])("asks each work load what compares members, says so, and holds the sum to the group's cap: %d and %d", (first, rest, nats, told) => {
    const mix = testFleet(steady, { detections: [compareMembers(first, rest)] }).signals[0];
    expect(mix.logLikelihoodRatio).toBeCloseTo(nats, 9);
    expect(mix.because).toContain(`Asked of each of ${told}`);
  });
});

describe("what compares members", () => {
  const registration: GroupDetection = {
    ...makeDetectionBase("test-days", "registration"),
    level: "group",
    innocentCause: "gathering",
    examine: () => makeTestSignal(registration, 4),
  };
  /** Ten accounts with one system prompt for two days, each on the address that it is given. */
  const listCounted = (addressOf: (index: number) => string): string[] => {
    const members = countTo(10).map(
      (index): TestAccount => ({
        addresses: [addressOf(index)],
        requests: countTo(6).map((request) => ({ atHours: request * 8, system: "starter" })),
      }),
    );
    const population = buildPopulation({ accounts: [...members, ...crowd] });
    const group = selectGroup(population, { accounts: countTo(10), families: ["starter"] });
    const carriage = listCarriers(population);
    const source = { population, carriage, chance: learnChanceProfile(population, carriage), pairDetections: [] };
    const memberProbabilities = new Float64Array(group.members.length).fill(1);
    const candidate: Candidate = { group, carriers: group, carrierSignals: new Map(), memberProbabilities, origin: "niche" };
    const { signals } = testCandidate(candidate, { source, detections: [registration, compareMembers(3.4, 3.4), aim] });
    return signals.map(({ detection }) => detection);
  };

  it("says no more than a gathering does where everybody is in one place for two days", () => {
    expect(listCounted(() => "hall")).toEqual(["test-days", "test-aim"]);
  });

  it("counts beside the days of registration where everybody is elsewhere", () => {
    expect(listCounted((index) => `home-${index}`)).toEqual(["test-days", "test-mix", "test-aim"]);
  });
});
