/** Gists: sums of the vectors of a region's words, at length 1 and in four bits a number; see gist.ts beside the kernel. */
import { findPlace } from "./buckets";
import { mix32 } from "./hashing";
import { HASHES, KINDS, ROWS_OF_WORDS, SHARED_GIST, VALUES } from "./memory";
import { CHARACTER, CONTENT } from "./scan";
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

/** Lists where the rows of the content words of a region lie, of pairs of characters where a script has no spaces; returns how many there are. */
function findRows(from: i32, to: i32): i32 {
  let found = 0;
  for (let i = from; i < to; i++) {
    const kind: i32 = load<u8>(KINDS + i);
    let hash = load<i32>(HASHES + (i << 2));
    if (kind == CHARACTER) {
      if (i + 1 >= to || load<u8>(KINDS + i + 1) != CHARACTER) continue;
      hash = (hash * PAIR_STEP) ^ load<i32>(HASHES + ((i + 1) << 2));
    } else if (kind != CONTENT) continue;
    const place = findPlace(wordHashes, wordMask, hash);
    const row = place < 0 ? unknownRows + ((mix32(hash) & UNKNOWN_MASK) << ROW_SHIFT) : wordRows + (place << ROW_SHIFT);
    store<i32>(ROWS_OF_WORDS + (found << 2), row);
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

/** One over the length of the vector; summed in order, because results must not depend on the machine. */
function scaleToUnit(): f64 {
  let square: f64 = 0;
  for (let d = 0; d < DIMENSIONS; d++) {
    const value = load<f64>(VALUES + (d << 3));
    square += value * value;
  }
  return square > 0 ? 1 / sqrt<f64>(square) : 0;
}

/** Rounds as JavaScript does: halves upwards. */
function roundUp(value: f64): f64 {
  const above = ceil<f64>(value);
  return above - 0.5 > value ? above - 1 : above;
}

/** Puts the gist of a region at `to`; returns how many numbers it has: none for a region of too few words. */
export function makeGist(to: i32, regionFrom: i32, regionTo: i32): i32 {
  const found = findRows(regionFrom, regionTo);
  if (found < WORDS_MIN) return 0;
  addRows(found);
  const first = f64x2.splat(scaleToUnit());
  for (let d = 0; d < DIMENSIONS; d += 2) {
    const value = f64x2.mul(v128.load(VALUES + (d << 3)), first);
    v128.store(VALUES + (d << 3), f64x2.sub(value, v128.load(SHARED_GIST + (d << 3))));
  }
  const second = scaleToUnit();
  for (let part = 0; part < GIST_PARTS; part++) {
    let packed = 0;
    for (let d = 0; d < 8; d++) {
      const value = load<f64>(VALUES + (((part << 3) + d) << 3)) * second;
      const step = <i32>min<f64>(7, max<f64>(-7, roundUp(value * STEPS_PER_UNIT))) + GIST_ZERO;
      packed |= step << (d << 2);
    }
    store<i32>(to + (part << 2), packed);
  }
  return GIST_PARTS;
}
