/** Any sequence of analyses, answers, rollbacks, allowlistings and days keeps the house rules. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AllowlistRecord } from "../../store/records/allowlist.js";
import type { DecisionRecord } from "../../store/records/decisions.js";
import { decideCampaigns } from "./decide.js";
import type { Policy } from "./policy.js";
import { answerProposal, createAllowlist, expire, isInForce, rollBack, supersede, type Move } from "./states.js";
import { findBreaches, findMissteps, lifePolicy, lifeSteps, organizationOf, viewsOf, type LifeStep } from "./testing/life.js";
import { heldForLong } from "./testing/sample-campaigns.js";

const START = Date.parse("2026-02-02T00:00:00Z");
const HOUR = 3_600_000;
const FINAL = new Set(["rejected", "rolled_back", "withdrawn", "expired", "superseded"]);

/** The book without a database: the same functions in the same order. */
interface Life {
  policy: Policy;
  records: Map<string, DecisionRecord>;
  entries: AllowlistRecord[];
  nowMs: number;
}

function keep(life: Life, record: DecisionRecord): void {
  const before = life.records.get(record.id);
  if (before !== undefined && FINAL.has(before.state)) expect(record.state, "what has ended stays ended").toBe(before.state);
  life.records.set(record.id, record);
}

function rise(life: Life, risen: DecisionRecord): void {
  if (risen.state === "active") for (const record of supersede(life.records.values(), { risen, nowMs: life.nowMs })) keep(life, record);
}

function choose(life: Life, { choice, isBatch }: { choice: number; isBatch: boolean }): DecisionRecord[] {
  // What waits first, then the rest: answers that mostly miss would test little.
  const waiting = (record: DecisionRecord): number => (record.state === "proposed" ? 0 : 1);
  const all = [...life.records.values()].sort((a, b) => waiting(a) - waiting(b));
  const chosen = all.at(Math.min(choice, all.length - 1));
  if (chosen === undefined) return [];
  return isBatch ? all.filter(({ batchId }) => batchId === chosen.batchId) : [chosen];
}

function keepMoved(life: Life, outcome: Move): void {
  if (!("record" in outcome)) return;
  keep(life, outcome.record);
  rise(life, outcome.record);
}

function live(life: Life, step: LifeStep): void {
  const { nowMs } = life;
  const allowlist = createAllowlist(life.entries, nowMs);
  if (step.kind === "wait") life.nowMs += step.hours * HOUR;
  else if (step.kind === "analyse") {
    for (const record of expire(life.records.values(), nowMs)) keep(life, record);
    const before = [...life.records.values()];
    const findHistory = (campaignId: string): DecisionRecord[] => before.filter((record) => record.campaignId === campaignId);
    for (const decided of decideCampaigns(viewsOf(step, nowMs), { policy: life.policy, allowlist, findHistory, ...heldForLong, nowMs })) {
      expect(findMissteps(decided, before, nowMs)).toEqual([]);
      expect(allowlist.covers(decided), "nothing is decided about who is spared").toBe(false);
      rise(life, decided);
      keep(life, decided);
    }
  } else if (step.kind === "answer") {
    const approval = { by: step.person, atMs: nowMs, isApproved: step.isApproved };
    for (const record of choose(life, step)) keepMoved(life, answerProposal(record, { approval, allowlist }));
  } else if (step.kind === "rollback") {
    for (const record of choose(life, step)) keepMoved(life, rollBack(record, { nowMs, isByPerson: true }));
  } else if (step.kind === "allow") {
    const scope = step.isOrganization
      ? { kind: "organization" as const, id: organizationOf(step.account) }
      : { kind: "account" as const, id: `acct_${step.account}` };
    const entry = {
      id: String(life.entries.length),
      scope,
      reason: "r",
      addedBy: "ann",
      addedMs: nowMs,
      expiresMs: nowMs + step.hours * HOUR,
    };
    life.entries.push(entry);
    const covered = createAllowlist([entry], nowMs);
    for (const record of life.records.values()) if (covered.covers(record)) keepMoved(life, rollBack(record, { nowMs, isByPerson: false }));
  } else life.entries.splice(step.choice, 1);
}

describe("any life of decisions", () => {
  it("has nothing in force without enough different people, past its end, in shadow, or against the allowlist", () => {
    let inForceSeen = 0;
    fc.assert(
      fc.property(lifePolicy, lifeSteps, (policy, steps) => {
        const life: Life = { policy, records: new Map(), entries: [], nowMs: START };
        for (const step of steps) {
          live(life, step);
          const { nowMs } = life;
          const allowed = new Set(
            life.entries.filter(({ expiresMs }) => expiresMs > nowMs).map(({ scope }) => `${scope.kind} ${scope.id}`),
          );
          const allowlist = createAllowlist(life.entries, nowMs);
          const inForce = [...life.records.values()].filter((record) => isInForce(record, { nowMs, allowlist }));
          inForceSeen += inForce.filter(({ measure }) => measure === "block").length;
          expect(findBreaches(inForce, { nowMs, allowed })).toEqual([]);
        }
      }),
      { numRuns: 3_000 },
    );
    // A property about nothing would hold, too.
    expect(inForceSeen).toBeGreaterThan(100);
  });
});
