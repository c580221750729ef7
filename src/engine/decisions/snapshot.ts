/** The snapshot that verdicts are read from: what is in force for whom, and how far accounts are verified. Made anew at every change, never mended. */
import type { AllowlistEntry } from "../../vocabulary/account.js";
import { MEASURES, type Decision } from "../../vocabulary/decision.js";
import type { AccountDirectory, Verification } from "./account-directory.js";

/** A person's no about an account or an organization: until then the measure and all harder ones leave it alone, whoever asks for them. */
export interface Hold extends Pick<Decision, "scope" | "measure"> {
  untilMs: number;
}

/** What a snapshot is made of. */
export interface SnapshotParts {
  decisions: readonly Decision[];
  held?: readonly Hold[];
  allowlist: readonly AllowlistEntry[];
  /** Whom the operator listed, with what is known of them; `memberOf` is what earlier requests said where the list is silent. */
  directory: Pick<AccountDirectory, "levelOf" | "organizationOf"> & { memberOf?: (accountId: string) => string | undefined };
}

/** What stands for one account, hardest measure first. */
export interface Standing {
  /** Decisions that act. */
  enforced: readonly Decision[];
  /** Decisions that would act, were they not in shadow. */
  shadowed: readonly Decision[];
}

/** Read by verdicts. */
export interface Snapshot {
  /** Decisions in it. */
  size: number;
  /** What stands for an account; its organization is what the operator's list says, else the request, else earlier requests. */
  find(who: { accountId: string; organizationId?: string | undefined }, nowMs: number): Standing;
  /** Whether the allowlist names the account or its organization, by whichever of these says so: in doubt the customer is spared. */
  isAllowlisted(who: { accountId: string; organizationId?: string | undefined }, nowMs: number): boolean;
  levelOf(accountId: string): Verification | null;
  /** Standing orders about whoever shows to be of a campaign, hardest measure first. */
  ordersOf(campaignId: string, nowMs: number): Standing;
  /**
   * Rung of the mildest measure that a person's no keeps off the account or its organization, about whichever campaign it was said; infinite without one. By whichever name the organization
   * goes: in doubt the customer is spared.
   */
  heldFrom(who: { accountId: string; organizationId?: string | undefined }, nowMs: number): number;
}

const NOTHING: Standing = { enforced: [], shadowed: [] };

/** Makes a snapshot. Decisions that are not active take no room. */
export function buildSnapshot(parts: SnapshotParts): Snapshot {
  const steps = buildInSteps(parts);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Makes one and gives way in between: of 50,000 decisions it takes a dozen milliseconds, in which no request would be answered. */
export async function buildSnapshotBeside(parts: SnapshotParts, giveWay: () => Promise<void>): Promise<Snapshot> {
  const steps = buildInSteps(parts);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await giveWay();
  }
}

/** Decisions or entries taken in at once: a few requests wait for as long. */
const TAKEN_AT_ONCE = 1_000;

/** Nearly all accounts have one decision; a list for each would be most of what a snapshot leaves to be collected. */
type Stood = Decision | Decision[];
const listStood = (stood: Stood | undefined): readonly Decision[] => (stood === undefined ? NONE : Array.isArray(stood) ? stood : [stood]);
const NONE: readonly Decision[] = [];

