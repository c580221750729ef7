import { describe, expect, it } from "vitest";
import { buildPopulation, selectGroup, type TestAccount, type TestRequest } from "../../sdk/testing/population.js";
import { describeMix } from "./member-mix.js";

const SCAFFOLDS = ["public", "own-1", "own-2", "own-3"];
/** A system prompt that all carry beside them. */
const FAMILIES = [...SCAFFOLDS, "kit"];
const countTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const sendHourly = (families: readonly string[]): TestRequest[] => families.map((family, index) => ({ atHours: index, family }));
const withKit = (requests: readonly TestRequest[]): TestRequest[] => requests.map((request) => ({ ...request, system: "kit" }));

/** Ten accounts that draw from the queue, ten that met the public scaffold and stayed with it, and whoever a test asks about. */
function weighBeside(asked: readonly (readonly TestRequest[])[], families: readonly string[] = FAMILIES): number[] {
  const accounts: TestAccount[] = [
    ...countTo(10).map((index) => ({ requests: withKit(sendHourly(countTo(12).map((hour) => SCAFFOLDS[(hour + index) % 4]))) })),
    ...countTo(10).map((index) => ({ requests: withKit(sendHourly(countTo(3 + index).map(() => "public"))) })),
    ...asked.map((requests) => ({ requests })),
  ];
  const population = buildPopulation({ accounts });
  const group = selectGroup(population, { accounts: [...accounts.keys()], families });
  const probabilities = Float64Array.from(accounts, (_, account) => (account < 10 ? 0.95 : account < 20 ? 0.05 : 0.5));
  return [...describeMix(population, group).weigh(probabilities)].slice(20);
}

describe("describeMix", () => {
  it.each<[claim: string, speaks: "for" | "against", TestRequest[]]>([
    ["a single request in what only the pool carries", "for", sendHourly(["own-2"])],
    ["a few in several of the queue's scaffolds", "for", sendHourly(["own-1", "public", "own-3"])],
    ["ten sessions of the public scaffold alone", "against", sendHourly(countTo(10).map(() => "public"))],
    ["one request in the public scaffold", "against", sendHourly(["public"])],
  ])("%s speaks %s membership", (_, speaks, requests) => {
    const [nats] = weighBeside([requests]);
    expect(Math.sign(nats)).toBe(speaks === "for" ? 1 : -1);
    expect(Math.abs(nats)).toBeGreaterThan(0.2);
  });

  it("weighs one request in what only the pool carries above ten sessions of the public scaffold", () => {
    const [own, open] = weighBeside([sendHourly(["own-2"]), sendHourly(countTo(10).map(() => "public"))]);
    expect(own).toBeGreaterThan(open + 1);
  });

  it.each<[claim: string, isSame: boolean, one: TestRequest[], other: TestRequest[]]>([
    [
      "forty requests within one hour are one session",
      true,
      sendHourly(["public"]),
      countTo(40).map((index) => ({ atHours: index / 50, family: "public" })),
    ],
    ["four hours of use are four", false, sendHourly(["public"]), sendHourly(countTo(4).map(() => "public"))],
    ["of a request's two scaffolds the rarer one counts", true, sendHourly(["own-1", "own-2"]), withKit(sendHourly(["own-1", "own-2"]))],
    ["the order of scaffolds does not matter", true, sendHourly(["own-1", "public"]), sendHourly(["public", "own-1"])],
  ])("%s", (_, isSame, one, other) => {
    const [a, b] = weighBeside([one, other]);
    if (isSame) expect(a).toBeCloseTo(b, 9);
    else expect(Math.abs(a - b)).toBeGreaterThan(0.1);
  });

  it("says nothing where there is one scaffold", () => {
    expect(weighBeside([sendHourly(["public"])], ["public"])).toEqual([0]);
  });
});
