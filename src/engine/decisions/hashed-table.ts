/**
 * A hash table on typed arrays: 64-bit hashes of identifiers → columns of numbers. A million entries take 16 MB and no object, so that the
 * garbage collector never holds up a verdict.
 */

/** Half of the slots stay free: probes then look at two slots on average. */
const LOAD_MAX = 0.5;

/** A hash as two halves, unsigned. */
export interface HashHalves {
  high: number;
  low: number;
}

/** Rows found by hash; a row is a position in columns that the owner keeps. */
export interface HashedTable {
  readonly capacity: number;
  size(): number;
  /** The row of a hash, −1 when it is not there. */
  find(hash: HashHalves): number;
  /** The row of a hash, a new one where it was not there; −1 when the table is full. */
  add(hash: HashHalves): number;
  /** What it is made of, no copy: the table is to be left alone afterwards. */
  pack(): PackedTable;
}

/** A table as it goes to another thread. */
export interface PackedTable {
  capacity: number;
  size: number;
  highs: Uint32Array;
  lows: Uint32Array;
  /** By slot: row + 1, 0 where it is free. */
  rows: Uint32Array;
}

const whole = new BigUint64Array(1);
const halves = new Uint32Array(whole.buffer);
/** Where the lower half lies in memory: it depends on the machine. */
const LOW_AT = new Uint32Array(BigUint64Array.of(1n).buffer)[0] === 1 ? 0 : 1;

/** Splits a hash of 64 bits. Through memory: arithmetic on whole hashes makes an object for each result. */
export function splitHash(hash: bigint): HashHalves {
  whole[0] = hash;
  return { high: halves[1 - LOW_AT], low: halves[LOW_AT] };
}

/** Makes an empty table for so many entries. */
export function createHashedTable(capacity: number): HashedTable {
  const slots = 2 ** Math.ceil(Math.log2(Math.max(8, capacity / LOAD_MAX)));
  const of = (count: number): Uint32Array => new Uint32Array(count);
  return openHashedTable({ capacity, size: 0, highs: of(capacity), lows: of(capacity), rows: of(slots) });
}

/** Opens a table that another thread filled. */
export function openHashedTable({ capacity, highs, lows, rows, ...filled }: PackedTable): HashedTable {
  const mask = rows.length - 1;
  let { size } = filled;
  /** The slot of the hash, or the free one where it belongs. */
  const probe = ({ high, low }: HashHalves): number => {
    let slot = (low ^ Math.imul(high, 0x9e3779b1)) & mask;
    while (rows[slot] !== 0 && (lows[rows[slot] - 1] !== low || highs[rows[slot] - 1] !== high)) slot = (slot + 1) & mask;
    return slot;
  };
  return {
    capacity,
    size: () => size,
    pack: () => ({ capacity, size, highs, lows, rows }),
    find: (hash) => rows[probe(hash)] - 1,
    add(hash) {
      const slot = probe(hash);
      if (rows[slot] !== 0) return rows[slot] - 1;
      if (size >= capacity) return -1;
      highs[size] = hash.high;
      lows[size] = hash.low;
      size += 1;
      rows[slot] = size;
      return size - 1;
    },
  };
}
