import { describe, expect, it } from "vitest";
import { describeUsual, FENCE_VALUES_MIN } from "./fences.js";

const countTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe("describeUsual", () => {
  const values = [...countTo(FENCE_VALUES_MIN).map((index) => 8 + (index % 5)), 1000, ...countTo(5).map(() => 3)];
  const kindOf = (account: number): string | null => (account <= FENCE_VALUES_MIN ? "many" : account === values.length - 1 ? null : "few");
  const usual = describeUsual(values, kindOf);

  it("has a median and a fence for each kind, which one large account does not move", () => {
    expect(usual.get("many")).toMatchObject({ median: 10, accounts: FENCE_VALUES_MIN + 1 });
    expect(usual.get("many")?.fence).toBeGreaterThan(12);
    expect(usual.get("many")?.fence).toBeLessThan(40);
  });

  it("fences nobody in where too few are of a kind", () => {
    expect(usual.get("few")).toEqual({ median: 3, accounts: 4, fence: Number.POSITIVE_INFINITY });
  });

  it("leaves out who is compared with nobody", () => {
    expect([...usual.keys()]).toEqual(["many", "few"]);
    expect(describeUsual([1, 2], () => null).size).toBe(0);
  });
});
