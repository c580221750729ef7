/**
 * Attributes by which a pool's accounts and chance carriers of the same scaffold are told apart. Each answers, for every carrier, the
 * natural-log likelihood ratio "of the pool" against "by chance", given how probable it is for every carrier to be of the pool.
 */
import type { CandidateGroup, Incidence, Population, SharedThings } from "../../vocabulary/fingerprint.js";
import type { Carriage } from "./group.js";
import { countUpTo } from "../../statistics/sorted.js";

/** One attribute of one set of carriers. */
export interface Attribute {
  /** Nats per carrier, from the current probabilities. */
  weigh(probabilities: Float64Array): Float64Array;
}

/** Bins of the share of an account's requests that fall in the work load. */
const SHARE_BIN_ENDS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9, 1.01];
/** Bins of the number of requests in the work load: powers of two, the last open. */
const VOLUME_BINS = 14;
/** Registration is compared in days; neighbours within this many days count towards the pool's density. */
const REGISTRATION_KERNEL_DAYS = 1;
const DAY_MS = 86_400_000;
/**
 * Share of a pool's accounts that is granted to have been bought or registered long before, so that an old account speaks little against its being of the
 * pool: all but the greater part, which must have come together. Any strangers look like a pool that was bought whole, and would be explained by it.
 * That aged accounts are sold is published (Thomas et al., "Trafficking fraudulent accounts", USENIX Security 2013), what share of a pool they are is not.
 */
const BOUGHT_SHARE = 0.5;
/** Pseudo-counts of the histograms: half a carrier per bin (Jeffreys). */
export const PSEUDO_COUNT = 0.5;

/** Adopters of a scaffold for every carrier who only met it; people who copy a published prompt send it as often as a pool does. */
const ADOPTERS_PER_PASSER_BY = 1;

/**
 * Chance carriers assumed to be like those of all families before any of this family is seen. Who met this scaffold by chance sends it alike, too:
 * what all its carriers have in common tells nobody apart, so the chance carriers' own habits count. In thirty-four worlds 100 lost 5 of 4,682
 * accounts and let 5 of 7 innocent ones go; 60 lost 21.
 */
const CHANCE_CARRIERS_ASSUMED = 100;

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
      const account = carriage.accounts[entry];
      const total = population.requestOffsets[account + 1] - population.requestOffsets[account];
      share[binShare(carriage.requests[entry] / total)] += 1 / (end - start);
      volume[binVolume(carriage.requests[entry])] += 1 / (end - start);
    }
  }
  return { logShare: toLogShares(addAdopters(share)), logVolume: toLogShares(addAdopters(volume)) };
}

/** Half of the chance carriers met a phrase once or twice; the other half took the scaffold up, and may give it any part of their traffic. */
function addAdopters(counts: Float64Array): Float64Array {
  const each = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.map((count) => count + ADOPTERS_PER_PASSER_BY * each);
}

/** How much of its traffic the account gives to the work load, and how many requests that are. */
export function describeVolume(population: Population, { group, chance }: { group: CandidateGroup; chance: ChanceProfile }): Attribute[] {
  const shareBins = new Uint8Array(group.members.length);
  const volumeBins = new Uint8Array(group.members.length);
  group.members.forEach((account, member) => {
    const requests = group.sliceOffsets[member + 1] - group.sliceOffsets[member];
    shareBins[member] = binShare(requests / (population.requestOffsets[account + 1] - population.requestOffsets[account]));
    volumeBins[member] = binVolume(requests);
  });
  return [compareBins(shareBins, chance.logShare), compareBins(volumeBins, chance.logVolume)];
}

function compareBins(bins: Uint8Array, generalLogShares: Float64Array): Attribute {
  const assumed = generalLogShares.map((nats) => CHANCE_CARRIERS_ASSUMED * Math.exp(nats));
  return {
    weigh(probabilities) {
      const ofPool = new Float64Array(assumed.length).fill(PSEUDO_COUNT);
      const byChance = Float64Array.from(assumed);
      bins.forEach((bin, member) => {
        ofPool[bin] += probabilities[member];
        byChance[bin] += 1 - probabilities[member];
      });
      const pool = toLogShares(ofPool);
      const chance = toLogShares(byChance);
      return Float64Array.from(bins, (bin) => pool[bin] - chance[bin]);
    },
  };
}

