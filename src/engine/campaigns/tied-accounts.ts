/** Ties: what accounts share with a group's by cards, addresses and days of registration. In a log without text nothing else tells who belongs to it. */
import type { Incidence, Population, SharedThings } from "../../vocabulary/fingerprint.js";
import { buildGroup, countParties } from "./group.js";
import { describeRegistration, describeSharing, type ChanceProfile } from "./member-attributes.js";
import { separateMembers } from "./membership.js";
import { isInstrument, listNeighbours } from "./neighbours.js";

/** A card or address on more accounts is a reseller's or a provider's. */
const THING_ACCOUNTS_MAX = 40;
/**
 * Evidence of a kind from which it counts: odds of e to 1. In sixteen tuning worlds an address and a registration day together were shared by
 * 25 innocent accounts, an instrument and one of them by none of those and 40 of pools.
 */
const KIND_NATS_MIN = 1;
/** Log prior odds that who shares something with a pool's account is of the pool: most are strangers to it. */
const NEIGHBOUR_LOG_ODDS = -1.1;
/** How unsure of those who share something the separation starts, and from where who is looked at is likelier of the pool than not. */
const STRANGER_PROBABILITY = 0.2;
const MEMBER_PROBABILITY_MIN = 0.5;
/** That an account which two things tie to a pool independently is of it, at least: in two tuning worlds all were. */
const TIED_PROBABILITY_MIN = 0.95;

/** What an account shares with accounts of other parties, in nats for each kind. */
export interface Tie {
  account: number;
  instruments: number;
  addresses: number;
  registration: number;
  /** Probability that it is of the pool, by these alone. */
  probability: number;
}

/** A group's accounts, each with the probability that it is of the pool. */
type Pool = ReadonlyMap<number, number>;

/** Weighs what open accounts share with a pool's, ascending. What accounts of one party share among themselves ties nobody. */
export function weighTies(population: Population, pool: Pool): Tie[] {
  const group = buildGroup(population, { accounts: listNeighbours(population, Int32Array.from(pool.keys())), families: [] });
  const probabilities = Float64Array.from(group.members, (account) => pool.get(account) ?? 0);
  const instruments = describeSharing(population, {
    group,
    incidence: population.instrumentsOf,
    things: population.instruments,
    isCounted: (item) => isInstrument(population, item),
  }).weigh(probabilities);
  const addresses = describeSharing(population, {
    group,
    incidence: population.addressesOf,
    things: population.addresses,
    isCounted: () => true,
  }).weigh(probabilities);
  const registration = describeRegistration(population, group).weigh(probabilities);
  return Array.from(group.members, (account, member) => {
    const logOdds = NEIGHBOUR_LOG_ODDS + instruments[member] + addresses[member] + registration[member];
    return {
      account,
      instruments: instruments[member],
      addresses: addresses[member],
      registration: registration[member],
      probability: 1 / (1 + Math.exp(-logOdds)),
    };
  });
}

/** Whether one kind of evidence counts. */
export const isTie = (nats: number): boolean => nats >= KIND_NATS_MIN;

/** Whether it shares what somebody pays with, and a second kind of thing beside it. */
export const isTiedTwice = ({ instruments, addresses, registration }: Tie): boolean =>
  isTie(instruments) && isTie(Math.max(addresses, registration));

/** What is told of everybody around a pool. */
export interface Judgement {
  tie: Tie;
  /** Probability that two independent things, or one that is the pool's own, tie it to the pool; 0 where none do. */
  probability: number;
}

/**
 * Judges the pool's accounts and all open ones that share something with them, ascending. A card and the days of registration tie an account to the pool, or a card
 * and an address, or two addresses, when each ties to somebody whom the other does not: a family and an office have both in common with one and the same. So do a card or an address that
 * is the pool's own, and the client of the pool's sign-ups with the pool's days of registration. Otherwise a card does that ties to several, where the separation takes its holder for the
 * pool's. In two tuning worlds without text 36 accounts were tied by two addresses so, all of pools; of those that shared a single one every fourth was innocent.
 *
 * @param options.isAsked tells of whom it is told; of all when left out.
 */
