/** Bursts: are there more events in some window than chance explains, given that we looked at every window? */
import { logBinomialAtLeast, logPoissonAtLeast } from "./tails.js";

/** The most improbable window. */
export interface Burst {
  fromMs: number;
  toMs: number;
  /** Events in the window, and how many the background leads to expect there. */
  count: number;
  expected: number;
  /** ln of the probability of finding a window this improbable anywhere, at most 0: corrected for every window that was tried. */
  logProbability: number;
}

/** What {@link scanForBurst} looks at. */
export interface BurstQuestion {
  /** Times of the events, any order, milliseconds. */
  timesMs: Float64Array;
  /** Times of the background's events (all registrations, say), any order; they say how likely each window is. */
  backgroundMs: Float64Array;
  /** True when the events stand in the background too, each with its own time: they are then left out of it. */
  isInBackground?: boolean;
  /** True when the background is known to be in ascending order, as one is that serves a thousand questions. */
  isAscending?: boolean;
  /** Window lengths to try, milliseconds. */
  windowsMs: readonly number[];
}

/**
 * Scans a set of events for a burst. For every event and window length it asks how likely it is that so many of the *other* events follow
 * within the window if all were drawn from the background: a binomial tail, P(Bin(n − 1, share of the background in the window) ≥ k − 1).
 * The least probability times the number of windows tried bounds the probability of such a find (Bonferroni; conservative, because windows
 * overlap). After the scan statistic of Naus (1965) and its time-transformed form for a varying background (Weinstock, 1981).
 *
 * The share counts one invisible background event more, so that an empty stretch of background is never impossible. Null for fewer than two events.
 */
export function scanForBurst({
  timesMs,
  backgroundMs,
  isInBackground = false,
  isAscending = false,
  windowsMs,
}: BurstQuestion): Burst | null {
  if (timesMs.length < 2 || windowsMs.length === 0) return null;
  const times = ascend(timesMs);
  const background = isAscending ? backgroundMs : ascend(backgroundMs);
  const others = times.length - 1;
  const strangers = background.length - (isInBackground ? times.length : 0);
  const correction = Math.log(times.length * windowsMs.length);
  let best: Burst | null = null;
  for (const windowMs of [...windowsMs].sort((a, b) => a - b)) {
    let end = 0;
    let first = 0;
    let below = 0;
    let upTo = 0;
    for (let start = 0; start < times.length; start++) {
      const fromMs = times[start];
      const toMs = fromMs + windowMs;
      while (end < times.length && times[end] <= toMs) end++;
      if (times[first] !== fromMs) first = start;
      const followers = end - start - 1;
      if (followers === 0) continue;
      below = skipBelow(background, below, fromMs);
      upTo = skipUpTo(background, Math.max(below, upTo), toMs);
      const share = (upTo - below - (isInBackground ? end - first : 0) + 1) / (strangers + 1);
      if (followers <= others * share) continue;
      // Most windows are far from the best one, and the bound tells so for a tenth of the tail's price.
      if (best !== null && boundBinomialAtLeast(followers, others, share) + correction > best.logProbability + BOUND_MARGIN_NATS) continue;
      const logProbability = Math.min(0, logBinomialAtLeast(followers, { trials: others, probability: share }) + correction);
      if (best !== null && logProbability >= best.logProbability) continue;
      best = { fromMs, toMs: times[end - 1], count: followers + 1, expected: 1 + others * share, logProbability };
    }
  }
  return best ?? { fromMs: times[0], toMs: times[others], count: times.length, expected: times.length, logProbability: 0 };
}

/** The most improbable run of bins of {@link scanCounts}. */
export interface CountBurst {
  /** First bin, and the bin after the last. */
  from: number;
  to: number;
  count: number;
  expected: number;
  logProbability: number;
}

/**
 * Poisson scan over bins: which run of at most `binsMax` bins has more than its expected count, and how improbable is it after Bonferroni
 * correction for all runs tried? `expected` are means per bin, positive where `counts` can be. Null when nothing exceeds its mean.
 */
export function scanCounts(counts: ArrayLike<number>, expected: ArrayLike<number>, { binsMax }: { binsMax: number }): CountBurst | null {
  const bins = counts.length;
  let tried = 0;
  let best: CountBurst | null = null;
  for (let length = 1; length <= Math.min(binsMax, bins); length++) {
    tried += bins - length + 1;
    let count = 0;
    let mean = 0;
    for (let to = 1; to <= bins; to++) {
      count += counts[to - 1];
      mean += expected[to - 1];
      if (to < length) continue;
      if (count > mean) {
        const logProbability = logPoissonAtLeast(count, Math.max(mean, 0));
        if (best === null || logProbability < best.logProbability) best = { from: to - length, to, count, expected: mean, logProbability };
      }
      count -= counts[to - length];
      mean -= expected[to - length];
    }
  }
  return best === null ? null : { ...best, logProbability: Math.min(0, best.logProbability + Math.log(tried)) };
}

/** The values in ascending order; values that are in order already are not copied. */
function ascend(values: Float64Array): Float64Array {
  for (let position = 1; position < values.length; position++) {
    if (values[position] < values[position - 1]) return values.slice().sort();
  }
  return values;
}

/** More than rounding can make of a bound that is compared with the tail itself. */
const BOUND_MARGIN_NATS = 1e-6;

/**
 * A lower bound of ln P(Bin(n, p) ≥ k): its first term alone, from below by Stirling's formula, exp(−n·KL(k/n, p)) / √(8k(1 − k/n))
 * (Ash, Information Theory, 1965, lemma 4.7.2).
 */
function boundBinomialAtLeast(count: number, trials: number, probability: number): number {
  if (count >= trials) return trials * Math.log(probability);
  const share = count / trials;
  const divergence = share * Math.log(share / probability) + (1 - share) * Math.log((1 - share) / (1 - probability));
  return -trials * divergence - 0.5 * Math.log(8 * count * (1 - share));
}

/** Number of values below `limit`, known to be `from` or more: steps that double, then bisection, because the next limit is seldom far. */
function skipBelow(ascending: Float64Array, from: number, limit: number): number {
  let low = from;
  let step = 1;
  while (low + step <= ascending.length && ascending[low + step - 1] < limit) {
    low += step;
    step *= 2;
  }
  let high = Math.min(ascending.length, low + step - 1);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The same for values not above `limit`. */
function skipUpTo(ascending: Float64Array, from: number, limit: number): number {
  let low = from;
  let step = 1;
  while (low + step <= ascending.length && ascending[low + step - 1] <= limit) {
    low += step;
    step *= 2;
  }
  let high = Math.min(ascending.length, low + step - 1);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
