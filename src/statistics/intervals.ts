/** Intervals for a share: how sure can one be of k out of n? */
import { logIncompleteBeta } from "./special-functions.js";
import { logNormalTails } from "./tails.js";

/** Both ends are shares from 0 to 1. */
export interface Interval {
  low: number;
  high: number;
}

/** What the interval is about. */
export interface ShareQuestion {
  successes: number;
  trials: number;
  /** Probability that the interval covers the true share. Default .95, the convention. */
  level?: number;
}

/** Wilson's score interval: covers about as often as it says, for any share. Nothing tried: 0 to 1. Source: Wilson, JASA 22, 1927. */
export function wilsonInterval({ successes, trials, level = 0.95 }: ShareQuestion): Interval {
  if (trials === 0) return { low: 0, high: 1 };
  const z = normalQuantile((1 + level) / 2);
  const share = successes / trials;
  const spread = (z * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials))) / (1 + (z * z) / trials);
  const centre = (share + (z * z) / (2 * trials)) / (1 + (z * z) / trials);
  // At the ends the exact values are 0 and 1; rounding must not say otherwise.
  return { low: successes === 0 ? 0 : centre - spread, high: successes === trials ? 1 : centre + spread };
}

/** Clopper and Pearson's interval: covers at least as often as it says; wide. Nothing tried: 0 to 1. Source: Biometrika 26, 1934. */
export function clopperPearsonInterval({ successes, trials, level = 0.95 }: ShareQuestion): Interval {
  if (trials === 0) return { low: 0, high: 1 };
  const tail = (1 - level) / 2;
  const misses = trials - successes;
  return {
    low: successes === 0 ? 0 : bisect((x) => logIncompleteBeta(x, successes, misses + 1).lower - Math.log(tail), 0, 1),
    high: misses === 0 ? 1 : bisect((x) => Math.log(tail) - logIncompleteBeta(x, successes + 1, misses).upper, 0, 1),
  };
}

/** The z below which a standard normal lies with this probability, 0 < probability < 1. */
export function normalQuantile(probability: number): number {
  if (probability > 0.5) return -normalQuantile(1 - probability);
  return bisect((z) => logNormalTails(z).lower - Math.log(probability), -40, 0);
}

/** Where a rising function crosses 0. 100 halvings reach the last bit of a double. */
function bisect(evaluate: (x: number) => number, from: number, to: number): number {
  let low = from;
  let high = to;
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2;
    if (evaluate(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
