import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boundOtherFields } from "./other-fields.js";

const keep = (fields: Record<string, unknown>, isMetadataOnly = false): unknown => ({ ...boundOtherFields(fields, { isMetadataOnly }) });
const nested = (depth: number): unknown => JSON.parse("[".repeat(depth) + "]".repeat(depth)) as unknown;

describe("fields that no contract names", () => {
  it.each<[string, unknown, unknown]>([
    ["a label", "gold tier", "gold tier"],
    ["a number", 12.5, 12.5],
    ["a flag", false, false],
    ["a small object", { region: "eu", zones: [1, 2] }, { region: "eu", zones: [1, 2] }],
    ["a text of 254 characters", "x".repeat(254), "x".repeat(254)],
    ["a text of 255 characters", "x".repeat(255), "(left out)"],
    ["a short text that is long when escaped", "\u0001".repeat(60), "(left out)"],
    ["a large object", { list: Array.from({ length: 300 }, () => 1) }, "(left out)"],
    ["arrays in arrays, deep enough to break a stack", nested(200_000), "(left out)"],
  ])("%s", (_, value, kept) => {
    expect(keep({ field: value })).toEqual({ field: kept });
  });

  it.each(["prompt", "Content", "completion", "instructions"])("%s is text by its name and does not stay", (name) => {
    expect(keep({ [name]: "hello" })).toEqual({ [name]: "(left out)" });
  });

  it.each<[string, unknown, unknown]>([
    ["an identifier", "eu-west-1", "eu-west-1"],
    ["a number", 3, 3],
    ["words", "gold tier", "(left out)"],
    ["words of another script", "金のアカウント", "(left out)"],
    ["words in an object", { note: "a b" }, "(left out)"],
    ["an escaped line break", "a\nb", "(left out)"],
  ])("in metadata-only mode: %s", (_, value, kept) => {
    expect(keep({ field: value }, true)).toEqual({ field: kept });
  });

  it("no name is special", () => {
    const fields = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 2}') as Record<string, unknown>;
    expect(JSON.stringify(boundOtherFields(fields, { isMetadataOnly: false }))).toBe('{"__proto__":{"polluted":1},"constructor":2}');
  });

  it("too many are counted", () => {
    const many = Object.fromEntries(Array.from({ length: 70 }, (_, index) => [`f${String(index).padStart(2, "0")}`, index]));
    const kept = keep({ ...many, ["n".repeat(129)]: 1 }) as Record<string, unknown>;
    expect(Object.keys(kept)).toHaveLength(65);
    expect(kept["…"]).toBe("7 more left out");
  });

  it("whatever stands there: bounded, and the same in any order", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ maxLength: 200 }), fc.jsonValue({ maxDepth: 4 })), (fields) => {
        const text = JSON.stringify(boundOtherFields(fields, { isMetadataOnly: false }));
        expect(text.length).toBeLessThan(64 * 1024);
        const reversed = Object.fromEntries(Object.entries(fields).toReversed());
        expect(JSON.stringify(boundOtherFields(reversed, { isMetadataOnly: false }))).toBe(text);
      }),
    );
  });
});
