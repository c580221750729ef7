/** With stillwatch stopped, hung, slow or answering nonsense the proxy does what it was told, and afterwards it is known what went unchecked. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sampleCampaign, sampleMember, sampleTurn, samplePolicy } from "../../engine/decisions/testing/sample-campaigns.js";
import { openRecordDatabase } from "../../store/records/database.js";
import { openDecisionBook } from "../serve/decision-book.js";
import { createWorkshop, type Workshop } from "../testing/command-line.js";
import { buildDoor, type Door, type DoorState } from "../testing/door.js";
import { type RunningProxyProcess, startProxyProcess } from "../testing/running-proxy.js";
import { type RunningServe, startServing } from "../testing/running-serve.js";
import { ANSWER, startThinkingModel, THOUGHT, type ThinkingModel } from "../testing/thinking-model.js";

const ANSWERS = ["use_last_known", "allow", "block"] as const;
type OnUnavailable = (typeof ANSWERS)[number];

/** Set high for a busy machine: what answers must not count as hung. */
const TIMEOUT_MS = 2_000;
/** For the rest of a request, on a busy machine: a customer must not wait as long as a hung server would make him. */
const WAIT_MS_MAX = 3_000;

let workshop: Workshop;
let serving: RunningServe;
let model: ThinkingModel;
let door: Door;
let operator = "";
let gateway = "";
const proxies = {} as Record<OnUnavailable, RunningProxyProcess>;

beforeAll(async () => {
  workshop = createWorkshop();
  const createKey = (name: string, scope: string): string =>
    workshop.run(["keys", "create", "--name", name, "--scope", scope]).stdout.trim();
  operator = createKey("ann", "admin");
  gateway = createKey("proxy", "check,events:write");
  const database = await openRecordDatabase({ folder: workshop.path("stillwatch-data", "records") });
  for (const [who, rule] of Object.entries({
    bad: { measure: "block" },
    shaped: { measure: "shape", parameters: { reasoning: "withhold" } },
  })) {
    const book = await openDecisionBook({ database, policy: samplePolicy([rule]), clock: { nowMs: () => Date.now() } });
    const members = [sampleMember(createHash("sha256").update(`sk-${who}`).digest("hex"))];
    const [decision] = await book.decide(sampleTurn([sampleCampaign({ id: `campaign--${who}`, evidence: who, members })]));
    await book.approve({ batchId: decision.batchId, by: "ann", isApproved: true });
  }
  await database.destroy();
  serving = await startServing(workshop, { key: operator });
  await serving.ready();
  model = await startThinkingModel();
  door = await buildDoor(serving.url);
  for (const name of ANSWERS) {
    const flags = ["--on-unavailable", name, "--timeout", `${TIMEOUT_MS}ms`];
    proxies[name] = await startProxyProcess(workshop, { key: gateway, upstream: model.url, server: door.url, flags });
  }
}, 180_000);
afterAll(async () => {
  for (const proxy of Object.values(proxies)) await proxy.stop("SIGKILL");
  await door?.close();
  await model?.close();
  await serving?.stop("SIGKILL");
  workshop.remove();
});

/** Requests that the model or the proxy answered. */
let sent = 0;

/** 299 stands for an answer without its reasoning. */
async function ask(name: OnUnavailable, who: string, isStream = false): Promise<number> {
  sent += 1;
  const client = new OpenAI({ apiKey: `sk-${who}`, baseURL: `${proxies[name].url}/v1`, maxRetries: 0 });
  const request = { model: "stub", messages: [{ role: "user" as const, content: "What is two plus two?" }] };
  try {
    if (!isStream) {
      const { choices } = await client.chat.completions.create(request);
      expect(choices[0].message.content).toBe(ANSWER);
      return JSON.stringify(choices[0].message).includes(THOUGHT) ? 200 : 299;
    }
    let content = "";
    let hasThought = false;
    for await (const { choices } of await client.chat.completions.create({ ...request, stream: true })) {
      content += choices[0].delta.content ?? "";
      hasThought ||= "reasoning_content" in choices[0].delta;
    }
    expect(content).toBe(ANSWER);
    return hasThought ? 200 : 299;
  } catch (error) {
    if (error instanceof OpenAI.APIError) return Number(error.status);
    throw error;
  }
}

/** All at once: they are processes of their own, and while stillwatch hangs each waits out its time. */
async function askAll(who: string, isStream = false): Promise<number[]> {
  return Promise.all(ANSWERS.map(async (name) => ask(name, who, isStream)));
}

interface Totals {
  events: number;
  checked: number;
  unchecked: number;
  none: number;
  unserved: number;
}

async function countEvents(): Promise<Totals> {
  return ((await (await serving.ask("/v1/unchecked?limit=1")).json()) as { totals: Totals }).totals;
}

