/**
 * agentgateway's guardrail webhook: `POST /request` before and `POST /response` after the model. Read off agentgateway's
 * crates/agentgateway/src/llm/policy/webhook.rs (commit 013dab18). Who calls stands in headers that the gateway is told to pass on.
 */
import {
  asFields,
  asList,
  type CallerHeaders,
  describeRefusal,
  isFields,
  listRefusalHeaders,
  readCaller,
  readConversation,
  type RefusalPlace,
  writeRefusalBody,
} from "../../sdk/index.js";
import type { CheckedRequest, Verdict } from "../../vocabulary/verdict.js";

/**
 * The answer. agentgateway tries the actions one after the other by their fields (mask, reject, pass), so that an incomplete refusal would be
 * taken for a pass: `body` has to be text and `status_code` a number.
 */
export interface AgentgatewayAnswer {
  action: { reason?: string } | { body: string; status_code: number; reason: string };
}

/**
 * True for a call with `messageFormat: raw`: the provider's own messages, without the envelope. It has no way to refuse, and whatever JSON answers it
 * without `messages` passes.
 */
export function isRawCall(body: unknown): boolean {
  return isFields(body) && !("body" in body) && Array.isArray(body["messages"]);
}

/** The answer to a raw call: an empty list is an error there, so that the guard's failure mode decides, as it does where nobody answers. */
export const AGENTGATEWAY_RAW_ERROR: { messages: never[] } = { messages: [] };

/** Reads a call of `/request`. Null when the headers name nobody. */
export function readAgentgatewayCall(
  call: { body: unknown; headers: Readonly<Record<string, unknown>> },
  names: CallerHeaders,
): CheckedRequest | null {
  const request = readCaller(call.headers, names);
  if (request === null) return null;
  const messages = asList(asFields(asFields(call.body)["body"])["messages"]);
  const handles = messages.length === 0 ? [] : readConversation(messages).reasoningHandles;
  if (handles.length > 0) request.reasoningHandlesSubmitted = handles;
  if (messages.length > 0) request.messages = messages;
  return request;
}

/** The answer that lets a request or an answer pass. */
export const AGENTGATEWAY_PASS: AgentgatewayAnswer = { action: {} };

/** Writes the answer. The webhook has no way to set headers: when to come again stands in the body. */
export function writeAgentgatewayAnswer(verdict: Verdict, place: RefusalPlace): AgentgatewayAnswer {
  const refusal = describeRefusal(verdict, place);
  if (refusal === null) return AGENTGATEWAY_PASS;
  const { error } = writeRefusalBody(refusal);
  const retryAfter = listRefusalHeaders(refusal)["retry-after"];
  const body = retryAfter === undefined ? { error } : { error: { ...error, retry_after_s: Number(retryAfter) } };
  return { action: { body: JSON.stringify(body), status_code: refusal.status, reason: refusal.code } };
}
