/** What is decided again after it ended. */
import { describe, expect, it } from "vitest";
import type { DecisionRecord } from "../../store/records/decisions.js";
import { decideCampaigns } from "./decide.js";
import { createAllowlist } from "./states.js";
import { sampleCampaign, samplePolicy } from "./testing/sample-campaigns.js";

const NOW = Date.parse("2026-02-02T01:00:00Z");
const DAY = 86_400_000;

describe("a decision that follows another", () => {
  it("has an id that no other has, however many of those before it are forgotten", () => {
    const policy = samplePolicy([{ measure: "throttle", approval: "none", expires_after: "7d" }]);
    const decideAt = (nowMs: number, history: readonly DecisionRecord[]): DecisionRecord[] =>
      decideCampaigns([sampleCampaign()], {
        policy,
        nowMs,
        allowlist: createAllowlist([], nowMs),
        findHistory: () => history.map((past) => ({ ...past, state: "expired" })),
      });
    const [first] = decideAt(NOW, []);
    const [second] = decideAt(NOW + 7 * DAY, [first]);
    const ids = [decideAt(NOW + 14 * DAY, [second]), decideAt(NOW + 28 * DAY, []), decideAt(NOW, [first])].map(([{ id }]) => id);
    expect(new Set([first.id, second.id, ...ids]).size).toBe(5);
  });
});
