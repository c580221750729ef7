/** The slice of a campaign: which requests of its accounts belong to its work. */
import { buildGroup, type Carriage } from "./group.js";
import type { CandidateSource } from "./candidates.js";
import type { TrackedCampaign } from "./naming.js";

/** A scaffold that hardly anybody but the campaign's accounts carries is its own, however few of them do. */
const EXCLUSIVE_SHARE_MIN = 0.9;
/** Two accounts behind one reseller may serve the same customer; three of nobody else are the pool. */
const EXCLUSIVE_MEMBERS_MIN = 3;

/**
 * Adds the scaffolds that are the campaign's alone though few of its accounts carry each: a queue's rare tasks, and the turns of agents that differ
 * from session to session. They told nothing when the campaign was tested, and its slice lacks them otherwise. Single accounts and accounts that
 * only links brought together have no work load to complete.
 */
export function widenSlice(campaign: TrackedCampaign, { population, carriage }: CandidateSource): TrackedCampaign {
  if (campaign.group.families.length === 0) return campaign;
  const isMember = new Set(campaign.group.members);
  const families = new Set(campaign.group.families);
  for (const [family, members] of countCarriers(carriage, isMember)) {
    if (members >= EXCLUSIVE_MEMBERS_MIN && members >= EXCLUSIVE_SHARE_MIN * population.families.accounts[family]) families.add(family);
  }
  return { ...campaign, group: buildGroup(population, { accounts: isMember, families }) };
}

/** Members per family. */
function countCarriers({ offsets, accounts }: Carriage, isMember: ReadonlySet<number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (let family = 0; family + 1 < offsets.length; family++) {
    let members = 0;
    for (let entry = offsets[family]; entry < offsets[family + 1]; entry++) if (isMember.has(accounts[entry])) members += 1;
    if (members > 0) counts.set(family, members);
  }
  return counts;
}
