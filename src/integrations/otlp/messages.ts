/**
 * What was said, in every place where GenAI telemetry has kept it: `gen_ai.input.messages` (from 1.37 on), numbered attributes (OpenLLMetry),
 * span events with one message each (1.28 to 1.36), span events with the whole prompt (to 1.27).
 */
import {
  asFields,
  asText,
  type Fields,
  isFields,
  parseNestedJson,
  readAnswer,
  readConversation,
  type RequestEvent,
} from "../../sdk/index.js";

/** A message event: a span event, or a log record. */
export interface MessageEvent {
  name: string;
  attributes: Fields;
  /** The body of a log record; span events have none. */
  body?: unknown;
}

/** The fields of a request event that messages tell. */
export type SpokenFields = Partial<
  Pick<RequestEvent, "system" | "messages" | "output" | "finishReason" | "reasoningHandlesIssued" | "reasoningHandlesSubmitted">
>;

/** Event names that carry one message each, and its role where the body does not tell. */
const MESSAGE_EVENTS: Readonly<Record<string, string>> = {
  "gen_ai.system.message": "system",
  "gen_ai.user.message": "user",
  "gen_ai.assistant.message": "assistant",
  "gen_ai.tool.message": "tool",
};

/** True for events that are a part of a request. */
export function isMessageEvent(name: string): boolean {
  return name in MESSAGE_EVENTS || name === "gen_ai.choice" || name === "gen_ai.content.prompt" || name === "gen_ai.content.completion";
}

/** Reads what was said from attributes and events; attributes of the newest generation win. */
export function readSpoken(attributes: Fields, events: readonly MessageEvent[]): SpokenFields {
  const system = parseNestedJson(attributes["gen_ai.system_instructions"]);
  const input = parseNestedJson(attributes["gen_ai.input.messages"]) ?? listNumbered(attributes, "gen_ai.prompt") ?? listSent(events);
  const output =
    parseNestedJson(attributes["gen_ai.output.messages"]) ?? listNumbered(attributes, "gen_ai.completion") ?? listAnswers(events);
  const fields: SpokenFields = {};
  const conversation = readConversation(input, system);
  if (conversation.system !== undefined) fields.system = conversation.system;
  if (conversation.messages !== undefined) fields.messages = conversation.messages;
  if (conversation.reasoningHandles.length > 0) fields.reasoningHandlesSubmitted = conversation.reasoningHandles;
  const answer = readAnswer(Array.isArray(output) ? output[0] : output);
  if (answer.output !== undefined) fields.output = answer.output;
  if (answer.finishReason !== undefined) fields.finishReason = answer.finishReason;
  if (answer.reasoningHandles.length > 0) fields.reasoningHandlesIssued = answer.reasoningHandles;
  return fields;
}

/** `gen_ai.prompt.0.role`, `gen_ai.prompt.0.content`, … as a list; `gen_ai.prompt` alone is the whole list or text. */
function listNumbered(attributes: Fields, prefix: string): unknown {
  if (attributes[prefix] !== undefined) return parseNestedJson(attributes[prefix]);
  const messages: Record<string, unknown>[] = [];
  for (const [name, value] of Object.entries(attributes)) {
    const match = name.startsWith(`${prefix}.`) ? /^(\d{1,4})\.(role|content|finish_reason)$/.exec(name.slice(prefix.length + 1)) : null;
    if (match === null) continue;
    const index = Number(match[1]);
    const message = (messages[index] ??= {});
    message[match[2]] = match[2] === "content" ? parseNestedJson(value) : value;
  }
  return messages.length > 0 ? messages.filter((message) => message !== undefined) : undefined;
}

function listSent(events: readonly MessageEvent[]): unknown {
  const whole = events.find((event) => event.name === "gen_ai.content.prompt");
  if (whole !== undefined) return parseNestedJson(whole.attributes["gen_ai.prompt"]);
  const messages = events.filter((event) => event.name in MESSAGE_EVENTS).map((event) => readMessageEvent(event));
  return messages.length > 0 ? messages : undefined;
}

function listAnswers(events: readonly MessageEvent[]): unknown {
  const whole = events.find((event) => event.name === "gen_ai.content.completion");
  if (whole !== undefined) return parseNestedJson(whole.attributes["gen_ai.completion"]);
  const choices = events.filter((event) => event.name === "gen_ai.choice").map((event) => readChoiceEvent(event));
  return choices.length > 0 ? choices : undefined;
}

function readMessageEvent(event: MessageEvent): Fields {
  const body = parseNestedJson(event.body);
  const fields = isFields(body) ? body : event.attributes;
  const content = isFields(body) || body === undefined ? fields["content"] : body;
  return { role: asText(fields["role"]) ?? MESSAGE_EVENTS[event.name], content: parseNestedJson(content) };
}

function readChoiceEvent(event: MessageEvent): Fields {
  const body = asFields(parseNestedJson(event.body));
  const message = parseNestedJson(body["message"] ?? event.attributes["message"]);
  const content = isFields(message) ? message["content"] : (message ?? event.attributes["content"]);
  return {
    role: "assistant",
    content: parseNestedJson(content),
    finish_reason: body["finish_reason"] ?? event.attributes["finish_reason"],
  };
}
