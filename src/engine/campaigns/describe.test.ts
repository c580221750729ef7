import { describe, expect, it } from "vitest";
import { buildPopulation, selectGroup, type TestAccount } from "../../sdk/testing/population.js";
import type { AccountDetection, Detection, PairDetection } from "../../vocabulary/detection.js";
import { CAPABILITIES } from "../../vocabulary/feature.js";
import { AccountFact, type Population } from "../../vocabulary/fingerprint.js";
import type { EvidenceGroup, Signal } from "../../vocabulary/signal.js";
import { describeCampaign } from "./describe.js";
import { fuseSignals } from "./fusion.js";
import { explainInnocently } from "./innocent-explanations.js";
import { drawPictures } from "./pictures.js";
import { listStandings } from "./standings.js";
import type { TrackedCampaign } from "./track.js";

const HOUR_MS = 3_600_000;
const countTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

const say = (detection: string, group: EvidenceGroup, logLikelihoodRatio: number): Signal => ({
  detection,
  group,
  logLikelihoodRatio,
  spoofable: 2,
  because: `${detection} speaks.`,
});

/** Links the first two accounts of the population, nobody else. */
const firstTwo: PairDetection = {
  name: "card",
  title: "",
  maturity: "draft",
  level: "pair",
  group: "registration",
  spoofable: 1,
  looksFor: "",
  innocentTwins: [],
  sources: [],
  thresholds: {},
  compare: (a, b) => (a + b === 1 ? 3.25 : 0),
  explain: () => "",
};
const detections: Detection[] = [firstTwo];

const account = (position: number): TestAccount => ({
  createdAtHours: -100,
  requests: [
    ...countTo(6).map((index) => ({
      atHours: 10 + position + index * 2,
      family: index < 4 ? "work" : "other work",
      model: index === 5 ? "b" : "a",
      ...(index === 0 ? { techniques: ["rubric_grading"] as const } : {}),
    })),
    { atHours: 2, family: "own" },
    { atHours: 90 },
  ],
});

const population: Population = buildPopulation({
  accounts: [...countTo(4).map(account), { ...account(9), organization: "firm" }, { ...account(8), organization: "firm" }],
  releases: { b: 30 },
  enforcement: [
    { account: 1, atHours: 50.2, measure: "banned" },
    { account: 2, atHours: 50.7, measure: "banned" },
    { account: 5, atHours: 51, measure: "limited" },
  ],
});
population.requests.capability.fill(CAPABILITIES.indexOf("coding"));
population.facts[0] |= AccountFact.verified;
const group = selectGroup(population, { accounts: [0, 1, 2, 3, 4], families: ["work", "other work"] });
population.requests.capability[group.slice[0]] = CAPABILITIES.indexOf("grading");

const signals = [say("card", "registration", 4), say("queue", "content", 5), say("mix", "behaviour", 3), say("hours", "behaviour", -1)];
const campaign: TrackedCampaign = {
  id: "campaign--0123456789abcdef",
  probability: 0.9,
  successorOf: "campaign--before",
  mergedFrom: ["campaign--merged"],
  splitFrom: null,
  standby: [],
  group,
  carriers: group,
  carrierSignals: new Map(),
  memberProbabilities: new Float64Array(5).fill(0.8),
  origin: "niche",
  signals: [...signals, { ...say("shift", "behaviour", 1), shifts: [{ at: "2026-03-04T00:00:00.000Z", from: "a", to: "b", share: 0.5 }] }],
  fusion: fuseSignals(signals),
};

