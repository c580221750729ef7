import { describe, expect, it } from "vitest";
import { isAsPromised, writeReplayPage, writeReplayTable } from "./page.js";
import { INNOCENT_KNOWN } from "./known-innocents.js";
import type { ReplayResult } from "./replay.js";

const at = "2026-03-03T00:00:00.000Z";
const KEPT: ReplayResult = {
  calls: 3000,
  campaign: { id: "moonshot-1", exchanges: 2000, accounts: 120 },
  sentShare: 0.3,
  found: { at, served: 70, share: 0.035, accounts: 20 },
  shadowed: { at, served: 80, share: 0.04 },
  report: { at, served: 100, share: 0.05, rules: [], accounts: ["a", "b", "c"], benign: [] },
  stopped: { at, served: 120, share: 0.06, accounts: ["a", "b", "c"], notInReport: 0 },
  ordered: { at, served: 130, share: 0.065 },
  approvals: 4,
  end: {
    served: 300,
    refused: 300,
    failed: 0,
    blockedAccounts: 80,
    campaignAccounts: 120,
    steppedUp: 30,
    newcomers: { accounts: 50, atFirst: 20, bySecond: 25, ever: 30 },
    benignNamed: [],
    benignRefused: 0,
    organizationsTouched: 0,
    unchecked: { none: 0, unchecked: 0, error: 0 },
    unknownAtModel: 0,
  },
  rolledBack: { batches: 4, passesAgain: true },
  tookMs: 240_000,
};

describe("a replay is as promised", () => {
  it.each<[claim: string, change: Partial<ReplayResult>, expected: boolean]>([
    ["when all of it holds", {}, true],
    ["not when the campaign was found late", { found: { ...KEPT.found, share: 0.051 } }, false],
    ["not when the report named a customer", { report: { ...KEPT.report, benign: ["classroom"] } }, false],
    ["not when a customer was refused", { end: { ...KEPT.end, benignRefused: 1 } }, false],
    ["not when an organization was named", { end: { ...KEPT.end, organizationsTouched: 1 } }, false],
    ["not when other accounts were stopped than reported", { stopped: { ...KEPT.stopped, notInReport: 2 } }, false],
    ["not when requests passed without a check", { end: { ...KEPT.end, unchecked: { none: 1, unchecked: 0, error: 0 } } }, false],
    ["not when LiteLLM answered some by itself", { end: { ...KEPT.end, failed: 1 } }, false],
    ["not when the model was asked what nobody asked", { end: { ...KEPT.end, unknownAtModel: 1 } }, false],
    ["not when nobody was refused", { end: { ...KEPT.end, refused: 0 } }, false],
    ["not when it could not be taken back", { rolledBack: { batches: 4, passesAgain: false } }, false],
  ])("%s", (_claim, change, expected) => {
    const result = { ...KEPT, ...change };
    expect(isAsPromised(result)).toBe(expected);
    expect(writeReplayTable([{ seed: "7", result }])).toContain(expected ? "| as promised | yes |" : "| as promised | **no** |");
  });

  it("the page says how it was made and who was named", () => {
    const result = { ...KEPT, end: { ...KEPT.end, benignNamed: ["saas_template", "classroom", "classroom"] } };
    const command = "node bench/replay-through-gateway.mjs --seeds 7";
    const page = writeReplayPage([{ seed: "7", result }], { command, commit: "0123456789ab" });
    expect(page).toContain("`node bench/replay-through-gateway.mjs --seeds 7` made this page, in 4 minutes, of commit 0123456789ab.");
    expect(writeReplayPage([{ seed: "7", result }], { command, commit: null })).toContain("of a tree with changes that are in no commit.");
    // What the test lets pass is told where the figures are, and every record that is spoken of is linked.
    expect(page).toContain(`names up to ${INNOCENT_KNOWN.named} innocent account`);
    expect(page).toContain("(decisions/0035-innocents.md)");
    expect(page).toContain("(decisions/0040-not-at-the-first-look.md)");
    expect(page).toContain("(decisions/0026-replayed-through-a-gateway.md#what-replays-showed-of-innocent-accounts)");
    expect(page).toContain("| customers and look-alikes named by any decision | classroom, saas_template |");
  });
});
