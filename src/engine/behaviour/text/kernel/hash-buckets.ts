/**
 * Tables from 32-bit hashes to places, which the kernel reads a few hundred times per request: cuckoo hashing (Pagh and Rodler 2001) with buckets of
 * four. Every entry stands in one of two buckets, so that a look-up is two loads and no branch: whether a word is in the table is a coin toss that
 * no processor predicts. What belongs to an entry stands at its place in tables of the caller's.
 */
import { mix32 } from "../hashing.js";

/** Hashes of a bucket: as many as the kernel compares at once. */
const BUCKET = 4;
/** Entries moved on behalf of one before the table is given up as too small. */
const MOVES_MAX = 500;
const SECOND_STEP = 0x9e3779b1;
/** Entries for each place at most: the fewer places are empty, the more of the table stays in the first-level cache; with more, inserting gets slow. */
const LOAD_MAX = 0.9;

/** See the file's comment. */
export interface HashBuckets {
  /** The hash at each place; where nothing stands, one that nobody looks for there. */
  hashes: Int32Array;
  /** One less than the number of buckets. */
  mask: number;
  /** Which of the hashes given stands at each place, by its position in the list; -1 for none. */
  entries: Int32Array;
}

function firstBucket(hash: number, mask: number): number {
  return (hash ^ (hash >>> 15)) & mask;
}

function secondBucket(hash: number, mask: number): number {
  return (Math.imul(hash, SECOND_STEP) >>> 16) & mask;
}

/** Makes the smallest table that holds the hashes, which are different from each other. At most 200,000 find room. */
export function createHashBuckets(hashes: Int32Array): HashBuckets {
  for (let buckets = 16; buckets <= 65_536; buckets *= 2) {
    if (hashes.length > buckets * BUCKET * LOAD_MAX) continue;
    const entries = new Int32Array(buckets * BUCKET).fill(-1);
    if (hashes.every((_, entry) => insert(entries, hashes, { entry, mask: buckets - 1 })))
      return { hashes: listHashes(entries, hashes, buckets - 1), mask: buckets - 1, entries };
  }
  throw new RangeError(`${hashes.length} hashes do not fit 65,536 buckets`);
}

/** A free place of a bucket; -1 when it is full. */
function findFree(entries: Int32Array, bucket: number): number {
  for (let place = bucket * BUCKET; place < (bucket + 1) * BUCKET; place++) if (entries[place] < 0) return place;
  return -1;
}

function insert(entries: Int32Array, hashes: Int32Array, { entry, mask }: { entry: number; mask: number }): boolean {
  let moved = entry;
  let bucket = firstBucket(hashes[entry], mask);
  for (let moves = 0; moves < MOVES_MAX; moves++) {
    const hash = hashes[moved];
    const first = firstBucket(hash, mask);
    const other = bucket === first ? secondBucket(hash, mask) : first;
    let place = findFree(entries, bucket);
    if (place < 0) place = findFree(entries, other);
    if (place >= 0) {
      entries[place] = moved;
      return true;
    }
    // Which of the four has to go depends on nothing but the hashes: the same table on every machine. It tries its luck in its other bucket.
    place = bucket * BUCKET + (mix32(hash + moves) & (BUCKET - 1));
    const evicted = entries[place];
    entries[place] = moved;
    moved = evicted;
    const home = firstBucket(hashes[moved], mask);
    bucket = bucket === home ? secondBucket(hashes[moved], mask) : home;
  }
  return false;
}

function listHashes(entries: Int32Array, hashes: Int32Array, mask: number): Int32Array {
  const placed = new Int32Array(entries.length);
  for (let place = 0; place < placed.length; place++)
    placed[place] = entries[place] < 0 ? foreignHash(Math.floor(place / BUCKET), mask) : hashes[entries[place]];
  return placed;
}

/** A hash that is looked for in other buckets only. */
function foreignHash(bucket: number, mask: number): number {
  let hash = 0;
  while (firstBucket(hash, mask) === bucket || secondBucket(hash, mask) === bucket) hash++;
  return hash;
}
