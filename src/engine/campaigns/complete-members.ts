/**
 * The members of a campaign, told once more when all of its scaffolds are known. A campaign is tested with the work load that most of its accounts
 * carry; the rare tasks of its queue are found afterwards, and with them accounts that sent little else. What only the campaign carries tells them.
 */
import type { CandidateGroup, Population } from "../../vocabulary/fingerprint.js";
import { buildCarriers } from "./group.js";
import type { CandidateSource } from "./candidates.js";
import { weighMembers } from "./membership.js";
import type { TrackedCampaign } from "./naming.js";
import { addSessions } from "./slice-sessions.js";
import { collectSlice } from "./slice.js";

/** A campaign is found without the accounts that come in here, so they must be surer than those that found it: one in ten wrong at most. */
const LATER_PROBABILITY_MIN = 0.9;
/** And tied by more than how much they send, from odds of e to 1: in a tuning world fourteen copycats were alike in volume and share alone. */
const LATER_TIES_NATS_MIN = 1;
/** And they give it a good part of what they send: a request or two among much else is how people meet a phrase. As of a work load that is not thin. */
const LATER_SHARE_MIN = 0.3;

/** Or they share a card, an address or the days of registration with it, from odds of e to 1: who sends nine parts of other traffic gives a tenth. */
const LATER_SHARED_NATS_MIN = 1;

/** From here an account is tied to a pool by something: odds of 1.6 to 1, as an account is to others of its organization's pool. */
const TIED_NATS_MIN = 0.5;
/** Where at least so many of a campaign's accounts are tied by something, one that is tied by nothing is none of it at the usual level of a test. */
const TIED_SHARE_MIN = 0.95;
/** As likely of the pool as not: watched, and no more. */
const UNTIED_PROBABILITY_MAX = 0.5;

/**
 * Share of a scaffold's carriers that are surely the campaign's from which the rest are looked at, too. In twenty-four tuning worlds 18 such accounts with
 * two requests and more were all of the pool; between .95 and this, where one scaffold of forty carriers has two of an agent kit, 3 of 8 were not.
 */
const OWN_CARRIERS_SHARE_MIN = 0.97;
/** As likely as not, whatever the worlds say: watched, and no more, because a prompt that leaks is pasted by customers of years' standing. */
const OWNED_PROBABILITY = 0.5;
/** Requests in such scaffolds: a single one is somebody's trial. */
const OWN_REQUESTS_MIN = 2;

/** An account with what speaks for its being a campaign's. */
export interface Claim {
  account: number;
  campaign: number;
  probability: number;
}

/**
 * Campaigns with the accounts that their whole work load tells, and without those among the standing that nothing but their volume speaks for. Fleets keep
 * theirs: what holds them together is no common scaffold. Signals are of the accounts that the campaign was tested with.
 */
export function completeMembers(campaigns: readonly TrackedCampaign[], source: CandidateSource): TrackedCampaign[] {
  const { population, carriage, chance } = source;
  const taken = new Set(campaigns.flatMap(({ group }) => [...group.members]));
  const claims: Claim[] = [];
  const told = campaigns.map((campaign, position) => {
    const { group, origin } = campaign;
    if (group.families.length === 0 || origin === "fleet" || origin === "account") return campaign;
    const carriers = buildCarriers(population, carriage, group.families);
    const { probabilities, ties, shared } = weighMembers(population, { carriers, chance });
    const placeOf = new Map(Array.from(carriers.members, (account, place) => [account, place]));
    const isSure = (place: number): boolean => probabilities[place] >= LATER_PROBABILITY_MIN && ties[place] >= LATER_TIES_NATS_MIN;
    const isGiven = (account: number, place: number): boolean =>
      carriers.sliceOffsets[place + 1] - carriers.sliceOffsets[place] >= LATER_SHARE_MIN * countRequests(population, account);
    carriers.members.forEach((account, place) => {
      if (!taken.has(account) && isSure(place) && (isGiven(account, place) || shared[place] >= LATER_SHARED_NATS_MIN))
        claims.push({ account, campaign: position, probability: probabilities[place] });
    });
    const isUntied = (account: number): boolean => (ties[placeOf.get(account) ?? -1] ?? Number.POSITIVE_INFINITY) < TIED_NATS_MIN;
    const untied = group.members.filter(isUntied).length;
    const isTightlyTied = untied <= (1 - TIED_SHARE_MIN) * group.members.length;
    const sure = group.members.filter(
      (account, member) => campaign.memberProbabilities[member] >= LATER_PROBABILITY_MIN && !(isTightlyTied && isUntied(account)),
    );
    const owned = listOwned(group.families, { sure: new Set(sure), source });
    for (const account of owned) if (!taken.has(account)) claims.push({ account, campaign: position, probability: OWNED_PROBABILITY });
    const memberProbabilities = campaign.memberProbabilities.map((probability, member) => {
      const account = group.members[member];
      if (isTightlyTied && isUntied(account)) return Math.min(probability, UNTIED_PROBABILITY_MAX);
      const place = placeOf.get(account) ?? -1;
      return place >= 0 && isSure(place) ? Math.max(probability, probabilities[place]) : probability;
    });
    return { ...campaign, memberProbabilities };
  });
  const claimed = pickClaims(claims);
  return told.map((campaign, position) => addMembers(campaign, { claims: claimed.get(position) ?? [], source }));
}

