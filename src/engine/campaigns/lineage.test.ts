import { describe, expect, it } from "vitest";
import { buildPopulation, type TestAccount } from "../../sdk/testing/population.js";
import type { GroupDetection } from "../../vocabulary/detection.js";
import type { EvidenceGroup, Signal } from "../../vocabulary/signal.js";
import { openSource, pickOwnFamilies } from "./candidates.js";
import { buildGroup } from "./group.js";
import { makeDetectionBase } from "./testing/test-detections.js";
import { testCandidate } from "./test-candidate.js";
import { divideAnew, trackCampaigns } from "./track.js";

const span = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);
/** A detection that says the same of every group in which its families are, and adds what the test wants. */
function assure(name: string, group: EvidenceGroup, more: (members: Int32Array) => Partial<Signal> = () => ({})): GroupDetection {
  const detection: GroupDetection = {
    ...makeDetectionBase(name, group),
    level: "group",
    examine: (candidate, { families }) => ({
      detection: name,
      group,
      logLikelihoodRatio: candidate.families.length > 0 && [...candidate.families].every((at) => families.ids[at].includes("work")) ? 5 : 0,
      spoofable: 1,
      because: name,
      ...more(candidate.members),
    }),
  };
  return detection;
}

const POOL_AT = 120;
const crowd: TestAccount[] = span(0, POOL_AT).map((index) => ({
  createdAtHours: -index * 50,
  requests: span(0, 10).map((request) => ({ atHours: request * 5, family: `everyday-${(index + request) % 25}`, item: index + 1 })),
}));
const worker = (index: number, { families, from = 0 }: { families: readonly string[]; from?: number }): TestAccount => ({
  createdAtHours: -200,
  requests: span(0, 12).map((request) => ({
    atHours: from + request * 2 + index / 20,
    family: families[request % families.length],
    item: index * 100 + request + 1,
    techniques: ["inline_reasoning_tags"],
  })),
});
const evidence = [assure("test-content", "content"), assure("test-behaviour", "behaviour"), assure("test-payment", "registration")];

describe("a pool that two operators feed", () => {
  const population = buildPopulation({
    accounts: [
      ...crowd,
      ...span(0, 8).map((index) => worker(index, { families: ["work-a", "work-b", "work-common"] })),
      ...span(8, 16).map((index) => worker(index, { families: ["work-c", "work-d", "work-common"] })),
    ],
  });
  const sides = [span(POOL_AT, POOL_AT + 8), span(POOL_AT + 8, POOL_AT + 16)];
  const divide = (parts: number[][]) =>
    assure("test-division", "behaviour", (members) => {
      const division = parts.map((part) => members.filter((member) => part.includes(member)));
      return division.every((part) => part.length > 0) ? { division } : {};
    });
  const track = (parts: number[][]) => trackCampaigns(population, [...evidence, divide(parts)]).campaigns;

  it("is two campaigns, each with its own accounts and families", () => {
    const campaigns = track(sides);
    expect(campaigns.map(({ group }) => [...group.members]).sort((a, b) => a[0] - b[0])).toEqual(sides);
    for (const { group } of campaigns) expect(group.families.length).toBeLessThan(5);
    expect(new Set(campaigns.map(({ id }) => id)).size).toBe(2);
  });

  it("comes apart anew where the first campaign kept some of the other's accounts with a common scaffold", () => {
    const context = { source: openSource(population, []), detections: [...evidence, divide(sides)] };
    const wrong = [span(POOL_AT, POOL_AT + 12), span(POOL_AT + 12, POOL_AT + 16)].map((accounts) => {
      const group = buildGroup(population, { accounts, families: pickOwnFamilies(context.source, accounts) });
      const memberProbabilities = new Float64Array(accounts.length).fill(1);
      return testCandidate({ group, carriers: group, carrierSignals: new Map(), memberProbabilities, origin: "niche" }, context);
    });
    expect(divideAnew(wrong, context).map(({ group }) => [...group.members])).toEqual(sides);
    const right = divideAnew(wrong, context);
    expect(divideAnew(right, context)).toEqual(right);
  });

  it("stays one where a side is too small to be a pool", () => {
    const campaigns = track([span(POOL_AT, POOL_AT + 14), span(POOL_AT + 14, POOL_AT + 16)]);
    expect(campaigns.map(({ group }) => group.members.length)).toEqual([16]);
  });

  it("is left by a side that is no pool by itself", () => {
    const isFirst = (account: number): boolean => account < POOL_AT + 8;
    const told = evidence.map(
      (each): GroupDetection => ({
        ...each,
        examine: (candidate, ...rest) => (candidate.members.some(isFirst) ? each.examine(candidate, ...rest) : null),
      }),
    );
    const { campaigns } = trackCampaigns(population, [...told, divide(sides)]);
    expect(campaigns.map(({ group }) => [...group.members])).toEqual([sides[0]]);
  });
});

describe("a pool that was banned twice", () => {
  const waves = [30, 90];
  const generations = [span(0, 8), span(8, 16), span(16, 24)];
  const accounts = [
    ...crowd,
    ...generations.flatMap((indexes, generation) =>
      indexes.map((index) => worker(index, { families: ["work-a", "work-b", "work-c"], from: [0, 40, 100][generation] })),
    ),
  ];
  const population = buildPopulation({ accounts });
  const succession = assure("test-succession", "behaviour", (members) => {
    const present = generations.map((indexes) => indexes.map((index) => POOL_AT + index).filter((account) => members.includes(account)));
    const wave = [0, 1].find((at) => present[at].length > 0 && present[at + 1].length > 0);
    if (wave === undefined) return {};
    const [predecessors, successors] = [present[wave], present[wave + 1]].map((part) => Int32Array.from(part));
    return { succession: { atMs: waves[wave] * 3_600_000, predecessors, successors } };
  });

  it("is three generations, each of which names the one before", () => {
    const { campaigns } = trackCampaigns(population, [...evidence, succession]);
    expect(campaigns.map(({ group }) => [...group.members])).toEqual(generations.map((indexes) => indexes.map((index) => POOL_AT + index)));
    expect(campaigns.map(({ successorOf }) => successorOf)).toEqual([null, campaigns[0].id, campaigns[1].id]);
  });
});
