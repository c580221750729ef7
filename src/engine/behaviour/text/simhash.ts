/**
 * SimHash (Charikar 2002, "Similarity estimation techniques from rounding algorithms") of 64 bits, in two lanes.
 *
 * Counting, for each bit, how many features have it set is done on bit planes with carry-save adders: eight features take about forty
 * operations for all 32 counters of a lane together, where counters of their own would take 256.
 */
import type { Hash64 } from "../../../vocabulary/feature.js";
import { REGION_WORDS_MAX } from "../../../vocabulary/sketch.js";
import { mix32 } from "./hashing.js";
import { CONTENT, SLOT, type ScannedText } from "./scanner.js";
import type { Region } from "./sketcher.js";

/** A text of fewer words leaves the bits to chance. */
const WORDS_MIN = 4;
/** Two regions, twice as many words where they are characters, at most three features a word; a multiple of eight. */
const FEATURES_MAX = 2 * (2 * REGION_WORDS_MAX) * 3 + 8;
/** Counts up to `FEATURES_MAX` fit into this many planes. */
const PLANES = 10;
const PAIR_STEP = 0x9e3779b1;
const LANE_STEP = 0x85ebca77;

/** Sketches the regions of one text; null for a text of fewer than four words. */
export type Simhasher = (text: ScannedText, head: Region, tail: Region) => Hash64 | null;

/**
 * Makes a simhasher. Features are content words, counted twice because a paraphrase keeps its nouns and changes what stands between
 * them, and pairs of neighbours.
 */
export function createSimhasher(): Simhasher {
  const highBits = new Int32Array(FEATURES_MAX);
  const lowBits = new Int32Array(FEATURES_MAX);
  const planes = new Int32Array(PLANES);
  let count = 0;
  const add = (hash: number): void => {
    const high = mix32(hash);
    highBits[count] = high;
    lowBits[count++] = mix32(high + LANE_STEP);
  };
  const addRegion = (text: ScannedText, region: Region): void => {
    const { hashes, kinds } = text;
    for (let i = region.from; i < region.to; i++) {
      const hash = hashes[i];
      if (kinds[i] === CONTENT) {
        add(hash);
        highBits[count] = highBits[count - 1]!;
        lowBits[count] = lowBits[count - 1]!;
        count++;
      }
      if (i + 1 < region.to && kinds[i] !== SLOT) add(Math.imul(hash, PAIR_STEP) ^ hashes[i + 1]);
    }
  };
  return (text, head, tail) => {
    if (head.to - head.from < WORDS_MIN) return null;
    count = 0;
    addRegion(text, head);
    addRegion(text, tail);
    if (count === 0) return null;
    countBits(highBits, count, planes);
    const high = majority(planes, count);
    countBits(lowBits, count, planes);
    return [high, majority(planes, count)];
  };
}

/** Counts how many of the first `count` words have each bit set: counter `b` is read across the planes at bit `b`. Overwrites what follows. */
function countBits(words: Int32Array, count: number, planes: Int32Array): void {
  planes.fill(0);
  const padded = (count + 7) & ~7;
  words.fill(0, count, padded);
  let ones = 0;
  let twos = 0;
  let fours = 0;
  for (let i = 0; i < padded; i += 8) {
    const sumA = ones ^ words[i] ^ words[i + 1];
    const twosA = carryOf(ones, words[i], words[i + 1]);
    const sumB = sumA ^ words[i + 2] ^ words[i + 3];
    const twosB = carryOf(sumA, words[i + 2], words[i + 3]);
    const sumC = sumB ^ words[i + 4] ^ words[i + 5];
    const twosC = carryOf(sumB, words[i + 4], words[i + 5]);
    ones = sumC ^ words[i + 6] ^ words[i + 7];
    const twosD = carryOf(sumC, words[i + 6], words[i + 7]);
    const twosAB = twos ^ twosA ^ twosB;
    const foursA = carryOf(twos, twosA, twosB);
    twos = twosAB ^ twosC ^ twosD;
    const foursB = carryOf(twosAB, twosC, twosD);
    const eights = carryOf(fours, foursA, foursB);
    fours = fours ^ foursA ^ foursB;
    addPlane(planes, eights);
  }
  planes[0] = ones;
  planes[1] = twos;
  planes[2] = fours;
}

/** The carry of a full adder, for 32 counters at once. */
function carryOf(a: number, b: number, c: number): number {
  return (a & b) | ((a ^ b) & c);
}

/** Adds eight to each counter whose bit is set. */
function addPlane(planes: Int32Array, eights: number): void {
  let carry = eights;
  for (let i = 3; carry !== 0 && i < PLANES; i++) {
    const before = planes[i];
    planes[i] = before ^ carry;
    carry &= before;
  }
}

/** For each counter, 1 when it is more than half of `total`. */
function majority(planes: Int32Array, total: number): number {
  const half = total >> 1;
  let greater = 0;
  let equal = -1;
  for (let i = PLANES - 1; i >= 0; i--) {
    if ((half >> i) & 1) equal &= planes[i];
    else {
      greater |= equal & planes[i];
      equal &= ~planes[i];
    }
  }
  return greater >>> 0;
}
