/**
 * Kinship: families that are wordings of one scaffold. Families are found by the words that their requests share; a rewritten scaffold shares
 * none, but means the same. So families whose gists point the same way become one.
 *
 * Clusters are joined by average linkage (Sokal & Michener 1958): a chain of neighbours, each a little farther from the first, does not join,
 * as it would by single linkage, and one odd wording does not keep the rest apart, as by complete linkage. They are found by chains of nearest
 * neighbours (Murtagh 1983): two that are nearest to each other may join at once, whatever else is nearer elsewhere, because the mean over two
 * parts is no greater than the greater mean.
 */
import { GIST_DIMENSIONS } from "../../vocabulary/sketch.js";
import { takeGist, type FamilyGists } from "./family-gists.js";
import { createRelation, relate, relateNear, separate, visitRelated, type OwnedVectors, type Relation } from "./near-pairs.js";

const WIDTH = GIST_DIMENSIONS;

/**
 * Mean cosine from which two sets of wordings are one scaffold. Wordings of one scaffold in other words are at .6 to .9 from each other,
 * families of unrelated strangers above that in less than one pair of a hundred; lower, pools dissolve in the families of the crowd.
 * See `docs/decisions/0015-gists.md`.
 */
export const KIN_COSINE_MIN = 0.6;
/**
 * Families that are compared at once: each with each, half a second for all of a log of half a million requests. Clusters of families that came before
 * take part as one each, so that the work grows with the number of families rather than with its square; there is one for about every seven.
 */
const FAMILIES_AT_ONCE = 2_000;
/** Where families have no kin, more are compared at once, up to this many: ten seconds and 113 MB. The report's coverage tells of the rest. */
const FAMILIES_AT_ONCE_MAX = 30_000;

/** What is asked about families, as plain data. */
export interface KinQuestion {
  gists: FamilyGists;
  /** Families to look at, in an order of their own; a cluster is named after the member that comes first in it. */
  order: Int32Array;
}

/** Another thread that answers {@link joinKin}. */
export interface KinshipHelper {
  joinKin(question: KinQuestion): Promise<Kinship>;
}

/** Who is kin to whom. */
export interface Kinship {
  /** Per family the one that its kin, other wordings of the same scaffold, are named after; itself when it has none. */
  named: Int32Array;
  /** Families with a gist that were compared with no other, because {@link FAMILIES_AT_ONCE_MAX} strangers came before them. */
  uncompared: number;
}

/** {@link joinKin} in another thread where there is one, and here when it ends before it answers. */
export async function joinKinWith(helper: KinshipHelper | undefined, question: KinQuestion): Promise<Kinship> {
  return helper ? helper.joinKin(question).catch(() => joinKin(question)) : joinKin(question);
}

/** Joins kin. @param options.atOnce smaller in tests. */
export function joinKin(
  { gists, order }: KinQuestion,
  options: { cosineMin?: number; atOnce?: { families: number; max: number } } = {},
): Kinship {
  const { cosineMin = KIN_COSINE_MIN, atOnce = { families: FAMILIES_AT_ONCE, max: FAMILIES_AT_ONCE_MAX } } = options;
  const named = Int32Array.from({ length: gists.families }, (_, family) => family);
  const ordered = order.filter((family) => hasGist(gists, family));
  let block: Block = { families: new Int32Array(0), strangers: 0, regions: [] };
  let next = 0;
  while (next < ordered.length) {
    const strangers = block.families.filter((family) => named[family] === family).length;
    const room = Math.min(atOnce.max, Math.max(atOnce.families, 2 * strangers)) - strangers;
    if (room <= 0) break;
    const more = ordered.subarray(next, next + room);
    block = makeBlock(block, { named, gists, more });
    joinBlock(block, { named, cosineMin });
    next += more.length;
  }
  // Who came first in a cluster is named already when the rest of it is.
  for (const family of ordered) named[family] = named[named[family]];
  return { named, uncompared: ordered.length - next };
}

function hasGist(gists: FamilyGists, family: number): boolean {
  for (let region = 0; region < gists.regions; region++) if (takeGist(gists, family, region) !== null) return true;
  return false;
}

/** Clusters that are compared at once. They go by their place here, and by the first of their families elsewhere. */
interface Block {
  families: Int32Array;
  /** The first so many were compared with each other, and are not near. */
  strangers: number;
  regions: RegionSums[];
}

/** By cluster the sum of the gists of one region, and how many gists that is; none where it is 0. */
interface RegionSums {
  sums: Float64Array;
  counts: Float64Array;
}

