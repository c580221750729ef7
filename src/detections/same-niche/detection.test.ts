import { describe, expect, it } from "vitest";
import { buildPopulation, type TestAccount } from "../../sdk/testing/population.js";
import detection from "./detection.js";

const CROWD = 200;

/** A crowd of accounts that send what nobody else sends, behind two that send these families. */
function build(
  a: readonly string[],
  b: readonly string[],
  { others = [], organization }: { others?: readonly string[]; organization?: string } = {},
) {
  const send = (families: readonly string[]): TestAccount => ({
    requests: families.map((family, index) => ({ atHours: index, family, item: index + 1 })),
    ...(organization === undefined ? {} : { organization }),
  });
  const crowd = Array.from(
    { length: CROWD },
    (_, account): TestAccount => ({
      requests: [`own ${account}`, ...others].map((family, index) => ({ atHours: index, family, item: index + 1 })),
    }),
  );
  return buildPopulation({ accounts: [send(a), send(b), ...crowd] });
}

describe("same-niche", () => {
  it("tells which rare families two strangers have in common", () => {
    const population = build(["x", "y", "z"], ["y", "z", "w"]);
    expect(detection.compare(0, 1, population)).toBeGreaterThan(0);
    expect(detection.explain(0, 1, population)).toBe("both carry 2 rare families of requests, each on 2 of 202 parties");
  });

  it.each([
    ["strangers with nothing in common", build(["x", "y"], ["v", "w"])],
    ["one rare family", build(["x", "y"], ["y", "w"])],
    ["two families that everybody carries", build(["x", "y"], ["x", "y"], { others: ["x", "y"] })],
    ["one rare family and one that everybody carries", build(["x", "y"], ["x", "y"], { others: ["y"] })],
    ["colleagues", build(["x", "y"], ["x", "y"], { organization: "one" })],
  ])("says nothing of %s", (_claim, population) => {
    expect(detection.compare(0, 1, population)).toBe(0);
  });

  it("is asked in either order, says the more the more there is, and weighs nothing", () => {
    const two = build(["x", "y"], ["x", "y"]);
    const three = build(["x", "y", "z"], ["x", "y", "z"]);
    expect(detection.compare(1, 0, two)).toBe(detection.compare(0, 1, two));
    expect(detection.compare(0, 1, three)).toBeGreaterThan(detection.compare(0, 1, two));
    expect(detection.isContext).toBe(true);
    expect(detection.thresholds["capNats"].value).toBe(0);
    expect("examine" in detection).toBe(false);
  });
});
