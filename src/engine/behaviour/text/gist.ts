/**
 * Gists: what the words of a stretch of text are about, as a short vector of coarse numbers. Two wordings of one instruction have gists that
 * point the same way though they share no three words in a row. A gist is the sum of the vectors of its content words, the rare ones weighing
 * more (smooth inverse frequency, Arora, Liang & Ma 2017), less what all prompts have in common, at length 1 and in four bits a number.
 */
import { GIST_DIMENSIONS, GIST_WORDS_MIN, REGION_WORDS_MAX } from "../../../vocabulary/sketch.js";
import { CHARACTER, CONTENT, type ScannedText } from "./scanner.js";
import type { Region } from "./sketcher.js";
import { findRow, LANE_OFFSET, ROW_LANES, type WordVectors } from "./word-vectors.js";

/** A gist as stored: eight numbers of four bits in each of four; empty when there are too few words. */
export type Gist = Uint32Array;

/** Numbers of a stored gist. */
export const GIST_PARTS = GIST_DIMENSIONS / 8;
/** What stands for zero in four bits; a stored number is never 0. */
export const GIST_ZERO = 8;
/** Steps of a stored number for a value of 1: seven of them reach three deviations of a number of a unit vector of 32. */
const STEPS_PER_UNIT = 13;
const NO_GIST: Gist = new Uint32Array(0);
const PAIR_STEP = 0x9e3779b1;

/** Makes the gist of a region of a scanned text. */
export type Gister = (text: ScannedText, region: Region) => Gist;

/** Lanes that are added up at a time: their sums stay in registers. */
const LANES_AT_ONCE = 4;

/** Where a region's sums are made. */
interface Sums {
  lanes: Int32Array;
  /** Where the row of each word starts; a region has no more than two characters for each of its words. */
  starts: Int32Array;
}

/** Makes a gister. Not safe for concurrent use by several threads. */
export function createGister(vectors: WordVectors): Gister {
  const sums: Sums = { lanes: new Int32Array(ROW_LANES), starts: new Int32Array(2 * REGION_WORDS_MAX) };
  const { lanes } = sums;
  const values = new Float64Array(GIST_DIMENSIONS);
  return (text, region) => {
    const words = addWords(vectors, sums, text, region);
    if (words < GIST_WORDS_MIN) return NO_GIST;
    for (let lane = 0; lane < ROW_LANES; lane++) {
      values[2 * lane] = (lanes[lane] & 0xffff) - words * LANE_OFFSET;
      values[2 * lane + 1] = (lanes[lane] >>> 16) - words * LANE_OFFSET;
    }
    scaleToUnit(values);
    for (let d = 0; d < GIST_DIMENSIONS; d++) values[d] -= vectors.shared[d];
    scaleToUnit(values);
    return packGist(values);
  };
}

/** Adds up the rows of the content words of a region, of pairs of characters where a script has no spaces; returns how many there were. */
function addWords(vectors: WordVectors, { lanes, starts }: Sums, text: ScannedText, region: Region): number {
  const { hashes, kinds } = text;
  const { rows } = vectors;
  let words = 0;
  for (let i = region.from; i < region.to; i++) {
    let hash = hashes[i];
    if (kinds[i] === CHARACTER) {
      if (i + 1 >= region.to || kinds[i + 1] !== CHARACTER) continue;
      hash = Math.imul(hash, PAIR_STEP) ^ hashes[i + 1];
    } else if (kinds[i] !== CONTENT) continue;
    starts[words++] = findRow(vectors, hash) * ROW_LANES;
  }
  if (words < GIST_WORDS_MIN) return words;
  for (let lane = 0; lane < ROW_LANES; lane += LANES_AT_ONCE) {
    let [first, second, third, fourth] = [0, 0, 0, 0];
    for (let word = 0; word < words; word++) {
      const at = starts[word] + lane;
      first = (first + rows[at]) | 0;
      second = (second + rows[at + 1]) | 0;
      third = (third + rows[at + 2]) | 0;
      fourth = (fourth + rows[at + 3]) | 0;
    }
    lanes[lane] = first;
    lanes[lane + 1] = second;
    lanes[lane + 2] = third;
    lanes[lane + 3] = fourth;
  }
  return words;
}

function scaleToUnit(values: Float64Array): void {
  let square = 0;
  for (let d = 0; d < values.length; d++) square += values[d] * values[d];
  const scale = square > 0 ? 1 / Math.sqrt(square) : 0;
  for (let d = 0; d < values.length; d++) values[d] *= scale;
}

function packGist(values: Float64Array): Gist {
  const gist = new Uint32Array(GIST_PARTS);
  for (let d = 0; d < GIST_DIMENSIONS; d++) {
    const step = Math.min(7, Math.max(-7, Math.round(values[d] * STEPS_PER_UNIT))) + GIST_ZERO;
    gist[d >> 3] |= step << ((d & 7) * 4);
  }
  return gist;
}

/**
 * First and last words of a text. Unlike the regions of anchors they overlap in a short text: half a scaffold has another gist than the whole.
 */
export function gistEdgesOf(text: ScannedText): { head: Region; tail: Region } {
  const limit = 2 * REGION_WORDS_MAX;
  let to = 0;
  for (let left = limit; to < text.length && left > 0; to++) left -= text.kinds[to] === CHARACTER ? 1 : 2;
  let from = text.length;
  for (let left = limit; from > 0 && left > 0; ) left -= text.kinds[--from] === CHARACTER ? 1 : 2;
  return { head: { from: 0, to }, tail: { from, to: text.length } };
}
