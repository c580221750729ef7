/**
 * Hashes of text. They are part of the stored format: sketches made today are compared with sketches made in a year, so nothing here may
 * change without a migration. What is hashed character by character is hashed by the kernel (kernel/assembly/hashing.ts), with the same numbers.
 *
 * The word hash is FNV-1a over UTF-16 code units (one multiplication per character, and the hash of every prefix comes for free); hashes
 * that are compared for their size (anchors) pass through MurmurHash3's 32-bit finaliser first, because FNV's high bits are
 * weak. 64-bit hashes are two 32-bit lanes: `bigint` would cost more than the rest of the work together.
 */
import type { Hash64 } from "../../../vocabulary/feature.js";

/** Where every word hash starts (FNV-1a's offset basis). */
export const WORD_SEED = 0x811c9dc5 | 0;
/** What every step multiplies by (FNV's 32-bit prime). */
export const WORD_PRIME = 0x01000193;

export const SECOND_SEED = 0x2f0b4a27;
export const SECOND_PRIME = 0x5bd1e995;

/** MurmurHash3's 32-bit finaliser: every input bit reaches every output bit. Returns an unsigned 32-bit number. */
export function mix32(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * The word hash of a whole string, without folding: what the scanner computes character by character.
 *
 * @public The script that packs the word vectors calls it from the built tree.
 */
export function hashWord(word: string): number {
  let hash = WORD_SEED;
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), WORD_PRIME);
  return hash;
}

/** Joins two lanes into a finished 64-bit hash. */
export function finishHash64(first: number, second: number): Hash64 {
  const high = mix32(first ^ Math.imul(second, SECOND_PRIME));
  return [high, mix32(second + high)];
}

/** A 64-bit hash of a list of 64-bit hashes, in order. */
export function combineHashes(hashes: readonly Hash64[]): Hash64 | null {
  if (hashes.length === 0) return null;
  let first = WORD_SEED;
  let second = SECOND_SEED;
  for (const [high, low] of hashes) {
    first = Math.imul(Math.imul(first ^ high, WORD_PRIME) ^ low, WORD_PRIME);
    second = Math.imul(((second << 7) | (second >>> 25)) ^ low, SECOND_PRIME) + high;
  }
  return finishHash64(first, second);
}
