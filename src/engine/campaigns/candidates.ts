/** Candidates: sets of accounts that may be a pool, from two sides: who carries a niche, and who is linked. */
import type { GroupDetection, PairDetection } from "../../vocabulary/detection.js";
import { RequestFlag, type CandidateGroup, type Population } from "../../vocabulary/fingerprint.js";
import type { Signal } from "../../vocabulary/signal.js";
import { keepPaced } from "./fleet-pace.js";
import { findFleets, surveyWorkLoads, type Fleet, type WorkLoadSurvey } from "./fleets.js";
import { isGathering } from "./gathering.js";
import { buildCarriers, buildGroup, countParties, listCarriers, listFamilyCarriers, restrictGroup, type Carriage } from "./group.js";
import { clusterLinks } from "./links.js";
import { learnChanceProfile, type ChanceProfile } from "./member-attributes.js";
import { separateMembers, weighMembers } from "./membership.js";
import { reworksOthers, weighReworked } from "./reworks.js";
import { listNeighbours } from "./neighbours.js";
import { findNiches, NICHE_PARTIES_MIN } from "./niches.js";

/** A family belongs to a pool's work load when this share of the pool carries it … */
export const OWN_FAMILY_MEMBERS_MIN = 0.1;
/** … and the pool is this share of the parties that carry it, so that what half the world carries is left out. */
const OWN_FAMILY_DOMINANCE_MIN = 0.3;
/** Requests below which nothing is harvested: the smallest campaign looked for is six accounts with five requests each. */
export const HARVEST_REQUESTS_MIN = 30;
/** Requests per carrier below which a work load is a phrase that people happen to use: a pool shows itself once its accounts have sent two. */
const REQUESTS_PER_CARRIER_MIN = 1.4;
/** Half of what the aim needs among members (.1), because chance carriers dilute it. */
const TECHNIQUE_SHARE_MIN = 0.05;
/** A carrier belongs to the pool when that is likelier than not. */
const MEMBER_PROBABILITY_MIN = 0.5;

/** Share of requests with text below which work loads cannot be told: a few stray bodies are no basis. */
const TEXT_SHARE_MIN = 0.1;
/** A scaffold is the core of a work load when at least so many of its members carry it. */
const CORE_MEMBERS_MIN = 0.5;
/** How sure of linked accounts, and how unsure of their neighbours, the separation starts; rounds move both. */
const LINKED_PROBABILITY = 0.8;

/**
 * Requests from which an account stands in a fleet that was found by its pace: its scaffold is all that tells it, and a request or two is how people meet a
 * phrase. Of accounts with fewer in four tuning worlds two of eight were not of the pool; at four, thirteen accounts went for three innocent ones.
 */
const FLEET_REQUESTS_MIN = 3;
/** As likely as not: watched, and no more. */
const UNSURE_PROBABILITY = 0.5;

/** A candidate with the probability of each member. */
export interface Candidate {
  group: CandidateGroup;
  /** All that carry the work load, from which the members were picked. */
  carriers: CandidateGroup;
  /** What pair detections say about all carriers, by name; null where they have nothing to say. */
  carrierSignals: ReadonlyMap<string, Signal | null>;
  /** Per carrier what it shares with the pool, as of `Membership`, where the pool was separated from the carriers of its families. */
  carriersShared?: Float64Array;
  /** Per member of the group. */
  memberProbabilities: Float64Array;
  /** As of a fleet. */
  compared?: number;
  /** Where it came from. */
  origin: Origin;
}

/** `fleet`: several work loads that keep one pace; `links` with a work load of their own, `links_alone` where the log carries no text to tell one; `account` is one account by itself. */
export type Origin = "niche" | "fleet" | "links" | "links_alone" | "account";

/** What candidates are made from; made once per population. */
export interface CandidateSource {
  population: Population;
  carriage: Carriage;
  chance: ChanceProfile;
  pairDetections: readonly PairDetection[];
  /** Asked of carriers that nothing else speaks for; none when left out. */
  timingDetections?: readonly GroupDetection[];
}

/** Makes what candidates are made from. */
export function openSource(
  population: Population,
  pairDetections: readonly PairDetection[],
  timingDetections: readonly GroupDetection[] = [],
): CandidateSource {
  const carriage = listCarriers(population);
  return { population, carriage, chance: learnChanceProfile(population, carriage), pairDetections, timingDetections };
}

/** Niches that are large enough to be looked into. */
export function findWorthwhileNiches(source: CandidateSource): Uint32Array[] {
  return findNiches(source.population, source.carriage).filter((families) => isWorthSeparating(source, families));
}

