import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AccountLine } from "../../vocabulary/report.js";
import { addProblem, createQuarantineDigest, digestAccounts, PROBABILITY_BINS, WATCHED_ACCOUNTS_MAX } from "./digest.js";
import { buildSampleReport } from "./testing/sample-report.js";

const line = (change: Partial<AccountLine>): AccountLine => ({
  account_id: "a",
  standing: "clear",
  probability: 0,
  campaign_id: null,
  events: 1,
  campaign_events: 0,
  signals: [],
  ...change,
});

describe("digest of account lines", () => {
  it("counts standings, slices and detections of the sample", () => {
    const { accounts, report } = buildSampleReport();
    const digest = digestAccounts(accounts);
    expect(digest.standings.campaign).toBe(250);
    expect(digest.standings.campaign + digest.standings.watch + digest.standings.clear).toBe(report.counts.accounts);
    const hydra = digest.campaigns.get(report.campaigns[0].id);
    expect([hydra?.accounts, hydra?.detections.get("shared-rare-instrument")?.accounts]).toEqual([180, 60]);
  });

  it("is the same in any order of the lines", () => {
    const { accounts } = buildSampleReport({ crowd: 300 });
    const inOrder = digestAccounts(accounts);
    fc.assert(
      fc.property(fc.shuffledSubarray(accounts, { minLength: accounts.length }), (shuffled) => {
        const digest = digestAccounts(shuffled);
        expect({ ...digest, campaigns: null }).toEqual({ ...inOrder, campaigns: null });
        expect([...digest.campaigns.keys()].sort()).toEqual([...inOrder.campaigns.keys()].sort());
      }),
      { numRuns: 10 },
    );
  });

  it.each([
    [0, 0],
    [0.05, 1],
    [0.999, PROBABILITY_BINS - 1],
    [1, PROBABILITY_BINS - 1],
  ])("puts probability %d into bin %i", (probability, bin) => {
    expect(digestAccounts([line({ probability })]).histogram.clear[bin]).toBe(1);
  });

  it("keeps the likeliest watched accounts, not all", () => {
    const lines = Array.from({ length: 100 }, (_, index) => line({ account_id: `w${index}`, standing: "watch", probability: index / 200 }));
    const { watched } = digestAccounts(lines);
    expect([watched.length, watched[0]?.account_id, watched.at(-1)?.account_id]).toEqual([WATCHED_ACCOUNTS_MAX, "w99", "w80"]);
  });
});

describe("digest of quarantined lines", () => {
  it("counts by code and keeps few places, however many lines there are", () => {
    const digest = createQuarantineDigest();
    for (let index = 0; index < 1_000; index++) {
      addProblem(digest, { code: index % 2 ? "SW1201" : "SW1207", what: "w", why: "y", fix: "f", place: { file: "a", line: index } });
    }
    expect(digest.lines).toBe(1_000);
    expect(digest.kinds.map(({ code, lines, places }) => [code, lines, places])).toEqual([
      ["SW1201", 500, ["a:1", "a:3", "a:5"]],
      ["SW1207", 500, ["a:0", "a:2", "a:4"]],
    ]);
  });
});
