import fc from "fast-check";
import { expect, it } from "vitest";
import createXxhash from "xxhash-wasm";
import { createTextHash } from "./text-hash.js";

const xxhash = await createXxhash();
const h64 = (text: string): bigint => xxhash.h64(text);
const hash = createTextHash(h64);

it("is what the store's hash is, of texts of any length and language", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ maxLength: 40 }), fc.string({ unit: "grapheme", maxLength: 40 })), (text) => hash(text) === h64(text)),
  );
  for (let length = 0; length < 40; length++) expect(hash("a".repeat(length))).toBe(h64("a".repeat(length)));
});
