import { describe, expect, it } from "vitest";
import { buildPopulation, type TestAccount } from "../../sdk/testing/population.js";
import { countTiedByAll, listTiedAccounts } from "./tied-accounts.js";

const countTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const requests = [{ atHours: 1 }];
const pool: TestAccount[] = countTo(6).map((index) => ({
  createdAtHours: -100 + index,
  addresses: [`pool-${index % 3}`],
  instruments: { payment: `card-${index % 3}` },
  requests,
}));

describe("listTiedAccounts", () => {
  const ask = (
    asked: Omit<TestAccount, "requests"> & { requests?: TestAccount["requests"] },
    options: { taken?: boolean; others?: TestAccount[] } = {},
  ) => {
    const population = buildPopulation({ accounts: [...pool, { requests, ...asked }, ...(options.others ?? [])] });
    return listTiedAccounts(population, { members: countTo(6), isTaken: (account) => options.taken === true && account === 6 });
  };

  it.each([
    ["a card", { instruments: { payment: "card-0" } }, [6]],
    ["two addresses", { addresses: ["pool-0", "pool-1"] }, [6]],
    ["one address", { addresses: ["pool-0"] }, []],
    ["a client's handshake", { instruments: { signup_client: "card-0" } }, []],
    ["nothing", {}, []],
    ["a card, but no request", { instruments: { payment: "card-0" }, requests: [] }, []],
  ])("of an account that shares %s", (_name, asked, expected) => {
    expect(ask(asked)).toEqual(expected);
  });

  it("takes nobody's account", () => {
    expect(ask({ instruments: { payment: "card-0" } }, { taken: true })).toEqual([]);
  });

  it("goes one step further through those it added", () => {
    const next: TestAccount = { instruments: { payment: "another" }, requests };
    expect(ask({ instruments: { payment: "card-0", email: "e" } }, { others: [{ ...next, instruments: { email: "e" } }, next] })).toEqual([
      6, 7,
    ]);
  });

  it("follows no card that half the world has", () => {
    const customers = countTo(50).map((): TestAccount => ({ instruments: { payment: "card-0" }, requests }));
    expect(ask({}, { others: customers })).toEqual([]);
  });
});

describe("countTiedByAll", () => {
  const count = (accounts: readonly TestAccount[]): number =>
    countTiedByAll({ members: Int32Array.from(countTo(accounts.length)) }, buildPopulation({ accounts: [...accounts] }));

  it("counts accounts that share card, address and days of registration", () => {
    expect(count(pool)).toBe(6);
  });

  it("does not count a class and families that share an address with it", () => {
    const school: TestAccount[] = countTo(8).map((index) => ({ createdAtHours: -50 + index, addresses: ["school"], requests }));
    const families: TestAccount[] = countTo(4).map((index) => ({
      createdAtHours: -9000 * (index + 1),
      addresses: ["school"],
      instruments: { payment: `family-${index >> 1}` },
      requests,
    }));
    expect(count([...school, ...families])).toBe(0);
  });

  it("does not count colleagues", () => {
    expect(count(pool.map((account) => ({ ...account, organization: "one" })))).toBe(0);
  });
});
