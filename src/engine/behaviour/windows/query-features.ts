/**
 * What a window detector looks at in one query: hashed words of its edges with their slots masked, the pairs they form, and how the text is
 * written. Made at the door like every feature; nothing of it can be read back as text.
 */
import { cutToEdges } from "../../../vocabulary/edges.js";
import { EDGE_CHARS_MAX, REGION_WORDS_MAX } from "../../../vocabulary/sketch.js";
import { mix32 } from "../text/hashing.js";
import { compilePhraseBook } from "../text/phrase-book.js";
import { createTextKernel, type SketchWords } from "../text/kernel/kernel.js";
import { STOP_WORDS } from "../text/stop-words.js";
import { CONTENT, SLOT, STOP } from "../text/word-kinds.js";
import { NO_VECTORS } from "../text/word-vectors.js";

/** Features of a query: unsigned 32-bit hashes, ascending, no repeats. */
export interface QueryFeatures {
  /** Words, pairs of neighbours, the words at either end, and the manner of writing. */
  words: Uint32Array;
  /** Hash of the whole text but for case and white space: equal only for the same content. */
  content: number;
}

/** Reads one query. */
export type QueryReader = (text: string) => QueryFeatures;

const PAIR = 0x9e3779b1;
const OPENING = 0x51ed270b;
const ENDING = 0x2545f491;
const MANNER = 0x3c6ef372;
/** Words at either end that are features with their place as well. */
const EDGE_WORDS = 3;

/** Makes a reader. It keeps buffers, so each thread makes its own. */
export function createQueryReader(): QueryReader {
  const kernel = createTextKernel(compilePhraseBook([], STOP_WORDS), NO_VECTORS);
  return (text) => {
    const { edges } = cutToEdges(text);
    kernel.load(edges);
    const scanned = kernel.readWords();
    const features = new Set<number>();
    const { head, tail } = scanned;
    addRegion(scanned, head, features);
    addRegion(scanned, tail, features);
    addEdges(scanned, features);
    for (const manner of mannersOf(edges, scanned)) features.add(mix32(manner + MANNER));
    return { words: Uint32Array.from(features).sort(), content: mix32(scanned.wholeFirst ^ scanned.wholeSecond) };
  };
}

function addRegion({ hashes }: SketchWords, { from, to }: SketchWords["head"], features: Set<number>): void {
  for (let i = from; i < to; i++) {
    features.add(mix32(hashes[i]));
    if (i + 1 < to) features.add(mix32(Math.imul(hashes[i], PAIR) ^ hashes[i + 1]));
  }
}

function addEdges({ hashes, length }: SketchWords, features: Set<number>): void {
  for (let place = 0; place < Math.min(EDGE_WORDS, length); place++) {
    features.add(mix32(Math.imul(hashes[place], OPENING) + place));
    features.add(mix32(Math.imul(hashes[length - 1 - place], ENDING) + place));
  }
}

/** How the text is written, as small numbers: length, first character, last character, lines, share of slots and of scripts. */
function mannersOf(text: string, { length, kinds, words }: SketchWords): number[] {
  const trimmed = text.trim();
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < length; i++) counts[kinds[i]]++;
  const lines = Math.min(4, trimmed.slice(0, EDGE_CHARS_MAX).split("\n").length);
  const classes = [
    Math.min(10, Math.round(2 * Math.log2(1 + words / 4))),
    classOf(trimmed.charCodeAt(0)),
    classOf(trimmed.charCodeAt(trimmed.length - 1)),
    lines,
    Math.min(4, Math.round((8 * counts[SLOT]) / (1 + length))),
    Math.min(4, Math.round((4 * counts[CONTENT]) / (1 + counts[STOP] + counts[CONTENT]))),
    Math.min(4, Math.round((4 * (trimmed.match(/[A-Z]/g)?.length ?? 0)) / (1 + words))),
    words > 2 * REGION_WORDS_MAX ? 1 : 0,
  ];
  const manners = classes.map((value, at) => at * 64 + value);
  // First and last character together with the number of lines tell a form that a program filled from what a hand typed.
  manners.push(1024 + classes[1] * 64 + classes[2] * 8 + lines);
  return manners;
}

/** 0 nothing, 1 lower case, 2 upper case, 3 digit, 4 full stop, 5 question mark, 6 other mark, 7 beyond ASCII. */
function classOf(code: number): number {
  if (Number.isNaN(code)) return 0;
  if (code >= 0x61 && code <= 0x7a) return 1;
  if (code >= 0x41 && code <= 0x5a) return 2;
  if (code >= 0x30 && code <= 0x39) return 3;
  if (code === 0x2e) return 4;
  if (code === 0x3f) return 5;
  return code < 0x80 ? 6 : 7;
}
