/** Isotonic regression: the best rising step function through points; turns scores into probabilities. */

/** A rising step function: score ≤ `scores[0]` has `values[0]`, and so on; between two steps it is interpolated. */
export interface IsotonicFit {
  /** Ascending, no repeats. */
  scores: Float64Array;
  /** Ascending. */
  values: Float64Array;
}

/**
 * Fits by pooling adjacent violators, in n log n. Least squares with weights; points of equal score are pooled first, so the order of the
 * input does not matter. Source: Barlow et al., "Statistical inference under order restrictions", 1972; for calibration Zadrozny and Elkan, 2002.
 */
export function fitIsotonic(points: { scores: Float64Array; values: Float64Array; weights?: Float64Array }): IsotonicFit {
  const groups = poolEqualScores(points);
  const blocks: { value: number; weight: number; size: number }[] = [];
  for (let index = 0; index < groups.scores.length; index++) {
    let block = { value: groups.values[index], weight: groups.weights[index], size: 1 };
    let previous = blocks.at(-1);
    while (previous !== undefined && previous.value >= block.value) {
      blocks.pop();
      const weight = previous.weight + block.weight;
      block = { value: (previous.value * previous.weight + block.value * block.weight) / weight, weight, size: previous.size + block.size };
      previous = blocks.at(-1);
    }
    blocks.push(block);
  }
  const values = new Float64Array(groups.scores.length);
  let at = 0;
  for (const block of blocks) {
    values.fill(block.value, at, at + block.size);
    at += block.size;
  }
  return { scores: groups.scores, values };
}

/** The fitted value at a score; scores outside the fit get its ends. NaN for an empty fit. */
export function applyIsotonic({ scores, values }: IsotonicFit, score: number): number {
  let low = 0;
  let high = scores.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (scores[middle] < score) low = middle + 1;
    else high = middle;
  }
  if (low === scores.length) return scores.length === 0 ? Number.NaN : values[low - 1];
  if (low === 0 || scores[low] === score) return values[low];
  const from = scores[low - 1];
  const share = (score - from) / (scores[low] - from);
  const value = values[low - 1];
  return value + share * (values[low] - value);
}

interface ScoreGroups {
  scores: Float64Array;
  values: Float64Array;
  weights: Float64Array;
}

function poolEqualScores({ scores, values, weights }: { scores: Float64Array; values: Float64Array; weights?: Float64Array }): ScoreGroups {
  const weightOf = (index: number): number => (weights === undefined ? 1 : weights[index]);
  // Equal scores are put in order of value and weight as well, so that their sum is the same whatever the order of the input.
  const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[a] - scores[b] || values[a] - values[b] || weightOf(a) - weightOf(b));
  const pooled = { scores: [] as number[], values: [] as number[], weights: [] as number[] };
  let from = 0;
  while (from < order.length) {
    const score = scores[order[from]];
    let sum = 0;
    let weight = 0;
    let to = from;
    for (; to < order.length && scores[order[to]] === score; to++) {
      const index = order[to];
      sum += values[index] * weightOf(index);
      weight += weightOf(index);
    }
    if (weight > 0) {
      pooled.scores.push(score);
      pooled.values.push(sum / weight);
      pooled.weights.push(weight);
    }
    from = to;
  }
  return { scores: Float64Array.from(pooled.scores), values: Float64Array.from(pooled.values), weights: Float64Array.from(pooled.weights) };
}
