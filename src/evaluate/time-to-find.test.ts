import { describe, expect, it } from "vitest";
import { chooseCuts, countServed, describeTimeToFind, listFoundCampaigns } from "./time-to-find.js";

const times = new Map([
  ["early", [10, 20, 30, 40]],
  ["late", [100, 110]],
]);

describe("cuts", () => {
  it("fall where some campaign has served a share, once, in the order of time", () => {
    expect(chooseCuts(times, [0.5, 0.25])).toEqual([10, 20, 100]);
  });
  it("count what was served at their millisecond as served", () => {
    expect([9, 10, 39, 40, 1000].map((atMs) => countServed([10, 20, 30, 40], atMs))).toEqual([0, 1, 3, 4, 4]);
  });
});

describe("the time to find", () => {
  const cuts = [10, 20, 100];
  const senders = new Map([
    ["early", ["a", "a", "b", "c"]],
    ["late", ["d", "e"]],
  ]);
  it("lies between the last cut that missed a campaign and the first that held it", () => {
    expect(describeTimeToFind(times, { cuts, foundAt: [[], ["early"], ["early", "late"]], senders })).toEqual([
      { campaign: "early", exchanges: 4, found_at_exchanges: 2, found_at_share: 0.5, missed_at_share: 0.25, missed_at_accounts: 1 },
      { campaign: "late", exchanges: 2, found_at_exchanges: 1, found_at_share: 0.5, missed_at_share: 0, missed_at_accounts: 0 },
    ]);
  });
  it("is unknown for a campaign that no cut held", () => {
    expect(describeTimeToFind(times, { cuts, foundAt: [[], [], []], senders })[0]).toMatchObject({
      found_at_share: null,
      missed_at_share: 1,
      missed_at_accounts: 3,
    });
  });
});

describe("a campaign is found", () => {
  const account = (account_id: string, campaign_id: string | null) =>
    ({ account_id, campaign_id, standing: campaign_id === null ? "clear" : "campaign", probability: 0.5, events: 1 }) as const;
  const truth = ["a", "b", "c", "d"].map((accountId, index) => ({
    kind: "account" as const,
    accountId,
    label: index < 2 ? ("attack" as const) : ("benign" as const),
    campaign: index < 2 ? "early" : null,
    segment: null,
    crowd: null,
    line: index + 1,
  }));
  it("when half of a reported campaign's accounts are its", async () => {
    expect(await listFoundCampaigns([account("a", "x"), account("c", "x"), account("b", null)], truth)).toEqual(["early"]);
  });
  it("and not when most of them are innocent", async () => {
    expect(await listFoundCampaigns([account("a", "x"), account("c", "x"), account("d", "x")], truth)).toEqual([]);
  });
});
