/**
 * Portkey's webhook guardrail (`default.webhook`), before the request: what it sends, and how it is answered. Read off @portkey-ai/gateway 1.15.2.
 */
import { asFields, asList, asText, describeRefusal, flattenText, isFields, readConversation, type RefusalPlace } from "../../sdk/index.js";
import type { CheckedRequest, Verdict } from "../../vocabulary/verdict.js";

/** What Portkey reads of the answer: `verdict`; `data` goes to its logs, and to the customer where the guardrail denies. */
export interface PortkeyAnswer {
  verdict: boolean;
  data: { code?: string; message?: string; decision_id?: string | null; retry_after_s?: number; verify_at?: string };
}

/** Which fields of the request's metadata hold account and organization. An unset one is never read: callers could write it. */
export interface PortkeyIdentity {
  accountField: string;
  organizationField?: string | undefined;
}

/**
 * Reads a webhook call. `answer` is the call after the model answered, where nothing is decided. Null when the metadata names no account: Portkey
 * sends no key and no header along.
 */
export function readPortkeyCall(body: unknown, { accountField, organizationField }: PortkeyIdentity): CheckedRequest | "answer" | null {
  if (!isFields(body)) return null;
  if (body["eventType"] === "afterRequestHook") return "answer";
  const metadata = asFields(body["metadata"]);
  const accountId = asText(metadata[accountField]);
  if (accountId === undefined) return null;
  const request: CheckedRequest = { accountId };
  const requestId = asText(metadata["request_id"]);
  if (requestId !== undefined) request.requestId = requestId;
  const organizationId = organizationField === undefined ? undefined : asText(metadata[organizationField]);
  if (organizationId !== undefined) request.organizationId = organizationId;
  const asked = asFields(asFields(body["request"])["json"]);
  const targetModel = asText(asked["model"]);
  if (targetModel !== undefined) request.targetModel = targetModel;
  const messages = asList(asked["messages"]);
  const handles = messages.length === 0 ? [] : readConversation(messages).reasoningHandles;
  if (handles.length > 0) request.reasoningHandlesSubmitted = handles;
  if (messages.length > 0) request.messages = messages;
  // Anthropic's shape has it beside the messages, as text or as a list of parts.
  const system = flattenText(asked["system"]);
  if (system !== "") request.system = system;
  return request;
}

/** The answer that lets a request pass. */
export const PORTKEY_PASS: PortkeyAnswer = { verdict: true, data: {} };

/** Writes the answer. */
export function writePortkeyAnswer(verdict: Verdict, place: RefusalPlace): PortkeyAnswer {
  const refusal = describeRefusal(verdict, place);
  if (refusal === null) return PORTKEY_PASS;
  const { code, message, decisionId, retryAfterSeconds, verifyAt } = refusal;
  return {
    verdict: false,
    data: {
      code,
      message,
      decision_id: decisionId,
      ...(retryAfterSeconds === undefined ? {} : { retry_after_s: retryAfterSeconds }),
      ...(verifyAt === undefined ? {} : { verify_at: verifyAt }),
    },
  };
}
