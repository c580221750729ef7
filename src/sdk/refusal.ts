/** What a gateway says to a customer whose request does not pass: one wording for all products, and never a word of the request. */
import type { Verdict } from "../vocabulary/verdict.js";

/** Why a request did not pass, for programs. */
export type RefusalCode = "stillwatch_throttled" | "stillwatch_verification_required" | "stillwatch_blocked" | "stillwatch_unchecked";

/** How a refused request is answered over HTTP. */
export interface Refusal {
  status: 403 | 429 | 503;
  code: RefusalCode;
  /** Some sentences for the person who reads the answer: what happens, the reason that the rule gives, and the decision to name in an appeal. */
  message: string;
  /** For 429. */
  retryAfterSeconds?: number;
  /** For `stillwatch_verification_required`, where the operator has such a page. */
  verifyAt?: string;
  decisionId: string | null;
}

/** What the wording needs to know of the place. */
export interface RefusalPlace {
  /** The page where an account proves what a step-up asks for. */
  verifyAt?: string | undefined;
}

/**
 * Answers null for verdicts that let the request pass: `allow`, and `shape`, which changes the answer and not the request. A gateway that cannot
 * change answers lets `shape` pass too, and has to say so.
 */
export function describeRefusal(verdict: Verdict, { verifyAt }: RefusalPlace = {}): Refusal | null {
  const { decision_id: decisionId } = verdict;
  const reference = decisionId === null ? "" : ` Reference: ${decisionId}.`;
  const reason = endSentence(verdict.reason);
  switch (verdict.verdict) {
    case "allow":
    case "shape":
      return null;
    case "throttle": {
      const retryAfterSeconds = Math.max(1, Math.ceil((verdict.retry_after_ms ?? 0) / 1000));
      const message = `This account may send fewer requests for now.${reason} Come again in ${retryAfterSeconds} s.${reference}`;
      return { status: 429, code: "stillwatch_throttled", message, retryAfterSeconds, decisionId };
    }
    case "step_up": {
      const asked = verdict.measures?.verification ?? "its identity";
      const where = verifyAt === undefined ? "Ask the operator of this service how." : `Verify at ${verifyAt}.`;
      const message = `This account has to verify ${asked} before it can go on.${reason} ${where}${reference}`;
      return {
        status: 403,
        code: "stillwatch_verification_required",
        message,
        ...(verifyAt === undefined ? {} : { verifyAt }),
        decisionId,
      };
    }
    case "block":
      break;
  }
  // Nobody decided against this customer: it is us who cannot answer, and the client may try again.
  if (verdict.state !== "checked" && decisionId === null)
    return {
      status: 503,
      code: "stillwatch_unchecked",
      message: "This request could not be checked, and unchecked requests do not pass here. Try again.",
      decisionId,
    };
  const appeal = reason === "" ? " Ask the operator of this service if you think that this is wrong." : reason;
  const message = `This account may not send requests.${appeal}${reference}`;
  return { status: 403, code: "stillwatch_blocked", message, decisionId };
}

/** What the operator wrote for the person concerned, as a sentence behind another; empty without. */
function endSentence(reason: string | undefined): string {
  const text = reason?.trim() ?? "";
  if (text === "") return "";
  return /[.!?…。]$/u.test(text) ? ` ${text}` : ` ${text}.`;
}

/** The headers that go with a refusal. */
export function listRefusalHeaders({ code, retryAfterSeconds, verifyAt, decisionId }: Refusal): Record<string, string> {
  return {
    "x-stillwatch-code": code,
    ...(decisionId === null ? {} : { "x-stillwatch-decision": decisionId }),
    ...(retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) }),
    ...(verifyAt === undefined ? {} : { "x-stillwatch-verify-at": verifyAt }),
  };
}

/** The body that goes with a refusal, shaped as OpenAI's errors are, because that is what clients of these gateways read. */
export function writeRefusalBody({ code, message, verifyAt, decisionId }: Refusal): {
  error: { message: string; type: string; code: RefusalCode; decision_id: string | null; verify_at?: string };
} {
  return {
    error: {
      message,
      type: "access_refused",
      code,
      decision_id: decisionId,
      ...(verifyAt === undefined ? {} : { verify_at: verifyAt }),
    },
  };
}
