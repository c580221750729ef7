import { describe, expect, it } from "vitest";
import { StillwatchError } from "../vocabulary/errors.js";
import type { RequestLine } from "../vocabulary/report.js";
import type { ScoredAccountLine } from "./read-score-input.js";
import { scoreReport, type ScoreInput } from "./score-report.js";
import type { CampaignScore, Score, TruthLine } from "./score.js";

type Standing = ScoredAccountLine["standing"];

const account = (id: string, standing: Standing = "clear", campaign: string | null = null, probability = 0): ScoredAccountLine => ({
  account_id: id,
  standing,
  probability,
  campaign_id: campaign,
  events: 10,
});
const inCampaign = (id: string, campaign: string): ScoredAccountLine => account(id, "campaign", campaign, 1);
const attacker = (accountId: string, campaign: string): TruthLine => ({
  kind: "account",
  accountId,
  label: "attack",
  campaign,
  segment: "harvest",
  crowd: campaign,
  line: 1,
});
const bystander = (accountId: string, segment: string, crowd: string | null = null): TruthLine => ({
  kind: "account",
  accountId,
  label: "benign",
  campaign: null,
  segment,
  crowd,
  line: 1,
});
const trueRequest = (requestId: string, campaign: string | null): TruthLine => ({ kind: "request", requestId, campaign });
const claimed = (request_id: string, campaign_id: string): RequestLine => ({ request_id, campaign_id });
const score = (input: Partial<ScoreInput>): Promise<Score> =>
  scoreReport({ accounts: [], requests: null, truth: [], truthFile: "truth.ndjson", ...input });
const campaignOf = (result: Score, name: string): CampaignScore => result.campaigns.find((row) => row.campaign === name) as CampaignScore;

describe("accounts", () => {
  it("counts who was found, who was missed and who was innocent", async () => {
    const result = await score({
      accounts: [
        inCampaign("a", "C1"),
        inCampaign("b", "C1"),
        account("c", "watch"),
        inCampaign("x", "C1"),
        account("y"),
        account("unknown"),
      ],
      truth: [
        attacker("a", "moon"),
        attacker("b", "moon"),
        attacker("c", "moon"),
        attacker("never-seen", "moon"),
        bystander("x", "ci"),
        bystander("y", "ci"),
      ],
    });
    expect(result.counts).toEqual({ labelled: 5, unlabelled: 1, absent: 1, reported_campaigns: 1, false_campaigns: 0 });
    expect(result.overall).toMatchObject({ attack_accounts: 3, found: 2, innocent: 1 });
    expect(result.overall.recall?.share).toBeCloseTo(2 / 3, 12);
    expect(result.overall.precision?.share).toBeCloseTo(2 / 3, 12);
    expect(campaignOf(result, "moon")).toMatchObject({ accounts: 3, found: 2, watched: 1, split: 1, segment: "harvest" });
  });

  it("says split and merged, and which reported campaigns hold the accounts", async () => {
    const many = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, index) => `${prefix}${index}`);
    const result = await score({
      accounts: [
        ...many("moon-a-", 6).map((id) => inCampaign(id, "C1")),
        ...many("moon-b-", 4).map((id) => inCampaign(id, "C2")),
        ...many("deep-", 9).map((id) => inCampaign(id, "C3")),
        ...many("mini-", 3).map((id) => inCampaign(id, "C3")),
      ],
      truth: [
        ...[...many("moon-a-", 6), ...many("moon-b-", 4)].map((id) => attacker(id, "moon")),
        ...many("deep-", 9).map((id) => attacker(id, "deep")),
        ...many("mini-", 3).map((id) => attacker(id, "mini")),
      ],
    });
    expect(campaignOf(result, "moon")).toMatchObject({
      split: 2,
      merged_with: [],
      covered_by: [
        { id: "C1", accounts: 6 },
        { id: "C2", accounts: 4 },
      ],
    });
    expect(campaignOf(result, "deep")).toMatchObject({ split: 1, merged_with: ["mini"] });
    expect(campaignOf(result, "deep").precision?.share).toBe(0.75);
    expect(campaignOf(result, "mini")).toMatchObject({ found: 3, split: 0, precision: null, covered_by: [{ id: "C3", accounts: 3 }] });
  });

  it("one stray in a large reported campaign is no merger", async () => {
    const ids = Array.from({ length: 40 }, (_, index) => `a${index}`);
    const result = await score({
      accounts: [...ids, "stray"].map((id) => inCampaign(id, "C1")),
      truth: [...ids.map((id) => attacker(id, "moon")), attacker("stray", "deep")],
    });
    expect(campaignOf(result, "moon").merged_with).toEqual([]);
  });

  it.each([
    [2, []],
    [4, ["deep"]],
  ])("of a campaign of 38 %i in a reported one of 30 are strays up to one in ten", async (count, merged) => {
    const moon = Array.from({ length: 30 - count }, (_, index) => `m${index}`);
    const deep = Array.from({ length: 38 }, (_, index) => `d${index}`);
    const result = await score({
      accounts: [...moon.map((id) => inCampaign(id, "C1")), ...deep.map((id, index) => inCampaign(id, index < count ? "C1" : "C2"))],
      truth: [...moon.map((id) => attacker(id, "moon")), ...deep.map((id) => attacker(id, "deep"))],
    });
    expect(campaignOf(result, "moon").merged_with).toEqual(merged);
  });

  it("calls a reported campaign of mostly innocent accounts false, and gives it to nobody", async () => {
    const result = await score({
      accounts: [inCampaign("a", "C1"), inCampaign("x", "C1"), inCampaign("y", "C1")],
      truth: [attacker("a", "moon"), bystander("x", "ci"), bystander("y", "ci")],
    });
    expect(result.counts.false_campaigns).toBe(1);
    expect(campaignOf(result, "moon")).toMatchObject({ found: 1, split: 0, precision: null });
  });
});

