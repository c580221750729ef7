/**
 * Lineage: a pool that was banned and one that took up its work are two campaigns with an ancestry, because people decide about them at
 * different times. Single banned and replaced accounts are the ordinary life of one campaign and split nothing.
 */
import type { Population } from "../../vocabulary/fingerprint.js";
import type { Succession } from "../../vocabulary/signal.js";
import { pickOwnFamilies } from "./candidates.js";
import { buildGroup, countParties } from "./group.js";
import { NICHE_PARTIES_MIN } from "./niches.js";
import { addDivisions, isCampaign, restrictMembers, testCandidate, type TestContext, type TestedCandidate } from "./test-candidate.js";

/** A wave ends a pool when it takes this share of the accounts that were at work before it. */
const ENDED_SHARE_MIN = 0.5;

/** Operators that one pool is divided among at most: beyond, the pieces are too small to be told from chance. */
const OPERATORS_MAX = 6;

/**
 * Divides a campaign whose accounts are fed from different queues: two operators in one pool are two campaigns, because their aims differ. Of two sides of which one alone would be a
 * campaign that one is left.
 */
export function divideByQueue(campaign: TestedCandidate, context: TestContext): TestedCandidate[] {
  const parts = [addDivisions(campaign, context)];
  for (let position = 0; position < parts.length && parts.length < OPERATORS_MAX; ) {
    const sides = divideOnce(parts[position], context);
    if (sides) parts.splice(position, 1, ...sides.map((side) => addDivisions(side, context)));
    else position += 1;
  }
  return parts;
}

function divideOnce(candidate: TestedCandidate, context: TestContext): TestedCandidate[] | null {
  const division = candidate.signals.find((signal) => signal.division)?.division;
  if (!division) return null;
  const own = division.map((accounts) => new Set(pickOwnFamilies(context.source, accounts)));
  // What is nobody's own stays with both: a member may have sent nothing else.
  const sides = division.map((accounts, side) => {
    const isOthers = (family: number): boolean => !own[side].has(family) && own.some((families) => families.has(family));
    return restrictToWork(candidate, { accounts, families: candidate.group.families.filter((family) => !isOthers(family)), context });
  });
  // Too few accounts to be tested alone are carried by the others.
  if (sides.some((side) => countParties(context.source.population, side.group.members) < NICHE_PARTIES_MIN)) return null;
  // A side that is no pool by itself stood in the campaign by the other's evidence: a class beside a pool that asks for the same kind of thing.
  const standing = sides.filter(isCampaign);
  return standing.length > 0 ? standing : null;
}

/** The accounts' part of the campaign, without the families of the other side, which are not their work load. */
function restrictToWork(
  candidate: TestedCandidate,
  { accounts, families, context }: { accounts: Int32Array; families: Uint32Array; context: TestContext },
): TestedCandidate {
  const probabilities = new Map(Array.from(candidate.group.members, (account, member) => [account, candidate.memberProbabilities[member]]));
  const group = buildGroup(context.source.population, { accounts, families: families.length > 0 ? families : candidate.group.families });
  const memberProbabilities = Float64Array.from(group.members, (account) => probabilities.get(account) ?? 0);
  return testCandidate({ ...candidate, group, memberProbabilities }, context);
}

/** Pools that one campaign can have gone through: more waves than that within one log were never reported. */
const SUCCESSIONS_MAX = 8;

/** A part of a campaign and the part that it took over from. */
export interface Generation {
  candidate: TestedCandidate;
  /** Position of the predecessor in the list, null for the first. */
  predecessor: number | null;
}

/** Splits a campaign at the ban waves that ended it, if there were any; predecessors come before their successors. */
export function splitAtSuccessions(campaign: TestedCandidate, context: TestContext): Generation[] {
  const generations: Generation[] = [{ candidate: campaign, predecessor: null }];
  // The wave that took most accounts is found first: what came before it and after it may have been ended by others.
  for (let position = 0; position < generations.length && generations.length < SUCCESSIONS_MAX; ) {
    const { candidate, predecessor } = generations[position];
    const parts = splitOnce(candidate, context);
    if (!parts) {
      position += 1;
      continue;
    }
    generations.splice(position, 1, { candidate: parts[0], predecessor }, { candidate: parts[1], predecessor: position });
    for (const later of generations.slice(position + 2))
      if (later.predecessor !== null && later.predecessor >= position) later.predecessor += 1;
  }
  return generations;
}

function splitOnce(candidate: TestedCandidate, context: TestContext): [TestedCandidate, TestedCandidate] | null {
  const { population } = context.source;
  const succession = candidate.signals.find((signal) => signal.succession)?.succession;
  if (!succession || !isEnd(candidate, { succession, population })) return null;
  const { members, slice, sliceOffsets } = candidate.group;
  const ended = new Set(succession.predecessors);
  // Who joins later than the detection looks belongs to the pool that is at work then.
  const isLater = (position: number): boolean =>
    !ended.has(members[position]) && population.requests.atMs[slice[sliceOffsets[position]]] > succession.atMs;
  const taken = new Set(succession.successors);
  const positions = [...members.keys()];
  const after = positions.filter((position) => taken.has(members[position]) || isLater(position));
  const isAfter = new Set(after);
  const before = positions.filter((position) => !isAfter.has(position));
  const [first, second] = [before, after].map((part) => testCandidate(restrictMembers(candidate, part), context));
  // Two parts that would not stand alone are one campaign with replaced accounts.
  const isPool = (part: TestedCandidate): boolean => countParties(population, part.group.members) >= NICHE_PARTIES_MIN && isCampaign(part);
  return isPool(first) && isPool(second) ? [addDivisions(first, context), addDivisions(second, context)] : null;
}

function isEnd(candidate: TestedCandidate, { succession, population }: { succession: Succession; population: Population }): boolean {
  const taken = new Set(succession.successors);
  let atWork = 0;
  candidate.group.members.forEach((account, member) => {
    const first = candidate.group.slice[candidate.group.sliceOffsets[member]];
    if (!taken.has(account) && population.requests.atMs[first] <= succession.atMs) atWork += 1;
  });
  return succession.predecessors.length >= ENDED_SHARE_MIN * Math.max(1, atWork);
}
