/** Unordered pairs of small numbers, each kept once however often it was added: two flat columns and a counting sort instead of a table of keys. */

/** Each pair once, by its smaller number: the larger ones of `a` stand at `offsets[a] … offsets[a + 1] - 1` of `partners`, ascending. */
export interface Pairs {
  offsets: Uint32Array;
  partners: Int32Array;
}

/** Collects pairs; `add` takes a and b in any order. */
export interface PairList {
  add(a: number, b: number): void;
  list(): Pairs;
}

/** Pairs there is room for at the start. */
const ROOM_MIN = 1 << 12;

/** @param width numbers are below it. */
export function createPairList(width: number): PairList {
  let lows = new Int32Array(ROOM_MIN);
  let highs = new Int32Array(ROOM_MIN);
  let size = 0;

  /** Drops repeats, and doubles the room where that frees less than half of it. */
  function makeRoom(): void {
    const { offsets, partners } = sortPairs({ lows, highs, size, width });
    size = partners.length;
    if (size * 2 > lows.length) {
      lows = new Int32Array(lows.length * 2);
      highs = new Int32Array(lows.length);
    }
    highs.set(partners);
    for (let low = 0; low < width; low++) lows.fill(low, offsets[low], offsets[low + 1]);
  }

  return {
    add(a, b) {
      if (size === lows.length) makeRoom();
      lows[size] = a < b ? a : b;
      highs[size] = a < b ? b : a;
      size += 1;
    },
    list: () => sortPairs({ lows, highs, size, width }),
  };
}

function sortPairs({ lows, highs, size, width }: { lows: Int32Array; highs: Int32Array; size: number; width: number }): Pairs {
  // By the larger number first: the second pass keeps that order among pairs of one smaller number.
  const byHigh = new Uint32Array(size);
  const next = countStarts(highs, size, width);
  for (let pair = 0; pair < size; pair++) byHigh[next[highs[pair]]++] = pair;
  const starts = countStarts(lows, size, width);
  const ends = starts.slice();
  const sorted = new Int32Array(size);
  for (const pair of byHigh) {
    const low = lows[pair];
    const isRepeat = ends[low] > starts[low] && sorted[ends[low] - 1] === highs[pair];
    if (!isRepeat) sorted[ends[low]++] = highs[pair];
  }
  const offsets = new Uint32Array(width + 1);
  for (let low = 0; low < width; low++) {
    offsets[low + 1] = offsets[low] + ends[low] - starts[low];
    sorted.copyWithin(offsets[low], starts[low], ends[low]);
  }
  return { offsets, partners: sorted.slice(0, offsets[width]) };
}

/** Where each number's values begin once the column is sorted. */
function countStarts(column: Int32Array, size: number, width: number): Uint32Array {
  const starts = new Uint32Array(width + 1);
  for (let pair = 0; pair < size; pair++) starts[column[pair] + 1] += 1;
  for (let value = 0; value < width; value++) starts[value + 1] += starts[value];
  return starts;
}
