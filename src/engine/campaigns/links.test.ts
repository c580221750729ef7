import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildPopulation, type TestAccount } from "../../sdk/testing/population.js";
import type { PairDetection } from "../../vocabulary/detection.js";
import type { Population } from "../../vocabulary/fingerprint.js";
import type { EvidenceGroup } from "../../vocabulary/signal.js";
import { GROUP_CAP_NATS } from "./fusion.js";
import { listCarriers } from "./group.js";
import { clusterLinks, weighPair } from "./links.js";
import { findNiches } from "./niches.js";

const countTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** A detection that only this test knows. */
function compareBy(group: EvidenceGroup, compare: PairDetection["compare"]): PairDetection {
  return {
    name: `test-${group}`,
    title: "",
    maturity: "draft",
    level: "pair",
    group,
    spoofable: 1,
    looksFor: "",
    innocentTwins: [],
    sources: [],
    thresholds: {},
    compare,
    explain: () => "",
  };
}

const cardOf = (population: Population, account: number): number =>
  population.instrumentsOf.items[population.instrumentsOf.offsets[account]];
const sameCard = compareBy("registration", (a, b, population) => (cardOf(population, a) === cardOf(population, b) ? 4 : 0));

const holder = (card: string, more: Partial<TestAccount> = {}): TestAccount => ({
  instruments: { payment: card },
  requests: [{ atHours: 1 }],
  ...more,
});

function cluster(accounts: readonly TestAccount[], detections: readonly PairDetection[] = [sameCard]): number[][] {
  const population = buildPopulation({ accounts });
  const carriage = listCarriers(population);
  const niches = findNiches(population, carriage);
  return clusterLinks(population, { detections, niches, carriage }).clusters.map((members) => [...members]);
}

describe("weighPair", () => {
  const population = buildPopulation({
    accounts: [holder("a"), holder("a"), holder("a", { organization: "x" }), holder("a", { organization: "x" })],
  });

  it("adds evidence up and caps every group, both ways", () => {
    const nats = fc.double({ min: -20, max: 20, noNaN: true });
    fc.assert(
      fc.property(nats, nats, nats, (first, second, other) => {
        const detections = [
          compareBy("registration", () => first),
          compareBy("registration", () => second),
          compareBy("infrastructure", () => other),
        ];
        const cap = (value: number, group: EvidenceGroup): number =>
          Math.max(-GROUP_CAP_NATS[group], Math.min(GROUP_CAP_NATS[group], value));
        const expected = cap(first + second, "registration") + cap(other, "infrastructure");
        expect(weighPair(0, 1, { population, detections })).toBeCloseTo(expected, 9);
      }),
    );
  });

  it("says nothing about two accounts of one organization", () => {
    const detections = [compareBy("registration", () => 5)];
    expect(weighPair(2, 3, { population, detections })).toBe(0);
    expect(weighPair(1, 2, { population, detections })).toBe(5);
  });
});

describe("evidence that only supports", () => {
  const population = buildPopulation({ accounts: [holder("a"), holder("b")] });
  const support: PairDetection = { ...compareBy("behaviour", () => 2), onlySupports: true };

  it.each([
    ["counts where something else speaks", 1, false, 3],
    ["is not asked where nothing else does", 0, false, 0],
    ["is not asked where something speaks against", -1, false, -1],
    ["counts alone where meetings are looked for", 0, true, 2],
  ])("%s", (_, others, withMeetings, nats) => {
    const detections = [support, compareBy("registration", () => others)];
    expect(weighPair(0, 1, { population, detections, withMeetings })).toBe(nats);
  });
});