export function judgeTies(
  population: Population,
  { pool, chance, isAsked = () => true }: { pool: Pool; chance: ChanceProfile; isAsked?: (tie: Tie) => boolean },
): Judgement[] {
  const ties = weighTies(population, pool);
  const asked = ties.flatMap((tie, position) => (isAsked(tie) ? [{ tie, position }] : []));
  if (asked.length === 0) return [];
  const carriers = buildGroup(population, { accounts: ties.map(({ account }) => account), families: [] });
  const separated = separateMembers(population, {
    carriers,
    chance,
    initial: Float64Array.from(carriers.members, (account) => pool.get(account) ?? STRANGER_PROBABILITY),
  });
  const things = listThings(population, [...pool.keys()]);
  const shareOfClient = learnClients(population, pool);
  const holdsOwn = findOwnThings(population, { pool, ties, things });
  const judge = (tie: Tie, position: number): number => {
    const { account, probability, registration } = tie;
    const hasCard = isTie(tie.instruments);
    const shared = things.flatMap((holdersOf) => holdersOf(account));
    const isTied =
      (hasCard && isTie(registration)) ||
      tiesApart(shared) ||
      holdsOwn(account, isTie(registration) ? MOSTLY_OWN_SHARE_MIN : OWN_THING_SHARE_MIN) ||
      (isTie(registration) && shareOfClient(account) >= CLIENT_SHARE_MIN);
    if (isTied) return Math.max(probability, separated[position], TIED_PROBABILITY_MIN);
    const isTiedToMany = new Set(shared.flatMap((holders) => [...holders])).size > 1;
    return hasCard && isTiedToMany && separated[position] >= MEMBER_PROBABILITY_MIN ? separated[position] : 0;
  };
  return asked.map(({ tie, position }) => ({ tie, probability: judge(tie, position) }));
}

/**
 * Open accounts that belong to a campaign which links alone hold together, with their probabilities: clusters are torn where the links are thin.
 *
 * @param options.isTaken tells accounts that are in a campaign.
 */
export function listTiedAccounts(
  population: Population,
  { pool, chance, isTaken }: { pool: Pool; chance: ChanceProfile; isTaken: (account: number) => boolean },
): Map<number, number> {
  const judged = judgeTies(population, { pool, chance });
  return new Map(
    judged.flatMap(({ tie: { account }, probability }) =>
      probability > 0 && !pool.has(account) && !isTaken(account) ? [[account, probability] as const] : [],
    ),
  );
}

/** From here the client at sign-up is the pool's own: its other holders are likelier of the pool than not. */
const CLIENT_SHARE_MIN = 0.5;

/** For an account the largest share that a pool has of the other parties which registered with the same client; 0 where it has none of them. */
function learnClients(population: Population, pool: Pool): (account: number) => number {
  const { parties, instruments, instrumentsOf } = population;
  const { offsets, items } = instrumentsOf;
  const isCounted = (item: number): boolean =>
    instruments.kinds[item] === "signup_client" && instruments.accounts[item] <= THING_ACCOUNTS_MAX;
  const held = new Map<number, Set<number>>();
  for (const account of pool.keys())
    for (let entry = offsets[account]; entry < offsets[account + 1]; entry++)
      if (isCounted(items[entry])) held.set(items[entry], (held.get(items[entry]) ?? new Set<number>()).add(parties[account]));
  return (account) => {
    let largest = 0;
    for (let entry = offsets[account]; entry < offsets[account + 1]; entry++) {
      const ofPool = held.get(items[entry])?.size ?? 0;
      // The account is one of the holders; two more, one each way, are assumed (Laplace).
      if (ofPool > 0) largest = Math.max(largest, (ofPool + 1) / (instruments.parties[items[entry]] - 1 + 2));
    }
    return largest;
  };
}

