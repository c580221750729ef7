/** Anthropic's Messages interface: blocks of content by index, each started, filled and stopped by events. */
import { asFields, asList, asText, asTokens, type Fields, isFields, readAnswer } from "../../sdk/index.js";
import type { AnswerFacts, Dialect, Shape, StreamReader, StreamShaper } from "./dialect.js";
import { gatherAnswer, readCommonRequest, readUsage } from "./reading.js";
import { countWords, isStandIn, writeStandIn } from "./stand-in.js";

/** Messages. */
export const messagesDialect: Dialect = {
  api: "anthropic",
  operation: "messages",
  readRequest: (body) => readCommonRequest(body, { messages: body["messages"], system: body["system"] }),
  restoreRequest,
  // The interface has neither choices nor log probabilities.
  limitRequest: (body) => body,
  readAnswer: readMessage,
  shapeAnswer,
  createStreamReader,
  createStreamShaper,
};

/**
 * Reasoning comes back with the conversation. The API takes a block whose text is empty, because its signature carries the reasoning (as with
 * `display: "omitted"`), but no block with another text; so a stand-in of ours is emptied.
 */
function restoreRequest(body: Fields): Fields {
  let isChanged = false;
  const restoreBlock = (block: unknown): unknown => {
    if (!isFields(block) || block["type"] !== "thinking" || !isStandIn(block["thinking"])) return block;
    isChanged = true;
    return { ...block, thinking: "" };
  };
  const messages = asList(body["messages"]).map((message) => {
    const content = asFields(message)["content"];
    return Array.isArray(content) ? { ...asFields(message), content: content.map(restoreBlock) } : message;
  });
  return isChanged ? { ...body, messages } : body;
}

function readMessage(answer: Fields): AnswerFacts {
  const { finishReason, reasoningHandles } = readAnswer(answer);
  const facts: AnswerFacts = readUsage(answer["usage"]);
  const output = asList(answer["content"])
    .map((block) => (asFields(block)["type"] === "text" ? asText(asFields(block)["text"]) : undefined))
    .filter((text) => text !== undefined)
    .join("\n");
  if (output !== "") facts.output = output;
  if (finishReason !== undefined) facts.finishReason = finishReason;
  if (finishReason === "refusal") facts.isRefusal = true;
  if (reasoningHandles.length > 0) facts.reasoningHandlesIssued = reasoningHandles;
  return facts;
}

function createStreamReader(): StreamReader {
  const gathered = gatherAnswer();
  return {
    read(message) {
      switch (message["type"]) {
        case "message_start":
          gathered.add(readUsage(asFields(message["message"])["usage"]));
          return;
        case "content_block_start":
          gathered.addHandles(message["content_block"]);
          gathered.addText(asFields(message["content_block"])["text"]);
          return;
        case "content_block_delta":
          gathered.addHandles(message["delta"]);
          gathered.addText(asFields(message["delta"])["text"]);
          return;
        case "message_delta": {
          // The counts here are sums from the start on; those of the input may be absent or partial.
          const { outputTokens } = readUsage(message["usage"]);
          if (outputTokens !== undefined) gathered.add({ outputTokens });
          const finishReason = asText(asFields(message["delta"])["stop_reason"]);
          if (finishReason !== undefined) gathered.add({ finishReason, ...(finishReason === "refusal" ? { isRefusal: true } : {}) });
        }
      }
    },
    tell: () => gathered.tell(),
  };
}

/** Empty text with the signature kept is the API's own form of reasoning that is not shown; encrypted blocks show nothing as they are. */
function shapeAnswer(answer: Fields, { reasoning }: Shape): Fields {
  const content = answer["content"];
  if (reasoning === undefined || !Array.isArray(content)) return answer;
  const hide = (block: unknown): unknown => {
    if (!isFields(block) || block["type"] !== "thinking") return block;
    const words = countWords(asText(block["thinking"]) ?? "");
    return { ...block, thinking: reasoning === "summarise" && words > 0 ? writeStandIn(words) : "" };
  };
  return { ...answer, content: content.map(hide) };
}

/** Pieces of reasoning are left out; blocks keep their place, their signature and their end. */
function createStreamShaper({ reasoning }: Shape): StreamShaper {
  const hidden = new Map<number, number>();
  const tellWords = (index: number): Fields[] => {
    const words = hidden.get(index) ?? 0;
    hidden.delete(index);
    if (words === 0 || reasoning !== "summarise") return [];
    return [{ type: "content_block_delta", index, delta: { type: "thinking_delta", thinking: writeStandIn(words) } }];
  };
  return (message) => {
    if (reasoning === undefined) return [message];
    const index = asTokens(message["index"]) ?? 0;
    const type = message["type"];
    if (type === "content_block_start") {
      const block = asFields(message["content_block"]);
      if (block["type"] !== "thinking") return [message];
      hidden.set(index, countWords(asText(block["thinking"]) ?? ""));
      return [{ ...message, content_block: { ...block, thinking: "" } }];
    }
    if (type === "content_block_stop") return [...tellWords(index), message];
    if (type !== "content_block_delta") return [message];
    const delta = asFields(message["delta"]);
    if (delta["type"] === "signature_delta") return [...tellWords(index), message];
    if (delta["type"] !== "thinking_delta") return [message];
    hidden.set(index, (hidden.get(index) ?? 0) + countWords(asText(delta["thinking"]) ?? ""));
    return [];
  };
}
