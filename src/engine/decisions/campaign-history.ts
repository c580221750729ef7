/** What was decided about one campaign, grouped once however many accounts are decided about, and added to on the way. */
import type { DecisionMode, DecisionScope } from "../../vocabulary/decision.js";
import { hasActed } from "./ladder.js";
import type { DecisionRecord } from "../../store/records/decisions.js";

/** The history of one campaign. */
export interface CampaignHistory {
  /** Decisions about one account or organization, oldest first. */
  of(scope: DecisionScope): readonly DecisionRecord[];
  /**
   * Accounts that anything harder than watching was decided about, with those that are added: bulk that comes in small portions, or by several rules, is
   * bulk.
   */
  countTouched(wish: { mode: DecisionMode; added: readonly { scope: DecisionScope; accounts: number }[] }): number;
  add(records: readonly DecisionRecord[]): void;
}

/** Groups it. */
export function groupHistory(records: readonly DecisionRecord[]): CampaignHistory {
  const byScope = new Map<string, DecisionRecord[]>();
  const touched = { enforce: createSum(), shadow: createSum() } satisfies Record<DecisionMode, Sum>;
  const add = (added: readonly DecisionRecord[]): void => {
    for (const record of added) {
      const key = nameScope(record.scope);
      const known = byScope.get(key);
      if (known === undefined) byScope.set(key, [record]);
      else known.push(record);
      // A proposal that was withdrawn has touched nobody.
      const isWithdrawn =
        record.state === "rejected" || record.state === "withdrawn" || (record.state === "rolled_back" && !hasActed(record));
      if (record.measure !== "watch" && !isWithdrawn) touched[record.mode].set(key, record.accounts);
    }
  };
  add(records);
  return {
    add,
    of: (scope) => byScope.get(nameScope(scope)) ?? [],
    countTouched({ mode, added }) {
      const fresh = new Map(added.map(({ scope, accounts }) => [nameScope(scope), accounts]));
      let total = touched[mode].total();
      for (const [key, accounts] of fresh) total += accounts - touched[mode].of(key);
      return total;
    },
  };
}

const nameScope = ({ kind, id }: DecisionScope): string => `${kind} ${id}`;

/** The latest value by key, and their sum. */
interface Sum {
  set(key: string, value: number): void;
  of(key: string): number;
  total(): number;
}

function createSum(): Sum {
  const values = new Map<string, number>();
  let total = 0;
  return {
    set(key, value) {
      total += value - (values.get(key) ?? 0);
      values.set(key, value);
    },
    of: (key) => values.get(key) ?? 0,
    total: () => total,
  };
}
