/**
 * Gatherings: a class, a hackathon, a workshop. Its people are in one place, register together and work at the same hours, so three groups of
 * evidence that are independent otherwise have one innocent cause here. A pool has many addresses, or goes on for longer than an event does.
 */
import type { CandidateGroup, Incidence, Population } from "../../vocabulary/fingerprint.js";

/** Share of the members seen on one and the same address. A pool that spreads over proxies stays well below; a room is above. */
const ONE_PLACE_SHARE_MIN = 0.5;
/** An event with its preparation lasts three days at most … */
const EVENT_HOURS_MAX = 72;
/** … in which nearly all of it happens. */
const EVENT_REQUESTS_SHARE_MIN = 0.8;

/** Whether the group is in one place and its work load lasts no longer than an event. */
export function isGathering(group: CandidateGroup, population: Population): boolean {
  return isAtOne(group, population.addressesOf) && isShort(group, population);
}

/** Fewer on one address are a household, which explains no burst of registrations. */
const PLACE_MEMBERS_MIN = 3;

/**
 * Positions of the members that are not on the address which most of them share; null where no address is a place of several, or half of the group is
 * there, so that the place is its own. A class that met a
 * published prompt brings its address and its day of registration along: what links a group has to remain without it.
 */
export function leaveOutLargestPlace({ members }: CandidateGroup, { addressesOf: { offsets, items } }: Population): number[] | null {
  const counts = new Map<number, number>();
  for (const account of members)
    for (let entry = offsets[account]; entry < offsets[account + 1]; entry++) counts.set(items[entry], (counts.get(items[entry]) ?? 0) + 1);
  let place = -1;
  let most = PLACE_MEMBERS_MIN - 1;
  for (const [item, count] of counts) if (count > most || (count === most && place !== -1 && item < place)) [place, most] = [item, count];
  if (place === -1 || most >= ONE_PLACE_SHARE_MIN * members.length) return null;
  const isThere = (account: number): boolean => items.subarray(offsets[account], offsets[account + 1]).includes(place);
  return [...members.keys()].filter((position) => !isThere(members[position]));
}

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

function isShort(group: CandidateGroup, { requests }: Population): boolean {
  const hours = Uint32Array.from(group.slice, (row) => requests.hour[row]).sort();
  const needed = Math.ceil(EVENT_REQUESTS_SHARE_MIN * hours.length);
  for (let first = 0; first + needed <= hours.length; first++) {
    if (hours[first + needed - 1] - hours[first] <= EVENT_HOURS_MAX) return true;
  }
  return false;
}
