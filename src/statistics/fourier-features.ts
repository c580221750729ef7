/**
 * Random Fourier features (Rahimi and Recht, NIPS 2007): a map under which the inner product is about a Gaussian kernel, so that the discrepancy of
 * a window takes time that grows with its size and not with the square (Zhao and Meng, "FastMMD", Neural Computation 27, 2015).
 *
 * Null of {@link discrepancyBetween}: both samples come from one distribution. It then averages 0, whatever the map, since it has no bias for the
 * mapped points either; how far it strays has no closed form, so that callers set their limit on samples known to be alike.
 */
import type { Random } from "./random.js";

/** Maps a point; the squared length of the result is 1. */
export type FourierMap = (point: Float32Array) => Float32Array;

/** Draws a map whose kernel is about the mean of Gaussians of these widths; the error of a value is about `1 / √frequencies`. */
export function createFourierMap(options: {
  dimension: number;
  widths: readonly number[];
  frequencies: number;
  random: Random;
}): FourierMap {
  const { dimension, widths, frequencies, random } = options;
  const steps = Float32Array.from({ length: frequencies * dimension }, (_, at) => {
    const width = widths[Math.floor(at / dimension) % widths.length];
    return drawNormal(random) / width;
  });
  const scale = 1 / Math.sqrt(frequencies);
  return (point) => {
    const features = new Float32Array(2 * frequencies);
    for (let frequency = 0; frequency < frequencies; frequency++) {
      let phase = 0;
      for (let i = 0, at = frequency * dimension; i < dimension; i++, at++) phase += steps[at] * point[i];
      features[2 * frequency] = scale * Math.cos(phase);
      features[2 * frequency + 1] = scale * Math.sin(phase);
    }
    return features;
  };
}

/** A standard normal draw (Box and Muller, 1958). */
function drawNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

/** Sum of mapped points, and how many there are. */
export interface FourierSum {
  sum: Float64Array;
  count: number;
}

/** Adds up mapped points; at least one. */
export function sumFeatures(mapped: readonly Float32Array[]): FourierSum {
  const sum = new Float64Array(mapped[0].length);
  for (const features of mapped) for (let i = 0; i < sum.length; i++) sum[i] += features[i];
  return { sum, count: mapped.length };
}

/** Squared discrepancy without bias between two samples of two points at least (Gretton et al., JMLR 13, 2012, equation 3). */
export function discrepancyBetween(a: FourierSum, b: FourierSum): number {
  let within = 0;
  let withinOther = 0;
  let cross = 0;
  for (let i = 0; i < a.sum.length; i++) {
    within += a.sum[i] * a.sum[i];
    withinOther += b.sum[i] * b.sum[i];
    cross += a.sum[i] * b.sum[i];
  }
  // A point with itself has kernel value 1.
  return (
    (within - a.count) / (a.count * (a.count - 1)) + (withinOther - b.count) / (b.count * (b.count - 1)) - (2 * cross) / (a.count * b.count)
  );
}
