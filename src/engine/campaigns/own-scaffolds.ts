/** Scaffolds that campaigns alone carry, wordings of one as one: pools share queues, so they are looked for over all campaigns together. */
import type { CandidateSource } from "./candidates.js";
import type { TrackedCampaign } from "./naming.js";

/**
 * Share of a scaffold's other carriers that stand in campaigns from which it is theirs, one carrier each way assumed (Laplace): eighteen of eighteen, or thirty-eight of thirty-nine. In a log
 * of thousands of phrases three pool accounts of four carriers are chance.
 */
const OWN_SHARE_MIN = 0.95;

/** What such a scaffold says of who sent it, beside other things: as many to one as its carriers are. */
export const OWN_SCAFFOLD_NATS = Math.log(OWN_SHARE_MIN / (1 - OWN_SHARE_MIN));

/**
 * The accounts outside of campaigns that sent what next to nobody but these carries, with the position of the campaign most of whose accounts carry it. Carriers are parties, and
 * nobody's own party vouches for him: a firm's own prompt is no pool's.
 *
 * @param options.standingIn the accounts of each campaign.
 */
export function findOwnScaffolds(
  campaigns: readonly Pick<TrackedCampaign, "group">[],
  { standingIn, population, carriage }: Pick<CandidateSource, "population" | "carriage"> & { standingIn: readonly (readonly number[])[] },
): Map<number, number> {
  const campaignOf = new Map(standingIn.flatMap((accounts, position) => accounts.map((account) => [account, position] as const)));
  const carriersOf = new Map<number, Set<number>>();
  for (const { group } of campaigns) for (const family of group.families) carriersOf.set(population.families.kin[family], new Set());
  for (const [family, kin] of population.families.kin.entries()) {
    const carriers = carriersOf.get(kin);
    if (carriers === undefined) continue;
    for (let entry = carriage.offsets[family]; entry < carriage.offsets[family + 1]; entry++) carriers.add(carriage.accounts[entry]);
  }
  const owned = new Map<number, Set<number>>();
  for (const [kin, carriers] of carriersOf) {
    const parties = new Set(Array.from(carriers, (account) => population.parties[account]));
    const held = new Set([...carriers].flatMap((account) => (campaignOf.has(account) ? [population.parties[account]] : [])));
    // Nobody has more others than all of them.
    if ((held.size + 1) / (parties.size - 1 + 2) < OWN_SHARE_MIN) continue;
    for (const account of carriers) {
      if (campaignOf.has(account)) continue;
      const others = held.size - (held.has(population.parties[account]) ? 1 : 0);
      if ((others + 1) / (parties.size - 1 + 2) >= OWN_SHARE_MIN) owned.set(account, (owned.get(account) ?? new Set<number>()).add(kin));
    }
  }
  const findHome = (kins: ReadonlySet<number>): number => {
    const counts = new Uint32Array(campaigns.length + 1);
    for (const kin of kins) for (const account of carriersOf.get(kin) ?? []) counts[campaignOf.get(account) ?? campaigns.length] += 1;
    const ofCampaigns = counts.subarray(0, campaigns.length);
    return ofCampaigns.indexOf(Math.max(...ofCampaigns));
  };
  return new Map([...owned].map(([account, kins]) => [account, findHome(kins)]));
}
