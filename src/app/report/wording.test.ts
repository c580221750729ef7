import { describe, expect, it } from "vitest";
import {
  countNoun,
  formatCount,
  formatOdds,
  formatPeriod,
  formatProbability,
  formatShare,
  joinWords,
  nameProbability,
  nameSpoofability,
  nameStrength,
} from "./wording.js";

describe("figures in words", () => {
  it.each([
    [0, "under 1 in 100", "almost no chance"],
    [0.05, "5 in 100", "very unlikely"],
    [0.5, "50 in 100", "about even"],
    [0.91, "91 in 100", "very likely"],
    [0.95, "95 in 100", "almost certain"],
    [1, "over 99 in 100", "almost certain"],
    [Number.NaN, "unknown", "unknown"],
  ])("probability %d is %s, %s: never certainty", (probability, figure, word) => {
    expect([formatProbability(probability), nameProbability(probability)]).toEqual([figure, word]);
  });

  it.each([
    [0, "0 %"],
    [0.0004, "under 0.1 %"],
    [0.029, "2.9 %"],
    [0.48, "48 %"],
    [0.9996, "over 99.9 %"],
    [1, "100 %"],
    [Number.NaN, "unknown"],
  ])("share %d is %s", (share, words) => {
    expect(formatShare(share)).toBe(words);
  });

  it.each([
    [0, "none", "no likelier either way"],
    [1, "weak", "about 2.7 times likelier"],
    [3, "moderate", "about 20 times likelier"],
    [5, "strong", "about 100 times likelier"],
    [40, "very strong", "over a million times likelier"],
    [-3, "moderate, against", "about 20 times less likely"],
    [Number.NaN, "unknown", "not known"],
    [Number.POSITIVE_INFINITY, "unknown", "not known"],
  ])("a log likelihood ratio of %d is %s: %s", (ratio, strength, odds) => {
    expect([nameStrength(ratio), formatOdds(ratio)]).toEqual([strength, odds]);
  });

  it.each([
    ["2026-01-05T00:00:00Z", "2026-01-31T23:00:00Z", "5 – 31 Jan 2026"],
    ["2026-01-05T00:00:00Z", "2026-02-01T23:59:59Z", "5 Jan – 1 Feb 2026"],
    ["2025-12-30T00:00:00Z", "2026-02-01T00:00:00Z", "30 Dec 2025 – 1 Feb 2026"],
    ["2026-01-05T00:00:00Z", "2026-01-05T23:00:00Z", "5 Jan 2026"],
    [null, null, "no requests"],
  ])("%s to %s is %s", (from, to, words) => {
    expect(formatPeriod(from, to)).toBe(words);
  });

  it("counts and joins", () => {
    expect([formatCount(1_234_567), countNoun(1, "account"), countNoun(2, "family", "families")]).toEqual([
      "1,234,567",
      "1 account",
      "2 families",
    ]);
    expect([joinWords([]), joinWords(["a"]), joinWords(["a", "b", "c"])]).toEqual(["", "a", "a, b and c"]);
    expect([nameSpoofability(1), nameSpoofability(7)]).toEqual(["costly to fake", "grade 7"]);
  });
});
