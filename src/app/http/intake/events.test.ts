import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { WorkFailed } from "../../serve/work/record-thread.js";
import { createInlineWork } from "../../serve/work/record-work.js";
import { type IntakeServer, startIntakeServer } from "../../testing/intake-server.js";

let server: IntakeServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

const EVENT = {
  request_id: "r-1",
  at: "2026-05-01T00:00:00Z",
  account_id: "a-1",
  target_model: "m",
  status: 200,
  input_tokens: 1,
  output_tokens: 2,
};
const ndjson = (...records: readonly object[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join("");
type Sent = { status: number; body: Record<string, unknown>; headers: Headers };
const start = async (...wish: Parameters<typeof startIntakeServer>): Promise<(path: string, init: RequestInit) => Promise<Sent>> => {
  const started = await startIntakeServer(...wish);
  server = started;
  return async (path, init) => {
    const answer = await fetch(`${started.url}${path}`, { method: "POST", ...init });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown>, headers: answer.headers };
  };
};
const read = async (format = "native"): Promise<string[]> => (await server?.readLines(format)) ?? [];
/** A frame that zstd wrote of the text `zstd-text\n`, recorded because not every Node writes zstd. */
const ZSTD = Buffer.from("KLUv/QRYUQAAenN0ZC10ZXh0CmdSFpk=", "base64");
/** Ten bytes that ask for a window of 1.9 GB, and hold 128 KiB of spaces. */
const GREEDY = Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0, (20 << 3) | 7, 3, 0, 0x10, 0x20]);

