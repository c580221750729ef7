/**
 * Scaffolds of somebody whom a pool serves beside its harvest. A queue deals its tasks out one by one: which accounts carry one of them says nothing about which carry
 * another. A customer who is moved between three accounts takes everything along that he sends, and nobody else sends it, as if it were a rare task of the queue.
 */
import { logBinomialAtLeast } from "../../statistics/tails.js";
import type { CandidateSource } from "./candidates.js";
import type { TrackedCampaign } from "./naming.js";

/** What fewer accounts carry is in nobody's company. */
const CARRIERS_MIN = 2;
/** A customer is moved between a handful of accounts; what more carry is not his, and a large pool has too many to compare. */
const CARRIERS_MAX = 40;
/**
 * Other families that would be carried by the same accounts so often by chance, at most: one in four that go so may have been a task. In thirteen tuning worlds with nine parts of
 * unrelated traffic none of 300 scaffolds of pools went and 58 of 85 of others; at .05 none and 40, at .5 none and 59.
 */
const CHANCE_FAMILIES_MAX = 0.25;

type Source = Pick<CandidateSource, "population" | "carriage">;

/**
 * Tells whether other families, which are no campaign's work load, are carried by the same of the campaigns' accounts. What a work load loses so is none of it, and is company for the rest.
 */
export function tellCustomerFamilies(source: Source, campaigns: readonly TrackedCampaign[]): (family: number) => boolean {
  const own = new Set(campaigns.flatMap(({ group }) => [...group.families]));
  const isCustomers = tellCompany(source, { campaigns, own });
  return tellCompany(source, { campaigns, own: new Set([...own].filter((family) => !isCustomers(family))) });
}

function tellCompany(
  { population, carriage }: Source,
  { campaigns, own }: { campaigns: readonly TrackedCampaign[]; own: ReadonlySet<number> },
): (family: number) => boolean {
  const { kin, isSystem } = population.families;
  const { offsets, familyOffsets, families: carried } = carriage;
  const campaignOf = new Map(campaigns.flatMap(({ group }, position) => Array.from(group.members, (account) => [account, position])));
  const countCarried = (account: number): number => familyOffsets[account + 1] - familyOffsets[account];
  const carriedBy = campaigns.map(({ group }) => group.members.reduce((sum, account) => sum + countCarried(account), 0));
  const holdersOf = listHolders(carriage, campaignOf.keys());
  const isCompared = new Uint8Array(offsets.length - 1);
  const compared = [0, 0];
  for (const family of holdersOf.keys()) {
    if (own.has(family)) continue;
    isCompared[family] = 1;
    compared[isSystem[family]] += 1;
  }
  // Who carries much meets everything more often; each campaign's accounts among themselves, because what a pool serves is its own.
  const expectCommon = (holders: readonly number[], others: readonly number[]): number => {
    const ofCampaign = campaigns.map(() => 0);
    for (const account of others) ofCampaign[campaignOf.get(account) ?? 0] += 1;
    return holders.reduce((sum, account) => {
      const position = campaignOf.get(account) ?? 0;
      return sum + Math.min(1, (ofCampaign[position] * countCarried(account)) / carriedBy[position]);
    }, 0);
  };
  return (family) => {
    const holders = holdersOf.get(family);
    if (holders === undefined) return false;
    const common = new Map<number, number>();
    for (const account of holders)
      for (let entry = familyOffsets[account]; entry < familyOffsets[account + 1]; entry++)
        if (isCompared[carried[entry]] === 1) common.set(carried[entry], (common.get(carried[entry]) ?? 0) + 1);
    return [...common].some(([other, both]) => {
      // Wordings of one scaffold come together as well.
      if (both < CARRIERS_MIN || other === family || isSystem[other] !== isSystem[family] || kin[other] === kin[family]) return false;
      const probability = expectCommon(holders, holdersOf.get(other) ?? []) / holders.length;
      return (
        compared[isSystem[family]] * Math.exp(logBinomialAtLeast(both, { trials: holders.length, probability })) <= CHANCE_FAMILIES_MAX
      );
    });
  };
}

/** The accounts that carry each family which neither too few nor too many of them carry, ascending. */
function listHolders({ offsets, familyOffsets, families }: CandidateSource["carriage"], accounts: Iterable<number>): Map<number, number[]> {
  const ascending = [...accounts].sort((a, b) => a - b);
  const counts = new Uint32Array(offsets.length - 1);
  for (const account of ascending)
    for (let entry = familyOffsets[account]; entry < familyOffsets[account + 1]; entry++) counts[families[entry]] += 1;
  const holdersOf = new Map<number, number[]>();
  for (const account of ascending) {
    for (let entry = familyOffsets[account]; entry < familyOffsets[account + 1]; entry++) {
      const family = families[entry];
      if (counts[family] < CARRIERS_MIN || counts[family] > CARRIERS_MAX) continue;
      const holders = holdersOf.get(family);
      if (holders) holders.push(account);
      else holdersOf.set(family, [account]);
    }
  }
  return holdersOf;
}
