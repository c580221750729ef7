import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Verdict } from "../../vocabulary/verdict.js";
import { readGuardrailCall, writeGuardrailAnswer } from "./guardrail.js";
import { litellmFormat } from "./litellm.js";

interface Recorded {
  calls: Record<string, unknown>[];
}
const load = (name: string): unknown => JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), "utf8"));
const { calls } = load("guardrail-1.106.2") as Recorded;
const [plain, streaming, refused] = calls;

describe("LiteLLM's guardrail call, as 1.106.2 makes it", () => {
  it("is read by the hash of the key, with what is asked and by which program", () => {
    expect(readGuardrailCall(plain)).toEqual({
      client: { userAgent: "node" },
      messages: [{ role: "user", content: "What is two plus two?" }],
      accountId: "0df5a12d9c83d8ac735d024d9b421f3f7553831e52bae13bed5c92c0ec1d4b0d",
      organizationId: "team-of-good",
      requestId: "23d8086d-df79-406e-a0f6-bd58f25a4a75",
      targetModel: "stub",
    });
  });

  it("and the log of the same run come under one account, one organization and one request id, streaming and refused ones too", () => {
    const events = (load("payloads-1.106.2") as unknown[]).flatMap((payload) => litellmFormat.read(payload));
    expect(events).toHaveLength(3);
    const asked = [plain, streaming, refused].map((call) => readGuardrailCall(call));
    for (const [index, reading] of events.entries()) {
      if (!("event" in reading)) throw new Error(reading.problem.what);
      const { accountId, organizationId, requestId } = reading.event;
      expect(asked[index]).toMatchObject({ accountId, organizationId, requestId });
    }
  });

  it.each<[claim: string, headers: object, client: object | undefined]>([
    ["is believed where LiteLLM passes it on", { "x-forwarded-for": "192.0.2.7", "user-agent": "a" }, { ip: "192.0.2.7", userAgent: "a" }],
    ["is not, where LiteLLM only says that there is one", { "x-forwarded-for": "[present]" }, undefined],
  ])("the caller's address %s", (_, headers, client) => {
    expect(readGuardrailCall({ ...plain, request_headers: headers })).toMatchObject({
      requestId: expect.any(String),
      ...(client && { client }),
    });
    expect((readGuardrailCall({ ...plain, request_headers: headers }) as { client?: object }).client).toEqual(client);
  });

  it("without messages is about its texts", () => {
    expect(readGuardrailCall({ ...plain, structured_messages: null })).toMatchObject({ messages: ["What is two plus two?"] });
  });

  it("brings along the reasoning handles that the caller hands in", () => {
    const block = { type: "thinking", thinking: "…", signature: "sig-1" };
    const messages = [
      { role: "user", content: "And?" },
      { role: "assistant", content: "4", thinking_blocks: [block] },
    ];
    expect(readGuardrailCall({ ...plain, structured_messages: messages })).toMatchObject({ reasoningHandlesSubmitted: ["sig-1"] });
  });

  it.each([
    ["about an answer is none about a request", { input_type: "response" }, "answer"],
    ["without keys names nobody", { request_data: {} }, null],
    ["with a key's fields of another type names nobody", { request_data: { user_api_key_hash: 7 } }, null],
  ])("%s", (_, change, expected) => {
    expect(readGuardrailCall({ ...plain, ...change })).toEqual(expected);
  });

  it.each([[null], ["text"], [[]], [7]])("of no known shape (%j) names nobody", (body) => {
    expect(readGuardrailCall(body)).toBeNull();
  });
});

describe("attempts that fail before one succeeds", () => {
  it("are told apart from the success, and a refusal keeps the id of the check", () => {
    const [success, , refusal] = load("payloads-1.106.2") as Record<string, unknown>[];
    const failure = { ...success, status: "failure", error_information: { error_class: "InternalServerError", error_code: "500" } };
    const ids = [success, failure, refusal]
      .flatMap((payload) => litellmFormat.read(payload))
      .map((reading) => ("event" in reading ? reading.event.requestId : null));
    expect(ids).toEqual([success["litellm_call_id"], `${String(success["litellm_call_id"])}/failed`, refusal["litellm_call_id"]]);
  });
});

describe("the answer", () => {
  const verdict: Verdict = { verdict: "block", state: "checked", decision_id: "dec_1", because: [], snapshot_age_ms: 0 };

  it.each([
    ["allow", "NONE", /^$/],
    ["shape", "NONE", /^$/],
    ["block", "BLOCKED", /^stillwatch_blocked: .*dec_1/],
    ["throttle", "BLOCKED", /^stillwatch_throttled: .*Come again in 3 s/],
    ["step_up", "BLOCKED", /^stillwatch_verification_required: .*https:\/\/verify.example/],
  ] as const)("to %s is %s", (kind, action, reason) => {
    const answer = writeGuardrailAnswer({ ...verdict, verdict: kind, retry_after_ms: 3000 }, { verifyAt: "https://verify.example" });
    expect(answer.action).toBe(action);
    expect(answer.blocked_reason ?? "").toMatch(reason);
  });
});
