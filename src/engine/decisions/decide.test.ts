/** What policy makes of campaigns. */
import { describe, expect, it } from "vitest";
import type { DecisionRecord } from "../../store/records/decisions.js";
import type { LiveWindow } from "../../vocabulary/live.js";
import { decideCampaigns, decideMatches } from "./decide.js";
import { isMet, policySchema, type Policy } from "./policy.js";
import { createAllowlist } from "./states.js";
import { sampleCampaign, sampleMember, samplePolicy, heldForLong } from "./testing/sample-campaigns.js";

const NOW = Date.parse("2026-02-02T01:00:00Z");
const DAY = 86_400_000;

function groundOf(policy: Policy, { history = [] as DecisionRecord[], nowMs = NOW, allowed = [] as string[] } = {}) {
  const entries = allowed.map((key, index) => {
    const [kind, id] = key.split(" ") as ["account", string];
    return { id: String(index), scope: { kind, id }, reason: "r", addedBy: "p", addedMs: 0, expiresMs: Number.MAX_SAFE_INTEGER };
  });
  return { policy, allowlist: createAllowlist(entries, nowMs), ...heldForLong, findHistory: () => history, nowMs };
}

const members = (count: number, organizationId: string | null = null) =>
  Array.from({ length: count }, (_, index) => sampleMember(`acct_${String(index).padStart(3, "0")}`, { organizationId }));

describe("what a decision says", () => {
  it("has evidence, reason, owner, end and waits for the people whom the measure needs", () => {
    const [decision] = decideCampaigns([sampleCampaign()], groundOf(samplePolicy([{ measure: "block" }])));
    expect(decision).toMatchObject({
      measure: "block",
      mode: "enforce",
      state: "proposed",
      scope: { kind: "account", id: "acct_1" },
      evidence: "evidence-1",
      owner: "trust",
      reason: "Harvesting.",
      because: ["The accounts send one work load."],
      approvalsNeeded: 1,
      expiresMs: NOW + 7 * DAY,
    });
  });

  it("is the same for the same facts, in any order of campaigns and members", () => {
    const policy = samplePolicy([{ measure: "watch" }]);
    const one = sampleCampaign({ id: "campaign--a", members: members(5) });
    const other = sampleCampaign({ id: "campaign--b", members: members(3) });
    const turned = { ...one, members: [...one.members].reverse() };
    expect(decideCampaigns([other, turned], groundOf(policy))).toEqual(decideCampaigns([one, other], groundOf(policy)));
  });

  it.each([
    ["block", {}, 0],
    ["block", { campaign_events_min: 0 }, 1],
    ["throttle", {}, 0],
    ["watch", {}, 1],
    ["watch", { campaign_events_min: 1 }, 0],
  ])("is of nobody who sent none of the work, unless it is to look, or the rule says so: %s %j", (measure, asked, decisions) => {
    const idle = [sampleMember("acct_1", { campaignEvents: 0 })];
    const policy = samplePolicy([{ measure, members: asked }]);
    expect(decideCampaigns([sampleCampaign({ members: idle })], groundOf(policy))).toHaveLength(decisions);
  });

  it("is in shadow unless the rule says enforce, and then stands at once without anybody being asked", () => {
    const [decision] = decideCampaigns([sampleCampaign()], groundOf(samplePolicy([{ measure: "block", mode: undefined }])));
    expect(decision).toMatchObject({ mode: "shadow", state: "active", approvalsNeeded: 1 });
  });
});

