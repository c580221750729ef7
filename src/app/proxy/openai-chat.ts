/** OpenAI's chat completions and completions, and what others added to them: reasoning has no single name there. */
import { asFields, asList, asText, asTokens, type Fields, isFields, readAnswer } from "../../sdk/index.js";
import type { AnswerFacts, Dialect, Shape, StreamReader, StreamShaper } from "./dialect.js";
import { gatherAnswer, readCommonRequest, readUsage } from "./reading.js";
import { countWords, writeStandIn } from "./stand-in.js";

/** Fields that hold reasoning as text: DeepSeek, vLLM, SGLang, Qwen, Groq and OpenRouter. */
const REASONING_TEXTS = ["reasoning_content", "reasoning", "reasoning_text"];
/** Fields that hold it as blocks (OpenRouter, LiteLLM), and LiteLLM's second copy of everything. */
const REASONING_BLOCKS = ["reasoning_details", "thinking_blocks", "provider_specific_fields"];
/** Texts within such blocks. What is encrypted or signed stays: conversations go on with it. */
const BLOCK_TEXTS = ["text", "summary", "thinking", ...REASONING_TEXTS];

/** Chat completions. */
export const chatDialect: Dialect = {
  api: "openai",
  operation: "chat",
  readRequest: (body) => readCommonRequest(body, { messages: body["messages"] }),
  restoreRequest: (body) => body,
  limitRequest: limitChoices,
  readAnswer: readWhole,
  shapeAnswer: (answer, shape) => mapChoices(answer, (choice) => shapeWhole(choice, { part: "message", shape })),
  createStreamReader,
  createStreamShaper,
};

/** Completions of a bare prompt. */
export const completionsDialect: Dialect = {
  ...chatDialect,
  operation: "completions",
  readRequest: (body) => readCommonRequest(body, { messages: readPrompt(body["prompt"]) }),
};

/** A prompt, or several; prompts that are lists of tokens have no text. */
function readPrompt(prompt: unknown): string | string[] {
  return Array.isArray(prompt) ? prompt.filter((item) => typeof item === "string") : (asText(prompt) ?? "");
}

function limitChoices(body: Fields, { logprobs, choicesMax }: Shape): Fields {
  const limited: Record<string, unknown> = { ...body };
  let isChanged = false;
  for (const name of choicesMax === undefined ? [] : ["n", "best_of"]) {
    const count = asTokens(body[name]);
    if (choicesMax === undefined || count === undefined || count <= choicesMax) continue;
    limited[name] = choicesMax;
    isChanged = true;
  }
  for (const name of logprobs === "withhold" ? ["logprobs", "top_logprobs"] : []) {
    if (body[name] === undefined || body[name] === null || body[name] === false) continue;
    delete limited[name];
    isChanged = true;
  }
  return isChanged ? limited : body;
}

function readWhole(answer: Fields): AnswerFacts {
  const { output, finishReason, reasoningHandles } = readAnswer(answer);
  const facts: AnswerFacts = readUsage(answer["usage"]);
  if (output !== undefined) facts.output = output;
  if (finishReason !== undefined) facts.finishReason = finishReason;
  if (reasoningHandles.length > 0) facts.reasoningHandlesIssued = reasoningHandles;
  if (asText(asFields(asFields(asList(answer["choices"])[0])["message"])["refusal"]) !== undefined) facts.isRefusal = true;
  return facts;
}

function createStreamReader(): StreamReader {
  const gathered = gatherAnswer();
  let pieces = 0;
  return {
    read(message) {
      if (isFields(message["usage"])) gathered.add(readUsage(message["usage"]));
      for (const choice of asList(message["choices"]).map(asFields)) {
        const delta = asFields(choice["delta"]);
        pieces += 1;
        // Further choices are other answers to the same request; one stands for it.
        if ((asTokens(choice["index"]) ?? 0) !== 0) continue;
        gathered.addText(delta["content"] ?? choice["text"]);
        gathered.addHandles(delta);
        const finishReason = asText(choice["finish_reason"]);
        if (finishReason !== undefined) gathered.add({ finishReason });
        if (asText(delta["refusal"]) !== undefined) gathered.add({ isRefusal: true });
      }
    },
    tell: () => ({ ...(pieces === 0 ? {} : { outputTokens: pieces }), ...gathered.tell() }),
  };
}

