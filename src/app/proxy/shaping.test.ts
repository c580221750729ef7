import { describe, expect, it } from "vitest";
import type { Fields } from "../../sdk/index.js";
import { messagesDialect } from "./anthropic-messages.js";
import type { Dialect, Shape } from "./dialect.js";
import { chatDialect, completionsDialect } from "./openai-chat.js";
import { responsesDialect } from "./openai-responses.js";
import { countWords, isStandIn, writeStandIn } from "./stand-in.js";

const withhold: Shape = { reasoning: "withhold" };
const summarise: Shape = { reasoning: "summarise" };
const STAND_IN = "[Reasoning left out: 3 words.]";

describe("reasoning beside a chat answer, wherever a server puts it", () => {
  const shapeMessage = (message: Fields, shape: Shape): unknown =>
    (chatDialect.shapeAnswer({ choices: [{ index: 0, message }] }, shape)["choices"] as { message: unknown }[])[0].message;

  it.each<[claim: string, message: Fields, withheld: Fields, summarised: Fields]>([
    ["DeepSeek", { content: "ok", reasoning_content: "one two three" }, { content: "ok" }, { content: "ok", reasoning_content: STAND_IN }],
    ["vLLM and Groq", { content: "ok", reasoning: "one two three" }, { content: "ok" }, { content: "ok", reasoning: STAND_IN }],
    ["both names at once", { reasoning: "one two three", reasoning_content: "one two three" }, {}, { reasoning_content: STAND_IN }],
    [
      "OpenRouter",
      {
        reasoning_details: [
          { type: "reasoning.text", text: "one", signature: "s" },
          { type: "reasoning.encrypted", data: "d" },
        ],
      },
      {
        reasoning_details: [
          { type: "reasoning.text", text: "", signature: "s" },
          { type: "reasoning.encrypted", data: "d" },
        ],
      },
      {
        reasoning_details: [
          { type: "reasoning.text", text: "", signature: "s" },
          { type: "reasoning.encrypted", data: "d" },
        ],
      },
    ],
    [
      "LiteLLM",
      {
        thinking_blocks: [{ type: "thinking", thinking: "one", signature: "s" }],
        provider_specific_fields: { reasoning_content: "one", citations: ["c"] },
      },
      {
        thinking_blocks: [{ type: "thinking", thinking: "", signature: "s" }],
        provider_specific_fields: { reasoning_content: "", citations: ["c"] },
      },
      {
        thinking_blocks: [{ type: "thinking", thinking: "", signature: "s" }],
        provider_specific_fields: { reasoning_content: "", citations: ["c"] },
      },
    ],
    [
      "none",
      { content: "ok", tool_calls: [{ id: "t" }] },
      { content: "ok", tool_calls: [{ id: "t" }] },
      { content: "ok", tool_calls: [{ id: "t" }] },
    ],
    ["an empty one", { content: "ok", reasoning_content: "" }, { content: "ok" }, { content: "ok" }],
  ])("%s", (_, message, withheld, summarised) => {
    expect(shapeMessage(message, withhold)).toEqual(withheld);
    expect(shapeMessage(message, summarise)).toEqual(summarised);
  });
});

describe("a chat stream with several choices", () => {
  const deltasOf = (events: readonly [number, Fields, string?][], shape: Shape): unknown[] => {
    const shapeEvent = chatDialect.createStreamShaper(shape);
    return events
      .flatMap(([index, delta, finish]) => shapeEvent({ choices: [{ index, delta, finish_reason: finish ?? null }] }))
      .map((message) => (message["choices"] as { index: number; delta: unknown }[])[0])
      .map(({ index, delta }) => [index, delta]);
  };
  const interleaved: [number, Fields, string?][] = [
    [0, { role: "assistant", content: "" }],
    [1, { reasoning_content: "one " }],
    [0, { reasoning_content: "a b" }],
    [1, { reasoning_content: "two three" }],
    [0, { content: "zero" }],
    [1, {}, "length"],
    [0, { reasoning_content: "again" }],
    [0, {}, "stop"],
  ];

  it("keeps every piece in its place, without its reasoning", () => {
    expect(deltasOf(interleaved, withhold)).toEqual([
      [0, { role: "assistant", content: "" }],
      ...[1, 0, 1].map((index) => [index, {}]),
      [0, { content: "zero" }],
      [1, {}],
      [0, {}],
      [0, {}],
    ]);
  });

  it("tells for each choice how much there was, when its reasoning is over", () => {
    const deltas = deltasOf(interleaved, summarise);
    expect(deltas[4]).toEqual([0, { content: "zero", reasoning_content: "[Reasoning left out: 2 words.]" }]);
    expect(deltas[5]).toEqual([1, { reasoning_content: STAND_IN }]);
    expect(deltas[7]).toEqual([0, { reasoning_content: "[Reasoning left out: 1 word.]" }]);
  });
});

describe("requests under a shape", () => {
  it.each<[Dialect, Fields, Shape, Fields]>([
    [chatDialect, { n: 8, logprobs: true, top_logprobs: 5, model: "m" }, { logprobs: "withhold", choicesMax: 2 }, { n: 2, model: "m" }],
    [chatDialect, { n: 8, logprobs: true }, withhold, { n: 8, logprobs: true }],
    [chatDialect, { n: 2, logprobs: false }, { logprobs: "withhold", choicesMax: 2 }, { n: 2, logprobs: false }],
    [completionsDialect, { n: 1, best_of: 20, logprobs: 5 }, { logprobs: "withhold", choicesMax: 1 }, { n: 1, best_of: 1 }],
    [
      responsesDialect,
      { top_logprobs: 5, include: ["message.output_text.logprobs", "reasoning.encrypted_content"] },
      { logprobs: "withhold" },
      { include: ["reasoning.encrypted_content"] },
    ],
    [responsesDialect, { input: "x" }, { logprobs: "withhold", choicesMax: 1 }, { input: "x" }],
    [messagesDialect, { n: 3 }, { logprobs: "withhold", choicesMax: 1 }, { n: 3 }],
  ])("%#", (dialect, body, shape, expected) => {
    const limited = dialect.limitRequest(body, shape);
    expect(limited).toEqual(expected);
    // The same object where nothing changed: then the bytes go on as they came.
    expect(limited === body).toBe(JSON.stringify(body) === JSON.stringify(expected));
  });
});

