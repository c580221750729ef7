/** Arithmetic on natural logarithms: a probability of e^-5000 is ordinary here, and as a double it would be 0. */

/** ln(e^a + e^b + …) without overflow; −Infinity for nothing. */
export function logSumExp(values: Iterable<number>): number {
  const list = [...values];
  let largest = -Infinity;
  for (const value of list) if (value > largest) largest = value;
  if (!Number.isFinite(largest)) return largest;
  let sum = 0;
  for (const value of list) sum += Math.exp(value - largest);
  return largest + Math.log(sum);
}

/**
 * ln(1 − e^x) for x ≤ 0, accurate at both ends. Source: Mächler, "Accurately computing log(1 − exp(−|a|))", 2012. A positive x within
 * rounding of 0 counts as 0.
 */
export function logOneMinusExp(x: number): number {
  if (x >= 0) return -Infinity;
  return x > -Math.LN2 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x));
}

/** Probability → natural log-odds: ln(p / (1 − p)). */
export function toLogOdds(probability: number): number {
  return Math.log(probability) - Math.log1p(-probability);
}

/** Natural log-odds → probability; never overflows. */
export function toProbability(logOdds: number): number {
  if (logOdds >= 0) return 1 / (1 + Math.exp(-logOdds));
  const odds = Math.exp(logOdds);
  return odds / (1 + odds);
}

/** Natural log-odds → ln of the probability, exact where the probability itself would round to 0 or 1. */
export function toLogProbability(logOdds: number): number {
  return logOdds >= 0 ? -Math.log1p(Math.exp(-logOdds)) : logOdds - Math.log1p(Math.exp(logOdds));
}

/** Sums in ascending order, so that the sum does not depend on the order of the input. */
export function sumInOrder(values: Iterable<number>): number {
  let sum = 0;
  for (const value of Float64Array.from(values).sort()) sum += value;
  return sum;
}
