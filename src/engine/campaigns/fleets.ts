/**
 * Fleets: work loads that different accounts carry and that rise, fall and stop together. A dispatcher that gives every account one scaffold leaves no
 * account to tie its scaffolds by; its own pace, when it pauses, drains a queue or is throttled, is on all of them.
 */
import type { CandidateGroup, Population } from "../../vocabulary/fingerprint.js";
import { restrictGroup } from "./group.js";
import { compareAllPaces, comparePaces, describePace, sumByDay } from "./paces.js";
import { listReworks } from "./reworks.js";
import { countActive, sharesCarriers, toWorkLoad, type WorkLoad } from "./work-loads.js";

/** Active account-hours below which a work load has no pace to compare. */
const ACTIVE_HOURS_MIN = 40;
/** Work loads compared, the most active ones: bounds the work at half a million pairs. */
const WORK_LOADS_MAX = 1000;
/**
 * Standard deviations from which two work loads found a fleet. Of 360,000 pairs of benign work loads in five tuning worlds one in a hundred reached 2.2 and about
 * one in ten thousand 4; work loads of one dispatcher 4 to 6.
 */
const FOUNDING_DEVIATIONS = 4;
/** A work load joins a fleet that is there from one in 40,000: some hundred are compared with one pace. */
const JOINING_DEVIATIONS = 4.1;
/** Evidence beyond the price of the search from which accounts keep one pace: as much as the detection of common rates may say of a group. */
const FLEET_NATS_MIN = 3;
/** Work loads of which more is in campaigns already are those again. */
const FOUND_CARRIERS_MAX = 0.5;

/** A scaffold of which a member sent less than this share is none of its own: a request or two on another account's behalf. */
const OWN_SHARE_MIN = 0.2;

/** Work loads of different accounts that one dispatcher seems to feed. */
export interface Fleet {
  /** With all that carry each; of those that are reworked, the one that hands in comes first. */
  workLoads: CandidateGroup[];
  /** How many work loads were compared to find it by its pace; 0 when something else than pace found it. */
  compared: number;
}

/** A work load that is compared with others; only these hold a number for every hour. */
interface PacedWorkLoad extends WorkLoad {
  /** Members active per hour. */
  active: Float64Array;
  pace: Float64Array;
}

/** Work loads as they are before it is known which of them campaigns explain: most of the work on fleets, and it need not wait for that. */
export interface WorkLoadSurvey {
  /** In the order in which their carriers were given. */
  workLoads: WorkLoad[];
  /** Those that have a pace, the most active ones first. */
  active: WorkLoad[];
  /** The first of them with their paces, and how the paces of each pair go together, as {@link compareAllPaces} has it. */
  paced: PacedWorkLoad[];
  deviations: Float64Array;
}

/** Looks over the work loads that are told by all that carry each, and compares the paces of the most active ones. */
export function surveyWorkLoads(population: Population, carriersOf: readonly CandidateGroup[]): WorkLoadSurvey {
  const workLoads = carriersOf.map((group) => toWorkLoad(population, group));
  const byDay = sumByDay(population.hours);
  const active = workLoads.filter((each) => each.activeHours >= ACTIVE_HOURS_MIN).sort((a, b) => b.activeHours - a.activeHours);
  const paced = active.slice(0, WORK_LOADS_MAX).map((workLoad) => measurePace(population, { workLoad, byDay }));
  return { workLoads, active, paced, deviations: compareAllPaces(paced.map(({ pace }) => pace)) };
}

/** What was found among work loads. */
export interface FleetSearch {
  fleets: Fleet[];
  /** Work loads that have a pace and were compared with no other, because {@link WORK_LOADS_MAX} more active ones came before them. */
  uncompared: number;
}

/**
 * Fleets among work loads, each told by all that carry it.
 *
 * @param options.isFound whether an account is in a campaign without this: what is found anew has other accounts.
 */