describe("house rules hold whatever the policy says", () => {
  it.each([
    ["block without approval needs one", { measure: "block", approval: "none" }, 1, 1],
    ["shape without approval needs one", { measure: "shape", approval: "none", parameters: { logprobs: "withhold" } }, 1, 1],
    ["throttle without approval needs none", { measure: "throttle", approval: "none" }, 1, 0],
    ["20 accounts are no bulk", { measure: "throttle", approval: "none" }, 20, 0],
    ["21 accounts are bulk", { measure: "throttle", approval: "none" }, 21, 2],
    ["21 blocked accounts are bulk", { measure: "block", approval: "one" }, 21, 2],
    ["watching changes nothing and is never bulk", { measure: "watch", approval: "none" }, 500, 0],
  ])("%s", (_claim, rule, accounts, needed) => {
    const decided = decideCampaigns([sampleCampaign({ members: members(accounts) })], groundOf(samplePolicy([rule])));
    expect(new Set(decided.map(({ approvalsNeeded }) => approvalsNeeded))).toEqual(new Set([needed]));
    expect(decided).toHaveLength(accounts);
  });

  it("a whole organization needs a person", () => {
    const policy = samplePolicy([{ measure: "throttle", approval: "none", scope: "organization" }]);
    const decided = decideCampaigns([sampleCampaign({ members: members(3, "org_1") })], groundOf(policy));
    expect(decided).toMatchObject([{ scope: { kind: "organization", id: "org_1" }, approvalsNeeded: 1, accounts: 3, state: "proposed" }]);
  });

  it("an organization with one account in the campaign is not decided about: the account is", () => {
    const policy = samplePolicy([{ measure: "throttle", scope: "organization" }]);
    const decided = decideCampaigns([sampleCampaign({ members: members(1, "org_1") })], groundOf(policy));
    expect(decided).toMatchObject([{ scope: { kind: "account" } }]);
  });

  it("an organization of which two accounts in sixty are in the campaign is not decided about: the two are", () => {
    const policy = samplePolicy([{ measure: "throttle", scope: "organization" }]);
    const campaign = sampleCampaign({ members: members(2, "org_1"), organizations: [{ id: "org_1", accounts: 60, events: 900 }] });
    expect(decideCampaigns([campaign], groundOf(policy)).map(({ scope }) => scope.id)).toEqual(["acct_000", "acct_001"]);
  });

  it("an organization is as large as the longest window shows it, also where an hour is surer", () => {
    const policy = samplePolicy([{ measure: "throttle", scope: "organization" }]);
    const hour = sampleCampaign({ members: members(2, "org_1"), window: "1h", organizations: [{ id: "org_1", accounts: 2, events: 90 }] });
    const month = sampleCampaign({
      members: members(2, "org_1"),
      window: "30d",
      campaign: { confidence: 0.9 },
      organizations: [{ id: "org_1", accounts: 500, events: 9_000 }],
    });
    expect(decideCampaigns([hour, month], groundOf(policy)).map(({ scope }) => scope.id)).toEqual(["acct_000", "acct_001"]);
  });

  it("all that an organization has counts for bulk, not only what is in the campaign", () => {
    const policy = samplePolicy([{ measure: "throttle", approval: "none", scope: "organization", members: { organization_share_min: 0 } }]);
    const campaign = sampleCampaign({ members: members(2, "org_1"), organizations: [{ id: "org_1", accounts: 60, events: 900 }] });
    expect(decideCampaigns([campaign], groundOf(policy))).toMatchObject([
      { scope: { kind: "organization", id: "org_1" }, accounts: 60, requestsBefore: 900, approvalsNeeded: 2 },
    ]);
  });

  it("bulk in small portions is bulk", () => {
    const policy = samplePolicy([{ measure: "throttle", approval: "none" }]);
    const first = decideCampaigns([sampleCampaign({ members: members(15) })], groundOf(policy));
    const more = decideCampaigns([sampleCampaign({ members: members(25) })], groundOf(policy, { history: first }));
    expect(more).toHaveLength(10);
    expect(more.every(({ approvalsNeeded, state }) => approvalsNeeded === 2 && state === "proposed")).toBe(true);
  });

  it.each([["account acct_1"], ["organization org_1"]])("the allowlist wins: %s", (allowed) => {
    const policy = samplePolicy([{ measure: "watch" }, { measure: "block" }]);
    const campaign = sampleCampaign({ members: [sampleMember("acct_1", { organizationId: "org_1" })] });
    expect(decideCampaigns([campaign], groundOf(policy, { allowed: [allowed] }))).toEqual([]);
  });

  it.each([["country"], ["nationality"], ["region"]])("%s cannot be asked for", (field) => {
    const wish = { rules: [{ name: "a", measure: "watch", owner: "o", reason: "r", when: { [field]: "XX" } }] };
    expect(policySchema.safeParse(wish).success).toBe(false);
  });

  it.each([
    ["a match may not block", { on: "match", measure: "block" }],
    ["a match may not throttle", { on: "match", measure: "throttle" }],
    ["who is only watched may not be throttled", { measure: "throttle", members: { standing: "watch" } }],
    ["no end date beyond 90 days", { measure: "watch", expires_after: "91d" }],
    ["no end date below an hour", { measure: "watch", expires_after: "30m" }],
    ["shape says what it does", { measure: "shape" }],
    ["a match has no probability", { on: "match", measure: "watch", when: { confidence_min: 0.9 } }],
    ["a match has no groups of evidence", { on: "match", measure: "watch", when: { evidence_groups_min: 1 } }],
    ["an account that matches has no probability", { on: "match", measure: "watch", members: { probability_min: 0.9 } }],
    ["a campaign has no kind of match", { measure: "watch", when: { match_kinds_any: ["family"] } }],
    ["no window that there is not", { measure: "watch", when: { windows_any: ["2h"] } }],
    ["no aim that nothing has", { measure: "watch", when: { aims_any: ["reasonning"] } }],
    ["a step-up that nobody can pass", { measure: "step_up", parameters: { verification: "idenity" } }],
    ["a step-up that everybody passes", { measure: "step_up", parameters: { verification: "none" } }],
  ])("%s", (_claim, rule) => {
    expect(policySchema.safeParse({ rules: [{ name: "a", owner: "o", reason: "r", ...rule }] }).success).toBe(false);
  });
});