/** Accounts that send scaffolds which next to nobody carries but those that are surely of the campaign, whatever part of their traffic it is. */
function listOwned(families: Uint32Array, { sure, source }: { sure: ReadonlySet<number>; source: CandidateSource }): Set<number> {
  const { population, carriage } = source;
  const requestsOf = new Map<number, number>();
  for (const family of families) {
    const [from, to] = [carriage.offsets[family], carriage.offsets[family + 1]];
    const carriers = carriage.accounts.subarray(from, to);
    const surely = carriers.reduce((count, account) => count + (sure.has(account) ? 1 : 0), 0);
    if (surely < OWN_CARRIERS_SHARE_MIN * carriers.length) continue;
    carriers.forEach((account, place) => {
      if (sure.has(account) || population.isAllowlisted[account] === 1) return;
      requestsOf.set(account, (requestsOf.get(account) ?? 0) + carriage.requests[from + place]);
    });
  }
  return new Set([...requestsOf].flatMap(([account, requests]) => (requests >= OWN_REQUESTS_MIN ? [account] : [])));
}

const countRequests = ({ requestOffsets }: Population, account: number): number => requestOffsets[account + 1] - requestOffsets[account];

/** Each account goes where it is likeliest to belong; of equal claims to the first campaign. */
export function pickClaims<Kind extends Claim>(claims: readonly Kind[]): Map<number, Kind[]> {
  const best = new Map<number, Kind>();
  for (const claim of claims) if (claim.probability > (best.get(claim.account)?.probability ?? 0)) best.set(claim.account, claim);
  const claimed = new Map<number, Kind[]>();
  for (const claim of best.values()) {
    const known = claimed.get(claim.campaign);
    if (known) known.push(claim);
    else claimed.set(claim.campaign, [claim]);
  }
  return claimed;
}

/** The campaign with accounts that are not in it yet, each with what it sent of the work load, which may be nothing. */
export function addMembers(
  campaign: TrackedCampaign,
  { claims, source }: { claims: readonly Claim[]; source: CandidateSource },
): TrackedCampaign {
  if (claims.length === 0) return campaign;
  const { families } = campaign.group;
  const added = collectSlice(source.population, {
    members: Int32Array.from(claims, ({ account }) => account).sort(),
    families,
    own: new Set(campaign.carriers.families),
  });
  const probabilityOf = new Map(claims.map(({ account, probability }) => [account, probability]));
  campaign.group.members.forEach((account, member) => probabilityOf.set(account, campaign.memberProbabilities[member]));
  const group = joinMembers(campaign.group, addSessions(source, added));
  return { ...campaign, group, memberProbabilities: Float64Array.from(group.members, (account) => probabilityOf.get(account) ?? 0) };
}

/** Both groups' members, each with its own slice; they have none in common. */
function joinMembers(group: CandidateGroup, added: CandidateGroup): CandidateGroup {
  const slices = new Map<number, Uint32Array>();
  for (const { members, slice, sliceOffsets } of [group, added])
    members.forEach((account, member) => slices.set(account, slice.subarray(sliceOffsets[member], sliceOffsets[member + 1])));
  const members = Int32Array.from(slices.keys()).sort();
  const slice: number[] = [];
  const sliceOffsets = [0];
  for (const account of members) {
    for (const row of slices.get(account) ?? []) slice.push(row);
    sliceOffsets.push(slice.length);
  }
  return { members, families: group.families, sliceOffsets: Uint32Array.from(sliceOffsets), slice: Uint32Array.from(slice) };
}
