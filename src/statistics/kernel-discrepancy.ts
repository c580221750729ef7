/**
 * Maximum mean discrepancy: how far apart two samples are in the space of a kernel (Gretton et al., "A Kernel Two-Sample Test", JMLR 13,
 * 2012). The kernel is a mean of Gaussians of several widths around the median distance, as in arXiv 2606.05725.
 *
 * Points are rows of one flat array. Everything is computed from the matrix of kernel values between points, made once, because a window
 * protocol compares the same points in thousands of arrangements.
 */
import { shuffleRange, type Random } from "./random.js";

/** Points in a space of `dimension` dimensions, row by row. */
export interface Points {
  dimension: number;
  values: Float32Array;
}

/** Widths of the Gaussians in multiples of the median distance; the four of arXiv 2606.05725. */
export const BANDWIDTH_MULTIPLES: readonly number[] = [0.5, 1, 2, 4];
/** Pairs that the median distance is taken over: an error of about 1 %. */
const MEDIAN_PAIRS = 10_000;

/** How many points there are. */
export function countPoints({ dimension, values }: Points): number {
  return dimension === 0 ? 0 : values.length / dimension;
}

/** Squared Euclidean distance between a point of each set. */
export function squaredDistance(a: Points, i: number, b: Points, j: number): number {
  const { dimension } = a;
  let sum = 0;
  for (let at = i * dimension, bt = j * dimension, end = at + dimension; at < end; at++, bt++) {
    const difference = a.values[at] - b.values[bt];
    sum += difference * difference;
  }
  return sum;
}

/** The median distance between random pairs of different points, 1 when they all coincide. */
export function medianDistance(points: Points, random: Random): number {
  const count = countPoints(points);
  if (count < 2) return 1;
  const distances = Float64Array.from({ length: MEDIAN_PAIRS }, () => {
    const i = random.below(count);
    return squaredDistance(points, i, points, (i + 1 + random.below(count - 1)) % count);
  }).sort();
  const median = Math.sqrt(distances[MEDIAN_PAIRS >> 1]);
  return median > 0 ? median : 1;
}

/** Mean of Gaussian kernels `exp(−d² / 2σ²)` over the widths σ. */
export function kernelOf(distanceSquared: number, widths: readonly number[]): number {
  let sum = 0;
  for (const width of widths) sum += Math.exp(-distanceSquared / (2 * width * width));
  return sum / widths.length;
}

/** Kernel values between all points of two sets, row by row of `a`. */
export function kernelMatrix(a: Points, b: Points, widths: readonly number[]): Float32Array {
  const rows = countPoints(a);
  const columns = countPoints(b);
  const matrix = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) matrix[i * columns + j] = kernelOf(squaredDistance(a, i, b, j), widths);
  }
  return matrix;
}

/** Mean kernel value between different members of one set of rows. `matrix` is square with `size` columns. */
export function meanWithin(matrix: Float32Array, size: number, members: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < members.length; i++) {
    const row = members[i] * size;
    for (let j = 0; j < i; j++) sum += matrix[row + members[j]];
  }
  return (2 * sum) / (members.length * (members.length - 1));
}

/** Unbiased estimate of the squared discrepancy between two samples (Gretton et al., equation 3); about 0, also below, when they are alike. */
export function estimateDiscrepancy(a: Points, b: Points, widths: readonly number[]): number {
  const first = countPoints(a);
  const second = countPoints(b);
  const within = (points: Points, count: number): number =>
    meanWithin(
      kernelMatrix(points, points, widths),
      count,
      Array.from({ length: count }, (_, i) => i),
    );
  const cross = kernelMatrix(a, b, widths).reduce((sum, value) => sum + value, 0) / (first * second);
  return within(a, first) + within(b, second) - 2 * cross;
}

/**
 * Null: both samples are draws from one distribution, of any shape. The share of random relabellings of two samples that are at least as far apart as the samples themselves, themselves included: a p-value
 * that is exact for any distribution (Phipson and Smyth, 2010).
 */
export function testDiscrepancy(
  a: Points,
  b: Points,
  { widths, permutations, random }: { widths: readonly number[]; permutations: number; random: Random },
): { discrepancy: number; pValue: number } {
  const first = countPoints(a);
  const size = first + countPoints(b);
  const values = new Float32Array(a.values.length + b.values.length);
  values.set(a.values);
  values.set(b.values, a.values.length);
  const all = { dimension: a.dimension, values };
  const matrix = kernelMatrix(all, all, widths);
  const order = Int32Array.from({ length: size }, (_, i) => i);
  const discrepancyOf = (): number => {
    const left = order.subarray(0, first);
    const right = order.subarray(first);
    const whole = meanWithin(matrix, size, order) * size * (size - 1);
    const leftSum = meanWithin(matrix, size, left) * first * (first - 1);
    const rightSum = meanWithin(matrix, size, right) * right.length * (right.length - 1);
    const cross = (whole - leftSum - rightSum) / (2 * first * right.length);
    return leftSum / (first * (first - 1)) + rightSum / (right.length * (right.length - 1)) - 2 * cross;
  };
  const discrepancy = discrepancyOf();
  let asFar = 1;
  for (let round = 0; round < permutations; round++) {
    shuffleRange(order, random);
    if (discrepancyOf() >= discrepancy) asFar++;
  }
  return { discrepancy, pValue: asFar / (permutations + 1) };
}
