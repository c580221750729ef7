/** What verdicts are made from: the decisions that stand, and everybody who is spared, whoever said so. */
import type { AllowlistEntry } from "../../vocabulary/account.js";
import type { Decision } from "../../vocabulary/decision.js";
import type { AllowlistEntry as BookedEntry } from "./services.js";

/** The allowlist file's entries. */
export type AllowedAlways = readonly AllowlistEntry[];

/** The book's entries and the file's in one list. */
export function describeInForce(
  { decisions, allowlist }: { decisions: readonly Decision[]; allowlist: readonly BookedEntry[] },
  allowedAlways: AllowedAlways,
): { decisions: readonly Decision[]; allowlist: AllowlistEntry[] } {
  return { decisions, allowlist: [...allowlist.map(describeBooked), ...allowedAlways] };
}

/** An entry of the book as the analysis and the snapshot know it. */
export function describeBooked({ scope, reason, expiresMs }: BookedEntry): AllowlistEntry {
  const base = { reason, expiresAtMs: expiresMs };
  return scope.kind === "account" ? { ...base, accountId: scope.id } : { ...base, organizationId: scope.id };
}
