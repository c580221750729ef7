/** What verdicts are told of the book: what acts, and what a person keeps off. */
import { describe, expect, it } from "vitest";
import type { DecisionRecord } from "../../store/records/decisions.js";
import { sampleDecision } from "../testing/sample-decision.js";
import type { Book } from "./book-state.js";
import { createDecisionMemory } from "./decision-memory.js";
import { listStanding } from "./decision-reading.js";

const NOW = 1_000;

const write = (given: Partial<DecisionRecord>): DecisionRecord =>
  sampleDecision({ measure: "step_up", rule: "verify", state: "rolled_back", expiresMs: NOW + 1, ...given });

/** Only what is read of a book is there. */
const list = (given: Partial<DecisionRecord>) =>
  listStanding({ memory: createDecisionMemory([write(given)]), entries: [], clock: { nowMs: () => NOW } } as unknown as Book);

describe("what is kept off", () => {
  const held = { measure: "step_up", untilMs: NOW + 1 };
  const organization = { kind: "organization", id: "org_1" } as const;
  it.each<[claim: string, given: Partial<DecisionRecord>, held: object[]]>([
    ["is what a person took back", { heldUntilMs: NOW + 1 }, [{ ...held, scope: { kind: "account", id: "acct_1" } }]],
    ["is what a person turned down", { state: "rejected", scope: organization, heldUntilMs: NOW + 1 }, [{ ...held, scope: organization }]],
    ["is not what the allowlist took back", {}, []],
    ["is not what was kept off until now", { heldUntilMs: NOW }, []],
    ["is no order: it meets nobody anyhow", { scope: { kind: "campaign", id: "campaign--a" }, heldUntilMs: NOW + 1 }, []],
  ])("%s", (_claim, given, expected) => {
    expect(list(given)).toMatchObject({ decisions: [], held: expected });
  });

  it("stands beside what acts", () => {
    expect(list({ state: "active" })).toMatchObject({ decisions: [{ id: "dec_1" }], held: [] });
  });
});
