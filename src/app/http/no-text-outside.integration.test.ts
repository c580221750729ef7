/**
 * No text of a request and no secret leaves a real `serve` by its log or by what it refuses with, whatever is sent: a canary stands in every place of every
 * call that `/openapi.json` describes, in records of all formats, in what is no HTTP and in what is cut off.
 */
import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import grpc from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorkshop, type Workshop } from "../testing/command-line.js";
import { findFreePort } from "../testing/litellm-proxy.js";
import { type RunningServe, startServing } from "../testing/running-serve.js";
import { createSchemaCheck } from "../testing/schema-check.js";
import type { Interface } from "./description/describe-interface.js";
import { loadExtAuthz } from "./gateways/envoy-grpc.js";

/** As a prompt has it, as a name has it, and as a key has it. */
const WORD = `canary${randomBytes(9).toString("hex")}`;
const TEXT = `Tell me about the ${WORD} in the harbour`;
const SECRET = `sw_${randomBytes(32).toString("base64url")}`;
/** So little that the test is quick; what is longer is too large. */
const BODY_BYTES_MAX = 65_536;
const REQUEST_MS_MAX = 2000;

interface Answer {
  call: string;
  status: number;
  type: string;
  text: string;
}

let workshop: Workshop;
let serving: RunningServe;
let key = "";
let grpcPort = 0;
let document: Interface;
const answers: Answer[] = [];

async function send(
  method: string,
  path: string,
  { headers = {}, body }: { headers?: Record<string, string>; body?: string | Buffer } = {},
): Promise<void> {
  const own = { authorization: `Bearer ${key}`, "user-agent": TEXT, cookie: `a=${WORD}`, referer: `http://${WORD}/`, ...headers };
  const hasBody = body !== undefined && method !== "GET" && method !== "HEAD";
  const init = {
    method,
    headers: own,
    signal: AbortSignal.timeout(60_000),
    ...(hasBody ? { body: typeof body === "string" ? body : new Uint8Array(body) } : {}),
  };
  const answer = await fetch(serving.url + path, init);
  // A stream of events has no end.
  const isStream = (answer.headers.get("content-type") ?? "").startsWith("text/event-stream");
  if (isStream) await answer.body?.cancel();
  const text = isStream ? "" : await answer.text();
  answers.push({ call: `${method} ${path.slice(0, 60)}`, status: answer.status, type: answer.headers.get("content-type") ?? "", text });
}

/** Bytes on a bare connection, and what comes back. */
async function sendRaw(bytes: string, { isLeftOpen = false }: { isLeftOpen?: boolean } = {}): Promise<Answer> {
  const { hostname, port } = new URL(serving.url);
  const text = await new Promise<string>((resolve) => {
    let received = "";
    const socket = connect(Number(port), hostname, () => void (isLeftOpen ? socket.write(bytes) : socket.end(bytes)));
    socket.on("data", (chunk) => (received += chunk.toString()));
    socket.on("error", () => resolve(received));
    socket.on("close", () => resolve(received));
  });
  const [head, ...rest] = text.split("\r\n\r\n");
  const type = /content-type: ([^\r\n]+)/i.exec(head)?.[1] ?? "";
  return { call: `raw ${bytes.slice(0, 20)}`, status: Number(head.split(" ")[1] ?? 0), type, text: rest.join("\r\n\r\n") };
}

const EVENT = {
  request_id: WORD,
  at: "2026-05-01T00:00:00Z",
  account_id: WORD,
  target_model: "m",
  status: 200,
  input_tokens: 1,
  output_tokens: 2,
};
const MESSAGES = [{ role: "user", content: TEXT }];
const OTLP_SPAN = {
  resourceSpans: [
    { scopeSpans: [{ spans: [{ traceId: WORD, name: TEXT, attributes: [{ key: "gen_ai.prompt", value: { stringValue: TEXT } }] }] }] },
  ],
};

/** Bodies for calls that take JSON: right and wrong in all ways that differ. */
const JSON_BODIES: readonly (readonly [type: string, body: string | Buffer])[] = [
  ["application/json", JSON.stringify({ [WORD]: TEXT, account_id: { [WORD]: TEXT }, ids: [TEXT], handles: [TEXT], messages: MESSAGES })],
  [
    "application/json",
    JSON.stringify({ name: TEXT, scopes: [TEXT], scope: { kind: TEXT, id: WORD }, reason: TEXT, expires_at: TEXT, note: TEXT }),
  ],
  [
    "application/json",
    JSON.stringify({ account_id: WORD, request_id: WORD, ids: [WORD], reason: TEXT, note: TEXT, body: { messages: MESSAGES } }),
  ],
  ["application/json", JSON.stringify({ batch_id: WORD, reason: TEXT })],
  ["application/json", `{"prompt": "${TEXT}`],
  ["application/json", TEXT],
  ["application/json", JSON.stringify([TEXT])],
  ["application/json", JSON.stringify(TEXT)],
  ["application/json", JSON.stringify({ __proto__: TEXT, constructor: TEXT })],
  ["application/json", `{"__proto__": {"x": "${TEXT}"}}`],
  ["application/json", JSON.stringify({ text: TEXT.repeat(2000) })],
  [`text/${WORD}`, TEXT],
  [WORD, TEXT],
  ["multipart/form-data; boundary=x", `--x\r\nContent-Disposition: form-data; name="${WORD}"\r\n\r\n${TEXT}\r\n--x--`],
];

