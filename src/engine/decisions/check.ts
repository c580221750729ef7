/** One request held against the snapshot. Nothing here waits, reads a clock or touches a disk. */
import { type Decision, MEASURES } from "../../vocabulary/decision.js";
import type { KnownMatch } from "../../vocabulary/known.js";
import { type CheckedRequest, describeParameters, type MatchLine, type Verdict, type VerdictKind } from "../../vocabulary/verdict.js";
import { countReplayed, describeReplay, HANDLES_CUT, HANDLES_LOOKED_AT_MAX, HANDLES_UNKNOWN } from "./check-handles.js";
import type { HandleMemory } from "./handle-memory.js";
import { VERIFICATIONS } from "./account-directory.js";
import { describeMatch, type KnownLookup, type ReadAnchors } from "./known-lookup.js";
import { joinStandings, type Snapshot, type Standing } from "./snapshot.js";
import { rungOf, THROTTLE_REQUESTS_PER_MINUTE } from "./policy.js";
import type { TakeToken } from "./throttle.js";

/** What a gateway is answered when there is no snapshot that is fresh enough. */
export type OnUnavailable = "use_last_known" | "allow" | "block";

/** What a check is made with. */
export interface CheckContext {
  /** The last one that is known; null before the first. */
  snapshot: Snapshot | null;
  snapshotAgeMs: number;
  snapshotAgeMaxMs: number;
  onUnavailable: OnUnavailable;
  /** Null until what was issued before the start, and the operator's list of accounts, have been read: nothing is refused on half a memory. */
  handles: Pick<HandleMemory, "look"> | null;
  /** Whether a reasoning handle of somebody else is refused, or only told. */
  handleMode: "shadow" | "enforce";
  takeToken: TakeToken;
  /** What campaigns are known by, and as of when; null while nothing is. */
  known?: { lookup: KnownLookup; readAnchors: ReadAnchors; asOfMs: number } | null;
  /** What is known as of longer ago is told, and nothing follows from it. */
  knownAgeMaxMs: number;
  nowMs: number;
}

/** A verdict, and what is counted of it. */
export interface Checked {
  verdict: Verdict;
  /** The decision that would have answered otherwise, were it not in shadow. */
  shadowed: Decision | null;
  /** Handles of somebody else that the request hands in. */
  replayedHandles: number;
  /** What of a known campaign matched. */
  match: MatchLine | null;
}

/** Checks one request. */
export function checkRequest(request: CheckedRequest, context: CheckContext): Checked {
  const { snapshot, snapshotAgeMs, snapshotAgeMaxMs, onUnavailable } = context;
  if (hasSnapshot(context) && snapshotAgeMs <= snapshotAgeMaxMs) return judge(request, context);
  const said = snapshot === null ? "no decisions have been read yet" : "the decisions at hand are older than allowed";
  if (onUnavailable === "use_last_known" && hasSnapshot(context)) {
    const checked = judge(request, context);
    const because = [`Not checked against the latest decisions: ${said}. The last known ones answered.`, ...checked.verdict.because];
    return { ...checked, verdict: { ...checked.verdict, state: "unchecked", because } };
  }
  // There is nothing last known before the first snapshot: the request passes, and is counted as unchecked.
  const verdict = onUnavailable === "block" ? "block" : "allow";
  const because = [`Not checked: ${said}. ${explainUnavailable(onUnavailable)}`];
  return { verdict: writeVerdict(context, { verdict, state: "unchecked", because }), shadowed: null, replayedHandles: 0, match: null };
}

const hasSnapshot = (context: CheckContext): context is CheckContext & { snapshot: Snapshot } => context.snapshot !== null;

/** What the operator set decides; and where it is that the last known holds, nothing is known yet. */
export function explainUnavailable(answer: OnUnavailable): string {
  if (answer === "use_last_known") return "The integration's on_unavailable is use_last_known, and nothing is known: the request passes.";
  return `The integration's on_unavailable is ${answer}.`;
}

function judge(request: CheckedRequest, context: CheckContext & { snapshot: Snapshot }): Checked {
  const { snapshot, nowMs } = context;
  const replayedHandles = countReplayed(request, context);
  const met = meetKnown(request, context);
  const own = snapshot.find(request, nowMs);
  const standing = met === null ? own : joinStandings(own, met.orders);
  const enforced = carryOutAll(standing.enforced, request, context);
  const shadowed = findShadowed(standing.shadowed, { request, context, refused: enforced?.refusedBy ?? null });
  const match = met === null ? null : describeMet(met, { enforced, shadowed });
  const rest = { shadowed, replayedHandles, match };
  const answer = (verdict: Verdict): Checked => ({ verdict: match === null ? verdict : { ...verdict, match }, ...rest });
  if (replayedHandles > 0 && context.handleMode === "enforce" && !snapshot.isAllowlisted(request, nowMs)) {
    const because = [describeReplay(replayedHandles)];
    return answer(writeVerdict(context, { verdict: "block", state: "checked", because }));
  }
  const told = tellOfHandles(request, { replayedHandles, context });
  if (enforced === null) return answer(ownUpToUnseen(letPass(context, told), { request, context }));
  const { verdict, refusedBy } = enforced;
  const matched = met !== null && refusedBy?.scope.kind === "campaign" ? [describeMatch(met.match)] : [];
  return answer(ownUpToUnseen({ ...verdict, because: [...verdict.because, ...matched, ...told] }, { request, context }));
}

