/**
 * False positives that come a whole crowd at a time: how many benign accounts lie above a bar, and where a bar has to be for a chosen rate. Accounts
 * of one crowd are no independent cases, so crowds are counted, and what is known of their number is turned into accounts by their size.
 *
 * Source: Vovk, Gammerman, Shafer, "Algorithmic learning in a random world", 2005 (split conformal prediction); Angelopoulos, Bates, Fisch, Lei,
 * Schuster, "Conformal risk control", 2022.
 */
import { clopperPearsonInterval } from "./intervals.js";

/** Accounts of one crowd that lie above bars up to `score`, beyond those of earlier steps. */
export interface CrowdStep {
  score: number;
  accounts: number;
  organizations: number;
}

/** Traffic without attackers, and its crowds. A crowd's steps are highest first; its first tells its own score. */
export interface CrowdCounts {
  accounts: number;
  organizations: number;
  crowds: readonly (readonly CrowdStep[])[];
}

/** What lies above a bar. */
export interface CrowdRate {
  crowds: number;
  organizations: number;
  accounts: number;
  /** Share of accounts to expect above the bar in other traffic of the kind, 0 to 1. */
  expected: number;
  /** 95 % interval of that share. */
  low: number;
  high: number;
}

/** A bar for a rate. */
export interface ChosenBar {
  bar: number;
  /** False when the traffic is too small: the bar then rests on the tail beyond what was seen. */
  isPromised: boolean;
}

/** Crowds at the upper end that tell how quickly the tail falls. */
const TAIL_CROWDS = 20;
/**
 * Nats in which the tail falls by e, at least: benign traffic exceeds log odds of t with probability e^-t at most when evidence means what it says
 * (Markov's inequality for a likelihood ratio). What was seen may fall more slowly and never counts as falling faster.
 */
const TAIL_NATS_MIN = 1;
/** A bar stands this much above the crowd that it keeps out; calibration files round to less. */
const BAR_MARGIN = 0.01;

/** Counts what lies at or above a bar. */
export function measureCrowdRate(counts: CrowdCounts, bar: number): CrowdRate {
  const above = counts.crowds.map((steps) => steps.filter((step) => step.score >= bar)).filter((steps) => steps.length > 0);
  const crowds = above.length;
  const size = measureSize(counts, above);
  const trials = Math.max(1, counts.organizations);
  const interval = clopperPearsonInterval({ successes: Math.min(crowds, trials), trials });
  const accounts = Math.max(1, counts.accounts);
  const toShare = (number: number): number => Math.min(1, (number * size) / accounts);
  return {
    crowds,
    organizations: sumSteps(above, (step) => step.organizations),
    accounts: sumSteps(above, (step) => step.accounts),
    expected: toShare(crowds + 1),
    low: toShare(interval.low * trials),
    high: toShare(interval.high * trials),
  };
}

/**
 * The lowest bar at which no more than this share of accounts is to be expected above it, and never below `floor`. Where even the highest crowd
 * seen does not vouch for the rate, the bar is raised beyond it by as much as the tail needs to fall, and the answer is no promise.
 */
export function chooseBar(counts: CrowdCounts, { rate, floor }: { rate: number; floor: number }): ChosenBar {
  const scores = counts.crowds.map((steps) => steps[0].score).sort((a, b) => b - a);
  const highest = Math.max(floor, (scores[0] ?? floor) + BAR_MARGIN);
  const nothing = measureCrowdRate(counts, Number.POSITIVE_INFINITY).expected;
  if (nothing > rate) return { bar: highest + measureTail(scores) * Math.log(nothing / rate), isPromised: false };
  let bar = highest;
  for (const candidate of [...scores.map((score) => Math.max(floor, score + BAR_MARGIN)), floor]) {
    if (measureCrowdRate(counts, candidate).expected > rate) break;
    bar = candidate;
  }
  return { bar, isPromised: true };
}

/** Mean excess over the last of the highest scores: the scale of an exponential tail. */
function measureTail(scores: readonly number[]): number {
  const tail = scores.slice(0, TAIL_CROWDS);
  if (tail.length < 2) return TAIL_NATS_MIN;
  const last = tail[tail.length - 1];
  const excess = tail.slice(0, -1).reduce((sum, score) => sum + score - last, 0) / (tail.length - 1);
  return Math.max(TAIL_NATS_MIN, excess);
}

/** Mean accounts of a crowd: of all as they first appear, or of those above the bar where these are larger; 1 at least. */
function measureSize({ crowds }: CrowdCounts, above: readonly (readonly CrowdStep[])[]): number {
  const first = crowds.reduce((sum, steps) => sum + steps[0].accounts, 0) / Math.max(1, crowds.length);
  return Math.max(1, first, sumSteps(above, (step) => step.accounts) / Math.max(1, above.length));
}

function sumSteps(crowds: readonly (readonly CrowdStep[])[], read: (step: CrowdStep) => number): number {
  return crowds.reduce((sum, steps) => sum + steps.reduce((inner, step) => inner + read(step), 0), 0);
}
