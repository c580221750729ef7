import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Verdict } from "../../vocabulary/verdict.js";
import { readPortkeyCall, writePortkeyAnswer } from "./webhook.js";

const { calls } = JSON.parse(readFileSync(new URL("./fixtures/webhook-1.15.2.json", import.meta.url), "utf8")) as {
  calls: Record<string, unknown>[];
};
const [plain, streaming] = calls;
const names = { accountField: "_user" };

describe("Portkey's webhook call, as 1.15.2 makes it", () => {
  it.each([
    ["plain", plain],
    ["streaming", streaming],
  ])("%s is read by the metadata, with what is asked", (_, call) => {
    const { messages } = (call as { request: { json: { messages: unknown } } }).request.json;
    expect(readPortkeyCall(call, names)).toEqual({ accountId: "acct-1", requestId: "r1", targetModel: "stub", messages });
  });

  it("names an organization only in the field that the operator chose", () => {
    const call = { ...plain, metadata: { _user: "acct-1", organization_id: "spared", tenant: "acme" } };
    expect(readPortkeyCall(call, names)).not.toHaveProperty("organizationId");
    expect(readPortkeyCall(call, { ...names, organizationField: "tenant" })).toMatchObject({ organizationId: "acme" });
  });

  it.each([
    ["after the request is none about a request", { eventType: "afterRequestHook" }, "answer"],
    ["without metadata names nobody", { metadata: undefined }, null],
    ["with an account of another type names nobody", { metadata: { _user: { id: 1 } } }, null],
  ])("%s", (_, change, expected) => {
    expect(readPortkeyCall({ ...plain, ...change }, names)).toEqual(expected);
  });
});

describe("the answer", () => {
  const verdict: Verdict = {
    verdict: "allow",
    state: "checked",
    decision_id: "dec_1",
    because: [],
    snapshot_age_ms: 0,
    retry_after_ms: 2000,
  };
  it.each([
    ["allow", true, {}],
    ["shape", true, {}],
    ["block", false, { code: "stillwatch_blocked", decision_id: "dec_1" }],
    ["throttle", false, { code: "stillwatch_throttled", retry_after_s: 2 }],
    ["step_up", false, { code: "stillwatch_verification_required", verify_at: "https://verify.example" }],
  ] as const)("to %s is verdict %s", (kind, passes, data) => {
    const answer = writePortkeyAnswer({ ...verdict, verdict: kind }, { verifyAt: "https://verify.example" });
    expect(answer.verdict).toBe(passes);
    expect(answer.data).toMatchObject(data);
  });
});
