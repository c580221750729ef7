/**
 * Exchangeability: are accounts random draws from one queue, or people who differ?
 *
 * Counts per account and category (families, capabilities, hours of the day, …) of one queue are multinomial with one mix; people's mixes
 * vary from one to the next, which the Dirichlet-multinomial describes with one number, the concentration A. Its overdispersion
 * ρ = 1 / (1 + A) is per request: it does not grow with traffic, unlike χ²/df. Var(x) = n p (1 − p) (1 + (n − 1) ρ); ρ = 0 is one queue.
 *
 * Source: Mosimann, "On the compound multinomial distribution", Biometrika 49, 1962; moment estimate after Brier, Biometrika 67, 1980.
 */
import { logRisingFactorial } from "./special-functions.js";

/** Counts per row and item, non-zero ones only: entries of row `i` stand at `offsets[i] … offsets[i + 1] - 1`, items without repeats. */
export interface CountTable {
  offsets: ArrayLike<number>;
  items: ArrayLike<number>;
  counts: ArrayLike<number>;
}

/** Accounts to compare: rows of a sparse table. Items are categories; callers map what they do not care about to one category. */
export interface MixQuestion {
  table: CountTable;
  /** Rows of the table; all when left out. */
  rows?: Int32Array;
  /** Number of categories; items are below it. */
  categoryCount: number;
}

/** What {@link measureDispersion} found. */
export interface Dispersion {
  /** Maximum-likelihood overdispersion per request, 0 to 1; 0 is one queue. */
  overdispersion: number;
  /** The moment estimate of the same, clipped to 0 to 1; cheaper, and unmoved by how the tail is modelled. */
  overdispersionByMoments: number;
  /** Concentration A = (1 − ρ) / ρ; Infinity for one queue. */
  concentration: number;
  /** ln likelihood of the best overdispersed model over that of one queue, at least 0: large means "people". */
  logLikelihoodRatio: number;
  /** Rows with at least two requests (others say nothing), requests in them, and categories with any. */
  rows: number;
  requests: number;
  categories: number;
}

/** Overdispersion outside is not told apart from its bound: below, a pool of a million requests looks like one queue. */
const OVERDISPERSION_MIN = 1e-6;
const OVERDISPERSION_MAX = 1 - 1e-6;
/** Here the concentration nears the end of what doubles can tell apart, and the likelihood is that of one queue. */
const HOMOGENEOUS_BELOW = 1e-12;

/** Pools the mix of all rows: share of each category. All zero when there are no requests. */
export function poolProportions({ table, rows, categoryCount }: MixQuestion): Float64Array {
  const proportions = new Float64Array(categoryCount);
  let total = 0;
  forEachEntry(table, rows, (item, count) => {
    proportions[item] += count;
    total += count;
  });
  return total === 0 ? proportions : proportions.map((count) => count / total);
}

/**
 * ln likelihood of the rows under a Dirichlet-multinomial with these proportions and this overdispersion per request (0: multinomial). The
 * multinomial coefficients are left out, since they are the same under every model. −Infinity when a category of proportion 0 occurs.
 */
export function dirichletMultinomialLogLikelihood(
  { table, rows }: MixQuestion,
  { proportions, overdispersion }: { proportions: Float64Array; overdispersion: number },
): number {
  const concentration = (1 - overdispersion) / overdispersion;
  let sum = 0;
  forEachEntry(table, rows, (item, count) => {
    const proportion = proportions[item];
    if (overdispersion < HOMOGENEOUS_BELOW) sum += count * Math.log(proportion);
    else sum += proportion > 0 ? logRisingFactorial(concentration * proportion, count) : -Infinity;
  });
  if (overdispersion < HOMOGENEOUS_BELOW) return sum;
  for (const total of rowTotals(table, rows)) sum -= logRisingFactorial(concentration, total);
  return sum;
}

/** Counts for which a row-wise likelihood is worked out once per category; nearly all counts of accounts are below. */
const REMEMBERED_COUNTS = 16;

/** Stands for a count that is not remembered. */
const NOT_REMEMBERED = 0xffff_ffff;

/** The terms of a table: which of those worked out once each entry and each row's total is. */
interface Terms {
  /** Item times {@link REMEMBERED_COUNTS} plus count. */
  ofEntry: Uint32Array;
  totals: Float64Array;
  /** Those that occur, each once. */
  different: Uint32Array;
}

const termsOf = new WeakMap<CountTable, Terms>();

/** Made once for a table, which is asked about under a dozen models, round by round. */
function openTerms(table: CountTable): Terms {
  const known = termsOf.get(table);
  if (known) return known;
  const rows = table.offsets.length - 1;
  const ofEntry = new Uint32Array(table.offsets[rows]);
  const different = new Set<number>();
  for (let at = 0; at < ofEntry.length; at++) {
    const isRemembered = table.counts[at] < REMEMBERED_COUNTS;
    ofEntry[at] = isRemembered ? table.items[at] * REMEMBERED_COUNTS + table.counts[at] : NOT_REMEMBERED;
    if (isRemembered) different.add(ofEntry[at]);
  }
  const terms = { ofEntry, totals: rowTotals(table, undefined), different: Uint32Array.from(different) };
  termsOf.set(table, terms);
  return terms;
}

