/**
 * The roster: what campaigns were called, kept in the store beside the events. It holds names and nothing that a finding rests on: without it
 * the same campaigns are found, and one whose founding family changed has another id.
 */
import { createHash } from "node:crypto";
import type { EventStore } from "../../store/events/store.js";
import type { Population } from "../../vocabulary/fingerprint.js";
import type { KnownCampaign } from "./identity.js";
import type { TrackedCampaign } from "./track.js";

interface RosterRow {
  campaign_id: string;
  accounts: string[];
  families: string[];
  merged_from: string[];
  split_from: string;
  successor_of: string;
}

/** Reads the campaigns that analyses of this store have named so far, ascending by id. */
export async function recallCampaigns(store: EventStore): Promise<KnownCampaign[]> {
  const rows = await store.rows<RosterRow>(
    "SELECT campaign_id, accounts, families, merged_from, split_from, successor_of FROM known_campaigns FINAL ORDER BY campaign_id",
  );
  return rows.map((row) => ({
    id: row.campaign_id,
    accounts: row.accounts,
    families: row.families,
    mergedFrom: row.merged_from,
    splitFrom: row.split_from || null,
    successorOf: row.successor_of || null,
  }));
}

/** Writes what the campaigns are called now. Those that were not found again keep the row they had. */
export async function rememberCampaigns(
  store: EventStore,
  { campaigns, population }: { campaigns: readonly TrackedCampaign[]; population: Population },
): Promise<void> {
  const rows = campaigns.map((campaign) => ({
    campaign_id: campaign.id,
    // A store only grows, so the analysis that saw more requests is the later one, whatever the clock says.
    events_seen: population.requests.count,
    accounts: Array.from(campaign.group.members, (account) => population.accountIds[account]),
    families: Array.from(campaign.group.families, (family) => population.families.ids[family]),
    merged_from: campaign.mergedFrom,
    split_from: campaign.splitFrom ?? "",
    successor_of: campaign.successorOf ?? "",
  }));
  const token = createHash("sha256").update(JSON.stringify(rows)).digest("hex");
  await store.insertRows({ table: "known_campaigns", token, rows });
}
