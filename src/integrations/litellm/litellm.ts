/**
 * LiteLLM's StandardLoggingPayload, as the generic API callback and the bucket loggers write it (`json_array`, `ndjson`, `single`). Identity is
 * the hash of the virtual key; `end_user` is what the caller claims.
 */
import {
  asBoolean,
  asFields,
  asList,
  asNumber,
  asText,
  asTokens,
  describeForeignRecord,
  fillTokens,
  type Fields,
  isFields,
  listToolNames,
  nameUnattributed,
  noteUntold,
  parseNestedJson,
  type Problem,
  readAnswer,
  readConversation,
  readId,
  readTime,
  type RequestEvent,
  type SourceFormat,
  type SourceReading,
} from "../../sdk/index.js";

/** The format `litellm`. */
export const litellmFormat: SourceFormat = {
  name: "litellm",
  title: "LiteLLM StandardLoggingPayload",
  recognise(record) {
    if (!isFields(record)) return 0;
    const payload = unwrap(record);
    if (payload["call_type"] === undefined || payload["startTime"] === undefined) return 0;
    return ["prompt_tokens", "completion_tokens", "hidden_params", "model_parameters", "metadata"].some((key) => key in payload) ? 1 : 0.5;
  },
  read(record): SourceReading[] {
    if (!isFields(record)) return [{ problem: describeForeignRecord(litellmFormat.title, "it is not an object") }];
    const reading = readPayload(unwrap(record));
    return ["code" in reading ? { problem: reading } : { event: reading }];
  },
};

/** Loggers that write the callback's whole arguments carry the payload in this field. */
function unwrap(record: Fields): Fields {
  const inner = record["standard_logging_object"];
  return isFields(inner) ? inner : record;
}

function readPayload(payload: Fields): RequestEvent | Problem {
  if (payload["call_type"] === undefined && payload["startTime"] === undefined) {
    return describeForeignRecord(litellmFormat.title, "call_type and startTime are missing");
  }
  const requestId = readRequestId(payload);
  if (typeof requestId !== "string") return requestId;
  const atMs = readStart(payload["startTime"]);
  if (typeof atMs !== "number") return atMs;
  // Failures before a deployment was chosen have no model, only the group that was asked for.
  const targetModel = readId("model", asText(payload["model"]) ?? asText(payload["model_group"]));
  if (typeof targetModel !== "string") return targetModel;
  const metadata = asFields(payload["metadata"]);
  const event: RequestEvent = {
    requestId,
    atMs,
    accountId: pickLitellmAccount(metadata) ?? nameUnattributed("litellm"),
    targetModel,
    status: readStatus(payload),
    inputTokens: 0,
    outputTokens: 0,
  };
  if (event.status === 0) noteUntold(event, "status");
  fillTokens(event, { input: asTokens(payload["prompt_tokens"]), output: asTokens(payload["completion_tokens"]) });
  fillIdentity(payload, metadata, event);
  fillOutcome(payload, event);
  fillSettings(asFields(payload["model_parameters"]), event);
  fillText(payload, event);
  return event;
}

/**
 * The id of the call, under which the guardrail asked before; older versions logged the answer's id only. Attempts that fail before another one
 * succeeds share the call's id: they are told apart, so that the success is not taken for a copy of the failure. What a guardrail refused has no
 * other attempt.
 */
function readRequestId(payload: Fields): string | Problem {
  const callId = asText(payload["litellm_call_id"]);
  if (callId === undefined) return readId("id", payload["id"]);
  const isRefused = asText(asFields(payload["error_information"])["error_class"]) === "GuardrailRaisedException";
  return readId("litellm_call_id", payload["status"] === "failure" && !isRefused ? `${callId}/failed` : callId);
}

/** Seconds as a float by the specification; older versions wrote the UTC time as text without an offset. */
function readStart(value: unknown): number | Problem {
  if (typeof value === "number") return readTime("startTime", value * 1000);
  const isBare = typeof value === "string" && /^\d{4}-\d\d-\d\d[T ][\d:.]+$/.test(value);
  return readTime("startTime", isBare ? `${value}Z` : value);
}

/** Whom LiteLLM bills, in its log and in its guardrail call alike: verdicts are given by the name that events came under. */
export function pickLitellmAccount(metadata: Fields): string | undefined {
  for (const key of ["user_api_key_hash", "user_api_key_user_id", "user_api_key_team_id", "user_api_key_org_id"]) {
    const id = asText(metadata[key]);
    if (id !== undefined) return id;
  }
  return undefined;
}

/** The organization of the account, in both places. */
export function pickLitellmOrganization(metadata: Fields): string | undefined {
  return asText(metadata["user_api_key_org_id"]) ?? asText(metadata["user_api_key_team_id"]);
}

