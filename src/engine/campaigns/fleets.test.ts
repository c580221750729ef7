import { describe, expect, it } from "vitest";
import { buildPopulation, selectGroup, type TestAccount, type TestReturns } from "../../sdk/testing/population.js";
import { findFleets, splitWorkLoads, surveyWorkLoads, weighCommonPace } from "./fleets.js";
import { ACCOUNTS, DAYS, drawPace, drawWorkLoad, FLAT } from "../../sdk/testing/paced-work-loads.js";

const countTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

function build(workLoads: Readonly<Record<string, readonly TestAccount[]>>, returns: readonly TestReturns[] = []) {
  const names = Object.keys(workLoads);
  const crowd: TestAccount[] = countTo(400).map((index) => ({
    requests: countTo(20).map((request) => ({ atHours: (index * 7 + request * 13) % (DAYS * 24) })),
  }));
  const population = buildPopulation({ accounts: [...Object.values(workLoads).flat(), ...crowd], returns: [...returns] });
  const groups = names.map((family, position) =>
    selectGroup(population, { accounts: countTo(ACCOUNTS).map((account) => position * ACCOUNTS + account), families: [family] }),
  );
  const nameOf = (families: Uint32Array): string => [...families].map((family) => population.families.ids[family].slice(5)).join("+");
  return {
    population,
    groups,
    find: (isFound = (_account: number): boolean => false) =>
      findFleets(population, surveyWorkLoads(population, groups), { isFound }).fleets.map((fleet) =>
        fleet.workLoads.map(({ families }) => nameOf(families)).sort(),
      ),
  };
}

