/** Standing orders at a verdict: they meet whoever shows two independent kinds of evidence, and nobody else. */
import { describe, expect, it } from "vitest";
import type { Decision, DecisionScope, Measure } from "../../vocabulary/decision.js";
import type { KnownMatch, MatchKind } from "../../vocabulary/known.js";
import { MATCH_EVIDENCE } from "../../vocabulary/known.js";
import type { Verification } from "./account-directory.js";
import { checkRequest, type CheckContext, type Checked } from "./check.js";
import type { RankMatch } from "./known-lookup.js";
import { buildSnapshot, type SnapshotParts } from "./snapshot.js";
import { createThrottle } from "./throttle.js";

const NOW = 1_000_000;

const makeOrder = (over: Partial<Decision> = {}): Decision => ({
  id: "dec_order",
  batchId: "bat_1",
  measure: "step_up",
  parameters: { verification: "identity", match: { kinds: [], probabilityMin: 0.9 } },
  mode: "enforce",
  state: "active",
  scope: { kind: "campaign", id: "campaign--a" },
  campaignId: "campaign--a",
  rule: "meet",
  reason: "Please verify to go on.",
  because: [],
  evidence: "e",
  owner: "abuse",
  decidedMs: 0,
  expiresMs: NOW + 1000,
  approvalsNeeded: 2,
  approvals: [],
  ...over,
});

const makeMatch = (kinds: readonly MatchKind[], over: Partial<KnownMatch> = {}): KnownMatch => ({
  campaignId: "campaign--a",
  familyId: kinds.includes("family") ? "family--user-0000000d" : null,
  kinds,
  telling: kinds,
  groups: [...new Set(kinds.map((kind) => MATCH_EVIDENCE[kind].group))],
  confidence: 0.97,
  ...over,
});
const TWO = makeMatch(["family", "address"]);

interface Given {
  match?: KnownMatch;
  /** What the request shows, where it is of several campaigns; the surest first. */
  matches?: readonly KnownMatch[];
  decisions?: Decision[];
  held?: SnapshotParts["held"];
  learntMs?: number;
  allowlist?: SnapshotParts["allowlist"];
  level?: Verification;
}

/** Of several the one that ranks highest, of equals the first, as the look-up does. */
const pick = (matches: readonly KnownMatch[], rank: RankMatch = () => 0): KnownMatch =>
  matches.reduce((best, next) => (rank(next) > rank(best) ? next : best));

function ask(
  { match = TWO, matches = [match], decisions = [makeOrder()], held = [], allowlist = [], level, learntMs = NOW }: Given,
  over: Partial<CheckContext> = {},
): Checked {
  const directory = { levelOf: () => level ?? null, organizationOf: () => undefined };
  const request = { accountId: "new", organizationId: "acme" };
  return checkRequest(request, {
    snapshot: buildSnapshot({ decisions, held, allowlist, directory }),
    snapshotAgeMs: 10,
    snapshotAgeMaxMs: 1000,
    onUnavailable: "use_last_known",
    handles: { look: () => "unknown" },
    handleMode: "shadow",
    takeToken: createThrottle(),
    known: {
      lookup: { size: 1, campaigns: 1, find: (_request, _read, rank) => pick(matches, rank) },
      readAnchors: () => null,
      asOfMs: learntMs,
    },
    knownAgeMaxMs: DAY_MS,
    nowMs: NOW,
    ...over,
  });
}

const spare = (who: { accountId?: string; organizationId?: string }) => ({
  allowlist: [{ ...who, reason: "known", expiresAtMs: NOW + 1 }],
});
const DAY_MS = 86_400_000;
const ALMOST_ALONE = makeMatch(["family", "cohort"], { telling: ["family"], groups: ["content"], confidence: 0.93 });
const hold = (scope: DecisionScope, measure: Measure, untilMs = NOW + 1): Given => ({ held: [{ scope, measure, untilMs }] });
const block: Decision = makeOrder({ id: "dec_block", measure: "block", parameters: {}, scope: { kind: "account", id: "new" } });

