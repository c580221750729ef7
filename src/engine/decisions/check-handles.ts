/** Reasoning handles held against the memory of whom they were issued to: with a request, or by themselves. */
import type { CheckedRequest } from "../../vocabulary/verdict.js";
import type { CheckContext } from "./check.js";
import type { HandleFinding } from "./handle-memory.js";

/** Handles, and who hands them in. */
export interface HandleQuestion {
  accountId: string;
  organizationId?: string | undefined;
  handles: readonly string[];
}

/** What is to become of them. */
export interface HandleVerdict {
  verdict: "allow" | "deny";
  /** `unchecked`: what was issued, or who is spared, is not known yet, or no longer; the integration's `on_unavailable` answers. */
  state: "checked" | "unchecked";
  /** Of them, those that were issued to somebody else. */
  replayed: number;
  because: string[];
  findings: { handle: string; finding: HandleFinding }[];
}

/** Handles looked at in one request: a conversation of a thousand turns has fewer. */
export const HANDLES_LOOKED_AT_MAX = 1000;

/** Handles of somebody else among those handed in. Own, colleagues', shared and unknown ones are not counted; see decision 0013. */
export function countReplayed(request: CheckedRequest, { handles }: Pick<CheckContext, "handles">): number {
  const submitted = request.reasoningHandlesSubmitted;
  if (submitted === undefined || handles === null) return 0;
  let count = 0;
  for (const handle of submitted.slice(0, HANDLES_LOOKED_AT_MAX)) if (handles.look(handle, request) === "other_account") count += 1;
  return count;
}

/** What is said of replayed handles in a verdict. */
export function describeReplay(count: number): string {
  return count === 1
    ? "A reasoning handle in this request was issued to an account of somebody else."
    : `${count} reasoning handles in this request were issued to accounts of somebody else.`;
}

/** Said where a request hands in more than are looked at. */
export const HANDLES_CUT = "Not all reasoning handles of this request were checked: it hands in more than are looked at.";

/** Said where handles cannot be checked. */
export const HANDLES_UNKNOWN =
  "Reasoning handles were not checked: what was issued before the start, or who belongs to which organization, has not been read yet.";

/** Checks handles by themselves: the same memory, mode and allowlist as for requests. */
export function checkHandles(question: HandleQuestion, context: Omit<CheckContext, "takeToken">): HandleVerdict {
  const { handles: memory, snapshot, snapshotAgeMs, snapshotAgeMaxMs, onUnavailable, nowMs } = context;
  const findings = question.handles.map((handle) => ({ handle, finding: memory?.look(handle, question) ?? ("unknown" as const) }));
  const replayed = findings.filter(({ finding }) => finding === "other_account").length;
  const isChecked = memory !== null && snapshot !== null && snapshotAgeMs <= snapshotAgeMaxMs;
  const isJudged = isChecked || (memory !== null && snapshot !== null && onUnavailable === "use_last_known");
  const state = isChecked ? "checked" : "unchecked";
  const told = replayed > 0 ? [describeReplay(replayed)] : [];
  if (!isJudged) {
    const why = memory === null ? HANDLES_UNKNOWN : "Not checked: who is spared is not known well enough.";
    return { verdict: onUnavailable === "block" ? "deny" : "allow", state, replayed, because: [why, ...told], findings };
  }
  if (replayed === 0) return { verdict: "allow", state, replayed, because: [], findings };
  if (snapshot.isAllowlisted(question, nowMs))
    return { verdict: "allow", state, replayed, because: [...told, "Only told: the allowlist spares who hands it in."], findings };
  if (context.handleMode === "shadow")
    return { verdict: "allow", state, replayed, because: [...told, "Only told: reasoning handles are in shadow."], findings };
  return { verdict: "deny", state, replayed, because: told, findings };
}
