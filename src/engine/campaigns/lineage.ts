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

/** A campaign, or the two that it was. */
export interface Lineage {
  candidate: TestedCandidate;
  /** The part that took over, when there is one. */
  successor: TestedCandidate | null;
}

/** Splits a campaign at a ban wave that ended it, if there was one. */
export function splitAtSuccession(candidate: TestedCandidate, context: TestContext): Lineage {
  const { population } = context.source;
  const succession = candidate.signals.find((signal) => signal.succession)?.succession;
  if (!succession || !isEnd(candidate, { succession, population })) return { candidate, successor: null };
  const taken = new Set(succession.successors);
  const positions = [...candidate.group.members.keys()];
  const before = positions.filter((position) => !taken.has(candidate.group.members[position]));
  const after = positions.filter((position) => taken.has(candidate.group.members[position]));
  const parts = [before, after].map((part) => testCandidate(restrictMembers(candidate, part), context));
  // Two parts that would not stand alone are one campaign with replaced accounts.
  if (!parts.every((part) => countParties(population, part.group.members) >= NICHE_PARTIES_MIN && isCampaign(part)))
    return { candidate, successor: null };
  return { candidate: parts[0], successor: parts[1] };
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
