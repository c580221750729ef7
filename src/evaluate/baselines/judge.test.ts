import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findBenignThreshold, judgeFlags, judgeScores } from "./judge.js";

const judge = (scores: number[], labels: number[], threshold: number | null = null) =>
  judgeScores({ scores: Float64Array.from(scores), flagged: null }, { labels, threshold });

describe("the kindest threshold", () => {
  it("finds all attackers that lie above all others", () => {
    expect(judge([9, 8, 1, 2], [1, 1, 0, 0])).toMatchObject({ kindest: { found: 2, innocent: 0, f1: 1 }, recall_at_precision: 1 });
  });
  it("flags accounts with one score together, whatever their order", () => {
    for (const labels of [
      [1, 0, 0],
      [0, 0, 1],
    ]) {
      expect(judge([5, 5, 5], labels)).toMatchObject({ kindest: { found: 1, innocent: 2 }, recall_at_precision: 0 });
    }
  });
  it("never flags what the method says nothing of", () => {
    expect(judge([-Infinity, 3], [1, 1]).kindest).toMatchObject({ found: 1, recall: 0.5 });
  });
  it("passes over accounts that the truth does not label", () => {
    expect(judge([9, 8], [-1, 1]).kindest).toMatchObject({ attack_accounts: 1, found: 1, innocent: 0 });
  });
  it("flags nothing where nobody attacks", () => {
    expect(judge([1, 2], [0, 0]).kindest).toMatchObject({ found: 0, innocent: 0, recall: null, f1: 0 });
  });
  it("is not beaten by any other threshold", () => {
    const account = fc.record({ score: fc.integer({ min: 0, max: 8 }), label: fc.constantFrom(0, 1, -1) });
    fc.assert(
      fc.property(fc.array(account, { maxLength: 40 }), fc.integer({ min: 0, max: 9 }), (accounts, threshold) => {
        const labels = accounts.map(({ label }) => label);
        const { kindest, recall_at_precision: recall } = judge(
          accounts.map(({ score }) => score),
          labels,
        );
        const other = judgeFlags((index) => accounts[index].score >= threshold, labels);
        expect(kindest.f1).toBeGreaterThanOrEqual(other.f1);
        if ((other.precision ?? 0) >= 0.98) expect(recall).toBeGreaterThanOrEqual(other.recall ?? 0);
      }),
    );
  });
});

describe("a threshold set on a benign world", () => {
  it("flags nobody of a small one, and one in a thousand of a large one", () => {
    const countAbove = (count: number): number => {
      const scores = Float64Array.from({ length: count }, (_, index) => index);
      const threshold = findBenignThreshold(scores);
      return scores.filter((score) => score > threshold).length;
    };
    expect([10, 999, 1000, 5000].map(countAbove)).toEqual([0, 0, 1, 5]);
  });
  it("is what `calibrated` uses: only scores above it are flagged", () => {
    expect(judge([5, 6], [1, 1], 5).calibrated).toMatchObject({ found: 1 });
    expect(judge([5, 6], [1, 1]).calibrated).toBeNull();
  });
});
