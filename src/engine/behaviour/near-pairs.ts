/** Who is near to whom, among all pairs: vectors compared two with four at a time, the answer a bit a pair. */

/** A symmetric relation: whether `a` and `b` stand in it is bit `b & 31` of word `a * words + (b >> 5)`. */
export interface Relation {
  words: number;
  bits: Uint32Array;
}

/** Nobody is near to anybody: a square of bits, half a megabyte for 2,000 members. */
export function createRelation(members: number): Relation {
  const words = (members + 31) >> 5;
  return { words, bits: new Uint32Array(members * words) };
}

/** Makes two members near to each other. */
export function relate({ words, bits }: Relation, a: number, b: number): void {
  bits[a * words + (b >> 5)] |= 1 << (b & 31);
  bits[b * words + (a >> 5)] |= 1 << (a & 31);
}

/** Makes two members strangers. */
export function separate({ words, bits }: Relation, a: number, b: number): void {
  bits[a * words + (b >> 5)] &= ~(1 << (b & 31));
  bits[b * words + (a >> 5)] &= ~(1 << (a & 31));
}

/** Calls `visit` for everybody near to `a`, ascending. `visit` may separate the pair that it is shown. */
export function visitRelated({ words, bits }: Relation, a: number, visit: (b: number) => void): void {
  for (let word = a * words, first = 0; word < (a + 1) * words; word++, first += 32) {
    for (let rest = bits[word]; rest !== 0; rest &= rest - 1) visit(first + 31 - Math.clz32(rest & -rest));
  }
}

/** Vectors of `width` numbers one after the other, and whose they are, ascending. */
export interface OwnedVectors {
  width: number;
  values: Float64Array;
  owners: Int32Array;
  /** Owners below this one are not compared with each other. */
  firstNew: number;
}

/** Relates the owners of all pairs of vectors whose product is `productMin` or more. */
export function relateNear(relation: Relation, vectors: OwnedVectors, productMin: number): void {
  const { owners, firstNew } = vectors;
  const start = owners.findIndex((owner) => owner >= firstNew);
  if (start < 0) return;
  let a = start;
  for (; a + 2 <= owners.length; a += 2) {
    const compared = relateTwo(relation, { vectors, a, productMin });
    relateOne(relation, { vectors, a, from: compared, productMin });
    relateOne(relation, { vectors, a: a + 1, from: compared, productMin });
  }
  if (a < owners.length) relateOne(relation, { vectors, a, from: 0, productMin });
}

interface RowOptions {
  vectors: OwnedVectors;
  a: number;
  productMin: number;
}

/**
 * Compares two vectors with those before them, four at a time: eight sums do not wait for one another, and every number is read for several of
 * them. Answers how many it compared them with.
 */
function relateTwo(relation: Relation, { vectors: { width, values, owners }, a, productMin }: RowOptions): number {
  let b = 0;
  for (; b + 4 <= a; b += 4) {
    let upper0 = 0;
    let upper1 = 0;
    let upper2 = 0;
    let upper3 = 0;
    let lower0 = 0;
    let lower1 = 0;
    let lower2 = 0;
    let lower3 = 0;
    for (let i = a * width, j = b * width; i < (a + 1) * width; i++, j++) {
      const upper = values[i];
      const lower = values[i + width];
      const first = values[j];
      const second = values[j + width];
      const third = values[j + 2 * width];
      const fourth = values[j + 3 * width];
      upper0 += upper * first;
      upper1 += upper * second;
      upper2 += upper * third;
      upper3 += upper * fourth;
      lower0 += lower * first;
      lower1 += lower * second;
      lower2 += lower * third;
      lower3 += lower * fourth;
    }
    if (upper0 >= productMin) relate(relation, owners[a], owners[b]);
    if (upper1 >= productMin) relate(relation, owners[a], owners[b + 1]);
    if (upper2 >= productMin) relate(relation, owners[a], owners[b + 2]);
    if (upper3 >= productMin) relate(relation, owners[a], owners[b + 3]);
    if (lower0 >= productMin) relate(relation, owners[a + 1], owners[b]);
    if (lower1 >= productMin) relate(relation, owners[a + 1], owners[b + 1]);
    if (lower2 >= productMin) relate(relation, owners[a + 1], owners[b + 2]);
    if (lower3 >= productMin) relate(relation, owners[a + 1], owners[b + 3]);
  }
  return b;
}

/** Compares a vector with those before it, `from` the first that it was not compared with. */
function relateOne(relation: Relation, { vectors: { width, values, owners }, a, from, productMin }: RowOptions & { from: number }): void {
  for (let b = from; b < a; b++) {
    let product = 0;
    for (let i = a * width, j = b * width; i < (a + 1) * width; i++, j++) product += values[i] * values[j];
    if (product >= productMin) relate(relation, owners[a], owners[b]);
  }
}
