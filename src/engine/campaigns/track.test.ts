import { describe, expect, it } from "vitest";
import { buildPopulation, type TestAccount, type TestWorld } from "../../sdk/testing/population.js";
import type { AccountDetection, Detection, GroupDetection, PairDetection } from "../../vocabulary/detection.js";
import { RequestFlag, type CandidateGroup, type Population } from "../../vocabulary/fingerprint.js";
import type { Signal } from "../../vocabulary/signal.js";
import { formCandidate, pickOwnFamilies, proposeCandidates } from "./candidates.js";
import { describeCampaign } from "./describe.js";
import { toProbability } from "./fusion.js";
import { listFamilyCarriers } from "./group.js";
import { testSingleAccounts } from "./single-accounts.js";
import { listStandings } from "./standings.js";
import { makeDetectionBase, makeTestSignal } from "./testing/test-detections.js";
import { compareStrength, isCampaign, restrictMembers, testCandidate, type TestedCandidate } from "./test-candidate.js";
import { trackCampaigns, type Tracking } from "./track.js";

const countTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
/** What half or more of a group carries, by the name of the payment. */
function shareCard(group: CandidateGroup, population: Population): number {
  const cards = Array.from(group.members, (account) => population.instrumentsOf.items[population.instrumentsOf.offsets[account]] ?? -1);
  const counts = new Map<number, number>();
  for (const card of cards) counts.set(card, (counts.get(card) ?? 0) + 1);
  return Math.max(0, ...counts.values()) / Math.max(1, cards.length);
}

const cardPairs: PairDetection = {
  ...makeDetectionBase("test-card", "registration"),
  level: "pair",
  compare: (a, b, { instrumentsOf: { items, offsets } }) => (items[offsets[a]] === items[offsets[b]] ? 4 : 0),
  explain: () => "one card",
  examine: (group, population) => makeTestSignal(cardPairs, shareCard(group, population) >= 0.2 ? 5 : 0),
};
const isPool = (group: CandidateGroup, { families }: Population): boolean =>
  group.families.length > 0 && [...group.families].every((family) => families.ids[family].includes("pool"));
const content: GroupDetection = {
  ...makeDetectionBase("test-content", "content"),
  level: "group",
  examine: (group, population) => makeTestSignal(content, isPool(group, population) ? 5 : -3),
};
const behaviour: GroupDetection = {
  ...makeDetectionBase("test-behaviour", "behaviour"),
  level: "group",
  examine: (group, population) => makeTestSignal(behaviour, isPool(group, population) ? 5 : 0),
};
const everything: Detection[] = [cardPairs, content, behaviour];

const member = (pool: string, index: number): TestAccount => ({
  instruments: { payment: `card-${pool}-${index % 3}` },
  createdAtHours: -200,
  requests: countTo(10).map((request) => ({
    atHours: request * 3 + index / 20,
    family: `pool-${pool}-${request % 3}`,
    item: index * 100 + request + 1,
    flags: RequestFlag.hasText,
  })),
});
const citizen = (index: number): TestAccount => ({
  instruments: { payment: `own-${index}` },
  createdAtHours: -index * 50,
  requests: countTo(10).map((request) => ({
    atHours: request * 5 + (index % 7),
    family: `everyday-${(index + request) % 25}`,
    item: (index % 5) + 1,
    flags: RequestFlag.hasText,
  })),
});
const crowd = countTo(120).map(citizen);
const pool = (name: string, size: number): TestAccount[] => countTo(size).map((index) => member(name, index));

const build = (accounts: readonly TestAccount[], more: Partial<TestWorld> = {}): Population => buildPopulation({ accounts, ...more });
const membersOf = ({ campaigns }: Tracking): number[][] => campaigns.map(({ group }) => [...group.members]).sort((a, b) => a[0] - b[0]);

