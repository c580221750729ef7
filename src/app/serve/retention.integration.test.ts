/** A real `serve` that takes requests of long ago out of its store while it runs, is killed over it, and loses nothing else. */
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorkshop, type Workshop } from "../testing/command-line.js";
import { type RunningServe, startServing } from "../testing/running-serve.js";

const DAY_MS = 86_400_000;
const NEWEST_MS = Date.UTC(2026, 4, 1);
const SETTINGS = "auth: none\ndata: { events_kept: 31d }\n";
const json = { "content-type": "application/json" };

const linesOf = (name: string, { count, daysAgo }: { count: number; daysAgo: number }): string =>
  Array.from({ length: count }, (_, index) =>
    JSON.stringify({
      request_id: `${name}-${index}`,
      at: new Date(NEWEST_MS - daysAgo * DAY_MS - index * 1000).toISOString(),
      account_id: `acct-${index % 50}`,
      target_model: "m-1",
      status: 200,
      input_tokens: 12,
      output_tokens: 34,
    }),
  ).join("\n");

let workshop: Workshop;
let serving: RunningServe;
beforeAll(async () => {
  workshop = createWorkshop();
  serving = await startServing(workshop, { settings: SETTINGS });
  await serving.ready();
}, 300_000);
afterAll(async () => {
  if (serving.child.exitCode === null) await serving.stop("SIGKILL");
  workshop.remove();
});

async function send(lines: string): Promise<void> {
  const answer = await serving.ask("/v1/events", { method: "POST", headers: { "content-type": "application/x-ndjson" }, body: lines });
  expect(answer.status).toBe(202);
}

async function readMetric(name: string): Promise<number> {
  const text = await (await serving.ask("/metrics")).text();
  return Number(new RegExp(`^${name} (\\S+)`, "m").exec(text)?.[1] ?? 0);
}

const stored = { timeout: 120_000, interval: 250 };

describe("requests that lie further back than is kept", { timeout: 300_000 }, () => {
  it("are taken out while it runs: counted, told in the log, and nothing else goes", async () => {
    const entry = { scope: { kind: "account", id: "acct-1" }, reason: "a class", expires_at: new Date(Date.now() + DAY_MS).toISOString() };
    expect((await serving.ask("/v1/allowlist", { method: "POST", headers: json, body: JSON.stringify(entry) })).status).toBe(201);
    await send(linesOf("old", { count: 400, daysAgo: 60 }));
    await expect.poll(async () => readMetric("stillwatch_stored_events"), stored).toBe(400);
    await send(linesOf("new", { count: 700, daysAgo: 0 }));
    await expect.poll(async () => readMetric("stillwatch_pruned_events_total"), stored).toBe(400);
    await expect.poll(async () => readMetric("stillwatch_stored_events"), stored).toBe(700);
    await serving.says("requests of long ago were taken out");
    expect(serving.said()).toContain('"removed":400');
    expect(((await (await serving.ask("/v1/allowlist")).json()) as { data: unknown[] }).data).toHaveLength(1);
  });

  it("are gone, and the others are not, however often it is killed over it", async () => {
    await send(linesOf("older", { count: 3000, daysAgo: 90 }));
    for (const delayMs of [50, 400, 1200]) {
      await wait(delayMs);
      await serving.stop("SIGKILL");
      serving = await startServing(workshop, { settings: SETTINGS });
      await serving.ready();
    }
    await expect.poll(async () => readMetric("stillwatch_journal_backlog_bytes"), stored).toBe(0);
    // It looks when event time has moved on by a day, or an hour has passed.
    await send(linesOf("newer", { count: 300, daysAgo: -2 }));
    await expect.poll(async () => readMetric("stillwatch_stored_events"), stored).toBe(1000);
    expect((await serving.ask("/v1/accounts/acct-1")).status).toBe(200);
  });
});

it("requests stay where nothing says how long they are kept, and the log tells how far back they reach", { timeout: 300_000 }, async () => {
  const other = createWorkshop();
  const keeping = await startServing(other, { settings: "auth: none\n" });
  try {
    await keeping.ready();
    const body = `${linesOf("old", { count: 400, daysAgo: 60 })}\n${linesOf("new", { count: 700, daysAgo: 0 })}`;
    await keeping.ask("/v1/events", { method: "POST", headers: { "content-type": "application/x-ndjson" }, body });
    await keeping.says("all requests are kept: data.events_kept is not set");
    expect(keeping.said()).toContain('"days":60');
    expect(keeping.said()).not.toContain("were taken out");
    expect(await (await keeping.ask("/metrics")).text()).toMatch(/^stillwatch_stored_events 1100$/m);
  } finally {
    await keeping.stop("SIGKILL");
    other.remove();
  }
});
