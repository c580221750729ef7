import { afterEach, describe, expect, it, vi } from "vitest";
import { WorkFailed } from "../../serve/work/record-thread.js";
import { createInlineWork } from "../../serve/work/record-work.js";
import { startVerdictServer, TEST_KEY, type VerdictServer, writeDecision } from "../../testing/verdict-server.js";
import { verdictRoutes } from "../verdicts/routes.js";
import { agentgatewayGateway } from "./agentgateway.js";
import { litellmGateway } from "./litellm.js";
import { PORTKEY_PATH, portkeyGateway } from "./portkey.js";

let server: VerdictServer | undefined;
afterEach(async () => server?.close());

async function ask(path: string, body: string, key = TEST_KEY): Promise<{ status: number; answer: unknown }> {
  const headers = { "x-stillwatch-key": key, "content-type": "application/json", "x-account": "bad" };
  const answer = await fetch(`${server?.url}${path}`, { method: "POST", headers, body });
  return { status: answer.status, answer: await answer.json() };
}

const start = async (): Promise<VerdictServer> => {
  const settings = { portkey_account: "_user", account_header: "x-account" } as Parameters<typeof portkeyGateway>[0] &
    Parameters<typeof agentgatewayGateway>[0];
  return (server = await startVerdictServer({
    decisions: [writeDecision("bad", { measure: "block" })],
    parts: [litellmGateway({}), portkeyGateway(settings), agentgatewayGateway(settings), verdictRoutes],
  }));
};

const LITELLM_PATH = "/beta/litellm_basic_guardrail_api";
const pad = "a ".repeat(200_000);
const asked = (content: string): object => ({ messages: [{ role: "user", content }] });
const CALLS: [gateway: string, path: string, write: (content: string) => object][] = [
  ["litellm", LITELLM_PATH, (content) => ({ input_type: "request", texts: [content], request_data: { user_api_key_hash: "bad" } })],
  [
    "portkey",
    PORTKEY_PATH,
    (content) => ({ eventType: "beforeRequestHook", metadata: { _user: "bad" }, request: { json: asked(content) } }),
  ],
  ["agentgateway", "/request", (content) => ({ body: asked(content) })],
];
const unchecked = (integration: string): number =>
  server?.counts.get(`stillwatch_unchecked_requests_total{integration=${integration}}`) ?? 0;

describe.each(CALLS)("a large call of %s", (integration, path, write) => {
  it("is answered as a small one, and counted as checked", async () => {
    const { counts } = await start();
    const small = await ask(path, JSON.stringify(write("why?")));
    const large = await ask(path, JSON.stringify(write(pad)));
    expect(large).toEqual(small);
    expect(JSON.stringify(small.answer)).toContain("dec_block_bad");
    expect(counts.get(`stillwatch_checks_total{integration=${integration},state=checked,verdict=block}`)).toBe(2);
    expect(unchecked(integration)).toBe(0);
  });

  it.each<[claim: string, body: string, status: number]>([
    ["is no JSON", `{"a": ${pad}`, 400],
    ["is small and no JSON", "{", 400],
    ["is larger than is taken", `"${"x".repeat(4_000_001)}"`, 413],
  ])("that %s is refused, and counted as unchecked", async (_claim, body, status) => {
    await start();
    expect((await ask(path, body)).status).toBe(status);
    expect(unchecked(integration)).toBe(1);
  });

  it.each([12_000, 200_000])("whose content is nested %d deep is checked all the same", async (depth) => {
    const { counts, services } = await start();
    services.probes?.begin();
    const body = JSON.stringify(write("here")).replace('"here"', `${"[".repeat(depth)}"why?"${"]".repeat(depth)}`);
    const { status, answer } = await ask(path, body);
    expect([status, JSON.stringify(answer)]).toEqual([200, expect.stringContaining("dec_block_bad")]);
    expect(counts.get(`stillwatch_checks_total{integration=${integration},state=checked,verdict=block}`)).toBe(1);
  });

  it("that breaks its reader is answered as the settings say, and counted as not read", async () => {
    const { counts, services } = await start();
    services.work = { ...createInlineWork(), readCall: async () => "unreadable" };
    const { status, answer } = await ask(path, JSON.stringify(write(pad)));
    expect([status, JSON.stringify(answer)]).toEqual([200, expect.not.stringContaining("dec_block_bad")]);
    expect(counts.get(`stillwatch_checks_total{integration=${integration},state=error,verdict=allow}`)).toBe(1);
    expect(unchecked(integration)).toBe(1);
  });

  it("is found by its mark", async () => {
    const { services } = await start();
    const mark = services.probes?.begin() ?? "";
    await ask(path, JSON.stringify(write(pad + mark)));
    expect(services.probes?.find(mark)?.checks).toEqual({ [integration]: 1 });
  });

  it("over whose check something fails is told as that at once, and counted", async () => {
    const { services } = await start();
    services.work = { ...createInlineWork(), readCall: async () => ({ accountId: null }) as never };
    expect((await ask(path, JSON.stringify(write(pad)))).status).toBe(500);
    expect(unchecked(integration)).toBe(1);
  });

  it("over which the thread ends goes as the gateway's failure mode says, and is counted", async () => {
    const { services } = await start();
    services.work = { ...createInlineWork(), readCall: async () => Promise.reject(new WorkFailed("it ended")) };
    expect(await ask(path, JSON.stringify(write(pad)))).toMatchObject({ status: 503, answer: { code: "SW1929" } });
    expect(unchecked(integration)).toBe(1);
  });
});

