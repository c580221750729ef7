import fc from "fast-check";
import { expect, it } from "vitest";
import { createHashTable, lookUp, lookUpRare } from "./hash-table.js";

it("finds every entry and nothing else", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer(), { maxLength: 800 }), fc.array(fc.integer(), { maxLength: 50 }), (hashes, others) => {
      const entries = new Map(hashes.map((hash, index) => [hash | 0, index + 1]));
      const table = createHashTable(entries);
      for (const [hash, value] of entries) expect(lookUp(table, hash)).toBe(value);
      for (const hash of others) expect(lookUp(table, hash)).toBe(entries.get(hash | 0) ?? 0);
      for (const hash of [...hashes, ...others]) expect(lookUpRare(table, hash)).toBe(lookUp(table, hash));
    }),
    { numRuns: 60 },
  );
});
