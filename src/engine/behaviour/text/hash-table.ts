/**
 * A table from 32-bit hashes to small numbers that is read a few hundred times per request: cuckoo hashing (Pagh and Rodler 2001). Every entry
 * stands in one of two places, so that a look-up is two loads and no branch: whether a word is in the table is a coin toss that no
 * processor predicts. Small enough for the first-level cache with some 3,000 entries.
 */

/** See the file's comment. Made by {@link createHashTable}. */
export interface HashTable {
  mask: number;
  keys: Int32Array;
  /** 0 where nothing stands. */
  values: Uint16Array;
}

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
  const { mask, keys, values } = table;
  const first = firstPlace(hash, mask);
  const second = secondPlace(hash, mask);
  const offFirst = keys[first] ^ hash;
  const offSecond = keys[second] ^ hash;
  // (x | -x) >> 31 is 0 for 0 and all ones otherwise.
  return (values[first] & ~((offFirst | -offFirst) >> 31)) | (values[second] & ~((offSecond | -offSecond) >> 31));
}

/** Makes the smallest table that holds the entries; values are from 1 to 65,535. */
export function createHashTable(entries: ReadonlyMap<number, number>): HashTable {
  for (let size = 64; size <= 65_536; size *= 2) {
    if (size < entries.size * 2) continue;
    const table: HashTable = { mask: size - 1, keys: new Int32Array(size), values: new Uint16Array(size) };
    if ([...entries].every(([hash, value]) => insert(table, hash, value))) return table;
  }
  throw new RangeError(`${entries.size} entries do not fit a table of 65,536 places`);
}

function insert(table: HashTable, hash: number, value: number): boolean {
  const { mask, keys, values } = table;
  let key = hash;
  let number = value;
  let place = firstPlace(key, mask);
  for (let moves = 0; moves < MOVES_MAX; moves++) {
    if (values[place] === 0) {
      keys[place] = key;
      values[place] = number;
      return true;
    }
    const evictedKey = keys[place];
    const evictedNumber = values[place];
    keys[place] = key;
    values[place] = number;
    key = evictedKey;
    number = evictedNumber;
    const first = firstPlace(key, mask);
    place = place === first ? secondPlace(key, mask) : first;
  }
  return false;
}
