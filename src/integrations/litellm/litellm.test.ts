import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { litellmFormat } from "./litellm.js";

const load = (name: string): unknown => JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), "utf8"));
const read = (record: unknown): unknown[] =>
  litellmFormat.read(record).map((reading) => ("event" in reading ? reading.event : reading.problem.code));

describe("LiteLLM's StandardLoggingPayload", () => {
  it("as its own tests record it: nobody is named, the time has no offset", () => {
    expect(read(load("recorded-payload"))).toEqual([
      {
        requestId: "chatcmpl-2299b6a2-82a3-465a-b47c-04e685a2227f",
        atMs: Date.UTC(2025, 0, 24, 9, 20, 46, 847),
        accountId: "unattributed:litellm",
        targetModel: "gpt-4o",
        status: 200,
        inputTokens: 10,
        outputTokens: 20,
        operation: "acompletion",
        isStream: true,
        latencyMs: 7,
        messages: [{ role: "user", content: "Hello, world!" }],
        output: "hi",
        finishReason: "stop",
      },
    ]);
  });

  const [whole, failed] = load("specified-payloads") as [Record<string, unknown>, Record<string, unknown>];

  it("with every field that the specification lists and we read", () => {
    expect(read(whole)).toEqual([
      {
        requestId: "chatcmpl-spec-1",
        atMs: 1_769_012_345_678,
        accountId: "88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b",
        organizationId: "org-1",
        keyHash: "88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b",
        endUserHint: "customer-17",
        sessionId: "b980db26-9512-45cc-b1da-c511a363b83f",
        client: { ip: "203.0.113.7", userAgent: "anthropic-python/0.40" },
        targetModel: "claude-sonnet-4-5",
        status: 200,
        operation: "acompletion",
        isStream: false,
        latencyMs: 2222,
        inputTokens: 120,
        outputTokens: 100,
        reasoningTokens: 25,
        cachedInputTokens: 60,
        sampling: { temperature: 0.2, topP: 0.9, n: 1, maxOutputTokens: 512, seed: 7, logprobs: true },
        tools: ["get_weather"],
        system: "Answer briefly.",
        messages: [
          { role: "user", content: "What is 2 + 2?" },
          { role: "assistant", content: "4" },
          { role: "user", content: "And 3 + 3?" },
        ],
        output: "6",
        finishReason: "stop",
        reasoningHandlesSubmitted: ["sig-sent"],
        reasoningHandlesIssued: ["sig-issued"],
      },
    ]);
  });

  it("of a failure before a deployment was chosen, with text redacted", () => {
    expect(read(failed)).toEqual([
      {
        requestId: "chatcmpl-spec-2",
        atMs: 1_769_012_350_000,
        accountId: "team-2",
        organizationId: "team-2",
        targetModel: "gpt-4o",
        status: 429,
        errorCode: "RateLimitError",
        operation: "acompletion",
        inputTokens: 0,
        outputTokens: 0,
        sampling: { maxOutputTokens: 64 },
      },
    ]);
  });

  it.each<[string, object, object]>([
    [
      "status and tokens",
      { status: undefined, prompt_tokens: null, completion_tokens: "?", error_information: null },
      { status: 0, untold: ["status", "input_tokens", "output_tokens"] },
    ],
    ["the number of a failure", { status: "failure", error_information: null }, { status: 500 }],
    ["the tokens of a failure", { status: "failure", prompt_tokens: null, completion_tokens: null }, { inputTokens: 0, outputTokens: 0 }],
    ["its status beside an error's code", { status: undefined, error_information: { error_code: "404" } }, { status: 404 }],
  ])("that does not tell %s pretends nothing", (_claim, fields, expected) => {
    const [event] = read({ ...whole, ...fields }) as object[];
    expect(event).toMatchObject(expected);
    if (!("untold" in expected)) expect(event).not.toHaveProperty("untold");
  });

  it.each([
    ["a record of another kind", { request_id: "x" }, "SW1211"],
    ["no object", 7, "SW1211"],
    ["no id", { ...whole, id: null }, "SW1206"],
    ["no start time", { ...whole, startTime: null }, "SW1208"],
    ["milliseconds where seconds belong", { ...whole, startTime: 1_769_012_345_678 }, "SW1208"],
    ["no model and no group", { ...whole, model: "", model_group: "" }, "SW1206"],
  ])("%s is a problem, not an event", (_claim, record, code) => {
    expect(read(record)).toEqual([code]);
  });

  it.each([
    ["its own payload", whole, 1],
    ["the callback's arguments around it", { standard_logging_object: whole }, 1],
    ["a native event", { request_id: "r", at: 1, account_id: "a", target_model: "m" }, 0],
  ])("recognises %s with %s", (_claim, record, sureness) => {
    expect(litellmFormat.recognise(record)).toBe(sureness);
  });
});
