/**
 * SEAT: how many pairs of an account's queries are nearly the same query?
 *
 * A similarity encoder maps queries to points; a pair nearer than a threshold is similar, and an account with too many similar pairs is cancelled.
 * The threshold is set on benign queries, so that next to none of their pairs are similar.
 *
 * For text the encoder is the signs of our own gists of both ends of the message, in which the distance is the number of bits that differ. It is
 * not trained against an attacker, as the paper's is.
 *
 * Source: Zhang, Chen, Wagner, "SEAT: Similarity Encoder by Adversarial Training for Detecting Model Extraction Attack Queries", AISec 2021.
 */
import type { Hash64 } from "../../vocabulary/feature.js";

/** Share of benign pairs that may be similar by chance: the false positives of .01 % that the paper sets its threshold for. */
export const SEAT_BENIGN_SHARE = 1e-4;
/** Bits that differ between unrelated texts are about 32 of 64; at half of that a text has little left of the other. */
const DISTANCE_MAX = 16;
/** Without benign queries to set it on: sketches of the same scaffold differ by about as many. */
const DISTANCE_DEFAULT = 8;

/** Bits in which two sketches differ, 0 to 64. */
export function sketchDistance([firstHigh, firstLow]: Hash64, [secondHigh, secondLow]: Hash64): number {
  return countBits(firstHigh ^ secondHigh) + countBits(firstLow ^ secondLow);
}

function countBits(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** The largest distance at which no more than {@link SEAT_BENIGN_SHARE} of the pairs of benign queries are similar; −1 when there is none. */
export function chooseSimilarDistance(benign: readonly Hash64[]): number {
  if (benign.length < 2) return DISTANCE_DEFAULT;
  const pairsAt = new Float64Array(65);
  for (let i = 1; i < benign.length; i++) for (let j = 0; j < i; j++) pairsAt[sketchDistance(benign[i], benign[j])] += 1;
  const allowed = (SEAT_BENIGN_SHARE * benign.length * (benign.length - 1)) / 2;
  let distance = -1;
  let pairs = 0;
  while (distance < DISTANCE_MAX && pairs + pairsAt[distance + 1] <= allowed) pairs += pairsAt[++distance];
  return distance;
}

/** Pairs of queries that are similar. */
export function countSimilarPairs(queries: readonly Hash64[], distanceMax: number): number {
  let pairs = 0;
  for (let i = 1; i < queries.length; i++) for (let j = 0; j < i; j++) if (sketchDistance(queries[i], queries[j]) <= distanceMax) pairs++;
  return pairs;
}