describe("the ladder", () => {
  const policy = samplePolicy(
    [{ measure: "block" }, { measure: "watch" }, { measure: "throttle", approval: "none" }].map((rule) => ({ approval: "none", ...rule })),
  );

  it("begins with the mildest rule, whatever the order of the policy", () => {
    expect(decideCampaigns([sampleCampaign()], groundOf(policy))).toMatchObject([{ measure: "watch", state: "active" }]);
  });

  it("takes no step on evidence that it has stepped on before, and one step on new evidence", () => {
    let history = decideCampaigns([sampleCampaign()], groundOf(policy));
    const again = (evidence: string) => decideCampaigns([sampleCampaign({ evidence })], groundOf(policy, { history }));
    expect(again("evidence-1")).toEqual([]);
    const second = again("evidence-2");
    expect(second).toMatchObject([{ measure: "throttle" }]);
    history = [...history, ...second];
    expect(again("evidence-1")).toEqual([]);
    expect(again("evidence-2")).toEqual([]);
    expect(again("evidence-3")).toMatchObject([{ measure: "block", state: "proposed" }]);
  });

  const seen = (window: LiveWindow, evidenceOf: string[]) => sampleCampaign({ window, evidence: evidenceOf.join(), evidenceOf });

  it("takes one step on what three windows of one turn show, and none when the next turn shows the same", () => {
    const turn = [
      seen("30d", ["detection:mix", "family:a", "family:b", "group:content"]),
      seen("24h", ["family:a", "group:behaviour", "group:content"]),
      seen("1h", ["family:c", "group:content"]),
    ];
    const first = decideCampaigns(turn, groundOf(policy));
    expect(first).toMatchObject([{ measure: "watch" }]);
    for (const views of [turn, [turn[1]], [turn[2]], [turn[0], turn[2]]])
      expect(decideCampaigns(views, groundOf(policy, { history: first }))).toEqual([]);
  });

  it.each<[claim: string, before: string[], now: string[], steps: number]>([
    ["less evidence is none", ["family:a", "group:behaviour", "group:content"], ["group:content"], 0],
    ["another group is", ["group:content"], ["group:behaviour", "group:content"], 1],
    ["another detection is", ["detection:mix", "group:content"], ["detection:pace", "group:content"], 1],
    ["another family is", ["family:a", "group:content"], ["family:a", "family:b", "group:content"], 1],
    ["a family under another name is none", ["family:a", "group:content"], ["family:z", "group:content"], 0],
    ["a family that comes and goes is one", ["family:a", "family:b"], ["family:a", "family:b"], 0],
  ])("takes new evidence for a reason: %s", (_claim, before, now, steps) => {
    const history = decideCampaigns([seen("24h", before)], groundOf(policy));
    expect(decideCampaigns([seen("1h", now)], groundOf(policy, { history }))).toHaveLength(steps);
  });

  it("goes by the window that a rule asks for, whichever is surest", () => {
    const hourly = samplePolicy([{ measure: "watch", when: { windows_any: ["1h"] } }]);
    const decided = decideCampaigns([seen("30d", ["group:content"]), seen("1h", ["group:content"])], groundOf(hourly));
    expect(decided).toMatchObject([{ measure: "watch", countedWindow: "1h" }]);
  });

  it("waits on a step that waits for a person", () => {
    const asking = samplePolicy([{ measure: "throttle" }, { measure: "block" }]);
    const history = decideCampaigns([sampleCampaign()], groundOf(asking));
    expect(history).toMatchObject([{ measure: "throttle", state: "proposed" }]);
    expect(decideCampaigns([sampleCampaign({ evidence: "evidence-2" })], groundOf(asking, { history }))).toEqual([]);
  });

  it("keeps to a person's no until the end that the decision would have had, also on new evidence", () => {
    const asking = samplePolicy([{ measure: "throttle" }]);
    const [proposed] = decideCampaigns([sampleCampaign()], groundOf(asking));
    const history: DecisionRecord[] = [{ ...proposed, state: "rejected", heldUntilMs: proposed.expiresMs }];
    const fresh = sampleCampaign({ evidence: "evidence-2", campaign: { last_at: "2026-02-20T00:00:00Z" } });
    expect(decideCampaigns([fresh], groundOf(asking, { history, nowMs: proposed.expiresMs - 1 }))).toEqual([]);
    expect(decideCampaigns([fresh], groundOf(asking, { history, nowMs: proposed.expiresMs }))).toHaveLength(1);
  });

  it("keeps to a person's no when the campaign is merged into another or split off", () => {
    const asking = samplePolicy([{ measure: "throttle" }]);
    const [proposed] = decideCampaigns([sampleCampaign()], groundOf(asking));
    const rejected: DecisionRecord = { ...proposed, state: "rejected", heldUntilMs: proposed.expiresMs };
    const ground = { ...groundOf(asking), findHistory: (id: string) => (id === proposed.campaignId ? [rejected] : []) };
    const later = (campaign: object) => decideCampaigns([sampleCampaign({ id: "campaign--2", evidence: "evidence-2", campaign })], ground);
    expect(later({ merged_from: [proposed.campaignId] })).toEqual([]);
    expect(later({ split_from: proposed.campaignId })).toEqual([]);
    expect(later({})).toHaveLength(1);
  });

  it("renews what ended by itself only for a campaign that went on, and asks again", () => {
    const block = samplePolicy([{ measure: "watch" }, { measure: "block" }].map((rule) => ({ approval: "none", ...rule })));
    const [decided] = decideCampaigns([sampleCampaign()], groundOf(samplePolicy([{ measure: "block" }])));
    const approved = { ...decided, state: "expired" as const, approvals: [{ by: "ann", atMs: NOW, isApproved: true }] };
    const at = { history: [approved], nowMs: NOW + 8 * DAY };
    const over = sampleCampaign({ evidence: "evidence-2" });
    const onGoing = sampleCampaign({ evidence: "evidence-2", campaign: { last_at: "2026-02-09T00:00:00Z" } });
    expect(decideCampaigns([over], groundOf(block, at))).toMatchObject([{ measure: "watch" }]);
    expect(decideCampaigns([onGoing], groundOf(block, at))).toMatchObject([{ measure: "block", state: "proposed", approvals: [] }]);
  });
});

