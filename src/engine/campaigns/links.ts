/**
 * Links: which pairs of accounts that claim to be strangers act as one, and the clusters these links make. Comparing all pairs is out of
 * reach, so pairs are proposed where a link could exist: accounts that share a rare thing and neighbours in time of registration within one
 * niche; on wish, accounts that send the same family in the same hour. Every account takes part in a bounded number of pairs for each thing.
 */
import type { PairDetection } from "../../vocabulary/detection.js";
import type { Incidence, Population, SharedThings } from "../../vocabulary/fingerprint.js";
import { EVIDENCE_GROUPS } from "../../vocabulary/signal.js";
import { buildGraph, clusterByLeiden, listMembers } from "./graph/index.js";
import { GROUP_CAP_NATS } from "./fusion.js";
import { listFamilyCarriers, type Carriage } from "./group.js";
import { visitMeetings } from "./meetings.js";
import { ALL_PAIRS_HOLDERS_MAX, createRings, RING_PARTNERS, type Rings } from "./rings.js";

const DAY_MS = 86_400_000;
/** A thing on more accounts than this links nobody: it is a provider's, not an operator's. */
const SHARED_CARRIERS_MAX = 400;
/**
 * Sum of log-likelihood ratios at which a pair becomes an edge. In the tuning worlds one pair of strangers in two hundred has as much, and every
 * fifth pair of a pool that shares some of its addresses and cards.
 */
const LINK_NATS_MIN = 1;
/**
 * Leiden's resolutions, in nats per pair. A pool whose every account has its own card and shares addresses with a few siblings has a mean of
 * about .4, strangers of .06; accounts on one card have 4 and more, and must come apart from the company they keep. Each is proposed.
 */
const LINK_RESOLUTIONS = [0.15, 0.6];

/** Clusters of linked accounts, largest evidence first. */
export interface LinkClusters {
  clusters: Int32Array[];
  pairs: number;
}

/** What links are looked for with. */
export interface LinkOptions {
  detections: readonly PairDetection[];
  niches: readonly Uint32Array[];
  carriage: Carriage;
  /**
   * Whether accounts that sent one family in the same hour are a pair, and nothing else need speak for it: for logs that tell little else. Default
   * false: in request logs these are most of all pairs, and added no campaign.
   */
  withMeetings?: boolean;
}

/** Proposes pairs, weighs them and clusters the graph. */
export function clusterLinks(population: Population, options: LinkOptions): LinkClusters {
  const sources: number[] = [];
  const targets: number[] = [];
  const weights: number[] = [];
  const weigh = createPairScale({ population, ...options });
  const { parties } = population;
  // Ascending, because what is known of an account is then still in the processor's cache for its next pair.
  proposePairs(population, options).visitPairs((a, b) => {
    if (parties[a] === parties[b]) return;
    const nats = weigh(a, b);
    if (nats < LINK_NATS_MIN) return;
    sources.push(a);
    targets.push(b);
    weights.push(nats);
  });
  const graph = buildGraph({
    nodeCount: population.accountIds.length,
    sources: Int32Array.from(sources),
    targets: Int32Array.from(targets),
    weights: Float64Array.from(weights),
  });
  const clusters = new Map<string, Int32Array>();
  for (const resolution of LINK_RESOLUTIONS) {
    const partition = clusterByLeiden(graph, { resolution, objective: "cpm", seed: 1 });
    const { offsets, members } = listMembers(partition);
    for (let cluster = 0; cluster < partition.count; cluster++) {
      const accounts = members.slice(offsets[cluster], offsets[cluster + 1]);
      if (accounts.length >= 2) clusters.set(accounts.join(), accounts);
    }
  }
  return { clusters: [...clusters.values()], pairs: sources.length };
}

/** Natural-log likelihood ratio of "one operator" against "strangers", capped per group of evidence. */
export function weighPair(a: number, b: number, options: ScaleOptions): number {
  return createPairScale(options)(a, b);
}

