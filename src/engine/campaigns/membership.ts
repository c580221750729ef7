/**
 * Membership: which carriers of a work load belong to the pool behind it. Carriers are a mixture of a pool, whose accounts are alike because
 * one dispatcher feeds them, and of people who met the scaffold by chance (copycats of a published prompt, a common phrase). The two are
 * told apart by expectation maximisation over a few attributes; the pool's profile is learnt from the carriers themselves, the chance
 * profile from how accounts carry all other families.
 *
 * Source: Dempster, Laird, Rubin, "Maximum likelihood from incomplete data via the EM algorithm", JRSS B 39, 1977.
 */
import type { CandidateGroup, Population } from "../../vocabulary/fingerprint.js";
import { isInstrument } from "./neighbours.js";
import { describeMix } from "./member-mix.js";
import { countTasks } from "./tasks.js";
import { describeRegistration, describeSharing, describeVolume, type Attribute, type ChanceProfile } from "./member-attributes.js";

/** One attribute may say this much at most, because attributes are not independent of each other. */
const ATTRIBUTE_CAP_NATS = 2;
/** How much an account sends is for itself to choose, and adopters of a scaffold send as much as a pool: share and volume say less. */
const VOLUME_CAP_NATS = 1;
/**
 * The mix of scaffolds may say more: nine requests in one of six scaffolds are what a copycat sends and a dispatcher never does. For an account it says that much only
 * of a work load that its accounts live by: scaffolds were put into one niche because these accounts carry them together, and where that is a tenth of what they send,
 * heavy users of everyday phrases look like the pool of what they made.
 */
const MIX_CAP_NATS = 4;
/** The mixture settles within a few rounds; more rounds change single accounts at the border only. */
const ROUNDS = 6;
/** Changes below this decide about nobody. */
const SETTLED_CHANGE = 0.02;
/** Prior share of the pool among the carriers is kept within these bounds: neither part may vanish. */
const POOL_SHARE = { min: 0.1, max: 0.65 };
/** The same where the carriers are neighbours of linked accounts: most who share an address with one of a pool are strangers to it. */
const NEIGHBOURHOOD_SHARE_MAX = 0.25;
/** So many accounts of one organization are no strangers to each other: they stay only where they are tied to others than themselves. */
const ORGANIZATION_ACCOUNTS_MIN = 3;

/** What is told of each carrier. */
export interface Membership {
  /** Probability to belong to the pool. */
  probabilities: Float64Array;
  /** Nats that it belongs to the pool from all but how much it sends, which it chooses itself: what it is tied by. */
  ties: Float64Array;
  /** Of these, what does not come from the work load: addresses, cards and days of registration. */
  shared: Float64Array;
}

/** Of carriers to separate. */
interface Separation {
  carriers: CandidateGroup;
  chance: ChanceProfile;
  /** Where the rounds start, per carrier, for neighbours of linked accounts; all of the pool when left out. */
  initial?: Float64Array;
  /** The same for carriers of a work load. */
  core?: Float64Array;
  /** What else tells of each carrier, in nats that it is of the pool; the separation starts from it. */
  known?: Float64Array;
}

/** Separates pool from chance among the carriers of a work load: the probability of each to belong to the pool. */
export function separateMembers(population: Population, options: Separation): Float64Array {
  return weighMembers(population, options).probabilities;
}

