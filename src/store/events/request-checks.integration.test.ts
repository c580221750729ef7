/** What was checked is told from what was written down. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { countChecks, countLiveChecks, insertChecks, listUnchecked } from "./request-checks.js";
import { LATENCY_UNKNOWN } from "./request-columns.js";
import { prepareLiveTables } from "./live-tables.js";
import { type EventStore, openEventStore } from "./store.js";

const folder = mkdtempSync(join(tmpdir(), "stillwatch-checks-"));
let store: EventStore;
/** Checks are kept for a quarter, so these are of today. */
const NOON = Date.now();
const at = (seconds: number): string => new Date(NOON + seconds * 1000).toISOString();
const eventsSql = "events_of_test";

const check = (requestId: string, state: string, { integration = "litellm", verdict = "allow", atMs = NOON } = {}): string =>
  JSON.stringify({ request_id: requestId, at_ms: atMs, integration, verdict, state, decision_id: null, shadow_decision_id: null });

beforeAll(async () => {
  store = await openEventStore({ path: folder });
  // Only the columns that are read: how events come in is tested elsewhere.
  await store.command(
    `CREATE TABLE ${eventsSql} (request_id String, account_id String, at_ms Int64, channel String, status UInt16, latency_ms UInt32) ENGINE = Memory`,
  );
  await store.command(
    `INSERT INTO ${eventsSql} SELECT concat('r', toString(number)), concat('a', toString(number % 2)), ${NOON} + number * 1000, if(number = 4, '', 'api'), 200, 500 FROM numbers(6)`,
  );
  const later = [
    ["refused and served", 200, 500],
    ["refused", 403, 500],
    ["throttled, then let through", 200, 500],
    ["checked when it was over", 200, 500],
    ["checked while a slow model answered, long after anybody waited", 200, 60_000],
    ["checked late, nobody knows when it was over", 200, LATENCY_UNKNOWN],
    ["checked a little after it was over", 200, 500],
    ["checked when it was over, and failed", 504, 500],
    ["unchecked, refused and served", 200, 500],
    ["never asked for, and refused", 403, 500],
    ["answered, and the gateway had not waited", 200, 500],
    ["answered, and the gateway had not waited, and refused", 503, 500],
    ["the gateway alone knows", 200, 500],
  ].map(([id, status, latency]) => `('${id}', 'late', ${NOON + 60_000}, 'api', ${status}, ${latency})`);
  await store.command(`INSERT INTO ${eventsSql} VALUES ${later.join(", ")}`);
  const lines = [
    check("r0", "checked"),
    check("r1", "unchecked"),
    check("r1", "checked"),
    check("r2", "unchecked", { integration: "envoy" }),
    check("r3", "error"),
    "{broken",
    check("gone", "checked"),
    check("refused and served", "checked", { verdict: "block", atMs: NOON + 60_000 }),
    check("refused", "checked", { verdict: "block", atMs: NOON + 60_000 }),
    check("throttled, then let through", "checked", { verdict: "throttle", atMs: NOON + 60_000 }),
    check("throttled, then let through", "checked", { atMs: NOON + 60_100 }),
    check("checked when it was over", "checked", { atMs: NOON + 64_000 }),
    check("checked while a slow model answered, long after anybody waited", "checked", { atMs: NOON + 66_000 }),
    check("checked late, nobody knows when it was over", "checked", { atMs: NOON + 64_000 }),
    check("checked a little after it was over", "checked", { atMs: NOON + 61_000 }),
    check("checked when it was over, and failed", "checked", { atMs: NOON + 64_000 }),
    check("unchecked, refused and served", "unchecked", { verdict: "block", atMs: NOON + 60_000 }),
    check("answered, and the gateway had not waited", "checked", { integration: "api", atMs: NOON + 61_000 }),
    check("answered, and the gateway had not waited", "reported", { integration: "proxy", atMs: NOON + 60_000 }),
    check("answered, and the gateway had not waited, and refused", "checked", { atMs: NOON + 61_000 }),
    check("answered, and the gateway had not waited, and refused", "reported", { atMs: NOON + 60_000 }),
    check("the gateway alone knows", "reported", { integration: "proxy", atMs: NOON + 60_000 }),
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
  expect(await countChecks(store, { eventsSql, span })).toEqual({
    events: 6,
    checked: 2,
    unchecked: 1,
    error: 1,
    none: 2,
    unheeded: 0,
    unserved: 0,
  });
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
  const alone = { events: 1, checked: 0, none: 1 };
  expect(await countLiveChecks(store, dayBefore)).toMatchObject(alone);
  expect(await countChecks(store, { eventsSql: "request_events", span: dayBefore })).toMatchObject(alone);
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

it("what was served against every answer, or before the first, was not heeded", async () => {
  const late = { fromMs: NOON + 60_000, toMs: NOON + 70_000 };
  const { data } = await listUnchecked(store, { eventsSql, span: late, limit: 100, cursor: null });
  expect(data.map(({ request_id: id, state }) => [id, state])).toEqual([
    ["answered, and the gateway had not waited", "unchecked"],
    ["checked when it was over", "unheeded"],
    ["checked while a slow model answered, long after anybody waited", "unheeded"],
    ["refused and served", "unheeded"],
    ["the gateway alone knows", "unchecked"],
    ["unchecked, refused and served", "unchecked"],
  ]);
  const rest = { unchecked: 3, error: 0, none: 0, unheeded: 3, unserved: 3 };
  expect(await countChecks(store, { eventsSql, span: late })).toEqual({ events: 13, checked: 4, ...rest });
});

it("parts of other times are passed over", async () => {
  await prepareLiveTables(store);
  // Harmless again, as at every start.
  await prepareLiveTables(store);
  for (const day of [30, 40, 50])
    await insertChecks(store, { token: `day ${day}`, lines: check(`old ${day}`, "checked", { atMs: NOON - day * 86_400_000 }) });
  const fromMs = NOON - 50 * 86_400_000 - 1000;
  const plan = await store.rows<{ explain: string }>(
    `EXPLAIN indexes = 1 SELECT count() FROM request_checks WHERE at_ms >= ${fromMs} AND at_ms < ${fromMs + 5000}`,
  );
  const [, looked, all] = /Name: at_range.*?Parts: (\d+)\/(\d+)/.exec(plan.map(({ explain }) => explain.trim()).join(" ")) ?? [];
  // The one of its time, and the one that was there before parts told their times.
  expect([Number(looked), Number(all)]).toEqual([2, 4]);
});