/** Whether it shares a thing (address, payment) with another carrier of another party that is of the pool. */
export function describeSharing(
  population: Population,
  {
    group,
    incidence,
    things,
    isCounted,
  }: { group: CandidateGroup; incidence: Incidence; things: SharedThings; isCounted: (item: number) => boolean },
): Attribute {
  const held = listHeld(group, { incidence, things, isCounted });
  const partyOf = Int32Array.from(group.members, (account) => population.parties[account]);
  const { numbers, placeOf } = listOthers(held, things);
  return {
    weigh(probabilities) {
      const poolSize = probabilities.reduce((sum, probability) => sum + probability, 0);
      const chance = Math.min(1, poolSize / population.accountIds.length);
      const shares = findLikeliestSharers(held, { partyOf, probabilities });
      let sharing = 1;
      shares.forEach((share, member) => {
        sharing += share * probabilities[member];
      });
      const inPool = clamp(sharing / (poolSize + 2), 0.005, 0.995);
      const byChance = numbers.map((others) => clamp(1 - (1 - chance) ** others, 0.005, 0.995));
      const whenShared = byChance.map((each) => Math.log(inPool / each));
      const whenAlone = byChance.map((each) => Math.log((1 - inPool) / (1 - each)));
      return shares.map((share, member) => share * whenShared[placeOf[member]] + (1 - share) * whenAlone[placeOf[member]]);
    },
  };
}

/**
 * How many others have the things of each member: the different numbers, and which of them is each one's. Most have the same few, and logarithms take most
 * of the time. Whoever holds nothing that others hold meets nobody: the exponents add up over a member's things.
 */
function listOthers({ offsets, items }: Held, things: SharedThings): { numbers: Float64Array; placeOf: Uint32Array } {
  const places = new Map<number, number>();
  const placeOf = new Uint32Array(offsets.length - 1);
  for (let member = 0; member < placeOf.length; member++) {
    let others = 0;
    for (let entry = offsets[member]; entry < offsets[member + 1]; entry++) others += things.parties[items[entry]] - 1;
    const place = places.get(others) ?? places.size;
    places.set(others, place);
    placeOf[member] = place;
  }
  return { numbers: Float64Array.from(places.keys()), placeOf };
}

/** What each member holds that several parties hold, numbered anew from 0 in `places`. */
interface Held extends Incidence {
  places: Uint32Array;
  placeCount: number;
}

function listHeld(
  { members }: CandidateGroup,
  { incidence, things, isCounted }: { incidence: Incidence; things: SharedThings; isCounted: (item: number) => boolean },
): Held {
  const places = borrowPlaces(things);
  const held: number[] = [];
  const placesOfHeld: number[] = [];
  const offsets = new Uint32Array(members.length + 1);
  let placeCount = 0;
  members.forEach((account, member) => {
    for (let entry = incidence.offsets[account]; entry < incidence.offsets[account + 1]; entry++) {
      const item = incidence.items[entry];
      if (things.parties[item] < 2 || !isCounted(item)) continue;
      if (places[item] === 0) places[item] = ++placeCount;
      held.push(item);
      placesOfHeld.push(places[item] - 1);
    }
    offsets[member + 1] = held.length;
  });
  for (const item of held) places[item] = 0;
  return { offsets, items: Uint32Array.from(held), places: Uint32Array.from(placesOfHeld), placeCount };
}

/** One more than a thing's place among those at hand, 0 for others. Lent to one call after the other, all 0: a thousand groups are looked at. */
const placesOf = new WeakMap<SharedThings, Uint32Array>();

function borrowPlaces(things: SharedThings): Uint32Array {
  let places = placesOf.get(things);
  if (places === undefined) placesOf.set(things, (places = new Uint32Array(things.accounts.length)));
  return places;
}

/** Per member the probability of the likeliest member of another party that holds one of its things, 0 where there is none. */
function findLikeliestSharers(
  { offsets, places, placeCount }: Held,
  { partyOf, probabilities }: { partyOf: Int32Array; probabilities: Float64Array },
): Float64Array {
  // Of each thing the likeliest holder, its party, and the likeliest of another party.
  const first = new Float64Array(placeCount);
  const firstParty = new Int32Array(placeCount).fill(-1);
  const second = new Float64Array(placeCount);
  for (let member = 0; member < partyOf.length; member++) {
    const probability = probabilities[member];
    const party = partyOf[member];
    for (let entry = offsets[member]; entry < offsets[member + 1]; entry++) {
      const place = places[entry];
      if (party === firstParty[place] || firstParty[place] === -1) {
        first[place] = Math.max(first[place], probability);
        firstParty[place] = party;
      } else if (probability > first[place]) {
        second[place] = first[place];
        first[place] = probability;
        firstParty[place] = party;
      } else second[place] = Math.max(second[place], probability);
    }
  }
  return Float64Array.from(partyOf, (party, member) => {
    let best = 0;
    for (let entry = offsets[member]; entry < offsets[member + 1]; entry++) {
      const place = places[entry];
      best = Math.max(best, firstParty[place] === party ? second[place] : first[place]);
    }
    return best;
  });
}

