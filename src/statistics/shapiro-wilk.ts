/**
 * Is a sample normal? The W of Shapiro and Wilk (Biometrika 52, 1965), the squared correlation of the ordered values with what a normal
 * sample of that size would give.
 *
 * Coefficients and p-value as Royston approximates them (algorithm AS R94, Applied Statistics 44, 1995), which is what R and SciPy use. Own
 * code, because no maintained npm library has it.
 */
import { normalQuantile } from "./intervals.js";
import { logNormalTails } from "./tails.js";

/** Fewer values have no shape. */
export const SHAPIRO_WILK_VALUES_MIN = 3;
/** Royston fitted his polynomials up to this size. */
export const SHAPIRO_WILK_VALUES_MAX = 5_000;

/** What the test found. */
export interface ShapiroWilk {
  /** 0 to 1; 1 for a perfectly normal sample. */
  w: number;
  /** Probability of a smaller W when the sample is normal. */
  pValue: number;
}

/** The expected order statistics' weights, largest value first: half of them, the other half is the same with the sign turned. */
function weightsOf(n: number): Float64Array {
  const half = n >> 1;
  const weights = new Float64Array(half);
  if (n === 3) {
    weights[0] = Math.SQRT1_2;
    return weights;
  }
  const scores = Float64Array.from({ length: half }, (_, i) => -normalQuantile((i + 1 - 0.375) / (n + 0.25)));
  const sumOfSquares = 2 * scores.reduce((sum, score) => sum + score * score, 0);
  const root = Math.sqrt(sumOfSquares);
  const u = 1 / Math.sqrt(n);
  const first = evaluatePolynomial([0, 0.221157, -0.147981, -2.07119, 4.434685, -2.706056], u) + scores[0] / root;
  const isLarge = n > 5;
  const second = isLarge ? evaluatePolynomial([0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633], u) + scores[1] / root : 0;
  const kept = isLarge ? 2 : 1;
  let left = sumOfSquares - 2 * scores[0] ** 2;
  let target = 1 - 2 * first ** 2;
  if (isLarge) {
    left -= 2 * scores[1] ** 2;
    target -= 2 * second ** 2;
  }
  const scale = Math.sqrt(left / target);
  for (let i = kept; i < half; i++) weights[i] = scores[i] / scale;
  weights[0] = first;
  if (isLarge) weights[1] = second;
  return weights;
}

/** The value of a polynomial with its constant first. */
function evaluatePolynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}

/**
 * Tests a sample of 3 to 5,000 values; null outside that range or when all values are equal, where there is no W.
 *
 * @param values in any order; left as they are.
 */
export function testNormality(values: ArrayLike<number>): ShapiroWilk | null {
  const n = values.length;
  if (n < SHAPIRO_WILK_VALUES_MIN || n > SHAPIRO_WILK_VALUES_MAX) return null;
  const sorted = Float64Array.from(values).sort();
  const mean = sorted.reduce((sum, value) => sum + value, 0) / n;
  const spread = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  if (!(spread > 0)) return null;
  const weights = weightsOf(n);
  let slope = 0;
  for (let i = 0; i < weights.length; i++) slope += weights[i] * (sorted[n - 1 - i] - sorted[i]);
  const w = Math.min(1, (slope * slope) / spread);
  return { w, pValue: shapiroWilkPValue(w, n) };
}

/** Probability of a smaller W in a normal sample of `n` values. */
export function shapiroWilkPValue(w: number, n: number): number {
  if (n === 3) {
    // Exact: 6/π (arcsin √W − arcsin √¾).
    return Math.max(0, (6 / Math.PI) * (Math.asin(Math.sqrt(w)) - Math.asin(Math.sqrt(0.75))));
  }
  const miss = Math.log1p(-w);
  if (n <= 11) {
    const gamma = evaluatePolynomial([-2.273, 0.459], n);
    if (miss >= gamma) return 0;
    const mean = evaluatePolynomial([0.544, -0.39978, 0.025054, -6.714e-4], n);
    const deviation = Math.exp(evaluatePolynomial([1.3822, -0.77857, 0.062767, -0.0020322], n));
    return Math.exp(logNormalTails((-Math.log(gamma - miss) - mean) / deviation).upper);
  }
  const logN = Math.log(n);
  const mean = evaluatePolynomial([-1.5861, -0.31082, -0.083751, 0.0038915], logN);
  const deviation = Math.exp(evaluatePolynomial([-0.4803, -0.082676, 0.0030302], logN));
  return Math.exp(logNormalTails((miss - mean) / deviation).upper);
}