describe("trackCampaigns", () => {
  it("finds a pool in a crowd: its accounts, its requests, nobody else's", () => {
    const tracking = trackCampaigns(build([...crowd, ...pool("a", 12)]), everything);
    expect(membersOf(tracking)).toEqual([countTo(12).map((index) => 120 + index)]);
    expect(tracking.campaigns[0]).toMatchObject({ successorOf: null });
    expect(tracking.campaigns[0].id).toMatch(/^campaign--[0-9a-f]{16}$/);
    expect(tracking.campaigns[0].group.slice).toHaveLength(120);
    expect(tracking.campaigns[0].probability).toBeGreaterThan(0.99);
  });

  it("keeps two pools two, with different ids", () => {
    const { campaigns } = trackCampaigns(build([...pool("a", 12), ...crowd, ...pool("b", 9)]), everything);
    expect(new Set(campaigns.map(({ group }) => group.members.length))).toEqual(new Set([12, 9]));
    expect(new Set(campaigns.map(({ id }) => id)).size).toBe(2);
  });

  it("gives the same id when members go, unrelated accounts come and everybody moves up", () => {
    const idOf = (accounts: readonly TestAccount[]): string[] => trackCampaigns(build(accounts), everything).campaigns.map(({ id }) => id);
    const whole = idOf([...crowd, ...pool("a", 20)]);
    expect(whole).toHaveLength(1);
    expect(idOf([...crowd, ...pool("a", 18)])).toEqual(whole);
    expect(idOf([...crowd, ...pool("a", 20), ...countTo(40).map((index) => citizen(500 + index))])).toEqual(whole);
    expect(idOf([...pool("a", 20), ...crowd])).toEqual(whole);
  });

  it.each<[string, readonly TestAccount[], readonly Detection[]]>([
    ["an empty log", [], everything],
    ["a crowd", crowd, everything],
    ["a pool nobody can say anything about", [...crowd, ...pool("a", 12)], []],
    ["one group of evidence", [...crowd, ...pool("a", 12)], [cardPairs]],
    ["an organization's own pool", [...crowd, ...pool("a", 30).map((account) => ({ ...account, organization: "firm" }))], everything],
    ["two accounts", [...crowd, ...pool("a", 2)], everything],
    [
      "fewer requests than a harvest has",
      [...crowd, ...pool("a", 6).map((account) => ({ ...account, requests: account.requests.slice(0, 4) }))],
      everything,
    ],
  ])("makes no campaign of %s", (_, accounts, detections) => {
    expect(trackCampaigns(build(accounts), detections).campaigns).toEqual([]);
  });

  it("leaves accounts on the allowlist out of everything", () => {
    const population = build([...crowd, ...pool("a", 12)]);
    population.isAllowlisted.fill(1, 120);
    const { campaigns, leftAlone } = trackCampaigns(population, everything);
    expect([...campaigns, ...leftAlone].flatMap(({ group }) => [...group.members]).filter((account) => account >= 120)).toEqual([]);
  });

  it("lists what was examined and let go, and nobody who is in a campaign", () => {
    const { campaigns, leftAlone } = trackCampaigns(build([...crowd, ...pool("a", 12), ...pool("b", 5)]), everything);
    const taken = new Set(campaigns.flatMap(({ group }) => [...group.members]));
    expect(leftAlone.flatMap(({ group }) => [...group.members]).filter((account) => taken.has(account))).toEqual([]);
    expect(leftAlone.filter(isCampaign)).toEqual([]);
    expect([...leftAlone].sort(compareStrength)).toEqual(leftAlone);
  });
});

