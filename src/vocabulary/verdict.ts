/** Verdicts: the reply to one request, contract §4. Names are snake_case because gateways read them. */
import type { DecisionMode, MeasureParameters } from "./decision.js";
import type { MatchKind } from "./known.js";
import type { Client } from "./request-event.js";

/** What a gateway is to do. `watch` decisions answer `allow`. */
export type VerdictKind = "allow" | "throttle" | "step_up" | "shape" | "block";

/**
 * `checked`: the request was held against a snapshot that is fresh enough. `unchecked`: it was not, and the verdict is what the integration's
 * `on_unavailable` says. `error`: the request could not be read. A check that did not run is never a pass.
 */
export type VerdictState = "checked" | "unchecked" | "error";

/** How a measure is carried out, as others read it; only the fields of its own measure are there. */
export interface MeasureLine {
  /** `throttle`: requests a minute that are let through. */
  requests_per_minute?: number;
  /** `step_up`: what the account has to prove. */
  verification?: string;
  /** `shape`: what is done to the answer. */
  shape?: { reasoning?: "withhold" | "summarise"; logprobs?: "withhold"; choices_max?: number };
  /** A standing order: which kinds of match it meets, any where none is named, from which probability on. */
  match?: { kinds: readonly MatchKind[]; probability_min: number };
}

/** What of a known campaign the request or its account showed. Two independent groups must have matched before anything may follow. */
export interface MatchLine {
  campaign_id: string;
  /** Null where no scaffold matched. */
  family_id: string | null;
  kinds: readonly MatchKind[];
  /** Probability that the account is the campaign's, by what matched and nothing else. */
  confidence: number;
  /** Whether a standing order answered by it, would have, were it not in shadow, or none did. */
  acts: DecisionMode | "none";
}

/** Writes parameters as verdicts, decisions and the stream tell them: in one way everywhere. */
export function describeParameters({ requestsPerMinute, verification, shape, match }: MeasureParameters): MeasureLine {
  const { choicesMax, ...rest } = shape ?? {};
  return {
    ...(requestsPerMinute === undefined ? {} : { requests_per_minute: requestsPerMinute }),
    ...(verification === undefined ? {} : { verification }),
    ...(shape === undefined ? {} : { shape: { ...rest, ...(choicesMax === undefined ? {} : { choices_max: choicesMax }) } }),
    ...(match === undefined ? {} : { match: { kinds: match.kinds, probability_min: match.probabilityMin } }),
  };
}

/** The answer of `POST /v1/check`. */
export interface Verdict {
  verdict: VerdictKind;
  state: VerdictState;
  decision_id: string | null;
  /** Sentences without any text of requests. */
  because: string[];
  /** What the rule tells the person concerned, where a decision keeps the request from passing: gateways repeat it in the refusal. */
  reason?: string;
  /** When the decision ends, RFC 3339: whoever keeps the verdict forgets it then. */
  expires_at?: string;
  /** When to come again, for `throttle`. */
  retry_after_ms?: number;
  /** How the measure is carried out, for `shape`, `step_up` and `throttle`. */
  measures?: MeasureLine;
  /** What of a known campaign matched, where anything did. */
  match?: MatchLine;
  /** Milliseconds since the snapshot was last known to be up to date. */
  snapshot_age_ms: number;
}

/** What a verdict needs to know of a request: a request event without its outcome, already read and bounded. */
export interface CheckedRequest {
  requestId?: string;
  accountId: string;
  organizationId?: string;
  targetModel?: string;
  sessionId?: string;
  /** Opaque references to reasoning that the caller sent back. */
  reasoningHandlesSubmitted?: readonly string[];
  /** More were sent back than are looked at, and the others are left out here. */
  areHandlesCut?: boolean;
  /** An answer that was given before is fetched again, as when a background response is polled: no model works for it, and a throttle counts it for nothing. */
  isFetch?: boolean;
  /** Network side of the caller, as far as the gateway tells it. */
  client?: Pick<Client, "ip" | "ja4" | "userAgent">;
  /**
   * What is asked, as the gateway sent it: messages in any of the shapes that `readConversation` knows, and a system prompt beside them. Looked at in memory where a known
   * scaffold could be found, and never kept.
   */
  messages?: unknown;
  system?: string;
}
