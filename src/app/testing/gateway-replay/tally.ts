/** The count of a replay, with the truth in hand. */
import type { DecisionScope } from "../../../vocabulary/decision.js";
import type { Outcome } from "./customers.js";
import type { RecordedCall, RecordedWorld } from "./recorded-world.js";

/** How much of the campaign had been served at some moment. */
export interface Served {
  /** Event time. */
  at: string;
  served: number;
  share: number;
}

/** The count. */
export interface Tally {
  campaign: { id: string; exchanges: number; accounts: number };
  note(outcome: Outcome): void;
  tellServed(nowMs: number): Served;
  isAttack(accountId: string): boolean;
  isRefused(call: RecordedCall): boolean;
  /** Segments of those who are no campaign's, one each. */
  listBenign(accountIds: readonly string[]): string[];
  /** Organizations of which somebody innocent was named, or that were named. */
  listBenignOrganizations(scopes: readonly DecisionScope[]): string[];
  /** From now on the standing order acts: accounts that have not begun yet are newcomers to it. */
  beginOrder(): void;
  sum(): TallySum;
}

/** What became of everything. */
export interface TallySum {
  served: number;
  refused: number;
  campaignAccounts: number;
  benignRefused: number;
  failed: number;
  /** Accounts of the campaign that were told to verify. */
  steppedUp: number;
  /** Of them who began their harvest under the order: how many, and how many met a measure at their first request of it, at the second at the latest, ever. */
  newcomers: { accounts: number; atFirst: number; bySecond: number; ever: number };
}

/** Counts one world. */
export function createTally({ calls, accounts }: RecordedWorld): Tally {
  const harvest = calls.filter(({ campaign }) => campaign !== null);
  const ids = [...new Set(harvest.map(({ campaign }) => campaign ?? ""))].sort();
  const harvesters = new Set(harvest.map(({ accountId }) => accountId));
  const refused = new Set<RecordedCall>();
  const steppedUp = new Set<string>();
  /** Requests of the harvest by account, until one was refused; negative when it was. */
  const asked = new Map<string, number>();
  const newcomers = new Map<string, number>();
  let isOrdered = false;
  const countNewcomer = (accountId: string, isRefused: boolean): void => {
    const before = asked.get(accountId) ?? 0;
    if (before === 0 && isOrdered) newcomers.set(accountId, 0);
    if (before < 0) return;
    asked.set(accountId, isRefused ? -1 : before + 1);
    if (isRefused && newcomers.has(accountId)) newcomers.set(accountId, before + 1);
  };
  const counts = { served: 0, refused: 0, benignRefused: 0, failed: 0 };
  const isAttack = (accountId: string): boolean => accounts.get(accountId)?.isAttack === true;
  return {
    campaign: { id: ids.join(", "), exchanges: harvest.length, accounts: harvesters.size },
    note({ call, refusal, isServed }) {
      if (refusal !== null) refused.add(call);
      if (!isServed && refusal === null) counts.failed += 1;
      if (call.campaign !== null && isServed) counts.served += 1;
      if (call.campaign !== null && refusal !== null) counts.refused += 1;
      if (refusal !== null && !isAttack(call.accountId)) counts.benignRefused += 1;
      if (call.campaign !== null) countNewcomer(call.accountId, refusal !== null);
      if (refusal === "stillwatch_verification_required" && isAttack(call.accountId)) steppedUp.add(call.accountId);
    },
    tellServed: (nowMs) => ({ at: new Date(nowMs).toISOString(), served: counts.served, share: counts.served / harvest.length }),
    isAttack,
    isRefused: (call) => refused.has(call),
    listBenign: (accountIds) => accountIds.filter((id) => !isAttack(id)).map((id) => accounts.get(id)?.segment ?? "unknown"),
    listBenignOrganizations: (scopes) => [
      ...new Set(
        scopes.flatMap(({ kind, id }) => {
          if (kind === "organization")
            return [...accounts.values()].some((each) => each.organizationId === id && !each.isAttack) ? [id] : [];
          const account = accounts.get(id);
          return account === undefined || account.isAttack || account.organizationId === null ? [] : [account.organizationId];
        }),
      ),
    ],
    beginOrder: () => void (isOrdered = true),
    sum() {
      const met = [...newcomers.values()];
      const countUpTo = (most: number): number => met.filter((place) => place > 0 && place <= most).length;
      return {
        ...counts,
        campaignAccounts: harvesters.size,
        steppedUp: steppedUp.size,
        newcomers: { accounts: met.length, atFirst: countUpTo(1), bySecond: countUpTo(2), ever: countUpTo(Number.POSITIVE_INFINITY) },
      };
    },
  };
}