describe("standing orders", () => {
  const order = { name: "meet", measure: "step_up", on: "match", scope: "campaign", mode: "enforce", approval: "none" };
  const policy = samplePolicy([order]);

  it("are decided once for a campaign, wait for two people whatever the rule says, and say whom they meet", () => {
    const decided = decideCampaigns([sampleCampaign()], groundOf(policy));
    expect(decided).toMatchObject([
      {
        scope: { kind: "campaign", id: "campaign--1" },
        state: "proposed",
        approvalsNeeded: 2,
        parameters: { verification: "identity", match: { kinds: [], probabilityMin: 0.9 } },
      },
    ]);
    const grown = sampleCampaign({ evidence: "evidence-2", evidenceOf: ["group:content", "group:behaviour"] });
    expect(decideCampaigns([grown], groundOf(policy, { history: decided }))).toEqual([]);
  });

  it.each<[claim: string, rule: object, decided: number]>([
    ["ask for a campaign that is sure enough", { when: { confidence_min: 0.999 } }, 0],
    ["ask for as many groups as the rule says", { when: { evidence_groups_min: 5 } }, 0],
    ["in shadow wait for nobody", { mode: "shadow" }, 1],
  ])("%s", (_claim, rule, count) => {
    expect(decideCampaigns([sampleCampaign()], groundOf(samplePolicy([{ ...order, ...rule }])))).toHaveLength(count);
  });

  it("stand beside decisions about accounts, on a ladder of their own", () => {
    const both = samplePolicy([{ measure: "watch", approval: "none" }, order]);
    const kinds = decideCampaigns([sampleCampaign()], groundOf(both)).map(({ scope, measure }) => `${scope.kind} ${measure}`);
    expect([...new Set(kinds)].sort()).toEqual(["account watch", "campaign step_up"]);
  });

  it("are not asked for again after a no, also when the campaign goes on under another name", () => {
    const [proposed] = decideCampaigns([sampleCampaign()], groundOf(policy));
    const rejected: DecisionRecord = { ...proposed, state: "rejected", heldUntilMs: proposed.expiresMs };
    const ground = { ...groundOf(policy), findHistory: (id: string) => (id === proposed.campaignId ? [rejected] : []) };
    expect(decideCampaigns([sampleCampaign()], ground)).toEqual([]);
    expect(decideCampaigns([sampleCampaign({ id: "campaign--2", campaign: { merged_from: ["campaign--1"] } })], ground)).toEqual([]);
    expect(decideCampaigns([sampleCampaign({ id: "campaign--2" })], ground)).toHaveLength(1);
  });

  it.each(["rejected", "rolled_back"] as const)("are asked for again once the no has reached its end: %s", (state) => {
    const [proposed] = decideCampaigns([sampleCampaign()], groundOf(policy));
    const ended: DecisionRecord = { ...proposed, state, heldUntilMs: proposed.expiresMs };
    const at = (nowMs: number): DecisionRecord[] =>
      decideCampaigns([sampleCampaign()], { ...groundOf(policy), findHistory: () => [ended], nowMs });
    expect(at(proposed.expiresMs - 1)).toEqual([]);
    const [again] = at(proposed.expiresMs);
    expect(again).toMatchObject({ scope: proposed.scope, state: "proposed", approvalsNeeded: 2 });
    expect(again.id).not.toBe(proposed.id);
  });

  it("decide nothing when an account matches: they are there beforehand", () => {
    const match = { accountId: "acct_9", campaignId: "campaign--1", because: "b", firstAtMs: NOW, events: 3, kind: "family" as const };
    expect(decideMatches([match], groundOf(policy))).toEqual([]);
  });

  it.each([
    ["one that nothing matches", { on: "campaign", scope: "campaign", measure: "step_up" }],
    ["one that blocks", { ...order, measure: "block" }],
    ["one that asks how much somebody sent", { ...order, members: { events_min: 3 } }],
  ])("there is none: %s", (_claim, rule) => {
    expect(policySchema.safeParse({ rules: [{ name: "a", owner: "o", reason: "r", ...rule }] }).success).toBe(false);
  });
});

