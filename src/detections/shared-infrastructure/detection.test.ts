import { describe, expect, it } from "vitest";
import { listHostileGroups } from "../../sdk/testing/hostile-groups.js";
import { buildPopulation, selectGroup } from "../../sdk/testing/population.js";
import detection from "./detection.js";

interface Places {
  members: readonly (readonly string[])[];
  others: readonly (readonly string[])[];
  /** Organization of every member; strangers when absent. */
  organization?: string;
}

const requests = [{ atHours: 1, family: "own" }];
const home = (position: number): string[] => [`home-${position}`];
const range = <T>(count: number, one: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => one(index));

function observe({ members, others, organization }: Places) {
  const population = buildPopulation({
    accounts: [
      ...members.map((addresses) => ({ addresses, requests, ...(organization === undefined ? {} : { organization }) })),
      ...others.map((addresses) => ({ addresses, requests: [{ atHours: 1 }] })),
    ],
  });
  return { population, group: selectGroup(population, { accounts: members.map((_, position) => position), families: ["own"] }) };
}

function examine(places: Places): number {
  const { group, population } = observe(places);
  return detection.examine?.(group, population)?.logLikelihoodRatio ?? 0;
}

describe("shared-infrastructure", () => {
  it.each<[string, Places, number]>([
    ["twelve strangers on four addresses", { members: range(12, (i) => [`exit-${i % 4}`]), others: range(400, home) }, 4],
    ["half of twelve in pairs", { members: range(12, (i) => (i < 6 ? [`exit-${i >> 1}`] : home(900 + i))), others: range(400, home) }, 4],
  ])("finds %s", (_claim, places, nats) => {
    expect(examine(places)).toBeGreaterThanOrEqual(nats);
  });

  it.each<[string, Places]>([
    ["everybody sends from home", { members: range(12, (i) => home(900 + i)), others: range(400, home) }],
    ["one household of two is among them", { members: range(12, (i) => home(i < 2 ? 900 : 900 + i)), others: range(400, home) }],
    [
      "a third of them use the VPN that a third of the world uses",
      {
        members: range(12, (i) => (i % 3 === 0 ? [`vpn-${i % 5}`] : home(900 + i))),
        others: range(400, (i) => (i % 3 === 0 ? [`vpn-${i % 5}`] : home(i))),
      },
    ],
    [
      "they are one organization behind one address",
      { members: range(12, () => ["office"]), others: range(400, home), organization: "org" },
    ],
    ["no log line carries an address", { members: range(12, () => []), others: range(400, () => []) }],
  ])("says too little to count when %s", (_claim, places) => {
    expect(examine(places)).toBeLessThan(1);
  });

  it("asks of a pair that a fifth of the smaller set is shared, and never weighs enough for an edge alone", () => {
    const many = (name: string): string[] => range(30, (i) => `${name}-${i}`);
    const members = [["a", "b"], ["b", "a"], ["x", ...many("one")], ["x", ...many("two")], []];
    const { population } = observe({ members, others: range(200, home) });
    const [same, touching, unknown] = [
      [0, 1],
      [2, 3],
      [0, 4],
    ].map(([a, b]) => detection.compare(a, b, population));
    expect(same).toBeGreaterThan(2);
    expect(same).toBeLessThanOrEqual(detection.thresholds["pairCapNats"].value);
    expect([touching, unknown]).toEqual([0, 0]);
    expect(detection.explain(0, 1, population)).toContain("2 of 2");
  });

  it.each(listHostileGroups())("has nothing to say about $claim", ({ group, population }) => {
    expect(detection.examine?.(group, population)).toBeNull();
  });
});