describe("describeCampaign", () => {
  const described = describeCampaign(campaign, { population, detections });

  it("counts the slice, not all that the accounts sent", () => {
    expect(described).toMatchObject({
      id: campaign.id,
      confidence: 0.9,
      accounts: 5,
      events: 30,
      first_at: new Date(10 * HOUR_MS).toISOString(),
      last_at: new Date(29 * HOUR_MS).toISOString(),
      successor_of: "campaign--before",
      merged_from: ["campaign--merged"],
      split_from: null,
    });
  });

  it("names aims by share, largest first, adding up to 1", () => {
    expect(described.aims).toEqual([
      { capability: "coding", share: 0.9667 },
      { capability: "grading", share: 0.0333 },
    ]);
  });

  it("names techniques, families with their carriers, and shifts", () => {
    expect(described.techniques).toEqual(["rubric_grading"]);
    expect(described.families).toEqual([
      { id: "user work", events: 20, accounts: 5, exemplar: null },
      { id: "user other work", events: 10, accounts: 5, exemplar: null },
    ]);
    expect(described.shifts).toEqual([{ at: "2026-03-04T00:00:00.000Z", from: "a", to: "b", share: 0.5 }]);
  });

  it("lists a link per kind of evidence that speaks for it, with the pairs it ties", () => {
    expect(described.links.map(({ kind, strength, pairs }) => [kind, strength, pairs])).toEqual([
      ["queue", 5, 0],
      ["card", 4, 1],
      ["mix", 3, 0],
      ["shift", 1, 0],
    ]);
  });

  it("shows what speaks against it, and the nearest innocent explanation", () => {
    expect(described.counter_evidence[0]).toBe("hours speaks.");
    expect(described.counter_evidence[1]).toMatch(/^Nearest innocent explanation: looks most like /);
    // Beside what it refers to, and not as an entry of its own.
    expect(described.counter_evidence[1]).toMatch(/That explanation predicts what was not checked: [^.]*addresses/);
    expect(described.counter_evidence).toHaveLength(2);
  });

  it("weighs operators whose probabilities add up to 1", () => {
    expect(described.operators.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 3);
    expect(described.operators.slice(0, 2).reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(0.9, 3);
    expect(described.operators.at(-1)?.for).toContain("hours speaks.");
    expect(described.operators[0].for).toContain("card speaks.");
  });

  it("gives its reasons in sentences: the work load first, the strongest evidence next", () => {
    expect(described.because[0]).toContain("5 accounts of 5 parties");
    expect(described.because[0]).toContain("30 requests (75 % of the 40 that these accounts send), mostly coding");
    expect(described.because.slice(1)).toEqual(["queue speaks.", "card speaks.", "mix speaks."]);
  });
});

describe("accounts that only links tie, in a log without text", () => {
  const silent = buildPopulation({ accounts: countTo(4).map(() => ({ requests: [{ atHours: 1 }, { atHours: 2 }] })) });
  const signals = [say("card", "registration", 4), say("address", "infrastructure", 3), say("hours", "behaviour", -1)];
  const linked = {
    ...campaign,
    group: selectGroup(silent, { accounts: countTo(4), families: [] }),
    memberProbabilities: new Float64Array(4).fill(0.9),
    signals,
    fusion: fuseSignals(signals),
  };

  it("are said to carry no work load", () => {
    const [reason] = describeCampaign(linked, { population: silent, detections }).because;
    expect(reason).toContain(
      "are tied by addresses and registration or instruments; what they ask cannot be told from this log, so all their 8 requests are counted",
    );
    expect(reason).not.toMatch(/work load|%/);
  });

  it("are not said to be tied when there is only one", () => {
    const group = selectGroup(silent, { accounts: [0], families: [] });
    const alone = { ...linked, group, memberProbabilities: Float64Array.of(0.9) };
    expect(describeCampaign(alone, { population: silent, detections }).because[0]).toBe(
      "1 account is examined on its own: all its 2 requests are counted, of unknown aim.",
    );
  });

  it("are not said to send nothing else", () => {
    const picture = drawPictures(silent, { tracking: { campaigns: [linked], leftAlone: [] }, detections }).campaigns[campaign.id];
    expect(picture.touched.unrelatedEvents).toBeNull();
  });
});

describe("members that are only watched", () => {
  // At .9 for the campaign, .5 for the member is .45: below what a person would be asked to act on.
  const doubtful = { ...campaign, memberProbabilities: Float64Array.of(0.5, 0.8, 0.8, 0.5, 0.8) };
  const described = describeCampaign(doubtful, { population, detections });

  it("are not counted as accounts of the campaign, but told", () => {
    expect(described.accounts).toBe(3);
    expect(described.families.map(({ accounts }) => accounts)).toEqual([3, 3]);
    expect(described.because[0]).toMatch(/^3 accounts of 3 parties .*\(2 more are watched\)/);
    expect(described.because[0]).not.toBe(describeCampaign(campaign, { population, detections }).because[0]);
  });

  it("agrees with the standings", () => {
    const tracking = { campaigns: [doubtful], leftAlone: [] };
    const lines = [...listStandings(population, { tracking, accountDetections: [] })];
    expect(lines.filter(({ standing }) => standing === "campaign")).toHaveLength(described.accounts);
  });

  it("tells a signal once that is the account's own and the campaign's", () => {
    const inspect = (): Signal[] => [say("queue", "content", 5)];
    const own: AccountDetection = { ...firstTwo, name: "queue", group: "content", level: "account", inspect };
    const [line] = listStandings(population, { tracking: { campaigns: [campaign], leftAlone: [] }, accountDetections: [own] });
    expect(line.signals.filter(({ detection }) => detection === "queue")).toHaveLength(1);
  });

  it("tells of each account what it shows itself, and marks what only others of its group show", () => {
    const card = { ...say("card", "registration", 4), shownBy: Int32Array.of(0, 1) };
    const shown = { ...campaign, signals: [say("queue", "content", 5), card] };
    const lines = [...listStandings(population, { tracking: { campaigns: [shown], leftAlone: [] }, accountDetections: [] })];
    const tellCard = (account: number) =>
      lines[account].signals.flatMap(({ detection, strength, because }) => (detection === "card" ? [[strength, because]] : []));
    expect(tellCard(1)).toEqual([[4, "This account is among them: card speaks."]]);
    expect(tellCard(2)).toEqual([[0, "Of others in its group, not of this account: card speaks."]]);
    expect(lines[2].signals[0]).toMatchObject({ strength: 5, because: "Of its group as a whole: queue speaks." });
  });

  it("would not be touched", () => {
    const picture = drawPictures(population, { tracking: { campaigns: [doubtful], leftAlone: [] }, detections }).campaigns[campaign.id];
    expect(picture.touched).toEqual({ accounts: 3, verifiedAccounts: 0, organizations: 3, unrelatedEvents: 6 });
  });
});

describe("what is cut short", () => {
  it("says among whom pairs were counted, and how many families are not listed", () => {
    const names = countTo(23).map((index) => `work ${index}`);
    const requests = names.map((family, index) => ({ atHours: 10 + index, family }));
    const many = buildPopulation({ accounts: countTo(301).map(() => ({ requests })) });
    const large = selectGroup(many, { accounts: countTo(301), families: names });
    const described = describeCampaign(
      { ...campaign, group: large, memberProbabilities: new Float64Array(301).fill(0.8) },
      { population: many, detections },
    );
    expect(described.links.find(({ kind }) => kind === "card")?.because).toBe(
      "card speaks. Pairs were counted among the first 300 of 301 accounts.",
    );
    expect(described.links.find(({ kind }) => kind === "queue")?.because).toBe("queue speaks.");
    expect(described.because.at(-1)).toBe("They share 3 more families of requests that are not listed.");
  });

  it("does not call unshared what nobody measured", () => {
    const blind = { ...campaign, signals: [say("queue", "content", 5)], fusion: fuseSignals([say("queue", "content", 5)]) };
    const sentences = describeCampaign(blind, { population, detections }).operators.flatMap((one) => [...one.for, ...one.against]);
    expect(sentences.filter((sentence) => /shared beyond chance/.test(sentence))).toEqual([]);
  });
});

describe("drawPictures", () => {
  const pictures = drawPictures(population, { tracking: { campaigns: [campaign], leftAlone: [] }, detections });
  const picture = pictures.campaigns[campaign.id];

  it("shows activity per hour and model, adding up to the slice", () => {
    expect(picture.activity.fromMs).toBe(10 * HOUR_MS);
    expect(picture.activity.hours).toHaveLength(20);
    expect(picture.activity.hours.reduce((sum, count) => sum + count, 0)).toBe(30);
    expect(Object.keys(picture.activity.byModel)).toEqual(["a", "b"]);
    expect(picture.activity.byModel["b"].reduce((sum, count) => sum + count, 0)).toBe(5);
  });

  it("marks releases, and measures against members only, by the hour", () => {
    expect(pictures.releases).toEqual([{ target_model: "b", at: new Date(30 * HOUR_MS).toISOString() }]);
    expect(picture.enforcement).toEqual([{ atMs: 50 * HOUR_MS, measure: "banned", accounts: 2 }]);
  });

  it("says whom acting would have touched, and what of their traffic is not the campaign's", () => {
    expect(picture.touched).toEqual({ accounts: 5, verifiedAccounts: 1, organizations: 5, unrelatedEvents: 10 });
  });

  it("draws members with the evidence that ties each, and the links between them", () => {
    expect(picture.members.map(({ groups }) => groups["registration"])).toEqual([3.25, 3.25, 0, 0, 0]);
    expect(picture.members[0]).toMatchObject({ accountId: "acct-00001", events: 8, campaignEvents: 6 });
    expect(picture.members[0].groups["content"]).toBe(4);
    expect(picture.links).toEqual([{ a: 0, b: 1, kind: "card", strength: 3.25 }]);
  });

  it("draws a bounded sample of a large campaign", () => {
    const many = buildPopulation({ accounts: countTo(200).map(account) });
    const large = selectGroup(many, { accounts: countTo(200), families: ["work"] });
    const tracking = { campaigns: [{ ...campaign, group: large, memberProbabilities: new Float64Array(200).fill(0.8) }], leftAlone: [] };
    const drawn = drawPictures(many, { tracking, detections }).campaigns[campaign.id];
    expect(drawn.members).toHaveLength(80);
    expect(drawn.touched.accounts).toBe(200);
  });

  it("lists groups left alone with the reason, small ones not", () => {
    const small = { ...campaign, group: selectGroup(population, { accounts: [0, 1, 4, 5], families: ["work"] }) };
    const silent = { ...campaign, signals: [] };
    const weak = { ...campaign, signals: [say("mix", "behaviour", 2)] };
    const tracking = { campaigns: [], leftAlone: [campaign, small, silent, weak] };
    const { leftAlone } = drawPictures(population, { tracking, detections });
    expect(leftAlone.every(({ description }) => description.startsWith("Looks most like "))).toBe(true);
    expect(leftAlone.map(({ accounts, because }) => [accounts, because])).toEqual([
      [5, "hours speaks."],
      [5, "Nothing that was measured ties them together beyond the work load they share."],
      [5, "Not enough to call it a campaign: mix speaks."],
    ]);
  });
});

describe("explainInnocently", () => {
  const GROUPS = ["content", "behaviour", "infrastructure", "registration"] as const;
  /** Undefined where nothing was measured. */
  const explain = (...nats: (number | undefined)[]) => {
    const measured = GROUPS.flatMap((evidence, position) => {
      const ratio = nats[position];
      return ratio === undefined ? [] : [say(evidence, evidence, ratio)];
    });
    return explainInnocently({ signals: measured, fusion: fuseSignals(measured) });
  };

  it.each<[string, number[], RegExp]>([
    ["items repeat, one place, one burst", [-3, 0, 4, 4], /class/],
    ["nothing is shared but a prompt", [0, -3, -3, -3], /framework/],
    ["one queue and nothing shared", [4, 4, -3, -3], /agent kit/],
    ["addresses and payments of one firm, all else apart", [-3, -3, 4, 4], /reseller/],
  ])("%s", (_, evidence, description) => {
    const innocent = explain(...evidence);
    expect(innocent.description).toMatch(description);
    expect([innocent.missing, innocent.unchecked]).toEqual([[], []]);
  });

  it("says what does not fit when everything speaks for a pool", () => {
    const innocent = explain(5, 5, 4, 5);
    expect(innocent.missing.length).toBeGreaterThan(0);
    expect(innocent.because).toMatch(/The evidence from .+ does not fit it\.$/);
  });

  it("never says of what nobody measured that it was not seen, or that it fits", () => {
    const innocent = explain(4, 4, undefined, undefined);
    expect(innocent.missing).toEqual([]);
    expect(innocent.unchecked).toEqual(["addresses that are not shared", "registrations that have nothing in common"]);
    expect(innocent.because).toBe(
      "The evidence from content and behaviour fits it. Nothing was measured about infrastructure and registration.",
    );
  });

  it("tells measured and undecided from not measured", () => {
    expect(explain(4, 4, 0, undefined)).toMatchObject({
      missing: ["addresses that are not shared"],
      unchecked: ["registrations that have nothing in common"],
    });
  });
});
