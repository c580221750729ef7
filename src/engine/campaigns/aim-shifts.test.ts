import { describe, expect, it } from "vitest";
import { buildPopulation, selectGroup } from "../../sdk/testing/population.js";
import { CAPABILITIES, type Capability } from "../../vocabulary/feature.js";
import { listAimShifts } from "./aim-shifts.js";

function find(aims: readonly Capability[]) {
  const population = buildPopulation({ accounts: [{ requests: aims.map((_, index) => ({ atHours: index, family: "work" })) }] });
  population.requests.capability.set(aims.map((aim) => CAPABILITIES.indexOf(aim)));
  return listAimShifts(selectGroup(population, { accounts: [0], families: ["work"] }), population);
}
/** One request in `every` is of the second aim. */
const mix = (length: number, every: number): Capability[] =>
  Array.from({ length }, (_, index) => (index % every === 0 ? "reasoning" : "coding"));

describe("listAimShifts", () => {
  it("says when, from what and to what", () => {
    const [shift] = find([...mix(200, 20), ...mix(120, 2)]);
    expect(shift).toMatchObject({ from: "coding", to: "reasoning" });
    expect(Math.abs(Date.parse(shift.at) / 3_600_000 - 200)).toBeLessThan(12);
    expect(shift.share).toBeGreaterThan(0.4);
  });

  it.each<[string, Capability[]]>([
    ["one mix throughout", mix(400, 4)],
    ["a drift by a few per cent", [...mix(300, 10), ...mix(300, 7)]],
    ["too little after the move", [...mix(300, 20), ...mix(10, 1)]],
    ["hardly any requests", mix(40, 2)],
    ["none", []],
  ])("finds no move in %s", (_, aims) => {
    expect(find(aims)).toEqual([]);
  });
});
