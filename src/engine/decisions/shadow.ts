/** What the rules would have done, had they acted, beside what waits for people and what was really done. The three are told apart, and nothing adds them up. */
import type { DecisionMode, DecisionState, Measure } from "../../vocabulary/decision.js";
import type { DecisionRecord } from "../../store/records/decisions.js";
import type { StoodSpan } from "../../store/events/came-after.js";
import { isInForce, listApprovers, needApprovals, type Allowlist } from "./states.js";

/** One rule's line of the report, whichever mode it had when it decided. */
export interface ShadowLine {
  rule: string;
  measure: Measure;
  /** Of the policy now; null where the policy has no such rule any more. */
  mode: DecisionMode | null;
  /** Each once, whatever was decided about it, in whichever mode. */
  accounts: number;
  organizations: number;
  campaigns: string[];
  decisions: DecisionCounts;
  requests: RequestCounts;
}

/** Decisions of one rule by what became of them. A person's no is counted nowhere: it would not have been done. */
export interface DecisionCounts {
  /** Made in shadow: they act on nobody. */
  shadow: number;
  /** Enforced, and waiting for people. */
  proposed: number;
  /** Acting now. */
  in_force: number;
  /** Enforced once or proposed, and over: ended, taken back, or replaced by a harder one. */
  ended: number;
}

/** Requests that one rule's decisions were about. A request may stand in several columns: never add them up. */
export interface RequestCounts {
  /**
   * Came while a decision in shadow stood, in event time: the stored requests of its accounts behind the last one that it was decided by. Where these are not known, those that gateways asked about, or the
   * growth of the window by which it was decided, a lower bound.
   */
  would_have: number;
  /** Came while an enforced decision waited for people who have not said yes, and were served. A lower bound. */
  waited: number;
  /** Answered otherwise than `allow` by a decision in force, as gateways asked. */
  refused: number;
  /** What the accounts had sent in the window by which a rule first decided. No rule would have met these: logs sent in one go are all of this kind. */
  before: number;
}

/** What the rules would have done between two moments, RFC 3339. */
export interface ShadowReport {
  /** Decisions that stood between these moments of this machine's clock are in it. */
  from: string;
  to: string;
  /** Their requests were counted by their own time, between these: of past logs it lies long before. Null where there is nothing to count behind. */
  events: { from: string; to: string } | null;
  /** Decisions that ended before `from`. */
  left_out: number;
  rules: ShadowLine[];
}

/** Which times a report is about: of the traffic, and what lies before it. */
export function describeSpan(
  records: readonly DecisionRecord[],
  { sinceMs, nowMs }: Pick<ShadowGround, "sinceMs" | "nowMs">,
): Pick<ShadowReport, "events" | "left_out"> {
  const spans = listStood(records, { sinceMs });
  const fromMs = spans.reduce((least, { afterMs }) => Math.min(least, afterMs), Number.POSITIVE_INFINITY);
  const toMs = Math.min(
    nowMs,
    spans.reduce((most, { untilMs }) => Math.max(most, untilMs), Number.NEGATIVE_INFINITY),
  );
  return {
    events: spans.length === 0 ? null : { from: new Date(fromMs).toISOString(), to: new Date(Math.max(fromMs, toMs)).toISOString() },
    left_out: records.filter(({ expiresMs, state }) => expiresMs <= sinceMs && state !== "rejected").length,
  };
}

/** Requests by the decision that they met, as gateways asked, or as the stored events show. */
export interface AnsweredCounts {
  /** Would have been answered otherwise by a decision in shadow. */
  shadowed: ReadonlyMap<string, number>;
  /** Were answered otherwise by one in force. */
  refused: ReadonlyMap<string, number>;
  /** Stored requests of the account behind the last one that it was decided by, for as long as it would have stood in event time. */
  came: ReadonlyMap<string, number>;
}

/** What the report rests on. */
export interface ShadowGround {
  sinceMs: number;
  nowMs: number;
  allowlist: Allowlist;
  answered: AnsweredCounts;
  /** Of the policy: each has a line, decided or not. */
  rules: readonly { name: string; measure: Measure; mode: DecisionMode }[];
}

