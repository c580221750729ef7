/** One request held against the snapshot. Nothing here waits, reads a clock or touches a disk. */
import type { Decision } from "../../vocabulary/decision.js";
import { type CheckedRequest, describeParameters, type Verdict, type VerdictKind } from "../../vocabulary/verdict.js";
import { countReplayed, describeReplay, HANDLES_UNKNOWN } from "./check-handles.js";
import type { HandleMemory } from "./handle-memory.js";
import { VERIFICATIONS } from "./account-directory.js";
import type { Snapshot } from "./snapshot.js";
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
  /** Null until what was issued before the start has been read: nothing is refused on half a memory. */
  handles: Pick<HandleMemory, "look"> | null;
  /** Whether a reasoning handle of somebody else is refused, or only told. */
  handleMode: "shadow" | "enforce";
  takeToken: TakeToken;
  nowMs: number;
}

/** A verdict, and what is counted of it. */
export interface Checked {
  verdict: Verdict;
  /** The decision that would have answered otherwise, were it not in shadow. */
  shadowed: Decision | null;
  /** Handles of somebody else that the request hands in. */
  replayedHandles: number;
}

/** Checks one request. */
export function checkRequest(request: CheckedRequest, context: CheckContext): Checked {
  const { snapshot, snapshotAgeMs, snapshotAgeMaxMs, onUnavailable } = context;
  const isFresh = snapshot !== null && snapshotAgeMs <= snapshotAgeMaxMs;
  if (isFresh) return judge(request, { ...context, snapshot });
  const said = snapshot === null ? "no decisions have been read yet" : "the decisions at hand are older than allowed";
  if (onUnavailable === "use_last_known" && snapshot !== null) {
    const checked = judge(request, { ...context, snapshot });
    const because = [`Not checked against the latest decisions: ${said}. The last known ones answered.`, ...checked.verdict.because];
    return { ...checked, verdict: { ...checked.verdict, state: "unchecked", because } };
  }
  // There is nothing last known before the first snapshot: the request passes, and is counted as unchecked.
  const verdict = onUnavailable === "block" ? "block" : "allow";
  const because = [`Not checked: ${said}. The integration's on_unavailable says ${verdict}.`];
  return { verdict: writeVerdict(context, { verdict, state: "unchecked", because }), shadowed: null, replayedHandles: 0 };
}

function judge(request: CheckedRequest, context: CheckContext & { snapshot: Snapshot }): Checked {
  const { snapshot, nowMs } = context;
  const replayedHandles = countReplayed(request, context);
  const standing = snapshot.find(request, nowMs);
  const enforced = carryOutAll(standing.enforced, request, context);
  const shadowed = findShadowed(standing.shadowed, { request, context, refused: enforced?.refusedBy ?? null });
  if (replayedHandles > 0 && context.handleMode === "enforce" && !snapshot.isAllowlisted(request, nowMs)) {
    const because = [describeReplay(replayedHandles)];
    return { verdict: writeVerdict(context, { verdict: "block", state: "checked", because }), shadowed, replayedHandles };
  }
  const isUnknown = context.handles === null && (request.reasoningHandlesSubmitted?.length ?? 0) > 0;
  const shadowTold = replayedHandles > 0 ? [`${describeReplay(replayedHandles)} Only told: reasoning handles are in shadow.`] : [];
  const told = isUnknown ? [HANDLES_UNKNOWN] : shadowTold;
  if (enforced !== null) {
    const { verdict } = enforced;
    return { verdict: { ...verdict, because: [...verdict.because, ...told] }, shadowed, replayedHandles };
  }
  return { verdict: writeVerdict(context, { verdict: "allow", state: "checked", because: told }), shadowed, replayedHandles };
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
  const { measure, parameters } = decision;
  const answer = (verdict: VerdictKind, more: Partial<Verdict> = {}): Verdict =>
    writeVerdict(context, { verdict, state: "checked", decision_id: decision.id, because: [decision.reason], ...more });
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

function writeVerdict(
  { snapshotAgeMs }: CheckContext,
  { verdict, state, because, decision_id = null, ...more }: Pick<Verdict, "verdict" | "state" | "because"> & Partial<Verdict>,
): Verdict {
  return { verdict, state, decision_id, because, ...more, snapshot_age_ms: Math.round(snapshotAgeMs) };
}
