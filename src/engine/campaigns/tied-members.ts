/**
 * Accounts of a pool that the separation of its carriers cannot tell: they had no turn of its work yet, or one or two requests of it. They are told by two things that
 * tie them to it independently of each other: two that they share, as in a log without text, or a scaffold that the pool alone carries and one of these.
 */
import type { Population } from "../../vocabulary/fingerprint.js";
import type { Signal } from "../../vocabulary/signal.js";
import type { CandidateSource } from "./candidates.js";
import { addMembers, pickClaims, type Claim } from "./complete-members.js";
import { isGathering } from "./gathering.js";
import type { TrackedCampaign } from "./naming.js";
import { findOwnScaffolds, OWN_SCAFFOLD_NATS } from "./own-scaffolds.js";
import { STANDING_PROBABILITY, tellTie } from "./standby.js";
import { listStandingMembers } from "./standings.js";
import { isTie, judgeTies, type Tie } from "./tied-accounts.js";

/** Rounds of "who is tied to these", as in a log without text. */
const ROUNDS = 4;
/** Likelier of the pool than not, by all that it shares and by how many who share anything with a pool are strangers to it. */
const SHARED_PROBABILITY_MIN = 0.5;
/** Accounts of the pool on an address from which it is the pool's and no home through which some of them passed. */
const ADDRESS_HOLDERS_MIN = 3;

/** An account that a campaign's own accounts tie to it. */
interface TiedClaim extends Claim {
  signals: readonly Signal[];
}

/**
 * Campaigns with the accounts that are tied to those that stand in them. Not asked where an event brings people together, because everybody in a room shares
 * its addresses and its day, nor in a log without text, where members were told so before.
 */
export function addTiedMembers(campaigns: readonly TrackedCampaign[], source: CandidateSource): TrackedCampaign[] {
  let told = [...campaigns];
  for (let round = 0; round < ROUNDS; round++) {
    const claimed = pickClaims(listClaims(told, source));
    if (claimed.size === 0) break;
    told = told.map((campaign, position) => joinTied(campaign, { claims: claimed.get(position) ?? [], source }));
  }
  return told;
}

function listClaims(campaigns: readonly TrackedCampaign[], source: CandidateSource): TiedClaim[] {
  const { population } = source;
  const campaignOf = new Map(
    campaigns.flatMap(({ group }, position) => Array.from(group.members, (account) => [account, position] as const)),
  );
  const standingIn = campaigns.map((campaign) => listStandingMembers(campaign).map((member) => campaign.group.members[member]));
  const isStanding = new Set(standingIn.flat());
  const homeOf = findOwnScaffolds(campaigns, { ...source, standingIn });
  return campaigns.flatMap((campaign, position): TiedClaim[] => {
    const { group, origin } = campaign;
    const hasWorkLoad = group.families.length > 0 && origin !== "account" && origin !== "links_alone";
    if (!hasWorkLoad || isGathering(group, population)) return [];
    const isOpen = (account: number): boolean =>
      !isStanding.has(account) && population.isAllowlisted[account] === 0 && (campaignOf.get(account) ?? position) === position;
    const pool = new Map(standingIn[position].map((account) => [account, STANDING_PROBABILITY]));
    const holders = countHolders(population, pool.keys());
    const isAsked = (tie: Tie): boolean =>
      [tie.instruments, tie.addresses, tie.registration].some(isTie) && isOpen(tie.account) && !isHome(population, { tie, pool, holders });
    return judgeTies(population, { pool, chance: source.chance, isAsked }).flatMap(({ tie, probability }): TiedClaim[] => {
      const signals = tellTie(tie);
      const isTiedTwice = probability > 0 && tie.probability >= SHARED_PROBABILITY_MIN;
      const scaffold = homeOf.get(tie.account) === position ? OWN_SCAFFOLD_NATS : 0;
      const isTied = isTiedTwice || (scaffold > 0 && toLogOdds(tie.probability) + scaffold > 0);
      return isTied
        ? [{ account: tie.account, campaign: position, probability: Math.max(probability, STANDING_PROBABILITY), signals }]
        : [];
    });
  });
}

const toLogOdds = (probability: number): number => Math.log(probability / (1 - probability));

/**
 * Whether addresses that one or two of the pool's accounts use, too, are all that ties an account to it: so it is for the people in whose home a residential proxy
 * comes out, who have an address of each kind and a new one every week. In twelve tuning worlds one of the crowd was tied so and nobody else.
 */
function isHome(
  { addressesOf: { offsets, items } }: Population,
  { tie, pool, holders }: { tie: Tie; pool: ReadonlyMap<number, number>; holders: Uint32Array },
): boolean {
  if (isTie(tie.instruments) || isTie(tie.registration)) return false;
  const itself = pool.has(tie.account) ? 1 : 0;
  const own = items.subarray(offsets[tie.account], offsets[tie.account + 1]);
  return own.every((item) => holders[item] - itself < ADDRESS_HOLDERS_MIN);
}

/** Accounts of a pool on each address. */
function countHolders({ addresses, addressesOf: { offsets, items } }: Population, pool: Iterable<number>): Uint32Array {
  const holders = new Uint32Array(addresses.accounts.length);
  for (const account of pool) for (let entry = offsets[account]; entry < offsets[account + 1]; entry++) holders[items[entry]] += 1;
  return holders;
}

/** Who was watched stands in it now; who was not in it comes in with whatever it sent of the work load, and what it shares as its own evidence. */
function joinTied(
  campaign: TrackedCampaign,
  { claims, source }: { claims: readonly TiedClaim[]; source: CandidateSource },
): TrackedCampaign {
  if (claims.length === 0) return campaign;
  const isOwn = new Set(campaign.group.members);
  const claimOf = new Map(claims.map((claim) => [claim.account, claim]));
  const memberProbabilities = campaign.memberProbabilities.map((probability, member) =>
    Math.max(probability, claimOf.get(campaign.group.members[member])?.probability ?? 0),
  );
  const whole = addMembers({ ...campaign, memberProbabilities }, { claims: claims.filter(({ account }) => !isOwn.has(account)), source });
  return { ...whole, tied: new Map([...(campaign.tied ?? []), ...claims.map(({ account, signals }) => [account, signals] as const)]) };
}
