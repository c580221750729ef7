import { expect, it } from "vitest";
import { MATCH_KINDS, type MatchKind } from "../../vocabulary/known.js";
import type { LiveCampaign } from "../../vocabulary/live.js";
import type { KindRate } from "./kind-rates.js";
import { describeKnown } from "./known-campaigns.js";
import type { OwnRegistration } from "./own-registrations.js";

const CAMPAIGN = { campaign: { id: "campaign--a", families: [] }, confidence: 0.99, members: [] } as unknown as LiveCampaign;
const hash = (text: string): bigint => BigInt(text);

/** Who is told, with which kinds, when all members and so many of 9,999 strangers show them. */
function tell(registrations: readonly OwnRegistration[], strangers: Partial<Record<MatchKind, number>>) {
  const rateOf = (others: number): KindRate => ({ members: 999, membersOf: 999, others, othersOf: 9_999 });
  const kinds = new Map(MATCH_KINDS.flatMap((kind) => (strangers[kind] === undefined ? [] : [[kind, rateOf(strangers[kind])] as const])));
  const rates = [new Map([["campaign--a", kinds]])];
  const known = describeKnown({ watermarkMs: 1, campaigns: [CAMPAIGN], marks: [], familyOf: new Map(), rates, registrations, hash });
  const { accounts, accountsLeftOut } = known;
  return {
    leftOut: accountsLeftOut,
    told: Array.from(accounts.keys, (key, row) => [String(key), MATCH_KINDS.filter((_, bit) => (accounts.kinds[row] & (1 << bit)) !== 0)]),
  };
}
const registered = (accountId: string, ...kinds: MatchKind[]): OwnRegistration => ({ accountId, campaignId: "campaign--a", kinds });

it("tells of nobody what strangers are registered with nearly as often", () => {
  const registrations = [registered("7", "cohort"), registered("5", "payment", "cohort"), registered("6", "payment")];
  expect(tell(registrations, { payment: 9, cohort: 5_000 })).toEqual({
    leftOut: 0,
    told: [
      ["5", ["payment"]],
      ["6", ["payment"]],
    ],
  });
});

it("tells as many accounts as memory is meant for, those with the strongest kind, and how many it leaves out", () => {
  const many = Array.from({ length: 60_000 }, (_, place) => registered(String(place), place < 20_000 ? "registration" : "payment"));
  const { told, leftOut } = tell(many, { payment: 9, registration: 99 });
  expect([told.length, leftOut]).toEqual([50_000, 10_000]);
  expect(told.filter(([, [kind]]) => kind === "payment")).toHaveLength(40_000);
});
