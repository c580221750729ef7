/**
 * Gamma and beta functions and their incomplete forms as natural logarithms.
 *
 * Own code, because no maintained npm library gives the tails in log space: theirs are 0 from e^-745 on, and evidence from a large pool lies
 * far beyond that. Checked against mpmath and SciPy.
 */
import { logOneMinusExp } from "./log-numbers.js";

/** Both sides of a distribution as natural logarithms. */
export interface LogTails {
  /** ln P(X ≤ x) */
  lower: number;
  /** ln P(X > x) */
  upper: number;
}

/** From here on Stirling's series with seven terms is exact to the last bit; below, the recurrence leads here. */
const STIRLING_MIN = 10;
const HALF_LOG_TWO_PI = 0.9189385332046727;

/** The part of ln Γ(x) that Stirling's leading terms leave out, for x ≥ 10. Coefficients: Bernoulli numbers B(2k) / (2k (2k − 1)). */
function stirlingRemainder(x: number): number {
  const z = 1 / (x * x);
  const tail = 1 / 1188 + z * (-691 / 360360 + z / 156);
  return (1 / 12 + z * (-1 / 360 + z * (1 / 1260 + z * (-1 / 1680 + z * tail)))) / x;
}

/** ln Γ(x) for x > 0; absolute error below 1e-14 or relative below 1e-15. Source: Stirling's series, Abramowitz and Stegun 6.1.41. */
export function logGamma(x: number): number {
  if (x === 1 || x === 2) return 0;
  let product = 1;
  let shifted = x;
  while (shifted < STIRLING_MIN) {
    product *= shifted;
    shifted += 1;
  }
  return (shifted - 0.5) * Math.log(shifted) - shifted + HALF_LOG_TWO_PI + stirlingRemainder(shifted) - Math.log(product);
}

/**
 * ln(Γ(x + n) / Γ(x)) for x > 0, n ≥ 0, without the cancellation of two large logarithms. The rising factorial of Dirichlet-multinomial
 * likelihoods.
 */
export function logRisingFactorial(x: number, n: number): number {
  if (n === 0) return 0;
  if (n === 1) return Math.log(x);
  if (x < STIRLING_MIN) return logGamma(x + n) - logGamma(x);
  const leading = (x - 0.5) * Math.log1p(n / x) + n * (Math.log(x + n) - 1);
  return leading + stirlingRemainder(x + n) - stirlingRemainder(x);
}

/** ln B(a, b) for a, b > 0. */
export function logBeta(a: number, b: number): number {
  const small = Math.min(a, b);
  return logGamma(small) - logRisingFactorial(Math.max(a, b), small);
}

/** ln of the number of ways to choose `k` of `n`; −Infinity when there is none. */
export function logChoose(n: number, k: number): number {
  if (k < 0 || k > n) return -Infinity;
  return k === 0 || k === n ? 0 : -Math.log1p(n) - logBeta(n - k + 1, k + 1);
}

/**
 * Regularized incomplete gamma functions: ln P(a, x) and ln Q(a, x) for a > 0.
 * Series below a + 1, continued fraction above. Source: Press et al., Numerical Recipes, 3rd ed., 6.2.
 */
export function logIncompleteGamma(a: number, x: number): LogTails {
  if (!(x > 0)) return { lower: -Infinity, upper: 0 };
  if (x === Infinity) return { lower: 0, upper: -Infinity };
  const prefactor = logPoissonTerm(a, x);
  if (x < a + 1) {
    const lower = Math.min(0, prefactor + Math.log(gammaSeries(a, x)));
    return { lower, upper: logOneMinusExp(lower) };
  }
  const upper = Math.min(0, prefactor + Math.log(a) + Math.log(gammaFraction(a, x)));
  return { lower: logOneMinusExp(upper), upper };
}

/** ln(x^a e^-x / Γ(a + 1)); the deviance form keeps digits where x is near a large a (Loader, "Fast and accurate computation of binomial probabilities", 2000). */
function logPoissonTerm(a: number, x: number): number {
  if (a < STIRLING_MIN) return a * Math.log(x) - x - logGamma(a + 1);
  const excess = (x - a) / a;
  return -a * (excess - Math.log1p(excess)) - 0.5 * Math.log(a) - HALF_LOG_TWO_PI - stirlingRemainder(a);
}

const PRECISION = 1e-16;
/** Continued fractions here need a few √a steps; this covers a = 1e10 and ends in an error instead of a wrong figure. */
const STEPS_MAX = 1_000_000;
const TINY = 1e-300;

function gammaSeries(a: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let step = 1; step < STEPS_MAX; step++) {
    term *= x / (a + step);
    sum += term;
    if (term < sum * PRECISION) return sum;
  }
  throw new RangeError(`incomplete gamma series did not converge at a = ${a}, x = ${x}`);
}

/** Modified Lentz evaluation of the continued fraction of Γ(a, x) e^x x^-a. */
function gammaFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let fraction = d;
  for (let step = 1; step < STEPS_MAX; step++) {
    const numerator = -step * (step - a);
    b += 2;
    d = numerator * d + b;
    if (Math.abs(d) < TINY) d = TINY;
    c = b + numerator / c;
    if (Math.abs(c) < TINY) c = TINY;
    d = 1 / d;
    const factor = d * c;
    fraction *= factor;
    if (Math.abs(factor - 1) <= 3 * PRECISION) return fraction;
  }
  throw new RangeError(`incomplete gamma fraction did not converge at a = ${a}, x = ${x}`);
}

/**
 * Regularized incomplete beta function: ln I_x(a, b) and ln (1 − I_x(a, b)) for a, b > 0 and x in [0, 1].
 * Continued fraction on the side where it converges fast. Source: Press et al., Numerical Recipes, 3rd ed., 6.4.
 */
export function logIncompleteBeta(x: number, a: number, b: number): LogTails {
  if (!(x > 0)) return { lower: -Infinity, upper: 0 };
  if (x >= 1) return { lower: 0, upper: -Infinity };
  const prefactor = a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b);
  if (x < (a + 1) / (a + b + 2)) {
    const lower = Math.min(0, prefactor - Math.log(a) + Math.log(betaFraction(x, a, b)));
    return { lower, upper: logOneMinusExp(lower) };
  }
  const upper = Math.min(0, prefactor - Math.log(b) + Math.log(betaFraction(1 - x, b, a)));
  return { lower: logOneMinusExp(upper), upper };
}

function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / notTiny(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let step = 1; step < STEPS_MAX; step++) {
    const even = a + 2 * step;
    const evenNumerator = (step * (b - step) * x) / ((even - 1) * even);
    d = 1 / notTiny(1 + evenNumerator * d);
    c = notTiny(1 + evenNumerator / c);
    fraction *= d * c;
    const oddNumerator = (-(a + step) * (a + b + step) * x) / (even * (even + 1));
    d = 1 / notTiny(1 + oddNumerator * d);
    c = notTiny(1 + oddNumerator / c);
    const factor = d * c;
    fraction *= factor;
    if (Math.abs(factor - 1) <= 3 * PRECISION) return fraction;
  }
  throw new RangeError(`incomplete beta fraction did not converge at x = ${x}, a = ${a}, b = ${b}`);
}

function notTiny(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}
