import { describe, expect, it } from "vitest";
import { buildPopulation, type TestAccount } from "../../sdk/testing/population.js";
import type { PairDetection } from "../../vocabulary/detection.js";
import { RequestFlag } from "../../vocabulary/fingerprint.js";
import { proposeCandidates, type Candidate } from "./candidates.js";
import { makeDetectionBase, makeTestSignal } from "./testing/test-detections.js";

const countTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const cards: PairDetection = {
  ...makeDetectionBase("test-card", "registration"),
  level: "pair",
  compare: (a, b, { instrumentsOf: { items, offsets } }) => (items[offsets[a]] === items[offsets[b]] ? 4 : 0),
  explain: () => "one card",
  examine: (group) => makeTestSignal(cards, group.members.length),
};

const CROWD = 120;
const crowd = countTo(CROWD).map(
  (index): TestAccount => ({
    createdAtHours: -5000 - index * 50,
    addresses: [`own-${index}`],
    instruments: { payment: `own-${index}` },
    requests: countTo(10).map((request) => ({ atHours: request * 5 })),
  }),
);
const linked = (size: number, requests = 10): TestAccount[] =>
  countTo(size).map((index) => ({
    createdAtHours: -200 + index,
    addresses: [`pool-${index % 3}`],
    instruments: { payment: "pool" },
    requests: countTo(requests).map((request) => ({ atHours: request * 3 })),
  }));
const neighbour: TestAccount = { ...crowd[0], createdAtHours: -90_000, addresses: ["pool-0"], instruments: { payment: "its own" } };

function propose(accounts: readonly TestAccount[], allowlisted: readonly number[] = []): Candidate[] {
  const population = buildPopulation({ accounts });
  for (const account of allowlisted) population.isAllowlisted[account] = 1;
  return proposeCandidates(population, [cards]).candidates;
}
const at = (count: number): number[] => countTo(count).map((index) => CROWD + index);

describe("linked accounts of a log without text", () => {
  it.each<[who: string, TestAccount[], allowlisted: number[], expected: number[][]]>([
    ["twelve on one card and three addresses", linked(12), [], [at(12)]],
    ["a neighbour by one address is asked and not taken", [...linked(12), neighbour], [], [at(12)]],
    ["one of them on the allowlist is left out", linked(12), [CROWD + 11], [at(11)]],
    ["all of one organization are no strangers", linked(12).map((account) => ({ ...account, organization: "firm" })), [], []],
    ["two are fewer than the smallest pool", linked(2, 40), [], []],
    ["twelve with two requests each are fewer than a harvest", linked(12, 2), [], []],
    ["a crowd without links", [], [], []],
  ])("%s", (_, accounts, allowlisted, expected) => {
    const candidates = propose([...crowd, ...accounts], allowlisted);
    expect(candidates.map(({ group }) => [...group.members])).toEqual(expected);
    for (const { group, carriers, carrierSignals, memberProbabilities, origin } of candidates) {
      expect(origin).toBe("links_alone");
      expect(group.families).toHaveLength(0);
      // Without a work load the slice is all that they sent.
      expect(group.slice).toHaveLength(10 * group.members.length);
      expect(carriers).toBe(group);
      expect(carrierSignals.get("test-card")).toEqual(makeTestSignal(cards, group.members.length));
      expect(Math.min(...memberProbabilities)).toBeGreaterThanOrEqual(0.5);
    }
  });

  it("are no candidates once a tenth of the requests carry text, because a work load could have been seen", () => {
    const write = (share: number): TestAccount[] =>
      [...crowd, ...linked(12)].map((account) => ({
        ...account,
        requests: account.requests.map((request, position) =>
          position < 10 * share ? { ...request, flags: RequestFlag.hasText } : request,
        ),
      }));
    expect(propose(write(0))).toHaveLength(1);
    expect(propose(write(0.1))).toEqual([]);
  });
});
