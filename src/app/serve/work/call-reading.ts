/** A gateway's call, from its body to what a check looks at: in whichever thread, because a call may hold a whole conversation. */
import { isRawCall, readAgentgatewayCall } from "../../../integrations/agentgateway/webhook.js";
import { readGuardrailCall } from "../../../integrations/litellm/guardrail.js";
import { type PortkeyIdentity, readPortkeyCall } from "../../../integrations/portkey/webhook.js";
import { type CallerHeaders, readConversation } from "../../../sdk/index.js";
import { cutToEdges } from "../../../vocabulary/edges.js";
import type { CheckedRequest } from "../../../vocabulary/verdict.js";

/** What the body of a call is read with. Plain data: it crosses a thread border. */
export type GatewayCall =
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
    return readCallOf(call, body);
  } catch {
    return "unreadable";
  }
}

function readCallOf(call: GatewayCall, body: unknown): CallReading {
  switch (call.gateway) {
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
