/** Work loads: who carries one, and in how many hours. */
import type { CandidateGroup, Population } from "../../vocabulary/fingerprint.js";

/** Carriers that two work loads may share: common accounts keep one pace for themselves. */
const SHARED_CARRIERS_MAX = 0.1;

/** What all carriers of a niche send of it. */
export interface WorkLoad {
  carriers: CandidateGroup;
  members: ReadonlySet<number>;
  /** Hours in which each member was active, added up. */
  activeHours: number;
}

/** Looks a work load over. */
export function toWorkLoad(population: Population, group: CandidateGroup): WorkLoad {
  return { carriers: group, members: new Set(group.members), activeHours: sumUp(countActive(population, group)) };
}

/** Members active per hour. */
export function countActive({ hours, requests }: Population, { members, slice, sliceOffsets }: CandidateGroup): Float64Array {
  const active = new Float64Array(hours.length);
  for (let member = 0; member < members.length; member++) {
    let last = -1;
    for (let entry = sliceOffsets[member]; entry < sliceOffsets[member + 1]; entry++) {
      const hour = requests.hour[slice[entry]];
      if (hour === last) continue;
      last = hour;
      active[hour] += 1;
    }
  }
  return active;
}

/** Whether two sets of accounts have more in common than strangers' work loads do. */
export function sharesCarriers(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  const [few, many] = a.size < b.size ? [a, b] : [b, a];
  let shared = 0;
  for (const account of few) if (many.has(account)) shared += 1;
  return shared > SHARED_CARRIERS_MAX * few.size;
}

/** Adds numbers up. */
export function sumUp(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
