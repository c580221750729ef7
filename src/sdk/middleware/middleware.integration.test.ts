/** The middleware in the real frameworks, before a real server with real verdicts. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { verdictRoutes } from "../../app/http/verdicts/routes.js";
import { startVerdictServer, TEST_KEY, TEST_REASON, writeDecision, type VerdictServer } from "../../app/testing/verdict-server.js";
import type { Verdict } from "../../vocabulary/verdict.js";
import { createExpressGuard, createFastifyGuard, createHonoGuard, type GuardOptions } from "./index.js";

interface Service {
  url: string;
  close(): Promise<void>;
}

const address = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const closeServer = (server: Server): Promise<void> => new Promise((resolve) => void server.close(() => resolve()));

/** One service that answers "served", in each framework. */
const FRAMEWORKS: Readonly<Record<string, (options: GuardOptions) => Promise<Service>>> = {
  async fastify(options) {
    const app = fastify();
    app.addHook("onRequest", createFastifyGuard(options));
    app.post("/v1/messages", async () => "served");
    return { url: await app.listen({ port: 0, host: "127.0.0.1" }), close: () => app.close() };
  },
  async express(options) {
    const app = express();
    app.use(createExpressGuard(options));
    app.post("/v1/messages", (_request, response) => void response.send("served"));
    const server = await new Promise<Server>((resolve) => {
      const started: Server = app.listen(0, "127.0.0.1", () => resolve(started));
    });
    return { url: address(server), close: () => closeServer(server) };
  },
  async hono(options) {
    const app = new Hono<{ Variables: { stillwatch: Verdict } }>();
    app.use(createHonoGuard(options));
    app.post("/v1/messages", (context) => context.text("served"));
    const server = await new Promise<Server>((resolve) => {
      const started: Server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, () => resolve(started)) as Server;
    });
    return { url: address(server), close: () => closeServer(server) };
  },
};

let verdicts: VerdictServer;
let silent: Server;
beforeAll(async () => {
  verdicts = await startVerdictServer({
    decisions: [
      writeDecision("blocked", { measure: "block" }),
      writeDecision("slow", { measure: "throttle", parameters: { requestsPerMinute: 1 } }),
      writeDecision("unproved", { measure: "step_up", parameters: { verification: "identity" } }),
      writeDecision("shadowed", { measure: "block", mode: "shadow" }),
    ],
    parts: [verdictRoutes],
  });
  // Takes connections and never answers, as a server that hangs.
  silent = createServer(() => {});
  await new Promise<void>((resolve) => void silent.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  await verdicts.close();
  silent.closeAllConnections();
  await closeServer(silent);
});

describe.each(Object.entries(FRAMEWORKS))("in %s", (_, start) => {
  let service: Service | null = null;
  let seen: Verdict[] = [];
  afterEach(async () => {
    await service?.close();
    service = null;
    seen = [];
  });

  async function ask(accountId: string | null, over: Partial<GuardOptions> = {}): Promise<Response> {
    service ??= await start({
      url: verdicts.url,
      key: TEST_KEY,
      integration: "middleware",
      onUnavailable: "allow",
      accountHeader: "x-account",
      timeoutMs: 2000,
      verifyAt: "https://example.com/verify",
      onVerdict: (verdict) => void seen.push(verdict),
      ...over,
    });
    const headers: Record<string, string> = { connection: "close", ...(accountId === null ? {} : { "x-account": accountId }) };
    return fetch(`${service.url}/v1/messages`, { method: "POST", headers });
  }

  it.each([
    ["anybody", 200],
    ["shadowed", 200],
    ["blocked", 403],
    ["unproved", 403],
  ])("%s is answered %i", async (accountId, status) => {
    const response = await ask(accountId);
    expect(response.status).toBe(status);
    if (status === 200) expect(await response.text()).toBe("served");
    else {
      expect(response.headers.get("x-stillwatch-decision")).toContain(accountId);
      expect(await response.text()).toContain(TEST_REASON);
    }
    expect(seen[0]).toMatchObject({ state: "checked" });
  });

  it("who is throttled is told when to come again", async () => {
    let response = await ask("slow");
    for (let tries = 0; tries < 3 && response.status === 200; tries++) response = await ask("slow");
    expect(response.status).toBe(429);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  it.each<[claim: string, onUnavailable: "allow" | "block", url: () => string, status: number]>([
    ["nobody listens", "allow", () => "http://127.0.0.1:1", 200],
    ["nobody listens", "block", () => "http://127.0.0.1:1", 503],
    ["stillwatch hangs", "allow", () => address(silent), 200],
    ["stillwatch hangs", "block", () => address(silent), 503],
  ])("%s, on_unavailable %s", async (_claim, onUnavailable, url, status) => {
    const response = await ask("anybody", { url: url(), onUnavailable, timeoutMs: 200 });
    expect(response.status).toBe(status);
    expect(seen[0]).toMatchObject({ state: "unchecked" });
  });

  it("a wrong key is no pass: it is told as unchecked", async () => {
    expect((await ask("blocked", { key: "sw_wrong" })).status).toBe(200);
    expect(seen[0]).toMatchObject({ state: "unchecked" });
  });

  it("a request of nobody is unchecked", async () => {
    expect((await ask(null)).status).toBe(200);
    expect(seen[0]).toMatchObject({ state: "unchecked" });
  });
});