/** {@link dirichletMultinomialLogLikelihood} of every row by itself. Accounts have the same few counts, so that most terms are known already. */
export function listRowLogLikelihoods(
  table: CountTable,
  { proportions, overdispersion }: { proportions: Float64Array; overdispersion: number },
): Float64Array {
  const concentration = (1 - overdispersion) / overdispersion;
  const { ofEntry, totals, different } = openTerms(table);
  const rise = (item: number, count: number): number =>
    proportions[item] > 0 ? logRisingFactorial(concentration * proportions[item], count) : Number.NEGATIVE_INFINITY;
  const known = new Float64Array(proportions.length * REMEMBERED_COUNTS);
  for (const term of different) known[term] = rise(Math.floor(term / REMEMBERED_COUNTS), term % REMEMBERED_COUNTS);
  const knownTotals: number[] = [];
  const likelihoods = new Float64Array(table.offsets.length - 1);
  for (let row = 0; row < likelihoods.length; row++) {
    let sum = 0;
    for (let at = table.offsets[row]; at < table.offsets[row + 1]; at++)
      sum += ofEntry[at] === NOT_REMEMBERED ? rise(table.items[at], table.counts[at]) : known[ofEntry[at]];
    const total = totals[row];
    if (total < REMEMBERED_COUNTS) knownTotals[total] ??= logRisingFactorial(concentration, total);
    likelihoods[row] = sum - (total < REMEMBERED_COUNTS ? knownTotals[total] : logRisingFactorial(concentration, total));
  }
  return likelihoods;
}

/** Beta-binomial: the same with two categories. ln likelihood of `successes` of `trials`, coefficients left out. */
export function betaBinomialLogLikelihood(
  { successes, trials }: { successes: ArrayLike<number>; trials: ArrayLike<number> },
  { mean, overdispersion }: { mean: number; overdispersion: number },
): number {
  const concentration = (1 - overdispersion) / overdispersion;
  let sum = 0;
  for (let row = 0; row < trials.length; row++) {
    const hits = successes[row];
    const misses = trials[row] - hits;
    if (overdispersion < HOMOGENEOUS_BELOW)
      sum += (hits === 0 ? 0 : hits * Math.log(mean)) + (misses === 0 ? 0 : misses * Math.log1p(-mean));
    else {
      sum += logRisingFactorial(concentration * mean, hits) + logRisingFactorial(concentration * (1 - mean), misses);
      sum -= logRisingFactorial(concentration, hits + misses);
    }
  }
  return sum;
}

/**
 * Measures how much more the rows' mixes differ than draws from one queue would, per request. Fewer than two rows or categories: ρ = 0 with
 * ratio 0, since nothing was compared.
 */
export function measureDispersion(question: MixQuestion): Dispersion {
  const rows = selectInformativeRows(question);
  const informative = { ...question, rows };
  const proportions = poolProportions(informative);
  const totals = rowTotals(question.table, rows);
  const requests = totals.reduce((sum, total) => sum + total, 0);
  const categories = proportions.reduce((count, proportion) => count + (proportion > 0 ? 1 : 0), 0);
  const extent = { rows: rows.length, requests, categories };
  if (rows.length < 2 || categories < 2) {
    return { overdispersion: 0, overdispersionByMoments: 0, concentration: Infinity, logLikelihoodRatio: 0, ...extent };
  }
  const likelihood = (overdispersion: number): number => dirichletMultinomialLogLikelihood(informative, { proportions, overdispersion });
  const homogeneous = likelihood(0);
  // Searched on the logit scale: the likelihood is close to a parabola there for small and large ρ alike.
  const fitted =
    1 /
    (1 + Math.exp(-maximise((logit) => likelihood(1 / (1 + Math.exp(-logit))), logitOf(OVERDISPERSION_MIN), logitOf(OVERDISPERSION_MAX))));
  const logLikelihoodRatio = Math.max(0, likelihood(fitted) - homogeneous);
  const overdispersion = logLikelihoodRatio === 0 ? 0 : fitted;
  return {
    overdispersion,
    overdispersionByMoments: estimateByMoments(informative, { proportions, totals, requests, categories }),
    concentration: overdispersion === 0 ? Infinity : (1 - overdispersion) / overdispersion,
    logLikelihoodRatio,
    ...extent,
  };
}

/** The moment estimate of {@link measureDispersion} alone, in one pass: for figures that are shown, where the likelihood decides elsewhere. */
export function estimateDispersion(question: MixQuestion): number {
  const rows = selectInformativeRows(question);
  const informative = { ...question, rows };
  const proportions = poolProportions(informative);
  const totals = rowTotals(question.table, rows);
  const categories = proportions.reduce((count, proportion) => count + (proportion > 0 ? 1 : 0), 0);
  if (rows.length < 2 || categories < 2) return 0;
  return estimateByMoments(informative, { proportions, totals, requests: totals.reduce((sum, total) => sum + total, 0), categories });
}

