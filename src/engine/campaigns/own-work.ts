/**
 * Accounts that work regularly in scaffolds which next to nobody but the pools' own accounts carries. Whoever copies what is published has company: of a published
 * scaffold other people are carriers, too. Where there are none, what an account does with it is the pool's work, though it pays for itself and comes from
 * addresses of its own, as a bought account does.
 */
import type { CandidateGroup } from "../../vocabulary/fingerprint.js";
import type { CandidateSource } from "./candidates.js";
import { addMembers, pickClaims, type Claim } from "./complete-members.js";
import { isGathering } from "./gathering.js";
import { buildCarriers } from "./group.js";
import { weighMembers } from "./membership.js";
import type { TrackedCampaign } from "./naming.js";
import { listStandingMembers } from "./standings.js";
import { countTasks } from "./tasks.js";

/** Tasks from which work is regular: one is somebody's trial and a second one its repetition. */
const TASKS_MIN = 3;
/**
 * Of the other carriers of what it sends, weighed by how much of each, half stand in campaigns, one each way assumed (Laplace): they must not speak against it. How much they
 * speak for it is in the odds. Where each account has one scaffold, those who are missed together are each other's company, and none came in by three quarters.
 */
const OWN_SHARE_MIN = 0.5;
/** As of all who come in late: one in ten wrong at most, by what tells members apart and by who else carries the scaffolds together. */
const PROBABILITY_MIN = 0.9;
/** And as of all of them a good part of what it sends … */
const WORK_SHARE_MIN = 0.3;
/** … or something shared, from odds of e to 1. */
const SHARED_NATS_MIN = 1;

/** Campaigns with the accounts that work in their own scaffolds, and with those that were watched. Not asked around a gathering, whose scaffold is the event's. */
export function addOwnWork(campaigns: readonly TrackedCampaign[], source: CandidateSource): TrackedCampaign[] {
  const standing = new Set(campaigns.flatMap((campaign) => listStandingMembers(campaign).map((member) => campaign.group.members[member])));
  const homeOf = new Map(campaigns.flatMap(({ group }, position) => Array.from(group.members, (account) => [account, position] as const)));
  const claims = campaigns.flatMap((campaign, position) => {
    const { group, origin } = campaign;
    if (group.families.length === 0 || origin === "account" || origin === "links_alone" || isGathering(group, source.population)) return [];
    const isOpen = (account: number): boolean =>
      !standing.has(account) && source.population.isAllowlisted[account] === 0 && (homeOf.get(account) ?? position) === position;
    return listClaims(buildCarriers(source.population, source.carriage, group.families), { position, isOpen, standing, source });
  });
  const claimed = pickClaims(claims);
  return campaigns.map((campaign, position) => joinClaims(campaign, { claims: claimed.get(position) ?? [], source }));
}

interface Asked {
  position: number;
  isOpen: (account: number) => boolean;
  /** Accounts that stand in a campaign. */
  standing: ReadonlySet<number>;
  source: CandidateSource;
}

function listClaims(carriers: CandidateGroup, { position, isOpen, standing, source }: Asked): Claim[] {
  const { population, chance } = source;
  const measureShare = prepareShares(carriers.families, { standing, source });
  const asked = Array.from(carriers.members).flatMap((account, member) => {
    const work = carriers.slice.subarray(carriers.sliceOffsets[member], carriers.sliceOffsets[member + 1]);
    if (!isOpen(account) || countTasks(population, work) < TASKS_MIN) return [];
    const own = measureShare(account, work);
    return own >= OWN_SHARE_MIN ? [{ account, member, own, work }] : [];
  });
  // Told apart last, because that takes longest and mostly there is nobody to be told.
  if (asked.length === 0) return [];
  const { probabilities, shared } = weighMembers(population, { carriers, chance });
  return asked.flatMap(({ account, member, own, work }): Claim[] => {
    const sent = population.requestOffsets[account + 1] - population.requestOffsets[account];
    const isGiven = work.length >= WORK_SHARE_MIN * sent || shared[member] >= SHARED_NATS_MIN;
    const odds = (probabilities[member] / (1 - probabilities[member])) * (own / (1 - own));
    const probability = odds / (1 + odds);
    return isGiven && probability >= PROBABILITY_MIN ? [{ account, campaign: position, probability }] : [];
  });
}

/** Who carries a scaffold: the parties that stand in campaigns, and the accounts that do not. */
interface Carriers {
  held: Set<number>;
  open: Set<number>;
}

/**
 * What part of the other carriers of what an account sends stands in campaigns, weighed by how often it sends it. Carriers are parties, wordings of one scaffold are one,
 * and nobody's own party vouches for him.
 */
export function prepareShares(
  families: Uint32Array,
  { standing, source: { population, carriage } }: Pick<Asked, "standing" | "source">,
): (account: number, work: Uint32Array) => number {
  const { kin } = population.families;
  const { parties, requests } = population;
  const own = new Set(families);
  const familiesOf = new Map<number, number[]>(Array.from(families, (family) => [kin[family], []]));
  kin.forEach((scaffold, family) => familiesOf.get(scaffold)?.push(family));
  const carriersOf = new Map<number, Carriers>();
  // Asked of few of the scaffolds: most of those who carry them stand in a campaign.
  const listCarriersOf = (scaffold: number): Carriers => {
    const known = carriersOf.get(scaffold);
    if (known) return known;
    const carriers: Carriers = { held: new Set(), open: new Set() };
    for (const family of familiesOf.get(scaffold) ?? [])
      for (const account of carriage.accounts.subarray(carriage.offsets[family], carriage.offsets[family + 1]))
        if (standing.has(account)) carriers.held.add(parties[account]);
        else carriers.open.add(account);
    carriersOf.set(scaffold, carriers);
    return carriers;
  };
  const shareOf = (scaffold: number, account: number): number => {
    const { held, open } = listCarriersOf(scaffold);
    const others = held.size - (held.has(parties[account]) ? 1 : 0);
    return (others + 1) / (others + open.size - 1 + 2);
  };
  return (account, work) => {
    const shares = Array.from(work, (row) => {
      const scaffolds = [requests.promptFamily[row], requests.systemFamily[row]].filter((family) => own.has(family));
      return Math.max(0, ...scaffolds.map((family) => shareOf(kin[family], account)));
    });
    return shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length);
  };
}

function joinClaims(campaign: TrackedCampaign, { claims, source }: { claims: readonly Claim[]; source: CandidateSource }): TrackedCampaign {
  if (claims.length === 0) return campaign;
  const isOwn = new Set(campaign.group.members);
  const probabilityOf = new Map(claims.map(({ account, probability }) => [account, probability]));
  const memberProbabilities = campaign.memberProbabilities.map((probability, member) =>
    Math.max(probability, probabilityOf.get(campaign.group.members[member]) ?? 0),
  );
  return addMembers({ ...campaign, memberProbabilities }, { claims: claims.filter(({ account }) => !isOwn.has(account)), source });
}
