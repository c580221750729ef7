/** What is decided again after it ended. */
import { describe, expect, it } from "vitest";
import type { DecisionRecord } from "../../store/records/decisions.js";
import { decideCampaigns } from "./decide.js";
import { createAllowlist, supersede } from "./states.js";
import { sampleCampaign, samplePolicy, heldForLong } from "./testing/sample-campaigns.js";

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
        ...heldForLong,
        findHistory: () => history.map((past) => ({ ...past, state: "expired" })),
      });
    const [first] = decideAt(NOW, []);
    const [second] = decideAt(NOW + 7 * DAY, [first]);
    const ids = [decideAt(NOW + 14 * DAY, [second]), decideAt(NOW + 28 * DAY, []), decideAt(NOW, [first])].map(([{ id }]) => id);
    expect(new Set([first.id, second.id, ...ids]).size).toBe(5);
  });
});

describe("standing orders of several rules", () => {
  const order = { on: "match", scope: "campaign", mode: "enforce" } as const;
  const policy = samplePolicy([
    { ...order, name: "look", measure: "watch", approval: "none" },
    { ...order, name: "likely", measure: "step_up", parameters: { verification: "email" }, members: { probability_min: 0.7 } },
    { ...order, name: "sure", measure: "step_up", parameters: { verification: "organization" }, members: { probability_min: 0.95 } },
  ]);
  const decideAfter = (history: readonly DecisionRecord[], nowMs = NOW): DecisionRecord[] =>
    decideCampaigns([sampleCampaign()], {
      policy,
      nowMs,
      allowlist: createAllowlist([], nowMs),
      ...heldForLong,
      findHistory: () => history,
    });
  const nameAll = (records: readonly DecisionRecord[]): string[] => records.map(({ rule }) => rule);
  const withState = (rule: string, over: Partial<DecisionRecord>): DecisionRecord[] =>
    decideAfter([]).map((record) => (record.rule === rule ? { ...record, ...over } : record));

  it.each<[claim: string, history: () => readonly DecisionRecord[], decided: string[]]>([
    ["are all proposed at once, and are no ladder", () => [], ["look", "likely", "sure"]],
    ["are each asked once, however long they wait", () => decideAfter([]), []],
    ["are each followed by another of its own when it has ended", () => withState("look", { state: "expired" }), ["look"]],
    [
      "wait for the end of a person's no, to them or to a milder one",
      () => withState("look", { state: "rejected", heldUntilMs: NOW + DAY }).filter(({ rule }) => rule !== "sure"),
      [],
    ],
    [
      "do not wait for a no to a harder one",
      () => withState("sure", { state: "rejected", heldUntilMs: NOW + DAY }).filter(({ rule }) => rule !== "look"),
      ["look"],
    ],
  ])("%s", (_, history, decided) => {
    expect(nameAll(decideAfter(history()))).toEqual(decided);
  });

  it("leave the milder ones in force when a harder one comes into it: they meet others, too", () => {
    const [look, , sure] = decideAfter([]).map((record): DecisionRecord => ({ ...record, state: "active" }));
    expect(supersede([look, sure], { risen: sure, nowMs: NOW })).toEqual([]);
  });
});