describe("large calls that wait for the thread", () => {
  const body = JSON.stringify(CALLS[0][2]("a".repeat(3_900_000)));
  /** As many as fit into 64 MiB. */
  const HELD = 17;
  const until = async (isSo: () => boolean): Promise<void> => vi.waitFor(() => expect(isSo()).toBe(true), { timeout: 5_000 });

  it("are refused and counted where too many do, and taken again behind them", async () => {
    const { services } = await start();
    const waiting: (() => void)[] = [];
    const inline = createInlineWork();
    const readCall: typeof inline.readCall = async (...asked) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return inline.readCall(...asked);
    };
    services.work = { ...inline, readCall };
    const held = Array.from({ length: HELD }, async () => ask(LITELLM_PATH, body));
    await until(() => waiting.length === HELD);
    expect(await ask(LITELLM_PATH, body)).toMatchObject({ status: 429, answer: { code: "SW1928" } });
    expect(unchecked("litellm")).toBe(1);
    for (const go of waiting) go();
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual(Array.from({ length: HELD }, () => 200));
    services.work = inline;
    expect((await ask(LITELLM_PATH, body)).status).toBe(200);
  });

  it("are not checked once nobody waits for the answer, and are counted as unchecked", async () => {
    const { counts, services } = await start();
    const inline = createInlineWork();
    let go = (): void => {};
    let hasCome = false;
    const readCall: typeof inline.readCall = async (...asked) => {
      await new Promise<void>((resolve) => {
        go = resolve;
        hasCome = true;
      });
      return inline.readCall(...asked);
    };
    services.work = { ...inline, readCall };
    let isGone = false;
    server?.app.server.on("connection", (socket) => socket.once("close", () => (isGone = true)));
    const caller = new AbortController();
    const headers = { "x-stillwatch-key": TEST_KEY, "content-type": "application/json" };
    const asked = fetch(`${server?.url}${LITELLM_PATH}`, { method: "POST", headers, body, signal: caller.signal });
    await until(() => hasCome);
    caller.abort();
    await expect(asked).rejects.toThrow("aborted");
    await until(() => isGone);
    go();
    await until(() => unchecked("litellm") === 1);
    expect([...counts.keys()].filter((name) => name.startsWith("stillwatch_checks_total"))).toEqual([]);
  });
});

it("a check's answer says when the decision ends", async () => {
  await start();
  expect((await ask("/v1/check", '{"account_id":"bad"}')).answer).toMatchObject({
    verdict: "block",
    expires_at: "2099-01-01T00:00:00.000Z",
  });
});

describe("a check that cannot be answered", () => {
  it.each<[claim: string, body: string, status: number, key: string, counted: number]>([
    ["larger than 4 MiB", JSON.stringify({ account_id: "bad", ...asked("a".repeat(4 << 20)) }), 413, TEST_KEY, 1],
    ["that is no JSON", "{", 400, TEST_KEY, 1],
    ["that is no object", "7", 400, TEST_KEY, 1],
    ["by nobody we know", JSON.stringify({ account_id: "bad" }), 401, "wrong", 0],
  ])("%s is refused; who asked is told of in the count", async (_claim, body, status, key, counted) => {
    await start();
    expect((await ask("/v1/check?integration=shop", body, key)).status).toBe(status);
    expect(unchecked("shop")).toBe(counted);
  });
});
