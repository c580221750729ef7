/**
 * Word vectors: what words mean, as far as the company they keep tells (GloVe, Pennington, Socher & Manning 2014, reduced by
 * `scripts/pack-word-vectors.mjs` to 32 numbers for each of 37,000 English words). A word that is not among them gets a vector of its own by
 * its hash: near to nothing but itself, which is what tells texts in other languages apart.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { GIST_DIMENSIONS } from "../../../vocabulary/sketch.js";
import { mix32 } from "./hashing.js";

/** Vectors as rows of packed numbers, and where the row of a word is. */
export interface WordVectors {
  /** {@link ROW_PACKS} numbers a row; each holds four values of a vector, plus {@link VALUE_OFFSET} each, in 8 bits, the first lowest. */
  rows: Int32Array;
  /** An open-addressed table: in every slot the hash of a word and beside it, where one look at the memory finds both, one more than its row; 0 for none. */
  slots: Int32Array;
  /** Rows of known words; behind them stand {@link UNKNOWN_ROWS} rows for all others. */
  knownRows: number;
  /** What the gists of all prompts have in common, of a length below 1. */
  shared: Float32Array;
}

/** Numbers of a row: four values in each, because words are looked up all over the table and it should fit a second-level cache. */
export const ROW_PACKS = GIST_DIMENSIONS / 4;
/** Added to each value, so that none is below 0 and no sum carries into its neighbour. */
export const VALUE_OFFSET = 128;
/** The top bit of each of the four values of a pack. */
const TOP_BITS = 0x80808080 | 0;
/** Slots for each word at least: searches stay short, and neighbouring slots share a line of memory. */
const SLOTS_PER_WORD_MIN = 1.5;
/** Rows that unknown words share by hash: of forty words of two unrelated texts one pair in three meets, which moves their gists by little. */
export const UNKNOWN_ROWS = 4_096;
/** Length of an unknown word's vector, as of a word that is somewhat rarer than the average content word: the rarest weigh 127. */
const UNKNOWN_LENGTH = 90;
const FILE = join(import.meta.dirname, "word-vectors.bin");

/** Reads the packed file. */
export async function loadWordVectors(): Promise<WordVectors> {
  const file = await readFile(FILE);
  const knownRows = file.readUInt32LE(0);
  if (file.readUInt32LE(4) !== GIST_DIMENSIONS) throw new Error(`${FILE} was packed for another number of dimensions`);
  const shared = Float32Array.from({ length: GIST_DIMENSIONS }, (_, d) => file.readFloatLE(8 + 4 * d));
  const hashStart = 8 + 4 * GIST_DIMENSIONS;
  const vectorStart = hashStart + 4 * knownRows;
  const rows = new Int32Array((knownRows + UNKNOWN_ROWS) * ROW_PACKS);
  for (let pack = 0; pack < knownRows * ROW_PACKS; pack++) {
    // Values are stored with a sign: turning the top bit round adds VALUE_OFFSET to each.
    rows[pack] = file.readInt32LE(vectorStart + 4 * pack) ^ TOP_BITS;
  }
  fillUnknownRows(rows.subarray(knownRows * ROW_PACKS));
  let size = 1024;
  while (size < knownRows * SLOTS_PER_WORD_MIN) size *= 2;
  const slots = new Int32Array(2 * size);
  for (let row = 0; row < knownRows; row++) {
    const hash = file.readInt32LE(hashStart + 4 * row);
    let slot = slotOf(hash, size - 1);
    while (slots[2 * slot + 1] !== 0) slot = (slot + 1) & (size - 1);
    slots[2 * slot] = hash;
    slots[2 * slot + 1] = row + 1;
  }
  return { rows, slots, knownRows, shared };
}

function packValues(first: number, second: number, third: number, fourth: number): number {
  return (first + VALUE_OFFSET) | ((second + VALUE_OFFSET) << 8) | ((third + VALUE_OFFSET) << 16) | ((fourth + VALUE_OFFSET) << 24);
}

/** Values drawn evenly, by hash alone. Their deviation is the width over √12, hence the factor. */
function fillUnknownRows(rows: Int32Array): void {
  const width = (UNKNOWN_LENGTH / Math.sqrt(GIST_DIMENSIONS)) * Math.sqrt(12);
  const draw = (seed: number): number => Math.round((mix32(seed) / 0x1_0000_0000 - 0.5) * width);
  for (let pack = 0; pack < rows.length; pack++) {
    const seed = 4 * pack + 1;
    rows[pack] = packValues(draw(seed), draw(seed + 1), draw(seed + 2), draw(seed + 3));
  }
}

/** Where the search for a word starts. Word hashes are weak in their high bits, so these are folded in. */
function slotOf(hash: number, mask: number): number {
  return (hash ^ (hash >>> 15)) & mask;
}

/** Row of a word by its hash. */
export function findRow(vectors: WordVectors, hash: number): number {
  const { slots } = vectors;
  const mask = slots.length / 2 - 1;
  for (let slot = slotOf(hash, mask); slots[2 * slot + 1] !== 0; slot = (slot + 1) & mask) {
    if (slots[2 * slot] === hash) return slots[2 * slot + 1] - 1;
  }
  return vectors.knownRows + (mix32(hash) & (UNKNOWN_ROWS - 1));
}
