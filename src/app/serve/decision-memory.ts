/** Decisions that can still matter, in memory: by id and by campaign. */
import type { DecisionRecord } from "../../store/records/decisions.js";
import type { DecisionScope } from "../../vocabulary/decision.js";

/** What is remembered. */
export interface DecisionMemory {
  keep(record: DecisionRecord): void;
  find(id: string): DecisionRecord | undefined;
  /** All of them, in the order in which they were first kept. */
  list(): DecisionRecord[];
  listOfCampaign(campaignId: string): readonly DecisionRecord[];
  /** Of the campaign, those about one account or organization. */
  listOfScope(campaignId: string, scope: DecisionScope): readonly DecisionRecord[];
}

/** Holds records; a later one with the same id takes the place of the earlier. */
export function createDecisionMemory(records: readonly DecisionRecord[]): DecisionMemory {
  const byId = new Map<string, DecisionRecord>();
  const byCampaign = new Map<string, Map<string, DecisionRecord>>();
  const idsByScope = new Map<string, string[]>();
  const keep = (record: DecisionRecord): void => {
    if (!byId.has(record.id)) {
      const key = nameScope(record.campaignId, record.scope);
      const ids = idsByScope.get(key);
      if (ids === undefined) idsByScope.set(key, [record.id]);
      else ids.push(record.id);
    }
    byId.set(record.id, record);
    const known = byCampaign.get(record.campaignId);
    if (known === undefined) byCampaign.set(record.campaignId, new Map([[record.id, record]]));
    else known.set(record.id, record);
  };
  for (const record of records) keep(record);
  return {
    keep,
    find: (id) => byId.get(id),
    list: () => [...byId.values()],
    listOfScope: (campaignId, scope) => (idsByScope.get(nameScope(campaignId, scope)) ?? []).flatMap((id) => byId.get(id) ?? []),
    listOfCampaign: (campaignId) => [...(byCampaign.get(campaignId)?.values() ?? [])],
  };
}

function nameScope(campaignId: string, { kind, id }: DecisionScope): string {
  return `${campaignId}\n${kind} ${id}`;
}
