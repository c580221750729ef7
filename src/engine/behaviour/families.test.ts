import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../sdk/testing/draws.js";
import { clusterFamilies } from "./families.js";
import { createSignatureIntern, type SignatureIntern } from "./scaffold-signatures.js";

/** Anchors of requests → id of each request's family, null for none. */
function nameFamilies(requests: readonly (readonly number[])[], isFrequent: (anchor: number) => boolean = () => true): (string | null)[] {
  const anchors = Uint32Array.from(new Set(requests.flat().filter(isFrequent))).sort();
  const intern = createSignatureIntern(anchors);
  const numbers = requests.map((request) => intern.intern(Uint32Array.from(request), 0, request.length));
  const { familyOfSignature, ids } = clusterFamilies({ region: "user", frequentAnchors: anchors, intern });
  return numbers.map((number) => (number < 0 || familyOfSignature[number] < 0 ? null : ids[familyOfSignature[number]]));
}

const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);

describe("clusterFamilies", () => {
  it.each<[string, number[][], (string | null)[]]>([
    ["anchors of one scaffold are one family, named after the smallest", times(4, [30, 10, 20]), times(4, "family--user-0000000a")],
    [
      "two scaffolds are two",
      [...times(3, [1, 2]), ...times(3, [8, 9])],
      [...times(3, "family--user-00000001"), ...times(3, "family--user-00000008")],
    ],
    [
      "an opening that half the world shares does not weld two rare scaffolds",
      [...times(40, [1]), ...times(4, [1, 50]), ...times(4, [1, 60])].slice(40),
      [...times(4, "family--user-00000001"), ...times(4, "family--user-00000001")],
    ],
    [
      "seen together twice is chance",
      [...times(2, [1, 2]), [1], [2]],
      [...times(2, "family--user-00000001"), "family--user-00000001", "family--user-00000002"],
    ],
    ["seen together three times is none", [...times(3, [1, 2]), [1], [2]], times(5, "family--user-00000001")],
    [
      "two anchors that are together on more than half of the requests of either are one scaffold",
      [...times(11, [1, 2]), ...times(9, [1]), ...times(9, [2])],
      times(29, "family--user-00000001"),
    ],
    [
      "two that are together on fewer are two",
      [...times(9, [1]), ...times(11, [1]), ...times(11, [2]), ...times(9, [1, 2])].slice(9),
      [...times(11, "family--user-00000001"), ...times(11, "family--user-00000002"), ...times(9, "family--user-00000001")],
    ],
    [
      "one that a fifth of the requests with another have, and nobody else, is of its scaffold",
      [...times(78, [1]), ...times(22, [1, 20, 21])],
      times(100, "family--user-00000001"),
    ],
    ["a request without a frequent anchor has no family", [[], ...times(3, [7])], [null, ...times(3, "family--user-00000007")]],
  ])("%s", (_, requests, names) => {
    expect(nameFamilies(requests)).toEqual(names);
  });

  it("takes what fewer than a fifth of the requests with an opening have for a scaffold of its own", () => {
    const names = nameFamilies([...times(82, [1]), ...times(18, [1, 20, 21])]);
    expect(new Set(names.slice(82))).toEqual(new Set(["family--user-00000014"]));
  });

  it("keeps an opening common to half the world apart from what follows it", () => {
    const requests = [...times(60, [1]), ...times(4, [1, 50, 51]), ...times(4, [1, 60, 61])];
    const names = nameFamilies(requests);
    expect(new Set(names.slice(60, 64))).toEqual(new Set(["family--user-00000032"]));
    expect(new Set(names.slice(64))).toEqual(new Set(["family--user-0000003c"]));
  });

  it("does not depend on the order of requests, nor of anchors within one", () => {
    const request = fc.uniqueArray(fc.integer({ min: 0, max: 14 }), { maxLength: 4 });
    fc.assert(
      fc.property(fc.array(request, { maxLength: 60 }), fc.integer(), (requests, seed) => {
        const random = createRandom(seed);
        const order = requests.map((_, index) => ({ index, key: random.next() })).sort((a, b) => a.key - b.key);
        const shuffled = nameFamilies(order.map(({ index }) => [...requests[index]].reverse()));
        const back: (string | null)[] = [];
        order.forEach(({ index }, position) => {
          back[index] = shuffled[position];
        });
        expect(back).toEqual(nameFamilies(requests));
      }),
    );
  });

  it("gives requests with the same anchors the same family, and one with none to nobody else", () => {
    const request = fc.uniqueArray(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(request, { minLength: 1, maxLength: 40 }), (requests) => {
        const names = nameFamilies([...requests, ...requests]);
        expect(names.slice(requests.length)).toEqual(names.slice(0, requests.length));
        expect(names).not.toContain(null);
      }),
    );
  });

  it("keeps a scaffold's id when more of it comes, and when others come", () => {
    const pool = times(5, [100, 101, 102]);
    const [before] = nameFamilies(pool);
    expect(nameFamilies([...pool, ...pool, ...times(30, [5, 6])])[0]).toBe(before);
  });
});

function showSignature(intern: SignatureIntern, number: number): { anchors: number[]; requests: number } {
  const { offsets, members, weights } = intern.signatures();
  return { anchors: [...members.subarray(offsets[number], offsets[number + 1])], requests: weights[number] };
}

describe("createSignatureIntern", () => {
  it("numbers sets of frequent anchors and counts their requests", () => {
    const intern = createSignatureIntern(Uint32Array.of(3, 5, 4_000_000_000));
    const take = (...anchors: number[]): number => intern.intern(Uint32Array.from(anchors), 0, anchors.length);
    const first = take(4_000_000_000, 3);
    expect(take(3, 9, 4_000_000_000)).toBe(first);
    expect(take(3)).not.toBe(first);
    expect(take(9, 11)).toBe(-1);
    expect(take()).toBe(-1);
    expect(showSignature(intern, first)).toEqual({ anchors: [0, 2], requests: 2 });
    expect(intern.signatures().weights.reduce((sum, requests) => sum + requests, 0)).toBe(3);
  });

  it("looks at the given part of the column only", () => {
    const intern = createSignatureIntern(Uint32Array.of(1, 2, 3));
    const number = intern.intern(Uint32Array.of(1, 2, 3), 1, 2);
    expect(showSignature(intern, number)).toEqual({ anchors: [1], requests: 1 });
  });

  it("tells sets apart as a dictionary would", () => {
    const set = fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.array(set, { maxLength: 50 }), (sets) => {
        const intern = createSignatureIntern(Uint32Array.from({ length: 41 }, (_, anchor) => anchor));
        const numbers = sets.map((each) => intern.intern(Uint32Array.from(each), 0, each.length));
        const keys = sets.map((each) => [...each].sort((a, b) => a - b).join());
        const numberOf = new Map(keys.map((key, index) => [key, numbers[index]]));
        expect(numbers).toEqual(keys.map((key) => numberOf.get(key)));
        expect(new Set(numbers).size).toBe(new Set(keys).size);
      }),
    );
  });
});
