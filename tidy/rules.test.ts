/** The rules themselves: each fails on its bad samples, and only there. */
import { describe, expect, it } from "vitest";
import { formatOffences } from "./rule.js";
import { RULES } from "./rules/index.js";
import { treeOf } from "./tree.js";

describe.each(RULES)("$name", (rule) => {
  it.each(rule.samples)("$claim", ({ files, offenders }) => {
    const found = rule.find(treeOf(files)).map(({ path }) => path);
    expect(found.sort()).toEqual([...offenders].sort());
  });

  it("has a sample that fails and one that passes", () => {
    const counts = rule.samples.map(({ offenders }) => offenders.length);
    expect(Math.max(...counts)).toBeGreaterThan(0);
    expect(Math.min(...counts)).toBe(0);
  });
});

it("an offence is printed with its place and the rule's reason", () => {
  const rule = { name: "a rule", why: "a reason.", find: () => [], samples: [] };
  expect(formatOffences(rule, [{ path: "a.ts", line: 3, what: "something" }])).toBe(
    "a rule: 1 offence(s)\n  a.ts:3  something\n  why: a reason.",
  );
  expect(formatOffences(rule, [])).toBe("");
});
