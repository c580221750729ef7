/**
 * Lineage: a pool that was banned and one that took up its work are two campaigns with an ancestry, because people decide about them at
 * different times. Single banned and replaced accounts are the ordinary life of one campaign and split nothing.
 */
import type { Population } from "../../vocabulary/fingerprint.js";
import type { Succession } from "../../vocabulary/signal.js";
import { countParties } from "./group.js";
import { NICHE_PARTIES_MIN } from "./niches.js";
import { isCampaign, restrictMembers, testCandidate, type TestContext, type TestedCandidate } from "./test-candidate.js";

/** A wave ends a pool when it takes this share of the accounts that were at work before it. */
const ENDED_SHARE_MIN = 0.5;

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
  const taken = new Set(succession.successors);
  const positions = [...candidate.group.members.keys()];
  const before = positions.filter((position) => !taken.has(candidate.group.members[position]));
  const after = positions.filter((position) => taken.has(candidate.group.members[position]));
  const [first, second] = [before, after].map((part) => testCandidate(restrictMembers(candidate, part), context));
  // Two parts that would not stand alone are one campaign with replaced accounts.
  const isPool = (part: TestedCandidate): boolean => countParties(population, part.group.members) >= NICHE_PARTIES_MIN && isCampaign(part);
  return isPool(first) && isPool(second) ? [first, second] : null;
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
