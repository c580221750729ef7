/** What the rules would have done, had they acted. */
import type { DecisionMode, Measure } from "../../vocabulary/decision.js";
import type { DecisionRecord } from "../../store/records/decisions.js";

/** One rule's line of the report. */
export interface ShadowLine {
  rule: string;
  measure: Measure;
  mode: DecisionMode;
  decisions: number;
  accounts: number;
  organizations: number;
  campaigns: string[];
  /**
   * Requests that would have been answered otherwise. Exact where gateways ask: each request that was held against the decision, once. Else what the window by
   * which it was decided shows of the growth since, a lower bound.
   */
  requests: number;
}

/** What the rules would have done between two moments, RFC 3339. */
export interface ShadowReport {
  from: string;
  to: string;
  rules: ShadowLine[];
}

/** Adds up decisions by rule and mode. A person's no does not count: it would not have been done. */
export function sumShadow(
  records: readonly DecisionRecord[],
  { sinceMs, checked }: { sinceMs: number; checked: ReadonlyMap<string, number> },
): ShadowLine[] {
  const groups = new Map<string, DecisionRecord[]>();
  for (const record of records) {
    if (record.expiresMs <= sinceMs || record.state === "rejected") continue;
    const key = `${record.rule}\n${record.mode}\n${record.measure}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [record]);
    else known.push(record);
  }
  return [...groups.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => {
      const [{ rule, measure, mode }] = group;
      const accountsByScope = new Map(group.map(({ scope, accounts }) => [`${scope.kind} ${scope.id}`, accounts]));
      const organizations = new Set(group.flatMap(({ organizationId }) => (organizationId === null ? [] : [organizationId])));
      return {
        rule,
        measure,
        mode,
        decisions: group.length,
        accounts: [...accountsByScope.values()].reduce((sum, accounts) => sum + accounts, 0),
        organizations: organizations.size,
        campaigns: [...new Set(group.map(({ campaignId }) => campaignId))].sort(),
        requests: group.reduce((sum, record) => sum + Math.max(checked.get(record.id) ?? 0, growthOf(record)), 0),
      };
    });
}

function growthOf({ requestsBefore, requestsLatest }: DecisionRecord): number {
  return Math.max(0, requestsLatest - requestsBefore);
}
