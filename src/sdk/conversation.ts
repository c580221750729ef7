/** Conversations as the products log them: a list of messages whose content is text, a list of parts, or something nested. */
import type { Message } from "../vocabulary/request-event.js";
import { asFields, asList, asText, flattenText, isFields } from "./record-fields.js";

/** What was sent, in the shape of a request event. Parts that are absent were not logged. */
export interface Conversation {
  system?: string;
  messages?: Message[];
  /** Opaque references to reasoning found in it. */
  reasoningHandles: string[];
}

/** Roles that instruct the model rather than speak to it. */
const SYSTEM_ROLES: ReadonlySet<string> = new Set(["system", "developer"]);

/**
 * Reads messages in the shapes of OpenAI, Anthropic, Bedrock Converse and OpenTelemetry (`parts`). A bare string is one user message. System
 * messages join `system`; their place among the others is given up.
 */
export function readConversation(messages: unknown, system?: unknown): Conversation {
  const conversation: Conversation = { reasoningHandles: collectReasoningHandles(messages) };
  const instructions: string[] = [];
  const given = flattenText(system);
  if (given !== "") instructions.push(given);
  if (typeof messages === "string" && messages !== "") conversation.messages = [{ role: "user", content: messages }];
  else if (Array.isArray(messages)) {
    conversation.messages = [];
    for (const item of messages) {
      const message = readMessage(item);
      if (message === null) continue;
      if (SYSTEM_ROLES.has(message.role)) instructions.push(message.content);
      else conversation.messages.push(message);
    }
  }
  if (instructions.length > 0) conversation.system = instructions.join("\n");
  return conversation;
}

function readMessage(item: unknown): Message | null {
  if (typeof item === "string") return { role: "user", content: item };
  if (!isFields(item)) return null;
  // Items of the Responses interface that are no messages (tool calls, reasoning) have a type instead of a role.
  const role = asText(item["role"]) ?? asText(item["type"]) ?? "user";
  return { role, content: flattenText(item["content"] ?? item["parts"] ?? item["text"] ?? item["output"]) };
}

/** Depth below which nothing is looked for: messages, parts, blocks, their text. */
const HANDLE_DEPTH_MAX = 6;

/**
 * Opaque references to reasoning in a request or an answer: Anthropic's thinking signatures and redacted thinking, the same in Converse's
 * shape, encrypted reasoning items of the Responses interface, Gemini's thought signatures. In order of appearance.
 */
export function collectReasoningHandles(value: unknown, depth = 0): string[] {
  if (depth > HANDLE_DEPTH_MAX || typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item) => collectReasoningHandles(item, depth + 1));
  const fields = asFields(value);
  const handles: string[] = [];
  for (const key of ["signature", "encrypted_content", "redactedContent", "thoughtSignature", "thought_signature"]) {
    const handle = asText(fields[key]);
    if (handle !== undefined) handles.push(handle);
  }
  if (fields["type"] === "redacted_thinking") handles.push(...[asText(fields["data"])].filter((data) => data !== undefined));
  for (const key of ["content", "parts", "reasoningContent", "reasoningText", "thinking_blocks", "message", "provider_specific_fields"]) {
    handles.push(...collectReasoningHandles(fields[key], depth + 1));
  }
  return handles;
}

/** The text of an answer in the shapes of OpenAI (`choices`), Anthropic and the Responses interface (`content`, `output`), or plain text. */
export function readAnswer(response: unknown): { output?: string; finishReason?: string; reasoningHandles: string[] } {
  if (typeof response === "string") return response === "" ? { reasoningHandles: [] } : { output: response, reasoningHandles: [] };
  if (Array.isArray(response)) return readAnswer({ content: response });
  const fields = asFields(response);
  const choice = asFields(asList(fields["choices"])[0]);
  const message = isFields(choice["message"]) ? choice["message"] : choice["text"] === undefined ? fields : choice;
  const output = flattenText(message["content"] ?? message["text"] ?? message["output"] ?? message["completion"] ?? message["parts"]);
  const finishReason = asText(choice["finish_reason"]) ?? asText(fields["stop_reason"]) ?? asText(fields["finish_reason"]);
  return {
    ...(output === "" ? {} : { output }),
    ...(finishReason === undefined ? {} : { finishReason }),
    reasoningHandles: [...collectReasoningHandles(message), ...collectReasoningHandles(fields["output"])],
  };
}

/** Parses text that holds JSON, as several exporters write nested fields; anything else is returned as it is. */
export function parseNestedJson(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