describe("matches", () => {
  const policy = samplePolicy([
    { measure: "watch", on: "match", name: "look", approval: "none" },
    { measure: "step_up", on: "match", name: "verify", approval: "none", when: { match_kinds_any: ["payment"] } },
  ]);
  const match = { accountId: "acct_9", campaignId: "campaign--1", because: "Pays with the same card.", firstAtMs: NOW, events: 3 };

  it("cost what they are, not what was decided before: the history is read and grouped once for each campaign", () => {
    let reads = 0;
    const [known] = decideMatches([{ ...match, kind: "family" }], groundOf(policy));
    const history = Array.from({ length: 10_000 }, (_, index) => ({
      ...known,
      id: `dec_${index}`,
      scope: { kind: "account" as const, id: `old_${index}` },
    }));
    const findHistory = (): DecisionRecord[] => {
      reads += 1;
      return history;
    };
    const matches = Array.from({ length: 500 }, (_, index) => ({ ...match, accountId: `new_${index}`, kind: "family" as const }));
    expect(decideMatches(matches, { ...groundOf(policy), findHistory })).toHaveLength(500);
    expect(reads).toBe(1);
  });

  it("are left alone below the requests that the rule asks for", () => {
    const patient = samplePolicy([{ measure: "watch", on: "match", approval: "none", members: { events_min: 4 } }]);
    expect(decideMatches([{ ...match, kind: "family" }], groundOf(patient))).toEqual([]);
    expect(decideMatches([{ ...match, kind: "family", events: 4 }], groundOf(patient))).toHaveLength(1);
  });

  it("lead to watching first, to verification on another kind of evidence, and never further", () => {
    const decided = decideMatches(
      [
        { ...match, kind: "payment" },
        { ...match, kind: "family" },
      ],
      groundOf(policy),
    );
    expect(decided.map(({ measure }) => measure)).toEqual(["watch", "step_up"]);
  });

  it("of an organization on the allowlist lead to nothing", () => {
    const ground = groundOf(policy, { allowed: ["organization org_1"] });
    expect(decideMatches([{ ...match, kind: "family", organizationId: "org_1" }], ground)).toEqual([]);
  });
});

