/**
 * Repeats: a job that works through a list sends every value once; people send the same values again and again, each by themselves.
 *
 * The birthday problem with unequal probabilities: among m draws, pairs that agree number about m (m − 1) / 2 · Σ p². Source: Good, "The
 * population frequencies of species and the estimation of population parameters", Biometrika 40, 1953 (the unbiased Σ p²); Diaconis and
 * Mosteller, "Methods for studying coincidences", 1989 (the Poisson law of rare coincidences).
 */
import { logGamma } from "./special-functions.js";

/**
 * Probability that two draws agree, Σ p², estimated without bias from how often each value was seen: Σ c (c − 1) / (N (N − 1)). 0 for fewer
 * than two draws.
 */
export function estimateCollisionProbability(counts: Iterable<number>): number {
  let pairs = 0;
  let total = 0;
  for (const count of counts) {
    pairs += count * (count - 1);
    total += count;
  }
  return total < 2 ? 0 : pairs / (total * (total - 1));
}

/**
 * Expected repeats, draws minus distinct values, when `draws` values are drawn with replacement from the empirical distribution `counts`:
 * m − Σ (1 − (1 − p)^m). Drawing without replacement gives none while the list lasts.
 */
export function expectRepeats(counts: Iterable<number>, draws: number): number {
  const list = [...counts];
  const total = list.reduce((sum, count) => sum + count, 0);
  if (total === 0) return 0;
  let distinct = 0;
  for (const count of list) distinct += count >= total ? 1 : -Math.expm1(draws * Math.log1p(-count / total));
  return Math.max(0, draws - distinct);
}

/** What {@link compareRepeats} weighs. */
export interface RepeatQuestion {
  /** Repeats seen: pairs that agree, or draws minus distinct values. */
  repeats: number;
  /** How many of the same kind a crowd would show: m (m − 1) / 2 · Σ p², or {@link expectRepeats}. */
  expectedInCrowd: number;
  /** How many a job that draws without replacement would show: its retries. */
  expectedInPool: number;
  /**
   * How much crowds differ: the coefficient of variation of the expectation from one crowd to the next. Default 1, as wide as the mean: no
   * repeats where λ were expected then gives at most ln(1 + λ), instead of λ.
   */
  crowdVariation?: number;
}

/**
 * ln likelihood ratio of "drawn without replacement, but for retries" (Poisson) against "each draws for themselves" (Poisson with a gamma
 * spread mean: negative binomial). Positive speaks for a pool. 0 when a crowd would show no more repeats than a pool.
 */
export function compareRepeats({ repeats, expectedInCrowd, expectedInPool, crowdVariation = 1 }: RepeatQuestion): number {
  if (expectedInCrowd <= expectedInPool) return 0;
  const shape = 1 / (crowdVariation * crowdVariation);
  return logPoisson(repeats, expectedInPool) - logNegativeBinomial(repeats, { mean: expectedInCrowd, shape });
}

function logPoisson(count: number, mean: number): number {
  return (count === 0 ? 0 : count * Math.log(mean)) - mean - logGamma(count + 1);
}

function logNegativeBinomial(count: number, { mean, shape }: { mean: number; shape: number }): number {
  if (shape === Infinity) return logPoisson(count, mean);
  const hits = count === 0 ? 0 : count * (Math.log(mean) - Math.log(shape + mean));
  return logGamma(shape + count) - logGamma(shape) - logGamma(count + 1) - shape * Math.log1p(mean / shape) + hits;
}