/** What is known of everybody's registration. */
interface Registrations {
  /** Per account the day, NaN when unknown, and its rank among the different days. */
  days: Float64Array;
  rankOf: Uint32Array;
  /** Per account the share of all known registrations within the kernel around its own. */
  density: Float64Array;
}

const registrationsOf = new WeakMap<Population, Registrations>();

/** Looks at all registrations; once per population. */
function openRegistrations(population: Population): Registrations {
  const known = registrationsOf.get(population);
  if (known) return known;
  const days = population.createdAtMs.map((at) => at / DAY_MS);
  const everyone = days.filter((day) => !Number.isNaN(day)).sort();
  const different = everyone.filter((day, at) => at === 0 || day !== everyone[at - 1]);
  const registrations = {
    days,
    rankOf: Uint32Array.from(days, (day) => countUpTo(different, day)),
    density: days.map(
      (day) =>
        (countUpTo(everyone, day + REGISTRATION_KERNEL_DAYS) - countUpTo(everyone, day - REGISTRATION_KERNEL_DAYS) + 1) /
        (everyone.length + 1),
    ),
  };
  registrationsOf.set(population, registrations);
  return registrations;
}

/** Members with a known registration by its day, then by their place. */
function orderByDay({ members }: CandidateGroup, { days, rankOf }: Registrations): Int32Array {
  const keys = new Float64Array(members.length);
  let count = 0;
  members.forEach((account, member) => {
    if (!Number.isNaN(days[account])) keys[count++] = rankOf[account] * members.length + member;
  });
  return Int32Array.from(keys.subarray(0, count).sort(), (key) => key % members.length);
}

/** How dense the pool's registrations are around its own, against everybody's. */
export function describeRegistration(population: Population, group: CandidateGroup): Attribute {
  const { members } = group;
  const registrations = openRegistrations(population);
  const days = Float64Array.from(members, (account) => registrations.days[account]);
  const order = orderByDay(group, registrations);
  const crowdDensity = Float64Array.from(members, (account) => registrations.density[account]);
  const near = listNear(order, days);
  return {
    weigh(probabilities) {
      // Up to each place in the order; a thousand registrations of one day would be added up a thousand times otherwise.
      const sums = new Float64Array(order.length + 1);
      for (let position = 0; position < order.length; position++) sums[position + 1] = sums[position] + probabilities[order[position]];
      const pool = sums[order.length];
      const nats = new Float64Array(members.length);
      for (let position = 0; position < order.length; position++) {
        const member = order[position];
        const others = sums[near.ends[position]] - sums[near.starts[position]] - probabilities[member];
        // Shrunk towards the crowd's own density with the weight of two carriers, so that a lone neighbour does not decide.
        const crowd = crowdDensity[member];
        const lift = (Math.max(0, others) + 2 * crowd) / ((Math.max(0, pool - probabilities[member]) + 2) * crowd);
        nats[member] = Math.log(BOUGHT_SHARE + (1 - BOUGHT_SHARE) * lift);
      }
      return nats;
    },
  };
}

/** Of each place in the order the first and the end of the places whose days are near. */
function listNear(order: Int32Array, days: Float64Array): { starts: Uint32Array; ends: Uint32Array } {
  const starts = new Uint32Array(order.length);
  const ends = new Uint32Array(order.length);
  let start = 0;
  let end = 0;
  for (let position = 0; position < order.length; position++) {
    const day = days[order[position]];
    while (days[order[start]] < day - REGISTRATION_KERNEL_DAYS) start += 1;
    while (end < order.length && days[order[end]] <= day + REGISTRATION_KERNEL_DAYS) end += 1;
    starts[position] = start;
    ends[position] = end;
  }
  return { starts, ends };
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

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
