import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { visitTogether, type WeightedSets } from "./co-occurrence.js";

interface WeightedSet {
  members: readonly number[];
  weight: number;
}

const WIDTH = 40;
const set = fc.record({
  members: fc.uniqueArray(fc.nat(WIDTH - 1), { maxLength: 9 }).map((members) => members.sort((a, b) => a - b)),
  weight: fc.nat(4),
});

function layOut(sets: readonly WeightedSet[]): WeightedSets {
  const offsets = new Uint32Array(sets.length + 1);
  sets.forEach(({ members }, set) => {
    offsets[set + 1] = offsets[set] + members.length;
  });
  return {
    offsets,
    members: Int32Array.from(sets.flatMap(({ members }) => members)),
    weights: Uint32Array.from(sets, ({ weight }) => weight),
  };
}

function count(sets: readonly WeightedSet[], weightMin = 1): Map<string, number> {
  const seen = new Map<string, number>();
  visitTogether({ sets: layOut(sets), width: WIDTH, weightMin }, (a, b, weight) => {
    expect(a).toBeLessThan(b);
    expect(seen.has(`${a} ${b}`)).toBe(false);
    seen.set(`${a} ${b}`, weight);
  });
  return seen;
}

describe("visitTogether", () => {
  it("counts every pair as a map does, once", () => {
    fc.assert(
      fc.property(fc.array(set, { maxLength: 200 }), fc.integer({ min: 1, max: 6 }), (sets, weightMin) => {
        const expected = new Map<string, number>();
        for (const { members, weight } of sets) {
          members.forEach((a, i) => {
            for (const b of members.slice(i + 1)) expected.set(`${a} ${b}`, (expected.get(`${a} ${b}`) ?? 0) + weight);
          });
        }
        for (const [pair, weight] of expected) if (weight < weightMin) expected.delete(pair);
        expect(count(sets, weightMin)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it.each<[string, WeightedSet[], [string, number][]]>([
    ["no sets hold no pairs", [], []],
    ["a set of one holds no pair", [{ members: [3], weight: 5 }], []],
    ["a set that was never seen counts nothing", [{ members: [1, 2], weight: 0 }], []],
    [
      "weights add up",
      [
        { members: [1, 39], weight: 2 },
        { members: [0, 1, 39], weight: 3 },
      ],
      [
        ["0 1", 3],
        ["0 39", 3],
        ["1 39", 5],
      ],
    ],
  ])("%s", (_, sets, pairs) => expect(count(sets)).toEqual(new Map(pairs)));
});
