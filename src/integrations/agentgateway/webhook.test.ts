import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Verdict } from "../../vocabulary/verdict.js";
import { readAgentgatewayCall, writeAgentgatewayAnswer } from "./webhook.js";

const { request, headers } = JSON.parse(readFileSync(new URL("./fixtures/webhook-65cd361b.json", import.meta.url), "utf8")) as {
  request: unknown;
  headers: Record<string, string>;
};

/** agentgateway's own order: mask needs a body of messages, reject text and a number, pass takes any object. */
function readAsAgentgateway(action: Record<string, unknown>): "mask" | "reject" | "pass" {
  if (typeof action["body"] === "object") return "mask";
  return typeof action["body"] === "string" && Number.isInteger(action["status_code"]) ? "reject" : "pass";
}

describe("agentgateway's webhook", () => {
  it("is read by the headers that it passes on", () => {
    expect(readAgentgatewayCall({ body: request, headers }, { accountHeader: "x-account-id" })).toEqual({
      accountId: "acct-1",
      requestId: "req-1",
    });
  });

  it("names nobody where it passes none on", () => {
    expect(readAgentgatewayCall({ body: request, headers: {} }, { accountHeader: "x-account-id" })).toBeNull();
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
