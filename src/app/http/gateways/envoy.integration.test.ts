/** A real Envoy in front of a stub model, asking stillwatch over gRPC and over HTTP. */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeCertificate } from "../../testing/certificates.js";
import { type Envoy, ENVOY_PACKAGES, type EnvoyWiring, startEnvoy } from "../../testing/envoy-proxy.js";
import { preparePython } from "../../testing/python-tools.js";
import { startStubModel, STUB_ANSWER, type StubModel } from "../../testing/stub-model.js";
import { startVerdictServer, TEST_KEY, TEST_REASON, type VerdictServer, writeDecision } from "../../testing/verdict-server.js";
import { layWire, type Wire, type WireState } from "../../testing/wire.js";
import { envoyGateway } from "./envoy.js";
import { type EnvoyGrpc, startEnvoyGrpc } from "./envoy-grpc.js";

const python = await preparePython(ENVOY_PACKAGES);
if ("missing" in python) console.warn(`NOT CHECKED: stillwatch beside a real Envoy. ${python.missing}`);

const hash = (key: string): string => createHash("sha256").update(key).digest("hex");
const portOf = (url: string): number => Number(new URL(url).port);
const VERIFY_AT = "https://verify.example";

const decisions = [
  writeDecision(hash("sk-bad"), { measure: "block" }),
  writeDecision(hash("sk-fast"), { measure: "throttle", parameters: { requestsPerMinute: 1 } }),
  writeDecision(hash("sk-new"), { measure: "step_up", parameters: { verification: "identity" } }),
];

/** What docs/integrations/envoy.md says, with the failure mode to be tried. */
function writeFilter(isGrpc: boolean, mayFail: boolean): string[] {
  const mode = `failure_mode_allow: ${mayFail}`;
  if (isGrpc)
    return [
      mode,
      "transport_api_version: V3",
      `grpc_service: { envoy_grpc: { cluster_name: stillwatch }, timeout: 0.5s, initial_metadata: [{ key: x-stillwatch-key, value: ${TEST_KEY} }] }`,
    ];
  return [
    mode,
    "http_service:",
    "  server_uri: { uri: http://stillwatch, cluster: stillwatch, timeout: 0.5s }",
    "  path_prefix: /v1/gateways/envoy",
    `  authorization_request: { headers_to_add: [{ key: x-stillwatch-key, value: ${TEST_KEY} }] }`,
    "  authorization_response: { allowed_client_headers: { patterns: [{ exact: retry-after }, { prefix: x-stillwatch- }, { exact: content-type }] } }",
    "allowed_headers: { patterns: [{ exact: x-api-key }, { exact: x-request-id }, { exact: content-type }] }",
  ];
}

interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

