import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRelation, relateNear, visitRelated } from "./near-pairs.js";

const WIDTH = 3;

/** Pairs of owners that are near, by the definition: one product after the other. */
function listNear(vectors: readonly number[][], { owners, firstNew }: { owners: readonly number[]; firstNew: number }): string[] {
  return vectors.flatMap((first, a) =>
    vectors.slice(0, a).flatMap((second, b) => {
      const product = first.reduce((sum, value, d) => sum + value * second[d], 0);
      return owners[a] >= firstNew && product >= 0.5 ? [`${owners[b]}-${owners[a]}`] : [];
    }),
  );
}

describe("relateNear", () => {
  it("relates the pairs that are near, however many vectors there are and wherever the new ones begin", () => {
    const vector = fc.array(fc.integer({ min: -10, max: 10 }), { minLength: WIDTH, maxLength: WIDTH });
    fc.assert(
      fc.property(fc.array(vector, { maxLength: 23 }), fc.nat(50), (steps, firstNew) => {
        const vectors = steps.map((each) => each.map((step) => step / 10));
        const owners = vectors.map((_, place) => 2 * place + 1);
        const relation = createRelation(2 * vectors.length + 1);
        relateNear(relation, { width: WIDTH, values: Float64Array.from(vectors.flat()), owners: Int32Array.from(owners), firstNew }, 0.5);
        const found: string[] = [];
        for (const owner of owners) visitRelated(relation, owner, (other) => void (other > owner && found.push(`${owner}-${other}`)));
        expect(found.sort()).toEqual(listNear(vectors, { owners, firstNew }).sort());
      }),
    );
  });
});