/** What is left of the block before, and more families. */
function makeBlock(before: Block, { named, gists, more }: { named: Int32Array; gists: FamilyGists; more: Int32Array }): Block {
  const kept = Int32Array.from(before.families.keys()).filter((place) => named[before.families[place]] === before.families[place]);
  const families = new Int32Array(kept.length + more.length);
  kept.forEach((place, to) => {
    families[to] = before.families[place];
  });
  families.set(more, kept.length);
  const regions = Array.from({ length: gists.regions }, (_, region): RegionSums => {
    const sums = new Float64Array(families.length * WIDTH);
    const counts = new Float64Array(families.length);
    kept.forEach((place, to) => {
      const former = before.regions[region];
      counts[to] = former.counts[place];
      sums.set(former.sums.subarray(place * WIDTH, (place + 1) * WIDTH), to * WIDTH);
    });
    more.forEach((family, index) => {
      const gist = takeGist(gists, family, region);
      if (gist === null) return;
      counts[kept.length + index] = 1;
      sums.set(gist, (kept.length + index) * WIDTH);
    });
    return { sums, counts };
  });
  return { families, strangers: kept.length, regions };
}

/** Joins the kin within a block. */
function joinBlock(block: Block, { named, cosineMin }: { named: Int32Array; cosineMin: number }): void {
  const { families } = block;
  const relation = createRelation(families.length);
  for (const region of block.regions) relateNear(relation, listMeans(block, region), cosineMin);
  const chain: number[] = [];
  for (let start = 0; start < families.length; start++) {
    if (named[families[start]] === families[start]) chain.push(start);
    while (chain.length > 0) {
      const top = chain[chain.length - 1];
      const before = chain.length > 1 ? chain[chain.length - 2] : -1;
      const nearest = findNearest(top, { before, block, relation, cosineMin });
      if (nearest < 0) chain.pop();
      else if (nearest !== before) chain.push(nearest);
      else {
        chain.length -= 2;
        const into = Math.min(top, before);
        const other = Math.max(top, before);
        named[families[other]] = families[into];
        joinTwo(into, other, { block, relation });
        if (chain.length === 0) chain.push(into);
      }
    }
  }
}

/** Mean gists: the product of two is the mean cosine of their members. */
function listMeans({ strangers }: Block, { sums, counts }: RegionSums): OwnedVectors {
  const owners = Int32Array.from(counts.keys()).filter((place) => counts[place] > 0);
  const values = new Float64Array(owners.length * WIDTH);
  owners.forEach((place, to) => {
    for (let d = 0; d < WIDTH; d++) values[to * WIDTH + d] = sums[place * WIDTH + d] / counts[place];
  });
  return { width: WIDTH, values, owners, firstNew: strangers };
}

/** Mean cosine of the members' gists, in the region where they are nearer; −1 where no region of both has one. */
function cosineOf({ regions }: Block, a: number, b: number): number {
  let nearest = -1;
  for (const { sums, counts } of regions) {
    const size = counts[a] * counts[b];
    if (size === 0) continue;
    let product = 0;
    for (let d = 0, i = a * WIDTH, j = b * WIDTH; d < WIDTH; d++, i++, j++) product += sums[i] * sums[j];
    if (product > nearest * size) nearest = product / size;
  }
  return nearest;
}

interface Neighbourhood {
  block: Block;
  relation: Relation;
}

/** The cluster nearest to one; of equally near ones that `before` it in the chain, so that chains end, or the first. −1 when none is near. */
function findNearest(top: number, { before, block, relation, cosineMin }: Neighbourhood & { before: number; cosineMin: number }): number {
  let nearest = -1;
  let best = cosineMin;
  visitRelated(relation, top, (other) => {
    const cosine = cosineOf(block, top, other);
    // Both will not be nearer than their parts are, so they need not be compared again.
    if (cosine < cosineMin) separate(relation, top, other);
    else if (nearest < 0 || cosine > best || (cosine === best && other === before)) {
      nearest = other;
      best = cosine;
    }
  });
  return nearest;
}

/** Makes one cluster of two, near to whoever is near to either. */
function joinTwo(into: number, other: number, { block, relation }: Neighbourhood): void {
  for (const { sums, counts } of block.regions) {
    counts[into] += counts[other];
    for (let d = 0, i = into * WIDTH, j = other * WIDTH; d < WIDTH; d++, i++, j++) sums[i] += sums[j];
  }
  visitRelated(relation, other, (near) => {
    separate(relation, other, near);
    if (near !== into) relate(relation, into, near);
  });
}
