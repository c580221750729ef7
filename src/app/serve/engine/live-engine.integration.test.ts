/** The engine's work without a process around it: lateness, silences, and when windows are due. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openEventStore, type EventStore } from "../../../store/events/store.js";
import type { CampaignUpdate, LiveWindow } from "../../../vocabulary/live.js";
import { applyCalibration } from "../../calibration.js";
import { createIngestPool } from "../../workers/ingest-pool.js";
import { openIntake } from "./intake.js";
import { createLiveEngine, type LiveEngine } from "./live-engine.js";
import type { Acquired } from "./messages.js";
import { analysisSettings } from "./settings.js";
import { openSideFacts } from "./side-facts.js";
import { createTracker } from "./tracker.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const START_MS = Date.UTC(2026, 2, 2, 12);

let folder: string;
let store: EventStore;
let engine: LiveEngine;
let nowMs = 0;
/** This machine's date: behind all that is sent but what claims to be of next year. */
let dateMs = START_MS + 60 * 24 * HOUR_MS;
let segments = 0;
let requests = 0;
const updates: CampaignUpdate[] = [];
/** Windows of each turn that ended, as far as they had been told by then. */
const turns: LiveWindow[][] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "stillwatch-live-"));
  store = await openEventStore({ path: join(folder, "events") });
  const pool = await createIngestPool({ workers: 0 });
  engine = await createLiveEngine({
    store,
    intake: await openIntake({ store, pool, isMetadataOnly: false, onTrouble: ({ what }) => expect.fail(what) }),
    tracker: createTracker(),
    sideFacts: await openSideFacts({}, () => {}),
    settings: analysisSettings.parse({ interval_ms: MINUTE_MS, lateness_ms_max: 30 * MINUTE_MS, growth_share: 10 }),
    calibration: applyCalibration({}),
    nowMs: () => nowMs,
    dateMs: () => dateMs,
    onUpdate: (update) => void updates.push(update),
    onTurn: () => void turns.push(updates.map(({ window }) => window)),
    onMatches: () => {},
    onKnown: () => undefined,
    onTrouble: (error) => expect.fail(String(error)),
    onReport: () => {},
  });
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** One segment with a request at each of the times, in minutes after the start. */
async function send(minutes: readonly number[], account = "acct"): Promise<Acquired> {
  const path = join(folder, `${String(segments++).padStart(16, "0")}-native.ndjson`);
  const lines = minutes.map((minute) =>
    JSON.stringify({
      request_id: `r${requests++}`,
      at: new Date(START_MS + minute * MINUTE_MS).toISOString(),
      account_id: account,
      target_model: "m",
      status: 200,
      input_tokens: 1,
      output_tokens: 1,
      messages: [{ role: "user", content: `question ${minute}` }],
    }),
  );
  writeFileSync(path, `${lines.join("\n")}\n`);
  return engine.acquire([{ path, format: "native" }]);
}

/** Windows that were analysed now, with how much each held. */
async function look(passedMs: number): Promise<[LiveWindow, number][]> {
  nowMs += passedMs;
  updates.length = 0;
  await engine.analyse({ isForced: false });
  return updates.map(({ window, analysedEvents }) => [window, analysedEvents]);
}

describe("an engine without a process around it", () => {
  it("analyses nothing in an empty store, and every window at the first events", async () => {
    expect(await look(HOUR_MS)).toEqual([]);
    await send([0, 1, 2]);
    expect(await look(HOUR_MS)).toEqual([
      ["1h", 3],
      ["24h", 3],
      ["7d", 3],
      ["30d", 3],
    ]);
    expect(turns.at(-1), "what is decided by a turn waits for all of its windows").toEqual(["1h", "24h", "7d", "30d"]);
  });

  it("looks again at the hour after a minute of events, not when only the clock went on, and not before the interval", async () => {
    expect(await look(HOUR_MS)).toEqual([]);
    await send([4]);
    expect(await look(0)).toEqual([["1h", 4]]);
    await send([6]);
    expect(await look(MINUTE_MS / 2)).toEqual([]);
    expect(await look(MINUTE_MS)).toEqual([["1h", 5]]);
  });

  it("counts what is later than allowed, tells it, and takes it into longer windows", async () => {
    expect(await send([30])).toMatchObject({ rows: 1, late: 0 });
    expect(await send([20])).toMatchObject({ late: 0 });
    expect(await send([-5])).toMatchObject({ late: 1 });
    expect(await send([-90])).toMatchObject({ late: 1 });
    expect(await look(HOUR_MS)).toEqual([
      ["1h", 8],
      ["24h", 9],
    ]);
    expect(updates[0].coverage?.["late"]).toContain("2 events came more than 30 min behind");
  });

  it("goes on by itself after a silence, with the hour that is now", async () => {
    await send([300, 301]);
    expect(await look(HOUR_MS)).toEqual([
      ["1h", 2],
      ["24h", 11],
      ["7d", 11],
    ]);
    expect(engine.report()).toMatchObject({ storedEvents: 11, watermarkMs: START_MS + 301 * MINUTE_MS });
  });

  it("counts a request that comes twice once", async () => {
    requests -= 1;
    await send([301]);
    await send([303]);
    await look(HOUR_MS);
    expect(engine.report().storedEvents).toBe(12);
  });

  it("believes nobody who claims to be of later than now, however many say so, until it is", async () => {
    const year = 365 * 24 * 60;
    const last = 60 * 24 * 30;
    await send([last]);
    await look(HOUR_MS);
    await send(
      Array.from({ length: 200 }, (_, index) => year + index / 10),
      "ahead",
    );
    await send([last + 10]);
    const seen = await look(HOUR_MS);
    expect(seen[0], "the hour of everybody else").toEqual(["1h", 2]);
    expect(updates[0].watermarkMs).toBe(START_MS + (last + 10) * MINUTE_MS);
    expect(updates[0].coverage?.["ahead"]).toMatch(/^200 events claim to be of later than this machine's date/);
    dateMs = START_MS + (year + 60) * MINUTE_MS;
    await send([year + 20]);
    expect((await look(HOUR_MS))[0]).toEqual(["1h", 201]);
  });
});
