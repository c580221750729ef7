/** A life of a book of decisions for tests: commands in any order, and what must be true after each of them. */
import fc from "fast-check";
import type { DecisionRecord } from "../../../store/records/decisions.js";
import type { Decision } from "../../../vocabulary/decision.js";
import type { LiveCampaign } from "../../../vocabulary/live.js";
import { rungOf, type Policy } from "../policy.js";
import { sampleCampaign, sampleMember, samplePolicy } from "./sample-campaigns.js";

/** Something that happens to a book. Numbers choose among what there is at the time. */
export type LifeStep =
  | { kind: "analyse"; campaign: number; views: number[]; members: number }
  | { kind: "answer"; choice: number; isBatch: boolean; person: string; isApproved: boolean }
  | { kind: "rollback"; choice: number; isBatch: boolean; person: string }
  | { kind: "allow"; account: number; isOrganization: boolean; hours: number }
  | { kind: "disallow"; choice: number }
  | { kind: "wait"; hours: number };

const PEOPLE = ["ann", "bob", "cleo"];
/** Accounts of the world; two to an organization. */
const ACCOUNTS = 8;

/** Kinds of evidence; which of them one window shows are the bits of a number. */
const KINDS = [
  "detection:mix",
  "detection:pace",
  "detection:scaffold",
  "detection:shift",
  "family:a",
  "family:b",
  "group:behaviour",
  "group:content",
  "group:infrastructure",
  "group:registration",
];
const WINDOWS = ["30d", "24h", "1h"] as const;

/** Steps of a life. */
export const lifeSteps = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant("analyse" as const),
        campaign: fc.nat(1),
        views: fc.array(fc.nat(2 ** KINDS.length - 1), { minLength: 1, maxLength: WINDOWS.length }),
        members: fc.nat(255),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant("answer" as const),
        choice: fc.nat(3),
        isBatch: fc.boolean(),
        person: fc.constantFrom(...PEOPLE),
        isApproved: fc.integer({ min: 0, max: 5 }).map((value) => value > 0),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("rollback" as const),
        choice: fc.nat(50),
        isBatch: fc.boolean(),
        person: fc.constantFrom(...PEOPLE),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("allow" as const),
        account: fc.nat(ACCOUNTS - 1),
        isOrganization: fc.boolean(),
        hours: fc.integer({ min: 1, max: 100 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("disallow" as const), choice: fc.nat(5) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("wait" as const), hours: fc.integer({ min: 1, max: 60 }) }) },
  ),
  { minLength: 1, maxLength: 40 },
);

/** Accounts that bulk begins above in {@link lifePolicy}: small, so that a short life meets it. */
export const LIFE_BULK = 3;

