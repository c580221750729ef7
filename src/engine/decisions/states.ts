/** What can become of a decision. Every way into force is here, so that what must hold before it is checked in one place. */
import type { Approval } from "../../vocabulary/decision.js";
import type { AllowlistRecord } from "../../store/records/allowlist.js";
import type { DecisionRecord } from "../../store/records/decisions.js";
import { countApprovals, rungOf } from "./policy.js";

/** Who is on the allowlist at a moment. */
export interface Allowlist {
  /** True when the scope, or the organization that the account belongs to, is listed. */
  covers(subject: Pick<DecisionRecord, "scope" | "organizationId">): boolean;
}

/** Reads entries once; those that have ended cover nobody. */
export function createAllowlist(entries: readonly Pick<AllowlistRecord, "scope" | "expiresMs">[], nowMs: number): Allowlist {
  const listed = new Set(entries.filter(({ expiresMs }) => expiresMs > nowMs).map(({ scope }) => `${scope.kind} ${scope.id}`));
  return {
    covers: ({ scope, organizationId }) =>
      listed.has(`${scope.kind} ${scope.id}`) || (organizationId !== null && listed.has(`organization ${organizationId}`)),
  };
}

/** True while a decision waits or is in force, before its end. */
export function isStanding({ state, expiresMs }: Pick<DecisionRecord, "state" | "expiresMs">, nowMs: number): boolean {
  return (state === "proposed" || state === "active") && expiresMs > nowMs;
}

/** Different people who said yes. */
export function listApprovers({ approvals }: Pick<DecisionRecord, "approvals">): string[] {
  return [...new Set(approvals.filter(({ isApproved }) => isApproved).map(({ by }) => by))].sort();
}

/** People who must say yes: what was found when it was decided, and never less than the house rules ask of the measure. */
export function needApprovals({ approvalsNeeded, measure, scope }: Pick<DecisionRecord, "approvalsNeeded" | "measure" | "scope">): number {
  const byHouse = countApprovals({ rule: { approval: "none", measure, scope: scope.kind }, accounts: 1, bulkAccounts: 1 });
  return Math.max(approvalsNeeded, byHouse);
}

/**
 * True when a gateway is to act on it: active, enforced, approved by enough different people, before its end, and not covered by the
 * allowlist. All of it is asked again here, whatever the state says.
 */
export function isInForce(record: DecisionRecord, { nowMs, allowlist }: { nowMs: number; allowlist: Allowlist }): boolean {
  return (
    record.state === "active" &&
    record.mode === "enforce" &&
    record.expiresMs > nowMs &&
    listApprovers(record).length >= needApprovals(record) &&
    !allowlist.covers(record)
  );
}

/** Why a decision did not move. */
export type Refusal = "not_waiting" | "ended" | "allowlisted" | "not_standing";

/** The decision as it is now, or why it stays as it was. */
export type Move = { record: DecisionRecord } | { refusal: Refusal };

/**
 * A person's answer to a proposal. One no rejects; the same person counts once, and a later answer replaces the earlier. A decision that is
 * rejected keeps its rule off the scope until the end it would have had.
 */
export function answerProposal(record: DecisionRecord, { approval, allowlist }: { approval: Approval; allowlist: Allowlist }): Move {
  if (record.state !== "proposed") return { refusal: "not_waiting" };
  if (record.expiresMs <= approval.atMs) return { refusal: "ended" };
  const approvals = [...record.approvals.filter(({ by }) => by !== approval.by), approval];
  const answered = { ...record, approvals };
  if (!approval.isApproved) return { record: { ...answered, state: "rejected", heldUntilMs: record.expiresMs } };
  if (allowlist.covers(record)) return { refusal: "allowlisted" };
  const isEnough = listApprovers(answered).length >= needApprovals(record);
  return { record: isEnough ? { ...answered, state: "active" } : answered };
}

/** Takes a decision back. A person's rollback also holds until the end it would have had; the allowlist's does not. */
export function rollBack(record: DecisionRecord, { nowMs, isByPerson }: { nowMs: number; isByPerson: boolean }): Move {
  if (!isStanding(record, nowMs)) return { refusal: "not_standing" };
  return { record: { ...record, state: "rolled_back", heldUntilMs: isByPerson ? record.expiresMs : null } };
}

/** What policy takes back before enough people approved it: no person's no, so that it may be proposed again. */
export function withdraw(record: DecisionRecord, nowMs: number): Move {
  if (record.state !== "proposed" || !isStanding(record, nowMs)) return { refusal: "not_waiting" };
  return { record: { ...record, state: "withdrawn" } };
}

/** Those whose end has come, as expired. */
export function expire(records: Iterable<DecisionRecord>, nowMs: number): DecisionRecord[] {
  const ended: DecisionRecord[] = [];
  for (const record of records)
    if ((record.state === "proposed" || record.state === "active") && record.expiresMs <= nowMs)
      ended.push({ ...record, state: "expired" });
  return ended;
}

/**
 * Those that make room for `risen`, which has just become active: milder ones of the same scope, campaign and mode, whatever rule made them. A standing order makes none: a milder one meets
 * others, too, and of those that meet one request the harder answers.
 */
export function supersede(records: Iterable<DecisionRecord>, { risen, nowMs }: { risen: DecisionRecord; nowMs: number }): DecisionRecord[] {
  const replaced: DecisionRecord[] = [];
  if (risen.scope.kind === "campaign") return replaced;
  for (const record of records) {
    const isSame =
      record.scope.kind === risen.scope.kind &&
      record.scope.id === risen.scope.id &&
      record.campaignId === risen.campaignId &&
      record.mode === risen.mode;
    if (isSame && isStanding(record, nowMs) && rungOf(record.measure) < rungOf(risen.measure))
      replaced.push({ ...record, state: "superseded" });
  }
  return replaced;
}
