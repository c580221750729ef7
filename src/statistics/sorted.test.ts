import fc from "fast-check";
import { expect, it } from "vitest";
import { countUpTo } from "./sorted.js";

it("countUpTo counts what a look at every number counts, ties included", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -5, max: 5 })), fc.integer({ min: -6, max: 6 }), (numbers, value) => {
      expect(countUpTo(Float64Array.from(numbers).sort(), value)).toBe(numbers.filter((number) => number <= value).length);
    }),
  );
});