/** From here a thing is the pool's own, one other holder each way assumed (Laplace): two of two other parties and nobody else, or five of six. */
const OWN_THING_SHARE_MIN = 0.75;
/** The same for who registered on the pool's days too: two of three. */
const MOSTLY_OWN_SHARE_MIN = 0.6;
/**
 * Strangers to each other that hold a thing and are tied to the pool by something else: whom it tied alone would bring its family or office along. Two are enough where a card or
 * another address ties them, three where it is their day of registration.
 */
const OWN_THING_HOLDERS = { tied: 2, registered: 3 };

/** Whether an account holds a thing that is the pool's own. */
function findOwnThings(
  population: Population,
  { pool, ties, things }: { pool: Pool; ties: readonly Tie[]; things: readonly ((account: number) => ReadonlySet<number>[])[] },
): (account: number, shareMin: number) => boolean {
  const { parties } = population;
  const registered = new Set(ties.flatMap(({ account, registration }) => (isTie(registration) ? [account] : [])));
  const isTiedBeside = (member: number, holders: ReadonlySet<number>): boolean =>
    things.some((holdersOf) => holdersOf(member).some((others) => [...others].some((party) => !holders.has(party))));
  const own = listKinds(population).map(({ incidence: { offsets, items }, counts, isCounted }) => {
    const membersOn = new Map<number, number[]>();
    for (const member of pool.keys())
      for (let entry = offsets[member]; entry < offsets[member + 1]; entry++)
        if (isCounted(items[entry])) membersOn.set(items[entry], [...(membersOn.get(items[entry]) ?? []), member]);
    return { offsets, items, counts, membersOn };
  });
  return (account, shareMin) =>
    own.some(({ offsets, items, counts, membersOn }) =>
      items.subarray(offsets[account], offsets[account + 1]).some((item) => {
        const members = (membersOn.get(item) ?? []).filter((member) => parties[member] !== parties[account]);
        const holders = new Set(members.map((member) => parties[member]));
        if ((holders.size + 1) / (counts.parties[item] - 1 + 2) < shareMin) return false;
        const all = new Set([...holders, parties[account]]);
        const tied = members.filter((member) => isTiedBeside(member, all));
        const known = members.filter((member) => registered.has(member) || tied.includes(member));
        return countParties(population, tied) >= OWN_THING_HOLDERS.tied || countParties(population, known) >= OWN_THING_HOLDERS.registered;
      }),
    );
}

/** Addresses and cards, without those that a provider or half the world has. */
function listKinds(population: Population): { incidence: Incidence; counts: SharedThings; isCounted: (item: number) => boolean }[] {
  const { addresses, instruments } = population;
  return [
    { incidence: population.addressesOf, counts: addresses, isCounted: (item) => addresses.accounts[item] <= THING_ACCOUNTS_MAX },
    {
      incidence: population.instrumentsOf,
      counts: instruments,
      isCounted: (item) => instruments.accounts[item] <= THING_ACCOUNTS_MAX && isInstrument(population, item),
    },
  ];
}

/** For every kind of thing: what an account shares with members of other parties, each as the parties that hold it. */
function listThings(population: Population, members: readonly number[]): ((account: number) => ReadonlySet<number>[])[] {
  const { parties } = population;
  return listKinds(population).map(({ incidence: { offsets, items }, isCounted }) => {
    const holders = new Map<number, Set<number>>();
    for (const account of members)
      for (let entry = offsets[account]; entry < offsets[account + 1]; entry++)
        if (isCounted(items[entry])) holders.set(items[entry], (holders.get(items[entry]) ?? new Set<number>()).add(parties[account]));
    return (account) =>
      Array.from(items.subarray(offsets[account], offsets[account + 1]), (item) => {
        const others = new Set(holders.get(item));
        others.delete(parties[account]);
        return others;
      }).filter(({ size }) => size > 0);
  });
}

