import { describe, expect, it } from "vitest";
import { ACCOUNTS, DAYS, drawPace, drawWorkLoad, FLAT } from "../../sdk/testing/paced-work-loads.js";
import { buildPopulation, selectGroup, type TestAccount } from "../../sdk/testing/population.js";
import { keepPaced } from "./fleet-pace.js";

const countTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Names of the work loads that stay, of those given in this order. */
function keep(workLoads: Readonly<Record<string, readonly TestAccount[]>>): string[] {
  const names = Object.keys(workLoads);
  const crowd: TestAccount[] = countTo(400).map((index) => ({
    requests: countTo(20).map((request) => ({ atHours: (index * 7 + request * 13) % (DAYS * 24) })),
  }));
  const population = buildPopulation({ accounts: [...Object.values(workLoads).flat(), ...crowd] });
  const groups = names.map((family, position) =>
    selectGroup(population, { accounts: countTo(ACCOUNTS).map((account) => position * ACCOUNTS + account), families: [family] }),
  );
  return keepPaced(population, groups).map((group) => names[groups.indexOf(group)]);
}

describe("keepPaced", () => {
  const pace = drawPace(5);
  const paced = (name: string, seed: number) => drawWorkLoad(name, { pace, seed });
  const steady = (name: string, seed: number) => drawWorkLoad(name, { pace: FLAT, seed });
  /** The first so many accounts keep the pace, the others none. */
  const mixed = (name: string, keeping: number) => [...paced(name, 7).slice(0, keeping), ...steady(name, 70).slice(keeping)];

  it.each<[what: string, workLoads: Parameters<typeof keep>[0], kept: string[]]>([
    ["all of one dispatcher", { a: paced("a", 1), b: paced("b", 2), c: paced("c", 3) }, ["a", "b", "c"]],
    ["those of one dispatcher, without a crowd that came in", { a: paced("a", 1), x: steady("x", 50), c: paced("c", 3) }, ["a", "c"]],
    ["one where nearly all keep the pace", { a: paced("a", 1), b: paced("b", 2), m: mixed("m", ACCOUNTS - 1) }, ["a", "b", "m"]],
    ["none where a few do", { a: paced("a", 1), b: paced("b", 2), m: mixed("m", 2) }, ["a", "b"]],
    ["nothing of crowds that have no pace in common", { x: steady("x", 50), y: steady("y", 51) }, []],
    ["nothing of a single one", { a: paced("a", 1) }, []],
    ["nothing of nothing", {}, []],
  ])("keeps %s", (_, workLoads, kept) => {
    expect(keep(workLoads)).toEqual(kept);
  });

  it("does not depend on the order of the work loads", () => {
    const [a, b, x] = [paced("a", 1), paced("b", 2), steady("x", 50)];
    expect(keep({ x, b, a }).sort()).toEqual(keep({ a, b, x }).sort());
  });
});