export function findFleets(
  population: Population,
  survey: WorkLoadSurvey,
  { isFound = () => false }: { isFound?: (account: number) => boolean } = {},
): FleetSearch {
  const isOpen = ({ members }: WorkLoad): boolean =>
    [...members].reduce((sum, account) => sum + (isFound(account) ? 1 : 0), 0) <= FOUND_CARRIERS_MAX * members.size;
  const byDay = sumByDay(population.hours);
  const active = survey.active.filter(isOpen);
  const placeOf = new Map(survey.active.slice(0, survey.paced.length).map((workLoad, place) => [workLoad, place]));
  const places = active.slice(0, WORK_LOADS_MAX).map((workLoad) => placeOf.get(workLoad) ?? -1);
  const open = places.map((place, position) =>
    place < 0 ? measurePace(population, { workLoad: active[position], byDay }) : survey.paced[place],
  );
  const compare = (first: number, second: number): number =>
    places[first] < 0 || places[second] < 0
      ? comparePaces(open[first].pace, open[second].pace)
      : survey.deviations[places[first] * survey.paced.length + places[second]];
  const toFleet = (fleet: readonly WorkLoad[], compared: number): Fleet => ({ workLoads: fleet.map(({ carriers }) => carriers), compared });
  const { workLoads } = survey;
  const fleets = listReworks(population, { workLoads, sources: workLoads.filter(isOpen) }).map((fleet) => toFleet(fleet, 0));
  const taken = new Set<PacedWorkLoad>();
  for (const founders of listPairs(open, compare)) {
    // Another beginning of a fleet that is there ends in nearly the same.
    if (founders.every((each) => taken.has(each))) continue;
    const fleet = growFleet(byDay, { workLoads: open, founders });
    if (weighPaces(fleet.map(({ pace }) => pace)) - priceSearch(fleet.length, open.length) < FLEET_NATS_MIN) continue;
    for (const each of fleet) taken.add(each);
    fleets.push(toFleet(fleet, open.length));
  }
  return { fleets, uncompared: active.length - open.length };
}

function measurePace(population: Population, { workLoad, byDay }: { workLoad: WorkLoad; byDay: Float64Array }): PacedWorkLoad {
  const active = countActive(population, workLoad.carriers);
  return { ...workLoad, active, pace: describePace(active, byDay) };
}

/** Nats that work loads keep one pace, without the price of having looked for them. */
function weighPaces(paces: readonly Float64Array[]): number {
  let sum = 0;
  let squares = 0;
  paces.forEach((first, position) => {
    for (const second of paces.slice(position + 1))
      first.forEach((value, hour) => {
        const product = value * second[hour];
        sum += product;
        squares += product * product;
      });
  });
  return sum > 0 ? sum ** 2 / squares / 2 : 0;
}

/** What it costs to have looked for a fleet: the founders among all pairs, every other one among all work loads. */
function priceSearch(workLoads: number, compared: number): number {
  return compared === 0 ? 0 : workLoads * Math.log(compared) - Math.LN2;
}

/** Nats that work loads which have hardly any account in common keep one pace, less the price of having looked for them. */
export interface CommonPace {
  /** In all hours. */
  nats: number;
  /** Within days: days are left out, because a holiday, a working week or a beginning is common to many strangers. */
  withinDaysNats: number;
}

/** Weighs the pace that the work loads of a group have in common; nothing where there are not two of them. */
export function weighCommonPace(
  population: Population,
  { parts, compared }: { parts: readonly CandidateGroup[]; compared: number },
): CommonPace {
  if (parts.length < 2) return { nats: 0, withinDaysNats: 0 };
  const activeOf = parts.map((part) => countActive(population, part));
  const byDay = sumByDay(population.hours);
  const weigh = (daysOf: (active: Float64Array) => Float64Array): number =>
    weighPaces(activeOf.map((active) => describePace(active, daysOf(active))));
  const total = weigh(() => byDay);
  // Looked for was the pace in all hours, so the price is taken from that; of what is left the same part is within days as before.
  const nats = Math.max(0, total - priceSearch(parts.length, compared));
  return { nats, withinDaysNats: nats === 0 ? 0 : (nats / total) * weigh(sumByDay) };
}

/** Standard deviations by which the paces of two work loads go together, by their positions; the first is the earlier one. */
type ComparePositions = (first: number, second: number) => number;

