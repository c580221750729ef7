import { describe, expect, it } from "vitest";
import type { Account } from "../../vocabulary/account.js";
import { createRandom } from "../../statistics/random.js";
import { rateKind } from "./kind-rates.js";
import { findRegistrations } from "./own-registrations.js";

const HOUR_MS = 3_600_000;
/** Registered on days of their own, unless told. */
const makeAccount = (accountId: string, place: number, told: Partial<Account> = {}): Account => ({
  accountId,
  createdAtMs: place * 24 * HOUR_MS,
  ...told,
});
const member = (accountId: string, campaignId = "campaign--a") => ({ accountId, campaignId });

/** Who is told as registered like the campaign, when `strangers` were seen lately. */
function find(accounts: Account[], membership = [member("m1"), member("m2"), member("m3")], strangers: readonly string[] = []) {
  const strangenessOf = (id: string): number => (strangers.includes(id) ? 1 : 0);
  return findRegistrations(accounts, { membership, strangenessOf, accountsSeen: 100 });
}
const tell = (found: ReturnType<typeof find>): string[] =>
  found.registrations.map(({ accountId, kinds }) => `${accountId} ${kinds.join("+")}`);

describe("a newcomer is registered like the campaign", () => {
  it.each<[claim: string, accounts: Account[], strangers: string[], told: string[]]>([
    [
      "who pays as one of its accounts pays",
      [makeAccount("m1", 1, { paymentFingerprint: "card" }), makeAccount("new", 9, { paymentFingerprint: "card" })],
      [],
      ["new payment"],
    ],
    [
      "and so are the two that share a card, each by the other",
      [makeAccount("m1", 1, { paymentFingerprint: "card" }), makeAccount("m2", 2, { paymentFingerprint: "card" })],
      [],
      ["m1 payment", "m2 payment"],
    ],
    ["but no member by what it alone has", [makeAccount("m1", 1, { paymentFingerprint: "card", signupIp: "192.0.2.1" })], [], []],
    [
      "and nobody by a card that strangers mostly pay with",
      [
        makeAccount("m1", 1, { paymentFingerprint: "card" }),
        ...["s1", "s2", "new"].map((id, place) => makeAccount(id, 9 + place, { paymentFingerprint: "card" })),
      ],
      ["s1", "s2"],
      [],
    ],
    [
      "who signed up from where one of its accounts did",
      [makeAccount("m1", 1, { signupIp: "192.0.2.1" }), makeAccount("new", 9, { signupIp: "192.0.2.1" })],
      [],
      ["new registration"],
    ],
    [
      "not by an address of e-mail that two of them use",
      [
        makeAccount("m1", 1, { emailDomain: "m.example" }),
        makeAccount("m2", 2, { emailDomain: "m.example" }),
        makeAccount("new", 9, { emailDomain: "m.example" }),
      ],
      [],
      [],
    ],
    [
      "who was registered within hours of three of its accounts",
      [1, 2, 3]
        .map((place) => makeAccount(`m${place}`, 0, { createdAtMs: place * HOUR_MS }))
        .concat(makeAccount("new", 0, { createdAtMs: 2.5 * HOUR_MS })),
      [],
      ["new cohort"],
    ],
    [
      "not of two",
      [1, 2, 30]
        .map((place, index) => makeAccount(`m${index + 1}`, 0, { createdAtMs: place * HOUR_MS }))
        .concat(makeAccount("new", 0, { createdAtMs: 2 * HOUR_MS })),
      [],
      [],
    ],
    [
      "not where as many strangers were registered in the same hours: three in every hour is what a large campaign has by chance",
      [1, 2, 3]
        .map((place) => makeAccount(`m${place}`, 0, { createdAtMs: place * HOUR_MS }))
        .concat(["s1", "s2", "s3", "s4", "new"].map((id, place) => makeAccount(id, 0, { createdAtMs: (place / 2) * HOUR_MS }))),
      ["s1", "s2", "s3", "s4"],
      [],
    ],
  ])("%s", (_, accounts, strangers, told) => {
    expect(tell(find(accounts, undefined, strangers))).toEqual(told);
  });

  it("nobody is by a card of two campaigns", () => {
    const accounts = ["m1", "m2", "new"].map((id, place) => makeAccount(id, place, { paymentFingerprint: "card" }));
    expect(tell(find(accounts, [member("m1"), member("m2", "campaign--b")]))).toEqual([]);
  });

  it("nearly nobody is by the hours of a campaign that registers evenly for months, and a burst still is one", () => {
    const random = createRandom(8);
    const months = Array.from({ length: 2000 }, (_, place) => `bad${place}`);
    const crowd = Array.from({ length: 20_000 }, (_, place) => `s${place}`);
    const spread = (id: string): Account => makeAccount(id, 0, { createdAtMs: random.next() * 60 * 24 * HOUR_MS });
    const accounts = [...months, ...crowd].map(spread);
    const membership = months.map((id) => member(id));
    const around = (more: readonly Account[]): string[] =>
      tell(find([...accounts, ...more], [...membership, ...more.map(({ accountId }) => member(accountId))], crowd));
    expect(around([]).length).toBeLessThan(20);
    const burst = Array.from({ length: 300 }, (_, place) => makeAccount(`burst${place}`, 0, { createdAtMs: 30 * 24 * HOUR_MS + place }));
    expect(around(burst).filter((line) => line.startsWith("burst"))).toHaveLength(300);
  });

  it("what strangers have too says less, and who was not seen says nothing of strangers", () => {
    const accounts = ["m1", "m2", "m3", "s1", "s2"].map((id, place) => makeAccount(id, place, { paymentFingerprint: "card" }));
    const rateOf = (strangers: string[]) => find(accounts, undefined, strangers).rates.get("campaign--a")?.get("payment");
    expect(rateOf([])).toEqual({ members: 3, membersOf: 3, others: 0, othersOf: 97 });
    expect(rateOf(["s1", "s2"])).toEqual({ members: 3, membersOf: 3, others: 2, othersOf: 97 });
  });
});

describe("a kind of match says", () => {
  it.each<[claim: string, rate: Parameters<typeof rateKind>[0], nats: number]>([
    ["nothing where no member shows it", { members: 0, membersOf: 10, others: 0, othersOf: 1000 }, 0],
    ["nothing where strangers show it as often", { members: 10, membersOf: 100, others: 100, othersOf: 1000 }, 0],
    ["as much as one stranger more than was seen allows", { members: 9, membersOf: 9, others: 0, othersOf: 89 }, Math.log(0.9 * 90)],
    ["at most a thousandfold", { members: 1000, membersOf: 1000, others: 0, othersOf: 1e6 }, Math.log(1000)],
  ])("%s", (_, rate, nats) => {
    expect(rateKind(rate)).toBeCloseTo(nats, 10);
  });
});
