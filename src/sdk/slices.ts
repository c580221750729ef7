/** Views of a candidate group's slice and of the population it is compared with, shared by the detections. */
import { compareRate } from "../statistics/crowd-comparisons.js";
import type { CandidateGroup, Incidence, Population, SharedThings } from "../vocabulary/fingerprint.js";

/** Calls `visit` for every request of the slice, member by member (`member` is a position in `group.members`). */
export function visitSlice(group: CandidateGroup, visit: (row: number, member: number) => void): void {
  for (let member = 0; member < group.members.length; member++) {
    for (let entry = group.sliceOffsets[member]; entry < group.sliceOffsets[member + 1]; entry++) visit(group.slice[entry], member);
  }
}

/** Requests of each member in the slice. */
export function countSliceEvents(group: CandidateGroup): Uint32Array {
  return Uint32Array.from(group.members, (_, member) => group.sliceOffsets[member + 1] - group.sliceOffsets[member]);
}

/** A table of counts, row-major. */
export interface SliceTable {
  rows: number;
  classes: number;
  counts: Float64Array;
}

/**
 * Counts the slice by member and class.
 *
 * @param classify class of a request, 0 … `classes` - 1, or -1 to leave it out.
 */
export function tabulateSlice(
  group: CandidateGroup,
  options: { classes: number; classify: (row: number, member: number) => number },
): SliceTable {
  const counts = new Float64Array(group.members.length * options.classes);
  visitSlice(group, (row, member) => {
    const value = options.classify(row, member);
    if (value >= 0) counts[member * options.classes + value] += 1;
  });
  return { rows: group.members.length, classes: options.classes, counts };
}

/** How many members share a thing with another member, against what as many strangers drawn at random would. */
export interface Coverage {
  members: number;
  sharing: number;
  /** The accounts that share, as positions in the population, ascending by their place in the group. */
  sharers: Int32Array;
  /** Expected number of sharing members in a random group of the same size. */
  expected: number;
  /** The thing that most members share, position in the population's list; -1 for none. */
  commonest: number;
  commonestMembers: number;
  /** Distinct things that at least two members share. */
  sharedThings: number;
}

/**
 * Counts members that share a thing with a member of another party.
 *
 * The expectation asks how often a group of this size would meet the things of its members again, by the carriers outside it: a proxy exit used
 * by half the world counts for nothing, however many members use it, and a card that only members have is not its own base rate.
 *
 * @param options.sharingMin where fewer share, nobody asks what was to be expected: it is not worked out, and 0.
 */
export function measureCoverage(
  group: CandidateGroup,
  options: {
    population: Population;
    incidence: Incidence;
    things: SharedThings;
    isCounted: (item: number) => boolean;
    sharingMin?: number;
  },
): Coverage {
  const { population, incidence, things, isCounted, sharingMin = 0 } = options;
  const { members, party, isShared } = borrowTallies(things);
  const touched: number[] = [];
  visitItems(group, incidence, (item, member) => {
    // What one party has everywhere is shared by nobody here.
    if (things.parties[item] < 2 || !isCounted(item)) return;
    const own = population.parties[group.members[member]];
    if (members[item] === 0) {
      touched.push(item);
      party[item] = own;
      isShared[item] = 0;
    } else if (party[item] !== own) isShared[item] = 1;
    members[item] += 1;
  });
  const isSharing = new Uint8Array(group.members.length);
  visitItems(group, incidence, (item, member) => {
    if (members[item] > 0 && isShared[item] === 1) isSharing[member] = 1;
  });
  const sharing = isSharing.reduce((sum, value) => sum + value, 0);
  const expected = sharing < sharingMin ? 0 : expectSharing(group, { population, incidence, things, isCounted, members });
  let commonest = -1;
  let commonestMembers = 0;
  let sharedThings = 0;
  for (const item of touched) {
    const count = members[item];
    members[item] = 0;
    if (isShared[item] === 0) continue;
    sharedThings += 1;
    if (count > commonestMembers || (count === commonestMembers && item < commonest)) {
      commonest = item;
      commonestMembers = count;
    }
  }
  return {
    members: group.members.length,
    sharing,
    sharers: group.members.filter((_, member) => isSharing[member] === 1),
    expected,
    commonest,
    commonestMembers,
    sharedThings,
  };
}

/** Two that share are a household; the smallest pool looked for has three accounts. */
const SHARING_MIN = 3;

/**
 * Weighs how many members of a group share a thing with another of them, in nats, against as many strangers.
 *
 * @param options.shareMin share of the accounts from which on the evidence counts in full; below, in proportion.
 * @returns null where fewer than three share, or no more than chance has.
 */
export function weighSharing(
  group: CandidateGroup,
  options: Omit<Parameters<typeof measureCoverage>[1], "sharingMin"> & { shareMin: number },
): { coverage: Coverage; nats: number } | null {
  const coverage = measureCoverage(group, { ...options, sharingMin: SHARING_MIN });
  if (coverage.sharing < SHARING_MIN || coverage.sharing <= coverage.expected) return null;
  // Whoever shares does so with another member, so sharers come at least in twos: half of them are independent findings.
  const evidence = compareRate({
    hits: coverage.sharing / 2,
    trials: coverage.members / 2,
    expected: Math.max(coverage.expected, 0.5) / 2,
  });
  return { coverage, nats: evidence * Math.min(1, coverage.sharing / coverage.members / options.shareMin) };
}

function expectSharing(group: CandidateGroup, options: Parameters<typeof measureCoverage>[1] & { members: Uint32Array }): number {
  const { population, incidence, things, isCounted, members } = options;
  const isOfOne = (item: number): boolean => things.parties[item] < 2 && isCounted(item);
  visitItems(group, incidence, (item) => {
    if (isOfOne(item)) members[item] += 1;
  });
  const outside = population.accountIds.length - group.members.length;
  const chance = Math.min(1, (group.members.length - 1) / Math.max(1, outside));
  const missing = new Float64Array(group.members.length).fill(1);
  visitItems(group, incidence, (item, member) => {
    // Those that do not count have no members.
    if (members[item] === 0) return;
    // Half a carrier more, so that a thing nobody else has is rare and not impossible.
    const others = things.accounts[item] - members[item] + 0.5;
    missing[member] *= (1 - chance) ** others;
  });
  visitItems(group, incidence, (item) => {
    if (isOfOne(item)) members[item] = 0;
  });
  return missing.reduce((sum, value) => sum + (1 - value), 0);
}

/** What a group's members have of each thing: how many of them, one member's party, and whether another's has it too. */
interface Tallies {
  members: Uint32Array;
  party: Int32Array;
  isShared: Uint8Array;
}

/** Lent to one call after the other, with all `members` at 0: a thousand groups are looked at, and most have few of the things. */
const talliesOf = new WeakMap<SharedThings, Tallies>();

function borrowTallies(things: SharedThings): Tallies {
  let tallies = talliesOf.get(things);
  if (tallies === undefined) {
    const count = things.accounts.length;
    tallies = { members: new Uint32Array(count), party: new Int32Array(count), isShared: new Uint8Array(count) };
    talliesOf.set(things, tallies);
  }
  return tallies;
}

function visitItems(group: CandidateGroup, incidence: Incidence, visit: (item: number, member: number) => void): void {
  for (let member = 0; member < group.members.length; member++) {
    const account = group.members[member];
    for (let entry = incidence.offsets[account]; entry < incidence.offsets[account + 1]; entry++) visit(incidence.items[entry], member);
  }
}
