/** Do two accounts' rates rise and fall together, beyond what everybody's day does to them? */
import { logNormalTails } from "./tails.js";

/** Pearson's product-moment correlation, −1 to 1; 0 when either side is constant. Arrays of equal length. */
export function correlate(a: Float64Array, b: Float64Array): number {
  const meanA = average(a);
  const meanB = average(b);
  let covariance = 0;
  let varianceA = 0;
  let varianceB = 0;
  for (let index = 0; index < a.length; index++) {
    const deltaA = a[index] - meanA;
    const deltaB = b[index] - meanB;
    covariance += deltaA * deltaB;
    varianceA += deltaA * deltaA;
    varianceB += deltaB * deltaB;
  }
  const scale = Math.sqrt(varianceA) * Math.sqrt(varianceB);
  return scale > 0 ? Math.max(-1, Math.min(1, covariance / scale)) : 0;
}

/** Spearman's rank correlation; ties share their mean rank. */
export function correlateRanks(a: Float64Array, b: Float64Array): number {
  return correlate(rankValues(a), rankValues(b));
}

/** Ranks from 1, ties sharing their mean rank. */
export function rankValues(values: Float64Array): Float64Array {
  const order = Uint32Array.from(values.keys()).sort((a, b) => values[a] - values[b] || a - b);
  const ranks = new Float64Array(values.length);
  let from = 0;
  while (from < order.length) {
    let to = from + 1;
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    for (let at = from; at < to; at++) ranks[order[at]] = (from + to + 1) / 2;
    from = to;
  }
  return ranks;
}

/**
 * Hourly counts with everybody's curve taken out: (count − expected) / √expected, where the account's total is expected to spread over the
 * hours as the population's does (Pearson residuals of a Poisson model). Hours in which the population was silent are 0.
 */
export function takeOutPopulation(counts: ArrayLike<number>, population: ArrayLike<number>): Float64Array {
  let total = 0;
  let populationTotal = 0;
  for (let hour = 0; hour < counts.length; hour++) {
    total += counts[hour];
    populationTotal += population[hour];
  }
  const residuals = new Float64Array(counts.length);
  if (total === 0 || populationTotal === 0) return residuals;
  for (let hour = 0; hour < counts.length; hour++) {
    const expected = (total * population[hour]) / populationTotal;
    if (expected > 0) residuals[hour] = (counts[hour] - expected) / Math.sqrt(expected);
  }
  return residuals;
}

/** How {@link compareRates} makes its null. */
export interface RateComparisonOptions {
  /**
   * Shifts are multiples of this many hours. 24 keeps the hour of the day, so that two night owls do not look coordinated; 1 uses every
   * shift. Default 24.
   */
  shiftHours?: number;
  /** At most this many shifts, spread evenly. Default 200: enough for a probability of 1 %, past which the normal tail speaks. */
  shiftsMax?: number;
  /** `ranks` shrugs off single extreme hours. Default `values`. */
  by?: "values" | "ranks";
}

/** What {@link compareRates} found. */
export interface RateComparison {
  correlation: number;
  /** How many standard deviations the correlation stands above those of the shifted series. */
  deviations: number;
  /** (1 + shifts with at least this correlation) / (1 + shifts). */
  probability: number;
  /** ln of the normal tail beyond `deviations`; reaches further than counting shifts can. */
  logProbability: number;
  shifts: number;
}

/**
 * Correlates two series of residuals (see {@link takeOutPopulation}) and asks how often one of them, turned round by whole shifts, would do as
 * well: a null that keeps each series' own bursts. After Theiler et al., "Testing for nonlinearity in time series: the method of surrogate
 * data", 1992. With fewer than 5 shifts there is no null: probability 1.
 */
export function compareRates(a: Float64Array, b: Float64Array, options: RateComparisonOptions = {}): RateComparison {
  const { shiftHours = 24, shiftsMax = 200, by = "values" } = options;
  const first = by === "ranks" ? rankValues(a) : a;
  const second = by === "ranks" ? rankValues(b) : b;
  const correlation = correlate(first, second);
  const available = Math.max(0, Math.ceil(first.length / shiftHours) - 1);
  const shifts = Math.min(available, shiftsMax);
  if (shifts < SHIFTS_MIN) return { correlation, deviations: 0, probability: 1, logProbability: 0, shifts };
  const surrogates = new Float64Array(shifts);
  let asGood = 0;
  for (let index = 0; index < shifts; index++) {
    const shift = (1 + Math.floor((index * available) / shifts)) * shiftHours;
    const surrogate = correlate(first, turnRound(second, shift));
    surrogates[index] = surrogate;
    if (surrogate >= correlation) asGood++;
  }
  const mean = average(surrogates);
  const deviation = Math.sqrt(surrogates.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (shifts - 1));
  const deviations = deviation > 0 ? (correlation - mean) / deviation : 0;
  return { correlation, deviations, probability: (1 + asGood) / (1 + shifts), logProbability: logNormalTails(deviations).upper, shifts };
}

/** Fewer surrogates give no idea of their spread. */
const SHIFTS_MIN = 5;

function turnRound(values: Float64Array, shift: number): Float64Array {
  const turned = new Float64Array(values.length);
  turned.set(values.subarray(values.length - shift));
  turned.set(values.subarray(0, values.length - shift), shift);
  return turned;
}

function average(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return values.length === 0 ? 0 : sum / values.length;
}
