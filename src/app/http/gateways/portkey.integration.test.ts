/** The real open-source Portkey gateway between a client and a stub model, asking stillwatch by its webhook guardrail. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildDoor, type Door } from "../../testing/door.js";
import { prepareNpm } from "../../testing/npm-tools.js";
import { PORTKEY_DENIED, PORTKEY_PACKAGE, PORTKEY_VERSION, startPortkey, writePortkeyHeaders } from "../../testing/portkey-gateway.js";
import { startStubModel, type StubModel } from "../../testing/stub-model.js";
import { startVerdictServer, TEST_KEY, TEST_REASON, type VerdictServer, writeDecision } from "../../testing/verdict-server.js";
import { portkeyGateway } from "./portkey.js";

const installed = await prepareNpm(PORTKEY_PACKAGE, PORTKEY_VERSION);
if ("missing" in installed) console.warn(`NOT CHECKED: stillwatch beside a real Portkey gateway. ${installed.missing}`);

describe.skipIf("missing" in installed)("a Portkey gateway that asks stillwatch", () => {
  let model: StubModel;
  let stillwatch: VerdictServer;
  let door: Door;
  let gateway: Awaited<ReturnType<typeof startPortkey>>;

  beforeAll(async () => {
    if ("missing" in installed) return;
    model = await startStubModel();
    const decisions = [
      writeDecision("bad", { measure: "block" }),
      writeDecision("fast", { measure: "throttle", parameters: { requestsPerMinute: 1 } }),
    ];
    stillwatch = await startVerdictServer({ decisions, parts: [portkeyGateway({ portkey_account: "_user" })] });
    door = await buildDoor(stillwatch.url);
    gateway = await startPortkey(installed.folder);
  }, 400_000);

  afterAll(async () => {
    gateway?.stop();
    await door?.close();
    await stillwatch?.close();
    await model?.close();
  });

  async function send(who: string | null, isStream: boolean, failOnError = false): Promise<{ status: number; text: string }> {
    const wish = { webhookUrl: `${door.url}/v1/gateways/portkey`, key: TEST_KEY, modelUrl: model.url, failOnError };
    const headers = writePortkeyHeaders(wish, who === null ? null : { _user: who, request_id: `req-${who}` });
    const body = JSON.stringify({ model: "stub", stream: isStream, messages: [{ role: "user", content: "What is two plus two?" }] });
    const answer = await fetch(`${gateway.url}/v1/chat/completions`, { method: "POST", headers, body });
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
    expect(status).toBe(PORTKEY_DENIED);
    expect(text).toContain("stillwatch_blocked");
    expect(text, "what the rule tells the person concerned").toContain(TEST_REASON);
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
    expect((await send("good", false, true)).status).toBe(PORTKEY_DENIED);
    await door.set("open");
    expect((await send("bad", false)).status).toBe(PORTKEY_DENIED);
    expect((await send("good", false, true)).status).toBe(200);
  });
});
