/** What passes the proxy passes as it came and when it came; a client that goes takes the model's work with it; nothing secret stays behind. */
import { request as sendRaw } from "node:http";
import { request as sendSecure } from "node:https";
import { gzipSync } from "node:zlib";
import { setTimeout as wait } from "node:timers/promises";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createIntakePart } from "../http/intake/routes.js";
import { verdictRoutes } from "../http/verdicts/routes.js";
import { makeCertificate } from "../testing/certificates.js";
import { createWorkshop, type Workshop } from "../testing/command-line.js";
import { type RunningProxyProcess, startProxyProcess } from "../testing/running-proxy.js";
import { ANSWER, startThinkingModel, type ThinkingModel } from "../testing/thinking-model.js";
import { startVerdictServer, TEST_KEY, type VerdictServer, writeDecision } from "../testing/verdict-server.js";

let workshop: Workshop;
let model: ThinkingModel;
let stillwatch: VerdictServer;
let proxy: RunningProxyProcess;
const started: RunningProxyProcess[] = [];

const start = async (...flags: string[]): Promise<RunningProxyProcess> => {
  const own = await startProxyProcess(workshop, {
    key: TEST_KEY,
    upstream: `${model.url}/prefix/`,
    server: stillwatch.url,
    flags: ["--account-header", "X-Account", "--timeout", "5s", "--log-level", "debug", ...flags],
  });
  started.push(own);
  return own;
};

beforeAll(async () => {
  workshop = createWorkshop();
  model = await startThinkingModel();
  const decisions = [
    writeDecision("shaped", { measure: "shape", parameters: { shape: { reasoning: "withhold" } } }),
    writeDecision("bad", { measure: "block" }),
    writeDecision("slow", { measure: "throttle", parameters: { requestsPerMinute: 1 } }),
  ];
  stillwatch = await startVerdictServer({ decisions, parts: [verdictRoutes, createIntakePart()] });
  proxy = await start("--upstream-timeout", "4s", "--body-max", "1");
}, 120_000);
afterAll(async () => {
  for (const each of started) await each.stop("SIGKILL");
  await stillwatch.close();
  await model.close();
  workshop.remove();
});
beforeEach(() => void model.take());

interface Sent {
  path?: string;
  method?: string;
  who?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
  signal?: AbortSignal;
  at?: RunningProxyProcess;
}

async function send({
  path = "/v1/chat/completions",
  method = "POST",
  who = "good",
  headers = {},
  body,
  signal,
  at = proxy,
}: Sent): Promise<Response> {
  return fetch(at.url + path, {
    method,
    headers: { "content-type": "application/json", "x-account": who, authorization: "Bearer sk-secret-of-a-customer", ...headers },
    ...(body === undefined ? {} : { body }),
    ...(signal === undefined ? {} : { signal }),
  });
}

const chat = (model: string, more: object = {}): string =>
  JSON.stringify({ model, messages: [{ role: "user", content: "hills of the county" }], ...more });

/** The event of the latest request that was reported. */
async function findEvent(isIt: (event: Record<string, unknown>) => boolean): Promise<Record<string, unknown>> {
  return expect
    .poll(() => stillwatch.received.map(({ line }) => JSON.parse(line) as Record<string, unknown>).findLast(isIt), { timeout: 10_000 })
    .toBeDefined()
    .then(() => stillwatch.received.map(({ line }) => JSON.parse(line) as Record<string, unknown>).findLast(isIt) ?? {});
}

describe("answers that stream", () => {
  it.each<[who: string]>([["good"], ["shaped"]])("pass piece by piece, as they come: %s", async (who) => {
    const answer = await send({ who, body: chat("gated", { stream: true }) });
    const reader = answer.body?.getReader();
    const first = await reader?.read();
    expect(Buffer.from(first?.value ?? []).toString()).toContain("assistant");
    model.open();
    let rest = "";
    for (;;) {
      const next = await reader?.read();
      if (next === undefined || next.done) break;
      rest += Buffer.from(next.value).toString();
    }
    expect(rest).toMatch(/stop.*\n\ndata: \[DONE\]\n\n$/s);
    expect(rest.includes("reasoning_content")).toBe(who === "good");
  });

  it("begin when their head comes, before the first piece", async () => {
    const answer = await send({ body: chat("pondering", { stream: true }) });
    expect(answer.status).toBe(200);
    model.open();
    expect(await answer.text()).toContain("[DONE]");
  });

  it.each([["good"], ["shaped"]])("wait for a client that does not read: %s", async (who) => {
    const gone = new AbortController();
    const before = model.flooded();
    const answer = await send({ who, body: chat("flooding", { stream: true }), signal: gone.signal });
    await answer.body?.getReader().read();
    await wait(1_000);
    const held = model.flooded() - before;
    await wait(500);
    // What lies in the buffers of sockets; nothing more comes.
    expect(model.flooded() - before).toBe(held);
    expect(held).toBeLessThan(32 << 20);
    gone.abort();
  });

  it("are the same bytes as without the proxy", async () => {
    for (const [path, more] of [
      ["/v1/chat/completions", { stream: true }],
      ["/v1/messages", { stream: true, max_tokens: 5 }],
      ["/v1/responses", { stream: true }],
      ["/v1/chat/completions", {}],
    ] as const) {
      const body = chat("stub", more);
      const [through, direct] = [await send({ path, body }), await fetch(`${model.url}${path}`, { method: "POST", body })];
      expect(await through.text()).toBe(await direct.text());
      expect([through.status, through.headers.get("content-type"), through.headers.get("x-own")]).toEqual([
        200,
        direct.headers.get("content-type"),
        "kept",
      ]);
    }
  });

  it("that the model's server breaks off break off, and are reported as they ended", async () => {
    const answer = await send({ who: "broken", body: chat("breaking", { stream: true }) });
    await expect(answer.text()).rejects.toThrow(/terminated|closed/);
    expect(await findEvent(({ account_id: id }) => id === "broken")).toMatchObject({ status: 502, stream: true });
  });
});

