import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { listHostileGroups } from "../../sdk/testing/hostile-groups.js";
import { buildPopulation, selectGroup, type TestAccount } from "../../sdk/testing/population.js";
import detection from "./detection.js";

interface Queue {
  members?: number;
  each?: number;
  /** The item of the `index`-th request of a member. */
  itemOf: (member: number, index: number) => number;
  /** Accounts beside the members, and whether they carry the scaffold too. */
  others?: number;
  isPopular?: boolean;
}

function examine({ members = 12, each = 10, itemOf, others = 600, isPopular = false }: Queue): number {
  const send = (member: number): TestAccount => ({
    requests: Array.from({ length: each }, (_, index) => ({ atHours: index, family: "scaffold", item: itemOf(member, index) })),
  });
  const crowd = Array.from({ length: others }, (_, position) => ({
    requests: [{ atHours: 1, item: 1_000_000 + position, ...(isPopular ? { family: "scaffold" } : {}) }],
  }));
  const population = buildPopulation({ accounts: [...Array.from({ length: members }, (_, member) => send(member)), ...crowd] });
  const group = selectGroup(population, { accounts: Array.from({ length: members }, (_, member) => member), families: ["scaffold"] });
  return detection.examine(group, population)?.logLikelihoodRatio ?? 0;
}

const ownItem = (member: number, index: number): number => 1 + member * 1000 + index;

describe("work-queue", () => {
  it.each<[string, Queue, number]>([
    ["a scaffold of their own whose items go out once", { itemOf: ownItem }, 1.5],
    ["the same with one item in fifty tried again elsewhere", { itemOf: (m, i) => (m % 5 === 0 && i === 0 ? 1 : ownItem(m, i)) }, 1],
  ])("finds %s", (_claim, queue, nats) => {
    expect(examine(queue)).toBeGreaterThanOrEqual(nats);
  });

  it.each<[string, Queue]>([
    ["everybody sends the same sheet", { itemOf: (_member, index) => 1 + index }],
    ["everybody sends a benchmark in an order of its own", { itemOf: (member, index) => 1 + ((index + member) % 10) }],
    ["half of what they send is a sheet", { itemOf: (member, index) => (index < 5 ? 1 + index : ownItem(member, index)) }],
  ])("speaks against a pool when %s", (_claim, queue) => {
    expect(examine(queue)).toBeLessThan(-1.5);
  });

  it.each<[string, Queue]>([
    ["a popular scaffold that everybody carries", { itemOf: ownItem, isPopular: true }],
    ["a dozen requests without a repeat", { itemOf: ownItem, members: 3, each: 4 }],
  ])("says too little to count about %s", (_claim, queue) => {
    expect(Math.abs(examine(queue))).toBeLessThan(1);
  });

  it("says the less for a pool the more of the items are shared", () => {
    const share = fc.integer({ min: 0, max: 10 });
    const ratio = (shared: number): number => examine({ itemOf: (m, i) => (i < shared ? 1 + i : ownItem(m, i)) });
    fc.assert(
      fc.property(share, share, (a, b) => {
        if (a < b) expect(ratio(b)).toBeLessThanOrEqual(ratio(a) + 1e-9);
      }),
      { numRuns: 30 },
    );
  });

  it("has nothing to say about a log without text", () => {
    expect(examine({ itemOf: () => 0 })).toBe(0);
  });

  it.each(listHostileGroups())("has nothing to say about $claim", ({ group, population }) => {
    expect(detection.examine(group, population)).toBeNull();
  });
});
