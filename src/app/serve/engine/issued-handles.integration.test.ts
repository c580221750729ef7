/** Handles read back from a real store, by the hashes that verdicts keep. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import createXxhash from "xxhash-wasm";
import { createIngestPool } from "../../workers/ingest-pool.js";
import { openIntake } from "./intake.js";
import { NOBODY_PREFIXES } from "../../../vocabulary/account.js";
import { readIssuedHandles } from "../../../store/events/issued-handles.js";
import { countCame, type StoodSpan } from "../../../store/events/came-after.js";
import { countAnswered, insertChecks } from "../../../store/events/request-checks.js";
import type { CheckRecord } from "../services.js";
import { openEventStore, type EventStore } from "../../../store/events/store.js";

let folder: string;
let store: EventStore;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "stillwatch-handles-"));
  store = await openEventStore({ path: join(folder, "events") });
  const issued: [account: string, handle: string, minute: number, organization?: string][] = [
    ["a", "old", 0],
    ["b", "h", 1, "acme"],
    ["c", "shared", 2],
    ["d", "shared", 3],
    ["unattributed:otlp", "nobody's", 4],
    ["service:chat", "anybody's", 5],
  ];
  const lines = issued.map(([account_id, handle, minute, organization_id]) =>
    JSON.stringify({
      request_id: `r-${account_id}-${handle}`,
      at: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
      account_id,
      organization_id,
      target_model: "m",
      status: 200,
      input_tokens: 1,
      output_tokens: 1,
      reasoning_handles_issued: [handle],
    }),
  );
  const path = join(folder, "0000000000000000-native.ndjson");
  writeFileSync(path, `${lines.join("\n")}\n`);
  const pool = await createIngestPool({ workers: 0 });
  await (await openIntake({ store, pool, isMetadataOnly: false, onTrouble: ({ what }) => expect.fail(what) }))(
    [{ path, format: "native" }],
    (_counts, work) => work(),
  );
  await pool.close();
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

it("issued handles come back oldest first, once for each account, without those that nobody in particular got", async () => {
  const xxhash = await createXxhash();
  const h64 = (text: string): bigint => xxhash.h64(text);
  const { handles, accounts, organizations } = await readIssuedHandles(store, { limit: 10, nobodies: NOBODY_PREFIXES });
  expect([...handles]).toEqual(["old", "h", "shared", "shared"].map((handle) => h64(handle)));
  expect([...accounts]).toEqual(["a", "b", "c", "d"].map((account) => h64(account)));
  expect([...organizations]).toEqual([0n, h64("acme"), 0n, 0n]);
  expect([...(await readIssuedHandles(store, { limit: 1, nobodies: [] })).accounts], "the latest are kept").toEqual([h64("service:chat")]);
});

it("requests that a decision would have answered otherwise in shadow, or did, count once each, from a moment on", async () => {
  const check = (line: Partial<CheckRecord>): string =>
    `${JSON.stringify({ integration: "api", verdict: "allow", state: "checked", decision_id: null, shadow_decision_id: null, ...line })}\n`;
  // Checks of long ago are not kept.
  const sinceMs = Date.now();
  const asked: Partial<CheckRecord>[] = [
    { request_id: "r1", at_ms: sinceMs, shadow_decision_id: "dec_1" },
    { request_id: "r1", at_ms: sinceMs + 1, shadow_decision_id: "dec_1" },
    { request_id: "r2", at_ms: sinceMs, shadow_decision_id: "dec_1" },
    { request_id: "r3", at_ms: sinceMs - 1, shadow_decision_id: "dec_1" },
    { request_id: "r4", at_ms: sinceMs },
    { request_id: "r5", at_ms: sinceMs, verdict: "block", decision_id: "dec_2" },
    { request_id: "r5", at_ms: sinceMs, verdict: "block", decision_id: "dec_2" },
    { request_id: "r6", at_ms: sinceMs, verdict: "allow", decision_id: "dec_2" },
    { request_id: "r7", at_ms: sinceMs - 1, verdict: "block", decision_id: "dec_2" },
  ];
  await insertChecks(store, { token: "t", lines: asked.map(check).join("") });
  expect(await countAnswered(store, { sinceMs })).toEqual({ shadowed: [["dec_1", 2]], refused: [["dec_2", 1]] });
});

it("requests that came while a decision would have stood are counted in event time, each decision's own", async () => {
  const at = (minute: number): number => Date.UTC(2026, 0, 1, 0, minute);
  const span = (id: string, kind: "account" | "organization", scopeId: string, [after, until]: [number, number]): StoodSpan => {
    return { id, kind, scopeId, afterMs: at(after), untilMs: at(until) };
  };
  const spans = [
    span("came", "account", "c", [1, 9]),
    span("again", "account", "c", [0, 2]),
    span("before it was decided", "account", "c", [2, 9]),
    span("behind its end", "account", "d", [0, 2]),
    span("whole", "organization", "acme", [0, 9]),
    span("of nobody", "account", "o'brien", [0, 9]),
  ];
  for (const eventsSql of ["request_events", "events_once"] as const)
    expect(Object.fromEntries(await countCame(store, { eventsSql, spans }))).toEqual({ again: 1, came: 1, whole: 1 });
  expect(await countCame(store, { eventsSql: "events_once", spans: [] })).toEqual([]);
});
