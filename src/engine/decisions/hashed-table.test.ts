/** The table does what a Map does, until it is full. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createHashedTable, splitHash } from "./hashed-table.js";

describe("a hashed table", () => {
  it("finds what was added, and nothing else", () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt({ min: 0n, max: 40n }).map((value) => value << 30n)),
        fc.bigInt({ min: 0n, max: 60n }),
        (added, asked) => {
          const table = createHashedTable(64);
          const known = new Map<bigint, number>();
          for (const hash of added) {
            if (!known.has(hash)) known.set(hash, known.size);
            expect(table.add(splitHash(hash))).toBe(known.get(hash));
          }
          expect(table.size()).toBe(known.size);
          expect(table.find(splitHash(asked << 30n))).toBe(known.get(asked << 30n) ?? -1);
        },
      ),
    );
  });

  it("says when it is full, and still finds what it has", () => {
    const table = createHashedTable(3);
    expect([1n, 2n, 3n, 4n].map((hash) => table.add(splitHash(hash)))).toEqual([0, 1, 2, -1]);
    expect([1n, 2n, 3n, 4n].map((hash) => table.find(splitHash(hash)))).toEqual([0, 1, 2, -1]);
  });
});
