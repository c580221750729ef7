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
  const { offsets, accounts, familyOffsets } = carriage;
  const campaignOf = new Map(campaigns.flatMap(({ group }, position) => Array.from(group.members, (account) => [account, position])));
  const countCarried = (account: number): number => familyOffsets[account + 1] - familyOffsets[account];
  const carriedBy = campaigns.map(({ group }) => group.members.reduce((sum, account) => sum + countCarried(account), 0));
  const listHolders = (family: number): number[] =>
    [...accounts.subarray(offsets[family], offsets[family + 1])].filter((account) => campaignOf.has(account));
  const holdersOf = new Map<number, number[]>();
  const familiesOf = new Map<number, number[]>();
  const compared = [0, 0];
  for (let family = 0; family + 1 < offsets.length; family++) {
    const holders = own.has(family) ? [] : listHolders(family);
    if (holders.length < CARRIERS_MIN || holders.length > CARRIERS_MAX) continue;
    holdersOf.set(family, holders);
    compared[isSystem[family]] += 1;
    for (const account of holders) familiesOf.set(account, [...(familiesOf.get(account) ?? []), family]);
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
    const holders = listHolders(family);
    if (holders.length < CARRIERS_MIN || holders.length > CARRIERS_MAX) return false;
    const common = new Map<number, number>();
    for (const account of holders) for (const other of familiesOf.get(account) ?? []) common.set(other, (common.get(other) ?? 0) + 1);
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