describe("conditions", () => {
  const facts = {
    confidence: 0.95,
    accounts: 10,
    events: 500,
    evidenceGroups: { content: 3, behaviour: 2, infrastructure: -1 },
    detections: ["lockstep"],
    aims: [{ capability: "reasoning", share: 0.5 }],
    links: [
      { strength: 4, spoofable: 3 },
      { strength: 5, spoofable: 1 },
    ],
    window: "1h",
  };
  const ruleOf = (when: Record<string, unknown>) => samplePolicy([{ measure: "watch", when }]).rules[0];
  it.each([
    [{}, true],
    [{ confidence_min: 0.951 }, false],
    [{ accounts_min: 11 }, false],
    [{ evidence_groups_min: 3 }, false],
    [{ evidence_groups_all: ["content"] }, true],
    [{ evidence_groups_all: ["infrastructure"] }, false],
    [{ detections_any: ["lockstep", "no-ramp"] }, true],
    [{ detections_any: ["no-ramp"] }, false],
    [{ aims_any: ["reasoning"] }, true],
    [{ aims_any: ["reasoning"], aim_share_min: 0.6 }, false],
    [{ spoofable_max: 1 }, true],
    [{ windows_any: ["24h"] }, false],
  ])("%j → %j", (when, isExpected) => {
    expect(isMet(ruleOf(when), facts)).toBe(isExpected);
  });
});
