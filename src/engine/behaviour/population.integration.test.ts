/** The columns of a population against the store they are read from. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../../sdk/testing/draws.js";
import { createRequestBlockWriter } from "../../store/events/request-block.js";
import { openEventStore, type EventStore } from "../../store/events/store.js";
import { RequestFlag, type Population } from "../../vocabulary/fingerprint.js";
import type { RequestEvent } from "../../vocabulary/request-event.js";
import { createFeatureExtractor } from "./features.js";
import { observePopulation } from "./population.js";

const HOUR_MS = 3_600_000;
const START_AT_MS = Date.UTC(2026, 2, 2, 0, 20);
const NOTHING = { accounts: [], releases: [], enforcement: [], allowlist: [] };
const countTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

let next = 0;
const send = (accountId: string, more: Partial<RequestEvent> & { text?: string } = {}): RequestEvent => {
  const { text, ...event } = more;
  next += 1;
  return {
    requestId: `r${next}`,
    atMs: START_AT_MS + next * 60_000,
    accountId,
    targetModel: "m",
    status: 200,
    inputTokens: 1,
    outputTokens: 2,
    ...(text === undefined ? {} : { messages: [{ role: "user", content: text }] }),
    ...event,
  };
};
const queue = (item: string): string =>
  `Please sort the following complaint of a customer into one of our nine departments, and explain in two sentences which wording decided it. Complaint: ${item}\nName the responsible department on the last line, written in capital letters, without any further remark or punctuation mark.`;
/** Six words that hardly any other item has. */
const itemOf = (index: number): string => {
  const random = createRandom(index + 1);
  const syllables = ["ba", "ce", "di", "fo", "gu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "zu"];
  const drawWord = (): string =>
    countTo(3)
      .map(() => syllables[random.below(syllables.length)])
      .join("");
  return countTo(6).map(drawWord).join(" ");
};

const EVENTS: readonly RequestEvent[] = [
  ...countTo(5).flatMap((account) => countTo(6).map((index) => send(`queue-${account}`, { text: queue(itemOf(account * 6 + index)) }))),
  ...countTo(5).map((account) =>
    send(`chain-${account}`, { text: "Forward this lucky prompt to seven of your best friends before midnight tonight" }),
  ),
  send("flags", {
    status: 429,
    isStream: true,
    finishReason: "length",
    channel: "batch",
    client: { ip: "192.0.2.7" },
    text: "hello there",
  }),
  send("flags", { isRefusal: true, isStream: false, tools: ["search"], organizationId: "org-b", client: { ip: "192.0.2.7" } }),
  send("flags", { organizationId: "org-a", targetModel: "n", atMs: START_AT_MS + 30 * HOUR_MS, client: { ip: "192.0.2.8" } }),
];

let folder: string;
let store: EventStore;
let population: Population;

async function insert(events: readonly RequestEvent[], token: string): Promise<void> {
  const [extract, writer] = await Promise.all([createFeatureExtractor([]), createRequestBlockWriter()]);
  events.forEach((event, index) => writer.add(event, extract(event), { sourceKey: [0, 1], offset: index, line: index + 1 }));
  await store.insertBlock({ table: "request_events", token, block: writer.finish() });
}

const observe = (sideFacts = NOTHING as Parameters<typeof observePopulation>[1]["sideFacts"]): Promise<Population> =>
  observePopulation(store, { eventsSql: "events_once", sideFacts });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "stillwatch-population-"));
  store = await openEventStore({ path: folder });
  await insert(EVENTS, "all");
  population = await observe({
    ...NOTHING,
    releases: [
      { targetModel: "n", releasedAtMs: 7 },
      { targetModel: "n", releasedAtMs: 5 },
    ],
  });
});

afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Rows of an account. */
const rowsOf = (accountId: string): number[] => {
  const account = population.accountIds.indexOf(accountId);
  const { requestOffsets } = population;
  return countTo(requestOffsets[account + 1] - requestOffsets[account]).map((index) => requestOffsets[account] + index);
};

describe("observePopulation", () => {
  it("lists accounts ascending, each with its requests by time", () => {
    expect(population.accountIds).toEqual([...new Set(EVENTS.map(({ accountId }) => accountId))].sort());
    expect(population.requests.count).toBe(EVENTS.length);
    for (const id of population.accountIds) {
      const times = rowsOf(id).map((row) => population.requests.atMs[row]);
      expect(times).toEqual(EVENTS.flatMap(({ accountId, atMs }) => (accountId === id ? [atMs] : [])).sort((a, b) => a - b));
    }
  });

  it("puts a scaffold's requests in one family, whatever fills its slot", () => {
    const families = new Set(
      countTo(5).flatMap((account) => rowsOf(`queue-${account}`).map((row) => population.requests.promptFamily[row])),
    );
    const [family] = families;
    expect(families.size).toBe(1);
    expect(population.families.events[family]).toBe(30);
    expect([population.families.accounts[family], population.families.parties[family]]).toEqual([5, 5]);
  });

  it("tells a queue, whose items nobody else sends, from a text that is passed on", () => {
    const familyOf = (id: string): number => population.requests.promptFamily[rowsOf(id)[0]];
    expect(population.families.slotSharing[familyOf("queue-0")]).toBeLessThan(0.1);
    expect(population.families.slotSharing[familyOf("chain-0")]).toBe(1);
  });

  it("reads flags, models, addresses and releases", () => {
    const [first, second, third] = rowsOf("flags");
    const { flags, model, address } = population.requests;
    const { singleTurn, streamed, streamKnown, capped, failed, limited, refused, hasText, offersTools, batch } = RequestFlag;
    expect(flags[first]).toBe(singleTurn + streamed + streamKnown + capped + failed + limited + hasText + batch);
    expect(flags[second] & ~singleTurn).toBe(streamKnown + refused + offersTools);
    expect([first, second, third].map((row) => population.targetModels[model[row]])).toEqual(["m", "m", "n"]);
    expect(address[first]).toBe(address[second]);
    expect(address[first]).not.toBe(address[third]);
    expect([...population.releasedAtMs]).toEqual([Number.NaN, 5]);
    expect(address[rowsOf("queue-0")[0]]).toBe(-1);
  });

  it("takes the smallest of several organizations that an account's requests name", () => {
    expect(population.organizationIds[population.accountIds.indexOf("flags")]).toBe("org-a");
  });

  it("counts hours from the first full hour, every request once", () => {
    expect(population.fromMs % HOUR_MS).toBe(0);
    expect(population.hours).toHaveLength(31);
    expect(population.hours.reduce((sum, count) => sum + count, 0)).toBe(EVENTS.length);
  });

  it("is the same when requests come in another order, in pieces and twice", async () => {
    const before = await observe();
    await store.command("TRUNCATE TABLE request_events");
    await insert([...EVENTS].reverse().slice(0, 20), "late");
    await insert([...EVENTS].reverse().slice(10), "early");
    expect(await observe()).toEqual(before);
  });

  it("is empty over an empty store", async () => {
    await store.command("TRUNCATE TABLE request_events");
    expect(await observe()).toMatchObject({
      accountIds: [],
      partyCount: 0,
      targetModels: [],
      requests: { count: 0 },
      hours: new Float64Array(0),
    });
  });
});
