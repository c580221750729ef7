import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { startVerdictServer, TEST_KEY, TEST_REASON, type VerdictServer, writeDecision } from "../../testing/verdict-server.js";
import { litellmGateway } from "./litellm.js";

const FIXTURE = new URL("../../../../src/integrations/litellm/fixtures/guardrail-1.106.2.json", import.meta.url);
const { calls } = JSON.parse(readFileSync(FIXTURE, "utf8")) as { calls: { request_data: { user_api_key_hash: string } }[] };
const [good, , bad] = calls;

let server: VerdictServer | undefined;
afterEach(async () => server?.close());

async function ask(body: unknown, key = TEST_KEY): Promise<{ status: number; answer: unknown }> {
  if (server === undefined) throw new Error("no server");
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const answer = await fetch(`${server.url}/beta/litellm_basic_guardrail_api`, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: answer.status, answer: await answer.json() };
}

describe("LiteLLM's guardrail over HTTP", () => {
  it("passes who is not decided about and refuses who is, with what the rule tells him; both are counted as checked", async () => {
    const decisions = [writeDecision(bad.request_data.user_api_key_hash, { measure: "block" })];
    server = await startVerdictServer({ decisions, parts: [litellmGateway({})] });
    expect(await ask(good)).toEqual({ status: 200, answer: { action: "NONE" } });
    const refused = { action: "BLOCKED", blocked_reason: expect.stringContaining(TEST_REASON) };
    expect(await ask(bad)).toMatchObject({ status: 200, answer: refused });
    const counts = [...server.counts].filter(([name]) => name.startsWith("stillwatch_checks_total"));
    expect(counts).toEqual([
      ["stillwatch_checks_total{integration=litellm,state=checked,verdict=allow}", 1],
      ["stillwatch_checks_total{integration=litellm,state=checked,verdict=block}", 1],
    ]);
  });

  it("says that it checked nothing where nobody is named", async () => {
    server = await startVerdictServer({ parts: [litellmGateway({})] });
    expect(await ask({ ...good, request_data: {} })).toMatchObject({ answer: { action: "NONE" } });
    expect(server.counts.get("stillwatch_checks_total{integration=litellm,state=error,verdict=allow}")).toBe(1);
    expect(server.counts.get("stillwatch_unchecked_requests_total{integration=litellm}")).toBe(1);
  });

  it("counts a shape that LiteLLM cannot carry out", async () => {
    const decisions = [
      writeDecision(bad.request_data.user_api_key_hash, { measure: "shape", parameters: { shape: { reasoning: "withhold" } } }),
    ];
    server = await startVerdictServer({ decisions, parts: [litellmGateway({})] });
    expect(await ask(bad)).toMatchObject({ answer: { action: "NONE" } });
    expect(server.counts.get("stillwatch_unapplied_measures_total{integration=litellm,measure=shape}")).toBe(1);
  });

  it("asks for a key, and logs no text of a request", async () => {
    server = await startVerdictServer({ parts: [litellmGateway({})] });
    expect((await ask(good, "wrong")).status).toBe(401);
    await ask(good);
    expect(server.log()).toContain("litellm_basic_guardrail_api");
    expect(server.log()).not.toContain("two plus two");
  });
});
