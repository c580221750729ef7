import createXxhash from "xxhash-wasm";
import { expect, it } from "vitest";
import type { Account, AllowlistEntry } from "../../../vocabulary/account.js";
import { createRegistrationMemory, listSpared, type RegistrationQuestion } from "./registered.js";

const xxhash = await createXxhash();

const people: readonly Account[] = ["m1", "m2", "new"].map((accountId) => ({ accountId, createdAtMs: 0, paymentFingerprint: "card" }));
const nobody = { accounts: new Set<string>(), organizations: new Set<string>() };
const question: RegistrationQuestion = {
  membership: [
    { accountId: "m1", campaignId: "campaign--a" },
    { accountId: "m2", campaignId: "campaign--a" },
  ],
  campaigns: [],
  seen: new BigUint64Array(0),
  spared: nobody,
  hash: (text) => xxhash.h64(text),
};

it("a million accounts are looked at again only when the answer may be another", () => {
  let looks = 0;
  const watched = (accounts: readonly Account[]): Iterable<Account> => ({
    [Symbol.iterator]() {
      looks += 1;
      return accounts[Symbol.iterator]();
    },
  });
  const accounts = watched(people);
  const memory = createRegistrationMemory();
  const told = (asked: RegistrationQuestion, among = accounts): string =>
    `${memory
      .find(among, asked)
      .registrations.map(({ accountId }) => accountId)
      .join()} in ${looks} looks`;
  expect(told(question)).toBe("m1,m2,new in 1 looks");
  expect(told({ ...question, membership: [...question.membership], spared: { ...nobody } })).toBe("m1,m2,new in 1 looks");
  expect(told({ ...question, spared: { ...nobody, accounts: new Set(["new"]) } })).toBe("m1,m2 in 2 looks");
  expect(told(question)).toBe("m1,m2,new in 3 looks");
  expect(told({ ...question, membership: question.membership.slice(1) })).toBe("m1,new in 4 looks");
  expect(told({ ...question, membership: question.membership.slice(1), seen: new BigUint64Array(1) })).toBe("m1,new in 5 looks");
  expect(told(question, watched(people.slice(1)))).toBe("new in 6 looks");
});

const AT_MS = 1_000;
it.each<[claim: string, allowlist: AllowlistEntry[], isTold: boolean]>([
  ["who pays with a campaign's card is told", [], true],
  ["not whom the allowlist spares", [{ accountId: "new", reason: "known", expiresAtMs: AT_MS + 1 }], false],
  ["again when the entry has run out", [{ accountId: "new", reason: "known", expiresAtMs: AT_MS }], true],
])("%s", (_, allowlist, isTold) => {
  const { registrations } = createRegistrationMemory().find(people, { ...question, spared: listSpared(allowlist, AT_MS) });
  expect(registrations.some(({ accountId }) => accountId === "new")).toBe(isTold);
});
