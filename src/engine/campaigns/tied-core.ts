/**
 * The tied core of a campaign: who shares addresses, cards or days of registration with others of it. Evidence of links is of the core, and whoever else carries a
 * scaffold profits from it: copycats of a published one, or strangers whose own phrases were thrown in with the work load. So the members are told
 * once more, from the core outwards: what is the pool's is learnt from the core, and who is not like it goes.
 */
import type { CandidateGroup } from "../../vocabulary/fingerprint.js";
import { OWN_FAMILY_MEMBERS_MIN } from "./candidates.js";
import { buildCarriers, buildGroup, countParties } from "./group.js";
import { weighMembers } from "./membership.js";
import { NICHE_PARTIES_MIN } from "./niches.js";
import { testCandidate, type TestContext, type TestedCandidate } from "./test-candidate.js";

/** Odds of e to 1, as of a tie. */
const SHARED_NATS_MIN = 1;
/** A core that is less of the members is no pool with company but a pool whose accounts share little: there the work load tells. */
const CORE_SHARE_MIN = 0.25;
/** Where the separation starts for the core and for the others. */
const CORE_PROBABILITY = 0.95;
const OTHERS_PROBABILITY = 0.05;
/** Carriers of a family that is a work load's. */
const FAMILY_CARRIERS_MIN = 2;
/** A carrier belongs to the pool when that is likelier than not. */
const MEMBER_PROBABILITY_MIN = 0.5;
/** Rounds of "who is unlike the core": in six tuning worlds nobody went after the second. */
const ROUNDS = 3;

/**
 * A campaign that was found by its work load, without members that are unlike its tied core; itself where there is no such core or nobody goes. What remains may be no campaign: then
 * it was one by its company, whose requests made a few look like many. Of links all members are the core, and a fleet is held together by its pace.
 */
export function keepTiedCore(campaign: TestedCandidate, context: TestContext): TestedCandidate {
  let kept = campaign;
  for (let round = 0; round < ROUNDS; round++) {
    const next = leaveUnlike(kept, context);
    if (next === kept) break;
    kept = next;
  }
  return kept;
}

function leaveUnlike(campaign: TestedCandidate, context: TestContext): TestedCandidate {
  const { group, origin, memberProbabilities } = campaign;
  if (origin !== "niche") return campaign;
  const { population } = context.source;
  const unlike = findUnlike(campaign, context);
  const kept = group.members.filter((account) => !unlike.has(account));
  if (kept.length === group.members.length) return campaign;
  const rest = buildGroup(population, { accounts: kept, families: keepCarried(kept, { families: group.families, context }) });
  if (countParties(population, rest.members) < NICHE_PARTIES_MIN) return campaign;
  const probabilityOf = new Map(Array.from(group.members, (account, member) => [account, memberProbabilities[member]]));
  return testCandidate(
    { ...campaign, group: rest, memberProbabilities: Float64Array.from(rest.members, (account) => probabilityOf.get(account) ?? 0) },
    context,
  );
}

/** The carriers that a separation which starts from the tied core takes for chance; none where the core is too small. */
function findUnlike(campaign: TestedCandidate, { source: { population, carriage, chance } }: TestContext): Set<number> {
  const { group } = campaign;
  const isSeparated = campaign.carriersShared !== undefined && hasFamilies(campaign.carriers, group.families);
  const carriers = isSeparated ? campaign.carriers : buildCarriers(population, carriage, group.families);
  const shared = (isSeparated && campaign.carriersShared) || weighMembers(population, { carriers, chance }).shared;
  const isMember = new Set(group.members);
  const isCore = Array.from(carriers.members, (account, place) => isMember.has(account) && shared[place] >= SHARED_NATS_MIN);
  const core = carriers.members.filter((_, place) => isCore[place]);
  if (core.length < CORE_SHARE_MIN * group.members.length || countParties(population, core) < NICHE_PARTIES_MIN) return new Set();
  const { probabilities } = weighMembers(population, {
    carriers,
    chance,
    core: Float64Array.from(isCore, (isTied) => (isTied ? CORE_PROBABILITY : OTHERS_PROBABILITY)),
  });
  return new Set(carriers.members.filter((_, place) => probabilities[place] < MEMBER_PROBABILITY_MIN));
}

const hasFamilies = (carriers: CandidateGroup, families: Uint32Array): boolean =>
  carriers.families.length === families.length && carriers.families.every((family, position) => family === families[position]);

/** The families that a good part of the accounts carry. */
function keepCarried(accounts: Int32Array, { families, context }: { families: Uint32Array; context: TestContext }): Uint32Array {
  const { familyOffsets, families: carried } = context.source.carriage;
  const counts = new Map<number, number>();
  for (const account of accounts)
    for (let entry = familyOffsets[account]; entry < familyOffsets[account + 1]; entry++)
      counts.set(carried[entry], (counts.get(carried[entry]) ?? 0) + 1);
  const least = Math.max(FAMILY_CARRIERS_MIN, OWN_FAMILY_MEMBERS_MIN * accounts.length);
  const kept = families.filter((family) => (counts.get(family) ?? 0) >= least);
  return kept.length > 0 ? kept : families;
}