describe("while stillwatch answers", () => {
  it("decisions hold, whatever is to happen without it", async () => {
    expect(await askAll("good")).toEqual([200, 200, 200]);
    expect(await askAll("bad")).toEqual([403, 403, 403]);
    for (const isStream of [false, true]) expect(await askAll("shaped", isStream)).toEqual([299, 299, 299]);
  });
});

describe.each<[DoorState]>([["stopped"], ["hung"], [503], [401], [200]])("while stillwatch is %s", (state) => {
  it("known accounts are treated as before, everybody passes, or nobody does", async () => {
    await door.set(state);
    expect(await askAll("bad")).toEqual([403, 200, 503]);
    expect(await askAll("shaped", true)).toEqual([299, 200, 503]);
    expect(await askAll("good", true)).toEqual([200, 200, 503]);
    expect(await askAll("never-seen")).toEqual([200, 200, 503]);
  });

  it("nobody waits longer than the time for a verdict, and who is refused may try again", async () => {
    const startedMs = Date.now();
    await ask("allow", "good");
    expect(Date.now() - startedMs).toBeLessThan(TIMEOUT_MS + WAIT_MS_MAX);
    const client = new OpenAI({ apiKey: "sk-good", baseURL: `${proxies.block.url}/v1`, maxRetries: 0 });
    const refused = await client.completions.create({ model: "stub", prompt: "2+2" }).catch((error: unknown) => error);
    sent += 1;
    expect(refused).toBeInstanceOf(OpenAI.InternalServerError);
    expect(refused).toMatchObject({ status: 503, code: "stillwatch_unchecked" });
  });

  it("and afterwards decisions hold again", async () => {
    await door.set("open");
    expect(await askAll("bad")).toEqual([403, 403, 403]);
  });
});

describe("a proxy that is killed while stillwatch is away", () => {
  it("keeps what it has to tell in its folder, and the next one tells it", async () => {
    await door.set("stopped");
    const spool = workshop.path("spool");
    const spooling = { key: gateway, upstream: model.url, server: door.url, flags: ["--spool", spool] };
    const first = await startProxyProcess(workshop, spooling);
    const client = new OpenAI({ apiKey: "sk-good", baseURL: `${first.url}/v1`, maxRetries: 0 });
    for (let index = 0; index < 3; index += 1) {
      await client.completions.create({ model: "stub", prompt: "2+2" });
      sent += 1;
    }
    const countKept = (): number =>
      readdirSync(spool).reduce(
        (sum, name) => sum + (name.includes(".ndjson") ? readFileSync(join(spool, name), "utf8").split("\n").length - 1 : 0),
        0,
      );
    await expect.poll(countKept, { timeout: 10_000 }).toBe(3);
    const second = workshop.run(["proxy", "--upstream", model.url, "--listen", "127.0.0.1:0", "--spool", spool], {
      STILLWATCH_KEY: gateway,
    });
    expect([second.status, second.stderr]).toEqual([2, expect.stringContaining("SW1810")]);
    await first.stop("SIGKILL");
    await door.set("open");
    const next = await startProxyProcess(workshop, spooling);
    await expect.poll(countKept, { timeout: 30_000 }).toBe(0);
    const { status, stderr } = await next.stop();
    expect([status, stderr]).toEqual([0, expect.stringContaining("all events were taken")]);
  }, 120_000);
});

describe("afterwards", () => {
  it("every request is known, and which of them nobody checked", async () => {
    const checked = 12 + 5 * 3;
    // Each time stillwatch is away five of twelve are refused, by what was last known or by 503, and one more that is sent alone.
    const unserved = 5 * 6;
    // The proxy says of each itself that it had no answer, those included that serve answered when it was too late.
    const unchecked = sent - checked - unserved;
    await expect
      .poll(countEvents, { timeout: 90_000, interval: 500 })
      .toMatchObject({ events: sent, checked, unserved, unchecked, none: 0 });
    const { stdout, stderr, status } = workshop.run(["unchecked", "--url", serving.url], { STILLWATCH_KEY: operator });
    expect(status).toBe(0);
    expect(stdout.trim().split("\n")).toHaveLength(unchecked);
    expect(stderr).toContain(`${checked} of ${sent} requests were checked`);
  }, 120_000);

  it("the log tells when the way was lost and found, and that events waited", async () => {
    const lines = proxies.allow.said().split("\n");
    expect(lines.filter((line) => line.includes("go unchecked")).length).toBe(5);
    expect(lines.filter((line) => line.includes("answered again")).length).toBe(5);
    expect(proxies.allow.said()).toContain("SW2154");
    const { status, stderr } = await proxies.allow.stop();
    expect([status, stderr]).toEqual([0, expect.stringContaining("all events were taken")]);
  });
});
