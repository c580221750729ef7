/**
 * Request and response bodies inside Bedrock's logs: Converse, and InvokeModel in the shapes of Anthropic (messages and text completion, whole
 * and as a stream of events), Amazon Nova and Titan, Meta Llama, Mistral and Cohere. What is in no known shape stays without text.
 */
import {
  asFields,
  asList,
  asNumber,
  asText,
  asTokens,
  collectReasoningHandles,
  type Fields,
  flattenText,
  isFields,
  listToolNames,
  readAnswer,
  readConversation,
  type RequestEvent,
  type ToldTokens,
} from "../../sdk/index.js";

/** The fields of a request event that bodies tell. */
export type BodyFields = Partial<
  Pick<
    RequestEvent,
    | "system"
    | "messages"
    | "output"
    | "sampling"
    | "tools"
    | "finishReason"
    | "latencyMs"
    | "cachedInputTokens"
    | "reasoningHandlesIssued"
    | "reasoningHandlesSubmitted"
  >
>;

/** Reads both bodies; either may be absent (delivery switched off, or too large and kept in S3). */
export function readBodies(input: unknown, output: unknown): BodyFields {
  return { ...readInput(input), ...readOutput(output) };
}

function readInput(body: unknown): BodyFields {
  if (!isFields(body)) return {};
  const fields: BodyFields = {};
  const conversation = readConversation(body["messages"] ?? pickPrompt(body), body["system"]);
  if (conversation.system !== undefined) fields.system = conversation.system;
  if (conversation.messages !== undefined) fields.messages = conversation.messages;
  if (conversation.reasoningHandles.length > 0) fields.reasoningHandlesSubmitted = conversation.reasoningHandles;
  const tools = listToolNames(body["tools"] ?? asFields(body["toolConfig"])["tools"]);
  if (tools.length > 0) fields.tools = tools;
  const sampling = readSampling(body);
  if (Object.keys(sampling).length > 0) fields.sampling = sampling;
  return fields;
}

/** `prompt` (Anthropic text completion, Llama, Mistral), `inputText` (Titan), `message` (Cohere). */
function pickPrompt(body: Fields): unknown {
  return asText(body["prompt"]) ?? asText(body["inputText"]) ?? asText(body["message"]);
}

function readSampling(body: Fields): NonNullable<RequestEvent["sampling"]> {
  const settings = { ...body, ...asFields(body["inferenceConfig"]), ...asFields(body["textGenerationConfig"]) };
  const sampling: NonNullable<RequestEvent["sampling"]> = {};
  const temperature = asNumber(settings["temperature"]);
  if (temperature !== undefined) sampling.temperature = temperature;
  const topP = asNumber(settings["top_p"] ?? settings["topP"] ?? settings["p"]);
  if (topP !== undefined) sampling.topP = topP;
  const limit = ["max_tokens", "maxTokens", "max_tokens_to_sample", "maxTokenCount", "max_gen_len", "max_new_tokens"];
  const maxOutputTokens = asTokens(limit.map((key) => settings[key]).find((value) => value !== undefined));
  if (maxOutputTokens !== undefined) sampling.maxOutputTokens = maxOutputTokens;
  return sampling;
}

function readOutput(body: unknown): BodyFields {
  if (Array.isArray(body)) return readStream(body);
  if (!isFields(body)) return {};
  const message = asFields(asFields(body["output"])["message"]);
  const answer = readAnswer(isFields(body["output"]) ? message : body);
  const fields: BodyFields = {};
  const output = answer.output ?? (readOtherOutput(body) || undefined);
  if (output !== undefined) fields.output = output;
  const finishReason = pickFinishReason(body) ?? answer.finishReason;
  if (finishReason !== undefined) fields.finishReason = finishReason;
  if (answer.reasoningHandles.length > 0) fields.reasoningHandlesIssued = answer.reasoningHandles;
  const latencyMs = asNumber(asFields(body["metrics"])["latencyMs"]);
  if (latencyMs !== undefined && latencyMs >= 0) fields.latencyMs = latencyMs;
  const usage = asFields(body["usage"]);
  const cached = asTokens(usage["cache_read_input_tokens"] ?? usage["cacheReadInputTokens"]);
  if (cached !== undefined) fields.cachedInputTokens = cached;
  return fields;
}

/** Token counts in an answer's body, for records that carry none of their own. */
export function readCounts(body: unknown): ToldTokens {
  // Of a streamed answer the last event sums up.
  const last = asFields(Array.isArray(body) ? body.at(-1) : body);
  const usage = { ...last, ...asFields(last["usage"]), ...asFields(last["amazon-bedrock-invocationMetrics"]) };
  const pick = (names: readonly string[]): number | undefined =>
    asTokens(names.map((name) => usage[name]).find((value) => value !== undefined));
  const input = pick(["inputTokens", "input_tokens", "inputTokenCount", "inputTextTokenCount", "prompt_token_count", "prompt_tokens"]);
  const output = pick(["outputTokens", "output_tokens", "outputTokenCount", "generation_token_count", "completion_tokens"]);
  // An embedding answers with numbers, not with tokens.
  const isEmbedding = last["embedding"] !== undefined || last["embeddings"] !== undefined;
  return { input, output: output ?? (isEmbedding ? 0 : undefined) };
}

/** Llama's `generation`, Titan's `results` and `outputText`, Mistral's `outputs`, Anthropic's old `completion`. */
function readOtherOutput(body: Fields): string {
  const several = [...asList(body["results"]), ...asList(body["outputs"])].map((item) => asFields(item));
  const texts = several.map((item) => asText(item["outputText"]) ?? asText(item["text"]) ?? "").filter((text) => text !== "");
  return asText(body["generation"]) ?? asText(body["outputText"]) ?? asText(body["completion"]) ?? texts.join("\n");
}

function pickFinishReason(body: Fields): string | undefined {
  const result = asFields(asList(body["results"])[0] ?? asList(body["outputs"])[0]);
  for (const value of [body["stopReason"], body["stop_reason"], body["finish_reason"], body["completionReason"]]) {
    const reason = asText(value);
    if (reason !== undefined) return reason;
  }
  return asText(result["completionReason"]) ?? asText(result["stop_reason"]);
}

/** A streamed answer is logged as the list of its events. */
function readStream(events: readonly unknown[]): BodyFields {
  const texts: string[] = [];
  const handles: string[] = [];
  const fields: BodyFields = {};
  for (const event of events.map((item) => asFields(item))) {
    const delta = asFields(event["delta"] ?? asFields(event["contentBlockDelta"])["delta"]);
    texts.push(
      flattenText(delta["text"]) || asText(event["outputText"]) || asText(event["generation"]) || asText(event["completion"]) || "",
    );
    // A signature comes as a delta of its own; redacted thinking comes with the start of its block.
    handles.push(...collectReasoningHandles(delta), ...collectReasoningHandles(event["content_block"]));
    const usage = asFields(asFields(event["message"])["usage"] ?? event["usage"]);
    const cached = asTokens(usage["cache_read_input_tokens"] ?? usage["cacheReadInputTokens"]);
    if (cached !== undefined) fields.cachedInputTokens = cached;
    const reason = asText(delta["stop_reason"]) ?? pickFinishReason(event) ?? pickFinishReason(asFields(event["messageStop"]));
    if (reason !== undefined) fields.finishReason = reason;
  }
  const output = texts.join("");
  if (output !== "") fields.output = output;
  if (handles.length > 0) fields.reasoningHandlesIssued = handles;
  return fields;
}
