/**
 * MMD on query windows: is a window of queries drawn as benign traffic is?
 *
 * Queries become points; the squared maximum mean discrepancy between a window and benign reference queries is compared with that of benign
 * windows of the same size, and a window above their 95th percentile is suspicious. The kernel is the mean of four Gaussians whose widths are ½, 1, 2
 * and 4 times the median distance of the reference. The paper takes the mean over 20 random parts of the reference; here a window is compared
 * with all of it, which is what that mean estimates.
 *
 * Source: Liu, Guo, Dong, "An Embarrassingly Simple Detector for Model Extraction Attacks in Large Language Model API Traffic", arXiv 2606.05725, and
 * its published artifact.
 */
import {
  BANDWIDTH_MULTIPLES,
  countPoints,
  kernelOf,
  meanWithin,
  medianDistance,
  squaredDistance,
  kernelMatrix,
  type Points,
} from "../../statistics/kernel-discrepancy.js";
import type { Random } from "../../statistics/random.js";

/** Percentile of the benign windows above which the paper's rule flags. */
export const MMD_PERCENTILE = 0.95;

/** Benign traffic to compare with. */
export interface MmdReference {
  points: Points;
  widths: readonly number[];
  /** Mean kernel value between different reference queries. */
  within: number;
}

/** Prepares the reference; at least two points. */
export function prepareMmdReference(points: Points, random: Random): MmdReference {
  const median = medianDistance(points, random);
  const widths = BANDWIDTH_MULTIPLES.map((multiple) => multiple * median);
  const size = countPoints(points);
  const everybody = Int32Array.from({ length: size }, (_, i) => i);
  return { points, widths, within: meanWithin(kernelMatrix(points, points, widths), size, everybody) };
}

/** Mean kernel value between one point of `points` and all of the reference. */
export function meanToReference({ points: reference, widths }: MmdReference, points: Points, index: number): number {
  const size = countPoints(reference);
  let sum = 0;
  for (let j = 0; j < size; j++) sum += kernelOf(squaredDistance(points, index, reference, j), widths);
  return sum / size;
}

/** Queries that windows are drawn from, with what every window needs computed once. */
export interface MmdPool {
  size: number;
  /** Kernel values between all of them. */
  kernel: Float32Array;
  /** {@link meanToReference} of each. */
  toReference: Float64Array;
}

/** Prepares a pool: memory and time grow with the square of its size. */
export function prepareMmdPool(reference: MmdReference, points: Points): MmdPool {
  const size = countPoints(points);
  return {
    size,
    kernel: kernelMatrix(points, points, reference.widths),
    toReference: Float64Array.from({ length: size }, (_, index) => meanToReference(reference, points, index)),
  };
}

/** Squared discrepancy, without bias, between the reference and the window of these members of the pool; two members at least. */
export function scoreMmdWindow(reference: MmdReference, pool: MmdPool, members: ArrayLike<number>): number {
  let cross = 0;
  for (let i = 0; i < members.length; i++) cross += pool.toReference[members[i]];
  return meanWithin(pool.kernel, pool.size, members) + reference.within - (2 * cross) / members.length;
}
