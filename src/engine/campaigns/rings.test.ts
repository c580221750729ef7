import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ALL_PAIRS_HOLDERS_MAX, createRings, RING_PARTNERS } from "./rings.js";

const ACCOUNTS = 70;

function listPairs(rings: readonly (readonly number[])[], accounts = ACCOUNTS): string[] {
  const all = createRings(accounts);
  for (const ring of rings) all.add(ring);
  const pairs: string[] = [];
  all.visitPairs((a, b) => pairs.push(`${a} ${b}`));
  return pairs;
}

/** The same, by the book: every pair of a small ring, of a large one each with its next few. */
function pairByHand(rings: readonly (readonly number[])[]): string[] {
  const keys = new Set<number>();
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i++) {
      const last = ring.length <= ALL_PAIRS_HOLDERS_MAX ? ring.length - 1 : i + RING_PARTNERS;
      for (let j = i + 1; j <= last; j++) {
        const [a, b] = [ring[i], ring[j % ring.length]];
        keys.add(Math.min(a, b) * ACCOUNTS + Math.max(a, b));
      }
    }
  }
  return [...keys].sort((a, b) => a - b).map((key) => `${Math.floor(key / ACCOUNTS)} ${key % ACCOUNTS}`);
}

describe("createRings", () => {
  it("pairs each account with those next to it, once and ascending, in whatever rings and however they are ordered", () => {
    const ring = fc.shuffledSubarray(Array.from({ length: ACCOUNTS }, (_, account) => account));
    fc.assert(
      fc.property(fc.array(ring, { maxLength: 12 }), (rings) => {
        expect(listPairs(rings)).toEqual(pairByHand(rings));
      }),
    );
  });

  it("bounds the pairs of one account, and only of large rings", () => {
    const countTo = (count: number): number[] => Array.from({ length: count }, (_, account) => account);
    expect(listPairs([countTo(ALL_PAIRS_HOLDERS_MAX)])).toHaveLength((ALL_PAIRS_HOLDERS_MAX * (ALL_PAIRS_HOLDERS_MAX - 1)) / 2);
    expect(listPairs([countTo(9000)], 9000)).toHaveLength(9000 * RING_PARTNERS);
  });

  it.each<[string, number[][]]>([
    ["no ring", []],
    ["an empty ring", [[]]],
    ["one holder", [[3]]],
  ])("pairs nobody in %s", (_, rings) => {
    expect(listPairs(rings)).toEqual([]);
  });

  it("keeps all rings of an account that stands in thousands", () => {
    const rings = Array.from({ length: 5000 }, (_, ring) => [0, 1 + ring]);
    expect(listPairs(rings, 5001)).toHaveLength(5000);
  });
});
