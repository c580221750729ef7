import { type AddressInfo, connect } from "node:net";
import { Writable } from "node:stream";
import type { FastifyInstance, InjectOptions } from "fastify";
import { pino } from "pino";
import { afterEach, describe, expect, it } from "vitest";
import { StillwatchError } from "../../vocabulary/errors.js";
import type { Caller, HttpPart, Services } from "../serve/services.js";
import { HttpError } from "./problems.js";
import { createServer, type ServerSettings } from "./server.js";

const SECRETS: Readonly<Record<string, Caller>> = {
  sw_admin: { keyId: "key_a", name: "admin", scopes: ["admin"] },
  sw_gateway: { keyId: "key_g", name: "gateway", scopes: ["check"] },
};

let apps: FastifyInstance[] = [];
afterEach(async () => {
  await Promise.all(apps.map((app) => app.close()));
  apps = [];
});

/** A part with a route for each way in which an answer can go. */
const trials: HttpPart = () => async (app) => {
  app.get("/open", { config: { scope: null } }, async () => ({ status: "ok" }));
  app.get("/decisions", { config: { scope: "read" } }, async ({ caller }) => ({ caller }));
  app.post(
    "/check",
    {
      config: { scope: "check" },
      schema: { body: { type: "object", properties: { n: { type: "integer" } }, required: ["n"], additionalProperties: false } },
    },
    async () => ({}),
  );
  app.get("/broken", { config: { scope: null } }, async () => {
    throw new Error("prompt text of a customer");
  });
  app.get("/store", { config: { scope: null } }, async () => {
    throw new StillwatchError(
      { code: "SW1499", what: "the event store at /data refused a query", why: "SELECT acct_1", fix: "a new --data-dir" },
      1,
    );
  });
  app.get("/full", { config: { scope: null } }, async () => {
    throw new HttpError({ code: "SW1920", what: "full", why: "w", fix: "f" }, { status: 429, retryAfterMs: 1_200 });
  });
};

async function serve(
  settings: Partial<ServerSettings> = {},
  parts: readonly HttpPart[] = [trials],
): Promise<{ app: FastifyInstance; log: () => string }> {
  let text = "";
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  const services = {
    log: pino({ level: "trace" }, sink),
    keys: { authenticate: async (secret: string) => SECRETS[secret] ?? null },
    metrics: { observe() {}, count() {}, set() {} },
  } as unknown as Services;
  const app = await createServer(services, {
    settings: { isAuthenticated: true, bodyBytesMax: 1000, requestTimeoutMs: 1000, version: "0", ...settings },
    parts,
  });
  apps.push(app);
  return { app, log: () => text };
}

describe("who may ask", () => {
  it.each<[claim: string, path: string, headers: Record<string, string>, status: number, code: string | undefined]>([
    ["anybody what has no scope", "/open", {}, 200, undefined],
    ["nobody without a key", "/decisions", {}, 401, "SW1906"],
    ["nobody with a key that there is not", "/decisions", { authorization: "Bearer sw_none" }, 401, "SW1907"],
    ["nobody with a key in the wrong form", "/decisions", { authorization: "Basic sw_admin" }, 401, "SW1906"],
    ["no key what its scopes do not open", "/decisions", { authorization: "Bearer sw_gateway" }, 403, "SW1908"],
    ["admin everything", "/decisions", { authorization: "Bearer sw_admin" }, 200, undefined],
    ["gateways that send x-api-key", "/decisions", { "x-api-key": "sw_admin" }, 200, undefined],
    ["a path that there is not needs no key to be told so", "/none", {}, 404, "SW1909"],
    ["the description of the interface", "/openapi.json", {}, 200, undefined],
  ])("%s", async (_claim, url, headers, status, code) => {
    const { app } = await serve();
    const answer = await app.inject({ url, headers });
    expect(answer.statusCode).toBe(status);
    expect(answer.json<{ code?: string }>().code).toBe(code);
    if (status >= 400) expect(answer.headers["content-type"]).toMatch(/^application\/problem\+json/);
  });

  it("everybody everything, where keys are not asked for", async () => {
    const { app } = await serve({ isAuthenticated: false });
    expect((await app.inject("/decisions")).json()).toMatchObject({ caller: { name: "anybody", scopes: ["admin"] } });
  });

  it("a route that does not say its scope stops the start", async () => {
    const forgetful: HttpPart = () => async (app) => void app.get("/x", async () => ({}));
    await expect(serve({}, [forgetful])).rejects.toThrow(/scope/);
  });
});

