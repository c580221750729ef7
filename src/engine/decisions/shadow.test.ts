/** What the shadow report says of rules: what would have been, what waits and what was done are told apart. */
import { describe, expect, it } from "vitest";
import type { DecisionRecord } from "../../store/records/decisions.js";
import { decideCampaigns } from "./decide.js";
import { describeSpan, listStood, sumShadow, type AnsweredCounts, type ShadowLine } from "./shadow.js";
import { createAllowlist } from "./states.js";
import { sampleCampaign, sampleMember, samplePolicy, heldForLong } from "./testing/sample-campaigns.js";

const NOW = Date.parse("2026-02-02T01:00:00Z");
const DAY = 86_400_000;
const allowlist = createAllowlist([], NOW);
const members = [sampleMember("acct_1"), sampleMember("acct_2")];
const yes = [{ by: "ann", atMs: NOW, isApproved: true }];

/** Two accounts that a rule to block decides about; each had sent 100 requests, and 40 more came since. */
function decide(mode: "shadow" | "enforce", given: Partial<DecisionRecord> = {}): DecisionRecord[] {
  const policy = samplePolicy([{ measure: "block", mode }]);
  const ground = { policy, allowlist, ...heldForLong, findHistory: () => [], nowMs: NOW };
  return decideCampaigns([sampleCampaign({ members })], ground).map((record) => ({ ...record, requestsLatest: 140, ...given }));
}

function report(records: readonly DecisionRecord[], answered: Partial<AnsweredCounts> = {}, atMs = NOW + 1): ShadowLine[] {
  const { rules } = samplePolicy([{ measure: "block", mode: "enforce" }]);
  const told: AnsweredCounts = { shadowed: new Map(), refused: new Map(), came: new Map(), ...answered };
  return sumShadow(records, { sinceMs: NOW - DAY, nowMs: atMs, allowlist, answered: told, rules });
}

const NOTHING = { would_have: 0, waited: 0, refused: 0 };

describe("the shadow report", () => {
  it.each<[claim: string, records: DecisionRecord[], decisions: object, requests: object]>([
    ["counts what shadow would have met", decide("shadow"), { shadow: 2 }, { ...NOTHING, would_have: 80 }],
    ["counts what was only proposed as waited for, not as refused", decide("enforce"), { proposed: 2 }, { ...NOTHING, waited: 80 }],
    [
      "counts nothing as refused that no gateway asked about",
      decide("enforce", { state: "active", approvals: yes }),
      { in_force: 2 },
      NOTHING,
    ],
    ["counts as in force only what enough people approved", decide("enforce", { state: "active" }), { in_force: 0, ended: 2 }, {}],
    ["counts a proposal that nobody answered as over", decide("enforce", { state: "expired" }), { ended: 2 }, { waited: 80, refused: 0 }],
    ["leaves out what a person refused", decide("enforce", { state: "rejected" }), { proposed: 0, ended: 0 }, NOTHING],
  ])("%s", (_claim, records, decisions, requests) => {
    expect(report(records)).toMatchObject([{ rule: "block-rule", decisions, requests }]);
  });

  it("tells what gateways were really answered by decision", () => {
    const [first, second] = decide("enforce", { state: "active", approvals: yes });
    expect(report([first, second], { refused: new Map([[first.id, 7]]) })).toMatchObject([{ requests: { ...NOTHING, refused: 7 } }]);
  });

  it("tells a rule that went from shadow to enforce in one line, its accounts once and its requests apart", () => {
    const lines = report([...decide("shadow"), ...decide("enforce", { decidedMs: NOW + 1, requestsBefore: 140, requestsLatest: 150 })]);
    expect(lines).toMatchObject([
      {
        mode: "enforce",
        accounts: 2,
        decisions: { shadow: 2, proposed: 2 },
        requests: { would_have: 80, waited: 20, refused: 0, before: 200 },
      },
    ]);
  });

  it("counts what the stored events show to have come, where the window that decided shows less", () => {
    const [first, second] = decide("shadow", { requestsLatest: 100 });
    expect(report([first, second], { came: new Map([[first.id, 30]]) })).toMatchObject([{ requests: { would_have: 30, waited: 0 } }]);
    const [waits] = decide("enforce", { requestsLatest: 100 });
    expect(report([waits], { came: new Map([[waits.id, 30]]) })).toMatchObject([{ requests: { would_have: 0, waited: 30, refused: 0 } }]);
  });

  it("looks in the stored events behind the last request that a decision knew, in event time, for as long as it would have stood", () => {
    const lastMs = Date.parse("2026-02-02T00:00:00.000Z");
    const [first] = listStood(decide("shadow"), { sinceMs: NOW - DAY }).reverse();
    expect(first).toMatchObject({ kind: "account", scopeId: "acct_1", afterMs: lastMs, untilMs: lastMs + 7 * DAY });
  });

  it("says which times of the traffic it counts, past logs' too, and how many decisions ended before", () => {
    const past = decide("shadow", { seenUntilMs: NOW - 300 * DAY });
    const span = { sinceMs: NOW - DAY, nowMs: NOW + DAY };
    expect(describeSpan(past, span)).toEqual({
      events: { from: new Date(NOW - 300 * DAY).toISOString(), to: new Date(NOW - 293 * DAY).toISOString() },
      left_out: 0,
    });
    expect(describeSpan(decide("shadow"), span).events?.to, "no further than now").toBe(new Date(NOW + DAY).toISOString());
    const over = decide("shadow", { expiresMs: NOW - DAY });
    expect(describeSpan([...over, ...decide("shadow", { expiresMs: NOW - DAY, state: "rejected" })], span)).toEqual({
      events: null,
      left_out: 2,
    });
  });

  it.each<[claim: string, given: Partial<DecisionRecord>, mode: "shadow" | "enforce", count: number]>([
    ["waits for people", {}, "enforce", 2],
    ["is in force, where gateways know what was refused", { state: "active", approvals: yes }, "enforce", 0],
    ["made room for a harder one", { state: "superseded" }, "shadow", 0],
    ["was taken back", { state: "rolled_back" }, "shadow", 0],
    ["does not say how far it had seen", { seenUntilMs: null }, "shadow", 0],
  ])("looks or not for one that %s", (_claim, given, mode, count) => {
    expect(listStood(decide(mode, given), { sinceMs: NOW - DAY })).toHaveLength(count);
  });

  it("has a line for a rule that decided nothing, and says of one that is gone that it is", () => {
    expect(report([])).toMatchObject([{ rule: "block-rule", accounts: 0, decisions: { shadow: 0, proposed: 0 } }]);
    expect(report(decide("shadow", { rule: "older" }))).toMatchObject([
      { rule: "block-rule", mode: "enforce", accounts: 0 },
      { rule: "older", mode: null, accounts: 2 },
    ]);
  });
});
