/** Who is near to whom, among all pairs: vectors compared four at a time, the answer a bit a pair. */

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
export function relateNear(relation: Relation, { width, values, owners, firstNew }: OwnedVectors, productMin: number): void {
  for (let a = 1; a < owners.length; a++) {
    if (owners[a] < firstNew) continue;
    let b = 0;
    // Four sums at a time do not wait for one another, and read the first vector once.
    for (; b + 4 <= a; b += 4) {
      let first = 0;
      let second = 0;
      let third = 0;
      let fourth = 0;
      for (let i = a * width, j = b * width; i < (a + 1) * width; i++, j++) {
        const value = values[i];
        first += value * values[j];
        second += value * values[j + width];
        third += value * values[j + 2 * width];
        fourth += value * values[j + 3 * width];
      }
      if (first >= productMin) relate(relation, owners[a], owners[b]);
      if (second >= productMin) relate(relation, owners[a], owners[b + 1]);
      if (third >= productMin) relate(relation, owners[a], owners[b + 2]);
      if (fourth >= productMin) relate(relation, owners[a], owners[b + 3]);
    }
    for (; b < a; b++) {
      let product = 0;
      for (let i = a * width, j = b * width; i < (a + 1) * width; i++, j++) product += values[i] * values[j];
      if (product >= productMin) relate(relation, owners[a], owners[b]);
    }
  }
}
