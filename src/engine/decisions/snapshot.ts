/** The snapshot that verdicts are read from: what is in force for whom, and how far accounts are verified. Made anew at every change, never mended. */
import type { AllowlistEntry } from "../../vocabulary/account.js";
import { MEASURES, type Decision } from "../../vocabulary/decision.js";
import type { AccountDirectory, Verification } from "./account-directory.js";

/** What a snapshot is made of. */
export interface SnapshotParts {
  decisions: readonly Decision[];
  allowlist: readonly AllowlistEntry[];
  /** Whom the operator listed, with what is known of them. */
  directory: Pick<AccountDirectory, "levelOf" | "organizationOf">;
}

/** What stands for one account. */
export interface Standing {
  /** The strongest decision that acts; null when none does. */
  enforced: Decision | null;
  /** The strongest decision that would act, were it not in shadow; null when none is stronger than what acts. */
  shadowed: Decision | null;
}

/** Read by verdicts. */
export interface Snapshot {
  /** Decisions in it. */
  size: number;
  /** What stands for an account; its organization is looked up in the operator's list, and asked of the request only where the list does not say. */
  find(who: { accountId: string; organizationId?: string | undefined }, nowMs: number): Standing;
  /** Whether the allowlist names the account or its organization, as listed or, where the list does not say, as the request says. */
  isAllowlisted(who: { accountId: string; organizationId?: string | undefined }, nowMs: number): boolean;
  levelOf(accountId: string): Verification | null;
}

const NOTHING: Standing = { enforced: null, shadowed: null };

/** Makes a snapshot. Decisions that are not active, and measures that do not change an answer, take no room. */
export function buildSnapshot({ decisions, allowlist, directory }: SnapshotParts): Snapshot {
  const accounts = new Map<string, Decision[]>();
  const organizations = new Map<string, Decision[]>();
  let size = 0;
  for (const decision of decisions) {
    if (decision.state !== "active") continue;
    const standing = decision.scope.kind === "account" ? accounts : organizations;
    const others = standing.get(decision.scope.id);
    if (others === undefined) standing.set(decision.scope.id, [decision]);
    else others.push(decision);
    size += 1;
  }
  const allowed = new Map<string, number>();
  for (const { accountId, organizationId, expiresAtMs } of allowlist) {
    if (accountId !== undefined) keepLatest(allowed, `account:${accountId}`, expiresAtMs);
    if (organizationId !== undefined) keepLatest(allowed, `organization:${organizationId}`, expiresAtMs);
  }
  const isAllowed = (key: string, nowMs: number): boolean => (allowed.get(key) ?? Number.NEGATIVE_INFINITY) > nowMs;
  const isSpared = (accountId: string, organizationId: string | undefined, nowMs: number): boolean =>
    isAllowed(`account:${accountId}`, nowMs) || (organizationId !== undefined && isAllowed(`organization:${organizationId}`, nowMs));
  return {
    size,
    isAllowlisted: ({ accountId, organizationId }, nowMs) =>
      isSpared(accountId, directory.organizationOf(accountId) ?? organizationId, nowMs),
    find({ accountId, organizationId: told }, nowMs) {
      const organizationId = directory.organizationOf(accountId) ?? told;
      const own = accounts.get(accountId);
      const shared = organizationId === undefined ? undefined : organizations.get(organizationId);
      if (own === undefined && shared === undefined) return NOTHING;
      if (isSpared(accountId, organizationId, nowMs)) return NOTHING;
      return chooseStrongest([...(own ?? []), ...(shared ?? [])], nowMs);
    },
    levelOf: (accountId) => directory.levelOf(accountId),
  };
}

function keepLatest(allowed: Map<string, number>, key: string, expiresMs: number): void {
  allowed.set(key, Math.max(allowed.get(key) ?? Number.NEGATIVE_INFINITY, expiresMs));
}

function chooseStrongest(decisions: readonly Decision[], nowMs: number): Standing {
  let enforced: Decision | null = null;
  let shadowed: Decision | null = null;
  for (const decision of decisions) {
    if (decision.expiresMs <= nowMs) continue;
    if (decision.mode === "enforce") enforced = strongerOf(enforced, decision);
    else shadowed = strongerOf(shadowed, decision);
  }
  const isShadowStronger = shadowed !== null && (enforced === null || rank(shadowed) > rank(enforced));
  return { enforced, shadowed: isShadowStronger ? shadowed : null };
}

/** The higher step; of two equal ones the one that ends later, then the smaller id, so that the answer never depends on an order. */
function strongerOf(one: Decision | null, other: Decision): Decision {
  if (one === null) return other;
  const order = rank(one) - rank(other) || one.expiresMs - other.expiresMs || (one.id < other.id ? 1 : -1);
  return order >= 0 ? one : other;
}

const rank = ({ measure }: Decision): number => MEASURES.indexOf(measure);
