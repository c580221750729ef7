/** The real open-source Portkey gateway between a client and a stub model, asking stillwatch by its webhook guardrail. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { buildDoor, type Door } from "../../testing/door.js";
import { findFreePort } from "../../testing/litellm-proxy.js";
import { prepareNpm } from "../../testing/npm-tools.js";
import { startStubModel, type StubModel } from "../../testing/stub-model.js";
import { startVerdictServer, TEST_KEY, type VerdictServer, writeDecision } from "../../testing/verdict-server.js";
import { portkeyGateway } from "./portkey.js";

const PACKAGE = "@portkey-ai/gateway";
const installed = await prepareNpm(PACKAGE, "1.15.2");
if ("missing" in installed) console.warn(`NOT CHECKED: stillwatch beside a real Portkey gateway. ${installed.missing}`);

/** What the gateway answers when a guardrail denies. */
const DENIED = 446;

describe.skipIf("missing" in installed)("a Portkey gateway that asks stillwatch", () => {
  let model: StubModel;
  let stillwatch: VerdictServer;
  let door: Door;
  let gateway: ChildProcess;
  let url = "";

  beforeAll(async () => {
    if ("missing" in installed) return;
    model = await startStubModel();
    const decisions = [
      writeDecision("bad", { measure: "block" }),
      writeDecision("fast", { measure: "throttle", parameters: { requestsPerMinute: 1 } }),
    ];
    stillwatch = await startVerdictServer({ decisions, parts: [portkeyGateway({ portkey_account: "_user" })] });
    door = await buildDoor(stillwatch.url);
    const port = await findFreePort();
    const script = join(installed.folder, "node_modules", PACKAGE, "build", "start-server.js");
    // Addresses of the own machine are refused as webhooks and models unless they are named.
    const env = { ...process.env, TRUSTED_CUSTOM_HOSTS: "127.0.0.1" };
    gateway = spawn(process.execPath, [script, "--headless", `--port=${port}`], { env, stdio: "ignore" });
    url = `http://127.0.0.1:${port}`;
    await vi.waitFor(async () => fetch(url), { timeout: 60_000, interval: 200 });
  }, 400_000);

  afterAll(async () => {
    gateway?.kill("SIGKILL");
    await door?.close();
    await stillwatch?.close();
    await model?.close();
  });

  async function send(who: string | null, isStream: boolean, failOnError = false): Promise<{ status: number; text: string }> {
    const parameters = {
      webhookURL: `${door.url}/v1/gateways/portkey`,
      headers: JSON.stringify({ Authorization: `Bearer ${TEST_KEY}` }),
      timeout: 1000,
      failOnError,
    };
    const guardrail = { id: "stillwatch", type: "guardrail", deny: true, checks: [{ id: "default.webhook", parameters }] };
    const config = { provider: "openai", api_key: "none", custom_host: `${model.url}/v1`, before_request_hooks: [guardrail] };
    const headers = {
      "content-type": "application/json",
      "x-portkey-config": JSON.stringify(config),
      ...(who === null ? {} : { "x-portkey-metadata": JSON.stringify({ _user: who, request_id: `req-${who}` }) }),
    };
    const body = JSON.stringify({ model: "stub", stream: isStream, messages: [{ role: "user", content: "What is two plus two?" }] });
    const answer = await fetch(`${url}/v1/chat/completions`, { method: "POST", headers, body });
    return { status: answer.status, text: await answer.text() };
  }

  // This version breaks off every stream of a model on a plain Node ("immutable" headers), with and without guardrails. So a streaming request
  // is held to have passed when the model was asked.
  it.each([[false], [true]])("passes what is allowed (streaming: %s)", async (isStream) => {
    model.take();
    const { status } = await send("good", isStream);
    if (!isStream) expect(status).toBe(200);
    expect(model.take()).toMatchObject([{ isStream }]);
  });

  it.each([[false], [true]])("refuses what is blocked before the model is asked (streaming: %s)", async (isStream) => {
    const { status, text } = await send("bad", isStream);
    expect(status).toBe(DENIED);
    expect(text).toContain("stillwatch_blocked");
    expect(text).not.toContain("two plus two");
    expect(model.take()).toEqual([]);
  });

  it("tells when to come again, and writes the check under the metadata's request id", async () => {
    expect((await send("fast", false)).status).toBe(200);
    expect((await send("fast", false)).text).toMatch(/"retry_after_s":\d+/);
    await expect.poll(() => stillwatch.checks.map(({ request_id: id }) => id)).toContain("req-fast");
  });

  it("without metadata nobody is named: passes, and counts as not checked", async () => {
    expect((await send(null, false)).status).toBe(200);
    expect(stillwatch.counts.get("stillwatch_unchecked_requests_total{integration=portkey}")).toBe(1);
  });

  it.each([["stopped"], ["hung"], [401], [503]] as const)("does what failOnError says while stillwatch is %s", async (state) => {
    await door.set(state);
    expect((await send("bad", false)).status).toBe(200);
    expect((await send("good", false, true)).status).toBe(DENIED);
    await door.set("open");
    expect((await send("bad", false)).status).toBe(DENIED);
    expect((await send("good", false, true)).status).toBe(200);
  });
});