describe("a client that goes away", () => {
  it.each<[claim: string, model: string, headFirst: boolean]>([
    ["while the model is silent", "silent", false],
    ["in the middle of a stream", "gated", true],
  ])("%s stops the model's work", async (_, name, headFirst) => {
    const before = model.abandoned();
    const gone = new AbortController();
    const asked = send({ who: `gone-${name}`, body: chat(name, { stream: true }), signal: gone.signal });
    if (headFirst) await (await asked).body?.getReader().read();
    else await expect.poll(() => model.take().length, { timeout: 10_000 }).toBe(1);
    gone.abort();
    if (!headFirst) await expect(asked).rejects.toThrow("abort");
    await expect.poll(() => model.abandoned(), { timeout: 10_000 }).toBe(before + 1);
    expect(await findEvent(({ account_id: id }) => id === `gone-${name}`)).toMatchObject({ status: 499 });
    model.open();
  });
});

describe("faults of the model's server", () => {
  it("pass with their status and words", async () => {
    const answer = await send({ who: "unlucky", body: chat("failing") });
    expect([answer.status, await answer.json()]).toEqual([529, { error: { type: "overloaded_error", message: "busy" } }]);
    expect(await findEvent(({ account_id: id }) => id === "unlucky")).toMatchObject({
      status: 529,
      output_tokens: 0,
      error_code: "overloaded_error",
    });
  });

  it("a silent one is told as 504, in the words of each API", async () => {
    const openai = new OpenAI({ apiKey: "sk-a", baseURL: `${proxy.url}/v1`, maxRetries: 0 });
    const anthropic = new Anthropic({ apiKey: "sk-a", baseURL: proxy.url, maxRetries: 0 });
    const messages = [{ role: "user" as const, content: "?" }];
    await expect(openai.chat.completions.create({ model: "silent", messages })).rejects.toMatchObject({
      status: 504,
      code: "stillwatch_upstream_timeout",
    });
    await expect(anthropic.messages.create({ model: "silent", max_tokens: 5, messages })).rejects.toMatchObject({
      status: 504,
      type: "timeout_error",
    });
    model.open();
  });

  it("one that is not there is told as 502", async () => {
    const alone = await startProxyProcess(workshop, { key: TEST_KEY, upstream: "http://127.0.0.1:1", server: stillwatch.url });
    started.push(alone);
    for (const path of ["/v1/chat/completions", "/v1/models"]) {
      const answer = await send({ at: alone, path, body: chat("stub") });
      expect([answer.status, await answer.json()]).toMatchObject([502, { error: { code: "stillwatch_upstream_unreachable" } }]);
    }
  });
});

