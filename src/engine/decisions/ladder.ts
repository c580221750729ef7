/**
 * The ladder: which of the rules that hold for an account may decide now. One step at a time, no step on old evidence, and a person's no stands.
 *
 * Rungs are the same in both modes, so that setting a rule to `enforce` changes what is done and not about whom: where a milder rule that holds is in shadow, what it
 * would have done is the step that a harder one needs, and the evidence that it stood on is old. What is enforced already is told by enforced decisions alone.
 */
import type { DecisionMode, DecisionState } from "../../vocabulary/decision.js";
import type { DecisionRecord } from "../../store/records/decisions.js";
import { FAMILY_EVIDENCE } from "../../vocabulary/live.js";
import { rungOf, type PolicyRule } from "./policy.js";
import { isStanding, listApprovers } from "./states.js";

/** What is asked about one scope and one campaign. */
export interface LadderQuestion {
  /** Rules that hold, in the order of the policy. */
  rules: readonly PolicyRule[];
  mode: DecisionMode;
  /** Kinds of evidence that stand now. */
  evidenceOf: readonly string[];
  /** When the campaign was last seen. */
  lastSeenMs: number;
  nowMs: number;
  /** Decisions of the same scope and campaign, and of the account's whole organization in this campaign. */
  history: readonly DecisionRecord[];
}

/** A rule that acts while milder ones below it only look. */
export interface OpenRung {
  rule: PolicyRule;
  /** In shadow, mildest first. */
  below: PolicyRule[];
}

/**
 * Rules that enforce over milder ones in shadow: allowed, and seldom what somebody meant who switches a policy on rule by rule. One that only watches is among them. It changes no answer, but
 * the harder rule waits for it as it did in shadow: without it, enforcing would act at first sight, on more than the shadow report showed.
 */
export function listOpenRungs(rules: readonly PolicyRule[]): OpenRung[] {
  const isAlike = (one: PolicyRule, other: PolicyRule): boolean =>
    one.on === other.on && one.scope !== "campaign" && other.scope !== "campaign";
  return rules
    .filter(({ mode }) => mode === "enforce")
    .map((rule) => ({
      rule,
      below: rules
        .filter((other) => isAlike(rule, other) && other.mode === "shadow")
        .filter(({ measure }) => rungOf(measure) < rungOf(rule.measure))
        .sort((a, b) => rungOf(a.measure) - rungOf(b.measure)),
    }))
    .filter(({ below }) => below.length > 0);
}

/** The one rule that may decide now, or null. */
export function chooseStep({ rules, mode, evidenceOf, lastSeenMs, nowMs, history }: LadderQuestion): PolicyRule | null {
  const lane = mode === "enforce" ? history.filter((record) => record.mode === "enforce") : history;
  const standing = lane.filter((record) => isStanding(record, nowMs));
  const heldFrom = Math.min(...lane.filter(({ heldUntilMs }) => (heldUntilMs ?? 0) > nowMs).map(({ measure }) => rungOf(measure)));
  const climbing = rules
    .filter((rule) => mode === "shadow" || rule.mode === "enforce")
    .sort((a, b) => rungOf(a.measure) - rungOf(b.measure));
  const current = Math.max(-1, ...standing.map(({ measure }) => rungOf(measure)));
  const floor = current >= 0 ? current + 1 : findFloor(lane, { climbing, lastSeenMs });
  const next = climbing.find(({ measure }) => rungOf(measure) >= floor);
  if (next === undefined || next.mode !== mode || rungOf(next.measure) >= heldFrom) return null;
  const isRenewal = current < 0 && floor > 0;
  const shown = mode === "enforce" && !isRenewal ? listShownSteps(next, { rules, history }) : [];
  if (shown === null) return null;
  if (current < 0 && shown.length === 0) return next;
  // A step that still waits for a person is no step yet.
  if (standing.some(({ state }) => state === "proposed")) return null;
  return isNew(evidenceOf, [...lane, ...shown]) ? next : null;
}

/** No steps any more. */
const TAKEN_BACK: ReadonlySet<DecisionState> = new Set(["rejected", "rolled_back", "withdrawn"]);

/**
 * Milder steps that rules in shadow took, on which an enforced one builds; null while one that holds has not taken its own, and nothing that is done took its place. A standing order has none:
 * all that it stands on is the campaign, which never changes.
 */
function listShownSteps(next: PolicyRule, { rules, history }: Pick<LadderQuestion, "rules" | "history">): readonly DecisionRecord[] | null {
  if (next.scope === "campaign") return [];
  const isMilder = ({ measure }: Pick<PolicyRule, "measure">): boolean => rungOf(measure) < rungOf(next.measure);
  const taken = history.filter((record) => isMilder(record) && !TAKEN_BACK.has(record.state));
  const reached = Math.max(-1, ...taken.filter(hasActed).map(({ measure }) => rungOf(measure)));
  const needed = Math.max(-1, ...rules.filter(isMilder).map(({ measure }) => rungOf(measure)));
  return reached < needed ? null : taken.filter((record) => record.mode === "shadow");
}

/**
 * True when a kind of evidence stands now that no earlier step stood on; nothing is known to be new beside a step that does not say what it stood on. A
 * family is new only where there are more of them than at any earlier step: each window names the same family after what it saw of it first.
 */
function isNew(evidenceOf: readonly string[], lane: readonly DecisionRecord[]): boolean {
  if (lane.some((record) => record.evidenceOf.length === 0)) return false;
  const stood = new Set(lane.flatMap((record) => record.evidenceOf));
  const fresh = evidenceOf.filter((kind) => !stood.has(kind));
  if (fresh.some((kind) => !isFamily(kind))) return true;
  const familiesBefore = Math.max(0, ...lane.map((record) => record.evidenceOf.filter(isFamily).length));
  return fresh.length > 0 && evidenceOf.filter(isFamily).length > familiesBefore;
}

const isFamily = (kind: string): boolean => kind.startsWith(FAMILY_EVIDENCE);

/**
 * Where nothing stands: the mildest rule, or, for a campaign that went on after a decision was made that has ended by itself since, the rung it was on. That is
 * no step upwards, and the people whom the measure needs are asked again.
 */
function findFloor(
  lane: readonly DecisionRecord[],
  { climbing, lastSeenMs }: { climbing: readonly PolicyRule[]; lastSeenMs: number },
): number {
  const ended = lane.filter(
    (record) => (record.state === "expired" || record.state === "active") && lastSeenMs > record.decidedMs && hasActed(record),
  );
  const reached = Math.max(0, ...ended.map(({ measure }) => rungOf(measure)));
  return climbing.some(({ measure }) => rungOf(measure) === reached) ? reached : 0;
}

/** A proposal that nobody answered was no step. */
export function hasActed(record: DecisionRecord): boolean {
  return record.mode === "shadow" || listApprovers(record).length >= record.approvalsNeeded;
}