const hasTooManyHandles = ({ reasoningHandlesSubmitted: handles, areHandlesCut }: CheckedRequest): boolean =>
  areHandlesCut === true || (handles?.length ?? 0) > HANDLES_LOOKED_AT_MAX;

/** What is said of handles beside the verdict. */
function tellOfHandles(
  request: CheckedRequest,
  { replayedHandles, context }: { replayedHandles: number; context: Pick<CheckContext, "handles"> },
): string[] {
  if ((request.reasoningHandlesSubmitted?.length ?? 0) === 0) return [];
  if (context.handles === null) return [HANDLES_UNKNOWN];
  const replayed = replayedHandles > 0 ? [`${describeReplay(replayedHandles)} Only told: reasoning handles are in shadow.`] : [];
  return hasTooManyHandles(request) ? [...replayed, HANDLES_CUT] : replayed;
}

/** Where nothing is remembered yet none of the handles was looked at; of too many, not those behind. */
const hasUnseenHandles = (request: CheckedRequest, { handles }: Pick<CheckContext, "handles">): boolean =>
  hasTooManyHandles(request) || (handles === null && (request.reasoningHandlesSubmitted?.length ?? 0) > 0);

/** One that would be refused may be among handles that nobody looked at: what passes with them has not been checked. */
function ownUpToUnseen(
  verdict: Verdict,
  { request, context }: { request: CheckedRequest; context: CheckContext & { snapshot: Snapshot } },
): Verdict {
  const isPassing = verdict.verdict === "allow" || verdict.verdict === "shape";
  const isJudged = context.handleMode === "enforce" && hasUnseenHandles(request, context);
  if (!isPassing || !isJudged || context.snapshot.isAllowlisted(request, context.nowMs)) return verdict;
  return { ...verdict, state: "unchecked", ...(context.onUnavailable === "block" ? { verdict: "block" } : {}) };
}

/** What matched, and the standing orders that it meets. */
interface Met {
  match: KnownMatch;
  orders: Standing;
}

/**
 * Independent groups of evidence that must agree before anything follows, whatever an order says: one alone is chance, a public scaffold, or easily faked. One of them
 * is what is asked, or what is paid with: where somebody signed up from and where he asks from are often one and the same.
 */
const MATCH_GROUPS_MIN = 2;

/** Null where nothing matched, and for whoever is on the allowlist. */
function meetKnown(request: CheckedRequest, { known, knownAgeMaxMs, snapshot, nowMs }: CheckContext & { snapshot: Snapshot }): Met | null {
  if (known === undefined || known === null) return null;
  const isOld = nowMs - known.asOfMs > knownAgeMaxMs;
  const findOrders = (match: KnownMatch): Standing => {
    const standing = snapshot.ordersOf(match.campaignId, nowMs);
    if (standing.enforced.length === 0 && standing.shadowed.length === 0) return standing;
    const heldFrom = snapshot.heldFrom(request, nowMs);
    const meets = (order: Decision): boolean => !isOld && rungOf(order.measure) < heldFrom && meetsOrder(match, order);
    return { enforced: standing.enforced.filter(meets), shadowed: standing.shadowed.filter(meets) };
  };
  const match = known.lookup.find(request, known.readAnchors, (shown) => rankOrders(findOrders(shown)));
  // Asked last: most requests show nothing, and whom an account belongs to is looked up in a table of a million.
  return match === null || snapshot.isAllowlisted(request, nowMs) ? null : { match, orders: findOrders(match) };
}

/** What counts of the match is enough for any order, and for this one. */
function meetsOrder({ groups, telling, confidence }: KnownMatch, { parameters: { match: wanted } }: Decision): boolean {
  return (
    groups.length >= MATCH_GROUPS_MIN &&
    (telling.includes("family") || telling.includes("payment")) &&
    wanted !== undefined &&
    confidence >= wanted.probabilityMin &&
    (wanted.kinds.length === 0 || telling.some((kind) => wanted.kinds.includes(kind)))
  );
}

/** Orders that act before those in shadow, each the harder before the milder. */
function rankOrders({ enforced, shadowed }: Standing): number {
  const [acting] = enforced;
  const [shown] = shadowed;
  if (acting !== undefined) return MEASURES.length + 1 + rungOf(acting.measure);
  return shown === undefined ? 0 : 1 + rungOf(shown.measure);
}

