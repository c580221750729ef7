/**
 * A table from 32-bit hashes to small numbers that is read a few hundred times per request: cuckoo hashing (Pagh and Rodler 2001). Every entry
 * stands in one of two places, so that a look-up is two loads and no branch: whether a word is in the table is a coin toss that no
 * processor predicts. A hash and its number stand side by side: with ten thousand entries the table is larger than the first-level cache, and each
 * place looked at may be a line of memory to wait for.
 */

/** See the file's comment. Made by {@link createHashTable}. */
export interface HashTable {
  mask: number;
  /** The hash of place `i` at `2 * i`, its number behind it; the number is 0 where nothing stands. */
  places: Int32Array;
  /** A bit for every entry, at {@link FILTER_BITS} places: 8 KiB that stay in the first-level cache. */
  filter: Int32Array;
}

const FILTER_BITS = 1 << 16;

/** Entries moved on behalf of one before the table is given up as too small. */
const MOVES_MAX = 200;
const SECOND_STEP = 0x9e3779b1;

function firstPlace(hash: number, mask: number): number {
  return (hash ^ (hash >>> 15)) & mask;
}

function secondPlace(hash: number, mask: number): number {
  return (Math.imul(hash, SECOND_STEP) >>> 16) & mask;
}

/** The number stored for a hash; 0 when there is none. */
export function lookUp(table: HashTable, hash: number): number {
  const { mask, places } = table;
  const first = 2 * firstPlace(hash, mask);
  const second = 2 * secondPlace(hash, mask);
  const offFirst = places[first] ^ hash;
  const offSecond = places[second] ^ hash;
  // (x | -x) >> 31 is 0 for 0 and all ones otherwise.
  return (places[first + 1] & ~((offFirst | -offFirst) >> 31)) | (places[second + 1] & ~((offSecond | -offSecond) >> 31));
}

/** As {@link lookUp}, quicker where hardly any hash is in the table: nearly all are turned away by one bit. */
export function lookUpRare(table: HashTable, hash: number): number {
  const bit = (hash ^ (hash >>> 16)) & (FILTER_BITS - 1);
  return (table.filter[bit >>> 5] >>> (bit & 31)) & 1 ? lookUp(table, hash) : 0;
}

/** Makes the smallest table that holds the entries; values are from 1 to 65,535. */
export function createHashTable(entries: ReadonlyMap<number, number>): HashTable {
  for (let size = 64; size <= 65_536; size *= 2) {
    if (size < entries.size * 2) continue;
    const table: HashTable = { mask: size - 1, places: new Int32Array(2 * size), filter: makeFilter(entries.keys()) };
    if ([...entries].every(([hash, value]) => insert(table, hash, value))) return table;
  }
  throw new RangeError(`${entries.size} entries do not fit a table of 65,536 places`);
}

function insert(table: HashTable, hash: number, value: number): boolean {
  const { mask, places } = table;
  let key = hash;
  let number = value;
  let place = firstPlace(key, mask);
  for (let moves = 0; moves < MOVES_MAX; moves++) {
    const evictedKey = places[2 * place];
    const evictedNumber = places[2 * place + 1];
    places[2 * place] = key;
    places[2 * place + 1] = number;
    if (evictedNumber === 0) return true;
    key = evictedKey;
    number = evictedNumber;
    const first = firstPlace(key, mask);
    place = place === first ? secondPlace(key, mask) : first;
  }
  return false;
}

function makeFilter(hashes: Iterable<number>): Int32Array {
  const filter = new Int32Array(FILTER_BITS / 32);
  for (const hash of hashes) {
    const bit = (hash ^ (hash >>> 16)) & (FILTER_BITS - 1);
    filter[bit >>> 5] |= 1 << (bit & 31);
  }
  return filter;
}
