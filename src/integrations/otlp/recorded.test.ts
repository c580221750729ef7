/** Exports that instrumentations really made (README: how they were recorded): every field of the contract that they carry comes out. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { otlpFormat } from "./otlp.js";

const read = (name: string): unknown[] => {
  const record: unknown = JSON.parse(readFileSync(new URL(`./fixtures/recorded-${name}.json`, import.meta.url), "utf8"));
  expect(otlpFormat.recognise(record)).toBe(1);
  return otlpFormat.read(record).map((reading) => ("event" in reading ? reading.event : reading.problem));
};

/** What one call of the OpenAI client asked and got; nothing that was recorded says who is billed. */
const CHAT = {
  requestId: "chatcmpl-recorded0001",
  accountId: "unattributed:otlp",
  targetModel: "gpt-4o-mini",
  status: 200,
  inputTokens: 27,
  outputTokens: 3,
  operation: "chat",
  finishReason: "stop",
  sampling: { temperature: 0.2, topP: 0.9, maxOutputTokens: 64 },
};
const SPOKEN = {
  system: "You answer in one word.",
  messages: [{ role: "user", content: "What is the capital of Portugal?" }],
  output: "Lisbon.",
};

describe("a recorded export of", () => {
  it("OpenLLMetry 0.14: numbered attributes, gen_ai.usage.prompt_tokens", () => {
    expect(read("openllmetry-0.14")).toEqual([
      { ...CHAT, ...SPOKEN, requestId: "66be251ab19cbde5a78ebae13f092e52:ce20673c259c4cce", atMs: 1_795_327_144_349, latencyMs: 96 },
    ]);
  });

  it("OpenLLMetry 0.27: messages on attributes, gen_ai.provider.name", () => {
    expect(read("openllmetry-0.27")).toEqual([{ ...CHAT, ...SPOKEN, atMs: 1_795_327_146_961, latencyMs: 278 }]);
  });

  it("OpenTelemetry's own instrumentation: an answer, and a model that does not exist", () => {
    expect(read("opentelemetry-spans")).toEqual([
      { ...CHAT, atMs: 1_795_327_141_146, latencyMs: 124 },
      {
        requestId: "62e92b4a599936ae17865c59dd1f1f26:abbd7a4a6c6be099",
        accountId: "unattributed:otlp",
        targetModel: "no-such-model",
        atMs: 1_795_327_141_271,
        latencyMs: 8,
        status: 404,
        errorCode: "NotFoundError",
        operation: "chat",
        inputTokens: 0,
        outputTokens: 0,
      },
    ]);
  });

  it("the same as log records: what was said; which model, how many tokens and how it ended is not told", () => {
    const NOT_TOLD = {
      accountId: "unattributed:otlp",
      targetModel: "openai",
      status: 0,
      inputTokens: 0,
      outputTokens: 0,
      untold: ["target_model", "status", "input_tokens", "output_tokens"],
    };
    expect(read("opentelemetry-logs")).toEqual([
      {
        ...NOT_TOLD,
        ...SPOKEN,
        requestId: "87a4c8b70eda72f3059711198b29e500:2cde38dcf0f81c06",
        atMs: 1_795_327_141_146,
        finishReason: "stop",
      },
      {
        ...NOT_TOLD,
        requestId: "62e92b4a599936ae17865c59dd1f1f26:abbd7a4a6c6be099",
        atMs: 1_795_327_141_271,
        messages: [{ role: "user", content: "Hello" }],
      },
    ]);
  });
});
