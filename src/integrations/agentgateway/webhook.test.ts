import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Verdict } from "../../vocabulary/verdict.js";
import { isRawCall, readAgentgatewayCall, writeAgentgatewayAnswer } from "./webhook.js";

const {
  request,
  raw_request: raw,
  headers,
  actions,
} = JSON.parse(readFileSync(new URL("./fixtures/webhook-013dab18.json", import.meta.url), "utf8")) as {
  request: unknown;
  raw_request: unknown;
  actions: Record<"pass" | "reject" | "pass_by_mistake", Record<string, unknown>[]>;
  headers: Record<string, string>;
};

const STATUS_MAX = 65_535;

/** agentgateway's own order: mask needs a body of messages, reject text and a number of 16 bits, pass takes any object. */
function readAsAgentgateway({ body, status_code: status }: Record<string, unknown>): "mask" | "reject" | "pass" {
  if (typeof body === "object") return "mask";
  return typeof body === "string" && Number.isInteger(status) && Number(status) <= STATUS_MAX ? "reject" : "pass";
}

describe("agentgateway's webhook", () => {
  it("is read by the headers that it passes on", () => {
    expect(readAgentgatewayCall({ body: request, headers }, { accountHeader: "x-account-id" })).toEqual({
      accountId: "acct-1",
      requestId: "req-1",
      messages: (request as { body: { messages: unknown } }).body.messages,
    });
  });

  it("names nobody where it passes none on", () => {
    expect(readAgentgatewayCall({ body: request, headers: {} }, { accountHeader: "x-account-id" })).toBeNull();
  });

  it("is told from a raw call, which cannot refuse", () => {
    expect([request, raw, {}, null, { messages: "text" }].map(isRawCall)).toEqual([false, true, false, false, false]);
  });

  it("takes half a refusal for a pass", () => {
    const read = (list: readonly Record<string, unknown>[]): string[] => list.map(readAsAgentgateway);
    expect(new Set(read(actions.reject))).toEqual(new Set(["reject"]));
    expect(new Set(read([...actions.pass, ...actions.pass_by_mistake]))).toEqual(new Set(["pass"]));
  });

  const verdict: Verdict = {
    verdict: "allow",
    state: "checked",
    decision_id: "dec_1",
    because: [],
    snapshot_age_ms: 0,
    retry_after_ms: 2000,
  };
  it.each([
    ["allow", "pass", undefined],
    ["shape", "pass", undefined],
    ["block", "reject", 403],
    ["step_up", "reject", 403],
    ["throttle", "reject", 429],
  ] as const)("takes the answer to %s for %s", (kind, expected, status) => {
    const { action } = writeAgentgatewayAnswer({ ...verdict, verdict: kind }, {});
    expect(readAsAgentgateway(action as Record<string, unknown>)).toBe(expected);
    expect("status_code" in action ? action.status_code : undefined).toBe(status);
    if (kind === "throttle" && "body" in action) expect(JSON.parse(action.body)).toMatchObject({ error: { retry_after_s: 2 } });
  });
});
