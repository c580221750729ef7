/** Benign crowds: what of traffic without attackers the campaign test would call a campaign, and from which log odds. A calibration is made of them. */
import type { BenignCrowd } from "../../vocabulary/calibration.js";
import type { Detection } from "../../vocabulary/detection.js";
import type { Population } from "../../vocabulary/fingerprint.js";
import { compareStrength, isCampaign, type TestedCandidate } from "./test-candidate.js";
import { MEMBER_PROBABILITY_MIN } from "./standings.js";
import { examineCandidates } from "./examine.js";
import { resolveOverlaps } from "./track.js";

/** Crowds below even odds of the sum are of no account: no bar is ever set so low. */
const CROWD_LOG_ODDS_MIN = 0;

/** Parties among accounts: organizations, and accounts that belong to none. */
function countDistinct({ parties }: Population, accounts: readonly number[]): number {
  return new Set(accounts.map((account) => parties[account])).size;
}

/**
 * Lists the crowds, strongest first. What was proposed decides from which bar a crowd is one; a group that shares an account with a stronger one
 * is the same crowd and may only make it larger, and so may what it would have grown into.
 */
export function listBenignCrowds(population: Population, detections: readonly Detection[]): BenignCrowd[] {
  const { context, tested } = examineCandidates(population, detections, { barLogOdds: CROWD_LOG_ODDS_MIN });
  const passing = tested.filter(isCampaign).sort(compareStrength);
  const crowdOf = new Map<number, number>();
  const crowds: BenignCrowd[] = [];
  for (const group of passing) addGroup(group, { population, crowdOf, crowds });
  const proposed = crowds.length;
  for (const group of resolveOverlaps(passing, context).sort(compareStrength)) addGroup(group, { population, crowdOf, crowds });
  for (const { steps } of crowds) steps.sort((a, b) => b.log_odds - a.log_odds);
  return crowds.slice(0, proposed);
}

interface Sorting {
  population: Population;
  /** Position of the crowd of each account that has one. */
  crowdOf: Map<number, number>;
  crowds: BenignCrowd[];
}

function addGroup(group: TestedCandidate, { population, crowdOf, crowds }: Sorting): void {
  const standing = listStanding(group);
  const fresh = standing.filter((account) => !crowdOf.has(account));
  if (fresh.length === 0) return;
  const position = Math.min(crowds.length, ...standing.flatMap((account) => crowdOf.get(account) ?? []));
  for (const account of fresh) crowdOf.set(account, position);
  const own = round(group.fusion.logOdds);
  if (position === crowds.length) crowds.push({ log_odds: own, steps: [] });
  const logOdds = Math.min(own, crowds[position].log_odds);
  crowds[position].steps.push({ log_odds: logOdds, accounts: fresh.length, organizations: countDistinct(population, fresh) });
}

/** Members that would stand in `campaign` if the group were surely one. */
function listStanding({ group, memberProbabilities }: TestedCandidate): number[] {
  return Array.from(group.members).filter((_, member) => memberProbabilities[member] >= MEMBER_PROBABILITY_MIN);
}

/** Upwards, so that rounding never lets a crowd slip below a bar that it reached. */
function round(logOdds: number): number {
  return Math.ceil(logOdds * 1000) / 1000;
}
