/** How well a score separates two sets of accounts. */
import { normalQuantile } from "../../statistics/intervals.js";

/** Probability that a positive scores above a negative (ties count half), with its 95 % interval. */
export interface AreaUnderCurve {
  area: number;
  low: number;
  high: number;
  positives: number;
  negatives: number;
}

const LEVEL = 0.95;

/**
 * Area under the receiver operating characteristic with the interval of DeLong, DeLong, Clarke-Pearson, Biometrics 44, 1988. Scores may be
 * −Infinity: "says nothing" ranks last. Null without a positive or without a negative.
 */
export function measureArea(scores: ArrayLike<number>, isPositive: ArrayLike<number>): AreaUnderCurve | null {
  const order = Array.from({ length: scores.length }, (_, i) => i).sort((a, b) =>
    scores[a] < scores[b] ? -1 : scores[a] > scores[b] ? 1 : a - b,
  );
  const placements = new Float64Array(scores.length);
  const counts = [0, 0];
  for (const i of order) counts[isPositive[i] ? 1 : 0] += 1;
  const [negatives, positives] = counts;
  if (negatives === 0 || positives === 0) return null;
  let below = [0, 0];
  for (let from = 0; from < order.length; ) {
    let to = from;
    const tied = [0, 0];
    while (to < order.length && scores[order[to]] === scores[order[from]]) tied[isPositive[order[to++]] ? 1 : 0] += 1;
    for (let at = from; at < to; at++) {
      const i = order[at];
      // Positives: share of negatives below; negatives: share of positives above.
      placements[i] = isPositive[i] ? (below[0] + tied[0] / 2) / negatives : (positives - below[1] - tied[1] / 2) / positives;
    }
    below = [below[0] + tied[0], below[1] + tied[1]];
    from = to;
  }
  let area = 0;
  placements.forEach((placement, i) => {
    if (isPositive[i]) area += placement / positives;
  });
  const spread = [0, 0];
  placements.forEach((placement, i) => {
    spread[isPositive[i] ? 1 : 0] += (placement - area) ** 2;
  });
  const variance = spread[1] / Math.max(1, positives - 1) / positives + spread[0] / Math.max(1, negatives - 1) / negatives;
  const reach = normalQuantile((1 + LEVEL) / 2) * Math.sqrt(variance);
  return { area, low: Math.max(0, area - reach), high: Math.min(1, area + reach), positives, negatives };
}

/** The best F1 over all thresholds: 0 when nothing positive is scored. The kindest reading of a method that names no threshold. */
export function measureBestF1(scores: ArrayLike<number>, isPositive: ArrayLike<number>): number {
  const scored = Array.from({ length: scores.length }, (_, i) => i).filter((i) => scores[i] > Number.NEGATIVE_INFINITY);
  scored.sort((a, b) => scores[b] - scores[a]);
  let all = 0;
  for (let i = 0; i < isPositive.length; i++) all += isPositive[i];
  let hits = 0;
  let best = 0;
  scored.forEach((i, rank) => {
    hits += isPositive[i];
    const isTie = rank + 1 < scored.length && scores[scored[rank + 1]] === scores[i];
    if (!isTie) best = Math.max(best, (2 * hits) / (rank + 1 + all));
  });
  return best;
}
