import { describe, expect, it } from "vitest";
import { buildPopulation, type TestAccount } from "../../sdk/testing/population.js";
import type { GroupDetection, PairDetection } from "../../vocabulary/detection.js";
import { openSource } from "./candidates.js";
import { completeLinked } from "./complete-linked.js";
import { buildGroup } from "./group.js";
import { testCandidate, type TestContext } from "./test-candidate.js";
import { makeDetectionBase, makeTestSignal } from "./testing/test-detections.js";

const countTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
/** Three kinds of links, and behaviour: what the campaign rests on beside its members. */
const pairs = ["cards", "addresses", "days"].map((name): PairDetection => {
  const detection: PairDetection = {
    ...makeDetectionBase(name, name === "days" ? "registration" : "infrastructure"),
    level: "pair",
    compare: () => 0,
    explain: () => "",
    examine: () => makeTestSignal(detection, 3),
  };
  return detection;
});
const rate: GroupDetection = { ...makeDetectionBase("rate", "behaviour"), level: "group", examine: () => makeTestSignal(rate, 4) };
const detections = [...pairs, rate];

/** All at the same hours, three days apart, as a dispatcher sends; no text. */
const requests = countTo(12).map((index) => ({ atHours: (index >> 2) * 72 + (index % 4) }));
const POOL = 12;
/** Cards of three, addresses of four others, registered within a day. */
const pool = countTo(POOL).map(
  (index): TestAccount => ({
    createdAtHours: -100 + index,
    addresses: [`proxy-${index % 3}`, `exit-${index % 4}`],
    instruments: { payment: `card-${index >> 2}` },
    requests,
  }),
);
const crowd = countTo(400).map(
  (index): TestAccount => ({
    createdAtHours: -40 * (index + 1),
    addresses: [`own-${index}`],
    requests: [{ atHours: (index * 7) % 220 }, { atHours: (index * 13) % 220 }],
  }),
);

/** The campaign of the pool's first ten and of the first `guests` others, completed. */
function complete(
  extra: readonly TestAccount[],
  { guests, unsure = [] }: { guests: number; unsure?: readonly number[] },
): Map<number, number> {
  const population = buildPopulation({ accounts: [...pool, ...extra, ...crowd] });
  const context: TestContext = { source: openSource(population, pairs), detections };
  const accounts = [...countTo(POOL - 2), ...countTo(guests).map((index) => POOL + index)];
  const group = buildGroup(population, { accounts, families: [] });
  const carrierSignals = new Map(pairs.map((detection) => [detection.name, detection.examine?.(group, population) ?? null]));
  const memberProbabilities = Float64Array.from(group.members, (account) => (unsure.includes(account) ? 0.55 : 0.9));
  const tested = testCandidate({ group, carriers: group, carrierSignals, memberProbabilities, origin: "links_alone" }, context);
  const [completed] = completeLinked([tested], context);
  return new Map(Array.from(completed.group.members, (account, member) => [account, completed.memberProbabilities[member]]));
}

describe("a campaign of links alone", () => {
  it("takes in who is tied to it by a card and an address, and leaves the crowd", () => {
    const told = complete([], { guests: 0 });
    expect([...told.keys()]).toEqual(countTo(POOL));
    for (const probability of told.values()) expect(probability).toBeGreaterThan(0.6);
  });

  it("is as sure of a member that a card and an address tie as of who comes in by them", () => {
    const told = complete([], { guests: 0, unsure: [1, 4] });
    expect(told.get(1)).toBeGreaterThanOrEqual(0.95);
    expect(told.get(4)).toBeGreaterThanOrEqual(0.95);
    expect(told.get(0)).toBeGreaterThanOrEqual(0.95);
  });

  it("only watches a member that shares one address which strangers have, too, and registered on the pool's day", () => {
    const extra = countTo(4).map((index): TestAccount => ({ createdAtHours: index === 0 ? -95 : -9000, addresses: ["proxy-0"], requests }));
    const told = complete(extra, { guests: 1 });
    expect(told.get(POOL)).toBeLessThanOrEqual(0.5);
    expect(countTo(3).map((index) => told.has(POOL + 1 + index))).toEqual([false, false, false]);
  });
});
