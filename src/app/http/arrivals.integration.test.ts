/** What one caller's bodies do to everybody else at a real `serve`: they are held while they arrive, refused where there is no room, and read beside the verdicts. */
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorkshop, type Workshop } from "../testing/command-line.js";
import { type RunningServe, startServing } from "../testing/running-serve.js";

const MIB = 1 << 20;
const LITELLM_PATH = "/beta/litellm_basic_guardrail_api";
const json = { "content-type": "application/json" };
const textOf = (bytes: number): string => "a ".repeat(bytes / 2);
const callOf = (bytes: number): string =>
  JSON.stringify({ input_type: "request", texts: [textOf(bytes)], request_data: { user_api_key_hash: "a" } });

const ATTEMPTS_MAX = 20;
/** A head that has been sent is read by then, and the room taken; earlier, a body that comes meanwhile would take it. */
const HEAD_READ_MS = 1_000;

let workshop: Workshop;
let serving: RunningServe;
beforeAll(async () => {
  workshop = createWorkshop();
  serving = await startServing(workshop, {
    settings: `auth: none\nverdicts: { in_flight_bytes_max: ${16 * MIB} }\nintake: { in_flight_bytes_max: ${16 * MIB} }\n`,
  });
  await serving.ready();
}, 300_000);
afterAll(async () => {
  await serving.stop("SIGKILL");
  workshop.remove();
});

/** A body that is refused while it is sent may cut the connection before the answer is read: then it is sent again. */
async function post(path: string, body: string): Promise<Response> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await serving.ask(path, { method: "POST", headers: json, body });
    } catch (error) {
      if (attempt >= ATTEMPTS_MAX) throw error;
    }
  }
}
const check = async (more: object = {}): Promise<Response> =>
  post("/v1/check?integration=shop", JSON.stringify({ account_id: "a", ...more }));

/** A head that promises so many bytes, and nothing of them. */
async function promise(path: string, bytes: number): Promise<{ answer: () => string; hangUp: () => void }> {
  const { hostname, port } = new URL(serving.url);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  let said = "";
  socket.on("data", (piece) => (said += piece.toString())).on("error", () => {});
  socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${bytes}\r\n\r\n`);
  await wait(HEAD_READ_MS);
  return { answer: () => said, hangUp: () => socket.destroy() };
}

async function readCount(line: RegExp): Promise<number> {
  const text = await (await serving.ask("/metrics")).text();
  return Number(new RegExp(`^${line.source} (\\d+)`, "m").exec(text)?.[1] ?? 0);
}
const countUnchecked = async (integration: string): Promise<number> =>
  readCount(new RegExp(`stillwatch_unchecked_requests_total\\{integration="${integration}"\\}`));

describe("calls for verdicts that arrive", () => {
  it("have no more room than is set: more are told to come again and counted, small ones are answered, and the slow let go of theirs", async () => {
    const slow = await promise(LITELLM_PATH, 12 * MIB);
    await expect.poll(async () => (await post(LITELLM_PATH, callOf(6 * MIB))).status, { timeout: 4_000 }).toBe(429);
    const refused = await post(LITELLM_PATH, callOf(6 * MIB));
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "2"]);
    expect(await refused.json()).toMatchObject({ code: "SW1928" });
    expect((await check()).status).toBe(200);
    const counted = await countUnchecked("litellm");
    expect(counted).toBeGreaterThanOrEqual(2);
    await expect.poll(slow.answer, { timeout: 20_000 }).toMatch(/^HTTP\/1\.1 408 [\s\S]*SW1932/);
    expect(await countUnchecked("litellm")).toBe(counted + 1);
    expect((await post(LITELLM_PATH, callOf(6 * MIB))).status).toBe(200);
  }, 60_000);

  it("are answered alike whether they are read here or beside", async () => {
    const state = async (answer: Response): Promise<unknown> => ((await answer.json()) as { state: string }).state;
    const asked = (bytes: number): object => ({ messages: [{ role: "user", content: textOf(bytes) }] });
    expect([await state(await check(asked(100))), await state(await check(asked(4 * MIB - 1000)))]).toEqual(["checked", "checked"]);
    const before = await countUnchecked("shop");
    expect([(await check(asked(4 * MIB))).status, await countUnchecked("shop")]).toEqual([413, before + 1]);
  });
});

describe("events that arrive", () => {
  it("have no more room than is set: more are told to come again, and counted", async () => {
    const slow = await promise("/v1/events", 12 * MIB);
    const event = {
      request_id: "r",
      at: "2026-05-01T00:00:00Z",
      account_id: "a",
      target_model: "m",
      status: 200,
      input_tokens: 1,
      output_tokens: 2,
    };
    const large = JSON.stringify({ ...event, messages: [{ role: "user", content: textOf(6 * MIB) }] });
    await expect.poll(async () => (await post("/v1/events", large)).status, { timeout: 20_000 }).toBe(429);
    expect(await readCount(/stillwatch_intake_refused_total\{source="http",reason="memory"\}/)).toBeGreaterThan(0);
    expect((await check()).status).toBe(200);
    slow.hangUp();
    await expect.poll(async () => (await post("/v1/events", large)).status, { timeout: 20_000 }).toBe(202);
  }, 60_000);
});

it("of a stranger's body nothing is read where nothing answers", async () => {
  const stranger = await promise("/v1/nowhere", 30 * MIB);
  await expect.poll(stranger.answer, { timeout: 5_000 }).toMatch(/^HTTP\/1\.1 404 /);
  stranger.hangUp();
  await wait(0);
});
