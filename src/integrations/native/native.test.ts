import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nativeFormat } from "./native.js";

const REQUIRED = {
  request_id: "r1",
  at: "2026-02-14T08:30:00Z",
  account_id: "a1",
  target_model: "m-large",
  status: 200,
  input_tokens: 12,
  output_tokens: 34,
};
const readOne = (record: unknown) => nativeFormat.read(record)[0];
const read = (record: unknown) => {
  const reading = readOne(record);
  return reading === undefined ? undefined : "event" in reading ? reading.event : reading.problem;
};

describe("a native request event", () => {
  it("needs seven fields", () => {
    expect(read(REQUIRED)).toEqual({
      requestId: "r1",
      atMs: Date.UTC(2026, 1, 14, 8, 30),
      accountId: "a1",
      targetModel: "m-large",
      status: 200,
      inputTokens: 12,
      outputTokens: 34,
    });
  });

  it("carries every field of the contract over", () => {
    const full = {
      ...REQUIRED,
      at: 1_771_057_800_000,
      organization_id: "o",
      key_hash: "k",
      end_user_hint: "e",
      session_id: "s",
      channel: "cloud:aws",
      operation: "chat",
      stream: true,
      finish_reason: "stop",
      refusal: false,
      error_code: "none",
      latency_ms: 12.5,
      sampling: { temperature: 0.7, top_p: 1, n: 2, max_output_tokens: 100, logprobs: 5, seed: -1 },
      system: "sys",
      messages: [
        { role: "user", content: "hi" },
        { role: "assistant", content: [{ type: "text", text: "a" }, { type: "image" }, { type: "text", text: "b" }] },
        { role: "tool", content: null },
      ],
      output: "out",
      tools: ["one", { function: { name: "two" } }],
      tool_schema_hash: "h",
      reasoning_tokens: 5,
      cached_input_tokens: 6,
      reasoning_handles_issued: ["i"],
      reasoning_handles_submitted: ["j", "k"],
      client: { ip: "::1", asn: 64_512, as_name: "n", country: "DE", ja4: "t", user_agent: "u" },
      unknown_field: { kept: "in the file" },
    };
    expect(read(full)).toEqual({
      requestId: "r1",
      atMs: 1_771_057_800_000,
      accountId: "a1",
      targetModel: "m-large",
      status: 200,
      inputTokens: 12,
      outputTokens: 34,
      organizationId: "o",
      keyHash: "k",
      endUserHint: "e",
      sessionId: "s",
      channel: "cloud:aws",
      operation: "chat",
      isStream: true,
      finishReason: "stop",
      isRefusal: false,
      errorCode: "none",
      latencyMs: 12.5,
      sampling: { temperature: 0.7, topP: 1, n: 2, maxOutputTokens: 100, logprobs: true, seed: -1 },
      system: "sys",
      messages: [
        { role: "user", content: "hi" },
        { role: "assistant", content: "a\nb" },
        { role: "tool", content: "" },
      ],
      output: "out",
      tools: ["one", "two"],
      toolSchemaHash: "h",
      reasoningTokens: 5,
      cachedInputTokens: 6,
      reasoningHandlesIssued: ["i"],
      reasoningHandlesSubmitted: ["j", "k"],
      client: { ip: "::1", asn: 64_512, asName: "n", country: "DE", ja4: "t", userAgent: "u" },
      otherFields: { unknown_field: { kept: "in the file" } },
    });
  });

  it("takes null for absent in optional fields", () => {
    const names = ["organization_id", "stream", "sampling", "messages", "tools", "client", "reasoning_handles_issued", "latency_ms"];
    expect(read({ ...REQUIRED, ...Object.fromEntries(names.map((name) => [name, null])) })).toEqual(read(REQUIRED));
  });

  it.each([
    ["status", 200.5, "SW1207", "status is no whole number"],
    ["input_tokens", 1.5, "SW1207", "input_tokens is no whole number"],
    ["request_id", undefined, "SW1206", "request_id is missing"],
    ["request_id", null, "SW1206", "request_id is missing"],
    ["request_id", 7, "SW1207", "request_id is a number, not a string"],
    ["request_id", "", "SW1210", "request_id is empty"],
    ["account_id", "x".repeat(1025), "SW1210", "account_id is longer than 1024 characters"],
    ["account_id", ["a"], "SW1207", "account_id is an array, not a string"],
    ["target_model", {}, "SW1207", "target_model is an object, not a string"],
    ["at", undefined, "SW1206", "at is missing"],
    ["at", "yesterday", "SW1208", "at is no time"],
    ["at", "2026-02-14T08:30:00", "SW1208", "at has no offset from UTC"],
    ["at", "2026-02-30T08:30:00Z", "SW1208", "at is no time"],
    ["at", 1_771_057_800, "SW1208", "at looks like seconds"],
    ["at", 1_771_057_800_000_000, "SW1208", "at looks like micro- or nanoseconds"],
    ["at", "1970-01-01T00:00:00Z", "SW1208", "at is before 2015"],
    ["at", 0, "SW1208", "at is before 2015"],
    ["at", -1, "SW1208", "at is before 2015"],
    ["at", "2100-01-01T00:00:00Z", "SW1208", "at is after 2099"],
    ["at", true, "SW1208", "at is no time"],
    ["status", "200", "SW1207", "status is a string, not a number"],
    ["status", 99, "SW1209", "status is outside the HTTP statuses 100 to 599"],
    ["input_tokens", -1, "SW1209", "input_tokens is outside 0 to 2000000000"],
    ["output_tokens", 1e12, "SW1209", "output_tokens is outside 0 to 2000000000"],
    ["stream", "yes", "SW1207", "stream is a string, not true or false"],
    ["latency_ms", -5, "SW1209", "latency_ms is outside 0 to one month in milliseconds"],
    ["channel", 3, "SW1207", "channel is a number, not a string"],
    ["session_id", "x".repeat(2000), "SW1210", "session_id is longer than 1024 characters"],
    ["sampling", "hot", "SW1207", "sampling is a string, not an object"],
    ["sampling", { temperature: "0.7" }, "SW1207", "sampling.temperature is a string, not a number"],
    ["sampling", { top_p: 2 }, "SW1209", "sampling.top_p is outside 0 to 1"],
    ["messages", "hi", "SW1207", "messages is a string, not an array"],
    ["messages", [7], "SW1207", "messages[0] is a number, not an object"],
    ["messages", [{ content: "x" }], "SW1207", "messages[0].role is absent, not a string"],
    ["messages", [{ role: "user", content: 7 }], "SW1207", "messages[0].content is a number, not a string"],
    ["tools", "grep", "SW1207", "tools is a string, not an array of names"],
    ["tools", [7], "SW1207", "tools is a number, not an array of names"],
    ["reasoning_handles_issued", [1], "SW1207", "an entry of reasoning_handles_issued is a number, not a string"],
    ["client", "1.2.3.4", "SW1207", "client is a string, not an object"],
    ["client", { ip: 16_843_009 }, "SW1207", "client.ip is a number, not a string"],
    ["client", { asn: "AS64512" }, "SW1207", "client.asn is a string, not a number"],
    ["client", { asn: -1 }, "SW1209", "client.asn is outside the 32-bit autonomous system numbers"],
  ])("with %s = %j is refused with %s", (field, value, code, what) => {
    expect(read({ ...REQUIRED, [field]: value })).toMatchObject({ code, what });
  });

  it.each([[null], ["text"], [7], [true]])("that is %j is refused as no object", (record) => {
    expect(read(record)).toMatchObject({ code: "SW1202" });
  });

  it("never throws and never quotes a value, whatever the record", () => {
    const secret = "s3cr3t-prompt";
    const anything = fc.oneof(
      fc.jsonValue(),
      fc.constant(secret),
      fc.array(fc.constant(secret)),
      fc.constant({ role: secret, content: 7 }),
    );
    const field = fc.constantFrom(
      ...Object.keys(REQUIRED),
      "messages",
      "tools",
      "sampling",
      "client",
      "stream",
      "system",
      "reasoning_handles_issued",
    );
    fc.assert(
      fc.property(fc.dictionary(field, anything), (fields) => {
        const reading = readOne({ ...REQUIRED, ...fields });
        if (reading !== undefined && "problem" in reading) expect(JSON.stringify(reading.problem)).not.toContain(secret);
      }),
      { numRuns: 2000 },
    );
  });
});
