/**
 * LiteLLM's guardrail call, `POST /beta/litellm_basic_guardrail_api` (guardrail `generic_guardrail_api`): what it asks, and how it is answered.
 * Read off litellm 1.106.2; the call is marked beta there, so fixtures carry the version that they were recorded from.
 */
import {
  asFields,
  asList,
  asText,
  describeRefusal,
  type Fields,
  isFields,
  readConversation,
  type RefusalPlace,
  writeClient,
} from "../../sdk/index.js";
import type { CheckedRequest, Verdict } from "../../vocabulary/verdict.js";
import { pickLitellmAccount, pickLitellmOrganization } from "./litellm.js";

/** The path that LiteLLM appends to `api_base`. */
export const LITELLM_GUARDRAIL_PATH = "/beta/litellm_basic_guardrail_api";

/** What LiteLLM reads of the answer. `GUARDRAIL_INTERVENED` rewrites text, which stillwatch never does. */
export interface GuardrailAnswer {
  action: "NONE" | "BLOCKED";
  /** Becomes the message of the error that the customer gets. */
  blocked_reason?: string;
}

/**
 * Reads a guardrail call. `answer` is the call about a model's answer (`mode: post_call`): nothing is decided there. Null when it does not say
 * whose request it is: LiteLLM without keys, or another contract than the one known here.
 */
export function readGuardrailCall(body: unknown): CheckedRequest | "answer" | null {
  if (!isFields(body)) return null;
  if (body["input_type"] === "response") return "answer";
  const metadata = asFields(body["request_data"]);
  const accountId = pickLitellmAccount(metadata);
  if (accountId === undefined) return null;
  const request: CheckedRequest = { accountId };
  const requestId = asText(body["litellm_call_id"]);
  if (requestId !== undefined) request.requestId = requestId;
  const organizationId = pickLitellmOrganization(metadata);
  if (organizationId !== undefined) request.organizationId = organizationId;
  // `litellm_trace_id` is left alone: where the client names none, the call and the log each make up their own.
  const targetModel = asText(body["model"]);
  if (targetModel !== undefined) request.targetModel = targetModel;
  // Without structured messages there are no thinking blocks either, only bare texts.
  const messages = asList(body["structured_messages"]);
  const handles = messages.length === 0 ? [] : readConversation(messages).reasoningHandles;
  if (handles.length > 0) request.reasoningHandlesSubmitted = handles;
  const asked = messages.length > 0 ? messages : asList(body["texts"]);
  if (asked.length > 0) request.messages = asked;
  const client = readGuardrailClient(asFields(body["request_headers"]));
  if (client !== undefined) request.client = client;
  return request;
}

/** What LiteLLM writes in place of a header's value unless its `extra_headers` name it. */
const WITHHELD = "[present]";

/** As its log has them: there the address is the whole header, where `use_x_forwarded_for` is set. */
function readGuardrailClient(headers: Fields): CheckedRequest["client"] {
  const read = (name: string): string | undefined => (headers[name] === WITHHELD ? undefined : asText(headers[name]));
  return writeClient({ ip: read("x-forwarded-for"), userAgent: read("user-agent") });
}

/** Writes the answer. LiteLLM turns every block into status 400, so code, retry time and page stand in the message. */
export function writeGuardrailAnswer(verdict: Verdict, place: RefusalPlace): GuardrailAnswer {
  const refusal = describeRefusal(verdict, place);
  return refusal === null ? { action: "NONE" } : { action: "BLOCKED", blocked_reason: `${refusal.code}: ${refusal.message}` };
}
