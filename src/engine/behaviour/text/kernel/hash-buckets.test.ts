import fc from "fast-check";
import { expect, it } from "vitest";
import { createHashBuckets } from "./hash-buckets.js";

/** As the kernel looks. */
function findEntries(hashes: Int32Array, wanted: readonly number[]): number[] {
  const { mask, entries, hashes: placed } = createHashBuckets(hashes);
  return wanted.map((hash) => {
    const buckets = [(hash ^ (hash >>> 15)) & mask, (Math.imul(hash, 0x9e3779b1) >>> 16) & mask];
    const place = buckets.flatMap((bucket) => [0, 1, 2, 3].map((lane) => 4 * bucket + lane)).find((each) => placed[each] === hash);
    return place === undefined ? -1 : entries[place];
  });
}

it("every hash is found at its place, and no other is", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer(), { maxLength: 800 }), fc.array(fc.integer(), { maxLength: 50 }), (list, others) => {
      const hashes = Int32Array.from(list);
      const wanted = [...list, ...others, 0, 1, 2, 3];
      expect(findEntries(hashes, wanted)).toEqual(wanted.map((hash) => hashes.indexOf(hash)));
    }),
    { numRuns: 60 },
  );
});

it("hashes that all want one bucket find room, or are refused in words", () => {
  const crowd = (count: number) => Int32Array.from({ length: count }, (_, i) => (i + 1) << 17);
  expect(findEntries(crowd(6), [...crowd(6)])).toEqual([0, 1, 2, 3, 4, 5]);
  expect(() => createHashBuckets(Int32Array.from({ length: 300_000 }, (_, i) => i))).toThrow("do not fit");
});
