import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitQueues } from "./queue-split.js";

function draw(mixes: readonly (readonly number[])[], { perRow, seed }: { perRow: number; seed: number }) {
  let state = seed >>> 0 || 1;
  const next = (): number => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return ((Math.imul(state ^ (state >>> 13), 0x297a2d39) ^ (state >>> 16)) >>> 0) / 2 ** 32;
  };
  const offsets = [0];
  const items: number[] = [];
  const counts: number[] = [];
  for (const mix of mixes) {
    const row = mix.map(() => 0);
    for (let request = 0; request < perRow; request++) {
      let left = next() * mix.reduce((sum, share) => sum + share, 0);
      const item = mix.findIndex((share) => (left -= share) < 0);
      row[item < 0 ? 0 : item] += 1;
    }
    row.forEach((count, item) => {
      if (count === 0) return;
      items.push(item);
      counts.push(count);
    });
    offsets.push(items.length);
  }
  return { offsets, items, counts };
}

const A = [4, 3, 2, 1, 0, 0];
const B = [0, 0, 1, 2, 3, 4];
const repeat = (mix: readonly number[], times: number): (readonly number[])[] => Array.from({ length: times }, () => mix);
const seeds = fc.integer({ min: 1, max: 2 ** 31 });
const options = { categoryCount: 6, overdispersion: 0.02 };

describe("splitQueues", () => {
  it("gives every account of two queues back to its own, whatever the sizes", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 4, max: 20 }), fc.integer({ min: 4, max: 20 }), (seed, a, b) => {
        const split = splitQueues(draw([...repeat(A, a), ...repeat(B, b)], { perRow: 15, seed }), options);
        expect(split?.nats).toBeGreaterThan(0);
        expect(split?.overlap).toBeLessThan(0.5);
        expect([...(split?.side ?? [])]).toEqual([...Array.from({ length: a }, () => 0), ...Array.from({ length: b }, () => 1)]);
      }),
      { numRuns: 50 },
    );
  });

  it("does not divide one queue", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 4, max: 40 }), (seed, rows) => {
        expect(splitQueues(draw(repeat([4, 3, 2, 2, 1, 1], rows), { perRow: 12, seed }), options)?.nats).toBeLessThan(0);
      }),
      { numRuns: 50 },
    );
  });

  it("answers the same when categories change places", () => {
    const table = draw([...repeat(A, 6), ...repeat(B, 9)], { perRow: 12, seed: 5 });
    const turned = { ...table, items: table.items.map((item) => 5 - item) };
    expect([...(splitQueues(turned, options)?.side ?? [])]).toEqual([...(splitQueues(table, options)?.side ?? [])]);
  });

  it("has nothing to divide in one row or one category", () => {
    expect(splitQueues(draw([A], { perRow: 9, seed: 1 }), options)).toBeNull();
    expect(splitQueues({ offsets: [0, 1, 2], items: [0, 0], counts: [3, 4] }, { categoryCount: 1, overdispersion: 0 })).toBeNull();
  });
});
