import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildPopulation } from "../../sdk/testing/population.js";
import { openEventStore, type EventStore } from "../../store/events/store.js";
import type { Population } from "../../vocabulary/fingerprint.js";
import type { KnownCampaign } from "./identity.js";
import { recallCampaigns, rememberCampaigns } from "./roster.js";
import { makeTrackedCampaign } from "./testing/tracked-campaign.js";
import type { TrackedCampaign } from "./track.js";

const DAY_MS = 86_400_000;
const FIRST = "campaign--00000000000000aa";
const SECOND = "campaign--00000000000000bb";

describe("the roster", () => {
  const folder = mkdtempSync(join(tmpdir(), "stillwatch-roster-"));
  let store: EventStore;
  beforeAll(async () => {
    store = await openEventStore({ path: folder });
  });
  afterAll(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const build = (count: number, fromDays = 0): Population => {
    const accounts = Array.from({ length: count }, (_, index) => ({ requests: [{ atHours: index, family: "work" }] }));
    return { ...buildPopulation({ accounts }), fromMs: fromDays * DAY_MS };
  };
  const remember = async (
    members: number[],
    { fromDays = 0, ...more }: Partial<TrackedCampaign> & { fromDays?: number } = {},
  ): Promise<void> => {
    const population = build(Math.max(...members) + 1, fromDays);
    const campaign = { ...makeTrackedCampaign(population, { accounts: members, families: ["work"] }), ...more };
    await rememberCampaigns(store, { campaigns: [campaign], population });
  };
  const recall = (fromDays = 0): Promise<KnownCampaign[]> => recallCampaigns(store, build(5, fromDays));

  it("knows nobody in a new store", async () => {
    expect(await recall()).toEqual([]);
  });

  it("gives back what the analysis of most requests said, however often it is told", async () => {
    await remember([0, 1]);
    await remember([0, 1, 2], { mergedFrom: ["campaign--b"], successorOf: "campaign--c" });
    await remember([0, 1, 2], { mergedFrom: ["campaign--b"], successorOf: "campaign--c" });
    const known = await recall();
    expect(known).toMatchObject([
      {
        id: FIRST,
        accounts: ["acct-00001", "acct-00002", "acct-00003"],
        mergedFrom: ["campaign--b"],
        splitFrom: null,
        successorOf: "campaign--c",
      },
    ]);
    expect(known[0].families).toHaveLength(1);
  });

  it("keeps those that were not found again", async () => {
    await remember([0, 1, 2, 3], { id: SECOND, splitFrom: FIRST });
    expect((await recall()).map(({ id, splitFrom }) => [id, splitFrom])).toEqual([
      [FIRST, null],
      [SECOND, FIRST],
    ]);
  });

  it("takes what is said after a pruning, though fewer requests are stored", async () => {
    await remember([0, 1, 2, 3], { id: SECOND, splitFrom: FIRST, mergedFrom: ["campaign--d"] });
    await remember([1, 2], { id: SECOND, splitFrom: FIRST });
    expect((await recall()).find(({ id }) => id === SECOND)).toMatchObject({ accounts: ["acct-00002", "acct-00003"], mergedFrom: [] });
  });

  it("forgets what was not found for two years of the events' own time, and keeps what was", async () => {
    const listIds = async (fromDays: number): Promise<string[]> => (await recall(fromDays)).map(({ id }) => id);
    expect(await listIds(729)).toEqual([FIRST, SECOND]);
    await remember([0, 1, 2, 3, 4], { id: SECOND, fromDays: 700 });
    expect(await listIds(731)).toEqual([SECOND]);
    // What is forgotten does not come back with an older log, and an empty one makes nobody forget.
    expect(await listIds(0)).toEqual([SECOND]);
    expect(await recallCampaigns(store, build(0, 9000))).toHaveLength(1);
    expect(await listIds(700 + 732)).toEqual([]);
  });

  it("keeps what an earlier version of the schema wrote, which does not say when it was found", async () => {
    await store.insertRows({ table: "known_campaigns", token: "before", rows: [{ campaign_id: FIRST, events_seen: 1, accounts: ["a"] }] });
    expect(await recall(9000)).toMatchObject([{ id: FIRST }]);
  });
});
