import fc from "fast-check";
import { describe, expect, it } from "vitest";
import xxhash from "xxhash-wasm";
import { hashShort, SHORT_BYTES_END } from "./key-hash.js";

const reference = await xxhash();

function hash(bytes: Uint8Array, from: number, length: number): bigint {
  const halves = new Uint32Array(4).fill(7);
  hashShort(bytes, from, length, { halves, at: 1 });
  expect([halves[0], halves[3]]).toEqual([7, 7]);
  return (BigInt(halves[2]) << 32n) | BigInt(halves[1]);
}

describe("the hash of short keys", () => {
  it("is xxHash64 of the bytes, whatever they are and wherever they stand", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: SHORT_BYTES_END - 1 }), fc.nat(9), (bytes, from) => {
        const placed = new Uint8Array(from + bytes.length + 5).fill(0xee);
        placed.set(bytes, from);
        expect(hash(placed, from, bytes.length)).toBe(reference.h64Raw(bytes));
      }),
      { numRuns: 3000 },
    );
  });

  it("is right at every length for the bytes that carry most", () => {
    for (let length = 0; length < SHORT_BYTES_END; length++) {
      for (const byte of [0, 1, 0x7f, 0x80, 0xff]) {
        const bytes = new Uint8Array(length).fill(byte);
        expect(hash(bytes, 0, length), `${length} bytes of ${byte}`).toBe(reference.h64Raw(bytes));
      }
    }
  });
});
