/** What `evaluate` prints for a person. */
import { describe, expect, it } from "vitest";
import type { Evaluation } from "../../evaluate/index.js";
import { renderMethods } from "./evaluation-table.js";

const verdict = { attack_accounts: 10, benign_accounts: 90, found: 0, innocent: 0, recall: 0, precision: null, f1: 0 };
const baseline = { name: "b", title: "cosine", seconds: 1, calibrated: verdict, published: null, kindest: verdict, recall_at_precision: 0 };

describe("the table of methods", () => {
  it("says beneath it what each of its columns and lines means", () => {
    const text = renderMethods({ ours: verdict, baselines: [baseline] } as unknown as Evaluation);
    const [table, legend] = text.split("\n\n");
    expect(table.split("\n").map((line) => line.split(/ {2,}/)[0] || line.trim().split(/ {2,}/)[0])).toEqual([
      "method",
      "stillwatch",
      "cosine, kindest",
      "set on a benign world",
    ]);
    for (const name of ["recall", "precision", "F1", "innocent", "Kindest", "Set on a benign world", "As published", "–"])
      expect(legend).toContain(name);
  });

  it("is not there where no method was asked", () => {
    expect(renderMethods({ ours: verdict, baselines: [] } as unknown as Evaluation)).toBe("");
  });
});