describe("findFleets", () => {
  const pace = drawPace(5);
  const paced = Object.fromEntries(["a", "b", "c"].map((name, seed) => [name, drawWorkLoad(name, { pace, seed })]));
  const steady = Object.fromEntries(["x", "y", "z"].map((name, seed) => [name, drawWorkLoad(name, { pace: FLAT, seed: 50 + seed })]));

  it("brings together the work loads of one dispatcher whose every account has one scaffold, and nobody else's", () => {
    expect(build({ ...paced, ...steady }).find()).toEqual([["a", "b", "c"]]);
  });

  it("leaves crowds alone that each keep a pace of their own", () => {
    const own = Object.fromEntries(["a", "b", "c"].map((name, seed) => [name, drawWorkLoad(name, { pace: drawPace(100 + seed), seed })]));
    expect(build({ ...own, ...steady }).find()).toEqual([]);
  });

  it("leaves people alone in 20 worlds", () => {
    for (const world of countTo(20)) {
      const crowds = countTo(6).map((name) => [`${name}`, drawWorkLoad(`${name}`, { pace: FLAT, seed: 1000 + world * 6 + name })] as const);
      expect(build(Object.fromEntries(crowds)).find()).toEqual([]);
    }
  });

  it("tells how many work loads it left alone when there are too many", () => {
    const { population, groups } = build(steady);
    const many = Array.from({ length: 1007 }, (_, index) => groups[index % groups.length]);
    const { fleets, uncompared } = findFleets(population, surveyWorkLoads(population, many));
    expect(fleets).toEqual([]);
    expect(uncompared).toBe(7);
    expect(findFleets(population, surveyWorkLoads(population, groups)).uncompared).toBe(0);
  });

  it("tells hours that go together from days that do", () => {
    const holidays = FLAT.map((level, hour) => (Math.floor(hour / 24) % 3 === 1 ? 0.01 : level));
    const regional = Object.fromEntries(["a", "b", "c"].map((name, seed) => [name, drawWorkLoad(name, { pace: holidays, seed })]));
    const weigh = (workLoads: Parameters<typeof build>[0]): number[] => {
      const { population, groups } = build(workLoads);
      return findFleets(population, surveyWorkLoads(population, groups)).fleets.map(
        ({ workLoads, compared }) => weighCommonPace(population, { parts: workLoads, compared }).withinDaysNats,
      );
    };
    const [ofDispatcher] = weigh({ ...paced, ...steady });
    expect(ofDispatcher).toBeGreaterThan(2.5);
    for (const ofRegion of weigh({ ...regional, ...steady })) expect(ofRegion).toBe(0);
  });

  it("weighs a pace on the parts at hand, and none on a single one", () => {
    const { population, groups } = build({ ...paced, ...steady });
    const weigh = (positions: readonly number[], compared: number) =>
      weighCommonPace(population, { parts: positions.map((position) => groups[position]), compared });
    expect(weigh([0], 6)).toEqual({ nats: 0, withinDaysNats: 0 });
    expect(weigh([0, 1], 0).nats).toBeGreaterThan(weigh([0, 1], 6).nats);
    expect(weigh([0, 1], 6).nats).toBeGreaterThan(0);
    expect(weigh([0, 3], 6)).toEqual({ nats: 0, withinDaysNats: 0 });
  });

  it("does not look again among accounts that are found", () => {
    expect(build({ ...paced, ...steady }).find((account) => account < 3 * ACCOUNTS)).toEqual([]);
  });

  describe("by what they rework", () => {
    const hand = (users: readonly number[], issuers: readonly number[]): TestReturns[] =>
      users.flatMap((user) => issuers.map((issuer) => ({ user, issuer, outputs: 1 })));
    const reworker = countTo(6);
    const sources = [12, 13, 14, 15, 16, 17];

    it("ties a work load to those whose accounts were given the answers that it hands in", () => {
      expect(build(steady, hand(reworker, sources)).find()).toEqual([["x", "y"]]);
    });

    it("adds a work load of which fewer accounts were given answers, as long as it is about as many as elsewhere", () => {
      expect(build(steady, hand(reworker, [...sources, 24, 25, 26, 27])).find()).toEqual([["x", "y", "z"]]);
    });

    it("leaves out a work load that mostly others than the pool carry", () => {
      expect(build(steady, hand(reworker, [...countTo(ACCOUNTS).map((account) => 12 + account), 24, 25, 26, 27])).find()).toEqual([
        ["x", "y"],
      ]);
    });

    it.each([
      ["one account hands them in", hand([0], sources)],
      ["two accounts of a work load were given them", hand(reworker, [12, 13])],
      ["a few of a crowd hand them in", hand([0, 1], sources)],
    ])("does not when %s", (_name, returns) => {
      expect(build(steady, returns).find()).toEqual([]);
    });
  });
});

describe("splitWorkLoads", () => {
  it("separates accounts with one scaffold each, and keeps together what single accounts carry together", () => {
    const carriers = (families: readonly string[]): TestAccount[] =>
      countTo(3).map(() => ({ requests: families.flatMap((family) => countTo(5).map((atHours) => ({ atHours, family }))) }));
    const population = buildPopulation({ accounts: [...carriers(["a"]), ...carriers(["b"]), ...carriers(["c", "d"])] });
    const group = selectGroup(population, { accounts: countTo(9), families: ["a", "b", "c", "d"] });
    expect(splitWorkLoads(group, population).map(({ members }) => [...members])).toEqual([
      [0, 1, 2],
      [3, 4, 5],
      [6, 7, 8],
    ]);
  });

  it("puts who gives no scaffold a fifth of its requests with those who use the one it sends most", () => {
    const own = (family: string): TestAccount => ({ requests: countTo(10).map((atHours) => ({ atHours, family })) });
    const phrases = countTo(14).map((phrase) => `phrase-${phrase}`);
    const mixed: TestAccount = { requests: ["a", "a", "c", "c", "c", ...phrases].map((family, atHours) => ({ atHours, family })) };
    const population = buildPopulation({ accounts: [own("a"), own("a"), own("c"), own("c"), mixed] });
    const group = selectGroup(population, { accounts: countTo(5), families: ["a", "c", ...phrases] });
    expect(splitWorkLoads(group, population).map(({ members }) => [...members])).toEqual([
      [0, 1],
      [2, 3, 4],
    ]);
  });
});
