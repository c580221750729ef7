/**
 * Links: which pairs of accounts that claim to be strangers act as one, and the clusters these links make. Comparing all pairs is out of
 * reach, so pairs are proposed where a link could exist: accounts that share a rare thing, neighbours in time of registration within one niche, and
 * accounts that send the same family in the same hour. Every account takes part in a bounded number of pairs for each thing.
 */
import type { PairDetection } from "../../vocabulary/detection.js";
import type { Incidence, Population, SharedThings } from "../../vocabulary/fingerprint.js";
import { EVIDENCE_GROUPS } from "../../vocabulary/signal.js";
import { createPairCounts } from "../../statistics/pair-counts.js";
import { buildGraph, clusterByLeiden, listMembers } from "./graph/index.js";
import { GROUP_CAP_NATS } from "./fusion.js";
import type { Carriage } from "./group.js";

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

/** Proposes pairs, weighs them and clusters the graph. */
export function clusterLinks(
  population: Population,
  options: { detections: readonly PairDetection[]; niches: readonly Uint32Array[]; carriage: Carriage },
): LinkClusters {
  const pairs = proposePairs(population, options);
  const sources: number[] = [];
  const targets: number[] = [];
  const weights: number[] = [];
  for (const [a, b] of pairs) {
    const nats = weighPair(a, b, { population, detections: options.detections });
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
  { population, detections }: { population: Population; detections: readonly PairDetection[] },
): number {
  if (population.parties[a] === population.parties[b]) return 0;
  let total = 0;
  for (const group of EVIDENCE_GROUPS) {
    let sum = 0;
    for (const detection of detections) if (detection.group === group) sum += detection.compare(a, b, population);
    const cap = GROUP_CAP_NATS[group];
    total += Math.max(-cap, Math.min(cap, sum));
  }
  return total;
}

function proposePairs(
  population: Population,
  { niches, carriage }: { niches: readonly Uint32Array[]; carriage: Carriage },
): [number, number][] {
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
  visitMeetings(population, proposeRing);
  const keys: number[] = [];
  pairs.visit((a, b) => keys.push(a * accounts + b));
  // Ascending, because what a detection remembers of an account is then asked for again and again.
  return Array.from(Float64Array.from(keys).sort(), (key) => [Math.floor(key / accounts), key % accounts]);
}

/** Calls `visit` with the accounts that sent one family in the same hour, ascending, for families that can link somebody. */
function visitMeetings(population: Population, visit: (accounts: ArrayLike<number>) => void): void {
  const { requests, requestOffsets, families, hours } = population;
  const accountCount = population.accountIds.length;
  // One number for family, hour and account: sorting them brings together who met. Below 2^53 for a million of each and a year of hours.
  let keys = new Float64Array(1024);
  let count = 0;
  for (let account = 0; account < accountCount; account++) {
    for (let row = requestOffsets[account]; row < requestOffsets[account + 1]; row++) {
      for (const family of [requests.systemFamily[row], requests.promptFamily[row]]) {
        if (family < 0 || families.parties[family] < 2 || families.accounts[family] > SHARED_CARRIERS_MAX) continue;
        if (count === keys.length) {
          const grown = new Float64Array(2 * count);
          grown.set(keys);
          keys = grown;
        }
        keys[count++] = (family * hours.length + requests.hour[row]) * accountCount + account;
      }
    }
  }
  keys = keys.subarray(0, count).sort();
  let present: number[] = [];
  let meeting = -1;
  for (let position = 0; position <= count; position++) {
    const here = position === count ? -1 : Math.floor(keys[position] / accountCount);
    if (here !== meeting) {
      if (present.length >= 2) visit(present);
      present = [];
      meeting = here;
    }
    if (position === count) break;
    const account = keys[position] % accountCount;
    if (present[present.length - 1] !== account) present.push(account);
  }
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
