import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { askAsAgentgateway } from "../../testing/agentgateway-stand-in.js";
import { startVerdictServer, TEST_KEY, type VerdictServer, writeDecision } from "../../testing/verdict-server.js";
import { AGENTGATEWAY_PREFIXES, agentgatewayGateway } from "./agentgateway.js";

const FIXTURE = new URL("../../../../src/integrations/agentgateway/fixtures/webhook-013dab18.json", import.meta.url);
const {
  request,
  raw_request: raw,
  response,
} = JSON.parse(readFileSync(FIXTURE, "utf8")) as {
  request: unknown;
  raw_request: unknown;
  response: unknown;
};

let server: VerdictServer;
beforeEach(async () => {
  const decisions = [
    writeDecision("bad", { measure: "block" }),
    writeDecision("fast", { measure: "throttle", parameters: { requestsPerMinute: 1 } }),
  ];
  server = await startVerdictServer({ decisions, parts: [agentgatewayGateway({ account_header: "x-account-id" })] });
});
afterEach(async () => server.close());

async function ask(path: string, { who, body = request }: { who?: string; body?: unknown }): Promise<unknown> {
  const headers = { "x-stillwatch-key": TEST_KEY, authorization: "Bearer sk-of-the-customer", "content-type": "application/json" };
  const named = who === undefined ? headers : { ...headers, "x-account-id": who };
  return (await fetch(server.url + path, { method: "POST", headers: named, body: JSON.stringify(body) })).json();
}

describe.each(AGENTGATEWAY_PREFIXES)("agentgateway's webhook under %j", (prefix) => {
  it("passes, refuses and throttles by the account's header; our key stands beside the customer's", async () => {
    expect(await ask(`${prefix}/request`, { who: "good" })).toEqual({ action: {} });
    expect(await ask(`${prefix}/request`, { who: "bad" })).toMatchObject({ action: { status_code: 403, reason: "stillwatch_blocked" } });
    await ask(`${prefix}/request`, { who: "fast" });
    expect(await ask(`${prefix}/request`, { who: "fast" })).toMatchObject({ action: { status_code: 429 } });
  });

  it("does not pretend to guard a raw call: an error there, counted as not checked", async () => {
    expect(await ask(`${prefix}/request`, { who: "bad", body: raw })).toEqual({ messages: [] });
    expect(server.counts.get("stillwatch_unchecked_requests_total{integration=agentgateway}")).toBe(1);
  });

  it("decides nothing about answers", async () => {
    expect(await ask(`${prefix}/response`, { who: "bad", body: response })).toEqual({ action: {} });
  });

  it("passes whom no header names, counted as not checked", async () => {
    expect(await ask(`${prefix}/request`, {})).toEqual({ action: {} });
    expect(server.counts.get("stillwatch_unchecked_requests_total{integration=agentgateway}")).toBe(1);
  });
});

describe("a stand-in that does what agentgateway's source says", () => {
  const FAILED = { failOpen: "failed_open", failClosed: "failed_closed" } as const;

  it.each(["failOpen", "failClosed"] as const)(
    "carries out the answers, and with %s what its configuration says where there is none",
    async (failureMode) => {
      const wiring = { url: server.url, key: TEST_KEY, failureMode, timeoutMs: 10_000 };
      const bad = { "x-account-id": "bad" };
      expect(await askAsAgentgateway(wiring, { "x-account-id": "good" })).toEqual({ kind: "passed" });
      expect(await askAsAgentgateway(wiring, bad)).toMatchObject({
        kind: "rejected",
        status: 403,
        body: expect.stringContaining("stillwatch_blocked"),
      });
      const failed = { kind: FAILED[failureMode] };
      expect(await askAsAgentgateway({ ...wiring, key: "sw_wrong" }, bad)).toEqual(failed);
      expect(await askAsAgentgateway({ ...wiring, messageFormat: "raw" }, bad)).toEqual(failed);
      await server.close();
      expect(await askAsAgentgateway(wiring, bad)).toEqual(failed);
    },
  );
});
