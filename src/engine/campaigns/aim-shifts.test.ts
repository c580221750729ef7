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
    ["one aim that gives way to another with fifty-five requests on either side", [...mix(55, 20), ...mix(55, 1)]],
    ["a drift by less than a quarter, however many requests tell of it", [...mix(1_000, 10), ...mix(1_000, 3)]],
    ["what seventy requests show by chance now and then", [...mix(70, 5), ...mix(70, 2)]],
    ["none", []],
  ])("finds no move in %s", (_, aims) => {
    expect(find(aims)).toEqual([]);
  });

  it.each<[string, Capability[]]>([
    ["with sixty-five requests on either side", [...mix(65, 20), ...mix(65, 1)]],
    ["by somewhat more than a quarter", [...mix(1_000, 20), ...mix(1_000, 3)]],
  ])("finds a move %s", (_, aims) => {
    expect(find(aims)).toHaveLength(1);
  });
});
