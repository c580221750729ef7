import { describe, expect, it } from "vitest";
import { buildPopulation, type TestAccount } from "../../sdk/testing/population.js";
import { listCarriers } from "./group.js";
import { learnChanceProfile } from "./member-attributes.js";
import { isTiedByAll, listTiedAccounts } from "./tied-accounts.js";

const countTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const requests = [{ atHours: 1 }];
const pool: TestAccount[] = countTo(6).map((index) => ({
  createdAtHours: -100 + index,
  addresses: [`pool-${index % 3}`, `second-${index % 3}`, ...(index === 0 ? ["home"] : [])],
  instruments: { payment: `card-${index % 3}`, ...(index === 0 ? { email: "home" } : {}) },
  requests,
}));

/** Long before everybody else; accounts in a crowd were registered over years. */
const stranger: TestAccount = { createdAtHours: -1_000_000, addresses: ["elsewhere"], instruments: { payment: "elsewhere" }, requests };
const crowd = countTo(300).map(
  (index): TestAccount => ({ ...stranger, createdAtHours: -900 * (index + 1), addresses: [`own-${index}`], instruments: {} }),
);

describe("listTiedAccounts", () => {
  const ask = (asked: Partial<TestAccount>, options: { taken?: boolean; others?: TestAccount[]; members?: TestAccount[] } = {}) => {
    const members = options.members ?? pool;
    const first = members.length;
    const population = buildPopulation({ accounts: [...members, { ...stranger, ...asked }, ...(options.others ?? []), ...crowd] });
    const tied = listTiedAccounts(population, {
      pool: new Map(countTo(first).map((account) => [account, 0.9])),
      chance: learnChanceProfile(population, listCarriers(population)),
      isTaken: (account) => options.taken === true && account === first,
    });
    return [...tied.keys()].map((account) => account - first);
  };
  const card = { instruments: { payment: "card-0" } };
  const day = { createdAtHours: -98 };

  it.each<[shares: string, asked: Partial<TestAccount>, expected: number[]]>([
    ["a card and an address of one account, as a relative does", { instruments: { email: "home" }, addresses: ["home"] }, []],
    ["a card and an address of others", { ...card, addresses: ["pool-1"] }, [0]],
    ["two addresses", { addresses: ["pool-0", "pool-1"] }, [0]],
    ["two addresses of the same accounts, as an office does", { addresses: ["pool-0", "second-0"] }, []],
    ["a card and the days of registration", { ...card, ...day }, [0]],
    ["a card alone, as a relative does", card, []],
    ["one address", { addresses: ["pool-0"] }, []],
    ["an address and the days of registration, as a class does", { addresses: ["pool-0"], ...day, instruments: {} }, []],
    ["a client's handshake and an address", { instruments: { signup_client: "card-0" }, addresses: ["pool-1"] }, []],
    ["nothing", {}, []],
    ["a card and an address, but no request", { ...card, addresses: ["pool-1"], requests: [] }, []],
  ])("of an account that shares %s", (_name, asked, expected) => {
    expect(ask(asked)).toEqual(expected);
  });

  describe("by what is the pool's own", () => {
    // Each of four is tied to the two others by a card, and registered when they were.
    const own = (index: number): TestAccount => ({
      createdAtHours: -100 + index,
      addresses: [index < 3 ? "proxy" : `own-${index}`],
      instruments: { payment: `card-${index % 3}`, signup_client: "tool" },
      requests,
    });
    const members = countTo(6).map(own);
    const before: TestAccount = { ...stranger, instruments: {} };
    it.each<[claim: string, asked: TestAccount, others: TestAccount[], expected: number[]]>([
      ["an address that nobody but the pool has", { ...before, addresses: ["proxy"] }, [], [0]],
      [
        "an address that strangers have, too",
        { ...before, addresses: ["proxy"] },
        countTo(3).map(() => ({ ...before, addresses: ["proxy"] })),
        [],
      ],
      ["the client of the pool's sign-ups, on its days", { ...before, ...day, instruments: { signup_client: "tool" } }, [], [0]],
      ["the client of the pool's sign-ups, on another day", { ...before, instruments: { signup_client: "tool" } }, [], []],
      [
        "a client that others use, too, on the pool's days",
        { ...before, ...day, instruments: { signup_client: "tool" } },
        countTo(8).map(() => ({ ...before, instruments: { signup_client: "tool" } })),
        [],
      ],
    ])("%s", (_claim, asked, others, expected) => {
      expect(ask(asked, { members, others })).toEqual(expected);
    });

    it("stays quiet about a relative of two who have nothing else in common with the pool", () => {
      const pair = countTo(2).map((): TestAccount => ({ ...before, addresses: ["home"] }));
      expect(ask({ ...before, addresses: ["home"] }, { members: [...members, ...pair] })).toEqual([]);
    });
  });

  it("takes nobody's account", () => {
    expect(ask({ ...card, ...day }, { taken: true })).toEqual([]);
  });

  it("does not take the colleagues of one member, who share everything with that one", () => {
    const firm = { organization: "firm", instruments: { payment: "firm's" }, addresses: ["office-1", "office-2"], createdAtHours: -97 };
    const colleagues = countTo(29).map((): TestAccount => ({ ...firm, requests }));
    const employee: TestAccount = { ...firm, addresses: [...firm.addresses, "pool-0"], requests };
    expect(ask(firm, { members: [...pool, employee], others: colleagues })).toEqual([]);
  });

  it("does not go on from those it added", () => {
    const next: TestAccount = { ...stranger, instruments: { email: "e" }, addresses: ["next"] };
    expect(ask({ instruments: { payment: "card-0", email: "e" }, addresses: ["pool-1", "next"] }, { others: [next] })).toEqual([0]);
  });

  it("follows no card that half the world has", () => {
    const customers = countTo(50).map((): TestAccount => ({ ...card, requests }));
    expect(ask({}, { others: customers })).toEqual([]);
  });
});

