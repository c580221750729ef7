/**
 * Word vectors: what words mean, as far as the company they keep tells (GloVe, Pennington, Socher & Manning 2014, reduced by
 * `scripts/pack-word-vectors.mjs` to 32 numbers for each of 37,000 English words). A word that is not among them gets a vector of its own by
 * its hash: near to nothing but itself, which is what tells texts in other languages apart.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { GIST_DIMENSIONS } from "../../../vocabulary/sketch.js";
import { mix32 } from "./hashing.js";

/** Vectors as rows of bytes, one for each number, with {@link VALUE_OFFSET} added. */
export interface WordVectors {
  /** Hashes of the known words, different from each other, and their rows. */
  hashes: Int32Array;
  rows: Uint8Array;
  /** {@link UNKNOWN_ROWS} rows for all other words; none where nobody asks for gists. */
  unknownRows: Uint8Array;
  /** What the gists of all prompts have in common, of a length below 1. */
  shared: Float32Array;
}

/** Added to each value, so that none is below 0. */
export const VALUE_OFFSET = 128;
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
  const hashes = new Int32Array(knownRows);
  for (let row = 0; row < knownRows; row++) hashes[row] = file.readInt32LE(hashStart + 4 * row);
  const rows = new Uint8Array(knownRows * GIST_DIMENSIONS);
  // Values are stored with a sign.
  for (let at = 0; at < rows.length; at++) rows[at] = file[vectorStart + at] ^ VALUE_OFFSET;
  return { hashes, rows, unknownRows: drawUnknownRows(), shared };
}

/** For a kernel that makes no gists. */
export const NO_VECTORS: WordVectors = {
  hashes: new Int32Array(0),
  rows: new Uint8Array(0),
  unknownRows: new Uint8Array(UNKNOWN_ROWS * GIST_DIMENSIONS),
  shared: new Float32Array(GIST_DIMENSIONS),
};

/** Values drawn evenly, by hash alone. Their deviation is the width over √12, hence the factor. */
function drawUnknownRows(): Uint8Array {
  const width = (UNKNOWN_LENGTH / Math.sqrt(GIST_DIMENSIONS)) * Math.sqrt(12);
  const rows = new Uint8Array(UNKNOWN_ROWS * GIST_DIMENSIONS);
  for (let at = 0; at < rows.length; at++) rows[at] = Math.round((mix32(at + 1) / 0x1_0000_0000 - 0.5) * width) + VALUE_OFFSET;
  return rows;
}
