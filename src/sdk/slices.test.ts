import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countSliceEvents, measureCoverage, tabulateSlice, visitSlice, type Coverage } from "./slices.js";
import { createRandom } from "./testing/draws.js";
import { buildPopulation, selectGroup, type TestAccount } from "./testing/population.js";

const countTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Members come first; `card` names the payment of an account, null for none. */
function cover(options: { members: number; others: number; card: (account: number) => string | null; organization?: string }): Coverage {
  const accounts = countTo(options.members + options.others).map((account): TestAccount => {
    const card = options.card(account);
    return {
      requests: [{ atHours: account % 24 }],
      ...(card === null ? {} : { instruments: { payment: card } }),
      ...(account < options.members && options.organization !== undefined ? { organization: options.organization } : {}),
    };
  });
  const population = buildPopulation({ accounts });
  return measureCoverage(selectGroup(population, { accounts: countTo(options.members) }), {
    population,
    incidence: population.instrumentsOf,
    things: population.instruments,
    isCounted: () => true,
  });
}

const own = (account: number): string => `own-${account}`;

describe("measureCoverage", () => {
  it.each<[string, Parameters<typeof cover>[0], Partial<Coverage>]>([
    [
      "nobody shares where everyone has an own card",
      { members: 10, others: 100, card: own },
      { sharing: 0, sharedThings: 0, commonest: -1 },
    ],
    [
      "all share where all have one card",
      { members: 10, others: 100, card: (account) => (account < 10 ? "pool" : own(account)) },
      { sharing: 10, sharedThings: 1, commonestMembers: 10 },
    ],
    [
      "the commonest card is the one on most members",
      { members: 10, others: 100, card: (account) => (account < 3 ? "three" : account < 7 ? "four" : own(account)) },
      { sharing: 7, sharedThings: 2, commonestMembers: 4 },
    ],
    [
      "a card of one organization is not shared, however many of its accounts have it",
      { members: 10, others: 100, card: () => "company", organization: "company" },
      { sharing: 0, sharedThings: 0 },
    ],
    ["sharing with outsiders only is not sharing", { members: 1, others: 5, card: () => "one" }, { sharing: 0, members: 1 }],
    ["an empty group shares nothing", { members: 0, others: 5, card: own }, { members: 0, sharing: 0, expected: 0 }],
    ["accounts without cards share nothing", { members: 4, others: 5, card: () => null }, { sharing: 0, expected: 0 }],
  ])("%s", (_, options, coverage) => {
    expect(cover(options)).toMatchObject(coverage);
  });

  it("expects nothing of a card that only members have, however many of them", () => {
    const { expected } = cover({ members: 300, others: 3000, card: (account) => (account < 300 ? "pool" : own(account)) });
    expect(expected / 300).toBeLessThan(0.06);
  });

  it("expects everyone to meet on what half the world has", () => {
    const { expected } = cover({ members: 40, others: 400, card: (account) => (account % 2 === 0 ? "reseller" : own(account)) });
    expect(expected).toBeGreaterThan(19.9);
  });

  it("is silent about a group that outnumbers everybody else: there is nobody to compare with", () => {
    const { expected, sharing } = cover({ members: 60, others: 20, card: (account) => (account < 60 ? "pool" : own(account)) });
    expect(expected).toBeGreaterThanOrEqual(sharing);
  });

  it("does not depend on the order of accounts", () => {
    const drawn = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 8, maxLength: 30 });
    fc.assert(
      fc.property(drawn, (cards) => {
        const half = cards.length >> 1;
        const turn = (account: number): number => (account < half ? half - 1 - account : cards.length - 1 - (account - half));
        const options = { members: half, others: cards.length - half };
        const before = cover({ ...options, card: (account) => `card-${cards[account]}` });
        const after = cover({ ...options, card: (account) => `card-${cards[turn(account)]}` });
        const sharers = Int32Array.from(before.sharers, turn).sort();
        expect({ ...after, commonest: 0, expected: 0 }).toEqual({ ...before, sharers, commonest: 0, expected: 0 });
        expect(after.expected).toBeCloseTo(before.expected, 9);
      }),
    );
  });

  // Half a carrier is added per thing, so a little more than the truth is expected; never less, which would accuse.
  it.each([
    ["households of two", 900, 0.5],
    ["small offices", 300, 0.5],
    ["resellers", 40, 0.3],
  ])("expects what strangers drawn at random show: %s", (_, cards, toleranceShare) => {
    const random = createRandom(cards);
    const worlds = 30;
    let sharing = 0;
    let expected = 0;
    for (let world = 0; world < worlds; world++) {
      const drawn = countTo(1200).map(() => `card-${random.below(cards)}`);
      const coverage = cover({ members: 60, others: 1140, card: (account) => drawn[account] });
      sharing += coverage.sharing / worlds;
      expected += coverage.expected / worlds;
    }
    expect(expected).toBeGreaterThan(0.95 * sharing);
    expect(expected).toBeLessThan((1 + toleranceShare) * sharing + 1);
  });
});

describe("views of a slice", () => {
  const population = buildPopulation({
    accounts: [
      {
        requests: [
          { atHours: 1, family: "a" },
          { atHours: 2, family: "b" },
          { atHours: 3, family: "a" },
        ],
      },
      { requests: [{ atHours: 1, family: "b" }] },
      { requests: [{ atHours: 5, family: "a" }] },
    ],
  });
  const group = selectGroup(population, { accounts: [0, 1, 2], families: ["a"] });

  it("visits every request of the slice with its member, members without one left out", () => {
    const visited: [number, number][] = [];
    visitSlice(group, (row, member) => visited.push([row, member]));
    expect(visited).toEqual([
      [0, 0],
      [2, 0],
      [4, 1],
    ]);
    expect([...countSliceEvents(group)]).toEqual([2, 1]);
  });

  it("tabulates by member and class and leaves out class -1", () => {
    const table = tabulateSlice(group, { classes: 2, classify: (row) => (row === 2 ? -1 : row === 4 ? 1 : 0) });
    expect(table).toEqual({ rows: 2, classes: 2, counts: Float64Array.of(1, 0, 0, 1) });
  });
});
