import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { WorkFailed } from "../../serve/work/record-thread.js";
import { createInlineWork } from "../../serve/work/record-work.js";
import { startVerdictServer, TEST_KEY, type VerdictServer, type VerdictServerParts, writeDecision } from "../../testing/verdict-server.js";
import { verdictRoutes } from "../verdicts/routes.js";
import { agentgatewayGateway } from "./agentgateway.js";
import { createCallRoom } from "./call-room.js";
import { litellmGateway } from "./litellm.js";
import { PORTKEY_PATH, portkeyGateway } from "./portkey.js";

let server: VerdictServer | undefined;
afterEach(async () => server?.close());

/** Sends a head that promises so much, and nothing of it. Answers how to hang up, and what came back. */
async function promise(path: string, bytes: number): Promise<{ hangUp: () => void; answer: () => string }> {
  const { hostname, port } = new URL(server?.url ?? "");
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  let said = "";
  socket.on("data", (piece) => (said += piece.toString())).on("error", () => {});
  const head = ["host: x", `x-stillwatch-key: ${TEST_KEY}`, "content-type: application/json", `content-length: ${bytes}`];
  socket.write(`POST ${path} HTTP/1.1\r\n${head.join("\r\n")}\r\n\r\n{`);
  return { hangUp: () => socket.destroy(), answer: () => said };
}

async function ask(path: string, body: string, key = TEST_KEY): Promise<{ status: number; answer: unknown }> {
  const headers = { "x-stillwatch-key": key, "content-type": "application/json", "x-account": "bad" };
  const answer = await fetch(`${server?.url}${path}`, { method: "POST", headers, body });
  return { status: answer.status, answer: await answer.json() };
}