/** Bodies for calls that take records. */
const RECORD_BODIES: readonly (readonly [headers: Record<string, string>, body: string | Buffer])[] = [
  [{ "content-type": "application/x-ndjson" }, `${JSON.stringify({ ...EVENT, messages: MESSAGES, output: TEXT })}\n`],
  [{ "content-type": "application/x-ndjson" }, `{"request_id": "${TEXT}\n${TEXT}\n${JSON.stringify({ [WORD]: TEXT })}\n`],
  [
    { "content-type": "application/x-ndjson" },
    `${JSON.stringify({ ...EVENT, at: TEXT, status: TEXT, input_tokens: TEXT, client: TEXT, messages: TEXT })}\n`,
  ],
  [{ "content-type": "application/x-ndjson", "content-encoding": "gzip" }, TEXT],
  [{ "content-type": "application/x-ndjson", "content-encoding": "gzip" }, gzipSync(TEXT.repeat(100)).subarray(0, 60)],
  [{ "content-type": "application/x-ndjson", "content-encoding": "zstd" }, TEXT],
  [{ "content-type": "application/x-ndjson", "content-encoding": WORD }, TEXT],
  [{ "content-type": "application/json" }, JSON.stringify(OTLP_SPAN)],
  [
    { "content-type": "application/json" },
    JSON.stringify({ litellm_call_id: WORD, messages: MESSAGES, response: TEXT, metadata: { user_api_key_hash: WORD } }),
  ],
  [{ "content-type": "application/json" }, `{"resourceSpans": "${TEXT}`],
  [{ "content-type": "application/x-protobuf" }, TEXT],
  [{ "content-type": "application/x-protobuf", "content-encoding": "gzip" }, gzipSync(TEXT)],
  [{ "content-type": `application/${WORD}` }, TEXT],
];

beforeAll(async () => {
  workshop = createWorkshop();
  key = workshop.run(["keys", "create", "--name", "me", "--scope", "admin"]).stdout.trim();
  grpcPort = await findFreePort();
  serving = await startServing(workshop, {
    key,
    listen: `, body_bytes_max: ${BODY_BYTES_MAX}, request_timeout: ${REQUEST_MS_MAX}ms`,
    settings: `gateways: { envoy_grpc_port: ${grpcPort}, account_header: x-account-id }\nanalysis: { interval: 5s }\n`,
    logLevel: "debug",
  });
  await serving.ready();
  document = (await (await serving.ask("/openapi.json")).json()) as Interface;
}, 400_000);

afterAll(async () => {
  if (serving?.child.exitCode === null) await serving.stop("SIGKILL");
  workshop?.remove();
});

const listCalls = (): { method: string; path: string }[] =>
  Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })),
  );