describe("look-alike segments", () => {
  it("are counted by account and by crowd, since mistakes come a whole crowd at a time", async () => {
    const result = await score({
      accounts: [inCampaign("a", "C1"), inCampaign("b", "C1"), account("c", "watch"), account("d"), account("e")],
      truth: [
        bystander("a", "classroom", "k1"),
        bystander("b", "classroom", "k1"),
        bystander("c", "classroom", "k2"),
        bystander("d", "classroom", "k3"),
        bystander("e", "ci", "k1"),
      ],
    });
    expect(result.segments.map((segment) => segment.segment)).toEqual(["ci", "classroom"]);
    expect(result.segments[0]).toMatchObject({ accounts: 1, in_campaign: 0, crowds: 1, crowds_in_campaign: 0 });
    expect(result.segments[1]).toMatchObject({
      accounts: 4,
      in_campaign: 2,
      in_watch: 1,
      crowds: 3,
      crowds_in_campaign: 1,
      crowds_in_watch: 1,
    });
    expect(result.segments[1].crowd_rate?.high).toBeGreaterThan(result.segments[1].crowd_rate?.share as number);
  });

  it("without crowds say that they were not counted", async () => {
    const result = await score({ accounts: [account("a")], truth: [bystander("a", "ci")] });
    expect(result.segments[0]).toMatchObject({ crowds: null, crowd_rate: null });
    expect(result.unchecked["crowds"]).toContain("crowd");
  });
});