function mapChoices(answer: Fields, change: (choice: Fields) => Fields): Fields {
  const choices = answer["choices"];
  return Array.isArray(choices) ? { ...answer, choices: choices.map((choice) => (isFields(choice) ? change(choice) : choice)) } : answer;
}

/** Log probabilities are asked not to be sent; what comes all the same goes no further. */
function dropLogprobs(choice: Fields, { logprobs }: Shape): Fields {
  return logprobs === "withhold" && choice["logprobs"] !== undefined ? { ...choice, logprobs: null } : choice;
}

function shapeWhole(choice: Fields, { part, shape }: { part: string; shape: Shape }): Fields {
  const kept = dropLogprobs(choice, shape);
  const message = kept[part];
  if (shape.reasoning === undefined || !isFields(message)) return kept;
  const { rest, words, field } = hideReasoning(message);
  const isTold = shape.reasoning === "summarise" && words > 0;
  return { ...kept, [part]: isTold ? { ...rest, [field]: writeStandIn(words) } : rest };
}

/** The stand-in comes with the first piece of the answer that is no reasoning, as reasoning that ended would. */
function createStreamShaper(shape: Shape): StreamShaper {
  const hidden = new Map<number, { words: number; field: string }>();
  const shapeChoice = (choice: Fields): Fields => {
    const kept = dropLogprobs(choice, shape);
    const delta = kept["delta"];
    if (shape.reasoning === undefined || !isFields(delta)) return kept;
    const index = asTokens(choice["index"]) ?? 0;
    const { rest, words, field } = hideReasoning(delta);
    const before = hidden.get(index);
    const sum = (before?.words ?? 0) + words;
    const name = before?.field ?? field;
    const isOver =
      words === 0 && (isThere(choice["finish_reason"]) || Object.keys(rest).some((key) => key !== "role" && isThere(rest[key])));
    if (shape.reasoning === "withhold" || sum === 0 || !isOver) {
      if (sum > 0) hidden.set(index, { words: sum, field: name });
      return { ...kept, delta: rest };
    }
    hidden.delete(index);
    return { ...kept, delta: { ...rest, [name]: writeStandIn(sum) } };
  };
  return (message) => [mapChoices(message, shapeChoice)];
}

/** The same without reasoning; how many words of it there were, and under which name. */
function hideReasoning(message: Fields): { rest: Fields; words: number; field: string } {
  const rest: Record<string, unknown> = { ...message };
  let words = 0;
  let field = "";
  for (const name of REASONING_TEXTS) {
    const text = message[name];
    if (typeof text !== "string") continue;
    delete rest[name];
    // The same text may stand under two names.
    if (field === "" && text !== "") words = countWords(text);
    if (field === "") field = name;
  }
  for (const name of REASONING_BLOCKS) if (message[name] !== undefined) rest[name] = blankTexts(message[name], 0);
  return { rest, words, field: field === "" ? "reasoning_content" : field };
}

/** Blocks lie within fields within lists; nothing deeper is one. */
const BLOCK_DEPTH_MAX = 4;

function blankTexts(value: unknown, depth: number): unknown {
  if (depth > BLOCK_DEPTH_MAX) return null;
  if (Array.isArray(value)) return value.map((item) => blankTexts(item, depth + 1));
  if (!isFields(value)) return value;
  const entries = Object.entries(value).map(([name, inner]) => {
    if (typeof inner === "string") return [name, BLOCK_TEXTS.includes(name) ? "" : inner];
    return [name, blankTexts(inner, depth + 1)];
  });
  return Object.fromEntries(entries) as Fields;
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}