describe("POST /v1/events", () => {
  it("answers 202 with the count when the lines are in the journal; a last line without its newline gets one", async () => {
    const send = await start();
    const body = ndjson(EVENT, { ...EVENT, request_id: "r-2" }).trimEnd();
    const { status, body: answer } = await send("/v1/events", { body, headers: { "content-type": "application/x-ndjson" } });
    expect({ status, answer }).toEqual({ status: 202, answer: { records: 2 } });
    await send("/v1/events", { body: ndjson(EVENT), headers: { "content-type": "text/plain" } });
    expect((await read()).map((line) => (JSON.parse(line) as { request_id: string }).request_id)).toEqual(["r-1", "r-2", "r-1"]);
  });

  it.each([
    ["gzip", gzipSync("text\n"), "text"],
    ["gzip in several members", Buffer.concat([gzipSync("te"), gzipSync("xt\n")]), "text"],
    ["zstd", ZSTD, "zstd-text"],
  ])("takes %s", async (name, body, line) => {
    const send = await start();
    const { status } = await send("/v1/events", { body: Uint8Array.from(body), headers: { "content-encoding": name.split(" ")[0] } });
    expect(status).toBe(202);
    expect(await read()).toEqual([line]);
  });

  it.each(["application/x-ndjson; charset=utf-8", "Application/NDJSON", "application/jsonl", "application/x-jsonlines", "text/plain", ""])(
    "takes lines that are called %j",
    async (type) => {
      const send = await start();
      // Bytes have no type of their own.
      const body = Buffer.from(ndjson(EVENT));
      expect((await send("/v1/events", { body, ...(type === "" ? {} : { headers: { "content-type": type } }) })).status).toBe(202);
      expect(await read()).toEqual([JSON.stringify(EVENT)]);
    },
  );

  it.each([
    ["/v1/events", "application/x-www-form-urlencoded", /curl.*application\/x-ndjson, or application\/json/s],
    ["/v1/events", "multipart/form-data; boundary=x", /application\/x-ndjson, or application\/json/],
    ["/v1/events", "application/json-lines", /application\/x-ndjson/],
    ["/v1/events", "secret/words", /application\/x-ndjson/],
    ["/v1/events", "application/msgpack", /application\/x-ndjson/],
    ["/v1/quarantine/replay", "application/json", /application\/x-ndjson/],
    ["/v1/integrations/litellm/logs", "application/x-www-form-urlencoded", /curl.*application\/json, or application\/x-ndjson/s],
  ])("refuses on %s what is called %j, says what is taken, and keeps nothing", async (path, type, told) => {
    const send = await start();
    const sent = await send(path, { body: ndjson(EVENT), headers: { "content-type": type } });
    expect({ status: sent.status, code: sent.body["code"] }).toEqual({ status: 415, code: "SW1905" });
    expect(`${String(sent.body["detail"])}\n${String(sent.body["fix"])}`).toMatch(told);
    expect(JSON.stringify(sent.body)).not.toContain("secret");
    expect([...(await read()), ...(await read("litellm"))]).toEqual([]);
  });

  it("takes LiteLLM's callback in the types that it sends", async () => {
    const send = await start();
    const call = { litellm_call_id: "r-1" };
    for (const type of ["application/json", "application/x-ndjson"])
      expect((await send("/v1/integrations/litellm/logs", { body: ndjson(call), headers: { "content-type": type } })).status).toBe(202);
    expect((await read("litellm")).length).toBe(2);
  });

  it("takes damaged lines among good ones: they are the quarantine's, and the good ones are not lost with them", async () => {
    const send = await start();
    const { body } = await send("/v1/events", { body: `${ndjson(EVENT)}{broken\n\n${ndjson(EVENT)}` });
    expect(body).toEqual({ records: 3 });
    expect((await read()).length).toBe(4);
  });

  it("takes one JSON document as records, pretty-printed too", async () => {
    const send = await start();
    const headers = { "content-type": "application/json; charset=utf-8" };
    await send("/v1/events", { body: JSON.stringify(EVENT, null, 2), headers });
    await send("/v1/events", { body: JSON.stringify([EVENT, EVENT], null, 2), headers });
    await send("/v1/events", { body: JSON.stringify([EVENT]), headers });
    expect(await read()).toEqual([...Array<string>(3).fill(JSON.stringify(EVENT)), JSON.stringify([EVENT])]);
  });

  it("keeps other products' records apart from ours", async () => {
    const send = await start();
    await send("/v1/events?format=bedrock", { body: "{}" });
    expect({ bedrock: await read("bedrock"), native: await read() }).toEqual({ bedrock: ["{}"], native: [] });
  });

  it.each<[string, string, RequestInit, number, string]>([
    ["an empty body", "", { body: "" }, 400, "SW1927"],
    ["an empty array", "", { body: "[]", headers: { "content-type": "application/json" } }, 400, "SW1927"],
    ["a number", "", { body: "7", headers: { "content-type": "application/json" } }, 400, "SW1926"],
    ["half a document", "", { body: "[{", headers: { "content-type": "application/json" } }, 400, "SW1926"],
    ["an unknown format", "?format=natve", { body: "{}" }, 400, "SW1925"],
    ["gzip that does not say so", "", { body: Uint8Array.from(gzipSync("{}\n")) }, 415, "SW1931"],
    ["zstd that does not say so", "", { body: Uint8Array.from(ZSTD) }, 415, "SW1931"],
    ["gzip that is none", "", { body: "{}", headers: { "content-encoding": "gzip" } }, 400, "SW1922"],
    ["gzip that breaks off", "", { body: gzipSync("text\n").subarray(0, 15), headers: { "content-encoding": "gzip" } }, 400, "SW1922"],
    ["zstd that is none", "", { body: "{}", headers: { "content-encoding": "zstd" } }, 400, "SW1922"],
    ["zstd that wants gigabytes", "", { body: GREEDY, headers: { "content-encoding": "zstd" } }, 413, "SW1930"],
    ["another compression", "", { body: "{}", headers: { "content-encoding": "br" } }, 415, "SW1923"],
    ["a bomb", "", { body: gzipSync(Buffer.alloc(3 << 20)), headers: { "content-encoding": "gzip" } }, 413, "SW1924"],
    ["a body over the limit", "", { body: "x".repeat(17 << 20) }, 413, "SW1904"],
  ])("refuses %s, and keeps nothing", async (_claim, query, init, status, code) => {
    const send = await start({ limits: { decompressedBytesMax: 1 << 20 } });
    const sent = await send(`/v1/events${query}`, init);
    expect({ status: sent.status, code: sent.body["code"] }).toEqual({ status, code });
    expect(sent.headers.get("content-type")).toContain("application/problem+json");
    expect(await read()).toEqual([]);
  });

  it("pushes back when the backlog is full, and takes more when it is not", async () => {
    const send = await start({ backlogBytesMax: 300 });
    expect((await send("/v1/events", { body: ndjson(EVENT) })).status).toBe(202);
    const refused = await send("/v1/events", { body: ndjson(EVENT, EVENT) });
    expect({ status: refused.status, code: refused.body["code"] }).toEqual({ status: 429, code: "SW1920" });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await read()).length).toBe(1);
    await server?.journal.remove(server.journal.listClosed()[0]);
    expect((await send("/v1/events", { body: ndjson(EVENT) })).status).toBe(202);
  });

  it("holds no more in memory than it may; what is answered makes room", async () => {
    const send = await start({ limits: { inFlightBytesMax: 1 << 20 } });
    const body = `${"x".repeat((1 << 20) - 1)}\n`;
    const answers = await Promise.all([1, 2, 3, 4].map(() => send("/v1/events", { body })));
    const statuses = new Set(answers.map(({ status }) => status));
    expect([...statuses].filter((status) => status !== 202 && status !== 429)).toEqual([]);
    expect(statuses.has(202)).toBe(true);
    for (let turn = 0; turn < 3; turn++) expect((await send("/v1/events", { body })).status).toBe(202);
  });
});

