/**
 * OpenTelemetry traces and logs in OTLP's JSON encoding, with GenAI attributes of both generations: to 1.36 (`gen_ai.system`,
 * `gen_ai.usage.prompt_tokens`, messages as events) and from 1.37 on (`gen_ai.provider.name`, `gen_ai.usage.input_tokens`,
 * `gen_ai.input.messages`). One record is an envelope with many spans or log records; spans that are no request to a model are passed over.
 */
import {
  asFields,
  asList,
  asText,
  asTokens,
  describeForeignRecord,
  fillTokens,
  type Fields,
  isFields,
  listToolNames,
  nameUnattributed,
  SERVICE_PREFIX,
  noteUntold,
  parseNestedJson,
  type Problem,
  readId,
  readTime,
  type RequestEvent,
  type SourceFormat,
  type SourceReading,
} from "../../sdk/index.js";
import { decodeAttributes, decodeNanoseconds, decodeValue, pickNumber, pickText } from "./attributes.js";
import { isMessageEvent, type MessageEvent, readSpoken } from "./messages.js";

/** The format `otlp`. */
export const otlpFormat: SourceFormat = {
  name: "otlp",
  title: "OTLP traces or logs",
  recognise: (record) => (isFields(record) && (Array.isArray(record["resourceSpans"]) || Array.isArray(record["resourceLogs"])) ? 1 : 0),
  read(record): SourceReading[] {
    if (!isFields(record)) return [{ problem: describeForeignRecord(otlpFormat.title, "it is not an object") }];
    const carriers = [...listCarriers(record, SPANS), ...listCarriers(record, LOGS)];
    if (carriers.length === 0 && record["resourceSpans"] === undefined && record["resourceLogs"] === undefined) {
      return [{ problem: describeForeignRecord(otlpFormat.title, "resourceSpans and resourceLogs are missing") }];
    }
    return gatherRequests(carriers).map((request) => {
      const reading = readRequest(request);
      return "code" in reading ? { problem: reading } : { event: reading };
    });
  },
};

/** A span or log record with everything around it resolved. */
interface Carrier {
  /** Trace and span id; empty where there is none. */
  spanKey: string;
  /** Of the span or record, over those of its resource. */
  attributes: Fields;
  startMs: number | undefined;
  endMs: number | undefined;
  hasFailed: boolean;
  /** Name of a log record's event. */
  eventName: string;
  events: MessageEvent[];
}

/** Where spans and log records lie in their envelopes; the older names are of protocol versions before 0.15. */
const SPANS = { outer: "resourceSpans", inner: ["scopeSpans", "instrumentationLibrarySpans"], items: "spans" };
const LOGS = { outer: "resourceLogs", inner: ["scopeLogs", "instrumentationLibraryLogs"], items: "logRecords" };

function listCarriers(record: Fields, names: typeof SPANS): Carrier[] {
  const carriers: Carrier[] = [];
  for (const group of asList(record[names.outer]).map((item) => asFields(item))) {
    const resource = decodeAttributes(asFields(group["resource"])["attributes"]);
    const scopes = names.inner.flatMap((inner) => asList(group[inner]));
    for (const scope of scopes) {
      for (const item of asList(asFields(scope)[names.items])) carriers.push(readCarrier(asFields(item), resource));
    }
  }
  return carriers;
}

function readCarrier(item: Fields, resource: Fields): Carrier {
  const attributes = { ...resource, ...decodeAttributes(item["attributes"]) };
  const ids = [asText(item["traceId"]), asText(item["spanId"])].filter((id) => id !== undefined);
  const eventName = asText(item["eventName"]) ?? asText(attributes["event.name"]) ?? "";
  const events = asList(item["events"]).map((event): MessageEvent => {
    const fields = asFields(event);
    return { name: asText(fields["name"]) ?? "", attributes: decodeAttributes(fields["attributes"]) };
  });
  // A log record that is a message is an event of its span.
  if (isMessageEvent(eventName)) events.push({ name: eventName, attributes, body: decodeValue(item["body"]) });
  const status = asFields(item["status"])["code"];
  return {
    spanKey: ids.join(":"),
    attributes,
    startMs:
      decodeNanoseconds(item["startTimeUnixNano"]) ??
      decodeNanoseconds(item["timeUnixNano"]) ??
      decodeNanoseconds(item["observedTimeUnixNano"]),
    endMs: decodeNanoseconds(item["endTimeUnixNano"]),
    hasFailed: status === 2 || status === "STATUS_CODE_ERROR",
    eventName,
    events,
  };
}

