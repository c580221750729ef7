import { describe, expect, it } from "vitest";
import type { Decision } from "../../vocabulary/decision.js";
import type { LiveCampaign, LiveMember } from "../../vocabulary/live.js";
import { describeCampaignFound, describeChange } from "./describe.js";

const LINK = "https://stillwatch.example";

function decision(wish: Partial<Decision>): Decision {
  return {
    id: "dec_1",
    batchId: "bat_1",
    measure: "block",
    parameters: {},
    mode: "enforce",
    state: "proposed",
    scope: { kind: "account", id: "acct-1" },
    campaignId: "campaign--1",
    rule: "stop",
    reason: "r",
    because: ["b1", "b2"],
    evidence: "e",
    owner: "o",
    decidedMs: 0,
    expiresMs: 86_400_000,
    approvalsNeeded: 1,
    approvals: [],
    ...wish,
  };
}

describe("what moved", () => {
  it.each<[claim: string, decisions: Partial<Decision>[], kinds: string[]]>([
    ["proposals wait", [{}], ["decision_proposed"]],
    ["what acts is told", [{ state: "active" }], ["decision_active"]],
    ["what was taken back is told", [{ state: "rolled_back" }], ["decision_rolled_back"]],
    ["shadow acts on nobody", [{ mode: "shadow", state: "active" }], []],
    ["an end that was announced is no news", [{ state: "expired" }, { state: "superseded" }, { state: "rejected" }], []],
    [
      "one alert for a campaign, whatever the batch or the rule",
      [{}, { id: "dec_2", batchId: "bat_2", rule: "slow" }],
      ["decision_proposed"],
    ],
    [
      "one for each of several campaigns and states",
      [{}, { id: "dec_2", campaignId: "campaign--2" }, { id: "dec_3", state: "active" }],
      ["decision_proposed", "decision_proposed", "decision_active"],
    ],
    [
      "a standing order is told alone",
      [{}, { id: "dec_2", scope: { kind: "campaign", id: "campaign--1" } }],
      ["decision_proposed", "decision_proposed"],
    ],
  ])("%s", (_claim, decisions, kinds) => {
    const alerts = describeChange({ by: "policy", decisions: decisions.map(decision) }, LINK);
    expect(alerts.map(({ kind }) => kind)).toEqual(kinds);
    expect(new Set(alerts.map(({ key }) => key)).size).toBe(kinds.length);
  });

  it("says of a standing order that it is about whoever shows", () => {
    const order = decision({ scope: { kind: "campaign", id: "campaign--1" } });
    expect(describeChange({ by: "policy", decisions: [order] }, LINK)).toMatchObject([
      { who: "whoever a request shows to be of campaign--1" },
    ]);
  });

  it("says who, since when, why, what was done and where to look", () => {
    const decisions = Array.from({ length: 7 }, (_, index) =>
      decision({ id: `dec_${index}`, state: "active", scope: { kind: "account", id: `acct-${index}` } }),
    );
    expect(describeChange({ by: "ada", decisions }, LINK)).toMatchObject([
      {
        title: "7 decisions to block are in force",
        who: "acct-0, acct-1, acct-2, acct-3, acct-4 and 2 more",
        sinceMs: 0,
        because: ["Rule stop, campaign campaign--1.", "b1", "b2"],
        done: "In force, by ada; it can be taken back. Ends 1970-01-02T00:00:00.000Z by itself.",
        link: "https://stillwatch.example/v1/decisions?campaign_id=campaign--1",
        command: "stillwatch campaigns show campaign--1",
      },
    ]);
  });
});

describe("an alert's words", () => {
  const tell = (decisions: Partial<Decision>[], how: { by?: string; note?: string } = {}) =>
    describeChange({ by: "policy", decisions: decisions.map(decision), ...how }, LINK)[0];

  it.each<[decisions: Partial<Decision>[], title: string]>([
    [[{ measure: "throttle" }], "1 decision to throttle waits for a person"],
    [[{ measure: "throttle" }, { id: "dec_2", measure: "throttle" }], "2 decisions to throttle wait for a person"],
    [[{}, { id: "dec_2", measure: "throttle" }], "2 decisions (1 to throttle, 1 to block) wait for a person"],
    [[{ state: "active" }], "1 decision to block is in force"],
    [[{ state: "rolled_back" }], "1 decision to block taken back"],
  ])("%j: %s", (decisions, title) => expect(tell(decisions).title).toBe(title));

  it.each<[how: { by: string; note?: string }, done: string]>([
    [{ by: "ann", note: "the customer called" }, "Taken back by ann (the customer called)."],
    [{ by: "ann", note: "allowlisted: a class" }, "Taken back by ann (allowlisted: a class)."],
    [{ by: "allowlist", note: "allowlisted" }, "Taken back by the allowlist, on which they stand now."],
    [{ by: "ann" }, "Taken back by ann."],
  ])("a take-back names its cause: %j", (how, done) => expect(tell([{ state: "rolled_back" }], how).done).toBe(done));
});

it("a campaign is told with those inside it, under one key however often it is seen", () => {
  const member = (accountId: string, standing: LiveMember["standing"]): LiveMember => ({
    accountId,
    standing,
    organizationId: null,
    probability: 1,
    events: 1,
    campaignEvents: 1,
  });
  const campaign = { id: "campaign--1", accounts: 2, first_at: "2026-02-01T00:00:00Z", because: ["b"], successor_of: "campaign--0" };
  const live = {
    campaign,
    members: [member("acct-2", "campaign"), member("acct-9", "watch"), member("acct-1", "campaign")],
  } as unknown as LiveCampaign;
  expect(describeCampaignFound(live, LINK)).toEqual({
    kind: "campaign_found",
    key: "campaign_found campaign--1",
    title: "Campaign found: 2 accounts act as one",
    who: "acct-1, acct-2",
    sinceMs: Date.UTC(2026, 1, 1),
    because: ["It goes on where campaign--0 ended.", "b"],
    done: "Nothing yet: only the policy decides.",
    link: "https://stillwatch.example/v1/campaigns/campaign--1",
    command: "stillwatch campaigns show campaign--1",
  });
});