describe("what is taken in hand", () => {
  it("is unpacked no further than there is room, and given back", async () => {
    const send = await start({ limits: { inFlightBytesMax: 1 << 20, decompressedBytesMax: 8 << 20 } });
    const bomb = gzipSync(Buffer.alloc(4 << 20, "x"));
    const body = Uint8Array.from([...bomb.subarray(0, -8), ...Buffer.alloc(8)]);
    const refused = await send("/v1/events", { body, headers: { "content-encoding": "gzip" } });
    expect({ status: refused.status, code: refused.body["code"] }).toEqual({ status: 429, code: "SW1928" });
    const plain = `${"x".repeat((1 << 20) - 1)}\n`;
    expect((await send("/v1/events", { body: plain })).status).toBe(202);
  });

  it.each(["prepare", "unpack"])("is asked for again where the thread ends over it: %s", async (part) => {
    const failing = async (): Promise<never> => Promise.reject(new WorkFailed("it ended"));
    const send = await start({ services: { work: { ...createInlineWork(), [part]: failing } } });
    for (const path of ["/v1/events", "/v1/logs"]) {
      const headers = { "content-type": "application/json", "content-encoding": "gzip" };
      const sent = await send(path, { body: gzipSync("{}"), headers });
      expect(sent.status).toBe(503);
      expect(JSON.stringify(sent.body)).toContain("SW1929");
      expect(Number(sent.headers.get("retry-after"))).toBeGreaterThan(0);
    }
  });
});

describe("a request whose event says that it went unchecked", () => {
  it("is noted beside the checks, by its id; what only looks so is not", async () => {
    const send = await start();
    const said = { ...EVENT, unchecked_by: "proxy" };
    const quoted = { ...EVENT, request_id: "r-2", output: JSON.stringify({ unchecked_by: "proxy" }) };
    const odd = [1, "", "Two Words", null].map((by, index) => ({ ...EVENT, request_id: `r-odd-${index}`, unchecked_by: by }));
    const unreadable = { request_id: "r-3", unchecked_by: "proxy" };
    expect((await send("/v1/events", { body: ndjson(EVENT, quoted, said, ...odd, unreadable) })).status).toBe(202);
    expect((await read("checks")).map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        request_id: "r-1",
        at_ms: Date.parse(EVENT.at),
        integration: "proxy",
        state: "reported",
        verdict: "allow",
        decision_id: null,
        shadow_decision_id: null,
      },
    ]);
    expect(server?.unchecked).toEqual(["proxy r-1"]);
    // The event itself is stored as any other.
    expect(await read()).toHaveLength(8);
  });
});

