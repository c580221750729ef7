/** An analysis that is stopped goes on where it stopped, and a server gives what the engine in the process gives. */
import { mkdirSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openEventStore } from "../store/events/store.js";
import { startTestServer, type TestServer } from "../store/events/testing/clickhouse-server.js";
import { createWorkshop, findDifference, readReport, readSteadyReport, simulateSmallWorld, type Workshop } from "./testing/command-line.js";

/** One chunk each, in three batches: the first is stored while two thirds are still to be read. */
const PARTS = 1500;
/** Parts of tables that the engine has written when a batch is stored: nine migrations, two settings, the request events and the ledger; one more, so that the first batch is whole. */
const STORED_PARTS_MIN = 15;

let workshop: Workshop;
let args: string[];

beforeAll(() => {
  workshop = createWorkshop();
  const { lines, sideFiles } = simulateSmallWorld(workshop);
  mkdirSync(workshop.path("logs"));
  for (let part = 0; part < PARTS; part++) {
    const own = lines.filter((_, at) => at % PARTS === part);
    writeFileSync(workshop.path("logs", `${String(part).padStart(4, "0")}.ndjson`), `${own.join("\n")}\n`);
  }
  args = ["analyze", workshop.path("logs"), ...sideFiles, "--requests"];
  const { status, stderr } = workshop.run([...args, "--out", "uninterrupted"]);
  if (status !== 0) throw new Error(stderr);
});

afterAll(() => workshop.remove());

/** Chunks that the data folder holds whole. */
async function countChunks(folder: string): Promise<number> {
  const store = await openEventStore({ path: folder });
  try {
    const [row] = await store.rows<{ chunks: string }>("SELECT count() AS chunks FROM ingested_chunks FINAL");
    return Number(row.chunks);
  } finally {
    await store.close();
  }
}

/** Stops a run as soon as its first batch is stored. */
async function stopWhileReading(signal: NodeJS.Signals, folder: string): Promise<{ status: number | null; stderr: string }> {
  const { child, ended } = workshop.start([...args, "--data-dir", folder, "--out", "stopped"]);
  while (child.exitCode === null && (await countStoredParts(folder)) < STORED_PARTS_MIN) await sleep(5);
  child.kill(signal);
  return ended;
}

async function countStoredParts(folder: string): Promise<number> {
  const names = await readdir(join(folder, "events", "store"), { recursive: true }).catch(() => []);
  return names.filter((name) => /[/\\]all_\d+_\d+_\d+$/.test(name)).length;
}

function expectSameReport(folder: string): void {
  expect(findDifference(readSteadyReport(workshop.path("uninterrupted")), readSteadyReport(folder))).toBeNull();
}

describe("an analysis with --data-dir", () => {
  it.each<[signal: NodeJS.Signals, status: number | null]>([
    ["SIGINT", 3],
    ["SIGKILL", null],
  ])("that %s stops goes on where it stopped and comes to the same report", async (signal, expectedStatus) => {
    const folder = workshop.path(`data-${signal}`);
    const { status, stderr } = await stopWhileReading(signal, folder);
    expect(status).toBe(expectedStatus);
    const chunks = await countChunks(folder);
    expect([chunks > 0, chunks < PARTS]).toEqual([true, true]);
    if (signal === "SIGINT") expect(stderr).toMatch(/^SW1009 interrupted\n[^]*--data-dir/m);
    const resumed = workshop.run([...args, "--data-dir", folder, "--out", `resumed-${signal}`]);
    expect(resumed).toMatchObject({ status: 0 });
    expectSameReport(workshop.path(`resumed-${signal}`));
    // Once more: everything is stored, and nothing is read again.
    const again = workshop.run([...args, "--data-dir", folder, "--out", `again-${signal}`]);
    expect(again).toMatchObject({ status: 0 });
    expectSameReport(workshop.path(`again-${signal}`));
    expect(readReport(workshop.path(`again-${signal}`)).counts.duplicates).toBe(0);
  });

  it("refuses to share its folder with another run", async () => {
    const folder = workshop.path("data-shared");
    const store = await openEventStore({ path: folder });
    try {
      const { status, stderr } = workshop.run([...args, "--data-dir", folder, "--out", "shared"]);
      expect(status).toBe(2);
      expect(stderr).toMatch(/^SW1402 /m);
    } finally {
      await store.close();
    }
  });
});

describe("an analysis without --data-dir", () => {
  it("that is stopped leaves neither a report nor a temporary folder behind", async () => {
    const { child, ended } = workshop.start([...args, "--workers", "0", "--out", "nothing"]);
    for (let waitedMs = 0; workshop.listTemporary().length === 0 && waitedMs < 20_000; waitedMs += 20) await sleep(20);
    child.kill("SIGINT");
    const { status, stdout, stderr } = await ended;
    expect({ status, stdout }).toEqual({ status: 3, stdout: "" });
    expect(stderr).toMatch(/^SW1009 interrupted$/m);
    expect(workshop.listTemporary()).toEqual([]);
    expect(() => readReport(workshop.path("nothing"))).toThrow(/ENOENT/);
  });
});

describe("an analysis on a ClickHouse server", () => {
  let server: TestServer | { cannotStart: string };

  beforeAll(async () => {
    server = await startTestServer();
    if ("cannotStart" in server)
      console.warn(`SKIPPED: no ClickHouse server on this machine (${server.cannotStart}); --store was not checked.`);
  });

  afterAll(async () => {
    if ("stop" in server) await server.stop();
  });

  it("comes to the same report as the engine in the process, the second time too", ({ skip }) => {
    skip("cannotStart" in server);
    if ("cannotStart" in server) return;
    for (const out of ["server", "server-again"]) {
      const { status, stderr } = workshop.run([...args, "--store", `${server.url}/analysed`, "--out", out]);
      expect({ status, stderr }).toMatchObject({ status: 0 });
      expectSameReport(workshop.path(out));
    }
    expect(workshop.listTemporary()).toEqual([]);
  });
});
