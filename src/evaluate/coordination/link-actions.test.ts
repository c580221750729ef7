import { describe, expect, it } from "vitest";
import { createRandom } from "../../statistics/random.js";
import type { PairDetection } from "../../vocabulary/detection.js";
import { buildActionPopulation } from "./action-population.js";
import { scoreBursts } from "./astroturf.js";
import { drawCamouflageWorld } from "./camouflage-world.js";
import { linkActions } from "./link-actions.js";

const HOUR_MS = 3_600_000;

/** Evidence of 4 nats for pairs of the first users: what the stages make of a detection, whichever. */
const firstFive: PairDetection = {
  name: "first-five",
  title: "First five",
  maturity: "draft",
  level: "pair",
  group: "behaviour",
  spoofable: 2,
  looksFor: "",
  innocentTwins: [],
  sources: [],
  thresholds: {},
  compare: (a, b) => (a < 5 && b < 5 ? 4 : 0),
  explain: () => "",
};

const log = {
  userCount: 8,
  objectCount: 3,
  users: Int32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 0),
  objects: Int32Array.of(0, 0, 0, 0, 0, 0, 1, 1, 2),
  timesMs: Float64Array.of(5, 6, 7, 8, 9, 10, 11, 12, 30 * HOUR_MS),
};

describe("an action log as a population", () => {
  it("has a row per action by user and time, hours from midnight, and carriers per object", () => {
    const population = buildActionPopulation(log);
    expect([...population.requestOffsets]).toEqual([0, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect([...population.requests.promptFamily.subarray(0, 2)]).toEqual([0, 2]);
    expect([...population.requests.hour.subarray(0, 2)]).toEqual([0, 30]);
    expect([...population.families.accounts]).toEqual([6, 2, 1]);
    expect([...population.families.events]).toEqual([6, 2, 1]);
    expect(population.hours.reduce((sum, count) => sum + count, 0)).toBe(9);
  });

  it("can be empty", () => {
    const none = { userCount: 0, objectCount: 0, users: new Int32Array(0), objects: new Int32Array(0), timesMs: new Float64Array(0) };
    expect(linkActions(none, { detections: [firstFive] }).groups).toEqual([]);
  });
});

describe("our stages on an action log", () => {
  it("link users that met on an object, and cluster the links", () => {
    const { groups, scores } = linkActions(log, { detections: [firstFive] });
    expect(groups).toEqual([Int32Array.of(0, 1, 2, 3, 4)]);
    expect([...scores.subarray(0, 5)]).toEqual([4, 4, 4, 4, 4]);
    expect([...scores.subarray(5)].every((score) => score === -Infinity)).toBe(true);
  });

  it("link nobody without evidence", () => {
    expect(linkActions(log, { detections: [{ ...firstFive, compare: () => 0 }] }).groups).toEqual([]);
  });
});

describe("the worlds of the sweep", () => {
  it("are the same for one seed, and camouflage is what it says", () => {
    const at = (camouflage: number) => drawCamouflageWorld({ camouflage, seed: 5 });
    expect(at(0.4)).toEqual(at(0.4));
    const { log: drawn, isPool } = at(0.9);
    const poolFrom = drawn.objectCount - 12;
    const sent = [...drawn.users.keys()].filter((action) => isPool[drawn.users[action]] === 1);
    const harvest = sent.filter((action) => drawn.objects[action] >= poolFrom).length;
    expect(harvest / sent.length).toBeGreaterThan(0.08);
    expect(harvest / sent.length).toBeLessThan(0.12);
  });
});

describe("bursts of creation", () => {
  it("rank 40 accounts made within two hours above those made over three years", () => {
    const random = createRandom(3);
    const made = Float64Array.from({ length: 2000 }, (_, account) =>
      account < 40 ? 500 * 24 * HOUR_MS + 2 * HOUR_MS * random.next() : 1095 * 24 * HOUR_MS * random.next(),
    );
    const scores = scoreBursts(made);
    const crowd = [...scores.subarray(40)].sort((a, b) => b - a);
    expect(Math.min(...scores.subarray(0, 40))).toBeGreaterThan(50);
    // A few ordinary accounts fall into the burst's own week.
    expect(crowd[40]).toBeLessThan(6);
  });
});
