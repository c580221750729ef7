/** Verdicts for the proxy: asked of `stillwatch serve`, and what is configured where it does not answer. */
import { askVerdict } from "../../sdk/middleware/ask-verdict.js";
import { THROTTLE_REQUESTS_PER_MINUTE } from "../../engine/decisions/policy.js";
import { createThrottle } from "../../engine/decisions/throttle.js";
import type { CheckedRequest, Verdict } from "../../vocabulary/verdict.js";
import type { ProxySettings } from "./settings.js";

/** A verdict; `isAnswered`: it is stillwatch's, which has counted it, and not what was configured for when there is none. */
export type ProxyVerdict = Verdict & { isAnswered: boolean };

/** Gives verdicts. */
export interface ProxyVerdicts {
  /** Null for a request that names nobody. `clientRequestId` is what the client calls the request: told along for probes, trusted for nothing. */
  ask(request: CheckedRequest | null, clientRequestId?: string): Promise<ProxyVerdict>;
}

/** What is told of the way to stillwatch, once for each change. */
export interface VerdictListener {
  onLost(why: string): void;
  onFound(): void;
}

/** Accounts whose last verdict is remembered: two hundred bytes each. */
const ACCOUNTS_MAX = 100_000;
/** The last known verdict of an account is forgotten when its decision ends, and after a day: nobody tells the proxy that a decision was taken back. */
const LAST_KNOWN_MS_MAX = 86_400_000;

interface LastKnown {
  verdict: Verdict;
  atMs: number;
  /** From then on it tells nothing. */
  untilMs: number;
}

/** Makes them. */
export function createProxyVerdicts(
  settings: ProxySettings["stillwatch"],
  { nowMs, listener }: { nowMs: () => number; listener: VerdictListener },
): ProxyVerdicts {
  const known = new Map<string, LastKnown>();
  const takeToken = createThrottle();
  let isLost = false;
  const remember = (accountId: string, verdict: Verdict): void => {
    const before = known.get(accountId);
    // A throttled account whose request passes gets `allow` with the same decision: the decision is what is remembered. So does one that proved what a
    // step-up asks for, and is to pass.
    const isSame =
      verdict.verdict === "allow" && before?.verdict.verdict === "throttle" && before.verdict.decision_id === verdict.decision_id;
    known.delete(accountId);
    // Without a decision there is nothing to remember: a refused replay concerns that one request.
    if (verdict.decision_id === null) return;
    // So does what a standing order says: it is about what this request showed, not about the account.
    if (verdict.match?.acts === "enforce") return;
    const atMs = nowMs();
    // An end that cannot be read is none that anybody named.
    const endsMs = Date.parse(verdict.expires_at ?? "");
    const untilMs = Math.min(atMs + LAST_KNOWN_MS_MAX, Number.isNaN(endsMs) ? Infinity : endsMs);
    known.set(accountId, { verdict: isSame ? before.verdict : verdict, atMs, untilMs });
    if (known.size > ACCOUNTS_MAX) known.delete(known.keys().next().value ?? "");
  };
  const answerLastKnown = ({ accountId, isFetch = false }: CheckedRequest, why: string): Verdict => {
    const last = known.get(accountId);
    if (last === undefined || nowMs() >= last.untilMs) return writeUnchecked("allow", `${why}; nothing is known of the account`);
    const because = [`Not checked: ${why}. The last known verdict answered.`];
    const verdict: Verdict = { ...last.verdict, state: "unchecked", because, snapshot_age_ms: nowMs() - last.atMs };
    if (verdict.verdict !== "throttle") return verdict;
    if (isFetch) return { ...verdict, verdict: "allow" };
    const perMinute = verdict.measures?.requests_per_minute ?? THROTTLE_REQUESTS_PER_MINUTE;
    const waitMs = takeToken({ key: accountId, perMinute, nowMs: nowMs() });
    return waitMs === 0 ? { ...verdict, verdict: "allow" } : { ...verdict, retry_after_ms: waitMs };
  };
  const choose = (request: CheckedRequest | null, why: string): Verdict => {
    if (settings.onUnavailable === "block") return writeUnchecked("block", why);
    return settings.onUnavailable === "allow" || request === null ? writeUnchecked("allow", why) : answerLastKnown(request, why);
  };
  const answerUnchecked = (request: CheckedRequest | null, why: string): ProxyVerdict => ({ ...choose(request, why), isAnswered: false });
  return {
    async ask(request, clientRequestId) {
      if (request === null) return answerUnchecked(null, "the request names no account");
      const more: Record<string, string> = clientRequestId === undefined ? {} : { client_request_id: clientRequestId };
      const asked = await askVerdict(settings, request, more);
      if ("failure" in asked) {
        if (!isLost) listener.onLost(asked.failure);
        isLost = true;
        return answerUnchecked(request, asked.failure);
      }
      if (isLost) listener.onFound();
      isLost = false;
      // What lets a fetch pass tells nothing of whether the account may ask.
      const tellsOfAccount = asked.verdict.state === "checked" && !(request.isFetch === true && asked.verdict.verdict === "allow");
      if (tellsOfAccount) remember(request.accountId, asked.verdict);
      return { ...asked.verdict, isAnswered: true };
    },
  };
}

function writeUnchecked(verdict: "allow" | "block", why: string): Verdict {
  return { verdict, state: "unchecked", decision_id: null, because: [`Not checked: ${why}.`], snapshot_age_ms: 0 };
}
