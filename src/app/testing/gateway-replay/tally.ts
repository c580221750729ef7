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
  sum(): { served: number; refused: number; campaignAccounts: number; benignRefused: number; failed: number };
}

/** Counts one world. */
export function createTally({ calls, accounts }: RecordedWorld): Tally {
  const harvest = calls.filter(({ campaign }) => campaign !== null);
  const ids = [...new Set(harvest.map(({ campaign }) => campaign ?? ""))].sort();
  const harvesters = new Set(harvest.map(({ accountId }) => accountId));
  const refused = new Set<RecordedCall>();
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
    sum: () => ({ ...counts, campaignAccounts: harvesters.size }),
  };
}
