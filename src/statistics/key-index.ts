/**
 * Numbers by 64-bit keys that stand in a column already: one open-addressed table on typed arrays that holds positions instead of keys. A `Map`
 * ends at 2^24 entries and takes an object for every key; this takes twelve to twenty-four bytes an entry.
 */

/** See {@link createKeyIndex}. */
export interface KeyIndex {
  /** Notes a number from 0 to 2^32 - 1 for the key at a position of the column; of equal keys the last one counts. */
  put(position: number, value: number): void;
  /** The number of a key that is given by its halves; -1 for one that was never put. */
  find(low: number, high: number): number;
}

/** Slots for one entry at least: at two thirds full a search that fails looks at five slots on average (Knuth, The Art of Computer Programming 3, 6.4). */
const SLOTS_PER_ENTRY = 1.5;

/** An empty index over `column` with room for `entries` keys; keys are hashes, so their low bits serve as they are. */
export function createKeyIndex(column: BigUint64Array, entries: number): KeyIndex {
  let size = 64;
  while (size < entries * SLOTS_PER_ENTRY) size *= 2;
  const mask = size - 1;
  const halves = new Uint32Array(column.buffer, column.byteOffset, column.length * 2);
  /** Position + 1; 0 where nothing stands. */
  const positions = new Uint32Array(size);
  const values = new Uint32Array(size);
  let used = 0;

  function findSlot(low: number, high: number): number {
    let slot = low & mask;
    for (let taken = positions[slot]; taken !== 0; taken = positions[slot]) {
      const at = (taken - 1) * 2;
      if (halves[at] === low && halves[at + 1] === high) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  return {
    put(position, value) {
      const slot = findSlot(halves[position * 2], halves[position * 2 + 1]);
      if (positions[slot] === 0) {
        if (used === entries) throw new RangeError(`an index made for ${entries} keys is full`);
        used++;
        positions[slot] = position + 1;
      }
      values[slot] = value;
    },
    find(low, high) {
      const slot = findSlot(low, high);
      return positions[slot] === 0 ? -1 : values[slot];
    },
  };
}
