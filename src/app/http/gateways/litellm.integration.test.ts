/** The real LiteLLM proxy between a client and a stub model, with stillwatch beside it: stopped, stalled and broken, too. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { litellmFormat } from "../../../integrations/litellm/litellm.js";
import { buildDoor, type Door, type DoorState } from "../../testing/door.js";
import { LITELLM_PACKAGES, type LitellmProxy, startLitellmProxy } from "../../testing/litellm-proxy.js";
import { preparePython } from "../../testing/python-tools.js";
import { startStubModel, STUB_ANSWER, type StubModel } from "../../testing/stub-model.js";
import { startVerdictServer, TEST_KEY, TEST_REASON, type VerdictServer, writeDecision } from "../../testing/verdict-server.js";
import { createIntakePart } from "../intake/routes.js";
import { litellmGateway } from "./litellm.js";
import { probeRoutes } from "./probes.js";

const python = await preparePython(LITELLM_PACKAGES);
if ("missing" in python) console.warn(`NOT CHECKED: stillwatch beside a real LiteLLM proxy. ${python.missing}`);

const hash = (key: string): string => createHash("sha256").update(key).digest("hex");
/** Waits this long before it gives the guardrail up; two of them pass before LiteLLM's answer counts as late. */
const TIMEOUT_S = 2;
const MODES = [
  ["streaming", true],
  ["not streaming", false],
] as const;

