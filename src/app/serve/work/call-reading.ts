/** A call for a verdict, from its body to what a check looks at: in whichever thread, because a call may hold a whole conversation. */
import { isRawCall, readAgentgatewayCall } from "../../../integrations/agentgateway/webhook.js";
import { readGuardrailCall } from "../../../integrations/litellm/guardrail.js";
import { type PortkeyIdentity, readPortkeyCall } from "../../../integrations/portkey/webhook.js";
import { HANDLES_LOOKED_AT_MAX } from "../../../engine/decisions/check-handles.js";
import { type CallerHeaders, ID_CHARS_MAX, readConversation } from "../../../sdk/index.js";
import { cutToEdges } from "../../../vocabulary/edges.js";
import type { CheckedRequest } from "../../../vocabulary/verdict.js";
import { readCheckBody, readHandleQuestion } from "../../http/verdicts/check-body.js";

/** What the body of a call is read with; `check` and `handles` are our own two. Plain data: it crosses a thread border. */
export type GatewayCall =
  | { gateway: "check" | "handles" }
  | { gateway: "litellm" }
  | { gateway: "portkey"; identity: PortkeyIdentity }
  | { gateway: "agentgateway"; headers: Readonly<Record<string, unknown>>; names: CallerHeaders };

/**
 * A request to check; `answer`: a call about a model's answer; `raw`: one that cannot be answered; `unreadable`: one that breaks its reader; null: it
 * does not say whose request it is.
 */
export type CallReading = CheckedRequest | "answer" | "raw" | "unreadable" | null;

/** Reads a parsed body. Whoever sends it is a stranger, and a request that breaks its reader must not look like a fault of the gateway's. */
export function readCall(call: GatewayCall, body: unknown): CallReading {
  try {
    const reading = readCallOf(call, body);
    return typeof reading === "object" && reading !== null ? boundHandles(reading) : reading;
  } catch {
    return "unreadable";
  }
}

/**
 * Reasoning in all handles of a call together: a conversation's own is encrypted text of some kilobytes each, of which a hundred are much. They are hashed where verdicts are
 * given, a megabyte in a millisecond or two.
 */
const HANDLE_CHARS_MAX = 1024 * 1024;

/** The first ones, as many as are looked at; that there were more is told. */
function boundHandles(request: CheckedRequest): CheckedRequest {
  const { reasoningHandlesSubmitted: handles } = request;
  if (handles === undefined) return request;
  let chars = 0;
  const first = handles.slice(0, HANDLES_LOOKED_AT_MAX).findIndex(({ length }) => (chars += length) > HANDLE_CHARS_MAX);
  const kept = first === -1 ? Math.min(handles.length, HANDLES_LOOKED_AT_MAX) : first;
  return kept === handles.length ? request : { ...request, reasoningHandlesSubmitted: handles.slice(0, kept), areHandlesCut: true };
}

function readCallOf(call: GatewayCall, body: unknown): CallReading {
  switch (call.gateway) {
    case "check":
      return readCheckBody(body);
    case "handles":
      return readHandleQuestion(body);
    case "litellm":
      return readGuardrailCall(body);
    case "portkey":
      return readPortkeyCall(body, call.identity);
    case "agentgateway":
      break;
  }
  return isRawCall(body) ? "raw" : readAgentgatewayCall({ body, headers: call.headers }, call.names);
}

/** Messages of one request that are looked through for the last question: a conversation of a thousand turns has fewer. */
const MESSAGES_MAX = 2000;

/** The first message, where instructions stand, and the last ones. */
export function takeLatest(messages: unknown): unknown {
  if (!Array.isArray(messages) || messages.length <= MESSAGES_MAX) return messages;
  return [...messages.slice(0, 1), ...messages.slice(-MESSAGES_MAX)];
}

/** The request with as much of its text as a check looks at: both edges of the instructions and of the last question. */
export function condenseRequest(request: CheckedRequest): CheckedRequest {
  const { system, messages, ...rest } = request;
  if (system === undefined && messages === undefined) return rest;
  const { system: instructions, messages: said = [] } = readConversation(takeLatest(messages), system);
  const question = said.findLast(({ role }) => role === "user");
  return {
    ...rest,
    ...(instructions === undefined ? {} : { system: cutToEdges(instructions).edges }),
    messages: question === undefined ? [] : [{ role: "user", content: cutToEdges(question.content).edges }],
  };
}

/**
 * The request with names as long as events may have them. Null where the gateway's own names of the customer are longer. The customer chooses the others: they are cut, or a long one
 * would be a way past a check.
 */
export function boundNames({ requestId, sessionId, targetModel, client, ...rest }: CheckedRequest): CheckedRequest | null {
  const isLong = (name: string | undefined): boolean => name !== undefined && name.length > ID_CHARS_MAX;
  if (isLong(rest.accountId) || isLong(rest.organizationId)) return null;
  const cut = (name: string): string => name.slice(0, ID_CHARS_MAX);
  return {
    ...rest,
    // By half an id no event would be found.
    ...(requestId === undefined || isLong(requestId) ? {} : { requestId }),
    ...(sessionId === undefined ? {} : { sessionId: cut(sessionId) }),
    ...(targetModel === undefined ? {} : { targetModel: cut(targetModel) }),
    ...(client === undefined
      ? {}
      : { client: Object.fromEntries(Object.entries(client).map(([name, text]) => [name, cut(text)])) as CheckedRequest["client"] }),
  };
}
