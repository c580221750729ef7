/** What was checked is told from what was written down. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { countChecks, countLiveChecks, insertChecks, listUnchecked } from "./request-checks.js";
import { type EventStore, openEventStore } from "./store.js";

const folder = mkdtempSync(join(tmpdir(), "stillwatch-checks-"));
let store: EventStore;
/** Checks are kept for a quarter, so these are of today. */
const NOON = Date.now();
const at = (seconds: number): string => new Date(NOON + seconds * 1000).toISOString();
const eventsSql = "events_of_test";

const check = (requestId: string, state: string, integration = "litellm"): string =>
  JSON.stringify({ request_id: requestId, at_ms: NOON, integration, verdict: "allow", state, decision_id: null, shadow_decision_id: null });

beforeAll(async () => {
  store = await openEventStore({ path: folder });
  // Only the columns that are read: how events come in is tested elsewhere.
  await store.command(`CREATE TABLE ${eventsSql} (request_id String, account_id String, at_ms Int64, channel String) ENGINE = Memory`);
  await store.command(
    `INSERT INTO ${eventsSql} SELECT concat('r', toString(number)), concat('a', toString(number % 2)), ${NOON} + number * 1000, if(number = 4, '', 'api') FROM numbers(6)`,
  );
  const lines = [
    check("r0", "checked"),
    check("r1", "unchecked"),
    check("r1", "checked"),
    check("r2", "unchecked", "envoy"),
    check("r3", "error"),
    "{broken",
    check("gone", "checked"),
  ].join("\n");
  await insertChecks(store, { token: "segment-1", lines });
  await insertChecks(store, { token: "segment-1", lines });
});

afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const span = { fromMs: NOON, toMs: NOON + 6000 };

it("counts each request once, by the best that any check of it had", async () => {
  expect(await countChecks(store, { eventsSql, span })).toEqual({ events: 6, checked: 2, unchecked: 1, error: 1, none: 2 });
});

it("counts requests of the span only", async () => {
  expect(await countChecks(store, { eventsSql, span: { fromMs: NOON + 1000, toMs: NOON + 2000 } })).toMatchObject({
    events: 1,
    checked: 1,
  });
});

it("counts a span of live traffic alike, and holds it against checks of about that time only", async () => {
  await store.command(
    `INSERT INTO request_events (request_id, request_key, account_id, at_ms, channel) SELECT request_id, xxHash64(request_id), account_id, at_ms, channel FROM ${eventsSql}`,
  );
  expect(await countLiveChecks(store, span)).toEqual(await countChecks(store, { eventsSql, span }));
  const dayBefore = { fromMs: NOON - 86_400_000, toMs: NOON - 86_400_000 + 6000 };
  await store.command(
    `INSERT INTO request_events (request_id, request_key, account_id, at_ms) SELECT request_id, 1, account_id, at_ms - 86400000 FROM ${eventsSql} WHERE request_id = 'r0'`,
  );
  expect(await countLiveChecks(store, dayBefore)).toMatchObject({ events: 1, checked: 0, none: 1 });
});

it("lists those that were not checked, page by page, oldest first", async () => {
  const seen: unknown[] = [];
  let cursor: string | null = null;
  do {
    const page = await listUnchecked(store, { eventsSql, span, limit: 3, cursor });
    seen.push(...page.data);
    cursor = page.next_cursor;
  } while (cursor !== null);
  expect(seen).toEqual([
    { request_id: "r2", account_id: "a0", at: at(2), channel: "api", state: "unchecked", integration: "envoy" },
    { request_id: "r3", account_id: "a1", at: at(3), channel: "api", state: "error", integration: "litellm" },
    { request_id: "r4", account_id: "a0", at: at(4), channel: null, state: "none", integration: null },
    { request_id: "r5", account_id: "a1", at: at(5), channel: "api", state: "none", integration: null },
  ]);
});