describe("Anthropic's blocks", () => {
  const content = [
    { type: "thinking", thinking: "one two three", signature: "s" },
    { type: "redacted_thinking", data: "d" },
    { type: "tool_use", id: "t", name: "n", input: { thinking: "the tool's own" } },
  ];
  it("keep signatures, encrypted reasoning and tools", () => {
    expect(messagesDialect.shapeAnswer({ content }, withhold)["content"]).toEqual([{ ...content[0], thinking: "" }, ...content.slice(1)]);
    expect(messagesDialect.shapeAnswer({ content }, summarise)["content"]).toEqual([
      { ...content[0], thinking: STAND_IN },
      ...content.slice(1),
    ]);
  });
  it("that come back with our stand-in go on as the API's own form of hidden reasoning", () => {
    const body = {
      messages: [
        { role: "user", content: "hi" },
        { role: "assistant", content: [{ ...content[0], thinking: STAND_IN }, content[2]] },
      ],
    };
    expect(messagesDialect.restoreRequest(body)).toEqual({
      messages: [body.messages[0], { role: "assistant", content: [{ ...content[0], thinking: "" }, content[2]] }],
    });
  });
  it("that come back with anything else go on as they are", () => {
    const body = { messages: [{ role: "assistant", content }] };
    expect(messagesDialect.restoreRequest(body)).toBe(body);
  });
  it("with reasoning in between get a stand-in each, before the signature or the end", () => {
    const shapeEvent = messagesDialect.createStreamShaper(summarise);
    const types = [
      { type: "content_block_start", index: 0, content_block: { type: "thinking", thinking: "" } },
      { type: "content_block_delta", index: 0, delta: { type: "thinking_delta", thinking: "a b" } },
      { type: "content_block_delta", index: 0, delta: { type: "signature_delta", signature: "s" } },
      { type: "content_block_stop", index: 0 },
      { type: "content_block_start", index: 2, content_block: { type: "thinking", thinking: "" } },
      { type: "content_block_delta", index: 2, delta: { type: "thinking_delta", thinking: "c" } },
      { type: "content_block_stop", index: 2 },
    ]
      .flatMap((message) => shapeEvent(message))
      .map(({ type, index, delta }) => [type, index, (delta as { type: string; thinking?: string } | undefined)?.thinking]);
    expect(types).toEqual([
      ["content_block_start", 0, undefined],
      ["content_block_delta", 0, "[Reasoning left out: 2 words.]"],
      ["content_block_delta", 0, undefined],
      ["content_block_stop", 0, undefined],
      ["content_block_start", 2, undefined],
      ["content_block_delta", 2, "[Reasoning left out: 1 word.]"],
      ["content_block_stop", 2, undefined],
    ]);
  });
});

describe("items of responses", () => {
  const item = { type: "reasoning", id: "rs", summary: [{ text: "short" }], content: [{ text: "one two three" }], encrypted_content: "e" };
  it.each<[claim: string, answer: Fields, shape: Shape, expected: unknown]>([
    ["withheld", { output: [item] }, withhold, { output: [{ type: "reasoning", id: "rs", summary: [], encrypted_content: "e" }] }],
    [
      "with the API's summary",
      { output: [item] },
      summarise,
      { output: [{ type: "reasoning", id: "rs", summary: item.summary, encrypted_content: "e" }] },
    ],
    [
      "without one",
      { output: [{ ...item, summary: [] }] },
      summarise,
      { output: [{ type: "reasoning", id: "rs", summary: [{ type: "summary_text", text: STAND_IN }], encrypted_content: "e" }] },
    ],
    [
      "listed",
      { object: "list", data: [item] },
      withhold,
      { object: "list", data: [{ type: "reasoning", id: "rs", summary: [], encrypted_content: "e" }] },
    ],
    [
      "without log probabilities, asked for or not",
      { output: [{ type: "message", content: [{ type: "output_text", text: "a", logprobs: [{ token: "a", logprob: -1 }] }] }] },
      { logprobs: "withhold" },
      { output: [{ type: "message", content: [{ type: "output_text", text: "a", logprobs: [] }] }] },
    ],
    ["alone", item, withhold, { type: "reasoning", id: "rs", summary: [], encrypted_content: "e" }],
  ])("%s", (_, answer, shape, expected) => expect(responsesDialect.shapeAnswer(answer, shape)).toEqual(expected));
});

describe("the stand-in", () => {
  it.each([
    [1, "[Reasoning left out: 1 word.]"],
    [40, "[Reasoning left out: 40 words.]"],
    [338, "[Reasoning left out: about 340 words.]"],
    [99_950, "[Reasoning left out: about 100000 words.]"],
  ])("of %i words", (words, expected) => {
    expect(writeStandIn(words)).toBe(expected);
    expect(isStandIn(expected)).toBe(true);
  });
  it("counts scripts without blanks too", () => expect(countWords("思".repeat(100))).toBe(5));
  it("is nothing else", () => expect([isStandIn(`${STAND_IN} and more`), isStandIn(""), isStandIn(null)]).toEqual([false, false, false]));
});
