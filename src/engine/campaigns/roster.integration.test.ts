import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildPopulation } from "../../sdk/testing/population.js";
import { openEventStore, type EventStore } from "../../store/events/store.js";
import { recallCampaigns, rememberCampaigns } from "./roster.js";
import { makeTrackedCampaign } from "./testing/tracked-campaign.js";
import type { TrackedCampaign } from "./track.js";

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

  const remember = async (members: number[], more: Partial<TrackedCampaign> = {}): Promise<void> => {
    const count = Math.max(...members) + 1;
    const accounts = Array.from({ length: count }, (_, index) => ({ requests: [{ atHours: index, family: "work" }] }));
    const population = buildPopulation({ accounts });
    const campaign = { ...makeTrackedCampaign(population, { accounts: members, families: ["work"] }), ...more };
    await rememberCampaigns(store, { campaigns: [campaign], population });
  };

  it("knows nobody in a new store", async () => {
    expect(await recallCampaigns(store)).toEqual([]);
  });

  it("gives back what the analysis of most requests said, however often it is told", async () => {
    await remember([0, 1]);
    await remember([0, 1, 2], { mergedFrom: ["campaign--b"], successorOf: "campaign--c" });
    await remember([0, 1, 2], { mergedFrom: ["campaign--b"], successorOf: "campaign--c" });
    const known = await recallCampaigns(store);
    expect(known).toMatchObject([
      {
        id: "campaign--00000000000000aa",
        accounts: ["acct-00001", "acct-00002", "acct-00003"],
        mergedFrom: ["campaign--b"],
        splitFrom: null,
        successorOf: "campaign--c",
      },
    ]);
    expect(known[0].families).toHaveLength(1);
  });

  it("keeps those that were not found again", async () => {
    await remember([0, 1, 2, 3], { id: "campaign--00000000000000bb", splitFrom: "campaign--00000000000000aa" });
    expect((await recallCampaigns(store)).map(({ id, splitFrom }) => [id, splitFrom])).toEqual([
      ["campaign--00000000000000aa", null],
      ["campaign--00000000000000bb", "campaign--00000000000000aa"],
    ]);
  });
});
