/** Decisions, the allowlist and the shadow report as they are told over HTTP, in the stream and by the command line: names in snake_case, times as RFC 3339. */
import type { Waiting } from "../../../engine/decisions/holding.js";
import type { Approval, Decision } from "../../../vocabulary/decision.js";
import { describeParameters, type MeasureLine } from "../../../vocabulary/verdict.js";
import type { AllowlistEntry, DecisionBook } from "../../serve/services.js";

/** A decision over HTTP. */
export interface DecisionLine {
  id: string;
  batch_id: string;
  measure: Decision["measure"];
  parameters: MeasureLine;
  mode: Decision["mode"];
  state: Decision["state"];
  scope: Decision["scope"];
  /** That it touches. */
  accounts: number;
  campaign_id: string;
  rule: string;
  reason: string;
  because: readonly string[];
  evidence: string;
  owner: string;
  decided_at: string;
  expires_at: string;
  approvals_needed: number;
  approvals: { by: string; at: string; is_approved: boolean; note: string | null }[];
}

/** Whom a rule holds for, and not for as long as its `for` says, over HTTP. Times are of the traffic. */
export interface PendingLine {
  rule: string;
  measure: Decision["measure"];
  mode: Decision["mode"];
  scope: Decision["scope"];
  campaign_id: string;
  /** Where it has held for longest. */
  window: string;
  since: string;
  due: string;
  /** Where the window has come to. */
  seen_until: string;
}

/** What is left after a rollback, over HTTP. */
export interface LeftLine {
  /** Accounts and organizations that nothing acts on any more. */
  free: number;
  /** In force still, about the others. */
  standing: Pick<DecisionLine, "id" | "measure" | "scope">[];
}

/** An entry of the allowlist over HTTP. */
export interface AllowlistLine {
  id: string;
  scope: AllowlistEntry["scope"];
  reason: string;
  added_by: string;
  added_at: string;
  expires_at: string;
}

/** What happened to a decision, over HTTP. */
export interface EventLine {
  at: string;
  who: string;
  previous_state: string | null;
  new_state: string;
  note: string | null;
}

/** Only what is meant for others: what the house keeps beside it stays there. */
export function describeDecision(decision: Decision): DecisionLine {
  return {
    id: decision.id,
    batch_id: decision.batchId,
    measure: decision.measure,
    parameters: describeParameters(decision.parameters),
    mode: decision.mode,
    state: decision.state,
    scope: { kind: decision.scope.kind, id: decision.scope.id },
    accounts: decision.accounts ?? 1,
    campaign_id: decision.campaignId,
    rule: decision.rule,
    reason: decision.reason,
    because: decision.because,
    evidence: decision.evidence,
    owner: decision.owner,
    decided_at: writeTime(decision.decidedMs),
    expires_at: writeTime(decision.expiresMs),
    approvals_needed: decision.approvalsNeeded,
    approvals: decision.approvals.map(describeApproval),
  };
}

/** Somebody who waits for a rule's `for`. */
export function describePending({ rule, scope, campaignId, window, sinceMs, dueMs, seenUntilMs }: Waiting): PendingLine {
  return {
    rule: rule.name,
    measure: rule.measure,
    mode: rule.mode,
    scope: { kind: scope.kind, id: scope.id },
    campaign_id: campaignId,
    window,
    since: writeTime(sinceMs),
    due: writeTime(dueMs),
    seen_until: writeTime(seenUntilMs),
  };
}

function describeApproval({ by, atMs, isApproved, note }: Approval): DecisionLine["approvals"][number] {
  return { by, at: writeTime(atMs), is_approved: isApproved, note: note ?? null };
}

/** An entry of the allowlist. */
export function describeAllowed({ id, scope, reason, addedBy, addedMs, expiresMs }: AllowlistEntry): AllowlistLine {
  return {
    id,
    scope: { kind: scope.kind, id: scope.id },
    reason,
    added_by: addedBy,
    added_at: writeTime(addedMs),
    expires_at: writeTime(expiresMs),
  };
}

/** An event of the audit. */
export function describeEvent({
  atMs,
  who,
  previousState,
  newState,
  note,
}: Awaited<ReturnType<DecisionBook["listEvents"]>>[number]): EventLine {
  return { at: writeTime(atMs), who, previous_state: previousState, new_state: newState, note };
}

/** RFC 3339 in UTC. */
export function writeTime(ms: number): string {
  return new Date(ms).toISOString();
}
