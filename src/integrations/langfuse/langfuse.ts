/**
 * Langfuse: observations as the API, the exports and the ingestion batches write them, alone or inside their trace. Only generations are
 * requests to a model. Who is billed is the trace's user; `userId` is set by the application that sent the trace, so its worth is that
 * application's.
 */
import {
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

/** The format `langfuse`. */
export const langfuseFormat: SourceFormat = {
  name: "langfuse",
  title: "Langfuse observation",
  recognise(record) {
    if (!isFields(record)) return 0;
    if (Array.isArray(record["batch"])) return /-(create|update)$/.test(asText(asFields(record["batch"][0])["type"]) ?? "") ? 1 : 0;
    if (Array.isArray(record["data"])) return langfuseFormat.recognise(record["data"][0]);
    if (Array.isArray(record["observations"])) return 1;
    const type = asText(record["type"]);
    const hasTimes = read(record, "startTime") !== undefined && read(record, "traceId") !== undefined;
    return type !== undefined && hasTimes && OBSERVATION_TYPES.has(type.toUpperCase()) ? 1 : 0;
  },
  read(record): SourceReading[] {
    if (!isFields(record)) return [{ problem: describeForeignRecord(langfuseFormat.title, "it is not an object") }];
    return readContainer(record, {});
  },
};

const OBSERVATION_TYPES: ReadonlySet<string> = new Set(
  "GENERATION SPAN EVENT EMBEDDING AGENT TOOL CHAIN RETRIEVER EVALUATOR GUARDRAIL".split(" "),
);

/** Langfuse writes camelCase in its API and snake_case in its bulk exports. */
function read(fields: Fields, name: string): unknown {
  return fields[name] ?? fields[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] ?? undefined;
}

/** A page of the API, an ingestion batch, a trace with its observations, or one observation. */
function readContainer(record: Fields, trace: Fields): SourceReading[] {
  if (Array.isArray(record["batch"])) return readBatch(record["batch"]);
  if (Array.isArray(record["data"])) return record["data"].flatMap((item) => readContainer(asFields(item), trace));
  const { observations } = record;
  if (Array.isArray(observations)) {
    // A list of traces names observations by id only; their text is in another export.
    if (observations.some((item) => !isFields(item))) return [];
    return observations.flatMap((item) => readContainer(asFields(item), record));
  }
  const type = asText(record["type"])?.toUpperCase();
  if (type === undefined && trace === record) return [];
  if (type !== undefined && type !== "GENERATION" && type !== "EMBEDDING") return [];
  if (type === undefined && read(record, "startTime") === undefined) {
    return [{ problem: describeForeignRecord(langfuseFormat.title, "it has neither type nor startTime") }];
  }
  const reading = readGeneration(record, trace);
  return ["code" in reading ? { problem: reading } : { event: reading }];
}

/**
 * The body of the ingestion API: traces and generations side by side, later updates of the same generation included. An update whose creation
 * was sent in another batch stands for itself: it is a request when it says enough, and a problem that is counted when not.
 */
function readBatch(batch: readonly unknown[]): SourceReading[] {
  const items = batch.map((item) => asFields(item));
  const bodies = (type: string): Fields[] => items.filter((item) => item["type"] === type).map((item) => asFields(item["body"]));
  const traces = new Map(bodies("trace-create").map((body) => [body["id"], body]));
  const updates = new Map<unknown, Fields>();
  for (const body of bodies("generation-update")) updates.set(body["id"], { ...updates.get(body["id"]), ...body });
  const created = bodies("generation-create").map((body) => ({ ...body, ...updates.get(body["id"]) }));
  const createdIds = new Set(created.map((body) => body["id"]));
  const orphans = [...updates.values()].filter((body) => !createdIds.has(body["id"]));
  return [...created, ...orphans].map((whole: Fields) => {
    // A batch of one trace need not repeat its id.
    const trace = traces.get(whole["traceId"]) ?? (traces.size === 1 ? [...traces.values()][0] : undefined);
    const reading = readGeneration(whole, trace ?? {});
    return "code" in reading ? { problem: reading } : { event: reading };
  });
}

function readGeneration(record: Fields, trace: Fields): RequestEvent | Problem {
  const requestId = readId("id", record["id"]);
  if (typeof requestId !== "string") return requestId;
  const atMs = readTime("startTime", withOffset(read(record, "startTime")));
  if (typeof atMs !== "number") return atMs;
  const targetModel = readId("model", asText(record["model"]) ?? asText(read(record, "providedModelName")));
  if (typeof targetModel !== "string") return targetModel;
  const usage = { ...asFields(parseNestedJson(record["usage"])), ...asFields(parseNestedJson(read(record, "usageDetails"))) };
  const event: RequestEvent = {
    requestId,
    atMs,
    accountId: pickAccount(record, trace),
    targetModel,
    // Langfuse's SDKs set the level of what failed; a level that is absent is DEFAULT by Langfuse's definition.
    status: record["level"] === "ERROR" ? 500 : 200,
    inputTokens: 0,
    outputTokens: 0,
  };
  fillTokens(event, {
    input: asTokens(usage["input"] ?? usage["promptTokens"] ?? read(record, "promptTokens")),
    output: asTokens(usage["output"] ?? usage["completionTokens"] ?? read(record, "completionTokens")) ?? countEmbedded(record),
  });
  fillContext(record, trace, event);
  fillUsage(record, usage, event);
  fillSettings(asFields(parseNestedJson(read(record, "modelParameters"))), event);
  fillText(record, event);
  return event;
}

/** An embedding answers with numbers, not with tokens. */
function countEmbedded(record: Fields): 0 | undefined {
  return asText(record["type"])?.toUpperCase() === "EMBEDDING" ? 0 : undefined;
}

/** Bulk exports write UTC without saying so. */
function withOffset(value: unknown): unknown {
  return typeof value === "string" && /^\d{4}-\d\d-\d\d[T ][\d:.]+$/.test(value) ? `${value}Z` : value;
}

function pickAccount(record: Fields, trace: Fields): string {
  const metadata = asFields(parseNestedJson(record["metadata"]));
  const named = asText(read(trace, "userId")) ?? asText(read(record, "userId")) ?? asText(metadata["user_api_key_hash"]);
  return named ?? asText(read(record, "projectId")) ?? asText(read(trace, "projectId")) ?? nameUnattributed("langfuse");
}

function fillContext(record: Fields, trace: Fields, event: RequestEvent): void {
  const organizationId = asText(read(record, "projectId")) ?? asText(read(trace, "projectId"));
  if (organizationId !== undefined && organizationId !== event.accountId) event.organizationId = organizationId;
  const sessionId = asText(read(trace, "sessionId")) ?? asText(read(record, "sessionId")) ?? asText(read(record, "traceId"));
  if (sessionId !== undefined) event.sessionId = sessionId;
  const operation = asText(record["type"])?.toLowerCase();
  if (operation !== undefined) event.operation = operation;
  const endMs = readTime("endTime", withOffset(read(record, "endTime")));
  if (typeof endMs === "number" && endMs >= event.atMs) event.latencyMs = endMs - event.atMs;
}

function fillUsage(_record: Fields, usage: Fields, event: RequestEvent): void {
  const reasoningTokens = asTokens(usage["output_reasoning_tokens"] ?? usage["output_reasoning"]);
  if (reasoningTokens !== undefined) event.reasoningTokens = reasoningTokens;
  const cached = asTokens(usage["input_cached_tokens"] ?? usage["cache_read_input_tokens"] ?? usage["input_cache_read"]);
  if (cached !== undefined) event.cachedInputTokens = cached;
}

function fillSettings(parameters: Fields, event: RequestEvent): void {
  const sampling: NonNullable<RequestEvent["sampling"]> = {};
  const temperature = asNumber(parameters["temperature"]);
  if (temperature !== undefined) sampling.temperature = temperature;
  const topP = asNumber(parameters["top_p"] ?? parameters["topP"]);
  if (topP !== undefined) sampling.topP = topP;
  const n = asNumber(parameters["n"]);
  if (n !== undefined) sampling.n = n;
  const limit = parameters["max_completion_tokens"] ?? parameters["max_tokens"] ?? parameters["maxTokens"];
  const maxOutputTokens = asTokens(limit);
  if (maxOutputTokens !== undefined) sampling.maxOutputTokens = maxOutputTokens;
  if (Object.keys(sampling).length > 0) event.sampling = sampling;
}

function fillText(record: Fields, event: RequestEvent): void {
  const input = parseNestedJson(record["input"]);
  const hasMessages = isFields(input) && Array.isArray(input["messages"]);
  const messages = hasMessages ? asFields(input)["messages"] : isFields(input) ? (input["prompt"] ?? input["input"] ?? [input]) : input;
  const conversation = readConversation(messages, isFields(input) ? input["system"] : undefined);
  if (conversation.system !== undefined) event.system = conversation.system;
  if (conversation.messages !== undefined) event.messages = conversation.messages;
  if (conversation.reasoningHandles.length > 0) event.reasoningHandlesSubmitted = conversation.reasoningHandles;
  const tools = listToolNames(isFields(input) ? asList(input["tools"]) : []);
  if (tools.length > 0) event.tools = tools;
  const answer = readAnswer(parseNestedJson(record["output"]));
  if (answer.output !== undefined) event.output = answer.output;
  if (answer.finishReason !== undefined) event.finishReason = answer.finishReason;
  if (answer.reasoningHandles.length > 0) event.reasoningHandlesIssued = answer.reasoningHandles;
}
