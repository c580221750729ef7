/** What is remembered of decisions stays within bounds, and nothing that acts is ever forgotten. */
import { describe, expect, it } from "vitest";
import type { DecisionRecord } from "../../store/records/decisions.js";
import { sampleDecision } from "../testing/sample-decision.js";
import { createDecisionMemory, type DecisionMemory } from "./decision-memory.js";

const DAY = 86_400_000;
const NOW = 1_000 * DAY;

const write = (id: string, given: Partial<DecisionRecord> & { expiresMs: number }): DecisionRecord =>
  sampleDecision({ id, scope: { kind: "account", id: `acct-${id}` }, state: "expired", ...given });

const names = (memory: DecisionMemory): string[] => memory.list().map(({ id }) => id);
const forget = (memory: DecisionMemory, endedMax = 100, atOnceMax = 100): number =>
  memory.forget({ nowMs: NOW, endedBeforeMs: NOW - 90 * DAY, endedMax, atOnceMax });

describe("what ended", () => {
  it("long ago is let go of, everywhere; what ended lately stays", () => {
    const scope = { kind: "account", id: "acct-1" } as const;
    const memory = createDecisionMemory([
      write("old", { expiresMs: NOW - 91 * DAY, scope }),
      write("late", { expiresMs: NOW - 89 * DAY, scope }),
      write("other-campaign", { expiresMs: NOW - 91 * DAY, campaignId: "gone" }),
    ]);
    expect(forget(memory)).toBe(2);
    expect(names(memory)).toEqual(["late"]);
    expect(memory.find("old")).toBeUndefined();
    expect(memory.listOfCampaign("gone")).toEqual([]);
    expect(memory.listOfScope("campaign--a", scope).map(({ id }) => id)).toEqual(["late"]);
    memory.keep(write("new", { expiresMs: NOW + DAY, scope, state: "active" }));
    expect(memory.listOfScope("campaign--a", scope).map(({ id }) => id)).toEqual(["late", "new"]);
  });

  it("is let go of beyond the bound, the first decided first, in portions", () => {
    const memory = createDecisionMemory([5, 4, 3, 2, 1].map((days) => write(`d${days}`, { expiresMs: NOW - days * DAY })));
    expect(forget(memory, 2, 2)).toBe(2);
    expect(names(memory)).toEqual(["d3", "d2", "d1"]);
    expect([forget(memory, 2, 2), forget(memory, 2, 2)]).toEqual([1, 0]);
    expect(names(memory)).toEqual(["d2", "d1"]);
  });
});

it("what acts, waits, or keeps a rule off by a person's no stays, however much it is", () => {
  const memory = createDecisionMemory([
    write("acts", { expiresMs: NOW + DAY, state: "active" }),
    write("waits", { expiresMs: NOW + DAY, state: "proposed" }),
    write("no", { expiresMs: NOW + DAY, state: "rejected", heldUntilMs: NOW + DAY }),
    write("taken back by the allowlist", { expiresMs: NOW + DAY, state: "rolled_back" }),
  ]);
  expect(forget(memory, 0)).toBe(1);
  expect(names(memory)).toEqual(["acts", "waits", "no"]);
});

it("a book that is open for years, with as many decisions each day, holds no more than the bound", () => {
  const memory = createDecisionMemory([]);
  for (let day = 0; day < 1000; day += 1) {
    for (let index = 0; index < 10; index += 1) memory.keep(write(`${day} ${index}`, { expiresMs: day * DAY }));
    memory.forget({ nowMs: day * DAY + 1, endedBeforeMs: (day - 90) * DAY, endedMax: 500, atOnceMax: 100 });
    expect(memory.list().length).toBeLessThanOrEqual(500);
  }
});