describe.skipIf("missing" in python)("a LiteLLM proxy that asks stillwatch", () => {
  let model: StubModel;
  let stillwatch: VerdictServer;
  let door: Door;
  let closed: LitellmProxy;
  let open: LitellmProxy;

  beforeAll(async () => {
    if ("missing" in python) return;
    model = await startStubModel();
    stillwatch = await startVerdictServer({
      decisions: [
        writeDecision(hash("sk-test-bad"), { measure: "block" }),
        writeDecision(hash("sk-test-fast"), { measure: "throttle", parameters: { requestsPerMinute: 1 } }),
        writeDecision(hash("sk-test-new"), { measure: "step_up", parameters: { verification: "identity" } }),
        writeDecision(hash("sk-test-shadow"), { measure: "block", mode: "shadow" }),
      ],
      parts: [litellmGateway({ verify_at: "https://verify.example" }), createIntakePart({}), probeRoutes],
    });
    door = await buildDoor(stillwatch.url);
    const wiring = {
      pythonFolder: python.folder,
      stillwatchUrl: door.url,
      stillwatchKey: TEST_KEY,
      modelUrl: model.url,
      callbackUrl: `${door.url}/v1/integrations/litellm/logs`,
    };
    [closed, open] = await Promise.all([
      startLitellmProxy({ ...wiring, guardrailSwitches: [`timeout: ${TIMEOUT_S}`] }),
      startLitellmProxy({ ...wiring, guardrailSwitches: [`timeout: ${TIMEOUT_S}`, "unreachable_fallback: fail_open"] }),
    ]);
  }, 1_200_000);

  afterAll(async () => {
    await Promise.all([closed?.stop(), open?.stop()]);
    await door?.close();
    await stillwatch?.close();
    await model?.close();
  });

  async function send(
    proxy: LitellmProxy,
    { who, isStream }: { who: string; isStream: boolean },
  ): Promise<{ status: number; text: string; callId: string }> {
    const headers = { authorization: `Bearer sk-test-${who}`, "content-type": "application/json" };
    const body = JSON.stringify({ model: "stub", stream: isStream, messages: [{ role: "user", content: "What is two plus two?" }] });
    const answer = await fetch(`${proxy.url}/v1/chat/completions`, { method: "POST", headers, body });
    return { status: answer.status, text: readText(await answer.text()), callId: answer.headers.get("x-litellm-call-id") ?? "" };
  }

  it.each(MODES)("passes what is allowed (%s)", async (_, isStream) => {
    model.take();
    expect(await send(closed, { who: "good", isStream })).toMatchObject({ status: 200, text: STUB_ANSWER });
    expect(model.take()).toMatchObject([{ isStream }]);
  });

  it.each(MODES)("refuses what is blocked before the model is asked (%s)", async (_, isStream) => {
    model.take();
    const { status, text } = await send(closed, { who: "bad", isStream });
    expect(status).toBe(400);
    expect(text).toMatch(/stillwatch_blocked: .*Reference: dec_block_/);
    expect(text, "what the rule tells the person concerned").toContain(TEST_REASON);
    expect(text).not.toContain("two plus two");
    expect(model.take()).toEqual([]);
  });

  it.each(MODES)("passes what is decided in shadow only (%s)", async (_, isStream) => {
    expect(await send(closed, { who: "shadow", isStream })).toMatchObject({ status: 200, text: STUB_ANSWER });
    expect(stillwatch.counts.get("stillwatch_shadowed_checks_total{measure=block,rule=test-rule}")).toBeGreaterThan(0);
  });

  it("says when to come again, and where to verify", async () => {
    expect((await send(closed, { who: "fast", isStream: false })).status).toBe(200);
    expect((await send(closed, { who: "fast", isStream: true })).text).toMatch(/stillwatch_throttled: .*Come again in \d+ s/);
    expect((await send(closed, { who: "new", isStream: true })).text).toMatch(/stillwatch_verification_required: .*verify\.example/);
  });

  it("tells of each request as event, under the id of its check, served and refused ones", async () => {
    const sent = [];
    for (const who of ["good", "bad"]) for (const [, isStream] of MODES) sent.push(await send(closed, { who, isStream }));
    const ids = sent.map(({ callId }) => callId).sort();
    // Some come twice: intake tells them by their id.
    const listOwn = (): { requestId: string; accountId: string }[] =>
      listEvents(stillwatch).filter(({ requestId }) => ids.includes(requestId));
    await expect.poll(() => [...new Set(listOwn().map(({ requestId }) => requestId))].sort(), { timeout: 30_000 }).toEqual(ids);
    const events = listOwn();
    expect(new Set(events.map(({ accountId }) => accountId))).toEqual(new Set([hash("sk-test-good"), hash("sk-test-bad")]));
    await expect
      .poll(() =>
        stillwatch.checks
          .map(({ request_id: id }) => id)
          .filter((id) => ids.includes(id))
          .sort(),
      )
      .toEqual(ids);
  });

  it("loses no event while others are being sent", async () => {
    const sent = await Promise.all(
      Array.from({ length: 24 }, async (_, index) => send(closed, { who: "good", isStream: index % 2 === 0 })),
    );
    const ids = sent.map(({ callId }) => callId);
    const listMissing = (): string[] => {
      const seen = new Set(listEvents(stillwatch).map(({ requestId }) => requestId));
      return ids.filter((id) => !seen.has(id));
    };
    await expect.poll(listMissing, { timeout: 60_000 }).toEqual([]);
  });

  const OUTAGES: readonly [DoorState, string, { closed: number; open: number }][] = [
    ["stopped", "is stopped", { closed: 500, open: 200 }],
    ["hung", "hangs", { closed: 500, open: 200 }],
    [503, "answers 503", { closed: 500, open: 200 }],
    [401, "answers 401, as to a wrong key", { closed: 500, open: 500 }],
  ];
  it.each(OUTAGES)("does what it is configured to while stillwatch %s (%s), and comes back", async (state, _, expected) => {
    await door.set(state);
    for (const [, isStream] of MODES) {
      const startedMs = Date.now();
      const [atClosed, atOpen] = await Promise.all([send(closed, { who: "bad", isStream }), send(open, { who: "bad", isStream })]);
      expect({ closed: atClosed.status, open: atOpen.status }).toEqual(expected);
      expect(Date.now() - startedMs).toBeLessThan(TIMEOUT_S * 5 * 1000);
    }
    await door.set("open");
    expect((await send(open, { who: "bad", isStream: true })).status).toBe(400);
    expect((await send(closed, { who: "good", isStream: true })).status).toBe(200);
  });

  it("what passed unchecked in an outage is told afterwards: its event has no check", async () => {
    await door.set(503);
    const { callId, status } = await send(open, { who: "good", isStream: true });
    expect(status).toBe(200);
    await door.set("open");
    await expect.poll(() => listEvents(stillwatch).some(({ requestId }) => requestId === callId), { timeout: 60_000 }).toBe(true);
    // Checks are written down in order: with a later one, all before it are there.
    const later = await send(open, { who: "good", isStream: true });
    await expect.poll(() => stillwatch.checks.some(({ request_id: id }) => id === later.callId)).toBe(true);
    expect(stillwatch.checks.some(({ request_id: id }) => id === callId)).toBe(false);
  });

  it("is proved to be wired by `integrations probe`, and proved not to be while it does not ask", async () => {
    const probe = async (wait: string): Promise<CommandResult> =>
      runProbe(["litellm", "--gateway", open.url, "--url", stillwatch.url, "--model", "stub", "--wait", wait]);
    const wired = await probe("60s");
    expect(wired).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^streaming .*check seen, event seen\nnot streaming .*check seen, event seen\n$/),
    });
    await door.set(503);
    const unwired = await probe("2s");
    await door.set("open");
    expect(unwired.status).toBe(2);
    expect(unwired.stderr).toMatch(/SW2105 not seen: streaming as check, streaming as event, not streaming as check/);
  });

  it("no text of a request in what was logged", () => {
    expect(stillwatch.log()).not.toContain("two plus two");
  });
});

interface CommandResult {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Not in this process: it holds the server that is asked. */
async function runProbe(options: readonly string[]): Promise<CommandResult> {
  const main = fileURLToPath(new URL("../../../../dist/app/cli/main.js", import.meta.url));
  const env = { ...process.env, STILLWATCH_KEY: TEST_KEY, STILLWATCH_PROBE_KEY: "sk-test-good" };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [main, "integrations", "probe", ...options], { env }, (_error, stdout, stderr) =>
      resolve({ status: child.exitCode, stdout, stderr }),
    );
  });
}

/** The text of a stream or of an answer, or the message of an error. */
function readText(body: string): string {
  if (!body.startsWith("data:")) {
    const { choices, error } = JSON.parse(body) as { choices?: { message: { content: string } }[]; error?: { message: string } };
    return error?.message ?? choices?.[0].message.content ?? "";
  }
  return body
    .split("\n")
    .filter((line) => line.startsWith("data: {"))
    .map((line) => (JSON.parse(line.slice(6)) as { choices: { delta: { content?: string } }[] }).choices[0]?.delta.content ?? "")
    .join("");
}

function listEvents({ received }: VerdictServer): { requestId: string; accountId: string }[] {
  return received
    .flatMap(({ line }) => litellmFormat.read(JSON.parse(line)))
    .flatMap((reading) => ("event" in reading ? [reading.event] : []));
}