describe("requests", () => {
  it("go on byte for byte, under the path before them, to the other host", async () => {
    const body = `{ "model":"stub",\n "messages" : [{"role":"user","content":"a"}], "own": 1.0 }`;
    await send({ path: "/v1/chat/completions?api-version=3", body });
    const [asked] = model.take();
    expect([asked.url, asked.text, asked.headers.host]).toEqual([
      "/prefix/v1/chat/completions?api-version=3",
      body,
      new URL(model.url).host,
    ]);
    expect(asked.headers.authorization).toBe("Bearer sk-secret-of-a-customer");
    expect(JSON.stringify(asked.headers)).not.toContain(TEST_KEY);
  });

  it("on other paths pass unread, whatever they are and however large", async () => {
    const picture = new Uint8Array(3 << 20).fill(200);
    const answer = await send({ path: "/v1/files?a=b", headers: { "content-type": "multipart/form-data; boundary=x" }, body: picture });
    expect([answer.status, (await answer.text()).slice(0, 10)]).toEqual([200, "untouched:"]);
    const [asked] = model.take();
    expect([asked.url, asked.headers["content-length"], asked.headers["content-type"]]).toEqual([
      "/prefix/v1/files?a=b",
      String(picture.length),
      "multipart/form-data; boundary=x",
    ]);
    expect((await send({ path: "/v1/models", method: "GET", who: "bad" })).status).toBe(200);
    expect((await send({ path: "/v1/files/1", method: "DELETE" })).status).toBe(200);
    expect(model.take().map(({ method }) => method)).toEqual(["GET", "DELETE"]);
  });

  it("on other paths are asked about where that is wanted", async () => {
    const careful = await start("--other-paths", "check");
    expect((await send({ at: careful, path: "/v1/messages/batches", who: "bad", body: "{}" })).status).toBe(403);
    expect((await send({ at: careful, path: "/v1/messages/batches", body: "{}" })).status).toBe(200);
    expect(model.take()).toHaveLength(1);
  });

  it("that fetch a background response take nothing of a throttle's rate", async () => {
    const poll = async (): Promise<number> => (await send({ path: "/v1/responses/resp_1", method: "GET", who: "slow" })).status;
    const statuses = [await poll(), await poll(), await poll()];
    for (let tries = 0; tries < 2; tries += 1) statuses.push((await send({ who: "slow", body: chat("stub") })).status);
    statuses.push(await poll());
    expect(statuses).toEqual([200, 200, 200, 200, 429, 200]);
  });

  it("lose what belongs to one connection", async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = {
        "x-account": "good",
        connection: "close, x-hop",
        "x-hop": "1",
        te: "trailers",
        "proxy-authorization": "Basic a",
        "x-far": "1",
      };
      const own = sendRaw(`${proxy.url}/v1/chat/completions`, { method: "POST", headers }, (answer) => resolve(answer.resume().statusCode));
      own.once("error", reject).end(chat("stub"));
    });
    const [{ headers }] = model.take();
    expect(status).toBe(200);
    expect(headers["x-far"]).toBe("1");
    for (const name of ["x-hop", "te", "proxy-authorization"]) expect(headers).not.toHaveProperty(name);
  });

  it.each<[claim: string, body: Sent["body"], headers: Record<string, string>, status: number]>([
    ["too large", chat("stub", { pad: "a".repeat(1 << 20) }), {}, 413],
    ["too large once unpacked", new Uint8Array(gzipSync(chat("stub", { pad: "a".repeat(1 << 20) }))), { "content-encoding": "gzip" }, 413],
    ["in an encoding that is not known", "{}", { "content-encoding": "br" }, 415],
    ["no JSON", "{'model': 1}", {}, 400],
    ["no object", "[]", {}, 400],
    ["JSON in another encoding", new Uint8Array(Buffer.from(chat("stub"), "utf16le")), {}, 400],
    ["empty", "", {}, 400],
  ])("whose body is %s are refused before the model sees them", async (_, body, headers, status) => {
    const answer = await send({ body, headers });
    expect(answer.status).toBe(status);
    expect(await answer.text()).not.toContain("county");
    expect(model.take()).toEqual([]);
  });

  it("that are packed are unpacked", async () => {
    expect((await send({ body: new Uint8Array(gzipSync(chat("stub"))), headers: { "content-encoding": "gzip" } })).status).toBe(200);
    const [asked] = model.take();
    expect([asked.text, asked.headers["content-encoding"]]).toEqual([chat("stub"), undefined]);
  });
});

