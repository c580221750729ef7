import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { otlpFormat } from "./otlp.js";

const load = (name: string): unknown => JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), "utf8"));
const read = (record: unknown): unknown[] =>
  otlpFormat.read(record).map((reading) => ("event" in reading ? reading.event : reading.problem.code));

const JOKE = " Why did the developer bring OpenTelemetry to the party? Because it always knows how to trace the fun!";
const CHAT = {
  requestId: "chatcmpl-9J3uIL87gldCFtiIbyaOvTeYBRA3l",
  accountId: "tenant-1",
  targetModel: "gpt-4",
  status: 200,
  inputTokens: 52,
  outputTokens: 47,
  operation: "chat",
  sampling: { topP: 1, maxOutputTokens: 200 },
  messages: [{ role: "user", content: "Tell me a joke about OpenTelemetry" }],
  output: JOKE,
  finishReason: "stop",
};

describe("OpenTelemetry's GenAI telemetry", () => {
  it("as spans of 1.37 with messages on attributes; tools and HTTP are passed over, a failure is kept", () => {
    expect(read(load("spans-1.37"))).toEqual([
      { ...CHAT, atMs: 1_769_012_345_678, latencyMs: 2222, system: "You are a helpful bot" },
      {
        requestId: "4bf92f3577b34da6a3ce929d0e0e4736:00f067aa0ba902c0",
        atMs: 1_769_012_345_678,
        latencyMs: 2222,
        accountId: "tenant-1",
        targetModel: "gpt-4",
        status: 429,
        errorCode: "rate_limit_exceeded",
        operation: "chat",
        inputTokens: 0,
        outputTokens: 0,
      },
    ]);
  });

  it("as a log record of 1.37 with structured messages", () => {
    expect(read(load("logs-1.37"))).toEqual([{ ...CHAT, atMs: 1_769_012_347_900, system: "Be kind.\nYou are a helpful bot" }]);
  });

  it("as spans of 1.26 with the prompt in a span event, and with numbered attributes", () => {
    expect(read(load("spans-1.26"))).toEqual([
      {
        requestId: "chatcmpl-123",
        atMs: 1_769_012_345_678,
        latencyMs: 2222,
        accountId: "service:chat-backend",
        targetModel: "gpt-4",
        status: 200,
        inputTokens: 100,
        outputTokens: 180,
        sampling: { temperature: 0, topP: 1, maxOutputTokens: 100 },
        messages: [{ role: "user", content: "What is the capital of France?" }],
        output: "The capital of France is Paris.",
        finishReason: "stop",
      },
      {
        requestId: "4bf92f3577b34da6a3ce929d0e0e4736:00f067aa0ba902c1",
        atMs: 1_769_012_345_678,
        latencyMs: 2222,
        accountId: "service:chat-backend",
        targetModel: "gpt-4",
        status: 200,
        operation: "chat",
        isStream: true,
        inputTokens: 15,
        outputTokens: 3,
        messages: [{ role: "user", content: "Tell me a joke" }],
        output: "No.",
        finishReason: "stop",
      },
    ]);
  });

  const messageLogs = load("logs-1.30") as Record<string, unknown>;

  it("as message log records of 1.30: one request a span, the vendor for want of a model", () => {
    expect(read(messageLogs)).toEqual([
      {
        requestId: "4bf92f3577b34da6a3ce929d0e0e4736:00f067aa0ba902b7",
        atMs: 1_769_012_345_678,
        accountId: "service:chat-backend",
        targetModel: "openai",
        status: 0,
        untold: ["target_model", "status", "input_tokens", "output_tokens"],
        inputTokens: 0,
        outputTokens: 0,
        system: "You're a helpful bot",
        messages: [{ role: "user", content: "What's the weather in Paris?" }],
        output: "The weather in Paris is rainy and overcast, with temperatures around 57°F",
        finishReason: "stop",
      },
    ]);
  });

  it("with messages as log records beside their span in one envelope: they join it", () => {
    const span = {
      traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
      spanId: "00f067aa0ba902b7",
      startTimeUnixNano: "1769012345000000000",
      attributes: [
        { key: "gen_ai.request.model", value: { stringValue: "gpt-4" } },
        { key: "user.id", value: { stringValue: "user-1" } },
      ],
    };
    const [event, ...more] = read({ ...messageLogs, resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
    expect(more).toEqual([]);
    expect(event).toMatchObject({ targetModel: "gpt-4", accountId: "user-1", messages: [{ content: "What's the weather in Paris?" }] });
  });

  const spanWith = (fields: object, attributes: unknown[] = [{ key: "gen_ai.request.model", value: { stringValue: "m" } }]): unknown => ({
    resourceSpans: [
      { scopeSpans: [{ spans: [{ traceId: "t", spanId: "s", startTimeUnixNano: "1769012345000000000", attributes, ...fields }] }] },
    ],
  });

  it.each([
    ["nothing but other telemetry", spanWith({}, []), []],
    ["no time", spanWith({ startTimeUnixNano: "0" }), ["SW1208"]],
    ["no id at all", spanWith({ traceId: "", spanId: "" }), ["SW1206"]],
    ["seconds in place of nanoseconds", spanWith({ startTimeUnixNano: "1769012345" }), ["SW1208"]],
    ["an envelope of metrics", { resourceMetrics: [] }, ["SW1211"]],
    ["no object", "span", ["SW1211"]],
    ["an empty envelope", { resourceSpans: [] }, []],
    ["an envelope of the wrong types", { resourceSpans: [7, { scopeSpans: [null, { spans: [null] }] }] }, []],
  ])("%s", (_claim, record, codes) => {
    expect(read(record)).toEqual(codes);
  });
});
