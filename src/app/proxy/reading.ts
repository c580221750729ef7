/** Reading requests and answers of the APIs, so that what a caller makes up never makes an event unreadable. */
import {
  asBoolean,
  asFields,
  asNumber,
  asText,
  asTokens,
  collectReasoningHandles,
  type Fields,
  ID_CHARS_MAX,
  listToolNames,
  readConversation,
  type RequestEvent,
} from "../../sdk/index.js";
import type { AnswerFacts, RequestFacts } from "./dialect.js";

/** Stands for a model that a request does not name: the event needs one. */
const UNNAMED_MODEL = "unnamed";

/** What of a request is read alike in all of them. */
export function readCommonRequest(body: Fields, conversation: { messages: unknown; system?: unknown }): RequestFacts {
  const { messages, system, reasoningHandles } = readConversation(conversation.messages, conversation.system);
  const tools = listToolNames(body["tools"]).map((name) => name.slice(0, ID_CHARS_MAX));
  const facts: RequestFacts = { targetModel: shorten(body["model"]) ?? UNNAMED_MODEL, isStream: body["stream"] === true };
  if (system !== undefined) facts.system = system;
  if (messages !== undefined) facts.messages = messages;
  if (tools.length > 0) facts.tools = tools;
  const sampling = readSampling(body);
  if (sampling !== undefined) facts.sampling = sampling;
  const handles = [...new Set(reasoningHandles)];
  if (handles.length > 0) facts.reasoningHandlesSubmitted = handles;
  const hint = shorten(body["user"]) ?? shorten(body["safety_identifier"]) ?? shorten(asFields(body["metadata"])["user_id"]);
  if (hint !== undefined) facts.endUserHint = hint;
  return facts;
}

/** An identifier that a caller wrote, within the bounds of one. */
export function shorten(value: unknown): string | undefined {
  return asText(value)?.slice(0, ID_CHARS_MAX);
}

function readSampling(body: Fields): RequestEvent["sampling"] {
  const sampling: NonNullable<RequestEvent["sampling"]> = {};
  const temperature = asRange(body["temperature"], 100);
  const topP = asRange(body["top_p"], 1);
  const choices = asTokens(body["n"]);
  const tokensMax = asTokens(body["max_completion_tokens"]) ?? asTokens(body["max_output_tokens"]) ?? asTokens(body["max_tokens"]);
  const seed = asNumber(body["seed"]);
  if (temperature !== undefined) sampling.temperature = temperature;
  if (topP !== undefined) sampling.topP = topP;
  // Beyond a million no API goes, and no event.
  if (choices !== undefined) sampling.n = Math.min(choices, 1_000_000);
  if (tokensMax !== undefined) sampling.maxOutputTokens = tokensMax;
  if (seed !== undefined) sampling.seed = seed;
  const logprobs = asBoolean(body["logprobs"]) ?? (asNumber(body["logprobs"]) ?? asNumber(body["top_logprobs"]) ?? 0) > 0;
  if (logprobs) sampling.logprobs = true;
  return Object.keys(sampling).length === 0 ? undefined : sampling;
}

function asRange(value: unknown, max: number): number | undefined {
  const number = asNumber(value);
  return number !== undefined && number >= 0 && number <= max ? number : undefined;
}

/** Token counts in the words of OpenAI's two interfaces and of Anthropic's, which counts what came from a cache apart. */
export function readUsage(usage: unknown): AnswerFacts {
  const fields = asFields(usage);
  const facts: AnswerFacts = {};
  const cacheRead = asTokens(fields["cache_read_input_tokens"]);
  const cacheWritten = asTokens(fields["cache_creation_input_tokens"]) ?? 0;
  const given = asTokens(fields["input_tokens"]) ?? asTokens(fields["prompt_tokens"]);
  if (given !== undefined) facts.inputTokens = given + (cacheRead ?? 0) + cacheWritten;
  const output = asTokens(fields["output_tokens"]) ?? asTokens(fields["completion_tokens"]);
  if (output !== undefined) facts.outputTokens = output;
  const outputDetails = asFields(fields["output_tokens_details"] ?? fields["completion_tokens_details"]);
  const reasoning = asTokens(outputDetails["reasoning_tokens"]) ?? asTokens(outputDetails["thinking_tokens"]);
  if (reasoning !== undefined) facts.reasoningTokens = reasoning;
  const inputDetails = asFields(fields["input_tokens_details"] ?? fields["prompt_tokens_details"]);
  const cached = cacheRead ?? asTokens(inputDetails["cached_tokens"]);
  if (cached !== undefined) facts.cachedInputTokens = cached;
  return facts;
}

/** Text of one answer that is kept for its event; models write far less. Characters. */
const OUTPUT_CHARS_MAX = 4_000_000;

/** Gathers an answer that comes in pieces. */
export interface AnswerGatherer {
  addText(text: unknown): void;
  addHandles(value: unknown): void;
  add(facts: AnswerFacts): void;
  tell(): AnswerFacts;
}

/** Makes a gatherer. Where the API does not tell how many tokens it wrote, the pieces are counted: one is about one token. */
export function gatherAnswer(): AnswerGatherer {
  let facts: AnswerFacts = {};
  const pieces: string[] = [];
  let chars = 0;
  const handles = new Set<string>();
  return {
    addText(text) {
      if (typeof text !== "string" || text === "" || chars >= OUTPUT_CHARS_MAX) return;
      chars += text.length;
      pieces.push(text);
    },
    addHandles(value) {
      for (const handle of collectReasoningHandles(value)) handles.add(handle);
    },
    add(more) {
      facts = { ...facts, ...more };
    },
    tell() {
      const told: AnswerFacts = { ...facts };
      if (pieces.length > 0) told.output = pieces.join("");
      if (handles.size > 0) told.reasoningHandlesIssued = [...handles];
      return told;
    },
  };
}
