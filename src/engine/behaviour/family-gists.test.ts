import { describe, expect, it } from "vitest";
import { GIST_DIMENSIONS } from "../../vocabulary/sketch.js";
import { averageGists, createGistSamples, takeGist } from "./family-gists.js";

/** A stored gist: numbers from −7 to 7 by dimension, eight in each of four. */
function pack(steps: ReadonlyMap<number, number>): Uint32Array {
  const gist = new Uint32Array(GIST_DIMENSIONS / 8);
  for (let d = 0; d < GIST_DIMENSIONS; d++) gist[d >> 3] |= ((steps.get(d) ?? 0) + 8) << ((d & 7) * 4);
  return gist;
}

/** Requests that have `common` in common, from dimension 0 on, and each its `own` numbers where no other request has any. All are of length 13. */
function writeRequests(count: number, common: readonly number[], own: readonly number[]): Uint32Array[] {
  return Array.from({ length: count }, (_, request) =>
    pack(new Map([...common.entries(), ...own.map((step, at): [number, number] => [8 + own.length * request + at, step])])),
  );
}

/** The gists of one family by region, of requests of as many accounts; null for a request without one. */
function average(regions: readonly (readonly (Uint32Array | null)[])[]) {
  const samples = createGistSamples(regions.length);
  for (let account = 0; account < regions[0].length; account++) {
    if (!samples.wants(0, account)) continue;
    samples.start(0, account);
    regions.forEach((requests, region) => {
      const values = requests[account] ?? new Uint32Array(0);
      samples.add({ signature: 0, region, values, from: 0, to: values.length });
    });
  }
  const gists = averageGists({ samples, familyOfSignature: Int32Array.of(0), families: 1 });
  return regions.map((_, region) => takeGist(gists, 0, region));
}

const steady = writeRequests(8, [7, 7, 7, 4, 2, 1, 1], []);

describe("the gist of a family", () => {
  it("points where its requests do, whatever sign and size the numbers have", () => {
    const steps = [7, -7, 5, -4, 3, -3, 2, 1, -2, 1];
    const [gist] = average([Array.from({ length: 12 }, () => pack(new Map(steps.entries())))]);
    const length = Math.hypot(...steps);
    expect(Array.from(gist ?? [], (value) => Number(value.toFixed(4)))).toEqual(
      Array.from({ length: GIST_DIMENSIONS }, (_, d) => Number(((steps[d] ?? 0) / length).toFixed(4))),
    );
  });

  it("is right of thousands of accounts whose numbers are as large as they can be", () => {
    const largest = new Map(Array.from({ length: GIST_DIMENSIONS }, (_, d) => [d, 7]));
    const [gist] = average([Array.from({ length: 3_000 }, () => pack(largest))]);
    expect(new Set(Array.from(gist ?? [], (value) => value.toFixed(4)))).toEqual(new Set([(1 / Math.sqrt(GIST_DIMENSIONS)).toFixed(4)]));
  });

  it.each<[claim: string, requests: (Uint32Array | null)[], hasGist: boolean]>([
    ["there is of requests that say the same", steady, true],
    ["there is where two of them agree by a third, as around slots", writeRequests(8, [3, 3, 3, 3, 3, 3, 1], [7, 7, 4]), true],
    ["there is none where they agree by a quarter, as by a phrase", writeRequests(8, [3, 3, 3, 3, 3, 1], [7, 7, 5]), false],
    ["there is where half of the requests have one", [...steady.slice(0, 5), null, null, null, null, null], true],
    ["there is none where fewer have", [...steady.slice(0, 4), null, null, null, null, null, null], false],
    ["there is none of a single request", steady.slice(0, 1), false],
    ["there is none of requests without any", [null, null, null], false],
  ])("%s", (_, requests, hasGist) => {
    expect(average([requests])[0] !== null).toBe(hasGist);
  });

  it.each<[claim: string, other: Uint32Array[], hasOther: boolean]>([
    ["of an edge that agrees nearly as well as the other counts, too", writeRequests(8, [7, 7, 7, 2, 1], [4, 1]), true],
    ["of an edge that agrees less does not: it is slot", writeRequests(8, [7, 7, 6, 3], [5, 1]), false],
  ])("%s", (_, other, hasOther) => {
    const [first, second] = average([steady, other]);
    expect(first).not.toBeNull();
    expect(second !== null).toBe(hasOther);
  });
});