/** LiteLLM tells success or failure, and the number of a failure only; 0 where it tells neither. */
function readStatus(payload: Fields): number {
  if (payload["status"] === "success") return 200;
  const code = asNumber(asFields(payload["error_information"])["error_code"]);
  if (code !== undefined && code >= 100 && code <= 599) return code;
  return payload["status"] === "failure" ? 500 : 0;
}

function fillIdentity(payload: Fields, metadata: Fields, event: RequestEvent): void {
  const organizationId = pickLitellmOrganization(metadata);
  if (organizationId !== undefined) event.organizationId = organizationId;
  const keyHash = asText(metadata["user_api_key_hash"]);
  if (keyHash !== undefined) event.keyHash = keyHash;
  const endUserHint = asText(payload["end_user"]) ?? asText(metadata["user_api_key_end_user_id"]);
  if (endUserHint !== undefined) event.endUserHint = endUserHint;
  const sessionId = asText(payload["trace_id"]);
  if (sessionId !== undefined) event.sessionId = sessionId;
  const ip = asText(payload["requester_ip_address"]) ?? asText(metadata["requester_ip_address"]);
  const userAgent = asText(metadata["user_agent"]);
  if (ip !== undefined || userAgent !== undefined) {
    event.client = { ...(ip === undefined ? {} : { ip }), ...(userAgent === undefined ? {} : { userAgent }) };
  }
}

function fillOutcome(payload: Fields, event: RequestEvent): void {
  const operation = asText(payload["call_type"]);
  if (operation !== undefined) event.operation = operation;
  const isStream = asBoolean(payload["stream"]);
  if (isStream !== undefined) event.isStream = isStream;
  const errorCode = asText(asFields(payload["error_information"])["error_class"]);
  if (errorCode !== undefined) event.errorCode = errorCode;
  const seconds = asNumber(payload["response_time"]);
  if (seconds !== undefined && seconds >= 0) event.latencyMs = Math.round(seconds * 1000);
  const usage = asFields(asFields(payload["response"])["usage"] ?? asFields(payload["metadata"])["usage_object"]);
  const reasoningTokens = asTokens(asFields(usage["completion_tokens_details"])["reasoning_tokens"]);
  if (reasoningTokens !== undefined) event.reasoningTokens = reasoningTokens;
  const cachedInputTokens =
    asTokens(asFields(usage["prompt_tokens_details"])["cached_tokens"]) ?? asTokens(usage["cache_read_input_tokens"]);
  if (cachedInputTokens !== undefined) event.cachedInputTokens = cachedInputTokens;
}

function fillSettings(parameters: Fields, event: RequestEvent): void {
  const sampling: NonNullable<RequestEvent["sampling"]> = {};
  const temperature = asNumber(parameters["temperature"]);
  if (temperature !== undefined) sampling.temperature = temperature;
  const topP = asNumber(parameters["top_p"]);
  if (topP !== undefined) sampling.topP = topP;
  const n = asNumber(parameters["n"]);
  if (n !== undefined) sampling.n = n;
  const maxOutputTokens = asTokens(parameters["max_completion_tokens"] ?? parameters["max_tokens"] ?? parameters["max_output_tokens"]);
  if (maxOutputTokens !== undefined) sampling.maxOutputTokens = maxOutputTokens;
  const logprobs = asBoolean(parameters["logprobs"]);
  if (logprobs !== undefined) sampling.logprobs = logprobs;
  const seed = asNumber(parameters["seed"]);
  if (seed !== undefined) sampling.seed = seed;
  if (Object.keys(sampling).length > 0) event.sampling = sampling;
  const tools = listToolNames(parameters["tools"] ?? parameters["functions"]);
  if (tools.length > 0) event.tools = tools;
}

/** What LiteLLM writes in place of text when message logging is off. */
const REDACTED = /^redacted-by-litellm/;

function fillText(payload: Fields, event: RequestEvent): void {
  const logged = parseNestedJson(payload["messages"]);
  // Chat calls log the list itself; some call types log an object around it.
  const messages = isFields(logged) ? (logged["messages"] ?? logged["input"]) : logged;
  const conversation = readConversation(messages);
  const isRedacted =
    asList(conversation.messages).length > 0 && conversation.messages?.every(({ content }) => REDACTED.test(content)) === true;
  if (conversation.system !== undefined) event.system = conversation.system;
  if (conversation.messages !== undefined && !isRedacted) event.messages = conversation.messages;
  if (conversation.reasoningHandles.length > 0) event.reasoningHandlesSubmitted = conversation.reasoningHandles;
  const answer = readAnswer(parseNestedJson(payload["response"]));
  if (answer.output !== undefined && !REDACTED.test(answer.output)) event.output = answer.output;
  if (answer.finishReason !== undefined) event.finishReason = answer.finishReason;
  if (answer.reasoningHandles.length > 0) event.reasoningHandlesIssued = answer.reasoningHandles;
}
