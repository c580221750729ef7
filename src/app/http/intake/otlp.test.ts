import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { otlpFormat } from "../../../integrations/otlp/otlp.js";
import { type IntakeServer, startIntakeServer } from "../../testing/intake-server.js";

let server: IntakeServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

const recorded = (name: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(readFileSync(new URL(`../../../integrations/otlp/fixtures/recorded-exporter-${name}`, import.meta.url)));
const send = async (path: string, init: RequestInit): Promise<Response> => fetch(`${server?.url}${path}`, { method: "POST", ...init });
const readEvents = async (): Promise<unknown[]> =>
  ((await server?.readLines("otlp")) ?? []).flatMap((line) => otlpFormat.read(JSON.parse(line))).map((reading) => reading);

const BINARY = { "content-type": "application/x-protobuf" };
const JSON_TYPE = { "content-type": "application/json" };

describe("OTLP/HTTP", () => {
  it.each([
    ["traces", "pb", BINARY],
    ["traces", "json", JSON_TYPE],
    ["logs", "pb", BINARY],
    ["logs", "json", JSON_TYPE],
  ])("takes what an exporter sent: %s in %s, plain and gzip; answers in the same encoding", async (signal, encoding, headers) => {
    server = await startIntakeServer();
    const body = recorded(`${signal}.${encoding}`);
    const plain = await send(`/v1/${signal}`, { body, headers });
    expect({ status: plain.status, type: plain.headers.get("content-type")?.split(";")[0] }).toEqual({
      status: 200,
      type: headers["content-type"],
    });
    expect(await plain.text()).toBe(encoding === "json" ? "{}" : "");
    await send(`/v1/${signal}`, { body: Uint8Array.from(gzipSync(body)), headers: { ...headers, "content-encoding": "gzip" } });
    const json = JSON.parse(Buffer.from(recorded(`${signal}.json`)).toString()) as unknown;
    expect(await readEvents()).toEqual([...otlpFormat.read(json), ...otlpFormat.read(json)]);
  });

  it("passes over what says nothing about requests to models, and counts it", async () => {
    server = await startIntakeServer();
    const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ name: "GET /" }] }] }] });
    expect((await send("/v1/traces", { body, headers: JSON_TYPE })).status).toBe(200);
    expect((await send("/v1/traces", { body: "", headers: BINARY })).status).toBe(200);
    expect(await readEvents()).toEqual([]);
    expect(server.counts.get("stillwatch_intake_passed_over_total")).toBe(2);
  });

  it.each<[string, string, RequestInit, number]>([
    ["JSON that is none", "traces", { body: "{", headers: JSON_TYPE }, 400],
    ["logs where spans belong", "traces", { body: '{"resourceLogs":[]}', headers: JSON_TYPE }, 400],
    ["bytes that are no message", "logs", { body: "{}{}{}", headers: BINARY }, 400],
    ["a broken compression", "logs", { body: "{}", headers: { ...BINARY, "content-encoding": "gzip" } }, 400],
  ])("refuses %s for good", async (_claim, signal, init, status) => {
    server = await startIntakeServer();
    expect((await send(`/v1/${signal}`, init)).status).toBe(status);
    expect(await readEvents()).toEqual([]);
  });

  it.each(["application/x-www-form-urlencoded", "text/plain"])("refuses what is called %s, in words that a person reads", async (type) => {
    server = await startIntakeServer();
    const answer = await send("/v1/traces", { body: "{}", headers: { "content-type": type } });
    expect(answer.status).toBe(415);
    expect(await answer.json()).toEqual({
      code: 3,
      message: expect.stringMatching(/SW1905.*application\/x-protobuf, or application\/json/s) as string,
    });
    expect((await send("/v1/traces", { body: recorded("traces.pb"), headers: { "content-type": "application/protobuf" } })).status).toBe(
      200,
    );
  });

  it("tells exporters to come again when the backlog is full, in the protocol's own words", async () => {
    server = await startIntakeServer({ backlogBytesMax: 10 });
    const binary = await send("/v1/traces", { body: recorded("traces.pb"), headers: BINARY });
    expect({ status: binary.status, type: binary.headers.get("content-type") }).toEqual({ status: 429, type: BINARY["content-type"] });
    expect(Number(binary.headers.get("retry-after"))).toBeGreaterThan(0);
    const json = await send("/v1/traces", { body: recorded("traces.json"), headers: JSON_TYPE });
    expect(await json.json()).toMatchObject({ code: 8, message: expect.stringContaining("SW1920") as string });
  });
});
