/**
 * The roster: what campaigns were called, kept in the store beside the events. It holds names and nothing that a finding rests on: without it
 * the same campaigns are found, and one whose founding family changed has another id. What was not found for two years of the events' own time is
 * forgotten.
 */
import { createHash } from "node:crypto";
import { readEventsSeen } from "../../store/events/prune-store.js";
import type { EventStore } from "../../store/events/store.js";
import type { Population } from "../../vocabulary/fingerprint.js";
import type { KnownCampaign } from "./identity.js";
import type { TrackedCampaign } from "./track.js";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/**
 * Days without being found after which a campaign leaves the roster. It names accounts, so it is kept no longer than what it points to: providers keep
 * conversations that break their policy for two years at most.
 *
 * Source: Anthropic, "How long do you store my organization's data?", privacy.anthropic.com, 2025.
 */
const KEPT_DAYS = 730;
/** Requests that may lie after the end of the log, one at least: a clock that is years ahead must not make a store forget. More than one in a thousand is no broken client. */
const STRAY_SHARE = 0.001;

interface RosterRow {
  campaign_id: string;
  accounts: string[];
  families: string[];
  merged_from: string[];
  split_from: string;
  successor_of: string;
}

/** The end of the log in the events' own time, to the hour, whatever a few strays say; null for an empty one. */
export function findEnd({ hours, fromMs, requests }: Pick<Population, "hours" | "fromMs" | "requests">): number | null {
  let strays = Math.max(1, STRAY_SHARE * requests.count);
  for (let hour = hours.length - 1; hour >= 0; hour--) {
    strays -= hours[hour];
    if (strays < 0) return fromMs + (hour + 1) * HOUR_MS;
  }
  return null;
}

/** Reads the campaigns that analyses of this store have named so far, ascending by id, and forgets those that none found for long. */
export async function recallCampaigns(
  store: EventStore,
  population: Pick<Population, "hours" | "fromMs" | "requests">,
): Promise<KnownCampaign[]> {
  const endMs = findEnd(population);
  if (endMs !== null) await forgetCampaigns(store, endMs - KEPT_DAYS * DAY_MS);
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

/** A deletion rewrites parts of the table, so it is asked for only where there is something to forget. */
async function forgetCampaigns(store: EventStore, beforeMs: number): Promise<void> {
  const isOld = "found_until_ms > 0 AND found_until_ms < {beforeMs:Int64}";
  const [row] = await store.rows<{ old: string }>(`SELECT count() AS old FROM known_campaigns FINAL WHERE ${isOld}`, { beforeMs });
  if (Number(row?.old ?? 0) > 0) await store.command(`DELETE FROM known_campaigns WHERE ${isOld}`, { beforeMs });
}

/** One campaign as the store remembers it. */
export interface RosterEntry {
  campaign_id: string;
  accounts: string[];
  families: string[];
  merged_from: string[];
  split_from: string;
  successor_of: string;
  found_until_ms: number;
}

/** What is to be remembered of campaigns: plain data, so that it may cross a thread border. */
export function listRosterEntries(campaigns: readonly TrackedCampaign[], population: Population): RosterEntry[] {
  return campaigns.map((campaign) => ({
    campaign_id: campaign.id,
    accounts: Array.from(campaign.group.members, (account) => population.accountIds[account]),
    families: Array.from(campaign.group.families, (family) => population.families.ids[family]),
    merged_from: campaign.mergedFrom,
    split_from: campaign.splitFrom ?? "",
    successor_of: campaign.successorOf ?? "",
    found_until_ms: findEnd(population) ?? 0,
  }));
}

/**
 * A campaign that a shorter window sees a part of is remembered with all that is known of it: remembered by the part, the next longer window would not
 * recognise it, and ids would change hands from turn to turn.
 */
export function completeEntries(entries: readonly RosterEntry[], known: readonly KnownCampaign[]): RosterEntry[] {
  const earlierOf = new Map(known.map((earlier) => [earlier.id, earlier]));
  return entries.map((entry) => {
    const earlier = earlierOf.get(entry.campaign_id);
    if (earlier === undefined) return entry;
    const join = (a: readonly string[], b: readonly string[]): string[] => [...new Set([...a, ...b])].sort();
    return { ...entry, accounts: join(entry.accounts, earlier.accounts), families: join(entry.families, earlier.families) };
  });
}

/**
 * Writes what the campaigns are called now. Those that were not found again keep the row they had, and with it when they were found last.
 *
 * @param options.eventsSeen requests in the store. The row of more takes the place of the one of fewer, and what is written later has the more, whatever the clock says: where requests were taken out since, it counts on with
 *   what was counted before.
 */
export async function writeRoster(
  store: EventStore,
  { entries, eventsSeen }: { entries: readonly RosterEntry[]; eventsSeen: number },
): Promise<void> {
  const seen = Math.max(eventsSeen, await readEventsSeen(store));
  const rows = entries.map(({ campaign_id, ...entry }) => ({ campaign_id, events_seen: seen, ...entry }));
  const token = createHash("sha256").update(JSON.stringify(rows)).digest("hex");
  await store.insertRows({ table: "known_campaigns", token, rows });
}

/** Remembers the campaigns of an analysis of everything that is stored. */
export async function rememberCampaigns(
  store: EventStore,
  { campaigns, population }: { campaigns: readonly TrackedCampaign[]; population: Population },
): Promise<void> {
  await writeRoster(store, { entries: listRosterEntries(campaigns, population), eventsSeen: population.requests.count });
}
