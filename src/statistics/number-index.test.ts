import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createNumberIndex } from "./number-index.js";

describe("createNumberIndex", () => {
  it("gives each distinct number its place in the order of first sight, as a map does", () => {
    const number = fc.oneof(fc.nat(50), fc.nat(Number.MAX_SAFE_INTEGER), fc.constantFrom(0, 4_294_967_296, Number.MAX_SAFE_INTEGER));
    fc.assert(
      fc.property(fc.array(number, { maxLength: 9000 }), (numbers) => {
        const expected = new Map<number, number>();
        const index = createNumberIndex();
        for (const value of numbers) {
          if (!expected.has(value)) expected.set(value, expected.size);
          expect(index.place(value)).toBe(expected.get(value));
        }
        expect(index.size).toBe(expected.size);
      }),
      { numRuns: 30 },
    );
  });

  it("keeps its places while it grows, also where keys differ in their high half only", () => {
    const index = createNumberIndex();
    const keys = Array.from({ length: 100_000 }, (_, key) => (key % 300) * 4_294_967_296 + Math.floor(key / 300));
    const findMisplaced = (): number[] => keys.filter((key, place) => index.place(key) !== place);
    expect([findMisplaced(), findMisplaced()]).toEqual([[], []]);
  });
});
