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

/** Clusters of families under way: sums of the unit gists of their members, by region. */
interface Cluster {
  sums: (Float32Array | null)[];
  members: number[];
}

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
  const near: Set<number>[] = clusters.map(() => new Set());
  const offer = (a: number, b: number): void => {
    const cosine = compare(clusters[a], clusters[b]);
    if (cosine < cosineMin) return;
    near[a].add(b);
    near[b].add(a);
    heap.push(cosine, Math.min(a, b), Math.max(a, b));
  };
  for (let a = 1; a < clusters.length; a++) for (let b = 0; b < a; b++) offer(a, b);
  const isGone: boolean[] = clusters.map(() => false);
  for (let best = heap.pop(); best !== null; best = heap.pop()) {
    const [a, b] = best;
    if (isGone[a] || isGone[b]) continue;
    isGone[a] = true;
    isGone[b] = true;
    const joined = clusters.push(merge(clusters[a], clusters[b])) - 1;
    isGone.push(false);
    near.push(new Set());
    // The mean over both parts is no greater than the greater mean: who was near to neither is not near to both.
    for (const other of new Set([...near[a], ...near[b]])) if (!isGone[other]) offer(other, joined);
  }
  clusters.forEach(({ members }, cluster) => {
    if (isGone[cluster]) return;
    const first = members.reduce((least, position) => Math.min(least, position));
    for (const position of members) named[order[position]] = order[first];
  });
  return named;
}

function takeClusters(gists: FamilyGists, order: Int32Array): Cluster[] {
  return Array.from(order, (family, position) => ({
    sums: Array.from({ length: gists.regions }, (_, region) => gists.gistOf(family, region)),
    members: [position],
  }));
}

/** Mean cosine of the members' gists, in the region where they are nearer. */
function compare(a: Cluster, b: Cluster): number {
  let nearest = -1;
  for (let region = 0; region < a.sums.length; region++) {
    const first = a.sums[region];
    const second = b.sums[region];
    if (first === null || second === null) continue;
    let product = 0;
    for (let d = 0; d < GIST_DIMENSIONS; d++) product += first[d] * second[d];
    nearest = Math.max(nearest, product / (first[GIST_DIMENSIONS] * second[GIST_DIMENSIONS]));
  }
  return nearest;
}

function merge(a: Cluster, b: Cluster): Cluster {
  const sums = a.sums.map((first, region) => {
    const second = b.sums[region];
    return first === null ? second : second === null ? first : first.map((value, d) => value + second[d]);
  });
  return { sums, members: [...a.members, ...b.members] };
}

/** The nearest pair first; of equally near ones that with the smaller numbers, so that nothing depends on chance. */
interface PairHeap {
  push(cosine: number, a: number, b: number): void;
  pop(): readonly [a: number, b: number] | null;
}

function createHeap(): PairHeap {
  const cosines: number[] = [];
  const firsts: number[] = [];
  const seconds: number[] = [];
  const isBefore = (i: number, j: number): boolean =>
    cosines[i] !== cosines[j] ? cosines[i] > cosines[j] : firsts[i] !== firsts[j] ? firsts[i] < firsts[j] : seconds[i] < seconds[j];
  const swap = (i: number, j: number): void => {
    for (const list of [cosines, firsts, seconds]) {
      const value = list[i];
      list[i] = list[j];
      list[j] = value;
    }
  };
  const sink = (): void => {
    for (let at = 0; ; ) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) if (child < cosines.length && isBefore(child, least)) least = child;
      if (least === at) return;
      swap(at, least);
      at = least;
    }
  };
  return {
    push(cosine, a, b) {
      let at = cosines.push(cosine) - 1;
      firsts.push(a);
      seconds.push(b);
      for (let above = (at - 1) >> 1; at > 0 && isBefore(at, above); above = (at - 1) >> 1) {
        swap(at, above);
        at = above;
      }
    },
    pop() {
      if (cosines.length === 0) return null;
      const top = [firsts[0], seconds[0]] as const;
      swap(0, cosines.length - 1);
      for (const list of [cosines, firsts, seconds]) list.pop();
      sink();
      return top;
    },
  };
}