describe("clusterLinks", () => {
  it.each<[string, TestAccount[], number[][]]>([
    [
      "holders of one card are a cluster, everyone else is alone",
      [holder("a"), holder("b"), holder("a"), holder("c"), holder("a")],
      [[0, 2, 4]],
    ],
    ["an organization is not linked with itself", countTo(4).map(() => holder("a", { organization: "x" })), []],
    ["no accounts, no cluster", [], []],
  ])("%s", (_, accounts, clusters) => {
    expect(cluster(accounts)).toEqual(clusters);
  });

  it("proposes neighbours of registration within a niche, though they share nothing", () => {
    const sameDay = compareBy("registration", (a, b, { createdAtMs }) => (Math.abs(createdAtMs[a] - createdAtMs[b]) < 3_600_000 ? 4 : 0));
    const carrier = (createdAtHours: number, family: string): TestAccount => ({ createdAtHours, requests: [{ atHours: 1, family }] });
    const crowd = countTo(30).map((index) => carrier(-900 + index * 20, "everyday"));
    const pool = countTo(6).map((index) => carrier(-100.5 + index / 60, "pool"));
    expect(cluster([...crowd, ...pool], [sameDay])).toEqual([[30, 31, 32, 33, 34, 35]]);
  });

  it("holds a ring of many carriers together, and leaves a provider's card alone", () => {
    const card = (count: number): TestAccount[] => countTo(count).map(() => holder("a"));
    expect(new Set(cluster(card(60)).flat()).size).toBe(60);
    expect(cluster(card(401))).toEqual([]);
  });

  it("does not depend on who is who", () => {
    const cards = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 30 });
    fc.assert(
      fc.property(cards, (drawn) => {
        const last = drawn.length - 1;
        const before = cluster(drawn.map((card) => holder(card))).map((members) => members.join());
        const after = cluster([...drawn].reverse().map((card) => holder(card))).map((members) =>
          members
            .map((member) => last - member)
            .reverse()
            .join(),
        );
        expect(after.sort()).toEqual(before.sort());
      }),
    );
  });
});

describe("findNiches", () => {
  const find = (accounts: readonly TestAccount[], sharing: Readonly<Record<string, number>> = {}): string[][] => {
    const population = buildPopulation({ accounts });
    population.families.ids.forEach((id, family) => {
      population.families.slotSharing[family] = sharing[id] ?? 0;
    });
    return findNiches(population, listCarriers(population)).map((niche) => Array.from(niche, (family) => population.families.ids[family]));
  };
  const carrier = (...families: string[]): TestAccount => ({ requests: families.map((family, index) => ({ atHours: index, family })) });
  const crowd = countTo(60).map((index) => carrier(`everyday-${index % 6}`));

  it("puts families with the same carriers in one niche, and nobody else's", () => {
    const niches = find([...countTo(8).map(() => carrier("x", "y", "z")), ...crowd]);
    expect(niches).toContainEqual(["user x", "user y", "user z"]);
    expect(
      niches
        .filter((niche) => niche.includes("user x"))
        .flat()
        .filter((name) => name.includes("everyday")),
    ).toEqual([]);
  });

  it.each<[string, TestAccount[], Record<string, number>]>([
    ["two accounts", [carrier("x"), carrier("x")], {}],
    ["one organization, however large", countTo(9).map(() => ({ ...carrier("x"), organization: "firm" })), {}],
    ["a prompt that is passed on word for word", countTo(9).map(() => carrier("x")), { "user x": 0.9 }],
  ])("makes no niche of a family of %s", (_, accounts, sharing) => {
    expect(find([...accounts, ...crowd], sharing).flat()).not.toContain("user x");
  });

  it("makes a niche of a system prompt, whatever its users send", () => {
    const users = countTo(9).map((): TestAccount => ({ requests: [{ atHours: 1, system: "kit" }] }));
    expect(find([...users, ...crowd], { "system kit": 0.9 }).flat()).toContain("system kit");
  });

  it("holds every eligible family, each at most once per resolution", () => {
    const niches = find([...countTo(8).map((index) => carrier("x", index % 2 === 0 ? "y" : "z")), ...crowd]);
    const names = new Set(niches.flat());
    expect(names.size).toBe(9);
    for (const niche of niches) expect(new Set(niche).size).toBe(niche.length);
    expect(new Set(niches.map((niche) => niche.join())).size).toBe(niches.length);
  });
});
