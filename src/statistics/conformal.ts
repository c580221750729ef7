/** Conformal probabilities: how often would something benign look at least this suspicious? Holds for any score, without a model. */

/** Scores of benign cases, sorted. */
export interface BenignReference {
  scores: Float64Array;
}

/** Keeps the scores of benign cases; higher is more suspicious. */
export function createBenignReference(scores: Iterable<number>): BenignReference {
  return { scores: Float64Array.from(scores).sort() };
}

/**
 * (1 + benign cases with at least this score) / (1 + benign cases): at most α with probability at most α for a new benign case drawn like the
 * reference. Never 0: with n cases nothing below 1 / (n + 1) can be said. Source: Vovk, Gammerman, Shafer, "Algorithmic learning in a random
 * world", 2005.
 */
export function conformalProbability({ scores }: BenignReference, score: number): number {
  return (1 + scores.length - countBelow(scores, score)) / (scores.length + 1);
}

/** The least score that benign cases reach with probability at most `rate`; Infinity when the reference is too small to tell. */
export function conformalThreshold({ scores }: BenignReference, rate: number): number {
  // A score passes when 1 + (cases at least as high) ≤ rate · (n + 1); it must lie above the case that would be one too many.
  const allowed = Math.floor(rate * (scores.length + 1) + 1e-9) - 1;
  if (allowed < 0) return Infinity;
  if (allowed >= scores.length) return -Infinity;
  return nextAbove(scores[scores.length - 1 - allowed]);
}

function countBelow(scores: Float64Array, score: number): number {
  let low = 0;
  let high = scores.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (scores[middle] < score) low = middle + 1;
    else high = middle;
  }
  return low;
}

function nextAbove(value: number): number {
  if (value === 0) return Number.MIN_VALUE;
  const bits = new BigInt64Array(Float64Array.of(value).buffer);
  bits[0] += value > 0 ? 1n : -1n;
  return new Float64Array(bits.buffer)[0];
}
