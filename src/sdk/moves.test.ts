import { describe, expect, it } from "vitest";
import { collectMoves, type MoveColumns, type MoveUse } from "./moves.js";

const use = (usedAtMs: number, usedRequest: string, handle?: string): MoveUse => ({
  usedAtMs,
  usedRequest,
  ...(handle === undefined ? {} : { handle }),
});
/** Account 0 has two entries, 1 none, 2 one. */
const columns = (firsts: readonly MoveUse[]): MoveColumns<MoveUse> => ({
  offsets: Uint32Array.of(0, 2, 2, 3),
  issuers: Int32Array.of(7, 8, 7),
  counts: Uint32Array.of(3, 4, 5),
  firsts,
});
const later = [use(9, "a"), use(9, "b"), use(9, "c")];

describe("collectMoves", () => {
  it.each<[who: string, accounts: number[], count: number, issuers: number[]]>([
    ["one account", [0], 7, [7, 8]],
    ["two, each issuer once", [0, 2], 12, [7, 8]],
    ["one that used nothing", [1], 0, []],
    ["nobody", [], 0, []],
  ])("sums over %s", (_, accounts, count, issuers) => {
    const moves = collectMoves(columns(later), { accounts, isCounted: () => true });
    expect([moves.count, [...moves.issuers]]).toEqual([count, issuers]);
    if (count === 0) expect(moves).toMatchObject({ entries: [], first: null, firstIssuer: -1 });
  });

  it("counts only what it is told to, by entry and account", () => {
    const moves = collectMoves(columns(later), { accounts: [0, 2], isCounted: (entry, account) => entry === 1 || account === 2 });
    expect(moves).toMatchObject({ entries: [1, 2], count: 9, firstIssuer: 8 });
  });

  it.each<[order: string, MoveUse[], firstEntry: number]>([
    ["time", [use(5, "a"), use(4, "z"), use(6, "a")], 1],
    ["the request's name at one time", [use(4, "b"), use(4, "c"), use(4, "a")], 2],
    ["the handle within one request", [use(4, "a", "y"), use(4, "a", "x"), use(4, "a", "z")], 1],
  ])("tells the first use by %s, in whatever order accounts come", (_, firsts, firstEntry) => {
    for (const accounts of [
      [0, 2],
      [2, 0],
    ])
      expect(collectMoves(columns(firsts), { accounts, isCounted: () => true }).first).toBe(firsts[firstEntry]);
  });
});
