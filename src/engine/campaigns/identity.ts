/**
 * Identity: a campaign keeps its id while its log grows, its accounts are banned and replaced, and others merge with it or split off.
 *
 * Two things give an id. What an earlier analysis of the same store called a campaign is recognised by the accounts in it. What nobody has seen
 * before is named after its founding family, the one of its work load that was harvested first: a longer log adds requests after that, and
 * the largest family may become another one.
 */
import { createHash } from "node:crypto";
import type { CandidateGroup, Population } from "../../vocabulary/fingerprint.js";

/** A campaign as an earlier analysis knew it. */
export interface KnownCampaign {
  id: string;
  accounts: readonly string[];
  families: readonly string[];
  mergedFrom: readonly string[];
  splitFrom: string | null;
  successorOf: string | null;
}

/** A campaign of this analysis that has no id yet. */
export interface NamelessCampaign {
  /** Ascending; no two campaigns share one. */
  accounts: readonly string[];
  families: readonly string[];
  /** What it may be named after, best first; the last must be its own alone. */
  seeds: readonly string[];
}

/** Who a campaign is and what it came from. */
export interface Identity {
  id: string;
  /** Ids of earlier campaigns whose accounts it holds now, ascending. */
  mergedFrom: string[];
  /** Id of the earlier campaign that held its accounts and goes on without them. */
  splitFrom: string | null;
  /** Id of the earlier campaign whose work load other accounts, none of them known, carry on. */
  carriesOn: string | null;
}

/** Campaigns are kin when this share of the smaller one's accounts is in both: with less, more speaks for two campaigns than for one. */
const KIN_SHARE_MIN = 0.5;
/** Families of two campaigns without a common account that make them one work load: half of all that either carries. */
const SAME_WORK_LOAD_MIN = 0.5;
/**
 * Request by which a family is founded. Members at the border come and go as the log grows, and with them the first few requests of a family:
 * over nine tuning campaigns seen at seven times each, ids changed 13 times by the third request, 6 by the twentieth, 11 by the largest family.
 */
const FOUNDING_REQUEST = 20;

/** Names every campaign; the answer stands in the order given and depends on nothing else than the sets. */
export function identifyCampaigns(campaigns: readonly NamelessCampaign[], known: readonly KnownCampaign[]): Identity[] {
  const kinships = listKinships(campaigns, known);
  const knownOf = new Map<number, KnownCampaign>();
  const recognised = new Set<KnownCampaign>();
  for (const { campaign, earlier } of kinships) {
    if (knownOf.has(campaign) || recognised.has(earlier)) continue;
    knownOf.set(campaign, earlier);
    recognised.add(earlier);
  }
  const used = new Set(known.map(({ id }) => id));
  return campaigns.map((campaign, position) => {
    const self = knownOf.get(position);
    const kin = kinships.filter((kinship) => kinship.campaign === position && kinship.earlier !== self).map(({ earlier }) => earlier);
    // An earlier campaign that goes on elsewhere was not merged, whatever of it is here.
    const merged = kin.filter((earlier) => !recognised.has(earlier) && share(earlier.accounts, campaign.accounts) >= KIN_SHARE_MIN);
    const parent = kin.find((earlier) => recognised.has(earlier) && share(campaign.accounts, earlier.accounts) >= KIN_SHARE_MIN);
    const id = self?.id ?? pickFreshId(campaign.seeds, used);
    used.add(id);
    const mergedFrom = new Set([...(self?.mergedFrom ?? []), ...merged.map((earlier) => earlier.id)]);
    mergedFrom.delete(id);
    return {
      id,
      mergedFrom: [...mergedFrom].sort(),
      splitFrom: self ? self.splitFrom : (parent?.id ?? null),
      carriesOn: self ? self.successorOf : kin.length > 0 ? null : findSameWork(campaign, known),
    };
  });
}

interface Kinship {
  campaign: number;
  earlier: KnownCampaign;
  overlap: number;
  sameWork: number;
}

/** Every pair that shares enough accounts, the most alike first. */
function listKinships(campaigns: readonly NamelessCampaign[], known: readonly KnownCampaign[]): Kinship[] {
  const kinships: Kinship[] = [];
  campaigns.forEach((campaign, position) => {
    for (const earlier of known) {
      const shared = share(campaign.accounts, earlier.accounts) * campaign.accounts.length;
      const smaller = Math.min(campaign.accounts.length, earlier.accounts.length);
      if (shared === 0 || shared < KIN_SHARE_MIN * smaller) continue;
      const overlap = shared / (campaign.accounts.length + earlier.accounts.length - shared);
      kinships.push({ campaign: position, earlier, overlap, sameWork: jaccard(campaign.families, earlier.families) });
    }
  });
  const idOf = ({ earlier }: Kinship): string => earlier.id;
  const smallest = ({ campaign }: Kinship): string => campaigns[campaign].accounts[0];
  return kinships.sort(
    (a, b) => b.overlap - a.overlap || b.sameWork - a.sameWork || compareText(idOf(a), idOf(b)) || compareText(smallest(a), smallest(b)),
  );
}

function findSameWork(campaign: NamelessCampaign, known: readonly KnownCampaign[]): string | null {
  const same = known
    .map((earlier) => ({ id: earlier.id, likeness: jaccard(campaign.families, earlier.families) }))
    .filter(({ likeness }) => likeness >= SAME_WORK_LOAD_MIN)
    .sort((a, b) => b.likeness - a.likeness || compareText(a.id, b.id));
  return same[0]?.id ?? null;
}

/** Share of the first that the second holds too. */
function share(part: readonly string[], whole: readonly string[]): number {
  const held = new Set(whole);
  return part.length === 0 ? 0 : part.filter((name) => held.has(name)).length / part.length;
}

function jaccard(a: readonly string[], b: readonly string[]): number {
  const shared = share(a, b) * a.length;
  return shared === 0 ? 0 : shared / (a.length + b.length - shared);
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function pickFreshId(seeds: readonly string[], used: ReadonlySet<string>): string {
  const ids = seeds.map((seed) => `campaign--${createHash("sha256").update(seed).digest("hex").slice(0, 16)}`);
  return ids.find((id) => !used.has(id)) ?? `campaign--${createHash("sha256").update(seeds.join("\n")).digest("hex").slice(0, 16)}`;
}

/** Families of the group in the order in which they were founded: when members had sent so many requests in them. */
export function listFoundingFamilies(group: CandidateGroup, { requests }: Population): number[] {
  const times = new Map<number, number[]>([...group.families].map((family) => [family, []]));
  for (const row of group.slice) {
    for (const family of [requests.systemFamily[row], requests.promptFamily[row]]) times.get(family)?.push(requests.atMs[row]);
  }
  return [...times]
    .map(([family, atMs]) => ({
      family,
      foundedMs: Float64Array.from(atMs).sort()[FOUNDING_REQUEST - 1] ?? Number.POSITIVE_INFINITY,
      events: atMs.length,
    }))
    .sort((a, b) => (a.foundedMs === b.foundedMs ? b.events - a.events || a.family - b.family : a.foundedMs - b.foundedMs))
    .map(({ family }) => family);
}