function describeMet(
  { match: { campaignId, familyId, kinds, confidence } }: Met,
  { enforced, shadowed }: { enforced: Outcome | null; shadowed: Decision | null },
): MatchLine {
  const isOrder = (decision: Decision | null): boolean => decision?.scope.kind === "campaign";
  const acts = isOrder(enforced?.refusedBy ?? null) ? "enforce" : isOrder(shadowed) ? "shadow" : "none";
  return { campaign_id: campaignId, family_id: familyId, kinds, confidence, acts };
}

/** What came of all decisions in force. */
interface Outcome {
  verdict: Verdict;
  /** The one that keeps the request from passing; null when all let it pass. */
  refusedBy: Decision | null;
}

/**
 * Every decision in force has its say: a harder one that lets a request pass, as a step-up that was met or a shape that changes the answer alone, hides no
 * milder one. The first that refuses answers; else a shape, because it needs carrying out; else the hardest.
 */
function carryOutAll(
  decisions: readonly Decision[],
  request: CheckedRequest,
  context: CheckContext & { snapshot: Snapshot },
): Outcome | null {
  let passing: Verdict | null = null;
  for (const decision of decisions) {
    const verdict = carryOut(decision, request, context);
    if (verdict.verdict !== "allow" && verdict.verdict !== "shape") return { verdict, refusedBy: decision };
    if (passing === null || (passing.verdict === "allow" && verdict.verdict === "shape")) passing = verdict;
  }
  return passing === null ? null : { verdict: passing, refusedBy: null };
}

/** The decision in shadow that would have answered otherwise: harder than the one that did, and not letting pass. */
function findShadowed(
  decisions: readonly Decision[],
  { request, context, refused }: { request: CheckedRequest; context: CheckContext & { snapshot: Snapshot }; refused: Decision | null },
): Decision | null {
  const reached = refused === null ? -1 : rungOf(refused.measure);
  const harder = decisions.filter(({ measure }) => rungOf(measure) > reached);
  return harder.find((decision) => carryOut(decision, request, context).verdict !== "allow") ?? null;
}

/** What a decision means for this request. */
function carryOut(decision: Decision, request: CheckedRequest, context: CheckContext & { snapshot: Snapshot }): Verdict {
  const {
    measure,
    // Whom an order meets is not how it is carried out.
    parameters: { match: _, ...parameters },
  } = decision;
  const answer = (verdict: VerdictKind, more: Partial<Verdict> = {}): Verdict => {
    const told = verdict === "allow" || verdict === "shape" ? {} : { reason: decision.reason };
    // Its reason is written for who is refused; beside an answer that lets him pass it would say the opposite.
    const because = verdict === "allow" ? [] : [decision.reason];
    const about = { decision_id: decision.id, because, expires_at: new Date(decision.expiresMs).toISOString() };
    return writeVerdict(context, { verdict, state: "checked", ...about, ...told, ...more });
  };
  switch (measure) {
    case "watch":
      return answer("allow");
    case "throttle": {
      const perMinute = parameters.requestsPerMinute ?? THROTTLE_REQUESTS_PER_MINUTE;
      const waitMs = context.takeToken({ key: `${decision.id}\u0000${request.accountId}`, perMinute, nowMs: context.nowMs });
      return waitMs === 0 ? answer("allow") : answer("throttle", { retry_after_ms: waitMs, measures: describeParameters(parameters) });
    }
    case "step_up":
      return hasSteppedUp(decision, request, context.snapshot)
        ? answer("allow")
        : answer("step_up", { measures: describeParameters(parameters) });
    case "shape":
      return answer("shape", { measures: describeParameters(parameters) });
    case "block":
      break;
  }
  return answer("block");
}

/** Who has proved what was asked for is through, without waiting for anybody to take the decision back. */
function hasSteppedUp({ parameters }: Decision, { accountId }: CheckedRequest, snapshot: Snapshot): boolean {
  const level = snapshot.levelOf(accountId);
  const asked = VERIFICATIONS.findIndex((verification) => verification === parameters.verification);
  return level !== null && asked > 0 && VERIFICATIONS.indexOf(level) >= asked;
}

function writeVerdict({ snapshotAgeMs }: CheckContext, given: Pick<Verdict, "verdict" | "state" | "because"> & Partial<Verdict>): Verdict {
  return { decision_id: null, ...given, snapshot_age_ms: Math.round(snapshotAgeMs) };
}

/** As most are answered. */
function letPass({ snapshotAgeMs }: CheckContext, because: string[]): Verdict {
  return { verdict: "allow", state: "checked", decision_id: null, because, snapshot_age_ms: Math.round(snapshotAgeMs) };
}
