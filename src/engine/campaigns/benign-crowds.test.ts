import { describe, expect, it } from "vitest";
import { buildPopulation, type TestAccount } from "../../sdk/testing/population.js";
import type { GroupDetection, PairDetection } from "../../vocabulary/detection.js";
import type { CandidateGroup, Population } from "../../vocabulary/fingerprint.js";
import type { EvidenceGroup } from "../../vocabulary/signal.js";
import { listBenignCrowds } from "./benign-crowds.js";
import { trackCampaigns } from "./track.js";

const countTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
/** Families named after what a detection is to say about who carries them, in nats. */
const readNats = (group: CandidateGroup, { families }: Population): number =>
  Math.max(-3, ...Array.from(group.families, (family) => Number(/like-([\d.]+)/.exec(families.ids[family])?.[1] ?? -3)));
const detect = (name: string, group: EvidenceGroup): GroupDetection => ({
  name,
  group,
  level: "group",
  title: "",
  maturity: "draft",
  spoofable: 1,
  looksFor: "",
  innocentTwins: [],
  sources: [],
  thresholds: {},
  examine: (candidate, population) => ({
    detection: name,
    group,
    spoofable: 1,
    logLikelihoodRatio: readNats(candidate, population),
    because: name,
  }),
});
const cards: PairDetection = {
  ...detect("c", "registration"),
  level: "pair",
  compare: (a, b, { instrumentsOf: { items, offsets } }) => (items[offsets[a]] === items[offsets[b]] ? 4 : 0),
  explain: () => "one card",
};
const detections = [detect("a", "content"), detect("b", "behaviour"), cards];
/** A crowd around one template, whose three kinds of evidence say `nats` each; the prior is -7. */
const crowd = (name: string, { size, nats }: { size: number; nats: number }): TestAccount[] =>
  countTo(size).map((index) => ({
    instruments: { payment: `card-${name}-${index % 3}` },
    createdAtHours: -200,
    requests: countTo(10).map((request) => ({
      atHours: request * 3 + index / 20,
      family: `like-${nats}-${name}-${request % 3}`,
      item: index * 100 + request + 1,
    })),
  }));
const people = countTo(120).map(
  (index): TestAccount => ({
    requests: countTo(10).map((request) => ({ atHours: request * 5 + (index % 7), family: `everyday-${(index + request) % 25}`, item: 1 })),
  }),
);

describe("listBenignCrowds", () => {
  const population = buildPopulation({
    accounts: [
      ...crowd("sheet", { size: 12, nats: 3 }),
      ...people,
      ...crowd("kit", { size: 9, nats: 4 }),
      ...crowd("far", { size: 8, nats: 2 }),
    ],
  });
  const crowds = listBenignCrowds(population, detections);

  it("finds what would have been a campaign at a lower bar, a crowd at a time, strongest first", () => {
    expect(crowds).toEqual([
      { log_odds: 5, steps: [{ log_odds: 5, accounts: 9, organizations: 9 }] },
      { log_odds: 2, steps: [{ log_odds: 2, accounts: 12, organizations: 12 }] },
    ]);
  });

  it.each([
    [1.99, 2],
    [2.01, 1],
    [4.99, 1],
    [5.01, 0],
  ])("a bar at %d leaves %d of them in campaigns, as the crowds say", (barLogOdds, campaigns) => {
    expect(trackCampaigns(population, detections, { barLogOdds }).campaigns).toHaveLength(campaigns);
    expect(crowds.filter(({ log_odds }) => log_odds >= barLogOdds)).toHaveLength(campaigns);
  });
});