describe("what is told of requests", () => {
  it("each counts, though its client calls them all alike; check and event have one id", async () => {
    const ids: (string | null)[] = [];
    for (let index = 0; index < 3; index += 1) {
      const answer = await send({ who: "twin", body: chat("stub"), headers: { "x-request-id": "always-this" } });
      ids.push(answer.headers.get("x-stillwatch-request"));
      await answer.text();
    }
    expect(new Set(ids).size).toBe(3);
    const event = await findEvent(({ request_id: id }) => id === ids[2]);
    expect(event).toMatchObject({ account_id: "twin", client_request_id: "always-this", operation: "chat", status: 200, output: ANSWER });
    expect(event).toMatchObject({ input_tokens: 11, output_tokens: 22, messages: [{ role: "user", content: "hills of the county" }] });
    await expect.poll(() => stillwatch.checks.map(({ request_id: id }) => id)).toEqual(expect.arrayContaining(ids));
  });

  it("metadata has no text; none is none", async () => {
    const shy = await start("--events", "metadata");
    const silent = await start("--events", "none");
    await (await send({ at: silent, who: "silent-one", body: chat("stub") })).text();
    const body = chat("stub", { stream: true, temperature: 0.5, tools: [{ function: { name: "look" } }] });
    await (await send({ at: shy, who: "shy-one", body })).text();
    const event = await findEvent(({ account_id: id }) => id === "shy-one");
    expect(event).toMatchObject({ sampling: { temperature: 0.5 }, tools: ["look"], usage_estimated: true });
    expect(JSON.stringify(event)).not.toMatch(/county|apples|Four/);
    expect(stillwatch.received.filter(({ line }) => line.includes("silent-one"))).toEqual([]);
  });

  it("what a caller makes up makes no event unreadable", async () => {
    const odd = {
      temperature: "hot",
      top_p: 7,
      n: -1,
      seed: "x",
      tools: [{ name: "t".repeat(5000) }, 7],
      user: "u".repeat(5000),
      logprobs: 3,
      stop: null,
    };
    await (await send({ who: "odd-one", headers: { "user-agent": "a".repeat(3000) }, body: chat("m".repeat(5000), odd) })).text();
    const line = JSON.stringify(await findEvent(({ account_id: id }) => id === "odd-one"));
    const { readWithFormat } = await import("../../engine/acquire/read-chunk.js");
    const { nativeFormat } = await import("../../integrations/native/native.js");
    expect(readWithFormat(nativeFormat, JSON.parse(line) as object)).toMatchObject([{ event: { accountId: "odd-one" } }]);
  });

  it("no key, no text and no query is in the log", () => {
    for (const secret of ["sk-secret", TEST_KEY, "county", "apples", "api-version"]) expect(proxy.said()).not.toContain(secret);
    expect(proxy.said()).toContain('"operation":"chat"');
  });
});

describe("a stop", () => {
  it("lets the answer under way come to its end, takes nothing more, and sends the last event", async () => {
    const own = await start();
    const answer = await send({ at: own, who: "last-one", body: chat("gated", { stream: true }) });
    const stopping = own.stop();
    const isTaken = async (): Promise<boolean> =>
      send({ at: own, body: chat("stub") }).then(
        async (taken) => (await taken.text()) !== "",
        () => false,
      );
    await expect.poll(isTaken, { timeout: 8_000 }).toBe(false);
    model.open();
    expect(await answer.text()).toContain("[DONE]");
    const { status, stderr } = await stopping;
    expect([status, stderr]).toEqual([0, expect.stringContaining("stopped; all events were taken")]);
    expect(await findEvent(({ account_id: id }) => id === "last-one")).toMatchObject({ status: 200 });
  }, 60_000);
});

describe("over TLS", () => {
  it("a stream passes as it does in clear, and nothing is answered in clear", async ({ skip }) => {
    const made = makeCertificate(workshop.folder);
    skip(made === null, "openssl is not here: TLS was not checked");
    if (made === null) return;
    const own = await start("--tls-certificate", made.certificateFile, "--tls-key", made.keyFile);
    expect(own.url).toMatch(/^https:/);
    const text = await new Promise<string>((resolve, reject) => {
      const headers = { "x-account": "good" };
      const asked = sendSecure(`${own.url}/v1/chat/completions`, { method: "POST", headers, ca: made.cert }, (answer) => {
        let all = "";
        answer.on("data", (piece: Buffer) => (all += piece.toString())).on("end", () => resolve(all));
      });
      asked.once("error", reject).end(chat("stub", { stream: true }));
    });
    expect(text).toContain("[DONE]");
    await expect(fetch(own.url.replace("https:", "http:"))).rejects.toThrow("fetch failed");
  });
});

describe("a start that would go wrong says why", () => {
  it.each<[claim: string, flags: string[], env: Record<string, string>, code: string]>([
    ["without a key", [], { STILLWATCH_KEY: "" }, "SW2150"],
    ["open to others in clear", ["--listen", "0.0.0.0:0"], {}, "SW2151"],
    ["at an address that is not this machine's", ["--listen", "192.0.2.1:0", "--behind-proxy"], {}, "SW2152"],
    ["with a certificate that is not there", ["--tls-certificate", "no.pem", "--tls-key", "no.pem"], {}, "SW2157"],
    ["with a certificate and no key", ["--tls-certificate", "no.pem"], {}, "SW2158"],
    ["before something that is no address", ["--upstream", "example.org"], {}, "SW1004"],
  ])("%s", (_, flags, env, code) => {
    const args = ["proxy", ...(flags.includes("--upstream") ? [] : ["--upstream", model.url]), ...flags];
    const { status, stderr } = workshop.run(args, { STILLWATCH_KEY: TEST_KEY, ...env });
    expect([status, stderr]).toEqual([2, expect.stringContaining(code)]);
  });
});
