import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeVisible, takeFirst } from "./text.js";

describe("text that strangers chose", () => {
  it.each([
    ["plain", "acct_1", "acct_1"],
    ["a terminal escape", "\u001b[31mred\u001b[0m", "[U+001B][31mred[U+001B][0m"],
    ["a bell and a null", "a\u0007b\u0000", "a[U+0007]b[U+0000]"],
    ["an 8-bit control sequence", "\u009b31m", "[U+009B]31m"],
    ["an order override", "abc\u202excod.exe", "abc[U+202E]xcod.exe"],
    ["isolates and marks", "\u2066a\u2069\u200f", "[U+2066]a[U+2069][U+200F]"],
    ["a zero-width space", "ac\u200bct", "ac[U+200B]ct"],
    ["a tag character", "a\u{e0041}", "a[U+E0041]"],
    ["a lone surrogate", "a\ud800", "a[U+D800]"],
    ["line separators", "a\u2028b\u2029c", "a[U+2028]b[U+2029]c"],
    ["line feeds", "a\r\n\tb", "a b"],
    ["other scripts", "推理 данные דוגמה 🙂", "推理 данные דוגמה 🙂"],
  ])("shows %s", (_, text, shown) => {
    expect(makeVisible(text)).toBe(shown);
  });

  it("says how long a name of 100 kB was", () => {
    expect(makeVisible("x".repeat(102_400), 80)).toBe(`${"x".repeat(80)}… (102400 characters)`);
  });

  it("does not cut an astral character in two", () => {
    expect(makeVisible("ab🙂cd", 3)).toBe("ab… (6 characters)");
  });

  it("never lets a control or format character through, and is stable", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const shown = makeVisible(text);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
        expect(makeVisible(shown, Number.POSITIVE_INFINITY)).toBe(shown);
      }),
    );
  });

  it("counts what a bounded list leaves out", () => {
    expect(takeFirst(["a", "b", "c"], 2)).toEqual({ shown: ["a", "b"], omitted: 1 });
    expect(takeFirst(["a"], 2)).toEqual({ shown: ["a"], omitted: 0 });
  });
});