describe("a pool that was banned and one that took over", () => {
  const predecessors = countTo(8).map((index) => 120 + index);
  const successors = countTo(6).map((index) => 128 + index);
  const succession: GroupDetection = {
    ...makeDetectionBase("test-succession", "behaviour"),
    level: "group",
    examine: (group, population) => ({
      ...makeTestSignal(succession, isPool(group, population) ? 5 : 0),
      succession: { atMs: 40 * 3_600_000, predecessors: Int32Array.from(predecessors), successors: Int32Array.from(successors) },
    }),
  };
  const population = build([...crowd, ...pool("a", 14)]);

  it("are two campaigns; the second names the first, and both keep the evidence", () => {
    const { campaigns } = trackCampaigns(population, [cardPairs, content, succession]);
    expect(campaigns.map(({ group }) => [...group.members])).toEqual([predecessors, successors]);
    expect(campaigns[0].successorOf).toBeNull();
    expect(campaigns[1].successorOf).toBe(campaigns[0].id);
    expect(campaigns[1].id).not.toBe(campaigns[0].id);
    expect(campaigns.map(({ group }) => group.slice.length)).toEqual([80, 60]);
    expect(campaigns[1].memberProbabilities).toHaveLength(6);
  });

  it.each<[string, number[], number[]]>([
    ["a few of many were banned", predecessors.slice(0, 2), successors],
    ["two are no pool that could take over", predecessors, successors.slice(0, 2)],
  ])("are one campaign when %s", (_, banned, taken) => {
    const few: GroupDetection = {
      ...succession,
      examine: (group, all) => ({
        ...makeTestSignal(succession, isPool(group, all) ? 5 : 0),
        succession: { atMs: 40 * 3_600_000, predecessors: Int32Array.from(banned), successors: Int32Array.from(taken) },
      }),
    };
    const { campaigns } = trackCampaigns(population, [cardPairs, content, few]);
    expect(campaigns.map(({ group, successorOf }) => [group.members.length, successorOf])).toEqual([[14, null]]);
  });
});

describe("campaigns of one account", () => {
  const search = (signals: (account: number) => Signal[]): AccountDetection => ({
    ...makeDetectionBase("test-search", "content"),
    level: "account",
    inspect: signals,
  });
  const both = (account: number): Signal[] =>
    account === 5 ? [makeTestSignal(makeDetectionBase("s", "content"), 9), makeTestSignal(makeDetectionBase("s", "behaviour"), 9)] : [];
  const loud = [...crowd.slice(0, 5), { ...crowd[5], requests: countTo(4).flatMap(() => crowd[5].requests) }, ...crowd.slice(6)];

  it("need evidence from two groups", () => {
    expect(testSingleAccounts(build(loud), [search(both)]).map(({ group }) => [...group.members])).toEqual([[5]]);
    expect(testSingleAccounts(build(loud), [search((account) => both(account).slice(0, 1))])).toEqual([]);
  });

  it("are campaigns with all that the account sent", () => {
    const { campaigns } = trackCampaigns(build(loud), [search(both)]);
    expect(campaigns.map(({ group, origin }) => [[...group.members], group.slice.length, origin])).toEqual([[[5], 40, "account"]]);
  });

  it("never come of an account on the allowlist", () => {
    const population = build(loud);
    population.isAllowlisted[5] = 1;
    expect(testSingleAccounts(population, [search(both)])).toEqual([]);
  });
});

describe("candidates", () => {
  const population = build([...crowd, ...pool("a", 12)]);
  const { source, candidates } = proposeCandidates(population, [cardPairs]);

  it("come from the niche and from the links, with a probability per member", () => {
    expect(new Set(candidates.map(({ origin }) => origin))).toEqual(new Set(["niche", "links"]));
    for (const { group, memberProbabilities, carriers } of candidates) {
      expect(memberProbabilities).toHaveLength(group.members.length);
      expect([...group.members].every((account) => carriers.members.includes(account))).toBe(true);
    }
  });

  it("own the families that are theirs and that few others carry", () => {
    const names = (accounts: number[]): string[] =>
      Array.from(pickOwnFamilies(source, accounts), (family) => population.families.ids[family]);
    const members = countTo(12).map((index) => 120 + index);
    expect(names(members)).toEqual(["user pool-a-0", "user pool-a-1", "user pool-a-2"]);
    expect(names([0, 1, 2])).toEqual([]);
    expect([...listFamilyCarriers(source.carriage, pickOwnFamilies(source, members))]).toEqual(members);
  });

  it("are not formed of fewer strangers than the smallest pool has", () => {
    const small = build([...crowd, ...pool("a", 2)]);
    const few = proposeCandidates(small, [cardPairs]).source;
    const families = Uint32Array.from(small.families.ids.flatMap((id, family) => (id.startsWith("user pool") ? [family] : [])));
    expect(formCandidate(few, { families, origin: "niche" })).toBeNull();
  });

  it("are judged by the weaker answer of members and carriers, because members were picked by what they share", () => {
    const [first] = candidates;
    const carrierSignals = new Map([[cardPairs.name, makeTestSignal(cardPairs, 3)]]);
    const tested = (signals: typeof carrierSignals | Map<string, null>): TestedCandidate =>
      testCandidate({ ...first, carrierSignals: signals }, { source, detections: [cardPairs] });
    expect(tested(carrierSignals).fusion.groups.registration).toBe(3);
    expect(tested(new Map([[cardPairs.name, makeTestSignal(cardPairs, 90)]])).fusion.groups.registration).toBe(5);
    expect(tested(new Map([[cardPairs.name, null]])).signals).toEqual([]);
  });

  it("keep each member's own requests and probability when members are taken out", () => {
    const tested = testCandidate(candidates.find(({ origin }) => origin === "niche")!, { source, detections: everything });
    const rest = restrictMembers(tested, [1, 4]);
    expect([...rest.group.members]).toEqual([tested.group.members[1], tested.group.members[4]]);
    expect([...rest.memberProbabilities]).toEqual([tested.memberProbabilities[1], tested.memberProbabilities[4]]);
  });
});

