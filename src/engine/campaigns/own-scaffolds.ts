/** Scaffolds that campaigns alone carry, wordings of one as one: pools share queues, so they are looked for over all campaigns together. */
import type { Population } from "../../vocabulary/fingerprint.js";
import type { CandidateSource } from "./candidates.js";
import type { TrackedCampaign } from "./naming.js";

/**
 * Share of a scaffold's other carriers that stand in campaigns from which it is theirs, one carrier each way assumed (Laplace): eighteen of eighteen, or thirty-eight of thirty-nine. In a log
 * of thousands of phrases three pool accounts of four carriers are chance.
 */
const OWN_SHARE_MIN = 0.95;

/** What an account that stands in no campaign sent of them. */
export interface OwnScaffolds {
  /** Scaffolds that it sent apart from each other: a system prompt and the prompt below it are one. */
  count: number;
  /** Position of the campaign most of whose accounts carry them. */
  home: number;
}

/** The accounts outside of campaigns that sent what next to nobody but these carries; `standingIn` holds the accounts of each campaign. */
export function countOwnScaffolds(
  campaigns: readonly Pick<TrackedCampaign, "group">[],
  { standingIn, population, carriage }: Pick<CandidateSource, "population" | "carriage"> & { standingIn: readonly (readonly number[])[] },
): Map<number, OwnScaffolds> {
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
    const outside = [...carriers].filter((account) => !campaignOf.has(account));
    const held = carriers.size - outside.length;
    if (outside.length === 0 || (held + 1) / (carriers.size - 1 + 2) < OWN_SHARE_MIN) continue;
    for (const account of outside) owned.set(account, (owned.get(account) ?? new Set<number>()).add(kin));
  }
  const findHome = (kins: ReadonlySet<number>): number => {
    const counts = new Uint32Array(campaigns.length);
    for (const kin of kins) for (const account of carriersOf.get(kin) ?? []) counts[campaignOf.get(account) ?? campaigns.length] += 1;
    return counts.indexOf(Math.max(...counts));
  };
  return new Map(
    [...owned].map(([account, kins]) => [account, { count: countApart(account, { kins, population }), home: findHome(kins) }]),
  );
}

/** How many of the scaffolds an account sent in requests that have none of the others. */
function countApart(account: number, { kins, population }: { kins: ReadonlySet<number>; population: Population }): number {
  const { requests, requestOffsets, families } = population;
  const together: Set<number>[] = [];
  for (let row = requestOffsets[account]; row < requestOffsets[account + 1]; row++) {
    const sent = [requests.systemFamily[row], requests.promptFamily[row]].flatMap((family) =>
      family >= 0 && kins.has(families.kin[family]) ? [families.kin[family]] : [],
    );
    if (sent.length === 0) continue;
    const joined = together.filter((set) => sent.some((kin) => set.has(kin)));
    for (const set of joined) together.splice(together.indexOf(set), 1);
    together.push(new Set([...joined.flatMap((set) => [...set]), ...sent]));
  }
  return together.length;
}