describe("reasoning that is handed out", () => {
  it("is told to the verdicts at once, with whom it belongs to; lines without it are not looked at", async () => {
    const send = await start();
    const issued = { ...EVENT, session_id: "s", reasoning_handles_issued: ["h-1", "h-2"] };
    await send("/v1/events", { body: `${ndjson(EVENT)}{"reasoning_handles_issued": broken\n${ndjson(issued)}` });
    const known = { accountId: "a-1" };
    expect(server?.handles).toEqual([
      { handle: "h-1", ...known },
      { handle: "h-2", ...known },
    ]);
  });
});

describe("a line made to break its reader", () => {
  it("is taken like any damaged line, and reasoning in the lines beside it is still told", async () => {
    const send = await start();
    const deep = `{"reasoning_handles_issued":${"[".repeat(200_000)}${"]".repeat(200_000)}}`;
    const issued = { ...EVENT, reasoning_handles_issued: ["h-1"] };
    const { status } = await send("/v1/events", { body: `${deep}\n${ndjson(issued)}` });
    expect({ status, handles: server?.handles.map(({ handle }) => handle) }).toEqual({ status: 202, handles: ["h-1"] });
    const record = `{"call_type":"acompletion","startTime":1,"id":"1","response":${'{"content":'.repeat(100_000)}"signature"${"}".repeat(100_000)}}`;
    expect((await send("/v1/events?format=litellm", { body: record })).status).toBe(202);
  });
});

describe("a document that nests without end", () => {
  const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
  // Some versions of Node can write such a document anew, some cannot: it is taken or refused, and never our fault.
  it.each([
    ["/v1/events", `{"a":\n${deep}}`],
    ["/v1/integrations/litellm/logs", `{"a":\n${deep}}`],
    ["/v1/traces", `{"resourceSpans":[${deep},"gen_ai."]}`],
    ["/v1/quarantine/replay", deep],
  ])("to %s is answered", async (path, body) => {
    const send = await start();
    const type = path === "/v1/quarantine/replay" ? "application/x-ndjson" : "application/json";
    const { status } = await send(path, { body, headers: { "content-type": type } });
    expect([200, 202, 400]).toContain(status);
  });
});

describe("POST /v1/integrations/litellm/logs", () => {
  const payload = (id: string): object => ({ id, call_type: "acompletion", startTime: 1_770_000_000, model: "m", messages: [] });

  it.each([
    ["json_array", JSON.stringify([payload("1"), payload("2")]), [JSON.stringify([payload("1"), payload("2")])]],
    [
      "ndjson",
      `${JSON.stringify(payload("1"))}\n${JSON.stringify(payload("2"))}`,
      [payload("1"), payload("2")].map((one) => JSON.stringify(one)),
    ],
    ["single", JSON.stringify(payload("1")), [JSON.stringify(payload("1"))]],
  ])("takes log_format %s", async (_name, body, lines) => {
    const send = await start();
    const { status } = await send("/v1/integrations/litellm/logs", { body, headers: { "content-type": "application/json" } });
    expect(status).toBe(202);
    expect(await read("litellm")).toEqual(lines);
  });

  it("finds reasoning in its answers too", async () => {
    const send = await start();
    const response = { choices: [{ message: { content: "x", thinking_blocks: [{ type: "thinking", signature: "sig-1" }] } }] };
    const record = {
      ...payload("1"),
      response,
      status: "success",
      metadata: { user_api_key_hash: "k" },
      prompt_tokens: 1,
      completion_tokens: 1,
    };
    await send("/v1/integrations/litellm/logs", { body: JSON.stringify([record]) });
    expect(server?.handles).toMatchObject([{ handle: "sig-1", accountId: "k" }]);
  });
});