/** Policies whose rules wish for as little approval as the schema lets them. */
export const lifePolicy = fc
  .array(
    fc.record({
      measure: fc.constantFrom("watch", "throttle", "step_up", "shape", "block"),
      mode: fc.constantFrom("shadow", "enforce", "enforce"),
      scope: fc.constantFrom("account", "account", "organization"),
      approval: fc.constantFrom("none", "one"),
      expires_after: fc.constantFrom("1h", "2d", "7d"),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map(
    (rules): Policy =>
      samplePolicy(
        rules.map((rule, index) => ({
          ...rule,
          name: `rule-${index}`,
          ...(rule.measure === "shape" ? { parameters: { logprobs: "withhold" } } : {}),
        })),
        { bulk_accounts: LIFE_BULK },
      ),
  );

/** Organization of an account of the world. */
export function organizationOf(account: number): string {
  return `org_${Math.floor(account / 2)}`;
}

/** What the windows of one turn saw of a campaign. The members are the bits of a number. */
export function viewsOf({ campaign, views, members }: Extract<LifeStep, { kind: "analyse" }>, nowMs: number): LiveCampaign[] {
  const chosen = Array.from({ length: ACCOUNTS }, (_, index) => index).filter((index) => ((members >> index) & 1) === 1);
  const own = {
    id: `campaign--${campaign}`,
    members: chosen.map((index) => sampleMember(`acct_${index}`, { organizationId: organizationOf(index) })),
    campaign: { last_at: new Date(nowMs).toISOString() },
  };
  return views.map((view, index) => {
    const evidenceOf = KINDS.filter((_, bit) => ((view >> bit) & 1) === 1);
    return sampleCampaign({ ...own, evidence: `evidence-${view}`, evidenceOf, window: WINDOWS[index] });
  });
}

/** Why the decisions in force must not be in force; empty when all is well. */
export function findBreaches(
  inForce: readonly (Decision & { organizationId?: string | null; accounts?: number })[],
  { nowMs, allowed }: { nowMs: number; allowed: ReadonlySet<string> },
): string[] {
  const breaches: string[] = [];
  const fewEyes = new Map<string, Map<string, number>>();
  for (const decision of inForce) {
    const { id, scope, measure, campaignId } = decision;
    const approvers = new Set(decision.approvals.filter(({ isApproved }) => isApproved).map(({ by }) => by));
    if (decision.mode !== "enforce" || decision.state !== "active") breaches.push(`${id} is ${decision.mode} and ${decision.state}`);
    if (decision.expiresMs <= nowMs) breaches.push(`${id} is past its end`);
    if ((measure === "block" || measure === "shape") && approvers.size < 1) breaches.push(`${id} ${measure} without a person`);
    if (scope.kind === "organization" && measure !== "watch" && approvers.size < 1) breaches.push(`${id} an organization without a person`);
    if (approvers.size < decision.approvalsNeeded) breaches.push(`${id} without enough people`);
    if (allowed.has(`${scope.kind} ${scope.id}`) || allowed.has(`organization ${decision.organizationId ?? ""}`))
      breaches.push(`${id} acts on somebody who is spared`);
    if (measure !== "watch" && approvers.size < 2) {
      const touched = fewEyes.get(campaignId) ?? new Map<string, number>();
      touched.set(`${scope.kind} ${scope.id}`, decision.accounts ?? 1);
      fewEyes.set(campaignId, touched);
    }
  }
  for (const [campaignId, touched] of fewEyes) {
    const accounts = [...touched.values()].reduce((sum, count) => sum + count, 0);
    if (accounts > LIFE_BULK) breaches.push(`${campaignId}: ${accounts} accounts without two people`);
  }
  return breaches;
}

/** Why a new decision must not have been made, given what stood before; empty when all is well. */
export function findMissteps(decision: DecisionRecord, before: readonly DecisionRecord[], nowMs: number): string[] {
  const lane = before.filter(
    ({ scope, campaignId, mode }) =>
      scope.kind === decision.scope.kind && scope.id === decision.scope.id && campaignId === decision.campaignId && mode === decision.mode,
  );
  const standing = lane.filter(({ state, expiresMs }) => (state === "active" || state === "proposed") && expiresMs > nowMs);
  const missteps: string[] = [];
  if (standing.some(({ measure }) => rungOf(measure) >= rungOf(decision.measure))) missteps.push("no step upwards");
  if (standing.some(({ state }) => state === "proposed")) missteps.push("a step over one that waits");
  const stood = new Set(lane.flatMap(({ evidenceOf }) => evidenceOf));
  if (standing.length > 0 && decision.evidenceOf.every((kind) => stood.has(kind))) missteps.push("a step on old evidence");
  const shown = before.filter(
    ({ scope, campaignId, mode, measure, state, expiresMs }) =>
      scope.kind === decision.scope.kind &&
      scope.id === decision.scope.id &&
      campaignId === decision.campaignId &&
      mode === "shadow" &&
      rungOf(measure) < rungOf(decision.measure) &&
      state === "active" &&
      expiresMs > nowMs,
  );
  const shownOf = new Set(shown.flatMap(({ evidenceOf }) => evidenceOf));
  // What is decided anew after it ended by itself is no step.
  const isFirst = decision.mode === "enforce" && lane.length === 0;
  if (isFirst && shown.length > 0 && decision.evidenceOf.every((kind) => shownOf.has(kind)))
    missteps.push("a step over one in shadow on old evidence");
  if (before.some(({ id }) => id === decision.id)) missteps.push("decided twice");
  return missteps;
}
