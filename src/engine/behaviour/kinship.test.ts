import { describe, expect, it } from "vitest";
import { GIST_DIMENSIONS } from "../../vocabulary/sketch.js";
import type { FamilyGists } from "./family-gists.js";
import { joinKin } from "./kinship.js";

/** Families on a circle: each by its angle in degrees in the first two dimensions, null for no gist. */
function onCircle(angles: readonly (number | null)[]): FamilyGists {
  return {
    families: angles.length,
    regions: 1,
    gistOf(family) {
      const angle = angles[family];
      if (angle === null) return null;
      const gist = new Float32Array(GIST_DIMENSIONS + 1);
      gist[0] = Math.cos((angle * Math.PI) / 180);
      gist[1] = Math.sin((angle * Math.PI) / 180);
      gist[GIST_DIMENSIONS] = 1;
      return gist;
    },
  };
}

const join = (angles: readonly (number | null)[], order = [...angles.keys()]): number[] =>
  Array.from(joinKin({ gists: onCircle(angles), order: Int32Array.from(order), cosineMin: 0.5 }));

describe("joinKin", () => {
  it.each<[string, (number | null)[], number[]]>([
    ["near ones are kin, named after the first", [0, 20, 180, 40], [0, 0, 2, 0]],
    ["far ones are not", [0, 90, 180, 270], [0, 1, 2, 3]],
    ["who has no gist has no kin", [0, null, 10, null], [0, 1, 0, 3]],
    ["a chain of neighbours does not join its ends", [0, 50, 100, 150], [0, 0, 2, 2]],
  ])("%s", (_, angles, named) => {
    expect(join(angles)).toEqual(named);
  });

  it("does not depend on the order but for the names", () => {
    const angles = [3, 200, 14, 190, 95, 25, 215];
    const partition = (named: number[]): string[] =>
      angles.map((_, family) => angles.flatMap((__, other) => (named[other] === named[family] ? [other] : [])).join());
    expect(partition(join(angles, [6, 4, 2, 0, 5, 3, 1]))).toEqual(partition(join(angles)));
  });
});
