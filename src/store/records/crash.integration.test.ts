/** What the records in the process guarantee when their process is killed: everything that was answered is there, and whole. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { openRecordDatabase } from "./database.js";

const folder = await mkdtemp(join(tmpdir(), "stillwatch-records-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

const KILLS = 8;
/** Decisions in one transaction, so that half a transaction would be seen. */
const DECISIONS_AT_ONCE = 20;

/** Writes batches for ever, each with its events in one transaction, and tells of each after it was answered. */
const CHILD = `
const [folder, attempt, size] = process.argv.slice(1);
const built = (path) => import(new URL(path, ${JSON.stringify(new URL("../../../dist/store/records/", import.meta.url).href)}));
const { openRecordDatabase } = await built("database.js");
const { insertDecisions } = await built("decisions.js");
const { addToOutbox } = await built("outbox.js");
const database = await openRecordDatabase({ folder });
for (let batch = 0; ; batch++) {
  const batchId = "bat_" + attempt + "_" + batch;
  const records = Array.from({ length: Number(size) }, (_, index) => ({
    id: batchId + "_" + index, batchId, measure: "block", parameters: {}, mode: "enforce", state: "proposed",
    scope: { kind: "account", id: "acct_" + index }, organizationId: null, campaignId: "campaign--1", rule: "r", reason: "r",
    because: ["because ".repeat(20)], evidence: "e", owner: "o", decidedMs: 1, expiresMs: 2, approvalsNeeded: 1, approvals: [],
    accounts: 1, heldUntilMs: null, countedWindow: null, requestsBefore: 0, requestsLatest: 0,
  }));
  await database.transaction().execute((transaction) => insertDecisions(transaction, { records, who: "policy" }));
  await addToOutbox(database, { key: batchId, payload: {}, atMs: 1 });
  process.stdout.write(batchId + "\\n");
}
`;

describe("records in the process", () => {
  it("keep everything that was answered when they are killed again and again, and no half of a transaction", async () => {
    const path = join(folder, "records");
    const told: string[] = [];
    const openedInMs: number[] = [];
    for (let attempt = 0; attempt < KILLS; attempt++) {
      const child = spawn(process.execPath, ["--input-type=module", "-e", CHILD, path, String(attempt), String(DECISIONS_AT_ONCE)]);
      let text = "";
      let errors = "";
      child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
      child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
      const ended = new Promise((resolve) => {
        child.once("exit", resolve);
      });
      while (!text.includes("\n") && child.exitCode === null) await sleep(5);
      // At another place of its work each time, a few hundred milliseconds apart.
      await sleep(40 + ((attempt * 97) % 400));
      child.kill("SIGKILL");
      await ended;
      expect(errors).toBe("");
      told.push(...text.slice(0, text.lastIndexOf("\n")).split("\n"));
      const begunMs = performance.now();
      const database = await openRecordDatabase({ folder: path });
      openedInMs.push(performance.now() - begunMs);
      const counts = await database
        .selectFrom("decisions")
        .select(["batch_id", (all) => all.fn.countAll<number>().as("decisions")])
        .groupBy("batch_id")
        .execute();
      const events = await database
        .selectFrom("decision_events")
        .select((all) => all.fn.countAll<number>().as("events"))
        .executeTakeFirst();
      const sent = await database.selectFrom("outbox").select("key").execute();
      await database.destroy();
      const stored = new Set(counts.map(({ batch_id: batch }) => batch));
      expect(told.filter((batch) => !stored.has(batch))).toEqual([]);
      expect(told.filter((batch) => !sent.some(({ key }) => key === batch))).toEqual([]);
      expect(counts.filter(({ decisions }) => decisions !== DECISIONS_AT_ONCE)).toEqual([]);
      expect(Number(events?.events)).toBe(counts.length * DECISIONS_AT_ONCE);
    }
    expect(told.length).toBeGreaterThanOrEqual(KILLS);
    console.log(`${told.length} batches in ${KILLS} lives; opened again in ${openedInMs.map((ms) => Math.round(ms)).join(", ")} ms`);
  });
});
