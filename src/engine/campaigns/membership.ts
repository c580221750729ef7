/**
 * Membership: which carriers of a work load belong to the pool behind it. Carriers are a mixture of a pool, whose accounts are alike because
 * one dispatcher feeds them, and of people who met the scaffold by chance (copycats of a published prompt, a common phrase). The two are
 * told apart by expectation maximisation over a few attributes; the pool's profile is learnt from the carriers themselves, the chance
 * profile from how accounts carry all other families.
 */
import type { Population } from "../../vocabulary/fingerprint.js";
import { buildGroup, type Carriage } from "./group.js";

/** Bins of the share of an account's requests that fall in the work load. */
const SHARE_BIN_ENDS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9, 1.01];
/** Bins of the number of requests in the work load: powers of two, the last open. */
const VOLUME_BINS = 14;
/** Registration is compared in days; neighbours within this many days count towards the pool's density. */
const REGISTRATION_KERNEL_DAYS = 1;
const DAY_MS = 86_400_000;
/** One attribute may say this much at most, because attributes are not independent of each other. */
const ATTRIBUTE_CAP_NATS = 2;
/** The mixture settles within a few rounds; more rounds change single accounts at the border only. */
const ROUNDS = 8;
/** Pseudo-counts of the histograms: half a carrier per bin (Jeffreys). */
const PSEUDO_COUNT = 0.5;

/** How accounts carry families in general: what a chance carrier looks like. */
export interface ChanceProfile {
  logShare: Float64Array;
  logVolume: Float64Array;
}

/** Learns the chance profile from every family's carriers, one vote per family so that large families do not decide alone. */
export function learnChanceProfile(population: Population, carriage: Carriage): ChanceProfile {
  const share = new Float64Array(SHARE_BIN_ENDS.length).fill(PSEUDO_COUNT);
  const volume = new Float64Array(VOLUME_BINS).fill(PSEUDO_COUNT);
  for (let family = 0; family < population.families.ids.length; family++) {
    const start = carriage.offsets[family];
    const end = carriage.offsets[family + 1];
    for (let entry = start; entry < end; entry++) {
      const requests = carriage.requests[entry];
      const account = carriage.accounts[entry];
      const total = population.requestOffsets[account + 1] - population.requestOffsets[account];
      share[binShare(requests / total)] += 1 / (end - start);
      volume[binVolume(requests)] += 1 / (end - start);
    }
  }
  return { logShare: toLogShares(share), logVolume: toLogShares(volume) };
}

/** Probability of each carrier to belong to the pool. */
export interface Membership {
  /** Accounts, ascending. */
  accounts: Int32Array;
  probabilities: Float64Array;
}

/** Separates pool from chance among the carriers of a work load. `accounts` must be ascending. */
export function separateMembers(
  population: Population,
  options: { accounts: Int32Array; families: Uint32Array; chance: ChanceProfile },
): Membership {
  const group = buildGroup(population, options);
  const count = group.members.length;
  const probabilities = new Float64Array(count).fill(1);
  const attributes = describeCarriers(population, group);
  const registration = rankRegistrations(population, group.members);
  for (let round = 0; round < ROUNDS; round++) {
    const poolShare = histogram(attributes.shareBins, probabilities, SHARE_BIN_ENDS.length);
    const poolVolume = histogram(attributes.volumeBins, probabilities, VOLUME_BINS);
    const mean = probabilities.reduce((sum, value) => sum + value, 0) / Math.max(1, count);
    const prior = Math.log(clamp(mean, 0.05, 0.95) / (1 - clamp(mean, 0.05, 0.95)));
    for (let member = 0; member < count; member++) {
      const shareBin = attributes.shareBins[member];
      const volumeBin = attributes.volumeBins[member];
      const nats =
        cap(poolShare[shareBin] - options.chance.logShare[shareBin]) +
        cap(poolVolume[volumeBin] - options.chance.logVolume[volumeBin]) +
        cap(compareRegistration(registration, { member, probabilities, mean }));
      probabilities[member] = 1 / (1 + Math.exp(-(prior + nats)));
    }
  }
  return { accounts: group.members, probabilities };
}

function describeCarriers(population: Population, group: ReturnType<typeof buildGroup>): { shareBins: Uint8Array; volumeBins: Uint8Array } {
  const shareBins = new Uint8Array(group.members.length);
  const volumeBins = new Uint8Array(group.members.length);
  group.members.forEach((account, member) => {
    const requests = group.sliceOffsets[member + 1] - group.sliceOffsets[member];
    const total = population.requestOffsets[account + 1] - population.requestOffsets[account];
    shareBins[member] = binShare(requests / total);
    volumeBins[member] = binVolume(requests);
  });
  return { shareBins, volumeBins };
}

interface Registrations {
  /** Members by day of registration, ascending; those without one are left out. */
  order: Int32Array;
  days: Float64Array;
  /** Share of the whole population registered within the kernel around each member. */
  crowdDensity: Float64Array;
}

function rankRegistrations(population: Population, members: Int32Array): Registrations {
  const days = Float64Array.from(members, (account) => population.createdAtMs[account] / DAY_MS);
  const order = Int32Array.from(
    [...members.keys()].filter((member) => !Number.isNaN(days[member])).sort((a, b) => days[a] - days[b] || a - b),
  );
  const everyone = Float64Array.from(population.createdAtMs, (at) => at / DAY_MS)
    .filter((day) => !Number.isNaN(day))
    .sort();
  const crowdDensity = Float64Array.from(days, (day) =>
    Number.isNaN(day)
      ? Number.NaN
      : (countBelow(everyone, day + REGISTRATION_KERNEL_DAYS) - countBelow(everyone, day - REGISTRATION_KERNEL_DAYS) + 1) /
        (everyone.length + 1),
  );
  return { order, days, crowdDensity };
}

function compareRegistration(registration: Registrations, options: { member: number; probabilities: Float64Array; mean: number }): number {
  const { order, days, crowdDensity } = registration;
  const day = days[options.member];
  if (Number.isNaN(day)) return 0;
  let near = 0;
  const first = lowerBound(order, days, day - REGISTRATION_KERNEL_DAYS);
  for (let position = first; position < order.length && days[order[position]] <= day + REGISTRATION_KERNEL_DAYS; position++) {
    const other = order[position];
    if (other !== options.member) near += options.probabilities[other];
  }
  const pool = Math.max(1, options.mean * order.length);
  // Shrunk towards the crowd's own density with the weight of two carriers, so that a lone neighbour does not decide.
  const crowd = crowdDensity[options.member];
  return Math.log((near + 2 * crowd) / ((pool + 2) * crowd));
}

function lowerBound(order: Int32Array, days: Float64Array, day: number): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (days[order[middle]] < day) low = middle + 1;
    else high = middle;
  }
  return low;
}

function countBelow(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function histogram(bins: Uint8Array, weights: Float64Array, binCount: number): Float64Array {
  const counts = new Float64Array(binCount).fill(PSEUDO_COUNT);
  bins.forEach((bin, member) => {
    counts[bin] += weights[member];
  });
  return toLogShares(counts);
}

function toLogShares(counts: Float64Array): Float64Array {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => Math.log(count / total));
}

function binShare(share: number): number {
  return SHARE_BIN_ENDS.findIndex((end) => share < end);
}

function binVolume(requests: number): number {
  return Math.min(VOLUME_BINS - 1, Math.floor(Math.log2(Math.max(1, requests))));
}

function cap(nats: number): number {
  return Math.max(-ATTRIBUTE_CAP_NATS, Math.min(ATTRIBUTE_CAP_NATS, nats));
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