/**
 * ln likelihood ratio of "one queue" against "people who differ as this crowd does": positive speaks for a pool. Both overdispersions are per
 * request; `pool` is a little above 0, because even a queue is uneven over time, `crowd` is measured on crowds of the same kind.
 */
export function compareDispersion(question: MixQuestion, { pool, crowd }: { pool: number; crowd: number }): number {
  const proportions = poolProportions(question);
  const likelihood = (overdispersion: number): number => dirichletMultinomialLogLikelihood(question, { proportions, overdispersion });
  return likelihood(pool) - likelihood(crowd);
}

/**
 * Bayes factor, natural log, of "these accounts draw from one mix" against "each has its own mix", when mixes are spread over the population
 * as Dirichlet(concentration · proportions). Exact, and meaningful for two accounts: agreement in rare categories counts more than in common
 * ones. Categories of proportion 0 are refused by −Infinity − −Infinity = NaN, so give every category some.
 */
export function sharedMixLogLikelihoodRatio(question: MixQuestion, prior: { proportions: Float64Array; concentration: number }): number {
  const { table, rows, categoryCount } = question;
  const { proportions, concentration } = prior;
  const pooled = new Float64Array(categoryCount);
  let separate = 0;
  let total = 0;
  forEachEntry(table, rows, (item, count) => {
    pooled[item] += count;
    separate += logRisingFactorial(concentration * proportions[item], count);
    total += count;
  });
  for (const rowTotal of rowTotals(table, rows)) separate -= logRisingFactorial(concentration, rowTotal);
  let together = -logRisingFactorial(concentration, total);
  for (let item = 0; item < categoryCount; item++) {
    const count = pooled[item];
    if (count > 0) together += logRisingFactorial(concentration * proportions[item], count);
  }
  return together - separate;
}

function forEachEntry(table: CountTable, rows: Int32Array | undefined, visit: (item: number, count: number) => void): void {
  const rowCount = rows === undefined ? table.offsets.length - 1 : rows.length;
  for (let index = 0; index < rowCount; index++) {
    const row = rows === undefined ? index : rows[index];
    const end = table.offsets[row + 1];
    for (let at = table.offsets[row]; at < end; at++) visit(table.items[at], table.counts[at]);
  }
}

function rowTotals(table: CountTable, rows: Int32Array | undefined): Float64Array {
  const rowCount = rows === undefined ? table.offsets.length - 1 : rows.length;
  const totals = new Float64Array(rowCount);
  for (let index = 0; index < rowCount; index++) {
    const row = rows === undefined ? index : rows[index];
    const end = table.offsets[row + 1];
    for (let at = table.offsets[row]; at < end; at++) totals[index] += table.counts[at];
  }
  return totals;
}

function selectInformativeRows({ table, rows }: MixQuestion): Int32Array {
  const all = rows ?? Int32Array.from({ length: table.offsets.length - 1 }, (_, row) => row);
  const totals = rowTotals(table, all);
  return all.filter((_, index) => totals[index] >= 2);
}

/** ρ from Pearson's statistic: E[X²] = (K − 1) Σ (1 − n_i / N) (1 + (n_i − 1) ρ) when proportions are pooled from the rows themselves. */
function estimateByMoments(
  { table, rows }: MixQuestion,
  pooled: { proportions: Float64Array; totals: Float64Array; requests: number; categories: number },
): number {
  const { proportions, totals, requests, categories } = pooled;
  let statistic = 0;
  // Σ (x − np)² / np over all categories is Σ x² / np − n, which needs the non-zero entries only.
  for (let index = 0; index < totals.length; index++) {
    const row = (rows as Int32Array)[index];
    const total = totals[index];
    const end = table.offsets[row + 1];
    let sum = 0;
    for (let at = table.offsets[row]; at < end; at++) {
      const count = table.counts[at];
      sum += (count * count) / (total * proportions[table.items[at]]);
    }
    statistic += sum - total;
  }
  const degrees = (categories - 1) * (totals.length - 1);
  const spread = totals.reduce((sum, total) => sum + (total - 1) * (1 - total / requests), 0) * (categories - 1);
  return spread <= 0 ? 0 : Math.min(1, Math.max(0, (statistic - degrees) / spread));
}

function logitOf(probability: number): number {
  return Math.log(probability) - Math.log1p(-probability);
}

/** Golden-section search for the maximum of a unimodal function; 60 steps shrink the interval by 3e-13. */
function maximise(evaluate: (x: number) => number, from: number, to: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let low = from;
  let high = to;
  let left = high - ratio * (high - low);
  let right = low + ratio * (high - low);
  let atLeft = evaluate(left);
  let atRight = evaluate(right);
  for (let step = 0; step < 60 && high - low > 1e-6; step++) {
    if (atLeft < atRight) {
      low = left;
      left = right;
      atLeft = atRight;
      right = low + ratio * (high - low);
      atRight = evaluate(right);
    } else {
      high = right;
      right = left;
      atRight = atLeft;
      left = high - ratio * (high - low);
      atLeft = evaluate(left);
    }
  }
  return (low + high) / 2;
}
