/** Anchors: minima of shingle hashes (MinHash as in Broder 1997), one region at a time; see sketcher.ts for what they are for. */
import { mix32, storeHash64 } from "./hashing";
import { HASHES, KINDS } from "./memory";
import { CHARACTER, CONTENT, SLOT, length } from "./scan";

/** Anchors kept of a region; also the number of blocks below. */
const ANCHORS_MAX: i32 = 4;
/** `ANCHOR_BLOCKS` of the vocabulary: 3, 6, 12, 24. */
const FIRST_BLOCK: i32 = 3;
const SHINGLE_WORDS: i32 = 3;
const SHINGLE_IDEOGRAPHS: i32 = 6;
/** Half words of content that a shingle must hold: two words. One lets phrases such as "write a story" through, which strangers share. */
const CONTENT_HALVES_MIN: i32 = 4;
const FIRST_STEP: i32 = 0x9e3779b1;
const SECOND_STEP: i32 = 0x85ebca77;
/** Stands for a shingle that says too little. */
const NOTHING: i64 = -1;

function hashAt(at: i32): i32 {
  return load<i32>(HASHES + (at << 2));
}

/** What a word of each kind adds to the weight of a shingle, in half words, four bits a kind: content words two, characters one. */
const WEIGHTS: i32 = (2 << (4 * CONTENT)) | (1 << (4 * CHARACTER));

function weightAt(at: i32): i32 {
  return (WEIGHTS >>> ((<i32>load<u8>(KINDS + at)) << 2)) & 3;
}

function hashIdeographs(start: i32, to: i32): i64 {
  const end = start + SHINGLE_IDEOGRAPHS;
  if (end > to) return NOTHING;
  let hash = 0;
  let weight = 0;
  for (let i = start; i < end; i++) {
    weight += weightAt(i);
    hash = hash * FIRST_STEP + hashAt(i);
  }
  return weight < CONTENT_HALVES_MIN ? NOTHING : <i64>(<u32>mix32(hash));
}

/** Hash of the shingle that starts at `start`; `NOTHING` when it reaches beyond `to` or says too little. */
function hashShingle(start: i32, to: i32): i64 {
  if (load<u8>(KINDS + start) == CHARACTER) return hashIdeographs(start, to);
  if (start + SHINGLE_WORDS > to) return NOTHING;
  const weight = weightAt(start) + weightAt(start + 1) + weightAt(start + 2);
  const pair = hashAt(start) * FIRST_STEP + hashAt(start + 1);
  // Hashed whether it says enough or not: that is a coin toss, and a wrong guess of the processor costs more.
  return select<i64>(NOTHING, <i64>(<u32>mix32(pair * FIRST_STEP + hashAt(start + 2))), weight < CONTENT_HALVES_MIN);
}

/** Puts a hash among the `count` smallest at `list`, which ascend; returns how many there are now. */
function insertSmallest(list: i32, count: i32, hash: u32): i32 {
  let at = count;
  while (at > 0 && load<u32>(list + ((at - 1) << 2)) > hash) at--;
  if (at > 0 && load<u32>(list + ((at - 1) << 2)) == hash) return count;
  const grown = min(count + 1, ANCHORS_MAX);
  for (let i = grown - 1; i > at; i--) store<u32>(list + (i << 2), load<u32>(list + ((i - 1) << 2)));
  if (at < ANCHORS_MAX) store<u32>(list + (at << 2), hash);
  return grown;
}

/** Puts the smallest hashes of the whole text at `list`: ascending, no repeats. Returns how many. */
export function findAnchors(list: i32): i32 {
  let count = 0;
  for (let start = 0; start < length; start++) {
    const hash = hashShingle(start, length);
    if (hash < 0 || (count == ANCHORS_MAX && hash >= <i64>load<u32>(list + ((count - 1) << 2)))) continue;
    count = insertSmallest(list, count, <u32>hash);
  }
  return count;
}

/** Puts the smallest hash of each block of shingles at `list`, counted from the edge that `step` (1 or -1) leads away from; returns how many. */
export function findEdgeAnchors(list: i32, from: i32, to: i32, step: i32): i32 {
  let count = 0;
  let blocks = 0;
  let blockSize = FIRST_BLOCK;
  let left = blockSize;
  let least = <u64>NOTHING;
  let start = step == 1 ? from : to - 1;
  for (let i = from; i < to && blocks < ANCHORS_MAX; i++, start += step) {
    // As unsigned numbers `NOTHING` is above every hash.
    const hash = <u64>hashShingle(start, to);
    least = min<u64>(least, hash);
    left -= i32(hash != <u64>NOTHING);
    if (left > 0) continue;
    count = insertSmallest(list, count, <u32>least);
    least = <u64>NOTHING;
    blocks++;
    blockSize *= 2;
    left = blockSize;
  }
  if (least != <u64>NOTHING) count = insertSmallest(list, count, <u32>least);
  return count;
}

/** Puts the hash of all sketch words at `to`; false for a text that has none but a slot. */
export function hashSkeleton(to: i32): bool {
  if (length == 0 || (length == 1 && load<u8>(KINDS) == SLOT)) return false;
  let first = 0;
  let second = length;
  for (let i = 0; i < length; i++) {
    const hash = hashAt(i);
    first = (first ^ hash) * FIRST_STEP;
    second = (rotl<i32>(second, 7) ^ hash) * SECOND_STEP;
  }
  storeHash64(to, first, second);
  return true;
}