const start = async (more: Pick<VerdictServerParts, "callRoom"> = {}): Promise<VerdictServer> => {
  const settings = { portkey_account: "_user", account_header: "x-account" } as Parameters<typeof portkeyGateway>[0] &
    Parameters<typeof agentgatewayGateway>[0];
  return (server = await startVerdictServer({
    ...more,
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
  ["check", "/v1/check?integration=check", (content) => ({ account_id: "bad", ...asked(content) })],
];
const unchecked = (integration: string): number =>
  server?.counts.get(`stillwatch_unchecked_requests_total{integration=${integration}}`) ?? 0;

describe.each(CALLS)("a large call of %s", (integration, path, write) => {
  it("is answered as a small one, and counted as checked", async () => {
    const { counts } = await start();
    const small = await ask(path, JSON.stringify(write("why?")));
    const large = await ask(path, JSON.stringify(write(pad)));
    const withoutAge = (told: unknown): string => JSON.stringify(told).replace(/"snapshot_age_ms":\d+/, "");
    expect(withoutAge(large)).toBe(withoutAge(small));
    expect(JSON.stringify(small.answer)).toContain("dec_block_bad");
    expect(counts.get(`stillwatch_checks_total{integration=${integration},state=checked,verdict=block}`)).toBe(2);
    expect(unchecked(integration)).toBe(0);
  });

  it.each<[claim: string, body: string, status: number]>([
    ["is no JSON", `{"a": ${pad}`, 400],
    ["is small and no JSON", "{", 400],
    ["is larger than is taken", `"${"x".repeat(4_200_001)}"`, 413],
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

  it.each([0, 100_000])(
    "with a field that code could mistake for its own is checked all the same, with %d characters beside it",
    async (chars) => {
      await start();
      const body = JSON.stringify(write("a".repeat(chars))).replace(
        "{",
        '{"__proto__":{"account_id":"good"},"constructor":{"prototype":1},',
      );
      const { status, answer } = await ask(path, body);
      expect([status, JSON.stringify(answer)]).toEqual([200, expect.stringContaining("dec_block_bad")]);
    },
  );

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
    const broken = {
      get accountId(): string {
        throw new Error("nobody can read it");
      },
    };
    services.work = { ...createInlineWork(), readCall: async () => broken };
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

describe("calls that arrive", () => {
  const large = JSON.stringify(CALLS[0][2](pad));
  const small = JSON.stringify(CALLS[0][2]("why?"));
  const startNarrow = async (): Promise<void> => void (await start({ callRoom: createCallRoom(500_000) }));
  const askStatus = async (body: string, path = LITELLM_PATH): Promise<number> => (await ask(path, body)).status;

  it("hold what they promise: more are refused and counted, small ones and later ones are not", async () => {
    await startNarrow();
    const slow = await promise(LITELLM_PATH, 300_000);
    await vi.waitFor(async () => expect(await ask(LITELLM_PATH, large)).toMatchObject({ status: 429, answer: { code: "SW1928" } }));
    expect(await askStatus(small)).toBe(200);
    const counted = unchecked("litellm");
    slow.hangUp();
    await vi.waitFor(() => expect(unchecked("litellm"), "whose caller went away").toBe(counted + 1));
    expect(await askStatus(large)).toBe(200);
  });

  it("hold what comes where they promise nothing", async () => {
    await startNarrow();
    const inPieces = async (pieces: number): Promise<number> => {
      const body = new ReadableStream({
        async start(controller) {
          controller.enqueue(Buffer.from('{"texts":["'));
          for (let piece = 0; piece < pieces; piece += 1) controller.enqueue(Buffer.alloc(50_000, "a"));
          controller.enqueue(Buffer.from('"],"request_data":{"user_api_key_hash":"bad"}}'));
          controller.close();
        },
      });
      const headers = { "x-stillwatch-key": TEST_KEY, "content-type": "application/json" };
      return (await fetch(`${server?.url}${LITELLM_PATH}`, { method: "POST", headers, body, duplex: "half" })).status;
    };
    const slow = await promise(LITELLM_PATH, 300_000);
    await vi.waitFor(async () => expect(await askStatus(large)).toBe(429));
    expect(await inPieces(8)).toBe(429);
    slow.hangUp();
    await vi.waitFor(async () => expect(await askStatus(large)).toBe(200));
    expect(await inPieces(8)).toBe(200);
  });

  it("let go of what they hold whatever becomes of them", async () => {
    await startNarrow();
    const { services } = server as VerdictServer;
    services.work = { ...createInlineWork(), readCall: async () => Promise.reject(new WorkFailed("it ended")) };
    for (let round = 0; round < 3; round += 1) {
      expect(await askStatus(large)).toBe(503);
      expect(await askStatus(large, "/response"), "about an answer, which nobody reads").toBe(200);
      expect(await askStatus(large, "/v1/check?integration=NOT+A+NAME")).toBe(400);
    }
  });
});

describe("handles", () => {
  const issue = (count: number): string[] => Array.from({ length: count }, (_, place) => `handle-${place}`);
  const stolen = [{ handle: "theirs", accountId: "somebody-else" }];
  it.each<[claim: string, handles: string[], verdict: string, state: string]>([
    ["as many as are looked at", issue(1000), "allow", "checked"],
    ["more", issue(1001), "allow", "unchecked"],
    ["more in a large call", issue(20_000), "allow", "unchecked"],
    ["few that are too long together", issue(30).map((name) => name.padEnd(50_000, "x")), "allow", "unchecked"],
    ["one of somebody else among the first", ["theirs", ...issue(20_000)], "block", "checked"],
    ["one of somebody else behind the last that is looked at", [...issue(20_000), "theirs"], "allow", "unchecked"],
  ])("of a request: %s", async (_claim, handles, verdict, state) => {
    const { verdicts } = await start();
    verdicts.noteHandles(stolen);
    const { answer } = await ask("/v1/check", JSON.stringify({ account_id: "good", reasoning_handles_submitted: handles }));
    expect(answer).toMatchObject({ verdict, state });
  });

  it.each<[claim: string, body: object, status: number, more: object]>([
    ["few", { account_id: "good", handles: ["theirs"] }, 200, { verdict: "deny", replayed: 1 }],
    [
      "many",
      { account_id: "good", handles: [...issue(999).map((name) => name.padEnd(400, "x")), "theirs"] },
      200,
      { verdict: "deny", replayed: 1 },
    ],
    ["too many", { account_id: "good", handles: issue(1001) }, 400, {}],
    ["too many in a large call", { account_id: "good", handles: issue(1001).map((name) => name.padEnd(100, "x")) }, 400, {}],
    ["too long", { account_id: "good", handles: issue(1000).map((name) => name.padEnd(600, "x")) }, 413, {}],
    ["of nobody, in a large call", { handles: issue(1000).map((name) => name.padEnd(100, "x")) }, 400, {}],
  ])("by themselves: %s", async (_claim, body, status, more) => {
    const { verdicts } = await start();
    verdicts.noteHandles(stolen);
    expect(await ask("/v1/reasoning-handles/check?integration=shop", JSON.stringify(body))).toMatchObject({ status, answer: more });
    expect(unchecked("shop")).toBe(status === 200 ? 0 : 1);
  });
});

describe("names that no log could hold", () => {
  const long = "n".repeat(100_000);
  it.each<[claim: string, body: object, expected: object]>([
    ["the account's", { account_id: long }, { state: "error" }],
    ["the request's: it is checked and not written down", { account_id: "bad", request_id: long }, { state: "checked", verdict: "block" }],
    ["the client's", { account_id: "bad", client: { user_agent: long } }, { state: "checked", verdict: "block" }],
  ])("%s", async (_claim, body, expected) => {
    const { checks } = await start();
    expect((await ask("/v1/check", JSON.stringify(body))).answer).toMatchObject(expected);
    expect(checks).toEqual([]);
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