describe("what cannot be answered is told as a problem", () => {
  const post = { method: "POST", url: "/check" } as const;
  const key = { authorization: "Bearer sw_admin" };
  const json = { ...key, "content-type": "application/json" };
  it.each<[claim: string, request: InjectOptions, status: number, code: string]>([
    ["a field of the wrong kind", { ...post, headers: json, payload: '{"n":"secret words"}' }, 400, "SW1902"],
    ["a field that is missing", { ...post, headers: json, payload: "{}" }, 400, "SW1902"],
    ["a field that nobody knows", { ...post, headers: json, payload: '{"n":1,"secret words":2}' }, 400, "SW1902"],
    ["half a body", { ...post, headers: json, payload: '{"n": "secret words' }, 400, "SW1903"],
    ["no body", { ...post, headers: json, payload: "" }, 400, "SW1903"],
    ["too much body", { ...post, headers: json, payload: `{"n": "${"secret words".repeat(200)}"}` }, 413, "SW1904"],
    [
      "a content type that is not taken",
      { ...post, headers: { ...key, "content-type": "text/x" }, payload: "secret words" },
      415,
      "SW1905",
    ],
    ["text, which is no JSON", { ...post, headers: { ...key, "content-type": "text/plain" }, payload: "secret words" }, 415, "SW1905"],
    [
      "what a stranger sends to where nothing answers, unread",
      { method: "POST", url: "/none", headers: { "content-type": "application/json" }, payload: '{"n": "secret words' },
      404,
      "SW1909",
    ],
    ["a method that is not taken", { method: "DELETE", url: "/open" }, 404, "SW1909"],
    ["a path that is none", { url: "/%zzsecret%20words" }, 400, "SW1915"],
    ["a fault of ours", { url: "/broken?q=secret+words" }, 500, "SW1901"],
  ])("%s", async (_claim, request, status, code) => {
    const { app, log } = await serve();
    const answer = await app.inject(request);
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ code, status, type: `urn:stillwatch:problem:${code}` });
    expect(Object.keys(answer.json<object>()).sort()).toEqual(["code", "detail", "fix", "status", "title", "type"]);
    expect(answer.body + log()).not.toMatch(/secret.words|customer|sw_admin/);
  });

  it("a fault of ours is in the log, with where it happened and not with what it said", async () => {
    const { app, log } = await serve();
    await app.inject("/broken");
    expect(log()).toMatch(/server\.test\.ts/);
    expect(log()).not.toContain("customer");
  });

  it("what a store says of a fault is in the log, and not in the answer", async () => {
    const { app, log } = await serve();
    const response = await app.inject("/store");
    expect(response.json()).toMatchObject({ status: 500, code: "SW1499" });
    expect(response.body).not.toMatch(/data|SELECT|acct_1/);
    expect(log()).toContain("SELECT acct_1");
  });

  it("when to come again", async () => {
    const { app } = await serve();
    const answer = await app.inject("/full");
    expect([answer.statusCode, answer.headers["retry-after"]]).toEqual([429, "2"]);
  });
});

describe("what does not arrive whole in its time is cut off", () => {
  const head = "POST /check HTTP/1.1\r\nHost: a\r\n";
  // Far below the half minute after which Node itself looks.
  it.each([
    ["a head", `${head}Authorization: Bear`],
    ["a body", `${head}Content-Type: application/json\r\nContent-Length: 50\r\n\r\n{`],
    ["a body in pieces", `${head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n`],
  ])("%s", { timeout: 15_000 }, async (_, bytes) => {
    const { app } = await serve({ isAuthenticated: false, requestTimeoutMs: 200 });
    await app.listen({ port: 0, host: "127.0.0.1" });
    const { port } = app.server.address() as AddressInfo;
    const answer = await new Promise<string>((resolve) => {
      let received = "";
      const socket = connect(port, "127.0.0.1", () => void socket.write(bytes));
      socket.on("data", (chunk: Buffer) => (received += chunk.toString()));
      socket.on("close", () => resolve(received));
    });
    expect(answer).toMatch(/^HTTP\/1.1 408 .*SW1915/s);
  });
});
