/** OpenAI's Responses interface: a list of items, and events that name them. */
import { asFields, asList, asText, type Fields, isFields, readAnswer } from "../../sdk/index.js";
import type { AnswerFacts, Dialect, Shape, StreamReader, StreamShaper } from "./dialect.js";
import { gatherAnswer, readCommonRequest, readUsage, shorten } from "./reading.js";
import { countWords, writeStandIn } from "./stand-in.js";

/** Responses. */
export const responsesDialect: Dialect = {
  api: "openai",
  operation: "responses",
  readRequest(body) {
    const facts = readCommonRequest(body, { messages: body["input"], system: body["instructions"] });
    const sessionId = shorten(body["conversation"]) ?? shorten(asFields(body["conversation"])["id"]);
    return sessionId === undefined ? facts : { ...facts, sessionId };
  },
  restoreRequest: (body) => body,
  limitRequest,
  readAnswer: readResponse,
  shapeAnswer: (answer, shape) => shapeResponse(answer, shape),
  createStreamReader,
  createStreamShaper,
};

/** What asks for log probabilities besides `top_logprobs`. */
const LOGPROBS_INCLUDE = "message.output_text.logprobs";

function limitRequest(body: Fields, { logprobs }: Shape): Fields {
  const include = asList(body["include"]);
  const isAsked = body["top_logprobs"] !== undefined || include.includes(LOGPROBS_INCLUDE);
  if (logprobs !== "withhold" || !isAsked) return body;
  const { top_logprobs: _dropped, ...rest } = body;
  return body["include"] === undefined ? rest : { ...rest, include: include.filter((name) => name !== LOGPROBS_INCLUDE) };
}

function readResponse(answer: Fields): AnswerFacts {
  const { reasoningHandles } = readAnswer(answer);
  const facts: AnswerFacts = readUsage(answer["usage"]);
  const output = asList(answer["output"])
    .map(asFields)
    .filter((item) => item["type"] === "message")
    .flatMap((item) => asList(item["content"]).map((part) => asText(asFields(part)["text"]) ?? ""))
    .filter((text) => text !== "")
    .join("\n");
  if (output !== "") facts.output = output;
  const finishReason = asText(asFields(answer["incomplete_details"])["reason"]) ?? asText(answer["status"]);
  if (finishReason !== undefined) facts.finishReason = finishReason;
  if (reasoningHandles.length > 0) facts.reasoningHandlesIssued = reasoningHandles;
  return facts;
}

function createStreamReader(): StreamReader {
  const gathered = gatherAnswer();
  return {
    read(message) {
      switch (message["type"]) {
        case "response.output_text.delta":
          gathered.addText(message["delta"]);
          return;
        case "response.refusal.done":
          gathered.add({ isRefusal: true });
          return;
        case "response.output_item.done":
          gathered.addHandles(message["item"]);
          return;
        case "response.completed":
        case "response.incomplete":
        case "response.failed": {
          const { output: _gathered, reasoningHandlesIssued: _known, ...facts } = readResponse(asFields(message["response"]));
          gathered.add(facts);
        }
      }
    },
    tell: () => gathered.tell(),
  };
}

/** A response has its items in `output`, a list of items in `data`. */
function shapeResponse(response: Fields, shape: Shape): Fields {
  const shapeItems = (items: readonly unknown[]): unknown[] => items.map((item) => (isFields(item) ? shapeItem(item, shape) : item));
  const { output, data } = response;
  if (!Array.isArray(output) && !Array.isArray(data)) return shapeItem(response, shape);
  return {
    ...response,
    ...(Array.isArray(output) ? { output: shapeItems(output) } : {}),
    ...(Array.isArray(data) ? { data: shapeItems(data) } : {}),
  };
}

/** What is encrypted stays: conversations go on with it, and it is what a replay is told by. The API's own summaries are summaries. */
function shapeItem(item: Fields, { reasoning, logprobs }: Shape): Fields {
  if (item["type"] === "message" && logprobs === "withhold" && Array.isArray(item["content"]))
    return { ...item, content: item["content"].map((part) => (isFields(part) ? dropLogprobs(part) : part)) };
  if (item["type"] !== "reasoning" || reasoning === undefined) return item;
  const { content, ...rest } = item;
  const words = asList(content).reduce<number>((sum, part) => sum + countWords(asText(asFields(part)["text"]) ?? ""), 0);
  if (reasoning === "withhold") return { ...rest, summary: [] };
  const isToldAlready = asList(item["summary"]).length > 0;
  return isToldAlready || words === 0 ? rest : { ...rest, summary: [{ type: "summary_text", text: writeStandIn(words) }] };
}

/** Servers send them unasked, and with an answer that is fetched again. Lists stay lists. */
function dropLogprobs(part: Fields): Fields {
  return part["logprobs"] === undefined ? part : { ...part, logprobs: [] };
}

/** Events that hold nothing but a piece of reasoning. */
const REASONING_EVENTS = /^response\.reasoning(_text)?\./;
const SUMMARY_EVENTS = /^response\.reasoning_summary(_part|_text)?\./;

/** Events of reasoning are left out; the numbers of the others stay, because a stream is taken up again by them. */
function createStreamShaper(shape: Shape): StreamShaper {
  return (message) => {
    const type = asText(message["type"]) ?? "";
    if (shape.reasoning !== undefined) {
      const part = asFields(message["part"]);
      if (REASONING_EVENTS.test(type) || part["type"] === "reasoning_text") return [];
      if (shape.reasoning === "withhold" && SUMMARY_EVENTS.test(type)) return [];
    }
    const item = message["item"];
    const response = message["response"];
    const part = message["part"];
    const kept = shape.logprobs === "withhold" ? dropLogprobs(message) : message;
    if (!isFields(item) && !isFields(response) && !isFields(part)) return [kept];
    return [
      {
        ...kept,
        ...(isFields(part) && shape.logprobs === "withhold" ? { part: dropLogprobs(part) } : {}),
        ...(isFields(item) ? { item: shapeItem(item, shape) } : {}),
        ...(isFields(response) ? { response: shapeResponse(response, shape) } : {}),
      },
    ];
  };
}
