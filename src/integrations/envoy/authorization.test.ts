import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Verdict } from "../../vocabulary/verdict.js";
import { readEnvoyCheck, writeEnvoyAnswer, writeEnvoyHttpAnswer } from "./authorization.js";

interface Recorded {
  grpc: {
    attributes: { source: { address: { socketAddress: { address: string } } }; request: { http: { headers: Record<string, string> } } };
  };
}
const recorded = JSON.parse(readFileSync(new URL("./fixtures/check-1.40.0.json", import.meta.url), "utf8")) as Recorded;
const { headers } = recorded.grpc.attributes.request.http;

describe("Envoy's check, as 1.40.0 makes it", () => {
  it("is read by the hash of the key and Envoy's request id", () => {
    const accountId = createHash("sha256").update("sk-test-good").digest("hex");
    const client = { userAgent: "node" };
    expect(readEnvoyCheck(recorded.grpc, {})).toEqual({ accountId, requestId: headers["x-request-id"], client });
  });

  it("tells who is connected, or the address that the operator named a header for, and then no other", () => {
    const source = { address: { socketAddress: { address: "192.0.2.9", portValue: 4711 } } };
    const call = (more: object) => ({ attributes: { source, request: { http: { headers: { ...headers, ...more } } } } });
    expect(readEnvoyCheck(call({}), {})?.client?.ip).toBe("192.0.2.9");
    expect(readEnvoyCheck(call({ "x-client": "192.0.2.7" }), { addressHeader: "x-client" })?.client?.ip).toBe("192.0.2.7");
    expect(readEnvoyCheck(call({}), { addressHeader: "x-client" })?.client?.ip).toBeUndefined();
  });

  it("or by the header that the operator named", () => {
    expect(readEnvoyCheck(recorded.grpc, { accountHeader: "x-account-id" })).toMatchObject({ accountId: "acct-1" });
  });

  it.each([[null], [{}], [{ attributes: { request: { http: {} } } }], ["text"]])("of another shape (%j) names nobody", (check) => {
    expect(readEnvoyCheck(check, {})).toBeNull();
  });
});

describe("the answer", () => {
  const verdict = (more: Partial<Verdict>): Verdict => ({
    verdict: "allow",
    state: "checked",
    decision_id: "dec_1",
    because: [],
    snapshot_age_ms: 0,
    ...more,
  });

  it.each([
    ["allow", {}, { rpc: 0, grpc: undefined, http: 200 }],
    ["shape", {}, { rpc: 0, grpc: undefined, http: 200 }],
    ["block", {}, { rpc: 7, grpc: 403, http: 403 }],
    ["step_up", {}, { rpc: 7, grpc: 403, http: 403 }],
    ["throttle", {}, { rpc: 8, grpc: 429, http: 429 }],
    ["block", { state: "unchecked", decision_id: null }, { rpc: 14, grpc: 503, http: 403 }],
  ] as const)("to %s %j is %j: over HTTP never 5xx, which failure_mode_allow would let pass", (kind, more, expected) => {
    const answer = writeEnvoyAnswer(verdict({ verdict: kind, ...more }), {});
    const { status } = writeEnvoyHttpAnswer(verdict({ verdict: kind, ...more }), {});
    expect({ rpc: answer.status.code, grpc: answer.deniedResponse?.status.code, http: status }).toEqual(expected);
  });
});
