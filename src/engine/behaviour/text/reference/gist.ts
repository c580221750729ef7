/**
 * Gists: what the words of a stretch of text are about, as a short vector of coarse numbers. Two wordings of one instruction have gists that
 * point the same way though they share no three words in a row. A gist is the sum of the vectors of its content words, the rare ones weighing
 * more (smooth inverse frequency, Arora, Liang & Ma 2017), less what all prompts have in common, at length 1 and in four bits a number.
 */
import { GIST_DIMENSIONS, GIST_WORDS_MIN, REGION_WORDS_MAX } from "../../../../vocabulary/sketch.js";
import { CHARACTER, CONTENT } from "../word-kinds.js";
import type { ScannedText } from "./scanner.js";
import { endOfHead, startOfTail, type Region } from "./sketcher.js";
import { mix32 } from "../hashing.js";
import { UNKNOWN_ROWS, VALUE_OFFSET, type WordVectors } from "../word-vectors.js";

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

/** Makes a gister. Not safe for concurrent use by several threads. */
export function createGister(vectors: WordVectors): Gister {
  const rowOf = new Map(Array.from(vectors.hashes, (hash, row) => [hash, row]));
  const values = new Float64Array(GIST_DIMENSIONS);
  return (text, region) => {
    const words = listWords(text, region);
    if (words.length < GIST_WORDS_MIN) return NO_GIST;
    values.fill(0);
    for (const hash of words) {
      const row = rowOf.get(hash);
      const rows = row === undefined ? vectors.unknownRows : vectors.rows;
      const at = (row ?? mix32(hash) & (UNKNOWN_ROWS - 1)) * GIST_DIMENSIONS;
      for (let d = 0; d < GIST_DIMENSIONS; d++) values[d] += rows[at + d] - VALUE_OFFSET;
    }
    scaleToUnit(values);
    for (let d = 0; d < GIST_DIMENSIONS; d++) values[d] -= vectors.shared[d];
    scaleToUnit(values);
    return packGist(values);
  };
}

/** Hashes of the content words of a region, and of pairs of characters where a script has no spaces. */
function listWords({ hashes, kinds }: ScannedText, region: Region): number[] {
  const words: number[] = [];
  for (let i = region.from; i < region.to; i++) {
    if (kinds[i] === CONTENT) words.push(hashes[i]);
    else if (kinds[i] === CHARACTER && i + 1 < region.to && kinds[i + 1] === CHARACTER)
      words.push(Math.imul(hashes[i], PAIR_STEP) ^ hashes[i + 1]);
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