/** Whether two of the things are each held by somebody who does not hold the other. */
function tiesApart(things: readonly ReadonlySet<number>[]): boolean {
  const hasMore = (a: ReadonlySet<number>, b: ReadonlySet<number>): boolean => [...a].some((party) => !b.has(party));
  return things.some((a, position) => things.slice(position + 1).some((b) => hasMore(a, b) && hasMore(b, a)));
}

/**
 * Members tied by all three kinds at once from which less behaviour is enough: a pool's worth, which is a tenth of them at least and falls into clusters of payers
 * that have nobody in common, so that one household says nothing about thirty strangers. In four tuning worlds without text groups that are mostly a pool's
 * had a tenth and more in two clusters and more; of innocent groups none had more than one such account.
 */
const TIED_BY_ALL_MIN = { accounts: 3, share: 0.1, clusters: 2 };

/**
 * Whether a good part of the members share an instrument and an address with members of other parties and were registered when many of them were, beyond
 * what everybody's registrations explain. A class or a hackathon that family cards bring together with strangers shares all three kinds too, and has hardly anybody who
 * shares all three.
 */
export function isTiedByAll({ members }: { members: Int32Array }, population: Population): boolean {
  const tied = listTiedByAll(members, population);
  const { accounts, share, clusters } = TIED_BY_ALL_MIN;
  return tied.length >= Math.max(accounts, share * members.length) && countPayerClusters(tied, population) >= clusters;
}

function listTiedByAll(members: Int32Array, population: Population): Int32Array {
  const payers = listSharers(population, {
    members,
    incidence: population.instrumentsOf,
    isCounted: (item) => isInstrument(population, item),
  });
  const neighbours = listSharers(population, {
    members,
    incidence: population.addressesOf,
    isCounted: (item) => population.addresses.accounts[item] <= THING_ACCOUNTS_MAX,
  });
  const group = buildGroup(population, { accounts: members, families: [] });
  const registration = describeRegistration(population, group).weigh(new Float64Array(group.members.length).fill(1));
  return group.members.filter((account, member) => payers.has(account) && neighbours.has(account) && isTie(registration[member]));
}

/** Clusters of accounts that share instruments or a party, directly or through each other. */
function countPayerClusters(accounts: Int32Array, population: Population): number {
  const root = new Map<string, string>();
  const find = (name: string): string => {
    let at = name;
    for (let next = root.get(at); next !== undefined && next !== at; next = root.get(at)) at = next;
    return at;
  };
  const join = (a: string, b: string): void => void root.set(find(a), find(b));
  const { offsets, items } = population.instrumentsOf;
  const nameOf = (account: number): string => `party ${population.parties[account]}`;
  for (const account of accounts)
    for (let entry = offsets[account]; entry < offsets[account + 1]; entry++)
      if (isInstrument(population, items[entry])) join(`item ${items[entry]}`, nameOf(account));
  return new Set(Array.from(accounts, (account) => find(nameOf(account)))).size;
}

/** Members that share a thing with a member of another party. */
function listSharers(
  { parties }: Population,
  { members, incidence, isCounted }: { members: Int32Array; incidence: Incidence; isCounted: (item: number) => boolean },
): Set<number> {
  const carriers = new Map<number, number[]>();
  for (const account of members) {
    for (let entry = incidence.offsets[account]; entry < incidence.offsets[account + 1]; entry++) {
      const item = incidence.items[entry];
      if (!isCounted(item)) continue;
      const known = carriers.get(item);
      if (known) known.push(account);
      else carriers.set(item, [account]);
    }
  }
  const sharers = new Set<number>();
  for (const accounts of carriers.values())
    if (accounts.some((account) => parties[account] !== parties[accounts[0]])) for (const account of accounts) sharers.add(account);
  return sharers;
}
