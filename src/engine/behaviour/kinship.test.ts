import { describe, expect, it } from "vitest";
import { GIST_DIMENSIONS } from "../../vocabulary/sketch.js";
import type { FamilyGists } from "./family-gists.js";
import { joinKin } from "./kinship.js";

/** Families on a circle: each by its angle in degrees in the first two dimensions, null for no gist. */
function onCircle(angles: readonly (number | null)[]): FamilyGists {
  const values = new Float32Array(angles.length * GIST_DIMENSIONS);
  const starts = Int32Array.from(angles, (angle, family) => (angle === null ? -1 : family * GIST_DIMENSIONS));
  angles.forEach((angle, family) => {
    if (angle === null) return;
    values[family * GIST_DIMENSIONS] = Math.cos((angle * Math.PI) / 180);
    values[family * GIST_DIMENSIONS + 1] = Math.sin((angle * Math.PI) / 180);
  });
  return { families: angles.length, regions: 1, starts, values };
}

const join = (angles: readonly (number | null)[], order = [...angles.keys()]): number[] =>
  Array.from(joinKin({ gists: onCircle(angles), order: Int32Array.from(order) }, { cosineMin: 0.5 }).named);

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

  it("looks at some families at a time, each time with the clusters of those before", () => {
    // Four groups a right angle apart, in turn: no three families in a row are kin.
    const angles = Array.from({ length: 40 }, (_, family) => 90 * (family % 4) + family);
    const inTurn = Array.from({ length: 40 }, (_, family) => family % 4);
    expect(join(angles)).toEqual(inTurn);
    const { named, uncompared } = joinKin(
      { gists: onCircle(angles), order: Int32Array.from(angles.keys()) },
      { cosineMin: 0.5, atOnce: { families: 5, max: 100 } },
    );
    expect(Array.from(named)).toEqual(inTurn);
    expect(uncompared).toBe(0);
  });

  it("tells how many it left alone when too many are strangers", () => {
    const order = Int32Array.from({ length: 12 }, (_, family) => family);
    const question = { gists: onCircle(Array.from(order, (family) => 30 * family)), order };
    const ask = (max: number) => joinKin(question, { cosineMin: 0.99, atOnce: { families: 2, max } });
    expect(ask(9)).toEqual({ named: order, uncompared: 3 });
    expect(ask(12).uncompared).toBe(0);
  });
});
