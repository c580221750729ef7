/**
 * The three levels of sketch (see `Sketch` in the vocabulary), made from a scanned text.
 *
 * Anchors are minima of shingle hashes (MinHash as in Broder 1997), one region at a time, because a scaffold stands at the edges and its slots
 * in between. A shingle without enough words of its own (stop words, slots) is passed over: "i want you" says nothing.
 */
import type { Hash64 } from "../../../../vocabulary/feature.js";
import {
  ANCHOR_BLOCKS,
  ANCHORS_PER_REGION_MAX,
  REGION_WORDS_MAX,
  SHINGLE_IDEOGRAPHS,
  SHINGLE_WORDS,
} from "../../../../vocabulary/sketch.js";
import { finishHash64, mix32 } from "../hashing.js";
import { CHARACTER, SLOT } from "../word-kinds.js";
import type { ScannedText } from "./scanner.js";

/** Content words that a shingle of words must hold. One lets phrases such as "write a story" through, which strangers share. */
const CONTENT_WORDS_MIN = 2;
const FIRST_STEP = 0x9e3779b1;
const SECOND_STEP = 0x85ebca77;

/** Half words below which a text has one region: twenty words hold no scaffold at both ends. */
const HALVES_MIN = 40;

/** A stretch of sketch words, `from` inclusive, `to` exclusive. */
export interface Region {
  from: number;
  to: number;
}

/**
 * Head and tail of a text, which never overlap. A text of more than two regions gives its first and its last `REGION_WORDS_MAX` words, a
 * shorter one its two halves, and one of fewer than `HALVES_MIN` half words is all head. Characters of scripts without spaces count half.
 */
export function regionsOf(text: ScannedText): { head: Region; tail: Region } {
  const halves = 2 * text.length - text.characters;
  const limit = 2 * REGION_WORDS_MAX;
  const share = halves < HALVES_MIN ? halves : Math.min(limit, (halves + 1) >> 1);
  const to = endOfHead(text, share);
  const from = Math.max(to, startOfTail(text, Math.min(limit, halves - share)));
  return { head: { from: 0, to }, tail: { from, to: text.length } };
}

/** Where the first `halves` half words of a text end: behind the word that fills them. */
export function endOfHead(text: ScannedText, halves: number): number {
  if (text.characters === 0) return Math.min(text.length, (halves + 1) >> 1);
  let to = 0;
  for (let left = halves; to < text.length && left > 0; to++) left -= text.kinds[to] === CHARACTER ? 1 : 2;
  return to;
}

/** Where the last `halves` half words of a text start: with the word that fills them. */
export function startOfTail(text: ScannedText, halves: number): number {
  if (text.characters === 0) return Math.max(0, text.length - ((halves + 1) >> 1));
  let from = text.length;
  for (let left = halves; from > 0 && left > 0; ) left -= text.kinds[--from] === CHARACTER ? 1 : 2;
  return from;
}

/** What a word of each kind (`STOP`, `CONTENT`, `SLOT`, `CHARACTER`) adds to the weight of a shingle, in half words. */
const WEIGHTS = new Uint8Array([0, 2, 0, 1]);

/** Hash of the shingle that starts at `start`, or -1 when it reaches beyond `to` or says too little. */
function hashShingle(text: ScannedText, start: number, to: number): number {
  const { hashes, kinds } = text;
  if (kinds[start] === CHARACTER) return hashIdeographs(text, start, to);
  if (start + SHINGLE_WORDS > to) return -1;
  // Written out: nearly all shingles are of words, and a third of them end here.
  const weight = WEIGHTS[kinds[start]] + WEIGHTS[kinds[start + 1]] + WEIGHTS[kinds[start + 2]];
  if (weight < CONTENT_WORDS_MIN * 2) return -1;
  const pair = Math.imul(hashes[start], FIRST_STEP) + hashes[start + 1];
  return mix32(Math.imul(pair, FIRST_STEP) + hashes[start + 2]);
}

function hashIdeographs({ hashes, kinds }: ScannedText, start: number, to: number): number {
  const end = start + SHINGLE_IDEOGRAPHS;
  if (end > to) return -1;
  let hash = 0;
  let weight = 0;
  for (let i = start; i < end; i++) {
    weight += WEIGHTS[kinds[i]];
    hash = Math.imul(hash, FIRST_STEP) + hashes[i];
  }
  return weight < CONTENT_WORDS_MIN * 2 ? -1 : mix32(hash);
}

/** Where anchors are gathered before it is known how many there are: one array less for each of a request's four regions. */
const smallest = new Uint32Array(Math.max(ANCHORS_PER_REGION_MAX, ANCHOR_BLOCKS.length));

function takeSmallest(count: number): Uint32Array {
  const anchors = new Uint32Array(count);
  for (let i = 0; i < count; i++) anchors[i] = smallest[i];
  return anchors;
}

/** The smallest `ANCHORS_PER_REGION_MAX` shingle hashes of a region; ascending, no repeats. */
export function anchorsOf(text: ScannedText, region: Region): Uint32Array {
  let count = 0;
  for (let start = region.from; start < region.to; start++) {
    const hash = hashShingle(text, start, region.to);
    if (hash < 0 || (count === ANCHORS_PER_REGION_MAX && hash >= smallest[count - 1])) continue;
    count = insertSmallest(count, { hash, countMax: ANCHORS_PER_REGION_MAX });
  }
  return takeSmallest(count);
}

function insertSmallest(count: number, { hash, countMax }: { hash: number; countMax: number }): number {
  let at = count;
  while (at > 0 && smallest[at - 1] > hash) at--;
  if (at > 0 && smallest[at - 1] === hash) return count;
  const grown = Math.min(count + 1, countMax);
  for (let i = grown - 1; i > at; i--) smallest[i] = smallest[i - 1];
  smallest[at] = hash;
  return grown;
}

/**
 * Anchors of the head (`step` 1) or of the tail (`step` -1): the smallest hash of each block of shingles, counted from the edge; ascending,
 * no repeats. See `ANCHOR_BLOCKS`.
 */
export function edgeAnchorsOf(text: ScannedText, region: Region, step: 1 | -1): Uint32Array {
  const countMax = ANCHOR_BLOCKS.length;
  let count = 0;
  let block = 0;
  let left = ANCHOR_BLOCKS[0];
  let least = -1;
  for (let i = 0; i < region.to - region.from && block < ANCHOR_BLOCKS.length; i++) {
    const hash = hashShingle(text, step === 1 ? region.from + i : region.to - 1 - i, region.to);
    if (hash < 0) continue;
    if (least < 0 || hash < least) least = hash;
    if (--left > 0) continue;
    count = insertSmallest(count, { hash: least, countMax });
    least = -1;
    left = ANCHOR_BLOCKS[++block] ?? 0;
  }
  if (least >= 0) count = insertSmallest(count, { hash: least, countMax });
  return takeSmallest(count);
}

/** 64-bit hash of all sketch words, slots included: equal for two texts that differ in their slots only. Null for a text without words. */
export function skeletonOf(text: ScannedText): Hash64 | null {
  if (text.length === 0 || (text.length === 1 && text.kinds[0] === SLOT)) return null;
  let first = 0;
  let second = text.length;
  for (let i = 0; i < text.length; i++) {
    const hash = text.hashes[i];
    first = Math.imul(first ^ hash, FIRST_STEP);
    second = Math.imul(((second << 7) | (second >>> 25)) ^ hash, SECOND_STEP);
  }
  return finishHash64(first, second);
}
