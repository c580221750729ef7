/**
 * Rings: which accounts are worth comparing. The holders of one thing stand in a ring, and each is compared with those next to it, so that an account
 * takes part in a bounded number of pairs for each thing. Pairs are read off account by account: a list of all of them would hold many of them twice.
 */

/** Holders of one thing are all paired up to this many; beyond, each is paired with its next {@link RING_PARTNERS}. */
export const ALL_PAIRS_HOLDERS_MAX = 24;
export const RING_PARTNERS = 8;

/** Rings of accounts. */
export interface Rings {
  /** Adds one ring, in the order in which its holders stand next to each other; nobody stands in it twice. */
  add(holders: ArrayLike<number>): void;
  /** Calls `visit` for each pair of accounts a < b that some ring pairs, once, ascending. */
  visitPairs(visit: (a: number, b: number) => void): void;
}

/** Room for holders at the start; it doubles. */
const ROOM_MIN = 1 << 12;

/** @param accounts positions of accounts are below it. */
export function createRings(accounts: number): Rings {
  let holders = new Int32Array(ROOM_MIN);
  let size = 0;
  const starts = [0];
  return {
    add(ring) {
      if (ring.length < 2) return;
      while (size + ring.length > holders.length) {
        const grown = new Int32Array(holders.length * 2);
        grown.set(holders);
        holders = grown;
      }
      holders.set(ring, size);
      size += ring.length;
      starts.push(size);
    },
    visitPairs: (visit) => visitPairs({ holders: holders.subarray(0, size), starts: Uint32Array.from(starts), accounts }, visit),
  };
}

interface RingColumns {
  /** Holders of ring `r` stand at `starts[r] … starts[r + 1] - 1`. */
  holders: Int32Array;
  starts: Uint32Array;
  accounts: number;
}

function visitPairs({ holders, starts, accounts }: RingColumns, visit: (a: number, b: number) => void): void {
  const { offsets, places, ringOf } = listPlaces({ holders, starts, accounts });
  const seenBy = new Int32Array(accounts).fill(-1);
  let partners = new Int32Array(ROOM_MIN);
  for (let a = 0; a < accounts; a++) {
    let count = 0;
    for (let entry = offsets[a]; entry < offsets[a + 1]; entry++) {
      const ring = ringOf[places[entry]];
      const start = starts[ring];
      const length = starts[ring + 1] - start;
      const isSmall = length <= ALL_PAIRS_HOLDERS_MAX;
      const reach = isSmall ? length - 1 : RING_PARTNERS;
      if (count + 2 * reach > partners.length) {
        const grown = new Int32Array(partners.length * 2);
        grown.set(partners);
        partners = grown;
      }
      // From both sides, because the smaller account of a pair may stand after the larger.
      for (let step = isSmall ? 1 : -reach; step <= reach; step++) {
        let place = places[entry] + step;
        if (place < start) place += length;
        else if (place >= start + length) place -= length;
        const b = holders[place];
        if (b <= a || seenBy[b] === a) continue;
        seenBy[b] = a;
        partners[count++] = b;
      }
    }
    for (const b of partners.subarray(0, count).sort()) visit(a, b);
  }
}

/** Where each account stands, and in which ring each place is. */
function listPlaces({ holders, starts, accounts }: RingColumns): { offsets: Uint32Array; places: Uint32Array; ringOf: Uint32Array } {
  const offsets = new Uint32Array(accounts + 1);
  for (const account of holders) offsets[account + 1] += 1;
  for (let account = 0; account < accounts; account++) offsets[account + 1] += offsets[account];
  const next = offsets.slice(0, accounts);
  const places = new Uint32Array(holders.length);
  const ringOf = new Uint32Array(holders.length);
  for (let ring = 0; ring + 1 < starts.length; ring++) {
    for (let place = starts[ring]; place < starts[ring + 1]; place++) {
      ringOf[place] = ring;
      places[next[holders[place]]++] = place;
    }
  }
  return { offsets, places, ringOf };
}
