/**
 * How much likelier is an observation among the target than among the background? Learned from samples of both, without a model of either.
 *
 * Null: an observation comes from the background. Its true ratio averages 1 there, so that it reaches r with probability 1 / r at most (Markov's
 * inequality); the learned one is held to that by a test on sets it never saw. Two samples of one distribution give ratios about 1.
 *
 * Logistic regression between two samples estimates the logarithm of their density ratio up to the logarithm of their sizes (Qin, Biometrika
 * 85, 1998). Observations are sets of hashed features; weights are found by AdaGrad (Duchi, Hazan and Singer, JMLR 12, 2011).
 * Numbers of passes, step and shrinkage are ours.
 */
import { shuffleRange, type Random } from "./random.js";

/** A set of hashed features. */
export type FeatureSet = ArrayLike<number>;

/** Natural logarithm of the density ratio of one observation. */
export type DensityRatio = (features: FeatureSet) => number;

/** What to learn from. */
export interface DensityRatioSamples {
  background: readonly FeatureSet[];
  target: readonly FeatureSet[];
  random: Random;
}

/** Weights are kept for this many hash buckets, 2^17: ten times the features of ten thousand prompts share few buckets. */
const BUCKETS = 1 << 17;
/** Passes over the samples; the held-out loss stops falling after about as many. */
const PASSES = 8;
const STEP = 0.3;
/** Pull towards 0 per update of a weight: features seen once or twice say little. */
const SHRINKAGE = 2e-3;

/** Learns the ratio. Both samples must hold something. The same samples and seed give the same ratio. */
export function learnDensityRatio({ background, target, random }: DensityRatioSamples, { passes = PASSES } = {}): DensityRatio {
  const weights = new Float32Array(BUCKETS);
  const squares = new Float32Array(BUCKETS).fill(1e-3);
  const total = background.length + target.length;
  // Both samples weigh the same, so that the odds are the density ratio.
  const importance = [total / (2 * background.length), total / (2 * target.length)];
  const order = Int32Array.from({ length: total }, (_, i) => i);
  let bias = 0;
  let biasSquares = 1e-3;
  const score = (features: FeatureSet): number => {
    let sum = bias;
    const scale = 1 / Math.sqrt(1 + features.length);
    for (let i = 0; i < features.length; i++) sum += weights[features[i] & (BUCKETS - 1)] * scale;
    return sum;
  };
  for (let pass = 0; pass < passes; pass++) {
    shuffleRange(order, random);
    for (const index of order) {
      const isTarget = index >= background.length;
      const features = isTarget ? target[index - background.length] : background[index];
      const probability = 1 / (1 + Math.exp(-score(features)));
      const error = importance[isTarget ? 1 : 0] * (probability - (isTarget ? 1 : 0));
      biasSquares += error * error;
      bias -= (STEP * error) / Math.sqrt(biasSquares);
      const slope = error / Math.sqrt(1 + features.length);
      for (let i = 0; i < features.length; i++) {
        const bucket = features[i] & (BUCKETS - 1);
        const gradient = slope + SHRINKAGE * weights[bucket];
        squares[bucket] += gradient * gradient;
        weights[bucket] -= (STEP * gradient) / Math.sqrt(squares[bucket]);
      }
    }
  }
  return score;
}