describe("isTiedByAll", () => {
  const ask = (accounts: readonly TestAccount[], others: readonly TestAccount[] = crowd): boolean =>
    isTiedByAll({ members: Int32Array.from(countTo(accounts.length)) }, buildPopulation({ accounts: [...accounts, ...others] }));
  const strangers = (count: number): TestAccount[] => crowd.slice(0, count).map((account) => ({ ...account, addresses: ["gateway"] }));
  const household = (name: string): TestAccount[] =>
    countTo(3).map((index) => ({ createdAtHours: -100 + index, addresses: [name], instruments: { payment: name }, requests }));

  it.each<[members: string, accounts: readonly TestAccount[], expected: boolean]>([
    ["accounts that share card, address and days of registration", pool, true],
    ["such accounts and four times as many strangers", [...pool, ...strangers(24)], true],
    ["such accounts and ten times as many strangers", [...pool, ...strangers(60)], false],
    ["thirty strangers and a household of three", [...strangers(30), ...household("home")], false],
    ["twelve strangers and a household of three", [...strangers(12), ...household("home")], false],
    ["colleagues", pool.map((account) => ({ ...account, organization: "one" })), false],
    [
      "a class and families that share an address with it",
      [
        ...countTo(8).map((index): TestAccount => ({ createdAtHours: -50 + index, addresses: ["school"], requests })),
        ...countTo(4).map(
          (index): TestAccount => ({
            createdAtHours: -9000 * (index + 1),
            addresses: ["school"],
            instruments: { payment: `family-${index >> 1}` },
            requests,
          }),
        ),
      ],
      false,
    ],
  ])("of %s", (_name, accounts, expected) => {
    expect(ask(accounts)).toBe(expected);
  });

  it("takes no day for a burst on which everybody registered", () => {
    expect(
      ask(
        pool,
        countTo(300).map((index) => ({ ...stranger, createdAtHours: -100 + (index % 6) })),
      ),
    ).toBe(false);
  });
});