describe("a standing order", () => {
  it.each<[claim: string, given: Given, verdict: string, acts: string | undefined]>([
    ["meets a first request by a scaffold and an address", {}, "step_up", "enforce"],
    ["meets one by a scaffold and a card", { match: makeMatch(["family", "payment"]) }, "step_up", "enforce"],
    ["meets one by a card and an address", { match: makeMatch(["payment", "address"]) }, "step_up", "enforce"],
    ["does not meet a scaffold alone, however sure", { match: makeMatch(["family"], { confidence: 1 }) }, "allow", "none"],
    ["does not meet a card alone", { match: makeMatch(["payment"], { confidence: 1 }) }, "allow", "none"],
    ["does not meet an address alone", { match: makeMatch(["address", "client"], { confidence: 1 }) }, "allow", "none"],
    [
      "does not meet two addresses, one told at the registration",
      { match: makeMatch(["registration", "address"], { confidence: 1 }) },
      "allow",
      "none",
    ],
    ["does not meet what is less likely than it asks", { match: { ...TWO, confidence: 0.89 } }, "allow", "none"],
    ["does not meet a scaffold beside which a cohort says next to nothing", { match: ALMOST_ALONE }, "allow", "none"],
    [
      "does not meet two groups of which neither a scaffold nor a card says enough",
      { match: makeMatch(["family", "address", "registration"], { telling: ["address", "registration"] }) },
      "allow",
      "none",
    ],
    [
      "does not take a kind that says too little for the one that it names",
      {
        match: makeMatch(["family", "payment", "address"], { telling: ["family", "address"], groups: ["content", "infrastructure"] }),
        decisions: [makeOrder({ parameters: { match: { kinds: ["payment"], probabilityMin: 0.9 } } })],
      },
      "allow",
      "none",
    ],
    ["does not meet whose verification a person took back", hold({ kind: "account", id: "new" }, "step_up"), "allow", "none"],
    ["does not meet whom a person let off even watching", hold({ kind: "account", id: "new" }, "watch"), "allow", "none"],
    ["does not meet whose organization a person let off", hold({ kind: "organization", id: "acme" }, "throttle"), "allow", "none"],
    [
      "in shadow neither",
      { ...hold({ kind: "account", id: "new" }, "step_up"), decisions: [makeOrder({ mode: "shadow" })] },
      "allow",
      "none",
    ],
    ["meets whom a person spared something harder", hold({ kind: "account", id: "new" }, "block"), "step_up", "enforce"],
    ["meets again when the no has reached its end", hold({ kind: "account", id: "new" }, "step_up", NOW), "step_up", "enforce"],
    ["meets whom no person let off, beside one of the same name", hold({ kind: "organization", id: "new" }, "watch"), "step_up", "enforce"],
    ["acts on what was learnt a day ago", { learntMs: NOW - DAY_MS }, "step_up", "enforce"],
    ["does not act on what is older", { learntMs: NOW - DAY_MS - 1 }, "allow", "none"],
    [
      "meets by the weaker match where the stronger one's campaign has none",
      { matches: [makeMatch(["family", "address"], { campaignId: "campaign--b", confidence: 0.99 }), TWO] },
      "step_up",
      "enforce",
    ],
    [
      "meets by the weaker match where the stronger one is of a single group",
      {
        matches: [makeMatch(["family"], { campaignId: "campaign--b", confidence: 0.99 }), TWO],
        decisions: [makeOrder(), makeOrder({ id: "dec_b", scope: { kind: "campaign", id: "campaign--b" } })],
      },
      "step_up",
      "enforce",
    ],
    [
      "that acts goes before one in shadow or one that watches",
      {
        matches: ["campaign--b", "campaign--c", "campaign--a"].map((campaignId) => ({ ...TWO, campaignId })),
        decisions: [
          makeOrder(),
          makeOrder({ id: "dec_b", mode: "shadow", scope: { kind: "campaign", id: "campaign--b" } }),
          makeOrder({ id: "dec_c", measure: "watch", scope: { kind: "campaign", id: "campaign--c" } }),
        ],
      },
      "step_up",
      "enforce",
    ],
    [
      "meets only the kinds that it names",
      { decisions: [makeOrder({ parameters: { match: { kinds: ["payment"], probabilityMin: 0.9 } } })] },
      "allow",
      "none",
    ],
    ["lets pass who has proved what it asks for", { level: "organization" }, "allow", "none"],
    ["spares an account on the allowlist, and is silent about it", spare({ accountId: "new" }), "allow", undefined],
    ["spares an organization on it", spare({ organizationId: "acme" }), "allow", undefined],
    [
      "of another campaign meets nobody of this",
      { decisions: [makeOrder({ scope: { kind: "campaign", id: "campaign--b" } })] },
      "allow",
      "none",
    ],
    ["that has ended meets nobody", { decisions: [makeOrder({ expiresMs: NOW })] }, "allow", "none"],
    ["that waits for people meets nobody", { decisions: [makeOrder({ state: "proposed" })] }, "allow", "none"],
    ["in shadow changes nothing, and is told", { decisions: [makeOrder({ mode: "shadow" })] }, "allow", "shadow"],
    ["gives way to a harder decision about the account", { decisions: [makeOrder(), block] }, "block", "none"],
    ["without anything to meet by meets nobody", { decisions: [makeOrder({ parameters: {} })] }, "allow", "none"],
    ["that watches lets pass", { decisions: [makeOrder({ measure: "watch" })] }, "allow", "none"],
  ])("%s", (_, given, verdict, acts) => {
    const checked = ask(given);
    expect([checked.verdict.verdict, checked.verdict.match?.acts]).toEqual([verdict, acts]);
  });

  it("answers with its own decision, what matched, and not how it chooses", () => {
    const { verdict } = ask({});
    expect(verdict).toMatchObject({
      decision_id: "dec_order",
      measures: { verification: "identity" },
      match: {
        campaign_id: "campaign--a",
        family_id: "family--user-0000000d",
        kinds: ["family", "address"],
        confidence: 0.97,
        acts: "enforce",
      },
    });
    expect(verdict.measures).not.toHaveProperty("match");
    expect(verdict.because[1]).toBe(
      "It shares a scaffold and an address with campaign--a, and hardly anybody else does (probability 0.97).",
    );
  });

  it("gives no reason that is none: what strangers show nearly as often is told in the match alone", () => {
    const match = makeMatch(["family", "address", "cohort"], { telling: ["family", "address"], groups: ["content", "infrastructure"] });
    const { verdict } = ask({ match });
    expect(verdict.because[1]).toBe(
      "It shares a scaffold and an address with campaign--a, and hardly anybody else does (probability 0.97).",
    );
    expect(verdict.match?.kinds).toEqual(["family", "address", "cohort"]);
  });

  it("in shadow is counted for the shadow report", () => {
    expect(ask({ decisions: [makeOrder({ mode: "shadow" })] }).shadowed?.id).toBe("dec_order");
  });

  it("acts on the last known snapshot where the integration says so, and says that it was not checked", () => {
    expect(ask({}, { snapshotAgeMs: 5000 }).verdict).toMatchObject({ verdict: "step_up", state: "unchecked" });
    expect(ask({}, { snapshotAgeMs: 5000, onUnavailable: "allow" }).verdict).toMatchObject({ verdict: "allow", state: "unchecked" });
  });
});
