/** What is learnt of campaigns by a real store, from requests that are written down here. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type EventStore, openEventStore } from "../../store/events/store.js";
import { MARK_HASH_BITS, MARK_TAGS } from "../../vocabulary/known.js";
import { learnMarks } from "./matches.js";

const DAY_MS = 86_400_000;
const MEMBERS = ["m1", "m2", "m3"];

let folder: string;
let store: EventStore;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "stillwatch-marks-"));
  store = await openEventStore({ path: folder });
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A request of an account from an address, so many days after the first. */
const writeRow = (account: string, { day, ip, anchors }: { day: number; ip: string; anchors: string }): string =>
  `('${account}', ${day * DAY_MS}, '${ip}', '', '${account}', ${anchors})`;

async function listTags(rows: readonly string[]): Promise<string[]> {
  const eventsSql = `(SELECT account_id, at_ms, ip, user_agent, ja4, anchors AS system_anchors, CAST([], 'Array(UInt32)') AS head_anchors, CAST([], 'Array(UInt32)') AS tail_anchors
    FROM values('account_id String, at_ms Int64, ip String, user_agent String, ja4 String, anchors Array(UInt32)', ${rows.join(", ")}))`;
  const marks = await learnMarks(store, { eventsSql, membership: MEMBERS.map((accountId) => ({ accountId, campaignId: "campaign--a" })) });
  const names = new Map<bigint, string>(Object.entries(MARK_TAGS).map(([name, tag]) => [tag, name]));
  return marks.map(({ mark }) => names.get(mark >> MARK_HASH_BITS) ?? "anchor").sort();
}

it.each<[claim: string, days: number, tags: string[]]>([
  ["addresses and networks that members used lately are a campaign's own, and scaffolds are", 6, ["address", "anchor", "anchor", "prefix"]],
  ["those that no member used for more than a week are not, and scaffolds still are", 8, ["anchor", "anchor"]],
])("%s", async (_, days, tags) => {
  const rows = MEMBERS.map((id) => writeRow(id, { day: 0, ip: "192.0.2.7", anchors: "[7, 8]" }));
  const today = writeRow("somebody", { day: days, ip: "198.51.100.9", anchors: "[9]" });
  expect(await listTags([...rows, today])).toEqual(tags);
});

it("whoever is no member keeps no address of theirs in use", async () => {
  const rows = MEMBERS.map((id) => writeRow(id, { day: 0, ip: "192.0.2.7", anchors: "[7, 8]" }));
  const next = ["c1"].map((id) => writeRow(id, { day: 20, ip: "192.0.2.7", anchors: "[9]" }));
  expect(await listTags([...rows, ...next])).toEqual(["anchor", "anchor"]);
});
