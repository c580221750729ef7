/**
 * The three levels of sketch (see `Sketch` in the vocabulary), made from a scanned text.
 *
 * Anchors are minima of shingle hashes (MinHash as in Broder 1997, bottom-k), one region at a time, because a scaffold stands at the edges
 * and its slots in between. A shingle without enough words of its own (stop words, slots) is passed over: "i want you" says nothing.
 */
import type { Hash64 } from "../../../vocabulary/feature.js";
import { ANCHORS_PER_REGION_MAX, REGION_WORDS_MAX, SHINGLE_IDEOGRAPHS, SHINGLE_WORDS } from "../../../vocabulary/sketch.js";
import { finishHash64, mix32 } from "./hashing.js";
import { CHARACTER, CONTENT, SLOT, type ScannedText } from "./scanner.js";

/** Content words that a shingle of words must hold. One lets phrases such as "write a story" through, which strangers share. */
const CONTENT_WORDS_MIN = 2;
/** Words that carry a SimHash: fewer leave the bits to chance. */
const SIMHASH_WORDS_MIN = 4;
/** Counter planes: 2 * 2 * REGION_WORDS_MAX * 2 features fit below 2^10. */
const PLANES = 10;
const FIRST_STEP = 0x9e3779b1;
const SECOND_STEP = 0x85ebca77;

/** A stretch of sketch words, `from` inclusive, `to` exclusive. */
export interface Region {
  from: number;
  to: number;
}

/** Where the first region ends that holds `REGION_WORDS_MAX` words; characters of scripts without spaces count half. */
export function headRegion(text: ScannedText): Region {
  let halves = 2 * REGION_WORDS_MAX;
  let to = 0;
  while (to < text.length && halves > 0) halves -= text.kinds[to++] === CHARACTER ? 1 : 2;
  return { from: 0, to };
}

/** The last `REGION_WORDS_MAX` words that do not belong to the head; empty for a short text. */
export function tailRegion(text: ScannedText, head: Region): Region {
  let halves = 2 * REGION_WORDS_MAX;
  let from = text.length;
  while (from > head.to && halves > 0) halves -= text.kinds[--from] === CHARACTER ? 1 : 2;
  return { from, to: text.length };
}

/** Hash of the shingle that starts at `start`, or -1 when it reaches beyond `to` or says too little. */
function hashShingle(text: ScannedText, start: number, to: number): number {
  const size = text.kinds[start] === CHARACTER ? SHINGLE_IDEOGRAPHS : SHINGLE_WORDS;
  if (start + size > to) return -1;
  let hash = 0;
  let content = 0;
  let characters = 0;
  for (let i = start; i < start + size; i++) {
    const kind = text.kinds[i]!;
    if (kind === CONTENT) content++;
    else if (kind === CHARACTER) characters++;
    hash = Math.imul(hash, FIRST_STEP) + mix32(text.hashes[i]!);
  }
  if (content * 2 + characters < CONTENT_WORDS_MIN * 2) return -1;
  return mix32(hash);
}

/** The smallest `ANCHORS_PER_REGION_MAX` shingle hashes of a region; ascending, no repeats. */
export function anchorsOf(text: ScannedText, region: Region): Uint32Array {
  const smallest = new Uint32Array(ANCHORS_PER_REGION_MAX);
  let count = 0;
  for (let start = region.from; start < region.to; start++) {
    const hash = hashShingle(text, start, region.to);
    if (hash < 0 || (count === ANCHORS_PER_REGION_MAX && hash >= smallest[count - 1]!)) continue;
    count = insertSmallest(smallest, count, hash);
  }
  return smallest.slice(0, count);
}

function insertSmallest(smallest: Uint32Array, count: number, hash: number): number {
  let at = count;
  while (at > 0 && smallest[at - 1]! > hash) at--;
  if (at > 0 && smallest[at - 1] === hash) return count;
  const grown = Math.min(count + 1, smallest.length);
  for (let i = grown - 1; i > at; i--) smallest[i] = smallest[i - 1]!;
  smallest[at] = hash;
  return grown;
}

/** 64-bit hash of all sketch words, slots included: equal for two texts that differ in their slots only. Null for a text without words. */
export function skeletonOf(text: ScannedText): Hash64 | null {
  if (text.length === 0 || (text.length === 1 && text.kinds[0] === SLOT)) return null;
  let first = 0;
  let second = text.length;
  for (let i = 0; i < text.length; i++) {
    const hash = text.hashes[i]!;
    first = Math.imul(first ^ hash, FIRST_STEP);
    second = Math.imul(((second << 7) | (second >>> 25)) ^ hash, SECOND_STEP);
  }
  return finishHash64(first, second);
}

/** Adds the bits of a hash to 32 counters that lie side by side in bit planes: about six operations where 32 additions would be needed. */
function addBits(planes: Int32Array, bits: number): void {
  let carry = bits;
  for (let i = 0; carry !== 0 && i < PLANES; i++) {
    const plane = planes[i]!;
    planes[i] = plane ^ carry;
    carry &= plane;
  }
}

/** For each of the 32 counters, 1 when it is more than half of `total`. */
function majority(planes: Int32Array, total: number): number {
  const half = total >> 1;
  let greater = 0;
  let equal = -1;
  for (let i = PLANES - 1; i >= 0; i--) {
    if ((half >> i) & 1) equal &= planes[i]!;
    else {
      greater |= equal & planes[i]!;
      equal &= ~planes[i]!;
    }
  }
  return greater >>> 0;
}

/**
 * SimHash (Charikar 2002) over the content words and neighbouring pairs of words of both regions. Content words count twice: a paraphrase
 * keeps its nouns and changes what stands between them. Null for a text of fewer than four words.
 */
export function createSimhasher(): (text: ScannedText, head: Region, tail: Region) => Hash64 | null {
  const highPlanes = new Int32Array(PLANES);
  const lowPlanes = new Int32Array(PLANES);
  const add = (hash: number): void => {
    addBits(highPlanes, mix32(hash));
    addBits(lowPlanes, mix32(Math.imul(hash, SECOND_STEP) + 1));
  };
  const addRegion = (text: ScannedText, region: Region): number => {
    let total = 0;
    for (let i = region.from; i < region.to; i++) {
      const hash = text.hashes[i]!;
      if (text.kinds[i] === CONTENT) {
        add(hash);
        add(hash);
        total += 2;
      }
      if (i + 1 === region.to || text.kinds[i] === SLOT) continue;
      add(Math.imul(hash, FIRST_STEP) ^ text.hashes[i + 1]!);
      total++;
    }
    return total;
  };
  return (text, head, tail) => {
    if (head.to - head.from < SIMHASH_WORDS_MIN) return null;
    highPlanes.fill(0);
    lowPlanes.fill(0);
    const total = addRegion(text, head) + addRegion(text, tail);
    return total === 0 ? null : [majority(highPlanes, total), majority(lowPlanes, total)];
  };
}
