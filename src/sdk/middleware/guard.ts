/** Asks `stillwatch serve` for a verdict before a request is served. What cannot be asked is answered as configured, and told. */
import { askVerdict } from "./ask-verdict.js";
import { readCaller, type CallerHeaders } from "../caller.js";
import { describeRefusal, type Refusal } from "../refusal.js";
import type { CheckedRequest, Verdict } from "../../vocabulary/verdict.js";

/** How to ask. */
export interface GuardOptions extends CallerHeaders {
  /** Where `stillwatch serve` listens, such as `http://127.0.0.1:8484`. */
  url: string;
  /** A key with the scope `check`. */
  key: string;
  /** Names this service in the counts of checks: small letters, digits, `-` and `_`. */
  integration: string;
  /** What happens to a request when no answer comes in time: it passes, or is refused with 503. */
  onUnavailable: "allow" | "block";
  /** A verdict takes well under a millisecond there; who waits longer has a network problem. Milliseconds. */
  timeoutMs?: number;
  /** Who sends the request, where headers do not tell. Null: nobody knows, and nothing can be checked. */
  identify?: (headers: Readonly<Record<string, unknown>>) => CheckedRequest | null;
  /**
   * What this service calls the request in the events that it sends: the same value as their `request_id`. Without it a request is checked and does not show as
   * checked afterwards. The caller's `x-request-id` is not taken: he could give one request's name to another.
   */
  requestId?: (headers: Readonly<Record<string, unknown>>) => string | undefined;
  /** Told of every verdict, and of every request that went unchecked: for logs and counters. */
  onVerdict?: (verdict: Verdict, request: CheckedRequest | null) => void;
  /** Page where an account proves what a step-up asks for. */
  verifyAt?: string;
}

/** What the service does with a request: refuse it, or serve it; `verdict.measures` tells how, where it says `shape`. */
export interface Guarded {
  refusal: Refusal | null;
  verdict: Verdict;
}

/** Checks one request by its headers, names in small letters. Never throws: a guard that fails must not take the service with it. */
export type Guard = (headers: Readonly<Record<string, unknown>>) => Promise<Guarded>;

const TIMEOUT_MS = 250;

/** Makes a guard. */
export function createGuard(options: GuardOptions): Guard {
  const { onUnavailable, onVerdict, verifyAt } = options;
  return async (headers) => {
    const request = tryTo(() => identify(options, headers));
    const verdict = request === null || request === undefined ? unchecked(onUnavailable, whyNobody(request)) : await ask(options, request);
    // A counter that fails, now or later, is no reason to refuse a customer.
    void Promise.resolve(tryTo(() => onVerdict?.(verdict, request ?? null))).catch(() => undefined);
    return { verdict, refusal: describeRefusal(verdict, { verifyAt }) };
  };
}

function whyNobody(request: null | undefined): string {
  return request === null ? "the request names no account" : "who sends the request could not be told";
}

function identify(options: GuardOptions, headers: Readonly<Record<string, unknown>>): CheckedRequest | null {
  const request = options.identify === undefined ? readNamed(options, headers) : options.identify(headers);
  if (request === null || options.requestId === undefined) return request;
  const requestId = options.requestId(headers);
  return requestId === undefined ? request : { ...request, requestId };
}

/** By headers, without the id that the caller gives his request. */
function readNamed(options: GuardOptions, headers: Readonly<Record<string, unknown>>): CheckedRequest | null {
  const caller = readCaller(headers, options);
  if (caller !== null) delete caller.requestId;
  return caller;
}

/** What the work answers; undefined when it throws. */
function tryTo<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

async function ask(options: GuardOptions, request: CheckedRequest): Promise<Verdict> {
  const asked = await askVerdict({ ...options, timeoutMs: options.timeoutMs ?? TIMEOUT_MS }, request);
  return "verdict" in asked ? asked.verdict : unchecked(options.onUnavailable, asked.failure);
}

function unchecked(verdict: "allow" | "block", why: string): Verdict {
  return { verdict, state: "unchecked", decision_id: null, because: [`Not checked: ${why}.`], snapshot_age_ms: 0 };
}