/** Operations that are no request to a model, though their spans carry GenAI attributes. */
const OTHER_OPERATIONS: ReadonlySet<string> = new Set([
  "execute_tool",
  "create_agent",
  "invoke_agent",
  "invoke_workflow",
  "retrieval",
  "plan",
]);

function isRequest({ attributes, eventName }: Carrier): boolean {
  if (isMessageEvent(eventName)) return false;
  if (OTHER_OPERATIONS.has(String(attributes["gen_ai.operation.name"]))) return false;
  const names = ["gen_ai.request.model", "gen_ai.response.model", "gen_ai.system", "gen_ai.provider.name"];
  return names.some((name) => attributes[name] !== undefined);
}

/** Spans and inference records with the messages that belong to them; messages without such a span make a request of their own. */
function gatherRequests(carriers: readonly Carrier[]): Carrier[] {
  const requests = carriers.filter(isRequest).map((carrier) => ({ ...carrier, events: [...carrier.events] }));
  const bySpan = new Map(requests.map((request) => [request.spanKey, request]));
  for (const [index, carrier] of carriers.entries()) {
    if (!isMessageEvent(carrier.eventName)) continue;
    const spanKey = carrier.spanKey || `record ${index}`;
    const request = bySpan.get(spanKey);
    if (request !== undefined) request.events.push(...carrier.events);
    else {
      const own = { ...carrier, spanKey, events: [...carrier.events] };
      bySpan.set(spanKey, own);
      requests.push(own);
    }
  }
  return requests;
}

function readRequest(request: Carrier): RequestEvent | Problem {
  const { attributes } = request;
  const requestId = readId(
    "gen_ai.response.id or the span id",
    pickText(attributes, ["gen_ai.response.id"]) ?? (request.spanKey || undefined),
  );
  if (typeof requestId !== "string") return requestId;
  const atMs = readTime("startTimeUnixNano", request.startMs);
  if (typeof atMs !== "number") return atMs;
  const named = pickText(attributes, ["gen_ai.request.model", "gen_ai.response.model"]);
  // Message events of the older generation name only the vendor.
  const targetModel = readId("gen_ai.request.model", named ?? pickText(attributes, ["gen_ai.system", "gen_ai.provider.name"]));
  if (typeof targetModel !== "string") return targetModel;
  const event: RequestEvent = {
    requestId,
    atMs,
    accountId: pickAccount(attributes),
    targetModel,
    status: readStatus(request),
    inputTokens: 0,
    outputTokens: 0,
  };
  if (named === undefined) noteUntold(event, "target_model");
  if (event.status === 0) noteUntold(event, "status");
  fillTokens(event, {
    input: asTokens(pickNumber(attributes, ["gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"])),
    output:
      asTokens(pickNumber(attributes, ["gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"])) ??
      (attributes["gen_ai.operation.name"] === "embeddings" ? 0 : undefined),
  });
  if (request.endMs !== undefined && request.endMs >= atMs) event.latencyMs = request.endMs - atMs;
  fillIdentity(attributes, event);
  fillSettings(attributes, event);
  fillOutcome(attributes, event);
  Object.assign(event, readSpoken(attributes, request.events));
  return event;
}

/**
 * The conventions name no attribute for who is billed. These are what gateways write, surest first; a service is better than nobody, because
 * one service is one customer more often than not.
 */
const ACCOUNT_NAMES = [
  "account.id",
  "account_id",
  "user.account_uuid",
  "user.account_id",
  "metadata.user_api_key_hash",
  "tenant.id",
  "customer.id",
  "enduser.id",
  "user.id",
];

function pickAccount(attributes: Fields): string {
  const named = pickText(attributes, ACCOUNT_NAMES);
  if (named !== undefined) return named;
  const service = pickText(attributes, ["service.name"]);
  return service === undefined || service.startsWith("unknown_service") ? nameUnattributed("otlp") : `${SERVICE_PREFIX}${service}`;
}