/** Pairs that found a fleet: each work load with the one whose pace is most like its own, those most alike first. */
function listPairs(workLoads: readonly PacedWorkLoad[], compare: ComparePositions): PacedWorkLoad[][] {
  const pairs = new Map<number, [number, number, number]>();
  const alikeOf = listAlike(workLoads.length, compare);
  workLoads.forEach((workLoad, first) => {
    let best = -1;
    let bestDeviations = FOUNDING_DEVIATIONS;
    for (const { second, deviations } of alikeOf[first]) {
      if (deviations < bestDeviations || sharesCarriers(workLoad.members, workLoads[second].members)) continue;
      best = second;
      bestDeviations = deviations;
    }
    if (best < 0) return;
    const [low, high] = [Math.min(first, best), Math.max(first, best)];
    pairs.set(low * workLoads.length + high, [low, high, bestDeviations]);
  });
  return [...pairs.values()]
    .sort((a, b) => b[2] - a[2] || a[0] - b[0] || a[1] - b[1])
    .map(([low, high]) => [workLoads[low], workLoads[high]]);
}

/** For each work load those whose pace is enough like its own to found a fleet with it, ascending. */
function listAlike(count: number, compare: ComparePositions): { second: number; deviations: number }[][] {
  const alikeOf: { second: number; deviations: number }[][] = Array.from({ length: count }, () => []);
  for (let first = 0; first < count; first++) {
    for (let second = first + 1; second < count; second++) {
      const deviations = compare(first, second);
      if (deviations < FOUNDING_DEVIATIONS) continue;
      alikeOf[first].push({ second, deviations });
      alikeOf[second].push({ second: first, deviations });
    }
  }
  return alikeOf;
}

/** Adds the work load whose pace is most like the fleet's as long as there is one; the fleet's pace is that of all of its accounts. */
function growFleet(
  byDay: Float64Array,
  { workLoads, founders }: { workLoads: readonly PacedWorkLoad[]; founders: readonly PacedWorkLoad[] },
): PacedWorkLoad[] {
  const fleet: PacedWorkLoad[] = [];
  const members = new Set<number>();
  const active = new Float64Array(founders[0].active.length);
  const add = (workLoad: PacedWorkLoad): void => {
    fleet.push(workLoad);
    for (const account of workLoad.members) members.add(account);
    workLoad.active.forEach((count, hour) => {
      active[hour] += count;
    });
  };
  founders.forEach(add);
  for (;;) {
    const pace = describePace(active, byDay);
    let best: PacedWorkLoad | null = null;
    let bestDeviations = JOINING_DEVIATIONS;
    for (const workLoad of workLoads) {
      const deviations = comparePaces(pace, workLoad.pace);
      if (deviations < bestDeviations || sharesCarriers(workLoad.members, members)) continue;
      best = workLoad;
      bestDeviations = deviations;
    }
    if (!best) return fleet;
    add(best);
  }
}

/**
 * The members of a group by the work load that most of what they sent is of: scaffolds that no member uses both of are different work loads. One part
 * where all hang together.
 */
export function splitWorkLoads(group: CandidateGroup, { requests }: Population): CandidateGroup[] {
  const positionOf = new Map([...group.families].map((family, position) => [family, position]));
  const root = Int32Array.from(group.families, (_, position) => position);
  const find = (position: number): number => {
    let at = position;
    while (root[at] !== at) at = root[at];
    return at;
  };
  const homes = Array.from(group.members, (_, member) => {
    const counts = new Map<number, number>();
    for (let entry = group.sliceOffsets[member]; entry < group.sliceOffsets[member + 1]; entry++) {
      const row = group.slice[entry];
      for (const family of new Set([requests.promptFamily[row], requests.systemFamily[row]])) {
        const position = positionOf.get(family);
        if (position !== undefined) counts.set(position, (counts.get(position) ?? 0) + 1);
      }
    }
    const least = OWN_SHARE_MIN * (group.sliceOffsets[member + 1] - group.sliceOffsets[member]);
    const used = [...counts].filter(([, count]) => count >= least).map(([position]) => position);
    for (const position of used) root[find(position)] = find(used[0]);
    // Who gives none of them a fifth is of the one it sends most.
    return used[0] ?? [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0] ?? 0;
  });
  const parts = new Map<number, number[]>();
  homes.forEach((home, member) => {
    const part = find(home);
    const known = parts.get(part);
    if (known) known.push(member);
    else parts.set(part, [member]);
  });
  return [...parts.values()].map((members) => restrictGroup(group, members));
}
