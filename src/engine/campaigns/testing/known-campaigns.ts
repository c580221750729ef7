/** What a store would remember of an analysis. */
import type { Population } from "../../../vocabulary/fingerprint.js";
import type { KnownCampaign } from "../identity.js";
import type { Tracking } from "../track.js";

/** The campaigns as the next analysis knows them. */
export function listKnownCampaigns(population: Population, { campaigns }: Tracking): KnownCampaign[] {
  return campaigns.map(({ id, group, mergedFrom, splitFrom, successorOf }) => ({
    id,
    accounts: Array.from(group.members, (account) => population.accountIds[account]),
    families: Array.from(group.families, (family) => population.families.ids[family]),
    mergedFrom,
    splitFrom,
    successorOf,
  }));
}
