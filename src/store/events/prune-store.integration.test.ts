/** Requests of long ago go, and everything else stays as it is. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { endStuckPrunes, pruneEvents, pruneRunning, readEventsSeen, readOldest } from "./prune-store.js";
import { type EventStore, openEventStore } from "./store.js";
import { startTestServer } from "./testing/clickhouse-server.js";

/** No clock on the wall. */
const NEVER = Number.POSITIVE_INFINITY;
const DAY_MS = 86_400_000;
const NEWEST_MS = Date.parse("2026-03-01T00:00:00Z");

let folder: string;
let store: EventStore;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "stillwatch-prune-"));
  store = await openEventStore({ path: join(folder, "events") });
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const listDays = async (): Promise<number[]> =>
  (
    await store.rows<{ days: number }>(`SELECT toFloat64(intDiv(${NEWEST_MS} - at_ms, ${DAY_MS})) AS days FROM events_once ORDER BY days`)
  ).map(({ days }) => days);

const listUndone = async (used: EventStore): Promise<string[]> =>
  (
    await used.rows<{ command: string }>(
      "SELECT command FROM system.mutations WHERE database = currentDatabase() AND table = 'request_events' AND NOT is_done ORDER BY command",
    )
  ).map(({ command }) => command);

/** What an operator does to the table waits here as ours does; only ours ends. */
async function expectOthersToStay(used: EventStore): Promise<void> {
  await used.command("SYSTEM STOP MERGES request_events");
  try {
    await used.command("ALTER TABLE request_events DELETE WHERE at_ms < 5 SETTINGS mutations_sync = 0");
    await used.command("ALTER TABLE request_events DELETE WHERE at_ms < 6 AND 'stillwatch prune' != '' SETTINGS mutations_sync = 0");
    expect(await listUndone(used)).toHaveLength(2);
    await endStuckPrunes(used);
    expect(await listUndone(used)).toEqual([expect.stringContaining("at_ms < 5")]);
  } finally {
    await used.command("SYSTEM START MERGES request_events");
  }
}

it("without requests nothing is done", async () => {
  expect(await pruneEvents(store, { keptMs: DAY_MS, notAfterMs: NEVER })).toEqual({ beforeMs: null, removed: 0, left: 0 });
});

it("takes out what lies further back than is kept, by the events' own time", async () => {
  await store.command(
    `INSERT INTO request_events (request_id, request_key, at_ms, account_id) SELECT concat('r', toString(number)), number, ${NEWEST_MS} - number * ${DAY_MS}, 'a' FROM numbers(60)`,
  );
  await store.command("INSERT INTO ingested_chunks (token, rows) VALUES ('t', 60)");
  await store.command("INSERT INTO known_campaigns (campaign_id, events_seen, accounts) VALUES ('one', 60, ['a'])");
  const pruned = await pruneEvents(store, { keptMs: 40 * DAY_MS, notAfterMs: NEVER });
  expect(pruned).toEqual({ beforeMs: NEWEST_MS - 40 * DAY_MS, removed: 19, left: 41 });
  expect(await listDays()).toEqual(Array.from({ length: 41 }, (_, day) => day));
  expect(await pruneEvents(store, { keptMs: 40 * DAY_MS, notAfterMs: NEVER })).toMatchObject({ removed: 0, left: 41 });
  expect(await store.rows("SELECT token FROM ingested_chunks FINAL")).toEqual([{ token: "t" }]);
});

it("campaigns keep their names, and what is told of them afterwards takes the place of before, though fewer requests are stored", async () => {
  expect(await store.rows("SELECT campaign_id, accounts FROM known_campaigns FINAL")).toEqual([{ campaign_id: "one", accounts: ["a"] }]);
  await store.insertRows({
    table: "known_campaigns",
    token: "later",
    rows: [{ campaign_id: "one", events_seen: 41, accounts: ["a", "b"] }],
  });
  expect(await store.rows("SELECT accounts FROM known_campaigns FINAL")).toEqual([{ accounts: ["a", "b"] }]);
});

it("a request that comes again after it went is one of long ago, and goes again", async () => {
  await store.command(
    `INSERT INTO request_events (request_id, request_key, at_ms, account_id) VALUES ('r59', 59, ${NEWEST_MS - 59 * DAY_MS}, 'a')`,
  );
  expect(await pruneEvents(store, { keptMs: 40 * DAY_MS, notAfterMs: NEVER })).toMatchObject({ removed: 1, left: 41 });
});

it.each(["in the process", "on a server"])(
  "the same while the store is in use, %s",
  async (kind) => {
    const server = kind === "on a server" ? await startTestServer() : null;
    if (server !== null && "cannotStart" in server) {
      console.warn(`NOT CHECKED: pruning on a server. ${server.cannotStart}`);
      return;
    }
    const used = server === null ? store : await openEventStore({ url: server.url, database: "pruned" });
    try {
      await used.command("TRUNCATE TABLE request_events");
      expect(await readOldest(used)).toBeNull();
      await used.command(
        `INSERT INTO request_events (request_id, request_key, at_ms, account_id) SELECT concat('r', toString(number)), number, ${NEWEST_MS} - number * ${DAY_MS}, 'a' FROM numbers(60)`,
      );
      await used.command("INSERT INTO known_campaigns (campaign_id, events_seen, accounts) VALUES ('two', 60, ['a'])");
      expect(await readOldest(used)).toBe(NEWEST_MS - 59 * DAY_MS);
      expect(await pruneRunning(used, NEWEST_MS - 40 * DAY_MS)).toBe(19);
      expect(await pruneRunning(used, NEWEST_MS - 40 * DAY_MS)).toBe(0);
      expect(await readOldest(used)).toBe(NEWEST_MS - 40 * DAY_MS);
      expect(await readEventsSeen(used)).toBe(60);
      await expectOthersToStay(used);
    } finally {
      if (server !== null) await used.close();
      await server?.stop();
    }
  },
  120_000,
);