describe("listStandings", () => {
  const population = build([...crowd, ...pool("a", 12)]);
  const tracking = trackCampaigns(population, everything);
  const list = (changed: Partial<Tracking> = {}) => [
    ...listStandings(population, { tracking: { ...tracking, ...changed }, accountDetections: [] }),
  ];

  it("has one line per account, ascending, that adds up with the campaign", () => {
    const lines = list();
    expect(lines.map(({ account_id }) => account_id)).toEqual(population.accountIds);
    expect(lines.filter(({ standing }) => standing === "campaign")).toHaveLength(12);
    expect(lines.reduce((sum, { campaign_events }) => sum + campaign_events, 0)).toBe(tracking.campaigns[0].group.slice.length);
    expect(lines[0]).toEqual({
      account_id: "acct-00001",
      standing: "clear",
      probability: 0.001,
      campaign_id: null,
      events: 10,
      campaign_events: 0,
      signals: [],
    });
  });

  it("watches a member whose own probability is low, and says which campaign it is", () => {
    const [campaign] = tracking.campaigns;
    const memberProbabilities = campaign.memberProbabilities.map((probability, at) => (at === 0 ? 0.5 : probability));
    expect(list({ campaigns: [{ ...campaign, memberProbabilities }] })[120]).toMatchObject({ standing: "watch", campaign_id: campaign.id });
  });

  it("tells a campaign that passed a lower bar in full, as its confidence does", () => {
    const [campaign] = tracking.campaigns;
    const memberProbabilities = new Float64Array(12).fill(1);
    const low = { ...campaign, memberProbabilities, fusion: { ...campaign.fusion, logOdds: 3 }, probability: toProbability(3) };
    const told = (barLogOdds?: number): number[] => {
      const lowered = { ...low, barLogOdds };
      return [
        list({ campaigns: [lowered] })[125].probability,
        describeCampaign(lowered, { population, detections: everything }).confidence,
      ];
    };
    expect(told(2.57)).toEqual([0.740775, 0.740775]);
    expect(told()).toEqual([0.370387, 0.370387]);
  });

  it.each<[string, Partial<TestedCandidate["fusion"]>, string]>([
    ["likely and from two groups", { logOdds: 2.3, hasIndependentGroups: true }, "watch"],
    ["unlikely", { logOdds: -3, hasIndependentGroups: true }, "clear"],
    ["likely from one group only", { logOdds: 2.3, hasIndependentGroups: false }, "clear"],
  ])("a group left alone that is %s: %s %s", (_, fusion, standing) => {
    const [campaign] = tracking.campaigns;
    const candidate = { ...campaign, memberProbabilities: new Float64Array(12).fill(1), fusion: { ...campaign.fusion, ...fusion } };
    expect(list({ campaigns: [], leftAlone: [candidate] })[125].standing).toBe(standing);
  });
});
