/** Do two samples come from one distribution? */

/** What {@link compareSamples} found. */
export interface SampleComparison {
  /** Largest distance between the two empirical distributions, 0 to 1. */
  distance: number;
  /** ln of the probability of a distance this large or larger if both samples came from one distribution. */
  logProbability: number;
}

/**
 * Two-sample Kolmogorov–Smirnov test; with ties conservative. Units of the samples do not matter. Probability by the asymptotic law with the
 * small-sample correction of Stephens (1970): λ = D (√n + .12 + .11 / √n), n = n₁ n₂ / (n₁ + n₂). Either sample empty: distance 0.
 */
export function compareSamples(first: Float64Array, second: Float64Array): SampleComparison {
  if (first.length === 0 || second.length === 0) return { distance: 0, logProbability: 0 };
  const a = first.slice().sort();
  const b = second.slice().sort();
  let distance = 0;
  let atA = 0;
  let atB = 0;
  while (atA < a.length && atB < b.length) {
    const value = Math.min(a[atA], b[atB]);
    while (atA < a.length && a[atA] <= value) atA++;
    while (atB < b.length && b[atB] <= value) atB++;
    distance = Math.max(distance, Math.abs(atA / a.length - atB / b.length));
  }
  const effective = Math.sqrt((a.length * b.length) / (a.length + b.length));
  return { distance, logProbability: logKolmogorovTail(distance * (effective + 0.12 + 0.11 / effective)) };
}

/** ln P(K > λ) of the Kolmogorov distribution: 2 Σ (−1)^(j−1) e^(−2 j² λ²) for large λ, its theta-function dual for small λ. */
export function logKolmogorovTail(lambda: number): number {
  if (lambda <= 0) return 0;
  if (lambda < 1) {
    let below = 0;
    for (let odd = 1; odd <= 7; odd += 2) below += Math.exp((-(odd * odd) * Math.PI * Math.PI) / (8 * lambda * lambda));
    return Math.log1p(-(Math.sqrt(2 * Math.PI) / lambda) * below);
  }
  // The first term is taken out, so that the rest is a correction near 1 however small the whole is.
  let correction = 1;
  for (let j = 2; j <= 6; j++) correction += (j % 2 === 0 ? -1 : 1) * Math.exp(-2 * (j * j - 1) * lambda * lambda);
  return Math.LN2 - 2 * lambda * lambda + Math.log(correction);
}