describe("slices", () => {
  const accounts = [inCampaign("a", "C1"), inCampaign("b", "C2"), account("x")];
  const truth = [attacker("a", "moon"), attacker("b", "deep"), bystander("x", "ci")];

  it("compares requests with those of the same campaign, each once", async () => {
    const result = await score({
      accounts,
      requests: [
        claimed("r1", "C1"),
        claimed("r2", "C1"),
        claimed("x1", "C1"),
        claimed("s1", "C1"),
        claimed("r1", "C1"),
        claimed("s2", "C2"),
      ],
      truth: [
        ...truth,
        ...["r1", "r2", "r3", "r4"].map((id) => trueRequest(id, "moon")),
        ...["s1", "s2"].map((id) => trueRequest(id, "deep")),
        trueRequest("x1", null),
      ],
    });
    expect(campaignOf(result, "moon").slice).toEqual({ requests: 4, reported: 4, matched: 2, precision: 0.5, recall: 0.5 });
    expect(campaignOf(result, "deep").slice).toEqual({ requests: 2, reported: 1, matched: 1, precision: 1, recall: 0.5 });
    expect(result.overall).toMatchObject({ slice_precision: 4 / 5, slice_recall: 4 / 6 });
  });

  it.each([
    ["the report wrote none", null, [...truth, trueRequest("r1", "moon")], "--requests"],
    ["the truth has none", [claimed("r1", "C1")], truth, "truth has no request lines"],
  ])("are not checked where %s", async (_what, requests, lines, why) => {
    const result = await score({ accounts, requests, truth: lines });
    expect(campaignOf(result, "moon").slice).toBeNull();
    expect(result.overall.slice_recall).toBeNull();
    expect(result.unchecked["slices"]).toContain(why);
  });

  it("hold up with a hundred thousand requests", async () => {
    const ids = Array.from({ length: 100_000 }, (_, index) => `request-${index}`);
    const result = await score({
      accounts,
      requests: ids.slice(0, 80_000).map((id) => claimed(id, "C1")),
      truth: [...truth, ...ids.slice(20_000).map((id) => trueRequest(id, "moon"))],
    });
    expect(campaignOf(result, "moon").slice).toMatchObject({ requests: 80_000, reported: 80_000, matched: 60_000 });
  });
});

describe("time to find", () => {
  const truth = [attacker("a", "moon"), attacker("b", "moon"), attacker("c", "deep")];
  const events = (line: ScoredAccountLine, count: number): ScoredAccountLine => ({ ...line, events: count });

  it("is the share of requests served when the first earlier report found the campaign", async () => {
    const result = await score({
      accounts: [events(inCampaign("a", "C1"), 60), events(inCampaign("b", "C1"), 40), events(account("c"), 10)],
      truth,
      earlier: [
        [events(account("a", "watch"), 1)],
        [events(inCampaign("a", "C1"), 4), events(account("b"), 1), events(account("c"), 5)],
        [events(inCampaign("a", "C1"), 30), events(inCampaign("b", "C1"), 20)],
      ],
    });
    expect(campaignOf(result, "moon").served_before_found).toBe(0.05);
    expect(campaignOf(result, "deep").served_before_found).toBeNull();
  });

  it("is everything for a campaign that only the last report found", async () => {
    const result = await score({ accounts: [inCampaign("a", "C1"), inCampaign("b", "C1")], truth, earlier: [[account("a")]] });
    expect(campaignOf(result, "moon").served_before_found).toBe(1);
  });

  it("is not claimed from one report", async () => {
    const result = await score({ accounts: [inCampaign("a", "C1")], truth });
    expect(campaignOf(result, "moon").served_before_found).toBeNull();
    expect(result.unchecked["time_to_find"]).toContain("--earlier");
  });
});

describe("calibration", () => {
  it("compares what was said with what came true, and looks at suspects apart", async () => {
    const accounts = Array.from({ length: 100 }, (_, index) => account(`a${index}`, "clear", null, index < 10 ? 0.5 : 0));
    const truth = accounts.map((line, index) => (index < 8 ? attacker(line.account_id, "moon") : bystander(line.account_id, "ci")));
    const { calibration } = await score({ accounts, truth });
    expect(calibration.expected_calibration_error).toBeCloseTo(0.03, 12);
    expect(calibration.suspects.expected_calibration_error).toBeCloseTo(0.3, 12);
    expect(calibration.suspects.cases).toBe(10);
    expect(calibration.bins.map((bin) => bin.accounts)).toEqual([90, 10]);
  });
});

describe("what cannot be scored", () => {
  it.each([
    ["a truth of another world", { accounts: [account("a")], truth: [bystander("z", "ci")] }, "SW1605"],
    ["a truth without accounts", { accounts: [account("a")], truth: [trueRequest("r", null)] }, "SW1605"],
    ["two labels for one account", { accounts: [account("a")], truth: [bystander("a", "ci"), attacker("a", "moon")] }, "SW1606"],
  ])("%s", async (_what, input, code) => {
    const error = await score(input).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StillwatchError);
    expect((error as StillwatchError).problem.code).toBe(code);
  });

  it("the same line twice is no contradiction", async () => {
    expect((await score({ accounts: [account("a")], truth: [bystander("a", "ci"), bystander("a", "ci")] })).counts.labelled).toBe(1);
  });
});