describe("a canary", { timeout: 300_000 }, () => {
  it("in paths, queries and headers of every call", async () => {
    for (const { method, path } of listCalls()) {
      const filled = path.replaceAll(/\{[^}]+\}/g, WORD);
      const query = new URLSearchParams({
        [WORD]: TEXT,
        limit: TEXT,
        cursor: TEXT,
        since: TEXT,
        from: TEXT,
        state: TEXT,
        format: TEXT,
        integration: TEXT,
      });
      await send(method, filled, {
        headers: { "x-request-id": WORD, "idempotency-key": TEXT, "last-event-id": TEXT, "x-account-id": WORD },
      });
      await send(method, `${filled}?${query.toString()}`, { headers: { "idempotency-key": TEXT.repeat(20) } });
      await send(method, `${filled}?cursor=${WORD}`);
      await send(method, `${filled}/${WORD}/%00${WORD}`);
    }
    await send("GET", `/%zz${WORD}`);
    await send("POST", `/${WORD}`, { body: TEXT });
    expect(answers.filter(({ status }) => status >= 400).length).toBeGreaterThan(50);
  });

  it("in keys that open nothing", async () => {
    const wrong: readonly Record<string, string>[] = [
      { authorization: `Bearer ${SECRET}` },
      { authorization: `Basic ${WORD}` },
      { authorization: `Bearer ${TEXT}` },
      { "x-api-key": SECRET, authorization: "" },
      { "x-stillwatch-key": SECRET },
    ];
    for (const headers of wrong)
      for (const path of ["/v1/check", "/v1/events", "/v1/traces", "/beta/litellm_basic_guardrail_api"])
        await send("POST", path, { headers, body: TEXT });
    expect(answers.slice(-20).map(({ status }) => status)).toEqual(Array(20).fill(401));
  });

  it("in bodies of every call that takes one", async () => {
    for (const { method, path } of listCalls().filter((call) => ["POST", "PUT", "PATCH", "DELETE"].includes(call.method)))
      for (const [type, body] of JSON_BODIES)
        await send(method, path.replaceAll(/\{[^}]+\}/g, WORD), { headers: { "content-type": type }, body });
  });

  it("in records of all formats, damaged, compressed and of the wrong kind", async () => {
    for (const path of [
      "/v1/events",
      "/v1/events?format=litellm",
      "/v1/events?format=otlp",
      "/v1/events?format=bedrock",
      "/v1/events?format=langfuse",
    ])
      for (const [headers, body] of RECORD_BODIES) await send("POST", path, { headers, body });
    for (const path of ["/v1/integrations/litellm/logs", "/v1/traces", "/v1/logs", "/v1/quarantine/replay"])
      for (const [headers, body] of RECORD_BODIES) await send("POST", path, { headers, body });
  });

  it("in what is no HTTP, and in what does not come to its end", async () => {
    const head = "HTTP/1.1\r\nHost: a\r\n";
    const own = `${head}Authorization: Bearer ${key}\r\n`;
    const open = { isLeftOpen: true };
    const refused = await Promise.all([
      sendRaw(`${TEXT}\r\n\r\n`),
      sendRaw(`GET /${WORD} HTTP/9.9\r\n\r\n`),
      sendRaw(`POST /v1/check ${head}Content-Length: ${WORD}\r\n\r\n${TEXT}`),
      sendRaw(`POST /v1/check ${head}${WORD}: ${"x".repeat(70_000)}\r\n\r\n`),
      sendRaw(`POST /v1/check ${own}Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n${TEXT}`, open),
      sendRaw(`POST /v1/check HTTP/1.1\r\nHost: ${WORD}\r\nAuthorization: Bear`, open),
      sendRaw(`POST /v1/events ${own}Transfer-Encoding: chunked\r\n\r\nzz${WORD}\r\n`, open),
    ]);
    answers.push(...refused);
    expect(refused.map(({ status }) => status)).toEqual([400, 400, 400, 431, 408, 408, 400]);
  });

  it("in what Envoy asks, with and without a key", async () => {
    const Client = grpc.makeGenericClientConstructor(loadExtAuthz(), "Authorization");
    const client = new Client(`127.0.0.1:${grpcPort}`, grpc.credentials.createInsecure());
    const check = {
      attributes: { request: { http: { headers: { authorization: `Bearer ${SECRET}`, "x-account-id": WORD, "x-prompt": TEXT } } } },
    };
    for (const secret of [key, SECRET, TEXT]) {
      const metadata = new grpc.Metadata();
      metadata.set("x-stillwatch-key", secret);
      const told = await new Promise<string>((resolve) => {
        const call = client["Check"] as (
          request: object,
          metadata: grpc.Metadata,
          done: (error: Error | null, answer: unknown) => void,
        ) => void;
        call.call(client, check, metadata, (error, answer) => resolve(error === null ? JSON.stringify(answer) : error.message));
      });
      answers.push({ call: "gRPC Check", status: 500, type: "application/problem+json", text: told });
    }
    client.close();
    answers.push(await sendRaw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + TEXT));
  });

  it("is in no refusal, which all are problems, or errors of the protocol that asked", () => {
    const refusals = answers.filter(({ status }) => status >= 400);
    const isQuoting = ({ text }: Answer): boolean => [WORD, SECRET, key].some((secret) => text.includes(secret));
    expect(refusals.filter(isQuoting)).toEqual([]);
    const check = createSchemaCheck(document);
    const odd = refusals.filter(({ call, status, type, text }) => {
      if (text === "" || call.startsWith("gRPC") || status === 0)
        return call.startsWith("raw") ? false : !call.startsWith("gRPC") && !call.startsWith("HEAD");
      const name = type.startsWith("application/problem+json") ? "Problem" : "RpcStatus";
      if (type.startsWith("application/x-protobuf")) return !/\/v1\/(traces|logs)/.test(call);
      return check({ $ref: `#/components/schemas/${name}` }, JSON.parse(text)).length > 0;
    });
    expect(odd).toEqual([]);
    expect(answers.filter(({ status }) => status >= 500 && status !== 503).map(({ call }) => call)).toEqual([
      "gRPC Check",
      "gRPC Check",
      "gRPC Check",
    ]);
  });

  it("is in nothing that was logged at the finest level, nor in the metrics; nor is a key", async () => {
    // A turn of the analysis over what was taken.
    await wait(8000);
    expect((await serving.ask("/v1/check", { method: "POST", headers: { "content-type": "application/json" }, body: "{}" })).status).toBe(
      200,
    );
    const metrics = await (await serving.ask("/metrics")).text();
    const { status, stderr } = await serving.stop();
    expect(status).toBe(0);
    const said = serving.said() + stderr;
    expect(said).toContain('"answered"');
    for (const secret of [WORD, SECRET, key]) expect([said.includes(secret), metrics.includes(secret)]).toEqual([false, false]);
  });
});