/** Adds up decisions, one line a rule and measure. Both modes share it: a rule that was set to `enforce` is the same rule about the same accounts. */
export function sumShadow(records: readonly DecisionRecord[], ground: ShadowGround): ShadowLine[] {
  const groups = new Map<string, { name: string; measure: Measure; mode: DecisionMode | null; records: DecisionRecord[] }>();
  for (const { name, measure, mode } of ground.rules) groups.set(`${name}\n${measure}`, { name, measure, mode, records: [] });
  for (const record of records) {
    if (record.expiresMs <= ground.sinceMs || record.state === "rejected") continue;
    const key = `${record.rule}\n${record.measure}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { name: record.rule, measure: record.measure, mode: null, records: [record] });
    else known.records.push(record);
  }
  return [...groups.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { name, measure, mode, records: own }]) => ({ rule: name, measure, mode, ...describeTouched(own), ...countAll(own, ground) }));
}

function describeTouched(records: readonly DecisionRecord[]): Pick<ShadowLine, "accounts" | "organizations" | "campaigns"> {
  const accountsByScope = new Map(records.map(({ scope, accounts }) => [`${scope.kind} ${scope.id}`, accounts]));
  const organizations = new Set(records.flatMap(({ organizationId }) => (organizationId === null ? [] : [organizationId])));
  return {
    accounts: [...accountsByScope.values()].reduce((sum, accounts) => sum + accounts, 0),
    organizations: organizations.size,
    campaigns: [...new Set(records.map(({ campaignId }) => campaignId))].sort(),
  };
}

function countAll(records: readonly DecisionRecord[], ground: ShadowGround): Pick<ShadowLine, "decisions" | "requests"> {
  const decisions: DecisionCounts = { shadow: 0, proposed: 0, in_force: 0, ended: 0 };
  const requests: RequestCounts = { would_have: 0, waited: 0, refused: 0, before: 0 };
  const before = new Map<string, DecisionRecord>();
  for (const record of records) {
    decisions[classify(record, ground)] += 1;
    if (record.mode === "shadow") requests.would_have += Math.max(ground.answered.shadowed.get(record.id) ?? 0, countSince(record, ground));
    else if (!wasApproved(record)) requests.waited += countSince(record, ground);
    requests.refused += record.mode === "enforce" ? (ground.answered.refused.get(record.id) ?? 0) : 0;
    // Several decisions about one account saw the same requests: the first of them counts.
    const scope = `${record.scope.kind} ${record.scope.id}`;
    const first = before.get(scope);
    if (first === undefined || compareAge(record, first) < 0) before.set(scope, record);
  }
  requests.before = [...before.values()].reduce((sum, { requestsBefore }) => sum + requestsBefore, 0);
  return { decisions, requests };
}

function compareAge(one: DecisionRecord, other: DecisionRecord): number {
  return one.decidedMs - other.decidedMs || (one.id < other.id ? -1 : 1);
}

function classify(record: DecisionRecord, { nowMs, allowlist }: ShadowGround): keyof DecisionCounts {
  if (record.mode === "shadow") return "shadow";
  if (record.state === "proposed" && record.expiresMs > nowMs) return "proposed";
  return isInForce(record, { nowMs, allowlist }) ? "in_force" : "ended";
}

function wasApproved(record: DecisionRecord): boolean {
  return listApprovers(record).length >= needApprovals(record);
}

function countSince(record: DecisionRecord, { answered }: ShadowGround): number {
  return Math.max(answered.came.get(record.id) ?? 0, growthOf(record));
}

/**
 * Where to look for requests that came while decisions would have stood, latest first: those in shadow, and those that wait or waited. One that made room for a harder one, or was taken back, stood no longer
 * than that, which event time does not tell.
 */
export function listStood(records: readonly DecisionRecord[], { sinceMs }: Pick<ShadowGround, "sinceMs">): StoodSpan[] {
  return records
    .flatMap((record): StoodSpan[] => {
      const { id, scope, decidedMs, expiresMs, seenUntilMs } = record;
      const isOver = expiresMs <= sinceMs || SHORTENED.has(record.state);
      if (isOver || seenUntilMs === undefined || seenUntilMs === null || scope.kind === "campaign") return [];
      if (record.mode === "enforce" && wasApproved(record)) return [];
      return [{ id, kind: scope.kind, scopeId: scope.id, afterMs: seenUntilMs, untilMs: seenUntilMs + expiresMs - decidedMs }];
    })
    .reverse();
}

const SHORTENED: ReadonlySet<DecisionState> = new Set(["rejected", "rolled_back", "withdrawn", "superseded"]);

function growthOf({ requestsBefore, requestsLatest }: DecisionRecord): number {
  return Math.max(0, requestsLatest - requestsBefore);
}
