/**
 * Gists: what the words of a stretch of text are about, as a short vector of coarse numbers. Two wordings of one instruction have gists that
 * point the same way though they share no three words in a row. A gist is the sum of the vectors of its content words, the rare ones weighing
 * more (smooth inverse frequency, Arora, Liang & Ma 2017), less what all prompts have in common, at length 1 and in four bits a number.
 */
import { GIST_DIMENSIONS, GIST_WORDS_MIN, REGION_WORDS_MAX } from "../../../vocabulary/sketch.js";
import { CHARACTER, CONTENT, type ScannedText } from "./scanner.js";
import { endOfHead, startOfTail, type Region } from "./sketcher.js";
import { findRow, ROW_PACKS, VALUE_OFFSET, type WordVectors } from "./word-vectors.js";

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

/** Packs that are added up at a time: their sums stay in registers. */
const PACKS_AT_ONCE = 2;
/** The first and the third value of a pack, 16 bits apart: room for the sum of all words of a region. */
const EVERY_OTHER = 0x00ff00ff;

/** Where a region's sums are made. */
interface Sums {
  /** Two sums in each number, of 16 bits; of every four values the first and the third, then the second and the fourth. */
  lanes: Int32Array;
  /** Where the row of each word starts; a region has no more than two characters for each of its words. */
  starts: Int32Array;
}

/** Makes a gister. Not safe for concurrent use by several threads. */
export function createGister(vectors: WordVectors): Gister {
  const sums: Sums = { lanes: new Int32Array(2 * ROW_PACKS), starts: new Int32Array(2 * REGION_WORDS_MAX) };
  const { lanes } = sums;
  const values = new Float64Array(GIST_DIMENSIONS);
  return (text, region) => {
    const words = addWords(vectors, sums, text, region);
    if (words < GIST_WORDS_MIN) return NO_GIST;
    const offset = words * VALUE_OFFSET;
    for (let pack = 0; pack < ROW_PACKS; pack++) {
      const odd = lanes[2 * pack];
      const even = lanes[2 * pack + 1];
      values[4 * pack] = (odd & 0xffff) - offset;
      values[4 * pack + 1] = (even & 0xffff) - offset;
      values[4 * pack + 2] = (odd >>> 16) - offset;
      values[4 * pack + 3] = (even >>> 16) - offset;
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
    starts[words++] = findRow(vectors, hash) * ROW_PACKS;
  }
  if (words < GIST_WORDS_MIN) return words;
  for (let pack = 0; pack < ROW_PACKS; pack += PACKS_AT_ONCE) {
    let [first, second, third, fourth] = [0, 0, 0, 0];
    for (let word = 0; word < words; word++) {
      const left = rows[starts[word] + pack];
      const right = rows[starts[word] + pack + 1];
      first = (first + (left & EVERY_OTHER)) | 0;
      second = (second + ((left >>> 8) & EVERY_OTHER)) | 0;
      third = (third + (right & EVERY_OTHER)) | 0;
      fourth = (fourth + ((right >>> 8) & EVERY_OTHER)) | 0;
    }
    lanes[2 * pack] = first;
    lanes[2 * pack + 1] = second;
    lanes[2 * pack + 2] = third;
    lanes[2 * pack + 3] = fourth;
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
  return { head: { from: 0, to: endOfHead(text, limit) }, tail: { from: startOfTail(text, limit), to: text.length } };
}
