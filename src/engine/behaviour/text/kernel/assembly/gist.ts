/** Gists: sums of the vectors of a region's words, at length 1 and in four bits a number; see gist.ts beside the kernel. */
import { findPlace } from "./buckets";
import { mix32 } from "./hashing";
import { HASHES, KINDS, ROWS_OF_WORDS, SHARED_GIST, VALUES } from "./memory";
import { CHARACTER, CONTENT, characters } from "./scan";
import { unknownRows, wordHashes, wordMask, wordRows } from "./tables";

const DIMENSIONS: i32 = 32;
/** Content words that a gist needs. */
const WORDS_MIN: i32 = 8;
/** Numbers of a stored gist: eight values of four bits in each. */
export const GIST_PARTS: i32 = 4;
const GIST_ZERO: i32 = 8;
const STEPS_PER_UNIT: f64 = 13;
const PAIR_STEP: i32 = 0x9e3779b1;
/** Added to each value of a row. */
const VALUE_OFFSET: i32 = 128;
/** A row is 32 bytes. */
const ROW_SHIFT: i32 = 5;
const UNKNOWN_MASK: i32 = 4_095;

function rowOf(hash: i32): i32 {
  const place = findPlace(wordHashes, wordMask, hash);
  return select<i32>(unknownRows + ((mix32(hash) & UNKNOWN_MASK) << ROW_SHIFT), wordRows + (place << ROW_SHIFT), place < 0);
}

/** Lists where the rows of the content words of a region lie; returns how many there are. */
function findRows(from: i32, to: i32): i32 {
  let end = ROWS_OF_WORDS;
  for (let i = from; i < to; i++) {
    store<i32>(end, rowOf(load<i32>(HASHES + (i << 2))));
    end += i32(load<u8>(KINDS + i) == CONTENT) << 2;
  }
  return (end - ROWS_OF_WORDS) >> 2;
}

/** The same where characters stand among the words: pairs of neighbouring characters count as words. */
function findRowsOfCharacters(from: i32, to: i32): i32 {
  let found = 0;
  for (let i = from; i < to; i++) {
    const kind: i32 = load<u8>(KINDS + i);
    let hash = load<i32>(HASHES + (i << 2));
    if (kind == CHARACTER) {
      if (i + 1 >= to || load<u8>(KINDS + i + 1) != CHARACTER) continue;
      hash = (hash * PAIR_STEP) ^ load<i32>(HASHES + ((i + 1) << 2));
    } else if (kind != CONTENT) continue;
    store<i32>(ROWS_OF_WORDS + (found << 2), rowOf(hash));
    found++;
  }
  return found;
}

/** Puts two of eight sums of 16 bits at `VALUES` as numbers, less what was added to each word's values. */
function storeValues(to: i32, sums: v128, offset: v128): void {
  const low = i32x4.sub(i32x4.extend_low_i16x8_u(sums), offset);
  const high = i32x4.sub(i32x4.extend_high_i16x8_u(sums), offset);
  v128.store(to, f64x2.convert_low_i32x4_s(low));
  v128.store(to, f64x2.convert_low_i32x4_s(i8x16.shuffle(low, low, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15)), 16);
  v128.store(to, f64x2.convert_low_i32x4_s(high), 32);
  v128.store(to, f64x2.convert_low_i32x4_s(i8x16.shuffle(high, high, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15)), 48);
}

function addRows(found: i32): void {
  let first = i32x4.splat(0);
  let second = first;
  let third = first;
  let fourth = first;
  const end = ROWS_OF_WORDS + (found << 2);
  for (let at = ROWS_OF_WORDS; at < end; at += 4) {
    const row = load<i32>(at);
    const left = v128.load(row);
    const right = v128.load(row, 16);
    first = i16x8.add(first, i16x8.extend_low_i8x16_u(left));
    second = i16x8.add(second, i16x8.extend_high_i8x16_u(left));
    third = i16x8.add(third, i16x8.extend_low_i8x16_u(right));
    fourth = i16x8.add(fourth, i16x8.extend_high_i8x16_u(right));
  }
  const offset = i32x4.splat(found * VALUE_OFFSET);
  storeValues(VALUES, first, offset);
  storeValues(VALUES + 64, second, offset);
  storeValues(VALUES + 128, third, offset);
  storeValues(VALUES + 192, fourth, offset);
}

/** One over the length of a vector of so many squares. */
function scaleOf(square: f64): f64 {
  return square > 0 ? 1 / sqrt<f64>(square) : 0;
}

/** The sum of the squares of whole numbers, which is the same in whatever order they are added. */
function sumWholeSquares(): f64 {
  let sums = f64x2.splat(0);
  for (let at = VALUES; at < VALUES + 8 * DIMENSIONS; at += 16) {
    const two = v128.load(at);
    sums = f64x2.add(sums, f64x2.mul(two, two));
  }
  return f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
}

/** The sum of the squares, added in order. */
function sumSquares(): f64 {
  let square: f64 = 0;
  for (let at = VALUES; at < VALUES + 8 * DIMENSIONS; at += 8) {
    const value = load<f64>(at);
    square += value * value;
  }
  return square;
}

/** Two numbers in steps: scaled, rounded as JavaScript does (halves upwards), between -7 and 7. */
function stepsOf(two: v128, scale: v128): v128 {
  const scaled = f64x2.mul(f64x2.mul(two, scale), f64x2.splat(STEPS_PER_UNIT));
  const above = f64x2.ceil(scaled);
  const isTooFar = f64x2.gt(f64x2.sub(above, f64x2.splat(0.5)), scaled);
  const rounded = f64x2.sub(above, v128.and(isTooFar, f64x2.splat(1)));
  return i32x4.trunc_sat_f64x2_s_zero(f64x2.min(f64x2.splat(7), f64x2.max(f64x2.splat(-7), rounded)));
}

/** Puts the gist of a region at `to`; returns how many numbers it has: none for a region of too few words. */
export function makeGist(to: i32, regionFrom: i32, regionTo: i32): i32 {
  const found = characters == 0 ? findRows(regionFrom, regionTo) : findRowsOfCharacters(regionFrom, regionTo);
  if (found < WORDS_MIN) return 0;
  addRows(found);
  const first = f64x2.splat(scaleOf(sumWholeSquares()));
  for (let at = 0; at < 8 * DIMENSIONS; at += 16) {
    const two = f64x2.mul(v128.load(VALUES + at), first);
    v128.store(VALUES + at, f64x2.sub(two, v128.load(SHARED_GIST + at)));
  }
  const second = f64x2.splat(scaleOf(sumSquares()));
  for (let part = 0; part < GIST_PARTS; part++) {
    let packed = 0;
    for (let d = 0; d < 8; d += 2) {
      const steps = stepsOf(v128.load(VALUES + (((part << 3) + d) << 3)), second);
      packed |= (i32x4.extract_lane(steps, 0) + GIST_ZERO) << (d << 2);
      packed |= (i32x4.extract_lane(steps, 1) + GIST_ZERO) << ((d + 1) << 2);
    }
    store<i32>(to + (part << 2), packed);
  }
  return GIST_PARTS;
}
