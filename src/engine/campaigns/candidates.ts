/** Candidates: sets of accounts that may be a pool, from two sides: who carries a niche, and who is linked. */
import type { PairDetection } from "../../vocabulary/detection.js";
import type { CandidateGroup, Population } from "../../vocabulary/fingerprint.js";
import { buildGroup, countParties, listCarriers, type Carriage } from "./group.js";
import { clusterLinks } from "./links.js";
import { learnChanceProfile, type ChanceProfile } from "./member-attributes.js";
import { separateMembers } from "./membership.js";
import { findNiches, NICHE_PARTIES_MIN } from "./niches.js";

/** A family belongs to a pool's work load when this share of the pool carries it … */
const OWN_FAMILY_MEMBERS_MIN = 0.1;
/** … and the pool is this share of the parties that carry it, so that what half the world carries is left out. */
const OWN_FAMILY_DOMINANCE_MIN = 0.3;
/** A carrier belongs to the pool when that is likelier than not. */
const MEMBER_PROBABILITY_MIN = 0.5;

/** A candidate with the probability of each member. */
export interface Candidate {
  group: CandidateGroup;
  /** Per member of the group. */
  memberProbabilities: Float64Array;
  /** Where it came from. */
  origin: "niche" | "links" | "account";
}

/** What candidates are made from; made once per population. */
export interface CandidateSource {
  population: Population;
  carriage: Carriage;
  chance: ChanceProfile;
}

/** Proposes all candidates, deterministic in order. */
export function proposeCandidates(
  population: Population,
  pairDetections: readonly PairDetection[],
): { source: CandidateSource; candidates: Candidate[] } {
  const carriage = listCarriers(population);
  const source = { population, carriage, chance: learnChanceProfile(population, carriage) };
  const niches = findNiches(population, carriage);
  const { clusters } = clusterLinks(population, { detections: pairDetections, niches, carriage });
  const candidates: Candidate[] = [];
  for (const families of niches) {
    const candidate = formCandidate(source, { accounts: listFamilyCarriers(carriage, families), families, origin: "niche" });
    if (candidate) candidates.push(candidate);
  }
  for (const cluster of clusters) {
    const accounts = cluster.filter((account) => population.isAllowlisted[account] === 0);
    if (countParties(population, accounts) < NICHE_PARTIES_MIN) continue;
    const families = pickOwnFamilies(source, accounts);
    const group = buildGroup(population, { accounts, families });
    if (countParties(population, group.members) < NICHE_PARTIES_MIN) continue;
    candidates.push({ group, memberProbabilities: new Float64Array(group.members.length).fill(1), origin: "links" });
  }
  return { source, candidates };
}

/** Separates the pool among the accounts; null when fewer strangers remain than the smallest pool has. */
export function formCandidate(
  { population, chance }: CandidateSource,
  options: { accounts: Iterable<number>; families: Uint32Array; origin: Candidate["origin"] },
): Candidate | null {
  const accounts = Int32Array.from(options.accounts)
    .filter((account) => population.isAllowlisted[account] === 0)
    .sort();
  if (countParties(population, accounts) < NICHE_PARTIES_MIN) return null;
  const membership = separateMembers(population, { accounts, families: options.families, chance });
  const kept = [...membership.accounts.keys()].filter((position) => membership.probabilities[position] >= MEMBER_PROBABILITY_MIN);
  const group = buildGroup(population, { accounts: kept.map((position) => membership.accounts[position]), families: options.families });
  if (countParties(population, group.members) < NICHE_PARTIES_MIN) return null;
  return {
    group,
    memberProbabilities: Float64Array.from(kept, (position) => membership.probabilities[position]),
    origin: options.origin,
  };
}

/** All accounts that carry one of the families, ascending. */
export function listFamilyCarriers(carriage: Carriage, families: Iterable<number>): Int32Array {
  const accounts = new Set<number>();
  for (const family of families) {
    for (let entry = carriage.offsets[family]; entry < carriage.offsets[family + 1]; entry++) accounts.add(carriage.accounts[entry]);
  }
  return Int32Array.from(accounts).sort();
}

/** Families that are the accounts' own: carried by a good part of them, and by few others. */
export function pickOwnFamilies({ population }: CandidateSource, accounts: Iterable<number>): Uint32Array {
  const carriers = new Map<number, number>();
  let count = 0;
  for (const account of accounts) {
    count += 1;
    const carried = new Set<number>();
    for (let row = population.requestOffsets[account]; row < population.requestOffsets[account + 1]; row++) {
      for (const family of [population.requests.systemFamily[row], population.requests.promptFamily[row]])
        if (family >= 0) carried.add(family);
    }
    for (const family of carried) carriers.set(family, (carriers.get(family) ?? 0) + 1);
  }
  const picked: number[] = [];
  for (const [family, members] of carriers) {
    const isCarried = members >= 2 && members >= OWN_FAMILY_MEMBERS_MIN * count;
    if (isCarried && members >= OWN_FAMILY_DOMINANCE_MIN * population.families.accounts[family]) picked.push(family);
  }
  return Uint32Array.from(picked).sort();
}
