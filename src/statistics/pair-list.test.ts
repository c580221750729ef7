import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPairList, type Pairs } from "./pair-list.js";

const WIDTH = 40;
const number = fc.nat(WIDTH - 1);

function collect(pairs: readonly (readonly [number, number])[]): Pairs {
  const list = createPairList(WIDTH);
  for (const [a, b] of pairs) list.add(a, b);
  return list.list();
}

function unfold({ offsets, partners }: Pairs): string[] {
  return Array.from({ length: WIDTH }, (_, low) =>
    [...partners.subarray(offsets[low], offsets[low + 1])].map((high) => `${low} ${high}`),
  ).flat();
}

describe("createPairList", () => {
  it("lists each pair once, by the smaller and then the larger number, whichever way round and however often it was added", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(number, number), { maxLength: 300 }), (pairs) => {
        const listed = unfold(collect(pairs));
        const keys = [...new Set(pairs.map(([a, b]) => Math.min(a, b) * WIDTH + Math.max(a, b)))].sort((a, b) => a - b);
        expect(listed).toEqual(keys.map((key) => `${Math.floor(key / WIDTH)} ${key % WIDTH}`));
      }),
    );
  });

  it("does so beyond the room it has at the start, for repeats and for others", () => {
    const once = Array.from({ length: WIDTH * WIDTH }, (_, key) => [Math.floor(key / WIDTH), key % WIDTH] as const);
    const often = Array.from({ length: 20 }, () => once).flat();
    expect(collect(often)).toEqual(collect(once));
    const wide = createPairList(200);
    for (let a = 0; a < 200; a++) for (let b = 0; b < a; b++) wide.add(a, b);
    expect(wide.list().partners.length).toBe((200 * 199) / 2);
  });

  it("lists nothing of nothing", () => {
    expect(collect([])).toEqual({ offsets: new Uint32Array(WIDTH + 1), partners: new Int32Array(0) });
  });
});
