/**
 * Gatherings: a class, a hackathon, a workshop. Its people are in one place, register together and work at the same hours, so three groups of
 * evidence that are independent otherwise have one innocent cause here. A pool has many addresses, or goes on for longer than an event does.
 */
import type { CandidateGroup, Incidence, Population } from "../../vocabulary/fingerprint.js";
import { isInstrument } from "./neighbours.js";

/** Share of the members seen on one and the same address. A pool that spreads over proxies stays well below; a room is above. */
const ONE_PLACE_SHARE_MIN = 0.5;
/** An event with its preparation lasts three days at most … */
const EVENT_HOURS_MAX = 72;
/** … in which nearly all of it happens. */
const EVENT_REQUESTS_SHARE_MIN = 0.8;

/**
 * Share of those at a place that are tied to members elsewhere from which they are no room full of people. In the worlds looked at none of a class or a
 * hackathon was, and of a pool's accounts all.
 */
const TIED_ELSEWHERE_MIN = 0.5;

/** Whether half of the group is in a place or two and its work load lasts no longer than an event there. */
export function isGathering(group: CandidateGroup, population: Population): boolean {
  return isInPlaces(group, population) && isShort(group, population);
}

function isInPlaces(group: CandidateGroup, population: Population): boolean {
  if (isAtOne(group, population.addressesOf)) return true;
  const places = listPlaces(group, population);
  const there = group.members.length - listElsewhere(group, { population, places }).length;
  return places.length > 0 && there >= ONE_PLACE_SHARE_MIN * group.members.length;
}

/** Fewer on one address are a household, which explains no burst of registrations. */
const PLACE_MEMBERS_MIN = 3;
/** Two events of one day, or one in two rooms. With three and more places an event is no longer told from a pool with a few proxies. */
const PLACES_MAX = 2;

/** The addresses that most members share, largest first, each with how many are there; at most two. */
function listPlaces({ members }: CandidateGroup, { addressesOf: { offsets, items } }: Population): { item: number; count: number }[] {
  const counts = new Map<number, number>();
  for (const account of members)
    for (let entry = offsets[account]; entry < offsets[account + 1]; entry++) counts.set(items[entry], (counts.get(items[entry]) ?? 0) + 1);
  return [...counts]
    .flatMap(([item, count]) => (count >= PLACE_MEMBERS_MIN ? [{ item, count }] : []))
    .sort((x, y) => y.count - x.count || x.item - y.item)
    .slice(0, PLACES_MAX);
}

/** Positions of the members that are at none of the places. */
function listElsewhere(
  { members }: CandidateGroup,
  { population, places }: { population: Population; places: readonly { item: number }[] },
): number[] {
  const { offsets, items } = population.addressesOf;
  const isThere = (account: number): boolean =>
    items.subarray(offsets[account], offsets[account + 1]).some((address) => places.some(({ item }) => item === address));
  return [...members.keys()].filter((position) => !isThere(members[position]));
}

/**
 * Positions of the members that are not on the addresses which most of them share; null where no address is a place of several people. A class that met a
 * published prompt brings its address and its day of registration along: what links a group has to remain without it.
 */
export function leaveOutPlaces(group: CandidateGroup, population: Population): number[] | null {
  const places = listPlaces(group, population);
  if (places.length > 0 && isTiedElsewhere(group, { population, places })) return null;
  return places.length === 0 ? null : listElsewhere(group, { population, places });
}

/**
 * Whether most of those at the places are tied to members elsewhere by something else, a card or another address: a room's people have nothing in common with
 * strangers outside it, and a pool's accounts have.
 */
function isTiedElsewhere(
  group: CandidateGroup,
  { population, places }: { population: Population; places: readonly { item: number }[] },
): boolean {
  const elsewhere = new Set(listElsewhere(group, { population, places }));
  const there = [...group.members.keys()].filter((position) => !elsewhere.has(position));
  const outside = { addresses: new Set<number>(), instruments: new Set<number>() };
  for (const position of elsewhere) {
    for (const item of listHeld(population.addressesOf, group.members[position])) outside.addresses.add(item);
    for (const item of listHeld(population.instrumentsOf, group.members[position])) outside.instruments.add(item);
  }
  const isTied = (account: number): boolean =>
    listHeld(population.addressesOf, account).some((item) => outside.addresses.has(item)) ||
    listHeld(population.instrumentsOf, account).some((item) => outside.instruments.has(item) && isInstrument(population, item));
  const tied = there.filter((position) => isTied(group.members[position])).length;
  return tied >= TIED_ELSEWHERE_MIN * there.length;
}

const listHeld = ({ offsets, items }: Incidence, account: number): Uint32Array => items.subarray(offsets[account], offsets[account + 1]);

/** Whether one and the same thing, of those that count, is on half of the members: one room's address, one payer's card. */
export function isAtOne(group: CandidateGroup, incidence: Incidence, isCounted: (item: number) => boolean = () => true): boolean {
  const members = new Map<number, number>();
  let most = 0;
  for (const account of group.members) {
    for (let entry = incidence.offsets[account]; entry < incidence.offsets[account + 1]; entry++) {
      if (!isCounted(incidence.items[entry])) continue;
      const count = (members.get(incidence.items[entry]) ?? 0) + 1;
      members.set(incidence.items[entry], count);
      if (count > most) most = count;
    }
  }
  return most >= ONE_PLACE_SHARE_MIN * group.members.length;
}

/** One event for all, or at each place one of its own: of the people of two weekends each group is together for one of them. */
function isShort(group: CandidateGroup, population: Population): boolean {
  const isWithin = (events: readonly number[]): boolean => isMostlyWithin(group.slice, { events, population });
  if (isWithin([findEvent(group.slice, population)])) return true;
  return isWithin(listPlaces(group, population).map(({ item }) => findEvent(listRowsOf(group, { population, place: item }), population)));
}

/** Requests of the members who are at the place. */
function listRowsOf({ members, slice, sliceOffsets }: CandidateGroup, where: { population: Population; place: number }): number[] {
  return [...members].flatMap((member, position) =>
    listHeld(where.population.addressesOf, member).includes(where.place)
      ? [...slice.subarray(sliceOffsets[position], sliceOffsets[position + 1])]
      : [],
  );
}

/** First hour of the stretch as long as an event in which most of the requests are. */
function findEvent(rows: ArrayLike<number>, { requests }: Population): number {
  const hours = Uint32Array.from(rows, (row) => requests.hour[row]).sort();
  let event = { firstHour: 0, requests: 0 };
  for (let first = 0, end = 0; first < hours.length; first++) {
    while (end < hours.length && hours[end] - hours[first] <= EVENT_HOURS_MAX) end++;
    if (end - first > event.requests) event = { firstHour: hours[first], requests: end - first };
  }
  return event.firstHour;
}

function isMostlyWithin(rows: Uint32Array, { events, population }: { events: readonly number[]; population: Population }): boolean {
  const { hour } = population.requests;
  const within = rows.filter((row) => events.some((first) => hour[row] >= first && hour[row] - first <= EVENT_HOURS_MAX));
  return within.length >= EVENT_REQUESTS_SHARE_MIN * rows.length;
}
