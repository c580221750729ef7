/**
 * Kinship: families that are wordings of one scaffold. Families are found by the words that their requests share; a rewritten scaffold shares
 * none, but means the same. So families whose gists point the same way become one.
 *
 * Clusters are joined by average linkage (Sokal & Michener 1958): a chain of neighbours, each a little farther from the first, does not join,
 * as it would by single linkage, and one odd wording does not keep the rest apart, as by complete linkage.
 */
import { GIST_DIMENSIONS } from "../../vocabulary/sketch.js";
import type { FamilyGists } from "./family-gists.js";

/**
 * Mean cosine from which two sets of wordings are one scaffold. Wordings of one scaffold in other words are at .6 to .9 from each other,
 * families of unrelated strangers above that in less than one pair of a hundred; lower, pools dissolve in the families of the crowd.
 * See `docs/decisions/0015-gists.md`.
 */
export const KIN_COSINE_MIN = 0.6;
/** Families compared with each other, the most widely carried first: the work grows with the square, 4,000 take a few seconds. */
export const KIN_FAMILIES_MAX = 4_000;

/**
 * Joins kin.
 *
 * @param options.order families to look at, in an order of their own; a cluster is named after the member that comes first in it.
 * @returns for every family the one that its cluster is named after; itself when it has no kin.
 */
export function joinKin(options: { gists: FamilyGists; order: Int32Array; cosineMin?: number }): Int32Array {
  const { gists, order } = options;
  const cosineMin = options.cosineMin ?? KIN_COSINE_MIN;
  const named = Int32Array.from({ length: gists.families }, (_, family) => family);
  const clusters = takeClusters(gists, order.subarray(0, KIN_FAMILIES_MAX));
  const heap = createHeap();
  const near: number[][] = [];
  const offer = (a: number, b: number, cosine: number): void => {
    if (cosine < cosineMin) return;
    near[a].push(b);
    near[b].push(a);
    heap.push(cosine, Math.min(a, b), Math.max(a, b));
  };
  const { members } = clusters;
  const cosines = new Float64Array(members.length);
  for (let a = 0; a < members.length; a++) {
    near.push([]);
    clusters.compare(a, { count: a, cosines });
    for (let b = 0; b < a; b++) offer(a, b, cosines[b]);
  }
  const isGone = new Uint8Array(2 * members.length);
  // Who was offered to the newest cluster already, as that cluster's number.
  const offeredTo = new Int32Array(2 * members.length);
  for (let best = heap.pop(); best !== null; best = heap.pop()) {
    const [a, b] = best;
    if (isGone[a] === 1 || isGone[b] === 1) continue;
    isGone[a] = 1;
    isGone[b] = 1;
    const joined = clusters.merge(a, b);
    near.push([]);
    // The mean over both parts is no greater than the greater mean: who was near to neither is not near to both.
    for (const others of [near[a], near[b]]) {
      for (const other of others) {
        if (isGone[other] === 1 || offeredTo[other] === joined) continue;
        offeredTo[other] = joined;
        offer(other, joined, clusters.cosineOf(other, joined));
      }
    }
  }
  members.forEach((positions, cluster) => {
    if (isGone[cluster] === 1) return;
    const first = positions.reduce((least, position) => Math.min(least, position));
    for (const position of positions) named[order[position]] = order[first];
  });
  return named;
}

/** Clusters of families under way, numbered as they come: the families first, then what was merged. */
interface Clusters {
  /** Positions of the families in each. */
  members: number[][];
  /** Mean cosine of the members' gists, in the region where they are nearer; −1 where no region of both has one. */
  cosineOf(a: number, b: number): number;
  /** The same of one with the first `count`, into `cosines`. */
  compare(a: number, into: { count: number; cosines: Float64Array }): void;
  /** Makes one of two, and gives its number. */
  merge(a: number, b: number): number;
}

