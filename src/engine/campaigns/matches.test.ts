import { describe, expect, it } from "vitest";
import type { Account, AllowlistEntry } from "../../vocabulary/account.js";
import { joinMarks, listOwnPayments, matchTraces, type MatchContext, type Trace } from "./matches.js";

const NOW_MS = 1_000_000;
const trace = (changes: Partial<Trace> = {}): Trace => ({
  accountId: "new",
  organizationId: "",
  campaignId: "campaign--a",
  kind: "family",
  requests: 4,
  marks: 3,
  firstAtMs: 5,
  ...changes,
});
const context = (changes: Partial<MatchContext> = {}): MatchContext => ({
  payments: new Map([["card", { campaignId: "campaign--a", payers: 3 }]]),
  paymentOf: (accountId) => (accountId.endsWith("payer") ? "card" : undefined),
  organizationOf: (accountId) => (accountId === "employee" ? "org" : undefined),
  isPlaced: (accountId) => accountId === "member",
  allowlist: [],
  nowMs: NOW_MS,
  ...changes,
});
const allow = (entry: Partial<AllowlistEntry>): Partial<MatchContext> => ({
  allowlist: [{ reason: "known", expiresAtMs: NOW_MS + 1, ...entry }],
});
const kindsOf = (traces: Trace[], changes?: Partial<MatchContext>): string[] =>
  matchTraces(traces, context(changes)).map(({ kind }) => kind);

describe("an account outside every campaign", () => {
  it.each<[claim: string, trace: Trace, changes: Partial<MatchContext>, kinds: string[]]>([
    ["matches by the campaign's scaffolds", trace(), {}, ["family"]],
    ["does not match by a pasted prompt", trace({ requests: 2 }), {}, []],
    ["does not match by one phrase", trace({ marks: 1 }), {}, []],
    ["matches by an address with a client", trace({ kind: "address", marks: 1 }), {}, ["address"]],
    ["matches by a payment instrument at its first request", trace({ accountId: "payer", campaignId: null, requests: 1 }), {}, ["payment"]],
    ["does not match by requests alone", trace({ campaignId: null }), {}, []],
    ["is not told when it stands in a campaign", trace({ accountId: "member" }), {}, []],
    ["is not told when it is on the allowlist", trace(), allow({ accountId: "new" }), []],
    ["is not told when its organization is", trace({ organizationId: "org" }), allow({ organizationId: "org" }), []],
    [
      "is not told when its organization is, by the side file alone",
      trace({ accountId: "employee" }),
      allow({ organizationId: "org" }),
      [],
    ],
    ["is told when the allowlist's entry has run out", trace(), allow({ accountId: "new", expiresAtMs: NOW_MS }), ["family"]],
  ])("%s", (_, given, changes, kinds) => {
    expect(kindsOf([given], changes)).toEqual(kinds);
  });

  it("is told with the campaign, since when, and how much", () => {
    expect(matchTraces([trace()], context())).toEqual([
      {
        accountId: "new",
        organizationId: null,
        campaignId: "campaign--a",
        kind: "family",
        because: "4 of its requests are cut from scaffolds that hardly anybody but accounts of the campaign sends.",
        firstAtMs: 5,
        events: 4,
      },
    ]);
  });
});

describe("a payment instrument", () => {
  const pay = (...ids: string[]): Account[] => ids.map((accountId) => ({ accountId, createdAtMs: 0, paymentFingerprint: "card" }));
  const member = (accountId: string, campaignId = "campaign--a") => ({ accountId, campaignId });
  it.each<[claim: string, accounts: Account[], membership: ReturnType<typeof member>[], own: string[]]>([
    ["that two of a campaign pay with is the campaign's", pay("a", "b", "c"), [member("a"), member("b")], ["card"]],
    ["that one of it pays with is not", pay("a", "b"), [member("a")], []],
    ["that mostly others pay with is a reseller's", pay("a", "b", "c", "d", "e"), [member("a"), member("b")], []],
    ["that two campaigns pay with is neither's", pay("a", "b", "c", "d"), [member("a"), member("b"), member("c", "campaign--b")], []],
    [
      "that is empty is none",
      [
        { accountId: "a", createdAtMs: 0, paymentFingerprint: "" },
        { accountId: "b", createdAtMs: 0 },
      ],
      [member("a"), member("b")],
      [],
    ],
  ])("%s", (_, accounts, membership, own) => {
    expect([...listOwnPayments(accounts, membership).keys()]).toEqual(own);
  });
});

describe("marks of several windows", () => {
  it("are one list, and the later window knows better", () => {
    const mark = (campaignId: string, members: number) => ({ mark: 1n, campaignId, members, carriers: members, soleAccount: 0n });
    expect(joinMarks([[mark("campaign--a", 3)], [mark("campaign--b", 9)]])).toEqual([mark("campaign--b", 9)]);
  });
});