async function send(envoy: Envoy, { who, isStream = false }: { who: string; isStream?: boolean }): Promise<Answer> {
  const headers = { authorization: `Bearer sk-${who}`, "content-type": "application/json" };
  const body = JSON.stringify({ model: "stub", stream: isStream, messages: [{ role: "user", content: "What is two plus two?" }] });
  const answer = await fetch(`${envoy.url}/v1/chat/completions`, { method: "POST", headers, body });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

const folder = mkdtempSync(join(tmpdir(), "stillwatch-envoy-tls-"));
const certificate = makeCertificate(folder);
const stranger = makeCertificate(folder, "stranger");
if (certificate === null) console.warn("NOT CHECKED: Envoy over TLS. openssl is not here.");
afterAll(() => rmSync(folder, { recursive: true }));

const ways = [
  ["gRPC", { isGrpc: true, isTls: false }],
  ["gRPC over TLS", { isGrpc: true, isTls: true }],
  ["HTTP", { isGrpc: false, isTls: false }],
] as const;

describe.skipIf("missing" in python).each(ways.filter(([, { isTls }]) => !isTls || certificate !== null))(
  "Envoy that asks stillwatch over %s",
  (_, { isGrpc, isTls }) => {
    let model: StubModel;
    let stillwatch: VerdictServer;
    let wire: Wire;
    let grpcServer: EnvoyGrpc | undefined;
    let closed: Envoy;
    let open: Envoy;
    let wiring: Omit<EnvoyWiring, "filter">;

    beforeAll(async () => {
      if ("missing" in python) return;
      model = await startStubModel();
      stillwatch = await startVerdictServer({ decisions, parts: [envoyGateway({ verify_at: VERIFY_AT })] });
      const tls = isTls ? (certificate ?? undefined) : undefined;
      const options = { settings: { verify_at: VERIFY_AT }, host: "127.0.0.1", port: 0, isAuthenticated: true, tls };
      if (isGrpc) grpcServer = await startEnvoyGrpc(stillwatch.services, options);
      wire = await layWire(grpcServer?.port ?? portOf(stillwatch.url));
      const trusted = tls === undefined ? {} : { trusted: tls.certificateFile };
      wiring = { pythonFolder: python.folder, upstreamPort: portOf(model.url), stillwatchPort: wire.port, isGrpc, ...trusted };
      [closed, open] = await Promise.all([
        startEnvoy({ ...wiring, filter: writeFilter(isGrpc, false) }),
        startEnvoy({ ...wiring, filter: writeFilter(isGrpc, true) }),
      ]);
    }, 1_200_000);

    afterAll(async () => {
      await Promise.all([closed?.stop(), open?.stop(), grpcServer?.close()]);
      await wire?.close();
      await stillwatch?.close();
      await model?.close();
    });

    it("passes what is allowed, streaming and not, and writes the check under Envoy's request id", async () => {
      expect(JSON.parse((await send(closed, { who: "good" })).text)).toMatchObject({ choices: [{ message: { content: STUB_ANSWER } }] });
      expect((await send(closed, { who: "good", isStream: true })).text).toContain("data: [DONE]");
      const ids = model.take().map(({ headers }) => headers["x-request-id"]);
      await expect.poll(() => stillwatch.checks.map(({ request_id: id }) => id)).toEqual(ids);
    });

    it("refuses what is blocked before the model is asked, with the decision to name", async () => {
      for (const isStream of [true, false]) {
        const { status, headers, text } = await send(closed, { who: "bad", isStream });
        expect(status).toBe(403);
        expect(headers.get("x-stillwatch-decision")).toMatch(/^dec_block_/);
        expect(JSON.parse(text)).toMatchObject({ error: { code: "stillwatch_blocked", message: expect.stringContaining(TEST_REASON) } });
      }
      expect(model.take()).toEqual([]);
    });

    it("throttles with 429 and a time, and asks to verify with 403 and a page", async () => {
      expect((await send(closed, { who: "fast" })).status).toBe(200);
      const throttled = await send(closed, { who: "fast" });
      expect(throttled.status).toBe(429);
      expect(Number(throttled.headers.get("retry-after"))).toBeGreaterThan(0);
      const stepUp = await send(closed, { who: "new" });
      expect(stepUp.status).toBe(403);
      expect(stepUp.headers.get("x-stillwatch-verify-at")).toBe(VERIFY_AT);
    });

    it("a caller cannot name another account in a header that nobody configured", async () => {
      const headers = { authorization: "Bearer sk-bad", "x-account-id": "somebody-else" };
      expect((await fetch(`${closed.url}/v1/models`, { headers })).status).toBe(403);
    });

    // Five times what Envoy waits for.
    const OUTAGES: readonly [string, WireState][] = [
      ["stopped", "stopped"],
      ["hung", "hung"],
      ["slow", { lateMs: 2500 }],
    ];
    it.each(OUTAGES)("does what failure_mode_allow says while stillwatch is %s, counts it, and comes back", async (_state, state) => {
      const countPassed = async (): Promise<number> => Number(/failure_mode_allowed: (\d+)/.exec(await open.readStatistics())?.[1] ?? 0);
      const before = await countPassed();
      await wire.set(state);
      const startedMs = Date.now();
      for (const isStream of [true, false]) {
        expect((await send(closed, { who: "good", isStream })).status).toBe(403);
        expect((await send(open, { who: "bad", isStream })).status).toBe(200);
      }
      expect(await countPassed()).toBe(before + 2);
      expect(Date.now() - startedMs).toBeLessThan(10_000);
      await wire.set("open");
      await expect.poll(async () => (await send(open, { who: "bad" })).status, { timeout: 20_000 }).toBe(403);
      await expect.poll(async () => (await send(closed, { who: "good" })).status, { timeout: 20_000 }).toBe(200);
    });

    it.runIf(isTls)("takes a server that it does not trust for one that is away", async () => {
      const trusted = stranger?.certificateFile ?? "";
      const [wary, careless] = await Promise.all([
        startEnvoy({ ...wiring, trusted, filter: writeFilter(isGrpc, false) }),
        startEnvoy({ ...wiring, trusted, filter: writeFilter(isGrpc, true) }),
      ]);
      try {
        stillwatch.checks.length = 0;
        expect((await send(wary, { who: "good" })).status).toBe(403);
        expect((await send(careless, { who: "bad" })).status).toBe(200);
        expect(stillwatch.checks).toEqual([]);
      } finally {
        await Promise.all([wary.stop(), careless.stop()]);
      }
    });
  },
);