/** Proposes all candidates but fleets, deterministic in order. */
export function proposeCandidates(
  population: Population,
  pairDetections: readonly PairDetection[],
  timingDetections: readonly GroupDetection[] = [],
): { source: CandidateSource; niches: Uint32Array[]; candidates: Candidate[] } {
  const source = openSource(population, pairDetections, timingDetections);
  const niches = findWorthwhileNiches(source);
  const ofNiches = niches.flatMap((families) => formCandidate(source, { families, origin: "niche" }) ?? []);
  return { source, niches, candidates: [...ofNiches, ...proposeLinked(source, niches)] };
}

/** Proposes what linked accounts have in common. */
export function proposeLinked(source: CandidateSource, niches: readonly Uint32Array[]): Candidate[] {
  const { population, carriage, pairDetections } = source;
  const { clusters } = clusterLinks(population, { detections: pairDetections, niches, carriage });
  const candidates: Candidate[] = [];
  const isLogTextless = isTextless(population);
  for (const cluster of clusters) {
    const accounts = cluster.filter((account) => population.isAllowlisted[account] === 0);
    if (countParties(population, accounts) < NICHE_PARTIES_MIN) continue;
    if (isLogTextless) {
      const candidate = formLinkedCandidate(source, accounts);
      if (candidate) candidates.push(candidate);
      continue;
    }
    const families = pickOwnFamilies(source, accounts);
    // Linked accounts without a work load of their own are an office or a class: what links them is all there is.
    if (families.length === 0) continue;
    const group = buildGroup(population, { accounts, families });
    if (group.slice.length < HARVEST_REQUESTS_MIN || countParties(population, group.members) < NICHE_PARTIES_MIN) continue;
    const carriers = buildCarriers(population, carriage, families);
    candidates.push({
      group,
      carriers,
      carrierSignals: examineCarriers(source, carriers),
      memberProbabilities: new Float64Array(group.members.length).fill(1),
      origin: "links",
    });
  }
  return candidates;
}

/**
 * Without text there is no work load to find carriers by: those who share an address or an instrument with a linked account are asked instead,
 * and the slice is all they sent. Null when fewer strangers remain than the smallest pool has.
 */
function formLinkedCandidate(source: CandidateSource, linked: Int32Array): Candidate | null {
  const { population, chance } = source;
  const isLinked = new Set(linked);
  const carriers = buildGroup(population, { accounts: listNeighbours(population, linked), families: [] });
  const probabilities = separateMembers(population, {
    carriers,
    chance,
    initial: Float64Array.from(carriers.members, (account) => (isLinked.has(account) ? LINKED_PROBABILITY : 1 - LINKED_PROBABILITY)),
  });
  const kept = [...carriers.members.keys()].filter((member) => probabilities[member] >= MEMBER_PROBABILITY_MIN);
  const group = restrictGroup(carriers, kept);
  if (group.slice.length < HARVEST_REQUESTS_MIN || countParties(population, group.members) < NICHE_PARTIES_MIN) return null;
  const memberProbabilities = Float64Array.from(kept, (member) => probabilities[member]);
  return { group, carriers: group, carrierSignals: examineCarriers(source, group), memberProbabilities, origin: "links_alone" };
}

/** Whether next to none of the log's requests carry text. Accounts without text in a log that has some are judged by what others show. */
function isTextless({ requests }: Population): boolean {
  let withText = 0;
  for (let row = 0; row < requests.count; row++) if ((requests.flags[row] & RequestFlag.hasText) !== 0) withText += 1;
  return withText < TEXT_SHARE_MIN * requests.count;
}

/** Separates the pool among the carriers of a work load; null when fewer strangers remain than the smallest pool has. */
export function formCandidate(source: CandidateSource, options: { families: Uint32Array; origin: Candidate["origin"] }): Candidate | null {
  const { population, carriage, chance } = source;
  const carriers = buildCarriers(population, carriage, options.families);
  if (countParties(population, carriers.members) < NICHE_PARTIES_MIN) return null;
  const carrierSignals = examineCarriers(source, carriers);
  if (!canBeCampaign(source, { carriers, carrierSignals })) return null;
  const { probabilities, shared } = weighMembers(population, { carriers, chance });
  const kept = [...carriers.members.keys()].filter((member) => probabilities[member] >= MEMBER_PROBABILITY_MIN);
  const group = restrictGroup(carriers, kept);
  if (group.slice.length < HARVEST_REQUESTS_MIN || countParties(population, group.members) < NICHE_PARTIES_MIN) return null;
  const memberProbabilities = Float64Array.from(kept, (member) => probabilities[member]);
  return { group, carriers, carrierSignals, carriersShared: shared, memberProbabilities, origin: options.origin };
}

