import { describe, expect, it } from "vitest";
import { createRandom } from "../../sdk/testing/draws.js";
import { listHostileGroups } from "../../sdk/testing/hostile-groups.js";
import { buildPopulation, selectGroup } from "../../sdk/testing/population.js";
import detection from "./detection.js";

/** Shares of the families of one account. */
type Mix = Readonly<Record<string, number>>;
const CODER: Mix = { patch: 5, test: 3, common: 1 };
const GRADER: Mix = { grade: 5, rewrite: 3, common: 1 };
const times = <T>(count: number, one: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => one(index));

/** `perSession` requests of one family within the hour, as of an agent. */
function examine(mixes: readonly Mix[], perAccount = 20, perSession = 1) {
  const random = createRandom(11);
  const pick = (mix: Mix): string => {
    let left = random.next() * Object.values(mix).reduce((sum, share) => sum + share, 0);
    return Object.entries(mix).find(([, share]) => (left -= share) < 0)?.[0] ?? "common";
  };
  const accounts = mixes.map((mix) => ({
    requests: times(perAccount, (index) => ({ atHours: index, family: pick(mix) })).flatMap((request) => times(perSession, () => request)),
  }));
  const population = buildPopulation({ accounts });
  const families = [...new Set(mixes.flatMap((mix) => Object.keys(mix)))];
  return detection.examine(selectGroup(population, { accounts: mixes.map((_, index) => index), families }), population);
}

describe("shared-pool", () => {
  it.each<[string, Mix[], number[]]>([
    ["two queues over eight and six accounts", [...times(8, () => CODER), ...times(6, () => GRADER)], [8, 6]],
    ["a large and a small customer", [...times(30, () => CODER), ...times(4, () => GRADER)], [30, 4]],
    ["accounts that alternate", times(12, (index) => (index % 2 === 0 ? CODER : GRADER)), [6, 6]],
  ])("divides %s", (_, mixes, sizes) => {
    const signal = examine(mixes);
    expect(signal?.division?.map((side) => side.length)).toEqual(sizes);
    for (const side of signal?.division ?? []) expect(new Set(Array.from(side, (account) => mixes[account])).size).toBe(1);
  });

  it("counts sessions: a dozen requests in a row are one choice of the queue", () => {
    const [one, two] = [1, 12].map((perSession) => examine([...times(8, () => CODER), ...times(6, () => GRADER)], 8, perSession));
    expect(two?.division).toEqual(one?.division);
    expect(two?.division).toHaveLength(2);
    expect(
      examine(
        times(14, () => CODER),
        8,
        12,
      ),
    ).toBeNull();
  });

  it.each<[string, Mix[], number?]>([
    ["one queue", times(20, () => CODER)],
    ["accounts that all serve both", times(20, () => ({ ...CODER, ...GRADER }))],
    ["one scaffold an account", times(16, (index) => ({ [["patch", "test", "grade", "rewrite"][index % 4]]: 1 }))],
    ["phases of one job that share most of their work", times(16, (index) => ({ common: 6, [index % 2 ? "patch" : "grade"]: 2, test: 2 }))],
    [
      "people with two products",
      times(30, (index) => ({
        [(index < 15 ? ["patch", "test", "common"] : ["grade", "rewrite", "tale"])[index % 3]]: 12,
        ...(index < 15 ? CODER : GRADER),
      })),
    ],
    ["too few on one side", [...times(10, () => CODER), GRADER, GRADER]],
    ["two requests each", [...times(5, () => CODER), ...times(5, () => GRADER)], 2],
  ])("does not divide %s", (_, mixes, perAccount) => {
    expect(examine(mixes, perAccount)).toBeNull();
  });

  it.each(listHostileGroups())("has nothing to say about $claim", ({ group, population }) => {
    expect(detection.examine(group, population)).toBeNull();
  });
});
