import { describe, expect, it } from "vitest";
import { listSuiteRows, SEEDS_DEFAULT } from "../../evaluate/index.js";
import { KNOBS, PLAYBOOKS } from "../../simulate/index.js";

const rows = listSuiteRows("full", SEEDS_DEFAULT);
const listed = (option: string): string[] =>
  rows.flatMap(({ options }) => options.flatMap((each, index) => (each === option ? (options[index + 1] ?? "").split(",") : [])));

describe("the suite asks `simulate` for", () => {
  it("evasion knobs that there are, and leaves none out", () => {
    expect(new Set(listed("--knobs"))).toEqual(new Set(KNOBS));
  });
  it("playbooks that there are, and leaves none out", () => {
    const known = new Set<string>(["none", ...PLAYBOOKS]);
    expect(listed("--campaigns").filter((name) => !known.has(name))).toEqual([]);
    // The three of February are what a world has when nothing is said.
    expect(new Set([...listed("--campaigns"), "moonshot", "minimax"])).toEqual(known);
  });
});