/** Looks over the work loads of niches, among which fleets are looked for. */
export function surveyNiches({ population, carriage }: CandidateSource, niches: readonly Uint32Array[]): WorkLoadSurvey {
  return surveyWorkLoads(
    population,
    niches.map((families) => buildCarriers(population, carriage, families)),
  );
}

/** Proposes fleets among work loads, of accounts that are mostly in no campaign yet. `uncompared` as of `FleetSearch`. */
export function proposeFleets(
  source: CandidateSource,
  { survey, isFound }: { survey: WorkLoadSurvey; isFound: (account: number) => boolean },
): { candidates: Candidate[]; uncompared: number } {
  const { fleets, uncompared } = findFleets(source.population, survey, { isFound });
  // In a log of a day or two hundreds of fleets have nearly the same work loads.
  const pools = new Map<CandidateGroup, WorkLoadPool | null>();
  const takePool = (carriers: CandidateGroup): WorkLoadPool | null => {
    const known = pools.get(carriers);
    if (known !== undefined) return known;
    const pool = separatePool(source, { carriers });
    pools.set(carriers, pool);
    return pool;
  };
  return { candidates: fleets.flatMap((fleet) => formFleetCandidate(source, { fleet, takePool }) ?? []), uncompared };
}

/** Those of a work load's carriers that are likelier of its pool than not, and how likely each carrier is. */
interface WorkLoadPool {
  pool: CandidateGroup;
  probabilityOf: ReadonlyMap<number, number>;
}

/**
 * Null when fewer strangers remain than the smallest pool has, or they are a gathering.
 *
 * @param options.known nats for each carrier by what its pool is known for besides.
 */
function separatePool(
  { population, chance }: CandidateSource,
  { carriers, known }: { carriers: CandidateGroup; known?: Float64Array },
): WorkLoadPool | null {
  const probabilities = separateMembers(population, { carriers, chance, ...(known && { known }) });
  const likely = [...carriers.members.keys()].filter((member) => probabilities[member] >= MEMBER_PROBABILITY_MIN);
  const pool = restrictGroup(carriers, keepCoreCarriers(population, { carriers, members: likely }));
  // A hackathon that falls into the hours of a dispatcher keeps its pace for as long as it lasts.
  if (countParties(population, pool.members) < NICHE_PARTIES_MIN || isGathering(pool, population)) return null;
  return { pool, probabilityOf: new Map(Array.from(carriers.members, (account, member) => [account, probabilities[member]])) };
}

/** The accounts of a fleet: of each work load those that are likelier of its pool than not. Null when fewer than two work loads have a pool. */
function formFleetCandidate(
  source: CandidateSource,
  { fleet: { workLoads, compared }, takePool }: { fleet: Fleet; takePool: (carriers: CandidateGroup) => WorkLoadPool | null },
): Candidate | null {
  const { population } = source;
  const probabilityOf = new Map<number, number>();
  const [rework, ...sources] = workLoads;
  const weighSource = compared === 0 ? weighReworked(population, { rework, sources }) : null;
  const found = workLoads.flatMap((carriers) => {
    const isReworking = compared === 0 && carriers === rework;
    const separated =
      isReworking || !weighSource ? takePool(carriers) : separatePool(source, { carriers, known: weighSource(carriers.members) });
    return separated ? [{ ...separated, isReworking }] : [];
  });
  const pools = found.map(({ pool }) => pool);
  const paced = new Set(compared > 0 ? keepPaced(population, pools) : pools);
  if (paced.size < 2) return null;
  const families = new Set<number>();
  for (const { pool, isReworking, probabilityOf: separated } of found) {
    if (!paced.has(pool)) continue;
    for (const family of pool.families) families.add(family);
    pool.members.forEach((account, member) => {
      const isSeldom = compared > 0 && pool.sliceOffsets[member + 1] - pool.sliceOffsets[member] < FLEET_REQUESTS_MIN;
      // Of a scaffold for reworking that is public, copycats take what is their own.
      const isUnsure = isSeldom || (isReworking && !reworksOthers(population, account));
      const probability = Math.min(separated.get(account) ?? 0, isUnsure ? UNSURE_PROBABILITY : 1);
      probabilityOf.set(account, Math.max(probability, probabilityOf.get(account) ?? 0));
    });
  }
  const group = buildGroup(population, { accounts: probabilityOf.keys(), families: [...families] });
  if (group.slice.length < HARVEST_REQUESTS_MIN) return null;
  const carriers = buildCarriers(population, source.carriage, group.families);
  const memberProbabilities = Float64Array.from(group.members, (account) => probabilityOf.get(account) ?? 0);
  return { group, carriers, carrierSignals: examineCarriers(source, carriers), memberProbabilities, origin: "fleet", compared };
}

