import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildPopulation, type TestAccount } from "../../sdk/testing/population.js";
import type { Incidence } from "../../vocabulary/fingerprint.js";
import { listNeighbours } from "./neighbours.js";

const countTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const requests = [{ atHours: 1 }];
const build = (accounts: readonly Omit<TestAccount, "requests">[]) =>
  buildPopulation({ accounts: accounts.map((account) => ({ requests, ...account })) });

describe("listNeighbours", () => {
  it.each([
    ["an address", [{ addresses: ["a"] }, { addresses: ["b"] }, { addresses: ["a", "c"] }], [0, 2]],
    ["a card", [{ instruments: { payment: "a" } }, { instruments: { payment: "a" } }, {}], [0, 1]],
    ["nothing", [{}, {}, { addresses: ["a"] }], [0]],
    ["what a neighbour shares with a third", [{ addresses: ["a"] }, { addresses: ["a", "b"] }, { addresses: ["b"] }], [0, 1]],
    ["an address of forty", countTo(40).map(() => ({ addresses: ["a"] })), countTo(40)],
    ["an address of more", countTo(41).map(() => ({ addresses: ["a"] })), [0]],
  ])("brings in those with %s", (_name, accounts, expected) => {
    expect(listNeighbours(build(accounts), Int32Array.of(0))).toEqual(expected);
  });

  it("answers as asking every pair would, whoever was asked about before", () => {
    const account = fc.record({ addresses: fc.subarray(["a", "b", "c", "d", "e"]), card: fc.constantFrom("1", "2", "3", "4") });
    fc.assert(
      fc.property(fc.array(account, { minLength: 3, maxLength: 12 }), (drawn) => {
        const population = build(drawn.map(({ addresses, card }) => ({ addresses, instruments: { payment: card } })));
        const isNear = (a: number, b: number): boolean =>
          a === b || drawn[a].card === drawn[b].card || drawn[a].addresses.some((address) => drawn[b].addresses.includes(address));
        for (const linked of [[0, 1], [2], [0, 2]])
          expect(listNeighbours(population, Int32Array.from(linked))).toEqual(
            countTo(drawn.length).filter((other) => linked.some((one) => isNear(one, other))),
          );
      }),
    );
  });

  it("reads what everybody holds once, however many clusters ask", () => {
    const population = build(countTo(500).map((index) => ({ addresses: [`a-${index >> 1}`, `own-${index}`] })));
    let reads = 0;
    const { offsets, items } = population.addressesOf;
    const watched: Incidence = {
      offsets,
      items: new Proxy(items, { get: (target, place) => ((reads += 1), Reflect.get(target, place)) as number }),
    };
    const ask = (account: number) => listNeighbours({ ...population, addressesOf: watched }, Int32Array.of(account));
    expect(ask(0)).toEqual([0, 1]);
    expect(reads).toBeGreaterThanOrEqual(1000);
    reads = 0;
    for (let account = 0; account < 500; account += 2) expect(ask(account)).toEqual([account, account + 1]);
    expect(reads).toBe(500);
  });
});