function* buildInSteps({ decisions, held = [], allowlist, directory }: SnapshotParts): Generator<void, Snapshot, void> {
  const accounts = new Map<string, Stood>();
  const organizations = new Map<string, Stood>();
  const orders = new Map<string, Stood>();
  const scopes = { account: accounts, organization: organizations, campaign: orders };
  let size = 0;
  for (const [place, decision] of decisions.entries()) {
    if (place % TAKEN_AT_ONCE === TAKEN_AT_ONCE - 1) yield;
    if (decision.state !== "active") continue;
    const standing = scopes[decision.scope.kind];
    const others = standing.get(decision.scope.id);
    if (others === undefined) standing.set(decision.scope.id, decision);
    else if (Array.isArray(others)) others.push(decision);
    else standing.set(decision.scope.id, [others, decision]);
    size += 1;
  }
  const holds = groupHolds(held);
  const allowed = { accounts: new Map<string, number>(), organizations: new Map<string, number>() };
  for (const [place, { accountId, organizationId, expiresAtMs }] of allowlist.entries()) {
    if (place % TAKEN_AT_ONCE === TAKEN_AT_ONCE - 1) yield;
    if (accountId !== undefined) keepLatest(allowed.accounts, accountId, expiresAtMs);
    if (organizationId !== undefined) keepLatest(allowed.organizations, organizationId, expiresAtMs);
  }
  const isAllowed = (ends: ReadonlyMap<string, number>, name: string, nowMs: number): boolean =>
    ends.size > 0 && (ends.get(name) ?? Number.NEGATIVE_INFINITY) > nowMs;
  const listOrganizations = (accountId: string, told: string | undefined): string[] =>
    [directory.organizationOf(accountId), told, directory.memberOf?.(accountId)].filter((name) => name !== undefined);
  // Every request asks: whom it belongs to is looked up, among a million, only where something depends on it.
  const isSpared: Snapshot["isAllowlisted"] = ({ accountId, organizationId }, nowMs) =>
    isAllowed(allowed.accounts, accountId, nowMs) ||
    (allowed.organizations.size > 0 &&
      listOrganizations(accountId, organizationId).some((name) => isAllowed(allowed.organizations, name, nowMs)));
  const findShared = (accountId: string, told: string | undefined): readonly Decision[] => {
    if (organizations.size === 0) return NONE;
    const name = directory.organizationOf(accountId) ?? told ?? directory.memberOf?.(accountId);
    return name === undefined ? NONE : listStood(organizations.get(name));
  };
  return {
    size,
    isAllowlisted: isSpared,
    find(who, nowMs) {
      const own = listStood(accounts.get(who.accountId));
      const shared = findShared(who.accountId, who.organizationId);
      if ((own.length === 0 && shared.length === 0) || isSpared(who, nowMs)) return NOTHING;
      return listStanding([...own, ...shared], nowMs);
    },
    levelOf: (accountId) => directory.levelOf(accountId),
    ordersOf(campaignId, nowMs) {
      const own = orders.get(campaignId);
      return own === undefined ? NOTHING : listStanding([...listStood(own)], nowMs);
    },
    heldFrom({ accountId, organizationId }, nowMs) {
      if (holds.size === 0) return Number.POSITIVE_INFINITY;
      const names = [`account:${accountId}`, ...listOrganizations(accountId, organizationId).map((name) => `organization:${name}`)];
      const standing = names.flatMap((name) => holds.get(name) ?? []).filter(({ untilMs }) => untilMs > nowMs);
      return Math.min(...standing.map(rank));
    },
  };
}

function groupHolds(held: readonly Hold[]): Map<string, Hold[]> {
  const holds = new Map<string, Hold[]>();
  for (const hold of held) {
    const name = `${hold.scope.kind}:${hold.scope.id}`;
    const others = holds.get(name);
    if (others === undefined) holds.set(name, [hold]);
    else others.push(hold);
  }
  return holds;
}

function keepLatest(allowed: Map<string, number>, key: string, expiresMs: number): void {
  allowed.set(key, Math.max(allowed.get(key) ?? Number.NEGATIVE_INFINITY, expiresMs));
}

function listStanding(decisions: readonly Decision[], nowMs: number): Standing {
  const standing = decisions.filter(({ expiresMs }) => expiresMs > nowMs);
  if (standing.length > 1) standing.sort(compareStrength);
  return { enforced: standing.filter(({ mode }) => mode === "enforce"), shadowed: standing.filter(({ mode }) => mode === "shadow") };
}

/** Both, hardest measure first. */
export function joinStandings(one: Standing, other: Standing): Standing {
  const join = (a: readonly Decision[], b: readonly Decision[]): Decision[] => [...a, ...b].sort(compareStrength);
  return { enforced: join(one.enforced, other.enforced), shadowed: join(one.shadowed, other.shadowed) };
}

/** The harder measure first; of two equal ones the one that ends later, then the smaller id, so that the answer never depends on an order. */
function compareStrength(one: Decision, other: Decision): number {
  return rank(other) - rank(one) || other.expiresMs - one.expiresMs || (one.id < other.id ? -1 : 1);
}

const rank = ({ measure }: Pick<Decision, "measure">): number => MEASURES.indexOf(measure);
