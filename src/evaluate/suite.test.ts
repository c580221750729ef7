import { describe, expect, it } from "vitest";
import { BENIGN_ROW, isTunedSeed, listSuiteRows, SEEDS_DEFAULT } from "./suite.js";

describe.each(["quick", "full"] as const)("the %s suite", (size) => {
  const rows = listSuiteRows(size, SEEDS_DEFAULT);
  it("uses no seed that was looked at while rules were made", () => {
    expect(rows.filter((row) => isTunedSeed(row.seed))).toEqual([]);
  });
  it("names every row once", () => {
    expect(new Set(rows.map((row) => row.id)).size).toBe(rows.length);
  });
  it("sets the thresholds of published methods on a world that is no other row's", () => {
    const benign = rows.find((row) => row.id === BENIGN_ROW);
    expect(rows.filter((row) => row.seed === benign?.seed).map((row) => row.id)).toEqual([BENIGN_ROW]);
  });
  it("has the February campaigns on at least five seeds, and looks for the time to find", () => {
    const february = rows.filter((row) => row.group === "february");
    expect(february.length).toBeGreaterThanOrEqual(5);
    expect(february.flatMap((row) => row.cuts)).toContain(0.02);
  });
  it("compares the world without text with the same one with it", () => {
    const bare = rows.find((row) => row.group === "metadata");
    const twin = rows.find((row) => row.id === bare?.comparedWith);
    expect({ seed: twin?.seed, options: twin?.options }).toEqual({ seed: bare?.seed, options: bare?.options });
  });
  it("makes another crowd for each world but those of a sweep or a comparison", () => {
    const own = rows.filter((row) => row.group !== "camouflage" && row.group !== "metadata");
    expect(new Set(own.map((row) => row.seed)).size).toBe(own.length);
  });
});

describe("the full suite", () => {
  it("turns every two evasions together once", () => {
    const rows = listSuiteRows("full", SEEDS_DEFAULT);
    const knobs = rows.filter((row) => row.group === "knob").length;
    expect(rows.filter((row) => row.group === "pair")).toHaveLength((knobs * (knobs - 1)) / 2);
  });
});