/** {@link separateMembers} with what each carrier is tied by. */
export function weighMembers(population: Population, { carriers: group, chance, initial, core, known }: Separation): Membership {
  const count = group.members.length;
  const addresses = describeSharing(population, {
    group,
    incidence: population.addressesOf,
    things: population.addresses,
    isCounted: () => true,
  });
  const instruments = describeSharing(population, {
    group,
    incidence: population.instrumentsOf,
    things: population.instruments,
    isCounted: (item) => isInstrument(population, item),
  });
  const mix = describeMix(population, group);
  const attributes: { attribute: Attribute; capNats: number; isChosen?: boolean; isShared?: boolean }[] = [
    // Without a work load there is no part of the traffic to weigh.
    ...(group.families.length === 0 ? [] : describeVolume(population, { group, chance })).map((attribute) => ({
      attribute,
      capNats: VOLUME_CAP_NATS,
      isChosen: true,
    })),
    ...[addresses, instruments, describeRegistration(population, group)].map((attribute) => ({
      attribute,
      capNats: ATTRIBUTE_CAP_NATS,
      isShared: true,
    })),
    ...(known ? [{ attribute: { weigh: () => known }, capNats: ATTRIBUTE_CAP_NATS, isShared: true }] : []),
  ];
  // One task is no habit: that it took many turns, and that its account did nothing else, is one meeting with the scaffold and speaks against nobody.
  const isHabit = group.members.map((_, member) =>
    countTasks(population, group.slice.subarray(group.sliceOffsets[member], group.sliceOffsets[member + 1])) > 1 ? 1 : 0,
  );
  let probabilities = initial ?? core ?? known?.map(startFrom) ?? new Float64Array(count).fill(1);
  const tiesOf = new Float64Array(count);
  const sharedOf = new Float64Array(count);
  for (let round = 0; round < ROUNDS; round++) {
    const mean = probabilities.reduce((sum, value) => sum + value, 0) / Math.max(1, count);
    const share = Math.max(POOL_SHARE.min, Math.min(initial ? NEIGHBOURHOOD_SHARE_MAX : POOL_SHARE.max, mean));
    const logOdds = new Float64Array(count).fill(Math.log(share / (1 - share)));
    tiesOf.fill(0);
    sharedOf.fill(0);
    for (const { attribute, capNats, isChosen, isShared } of attributes) {
      attribute.weigh(probabilities).forEach((nats, member) => {
        const capped = Math.max(-capNats, Math.min(isChosen && isHabit[member] === 0 ? 0 : capNats, nats));
        logOdds[member] += capped;
        if (!isChosen) tiesOf[member] += capped;
        if (isShared) sharedOf[member] += capped;
      });
    }
    const mixCapNats = ATTRIBUTE_CAP_NATS + (MIX_CAP_NATS - ATTRIBUTE_CAP_NATS) * measureShare(population, group, probabilities);
    mix.weigh(probabilities).forEach((nats, member) => {
      const capped = Math.max(-MIX_CAP_NATS, Math.min(mixCapNats, nats));
      logOdds[member] += capped;
      tiesOf[member] += capped;
    });
    const next = logOdds.map((odds) => 1 / (1 + Math.exp(-odds)));
    const change = next.reduce((largest, value, member) => Math.max(largest, Math.abs(value - probabilities[member])), 0);
    probabilities = next;
    if (change < SETTLED_CHANGE) break;
  }
  dropLoneOrganizations(population, { group, probabilities, ties: [addresses, instruments] });
  return { probabilities, ties: tiesOf, shared: sharedOf };
}

/** What part of the traffic of a pool's accounts is the work load, 0 to 1. */
function measureShare(population: Population, group: CandidateGroup, probabilities: Float64Array): number {
  let work = 0;
  let all = 0;
  group.members.forEach((account, member) => {
    work += probabilities[member] * (group.sliceOffsets[member + 1] - group.sliceOffsets[member]);
    all += probabilities[member] * (population.requestOffsets[account + 1] - population.requestOffsets[account]);
  });
  return all === 0 ? 0 : work / all;
}

const startFrom = (nats: number): number => 1 / (1 + (1 / POOL_SHARE.max - 1) * Math.exp(-nats));

/**
 * One carrier must not drag its whole organization along: where an organization has many accounts here, none of which is tied to a stranger
 * by address or instrument, they are that organization's own work load.
 */
function dropLoneOrganizations(
  population: Population,
  { group, probabilities, ties }: { group: CandidateGroup; probabilities: Float64Array; ties: readonly Attribute[] },
): void {
  const members = new Map<number, number[]>();
  group.members.forEach((account, member) => {
    const party = population.parties[account];
    const known = members.get(party);
    if (known) known.push(member);
    else members.set(party, [member]);
  });
  const tied = ties.map((tie) => tie.weigh(probabilities));
  for (const accounts of members.values()) {
    if (accounts.length < ORGANIZATION_ACCOUNTS_MIN) continue;
    for (const member of accounts) if (!tied.some((nats) => nats[member] > 0.5)) probabilities[member] = 0;
  }
}
