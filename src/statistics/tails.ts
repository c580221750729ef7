/** Tail probabilities as natural logarithms: how improbable is what we saw, without underflow. */
import { logSumExp, logOneMinusExp } from "./log-numbers.js";
import { logChoose, logIncompleteBeta, logIncompleteGamma, type LogTails } from "./special-functions.js";

/** Standard normal: ln P(Z ≤ z) and ln P(Z > z). From erfc(x) = Q(1/2, x²). */
export function logNormalTails(z: number): LogTails {
  const far = logIncompleteGamma(0.5, (z * z) / 2).upper - Math.LN2;
  const near = Math.log1p(-Math.exp(far));
  return z >= 0 ? { lower: near, upper: far } : { lower: far, upper: near };
}

/** Chi-square with `degrees` > 0 degrees of freedom. */
export function logChiSquareTails(x: number, degrees: number): LogTails {
  return logIncompleteGamma(degrees / 2, x / 2);
}

/** Gamma with `shape` > 0 and `scale` > 0 (mean `shape · scale`, in the units of x). */
export function logGammaTails(x: number, { shape, scale }: { shape: number; scale: number }): LogTails {
  return logIncompleteGamma(shape, x / scale);
}

/** Beta with parameters `a`, `b` > 0. */
export function logBetaTails(x: number, { a, b }: { a: number; b: number }): LogTails {
  return logIncompleteBeta(x, a, b);
}

/** Poisson: ln P(X ≥ count). */
export function logPoissonAtLeast(count: number, mean: number): number {
  return count <= 0 ? 0 : logIncompleteGamma(count, mean).lower;
}

/** Poisson: ln P(X ≤ count). */
export function logPoissonAtMost(count: number, mean: number): number {
  return count < 0 ? -Infinity : logIncompleteGamma(count + 1, mean).upper;
}

/** Binomial: ln P(X ≥ count) of `trials` with chance `probability` each. */
export function logBinomialAtLeast(count: number, { trials, probability }: { trials: number; probability: number }): number {
  if (count <= 0) return 0;
  return count > trials ? -Infinity : logIncompleteBeta(probability, count, trials - count + 1).lower;
}

/** Binomial: ln P(X ≤ count). */
export function logBinomialAtMost(count: number, { trials, probability }: { trials: number; probability: number }): number {
  if (count < 0) return -Infinity;
  return count >= trials ? 0 : logIncompleteBeta(probability, count + 1, trials - count).upper;
}

/** Drawing `draws` without replacement from `population` things of which `marked` are marked. */
export interface HypergeometricDraw {
  population: number;
  marked: number;
  draws: number;
}

/** Hypergeometric: ln P(exactly `count` marked ones are drawn). */
export function logHypergeometric(count: number, { population, marked, draws }: HypergeometricDraw): number {
  return logChoose(marked, count) + logChoose(population - marked, draws - count) - logChoose(population, draws);
}

/** Hypergeometric: ln P(at least `count` marked ones are drawn). The overlap of two accounts' sets under "strangers". */
export function logHypergeometricAtLeast(count: number, draw: HypergeometricDraw): number {
  const least = Math.max(0, draw.draws + draw.marked - draw.population);
  const most = Math.min(draw.draws, draw.marked);
  if (count <= least) return 0;
  if (count > most) return -Infinity;
  const mean = (draw.draws * draw.marked) / draw.population;
  // Terms fall off away from the mean: sum the side that starts at its largest term.
  if (count > mean) return Math.min(0, sumHypergeometric({ from: count, to: most, step: 1 }, draw));
  return logOneMinusExp(sumHypergeometric({ from: count - 1, to: least, step: -1 }, draw));
}

/** Hypergeometric: ln P(at most `count` marked ones are drawn). */
export function logHypergeometricAtMost(count: number, draw: HypergeometricDraw): number {
  // Not drawing a marked one is drawing an unmarked one.
  return logHypergeometricAtLeast(draw.draws - count, { ...draw, marked: draw.population - draw.marked });
}

/** Terms this many nats below the first no longer change a double. */
const NEGLIGIBLE_NATS = 45;

function sumHypergeometric({ from, to, step }: { from: number; to: number; step: 1 | -1 }, draw: HypergeometricDraw): number {
  const { population, marked, draws } = draw;
  const first = logHypergeometric(from, draw);
  const terms = [first];
  let term = first;
  for (let count = from; count !== to && term > first - NEGLIGIBLE_NATS; count += step) {
    const upper = step === 1 ? count : count - 1;
    const ratio = Math.log(((marked - upper) * (draws - upper)) / ((upper + 1) * (population - marked - draws + upper + 1)));
    term += step * ratio;
    terms.push(term);
  }
  return logSumExp(terms);
}
