/** The guard before servers that answer strangely, and with a service's own functions that fail. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createGuard, type GuardOptions } from "./guard.js";

const VERDICT = { verdict: "allow", state: "checked", decision_id: null, because: [], snapshot_age_ms: 0 };

let server: Server | null = null;
const asked: Record<string, unknown>[] = [];
afterEach(async () => {
  await new Promise<void>((resolve) => (server === null ? resolve() : void server.close(() => resolve())));
  server = null;
  asked.length = 0;
});

async function guard(answer: unknown, over: Partial<GuardOptions> = {}): Promise<ReturnType<typeof createGuard>> {
  const started = createServer((request, response) => {
    let body = "";
    request.on("data", (piece: Buffer) => void (body += piece.toString()));
    request.on("end", () => {
      asked.push(JSON.parse(body) as Record<string, unknown>);
      response.setHeader("connection", "close");
      response.end(typeof answer === "string" ? answer : JSON.stringify(answer));
    });
  });
  server = started;
  await new Promise<void>((resolve) => void started.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
  const options = { url, key: "k", integration: "test", onUnavailable: "allow" as const, accountHeader: "x-account", timeoutMs: 5000 };
  return createGuard({ ...options, ...over });
}

const HEADERS = { "x-account": "a", "x-request-id": "made up by the caller" };

describe("an answer with status 200 that is no verdict", () => {
  it.each<[claim: string, answer: unknown]>([
    ["another service's JSON", { status: "ok" }],
    ["a verdict that there is not", { ...VERDICT, verdict: "ban" }],
    ["a state that there is not", { ...VERDICT, state: "fine" }],
    ["a name of every object", { ...VERDICT, verdict: "constructor" }],
    ["a list", []],
    ["nothing", "null"],
    ["no JSON", "<html>"],
  ])("%s blocks nobody, and passes nobody as checked", async (_claim, answer) => {
    const { refusal, verdict } = await (await guard(answer))(HEADERS);
    expect([refusal, verdict.state]).toEqual([null, "unchecked"]);
  });
});

describe("a service's own functions that throw", () => {
  const fail = (): never => {
    throw new Error("a fault of the service");
  };
  it.each<[name: string, over: Partial<GuardOptions>, state: string]>([
    ["identify", { identify: fail }, "unchecked"],
    ["requestId", { requestId: fail }, "unchecked"],
    ["onVerdict", { onVerdict: fail }, "checked"],
  ])("%s: the service goes on", async (_name, over, state) => {
    const { refusal, verdict } = await (await guard(VERDICT, over))(HEADERS);
    expect([refusal, verdict.state]).toEqual([null, state]);
  });
});

describe("what a check is called", () => {
  it("is not what the caller says", async () => {
    await (await guard(VERDICT))(HEADERS);
    expect(asked).toEqual([{ account_id: "a" }]);
  });

  it("is what the service says", async () => {
    await (await guard(VERDICT, { requestId: (headers) => `event-of-${String(headers["x-account"])}` }))(HEADERS);
    expect(asked).toMatchObject([{ account_id: "a", request_id: "event-of-a" }]);
  });
});
