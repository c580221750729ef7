import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bedrockFormat } from "./bedrock.js";

const load = (name: string): unknown => JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), "utf8"));
const read = (record: unknown): unknown[] =>
  bedrockFormat.read(record).map((reading) => ("event" in reading ? reading.event : reading.problem.code));

const [converse, titan, llama, anthropic, throttled] = load("invocations") as Record<string, unknown>[];
const ROLE = { accountId: "arn:aws:sts::123456789012:assumed-role/ExampleRole", organizationId: "123456789012" };
const USER = { accountId: "arn:aws:iam::123456789012:user/alice", organizationId: "123456789012" };
const channel = "cloud:aws-bedrock";

describe("Bedrock's model-invocation log", () => {
  it("of Converse", () => {
    expect(read(converse)).toEqual([
      {
        ...ROLE,
        channel,
        requestId: "915a6a04-3f83-4c70-a277-7fbf7ea546b3",
        atMs: Date.UTC(2025, 3, 9, 23, 0, 17),
        endUserHint: "example-session",
        targetModel: "anthropic.claude-3-haiku-20240307-v1:0",
        status: 200,
        operation: "Converse",
        isStream: false,
        inputTokens: 35,
        outputTokens: 446,
        latencyMs: 3640,
        sampling: { temperature: 0.5, topP: 0.9, maxOutputTokens: 512 },
        tools: ["top_song"],
        system: "Answer in one word.",
        messages: [{ role: "user", content: "Where is the Louvre?" }],
        output: "Paris",
        finishReason: "end_turn",
        reasoningHandlesIssued: ["sig-converse"],
      },
    ]);
  });

  it("of Titan, streamed", () => {
    expect(read(titan)).toEqual([
      {
        ...USER,
        channel,
        requestId: "a1b2c3d4-5678-90ab-cdef-EXAMPLE11111",
        atMs: Date.UTC(2025, 0, 15, 14, 30),
        targetModel: "amazon.titan-text-express-v1",
        status: 200,
        operation: "InvokeModelWithResponseStream",
        isStream: true,
        inputTokens: 7,
        outputTokens: 11,
        sampling: { temperature: 0, topP: 0.9, maxOutputTokens: 2048 },
        messages: [{ role: "user", content: "User: Hello\n\nBot:" }],
        output: " Hello! How can I assist you today?",
        finishReason: "FINISH",
      },
    ]);
  });

  it("of Llama by ARN", () => {
    expect(read(llama)).toMatchObject([
      {
        ...USER,
        targetModel: "meta.llama3-1-70b-instruct-v1:0",
        sampling: { temperature: 0.1, topP: 0.9, maxOutputTokens: 2048 },
        output: "\n\nThe capital of Sudan is Khartoum.",
        finishReason: "stop",
      },
    ]);
  });

  it("of Anthropic's messages, streamed: text is joined, signatures are found on both sides", () => {
    expect(read(anthropic)).toEqual([
      {
        ...ROLE,
        channel,
        requestId: "a1b2c3d4-5678-90ab-cdef-EXAMPLE33333",
        atMs: Date.UTC(2025, 5, 26, 12),
        endUserHint: "other-session",
        targetModel: "anthropic.claude-sonnet-4-20250514-v1:0",
        status: 200,
        operation: "InvokeModelWithResponseStream",
        isStream: true,
        inputTokens: 30,
        outputTokens: 9,
        cachedInputTokens: 12,
        sampling: { maxOutputTokens: 1024 },
        tools: ["lookup"],
        system: "Be exact.",
        messages: [
          { role: "user", content: "Say hi" },
          { role: "assistant", content: "hi" },
          { role: "user", content: "again" },
        ],
        output: "hi again",
        finishReason: "end_turn",
        reasoningHandlesSubmitted: ["sig-sent"],
        reasoningHandlesIssued: ["sig-issued"],
      },
    ]);
  });

  it("as AWS's observability guide publishes it, word for word: every field of ours that it carries", () => {
    expect(read(load("published-sample"))).toEqual([
      {
        accountId: "arn:aws:sts::123456789012:assumed-role/my-bedrock-role",
        organizationId: "123456789012",
        endUserHint: "my-session",
        channel,
        requestId: "a1b2c3d4-e5f6-7890-abcd-ef1234567890",
        atMs: Date.UTC(2026, 3, 17, 14, 21, 50),
        targetModel: "cohere.command-r-plus-v1:0",
        status: 200,
        operation: "InvokeModel",
        isStream: false,
        inputTokens: 8,
        outputTokens: 20,
        sampling: { temperature: 0.7, maxOutputTokens: 256 },
        messages: [{ role: "user", content: "Write a short joke about software engineers." }],
        output: "Why did the engineer break up? Because they couldn't commit.",
        finishReason: "COMPLETE",
      },
    ]);
  });

  const body = (outputBodyJson: unknown): object => ({ ...converse, input: {}, output: { outputBodyJson } });

  it.each<[string, object, object]>([
    ["of Converse's body", { ...converse, input: {} }, { inputTokens: 35, outputTokens: 446 }],
    ["of Llama's body", body({ prompt_token_count: 3, generation_token_count: 4 }), { inputTokens: 3, outputTokens: 4 }],
    [
      "of the last event of a stream",
      body([{}, { "amazon-bedrock-invocationMetrics": { inputTokenCount: 3, outputTokenCount: 4 } }]),
      { inputTokens: 3, outputTokens: 4 },
    ],
    ["of an embedding: nothing is written", body({ embedding: [0.1], inputTextTokenCount: 5 }), { inputTokens: 5, outputTokens: 0 }],
    ["of what failed: none", { ...converse, errorCode: "ThrottlingException", input: {}, output: {} }, { status: 429, inputTokens: 0 }],
    ["untold where nothing tells them", body({}), { untold: ["input_tokens", "output_tokens"] }],
  ])("counts tokens that the record does not: %s", (_claim, record, expected) => {
    const [event] = read(record) as object[];
    expect(event).toMatchObject(expected);
    if (!("untold" in expected)) expect(event).not.toHaveProperty("untold");
  });

  it("of a throttled request without identity", () => {
    expect(read(throttled)).toMatchObject([{ accountId: "123456789012", status: 429, errorCode: "ThrottlingException", outputTokens: 0 }]);
  });

  it("inside a CloudWatch subscription, beside the notice that logging was switched on", () => {
    expect(read(load("cloudwatch-subscription"))).toMatchObject([
      "SW1213",
      { ...ROLE, requestId: "9e7919c8-d0f3-4c8d-971a-51ec26b490a5", targetModel: "amazon.nova-pro-v1:0", inputTokens: 4, outputTokens: 10 },
    ]);
  });

  it("inside the output of filter-log-events and as a lone message", () => {
    const message = JSON.stringify(converse);
    expect(read({ events: [{ timestamp: 1, message }] })).toEqual(read(converse));
    expect(read({ "@timestamp": "x", "@message": message })).toEqual(read(converse));
  });

  it("tells sessions of one role apart only as a hint", () => {
    const [a, b] = [...read(converse), ...read(anthropic)] as { accountId: string; endUserHint: string }[];
    expect(a?.accountId).toBe(b?.accountId);
    expect(a?.endUserHint).not.toBe(b?.endUserHint);
  });

  it.each([
    ["no request id", { ...converse, requestId: undefined }, "SW1206"],
    ["no model", { ...converse, modelId: undefined }, "SW1206"],
    ["no time", { ...converse, timestamp: "yesterday" }, "SW1208"],
    ["no object", [], "SW1211"],
  ])("%s is a problem, not an event", (_claim, record, code) => {
    expect(read(record)).toEqual([code]);
  });

  it.each([
    ["a record", converse, 1],
    ["an envelope", load("cloudwatch-subscription"), 0.9],
    ["a native event", { request_id: "r" }, 0],
  ])("recognises %s with %s or better", (_claim, record, sureness) => {
    expect(bedrockFormat.recognise(record)).toBeGreaterThanOrEqual(sureness);
  });
});
