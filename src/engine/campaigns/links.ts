/**
 * Links: which pairs of accounts that claim to be strangers act as one, and the clusters these links make. Comparing all pairs is out of
 * reach, so pairs are proposed where a link could exist: accounts that share a rare thing and neighbours in time of registration within one
 * niche; on wish, accounts that send the same family in the same hour. Every account takes part in a bounded number of pairs for each thing.
 */
import type { PairDetection } from "../../vocabulary/detection.js";
import type { Incidence, Population, SharedThings } from "../../vocabulary/fingerprint.js";
import { EVIDENCE_GROUPS, type EvidenceGroup } from "../../vocabulary/signal.js";
import { createPairCounts } from "../../statistics/pair-counts.js";
import { buildGraph, clusterByLeiden, listMembers } from "./graph/index.js";
import { GROUP_CAP_NATS } from "./fusion.js";
import type { Carriage } from "./group.js";
import { visitMeetings } from "./meetings.js";

/** Carriers of one thing are all paired up to this many; beyond, each is paired with its next {@link RING_PARTNERS} in order of account. */
const ALL_PAIRS_CARRIERS_MAX = 24;
const RING_PARTNERS = 8;
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
  const pairs = proposePairs(population, options);
  const sources: number[] = [];
  const targets: number[] = [];
  const weights: number[] = [];
  const accounts = population.accountIds.length;
  for (const key of pairs) {
    const a = Math.floor(key / accounts);
    const b = key - a * accounts;
    const nats = weighPair(a, b, { population, ...options });
    if (nats < LINK_NATS_MIN) continue;
    sources.push(a);
    targets.push(b);
    weights.push(nats);
  }
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
export function weighPair(
  a: number,
  b: number,
  { population, detections, withMeetings }: Pick<LinkOptions, "detections" | "withMeetings"> & { population: Population },
): number {
  if (population.parties[a] === population.parties[b]) return 0;
  const sums: Record<EvidenceGroup, number> = { content: 0, behaviour: 0, infrastructure: 0, registration: 0, possession: 0 };
  const ask = (isSupporting: boolean): number => {
    for (const detection of detections) {
      if ((detection.onlySupports === true && !withMeetings) === isSupporting) sums[detection.group] += detection.compare(a, b, population);
    }
    let total = 0;
    for (const group of EVIDENCE_GROUPS) total += Math.max(-GROUP_CAP_NATS[group], Math.min(GROUP_CAP_NATS[group], sums[group]));
    return total;
  };
  const others = ask(false);
  return others > 0 ? ask(true) : others;
}

/** Pairs a < b as a times the number of accounts plus b, ascending. */
function proposePairs(population: Population, { niches, carriage, withMeetings }: LinkOptions): Float64Array {
  const accounts = population.accountIds.length;
  const pairs = createPairCounts(accounts);
  const propose = (a: number, b: number): void => {
    if (a !== b && population.parties[a] !== population.parties[b]) pairs.add(a, b, 1);
  };
  const proposeRing = (carriers: ArrayLike<number>): void => {
    const isSmall = carriers.length <= ALL_PAIRS_CARRIERS_MAX;
    for (let i = 0; i < carriers.length; i++) {
      const last = isSmall ? carriers.length - 1 : i + RING_PARTNERS;
      for (let j = i + 1; j <= last; j++) propose(carriers[i], carriers[j % carriers.length]);
    }
  };
  for (const [incidence, things] of [
    [population.instrumentsOf, population.instruments],
    [population.addressesOf, population.addresses],
  ] as const) {
    for (const carriers of listSharers(incidence, things)) proposeRing(carriers);
  }
  const { byRank, rankOf } = rankRegistrations(population);
  for (const families of niches) {
    const ranks = new Set<number>();
    for (const family of families) {
      for (let entry = carriage.offsets[family]; entry < carriage.offsets[family + 1]; entry++) ranks.add(rankOf[carriage.accounts[entry]]);
    }
    proposeRing(
      Int32Array.from(ranks)
        .sort()
        .map((rank) => byRank[rank]),
    );
  }
  if (withMeetings) visitMeetings(population, { carriersMax: SHARED_CARRIERS_MAX, visit: proposeRing });
  const keys: number[] = [];
  pairs.visit((a, b) => keys.push(a * accounts + b));
  // Ascending, because what is known of an account is then still in the processor's cache for its next pair.
  return Float64Array.from(keys).sort();
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