/** Sums of the unit gists of their members stand one after the other, by region: the first comparison of all with all reads them in one go. */
function takeClusters(gists: FamilyGists, order: Int32Array): Clusters {
  const width = GIST_DIMENSIONS + 1;
  const members = Array.from(order, (_, position) => [position]);
  // Every merger takes two clusters away, so there are fewer than twice as many as families.
  const rows = 2 * order.length;
  const sums = Array.from({ length: gists.regions }, () => new Float32Array(rows * width));
  order.forEach((family, position) => {
    sums.forEach((ofRegion, region) => {
      const gist = gists.gistOf(family, region);
      if (gist) ofRegion.set(gist, position * width);
    });
  });
  const cosineIn = (ofRegion: Float32Array, a: number, b: number): number => {
    const size = ofRegion[a * width + GIST_DIMENSIONS] * ofRegion[b * width + GIST_DIMENSIONS];
    if (size === 0) return -1;
    let product = 0;
    for (let d = 0, i = a * width, j = b * width; d < GIST_DIMENSIONS; d++, i++, j++) product += ofRegion[i] * ofRegion[j];
    return product / size;
  };
  return {
    members,
    cosineOf: (a, b) => sums.reduce((nearest, ofRegion) => Math.max(nearest, cosineIn(ofRegion, a, b)), -1),
    compare(a, { count, cosines }) {
      cosines.fill(-1, 0, count);
      for (const ofRegion of sums) {
        if (ofRegion[a * width + GIST_DIMENSIONS] === 0) continue;
        for (let b = 0; b < count; b++) cosines[b] = Math.max(cosines[b], cosineIn(ofRegion, a, b));
      }
    },
    merge(a, b) {
      const joined = members.push([...members[a], ...members[b]]) - 1;
      for (const ofRegion of sums)
        for (let d = 0; d < width; d++) ofRegion[joined * width + d] = ofRegion[a * width + d] + ofRegion[b * width + d];
      return joined;
    },
  };
}

/** The nearest pair first; of equally near ones that with the smaller numbers, so that nothing depends on chance. */
interface PairHeap {
  push(cosine: number, a: number, b: number): void;
  pop(): readonly [a: number, b: number] | null;
}

/** Pairs that the heap has room for at first; it doubles when full. */
const HEAP_ROOM = 1 << 12;
/** Numbers of clusters are below it. */
const PAIR_BASE = 1 << 20;

/** A binary heap in two plain arrays, with pairs as one number: there are a million of them. */
function createHeap(): PairHeap {
  let cosines = new Float64Array(HEAP_ROOM);
  let pairs = new Float64Array(HEAP_ROOM);
  let size = 0;
  const isBefore = (cosine: number, pair: number, at: number): boolean =>
    cosine !== cosines[at] ? cosine > cosines[at] : pair < pairs[at];
  const move = (from: number, to: number): void => {
    cosines[to] = cosines[from];
    pairs[to] = pairs[from];
  };
  const put = (cosine: number, pair: number, at: number): void => {
    cosines[at] = cosine;
    pairs[at] = pair;
  };
  const double = (numbers: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
    const doubled = new Float64Array(2 * numbers.length);
    doubled.set(numbers);
    return doubled;
  };
  return {
    push(cosine, a, b) {
      if (size === cosines.length) {
        cosines = double(cosines);
        pairs = double(pairs);
      }
      const pair = a * PAIR_BASE + b;
      let at = size++;
      for (let above = (at - 1) >> 1; at > 0 && isBefore(cosine, pair, above); above = (at - 1) >> 1) {
        move(above, at);
        at = above;
      }
      put(cosine, pair, at);
    },
    pop() {
      if (size === 0) return null;
      const top = pairs[0];
      size -= 1;
      const cosine = cosines[size];
      const pair = pairs[size];
      let at = 0;
      for (let child = 1; child < size; child = 2 * at + 1) {
        if (child + 1 < size && isBefore(cosines[child + 1], pairs[child + 1], child)) child += 1;
        if (isBefore(cosine, pair, child)) break;
        move(child, at);
        at = child;
      }
      put(cosine, pair, at);
      return [Math.floor(top / PAIR_BASE), top % PAIR_BASE];
    },
  };
}