type ScaleOptions = Pick<LinkOptions, "detections" | "withMeetings"> & { population: Population };

/** {@link weighPair} for a million pairs: what does not depend on the pair is made once. */
export function createPairScale({ population, detections, withMeetings }: ScaleOptions): (a: number, b: number) => number {
  const { parties } = population;
  const groups = detections.map(({ group }) => EVIDENCE_GROUPS.indexOf(group));
  const isSupporting = detections.map(({ onlySupports }) => onlySupports === true && !withMeetings);
  const caps = EVIDENCE_GROUPS.map((group) => GROUP_CAP_NATS[group]);
  const sums = new Float64Array(caps.length);
  const ask = (a: number, b: number, supporting: boolean): number => {
    for (let position = 0; position < detections.length; position++)
      if (isSupporting[position] === supporting) sums[groups[position]] += detections[position].compare(a, b, population);
    let total = 0;
    for (let group = 0; group < caps.length; group++) total += Math.max(-caps[group], Math.min(caps[group], sums[group]));
    return total;
  };
  return (a, b) => {
    if (parties[a] === parties[b]) return 0;
    sums.fill(0);
    const others = ask(a, b, false);
    return others > 0 ? ask(a, b, true) : others;
  };
}

/** Accounts between which a link could be. */
function proposePairs(population: Population, { niches, carriage, withMeetings }: LinkOptions): Rings {
  const rings = createRings(population.accountIds.length);
  for (const [incidence, things] of [
    [population.instrumentsOf, population.instruments],
    [population.addressesOf, population.addresses],
  ] as const) {
    for (const carriers of listSharers(incidence, things)) rings.add(carriers);
  }
  const { byRank, rankOf } = rankRegistrations(population);
  for (const families of niches) {
    const carriers = listFamilyCarriers(carriage, families);
    const ranks = carriers.map((account) => rankOf[account]).sort();
    const inOrder = ranks.map((rank) => byRank[rank]);
    if (!isCrowded(inOrder, population)) rings.add(inOrder);
  }
  if (withMeetings) visitMeetings(population, { carriersMax: SHARED_CARRIERS_MAX, visit: (present) => rings.add(present) });
  return rings;
}

/**
 * Whether most carriers, given in order of registration, have half of their partners within a day: then who registered next is chance, and a pool among
 * them is for the niche's own candidate to separate.
 */
function isCrowded(carriers: Int32Array, { createdAtMs }: Population): boolean {
  let crowded = 0;
  const half = RING_PARTNERS / 2;
  for (let place = 0; place + half < carriers.length; place++)
    if (createdAtMs[carriers[place + half]] - createdAtMs[carriers[place]] <= DAY_MS) crowded += 1;
  return carriers.length > ALL_PAIRS_HOLDERS_MAX && 2 * crowded > carriers.length;
}

/** Accounts in order of registration, unknown ones last, and each one's place in it. */
function rankRegistrations({ createdAtMs }: Population): { byRank: Int32Array; rankOf: Int32Array } {
  const at = (account: number): number => (Number.isNaN(createdAtMs[account]) ? Number.MAX_VALUE : createdAtMs[account]);
  const byRank = Int32Array.from(createdAtMs.keys()).sort((a, b) => at(a) - at(b) || a - b);
  const rankOf = new Int32Array(byRank.length);
  byRank.forEach((account, rank) => {
    rankOf[account] = rank;
  });
  return { byRank, rankOf };
}

function listSharers(incidence: Incidence, things: SharedThings): number[][] {
  const sharers: number[][] = things.kinds.map(() => []);
  for (let account = 0; account + 1 < incidence.offsets.length; account++) {
    for (let entry = incidence.offsets[account]; entry < incidence.offsets[account + 1]; entry++) {
      const item = incidence.items[entry];
      if (things.parties[item] >= 2 && things.accounts[item] <= SHARED_CARRIERS_MAX) sharers[item].push(account);
    }
  }
  return sharers;
}
