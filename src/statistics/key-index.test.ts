import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createKeyIndex } from "./key-index.js";

describe("an index of 64-bit keys", () => {
  it("answers what a Map would, whatever the keys", () => {
    // Few low halves, so that keys collide.
    const key = fc.tuple(fc.nat(3), fc.nat(5)).map(([top, bottom]) => (BigInt(top) << 32n) | BigInt(bottom));
    fc.assert(
      fc.property(fc.array(fc.tuple(key, fc.nat(4_294_967_295)), { maxLength: 100 }), (entries) => {
        const index = createKeyIndex(
          BigUint64Array.from(entries, ([one]) => one),
          entries.length,
        );
        entries.forEach(([, value], position) => index.put(position, value));
        const map = new Map(entries);
        for (let top = 0; top < 5; top++)
          for (let bottom = 0; bottom < 7; bottom++)
            expect(index.find(bottom, top)).toBe(map.get((BigInt(top) << 32n) | BigInt(bottom)) ?? -1);
      }),
    );
  });

  it("refuses more keys than it was made for instead of searching for ever", () => {
    const index = createKeyIndex(BigUint64Array.of(1n, 2n, 3n), 2);
    index.put(0, 1);
    index.put(1, 1);
    index.put(1, 2);
    expect(() => index.put(2, 1)).toThrow("full");
  });

  it("holds more entries than a Map can: 2^24 and some", { timeout: 60_000 }, () => {
    const count = 2 ** 24 + 1000;
    const halves = new Uint32Array(count * 2);
    for (let row = 0; row < count; row++) {
      halves[row * 2] = Math.imul(row, 0x9e3779b1);
      halves[row * 2 + 1] = row;
    }
    const index = createKeyIndex(new BigUint64Array(halves.buffer), count);
    for (let row = 0; row < count; row++) index.put(row, row % 1000);
    for (const row of [0, 1, 2 ** 24, count - 1]) expect(index.find(halves[row * 2], halves[row * 2 + 1])).toBe(row % 1000);
    expect(index.find(halves[0], 7)).toBe(-1);
  });
});
