/** The hashes of hashing.ts beside the kernel. */
import { CHAR_SPACE, FOLD_MASK, codeAt, traitsOf } from "./characters";
import { CODES, RESULT_HASH } from "./memory";

export const WORD_SEED: i32 = 0x811c9dc5;
export const WORD_PRIME: i32 = 0x01000193;
const SECOND_SEED: i32 = 0x2f0b4a27;
const SECOND_PRIME: i32 = 0x5bd1e995;

/** MurmurHash3's 32-bit finaliser. */
export function mix32(value: i32): i32 {
  let hash = value;
  hash = (hash ^ (hash >>> 16)) * 0x85ebca6b;
  hash = (hash ^ (hash >>> 13)) * 0xc2b2ae35;
  return hash ^ (hash >>> 16);
}

/** Joins two lanes into a finished 64-bit hash, lower half first in memory. */
export function storeHash64(to: i32, first: i32, second: i32): void {
  const high = mix32(first ^ (second * SECOND_PRIME));
  store<i32>(to, mix32(second + high));
  store<i32>(to + 4, high);
}

/** The lanes of the text being hashed piece by piece. */
let textFirst: i32 = 0;
let textSecond: i32 = 0;
let isGap: bool = false;
let isEmpty: bool = true;
let taken: i32 = 0;

/**
 * Hashes the next piece of a text, `chars` code units, with its white space folded, and puts the hash so far at `RESULT_HASH`. Returns false
 * while there was nothing to hash.
 */
export function hashPiece(chars: i32, isFirst: bool): bool {
  let first = isFirst ? WORD_SEED : textFirst;
  let second = isFirst ? SECOND_SEED : textSecond;
  let gap = isFirst ? false : isGap;
  let empty = isFirst ? true : isEmpty;
  for (let i = 0; i < chars; i++) {
    const code = codeAt(i);
    // A single space between two words, as nearly all are, is hashed like any other character: a branch for it is one that no processor predicts.
    const isPlain = i32(code > CHAR_SPACE) | (i32(code == CHAR_SPACE) & i32(codeAt(i + 1) > CHAR_SPACE) & i32(i + 1 < chars) & i32(!empty));
    if ((isPlain & i32(!gap)) != 0) {
      empty = false;
      first = (first ^ code) * WORD_PRIME;
      second = (rotl<i32>(second, 7) ^ code) * SECOND_PRIME;
      continue;
    }
    if (code <= CHAR_SPACE) {
      gap = true;
      continue;
    }
    if (!empty) {
      first = (first ^ CHAR_SPACE) * WORD_PRIME;
      second = (rotl<i32>(second, 7) ^ CHAR_SPACE) * SECOND_PRIME;
    }
    gap = false;
    empty = false;
    first = (first ^ code) * WORD_PRIME;
    second = (rotl<i32>(second, 7) ^ code) * SECOND_PRIME;
  }
  textFirst = first;
  textSecond = second;
  isGap = gap;
  isEmpty = empty;
  storeHash64(RESULT_HASH, first, second);
  return !empty;
}

/**
 * Hashes up to `wanted` characters that are not white space, case-folded, of the next piece of a text, code units `from` to `to`, and puts the hash
 * so far at `RESULT_HASH`. Returns how many were taken so far.
 */
export function hashOpeningPiece(from: i32, to: i32, wanted: i32, isFirst: bool): i32 {
  let first = isFirst ? WORD_SEED : textFirst;
  let second = isFirst ? SECOND_SEED : textSecond;
  let count = isFirst ? 0 : taken;
  for (let i = from; i < to && count < wanted; i++) {
    const code = traitsOf(codeAt(i)) & FOLD_MASK;
    const isTaken = code > CHAR_SPACE;
    first = select<i32>((first ^ code) * WORD_PRIME, first, isTaken);
    second = select<i32>((rotl<i32>(second, 7) ^ code) * SECOND_PRIME, second, isTaken);
    count += i32(isTaken);
  }
  textFirst = first;
  textSecond = second;
  taken = count;
  storeHash64(RESULT_HASH, first, second);
  return count;
}

const FINGERPRINT_PRIME: i64 = 0x9e3779b97f4a7c15;

/** A quick hash of all code units, four at a time; no part of any stored format. */
export function fingerprint(chars: i32): i32 {
  // What stood behind the text before must not count.
  store<u64>(CODES + (chars << 1), 0);
  const end = CODES + (chars << 1);
  let hash: i64 = chars;
  for (let at = CODES; at < end; at += 8) {
    hash = (hash ^ load<i64>(at)) * FINGERPRINT_PRIME;
    hash ^= hash >>> 29;
  }
  return <i32>(hash ^ (hash >>> 32));
}
