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
