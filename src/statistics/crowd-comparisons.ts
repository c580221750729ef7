/**
 * Tests of a pool against the crowd, each with the null model under which its false positives are known. All answer in nats: a natural logarithm of
 * evidence, positive for a pool.
 *
 * Where a number is a likelihood ratio of two models that were fixed beforehand, its exponential averages 1 under the null, so that t nats or more come
 * with probability `e^-t` at most (Markov's inequality; Vovk, Wang, "E-values: Calibration, combination and applications", Annals of Statistics 49,
 * 2021, call such a number an e-value).
 */
import { logBeta, logGamma } from "./special-functions.js";

/**
 * Signed deviance of a binomial count: how much better "k of n" is explained by its own rate than by the expected one; negative when fewer than
 * expected were seen.
 *
 * Null: every trial is a hit with the expected share, or less, independently. Then t nats or more come with probability `e^-t` at most, because
 * the deviance is the exponent of the Chernoff bound (Hoeffding, "Probability inequalities for sums of bounded random variables", JASA 58, 1963,
 * theorem 1). Callers whose trials hang together must take that off themselves.
 */
export function compareRate({ hits, trials, expected }: { hits: number; trials: number; expected: number }): number {
  if (trials === 0) return 0;
  const rate = Math.min(1 - 1e-9, Math.max(1e-9, expected / trials));
  const own = Math.min(1 - 1e-9, Math.max(1e-9, hits / trials));
  const nats = hits * Math.log(own / rate) + (trials - hits) * Math.log((1 - own) / (1 - rate));
  return own >= rate ? nats : -nats;
}

/**
 * Beta-binomial log likelihood ratio of items that repeat, with Beta(1, b) on the repeated share under either hypothesis: a queue that hands every
 * item out once repeats hardly any (b = `pool`, large), people who fill one template repeat some (b = `crowd`).
 *
 * Null: the share of a crowd is a draw from Beta(1, crowd), and its items repeat with that share. A likelihood ratio of two fixed models: see above.
 *
 * Source: Skellam, "A probability distribution derived from the binomial distribution by regarding the probability of success as variable between the
 * sets of trials", JRSS B 10, 1948. That a queue's mark is a small share, and counting an item by the share of others who sent it, is ours.
 *
 * @param counts.repeated may be a fraction: every item counts with the share of other carriers that sent it.
 */
export function compareRepeats(
  { repeated, filled }: { repeated: number; filled: number },
  { pool, crowd }: { pool: number; crowd: number },
): number {
  const logLikelihood = (b: number): number => logBeta(1 + repeated, b + filled - repeated) - logBeta(1, b);
  return logLikelihood(pool) - logLikelihood(crowd);
}

/**
 * Whether many accounts keep one pace: log likelihood ratio of counts per hour whose common rate swings by a pool's squared variation (the mean over
 * those given) and by a crowd's. Given its rate an hour's count is Poisson, and the rate is gamma distributed around what is expected of the hour:
 * a negative binomial.
 *
 * Null: hours swing independently by the crowd's squared variation around the expectation. A likelihood ratio of fixed models: see above; where the
 * expectation is estimated from the same counts, as by callers, it takes some of the swing out and leaves fewer false positives, which the test shows.
 *
 * Source: Greenwood, Yule, "An inquiry into the nature of frequency distributions representative of multiple happenings …", JRSS 83, 1920. Reading the
 * variation as a dispatcher's, and the two values, are ours.
 */
export function comparePace(
  counts: Float64Array,
  expected: Float64Array,
  { pools, crowd }: { pools: readonly number[]; crowd: number },
): number {
  const logLikelihood = (variation: number): number => {
    const shape = 1 / variation;
    // Hours have the same few counts.
    const rises: number[] = [];
    let sum = 0;
    counts.forEach((count, hour) => {
      const mean = expected[hour];
      if (mean <= 0) return;
      rises[count] ??= logGamma(count + shape) - logGamma(shape);
      sum += rises[count] + count * Math.log(mean / (mean + shape)) + shape * Math.log(shape / (mean + shape));
    });
    return sum;
  };
  return averageLikelihood(pools.map(logLikelihood)) - logLikelihood(crowd);
}

/** ln of the mean of likelihoods given as logarithms. */
function averageLikelihood(logLikelihoods: readonly number[]): number {
  const best = Math.max(...logLikelihoods);
  return best + Math.log(logLikelihoods.reduce((sum, value) => sum + Math.exp(value - best), 0) / logLikelihoods.length);
}

/**
 * Where a value stands in a crowd: half the log odds that one of the crowd lies below it, ties counting half.
 *
 * Null: the value could be anyone's of the crowd (exchangeable with its n values). Its rank is then uniform, and t nats or more come with probability
 * `(n + 2) / (n + 1) / (1 + e^2t)` at most; twice that where many tie. A group's mean is less extreme than one account's value, so groups of
 * ordinary accounts stay below.
 *
 * Source: the rank as in Vovk, Gammerman, Shafer, "Algorithmic learning in a random world", 2005. Half its log odds as evidence is ours: a probability
 * p gives about `½ ln(1 / p)`, as the calibrator `½ p^-½` of Vovk and Wang (2021) does, which is smaller by ln 2.
 */
export function compareRank(crowd: Float64Array, value: number): number {
  const below = countBelow(crowd, value);
  return 0.5 * Math.log((below + 1) / (crowd.length - below + 1));
}

/** Values of an ascending list below a value, ties counting half. */
function countBelow(sorted: Float64Array, value: number): number {
  const count = (isBefore: (other: number) => boolean): number => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBefore(sorted[middle])) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return (count((other) => other < value) + count((other) => other <= value)) / 2;
}

/**
 * Share of a crowd that reaches a value, never 0: half of one is added to those who do, and the one who asks to all.
 *
 * Null: the value could be anyone's of the crowd. The share is then x or less with probability `x + 1 / (2n + 2)` at most, so that `-ln` of it
 * reaches t nats with `e^-t` and that little more.
 *
 * Source: Phipson, Smyth, "Permutation p-values should never be zero", SAGMB 9, 2010, who add 1 where this adds ½, which is ours.
 */
export function rateReached({ reached, others }: { reached: number; others: number }): number {
  return (reached + 0.5) / (others + 1);
}