/**
 * Of the members those that carry a scaffold which most of them carry; all where there is none, as with many wordings. An account of a fleet was given its
 * scaffold; who met nothing but a phrase beside it has none.
 */
function keepCoreCarriers(
  { requests }: Population,
  { carriers, members }: { carriers: CandidateGroup; members: readonly number[] },
): number[] {
  const isOwn = new Set(carriers.families);
  const carried = members.map((member) => {
    const families = new Set<number>();
    for (let entry = carriers.sliceOffsets[member]; entry < carriers.sliceOffsets[member + 1]; entry++) {
      const row = carriers.slice[entry];
      for (const family of [requests.systemFamily[row], requests.promptFamily[row]]) if (isOwn.has(family)) families.add(family);
    }
    return families;
  });
  const counts = new Map<number, number>();
  for (const families of carried) for (const family of families) counts.set(family, (counts.get(family) ?? 0) + 1);
  const core = new Set([...counts].filter(([, count]) => count >= CORE_MEMBERS_MIN * members.length).map(([family]) => family));
  return core.size === 0 ? [...members] : members.filter((_, position) => [...carried[position]].some((family) => core.has(family)));
}

function examineCarriers({ population, pairDetections }: CandidateSource, carriers: CandidateGroup): Map<string, Signal | null> {
  return new Map(pairDetections.map((detection) => [detection.name, detection.examine?.(carriers, population) ?? null]));
}

/**
 * Whether the evidence can reach a campaign at all. Where carriers share nothing, keep no common pace and hardly any request shows a technique, what is
 * left is one queue and how requests look, and their caps together stay below the bar: separating members would cost most of the time and change nothing.
 */
function canBeCampaign(
  { population, timingDetections = [] }: CandidateSource,
  { carriers, carrierSignals }: { carriers: CandidateGroup; carrierSignals: ReadonlyMap<string, Signal | null> },
): boolean {
  for (const signal of carrierSignals.values()) if (signal && signal.logLikelihoodRatio > 0) return true;
  let hits = 0;
  for (const row of carriers.slice) if (population.requests.techniques[row] !== 0) hits += 1;
  if (hits >= TECHNIQUE_SHARE_MIN * carriers.slice.length) return true;
  return timingDetections.some((detection) => (detection.examine(carriers, population)?.logLikelihoodRatio ?? 0) > 0);
}

/** Whether a niche is large enough, and carried often enough by each account, to be told from chance at all. */
function isWorthSeparating({ population, carriage }: CandidateSource, families: Uint32Array): boolean {
  const requests = families.reduce((sum, family) => sum + population.families.events[family], 0);
  return requests >= Math.max(HARVEST_REQUESTS_MIN, REQUESTS_PER_CARRIER_MIN * listFamilyCarriers(carriage, families).length);
}

/** Families that are the accounts' own: carried by a good part of them, and by few others. */
export function pickOwnFamilies({ population, carriage }: CandidateSource, accounts: Iterable<number>): Uint32Array {
  const { familyOffsets, families } = carriage;
  const carriers = borrowCounts(carriage);
  const touched: number[] = [];
  let count = 0;
  for (const account of accounts) {
    count += 1;
    for (let entry = familyOffsets[account]; entry < familyOffsets[account + 1]; entry++) {
      if (carriers[families[entry]]++ === 0) touched.push(families[entry]);
    }
  }
  const picked: number[] = [];
  for (const family of touched) {
    const members = carriers[family];
    carriers[family] = 0;
    const isCarried = members >= 2 && members >= OWN_FAMILY_MEMBERS_MIN * count;
    if (isCarried && members >= OWN_FAMILY_DOMINANCE_MIN * population.families.accounts[family]) picked.push(family);
  }
  return Uint32Array.from(picked).sort();
}

/** Lent to one call after the other, all 0: thousands of sets of accounts are looked at, and most carry few of the families. */
const countsOf = new WeakMap<Carriage, Uint32Array>();

function borrowCounts(carriage: Carriage): Uint32Array {
  let counts = countsOf.get(carriage);
  if (!counts) countsOf.set(carriage, (counts = new Uint32Array(carriage.offsets.length - 1)));
  return counts;
}