function fillIdentity(attributes: Fields, event: RequestEvent): void {
  const organizationId = pickText(attributes, ["organization.id", "metadata.user_api_key_org_id", "metadata.user_api_key_team_id"]);
  if (organizationId !== undefined) event.organizationId = organizationId;
  const keyHash = pickText(attributes, ["metadata.user_api_key_hash"]);
  if (keyHash !== undefined) event.keyHash = keyHash;
  const endUserHint = pickText(attributes, ["gen_ai.request.user", "llm.user", "gen_ai.user"]);
  if (endUserHint !== undefined) event.endUserHint = endUserHint;
  const sessionId = pickText(attributes, ["gen_ai.conversation.id", "session.id"]);
  if (sessionId !== undefined) event.sessionId = sessionId;
  const ip = pickText(attributes, ["client.address", "source.address"]);
  const userAgent = pickText(attributes, ["user_agent.original", "http.user_agent"]);
  if (ip !== undefined || userAgent !== undefined) {
    event.client = { ...(ip === undefined ? {} : { ip }), ...(userAgent === undefined ? {} : { userAgent }) };
  }
}

function fillSettings(attributes: Fields, event: RequestEvent): void {
  const sampling: NonNullable<RequestEvent["sampling"]> = {};
  const temperature = pickNumber(attributes, ["gen_ai.request.temperature"]);
  if (temperature !== undefined) sampling.temperature = temperature;
  const topP = pickNumber(attributes, ["gen_ai.request.top_p"]);
  if (topP !== undefined) sampling.topP = topP;
  const n = pickNumber(attributes, ["gen_ai.request.choice.count"]);
  if (n !== undefined) sampling.n = n;
  const maxOutputTokens = asTokens(pickNumber(attributes, ["gen_ai.request.max_tokens"]));
  if (maxOutputTokens !== undefined) sampling.maxOutputTokens = maxOutputTokens;
  const seed = pickNumber(attributes, ["gen_ai.request.seed", "gen_ai.openai.request.seed"]);
  if (seed !== undefined) sampling.seed = seed;
  if (Object.keys(sampling).length > 0) event.sampling = sampling;
  const tools = listToolNames(parseNestedJson(attributes["gen_ai.tool.definitions"]));
  if (tools.length > 0) event.tools = tools;
  const isStream = attributes["gen_ai.request.stream"] ?? attributes["gen_ai.request.is_stream"] ?? attributes["llm.is_streaming"];
  if (typeof isStream === "boolean") event.isStream = isStream;
}

function fillOutcome(attributes: Fields, event: RequestEvent): void {
  const operation = pickText(attributes, ["gen_ai.operation.name", "llm.request.type"]);
  if (operation !== undefined) event.operation = operation;
  const reasons = parseNestedJson(attributes["gen_ai.response.finish_reasons"]);
  const finishReason = asText(Array.isArray(reasons) ? reasons[0] : reasons);
  if (finishReason !== undefined) event.finishReason = finishReason;
  const errorCode = pickText(attributes, ["error.type"]);
  if (errorCode !== undefined) event.errorCode = errorCode;
  const cached = asTokens(pickNumber(attributes, ["gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens"]));
  if (cached !== undefined) event.cachedInputTokens = cached;
  const reasoning = asTokens(pickNumber(attributes, ["gen_ai.usage.reasoning.output_tokens", "gen_ai.usage.reasoning_tokens"]));
  if (reasoning !== undefined) event.reasoningTokens = reasoning;
}

/** What the classes of error are called that clients of model providers throw, and the status that each stands for. */
const STATUS_OF_ERROR: readonly (readonly [RegExp, number])[] = [
  [/rate.?limit|throttl|quota/i, 429],
  [/time.?out/i, 504],
  [/bad.?request|invalid.?request|validation/i, 400],
  [/authentication/i, 401],
  [/permission|access.?denied/i, 403],
  [/not.?found/i, 404],
];

/**
 * An explicit status wins; `error.type` is often the status, or names it. The conventions demand `error.type` of what failed, so a span or an
 * inference record without one succeeded; a message alone does not tell how its request ended: 0.
 */
function readStatus({ attributes, hasFailed, eventName }: Carrier): number {
  const explicit = pickNumber(attributes, ["http.response.status_code", "http.status_code", "error.type"]);
  if (explicit !== undefined && explicit >= 100 && explicit <= 599) return explicit;
  const type = pickText(attributes, ["error.type"]);
  if (type === undefined && !hasFailed) return isMessageEvent(eventName) ? 0 : 200;
  return STATUS_OF_ERROR.find(([pattern]) => type !== undefined && pattern.test(type))?.[1] ?? 500;
}
