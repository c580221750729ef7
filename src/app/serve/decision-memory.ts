/** Decisions that can still matter, in memory: by id and by campaign. */
import { isStanding } from "../../engine/decisions/states.js";
import type { DecisionRecord } from "../../store/records/decisions.js";
import type { DecisionScope } from "../../vocabulary/decision.js";

/** What is remembered. */
export interface DecisionMemory {
  keep(record: DecisionRecord): void;
  find(id: string): DecisionRecord | undefined;
  /** All of them, in the order in which they were first kept. */
  list(): DecisionRecord[];
  /** Another number after every change. */
  revision(): number;
  listOfCampaign(campaignId: string): readonly DecisionRecord[];
  /** Of the campaign, those about one account or organization. */
  listOfScope(campaignId: string, scope: DecisionScope): readonly DecisionRecord[];
  /**
   * Lets go of what ended before `endedBeforeMs`, and of the first decided of what ended beyond `endedMax`, so many at once. What waits, acts, or keeps rules off
   * by a person's no stays, however much it is.
   *
   * @returns how many went.
   */
  forget(bounds: { nowMs: number; endedBeforeMs: number; endedMax: number; atOnceMax: number }): number;
}

/** Holds records; a later one with the same id takes the place of the earlier. */
export function createDecisionMemory(records: readonly DecisionRecord[]): DecisionMemory {
  const byId = new Map<string, DecisionRecord>();
  const byCampaign = new Map<string, Map<string, DecisionRecord>>();
  const idsByScope = new Map<string, string[]>();
  let revision = 0;
  const keep = (record: DecisionRecord): void => {
    revision += 1;
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
  const drop = (record: DecisionRecord): void => {
    revision += 1;
    byId.delete(record.id);
    dropFrom(byCampaign, record.campaignId, (known) => known.delete(record.id) && known.size === 0);
    const key = nameScope(record.campaignId, record.scope);
    const ids = (idsByScope.get(key) ?? []).filter((id) => id !== record.id);
    if (ids.length === 0) idsByScope.delete(key);
    else idsByScope.set(key, ids);
  };
  return {
    keep,
    forget({ nowMs, endedBeforeMs, endedMax, atOnceMax }) {
      const ended = [...byId.values()].filter((record) => !isStanding(record, nowMs) && (record.heldUntilMs ?? 0) <= nowMs);
      let crowd = ended.length - endedMax;
      const leaving = ended.filter(({ expiresMs }) => {
        const leaves = expiresMs <= endedBeforeMs || crowd > 0;
        if (leaves) crowd -= 1;
        return leaves;
      });
      const gone = leaving.slice(0, atOnceMax);
      for (const record of gone) drop(record);
      return gone.length;
    },
    find: (id) => byId.get(id),
    list: () => [...byId.values()],
    revision: () => revision,
    listOfScope: (campaignId, scope) => (idsByScope.get(nameScope(campaignId, scope)) ?? []).flatMap((id) => byId.get(id) ?? []),
    listOfCampaign: (campaignId) => [...(byCampaign.get(campaignId)?.values() ?? [])],
  };
}

function dropFrom<Value>(map: Map<string, Value>, key: string, isDone: (value: Value) => boolean): void {
  const value = map.get(key);
  if (value !== undefined && isDone(value)) map.delete(key);
}

function nameScope(campaignId: string, { kind, id }: DecisionScope): string {
  return `${campaignId}\n${kind} ${id}`;
}
