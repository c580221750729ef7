/**
 * Is a share of a sample drawn from something else? The generalised likelihood ratio of a mixture, (1 − ε) background + ε target, against the
 * background alone, with the share ε unknown: the test that finds the smallest share when the densities are known (Ingster 1997; Donoho and
 * Jin, Annals of Statistics 32, 2004, call the setting sparse mixtures).
 */

/** Shares that are tried; neighbours differ by a factor of two, which costs little power. */
const SHARES: readonly number[] = [0.01, 0.02, 0.05, 0.1, 0.2, 0.4];

/**
 * The largest log-likelihood ratio over the shares tried; below 0 where even the smallest of them is too much.
 *
 * @param ratios per observation, the density under the target over that under the background.
 */
export function logContaminationRatio(ratios: ArrayLike<number>): number {
  let best = Number.NEGATIVE_INFINITY;
  for (const share of SHARES) {
    let sum = 0;
    for (let i = 0; i < ratios.length; i++) sum += Math.log1p(share * (ratios[i] - 1));
    if (sum > best) best = sum;
  }
  return best;
}
