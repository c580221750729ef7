import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildPopulation, type TestAccount } from "../../sdk/testing/population.js";
import type { CandidateGroup, Population } from "../../vocabulary/fingerprint.js";
import { buildCarriers, buildGroup, countParties, listCarriers, listFamilyCarriers, restrictGroup } from "./group.js";

const FAMILIES = ["a", "b", "c", "d"];

const accounts: fc.Arbitrary<TestAccount[]> = fc.array(
  fc
    .array(
      fc.record(
        { family: fc.constantFrom(...FAMILIES), system: fc.constantFrom("s", "t"), atHours: fc.integer({ min: 0, max: 90 }) },
        { requiredKeys: ["atHours"] },
      ),
      { maxLength: 9 },
    )
    .map((requests) => ({ requests })),
  { maxLength: 9 },
);

const positionsOf = (population: Population, names: readonly string[]): number[] =>
  names.flatMap((name) => population.families.ids.flatMap((id, position) => (id === name ? [position] : [])));

/** Rows of each member, by account. */
function rowsByAccount(group: CandidateGroup): Map<number, number[]> {
  return new Map(
    Array.from(group.members, (account, member) => [
      account,
      [...group.slice.subarray(group.sliceOffsets[member], group.sliceOffsets[member + 1])],
    ]),
  );
}

describe("listCarriers", () => {
  it("agrees with a count by hand", () => {
    fc.assert(
      fc.property(accounts, (drawn) => {
        const population = buildPopulation({ accounts: drawn });
        const { offsets, accounts: carriers, requests } = listCarriers(population);
        population.families.ids.forEach((id, family) => {
          const byHand = drawn.flatMap(({ requests: sent }, account) => {
            const count = sent.filter((each) => `user ${each.family}` === id || `system ${each.system}` === id).length;
            return count > 0 ? [[account, count]] : [];
          });
          const listed = Array.from({ length: offsets[family + 1] - offsets[family] }, (_, entry) => [
            carriers[offsets[family] + entry],
            requests[offsets[family] + entry],
          ]);
          expect(listed).toEqual(byHand);
        });
      }),
    );
  });
});

describe("carriers of families", () => {
  it("are the group of all open accounts that sent one of them", () => {
    const choice = fc.tuple(accounts, fc.subarray(["user a", "user b", "system s", "system t"], { minLength: 1 }), fc.array(fc.nat(8)));
    fc.assert(
      fc.property(choice, ([drawn, names, protectedAccounts]) => {
        const population = buildPopulation({ accounts: drawn });
        for (const account of protectedAccounts) if (account < drawn.length) population.isAllowlisted[account] = 1;
        const families = Uint32Array.from(positionsOf(population, names));
        if (families.length === 0) return;
        const carriage = listCarriers(population);
        const isOpen = (account: number): boolean => population.isAllowlisted[account] === 0;
        const everyone = drawn.map((_, account) => account);
        const byHand = buildGroup(population, { accounts: everyone.filter(isOpen), families });
        expect(buildCarriers(population, carriage, families)).toEqual(byHand);
        expect(listFamilyCarriers(carriage, families)).toEqual(buildGroup(population, { accounts: everyone, families }).members);
        for (const account of everyone) {
          const carried = carriage.families.subarray(carriage.familyOffsets[account], carriage.familyOffsets[account + 1]);
          const isCarried = (family: number): boolean => listFamilyCarriers(carriage, Uint32Array.of(family)).includes(account);
          expect([...carried]).toEqual([...population.families.ids.keys()].filter(isCarried));
        }
      }),
    );
  });
});

describe("buildGroup", () => {
  it("takes exactly the members' requests in the families, however they are named", () => {
    const choice = fc.tuple(accounts, fc.subarray(["user a", "user b", "system s"], { minLength: 1 }), fc.array(fc.nat(8)));
    fc.assert(
      fc.property(choice, ([drawn, names, wanted]) => {
        const population = buildPopulation({ accounts: drawn });
        const families = positionsOf(population, names);
        if (families.length === 0) return;
        const members = wanted.filter((account) => account < drawn.length);
        const group = buildGroup(population, { accounts: members, families: [...families].reverse() });
        const byHand = new Map<number, number[]>();
        for (const account of [...new Set(members)].sort((a, b) => a - b)) {
          const rows: number[] = [];
          for (let row = population.requestOffsets[account]; row < population.requestOffsets[account + 1]; row++) {
            const { systemFamily, promptFamily } = population.requests;
            if (families.includes(systemFamily[row]) || families.includes(promptFamily[row])) rows.push(row);
          }
          if (rows.length > 0) byHand.set(account, rows);
        }
        expect([...rowsByAccount(group)]).toEqual([...byHand]);
        expect([...group.families]).toEqual([...families].sort((a, b) => a - b));
      }),
    );
  });

  it("without families takes everything, and leaves out who sent nothing", () => {
    const population = buildPopulation({ accounts: [{ requests: [{ atHours: 1 }, { atHours: 2, family: "a" }] }, { requests: [] }] });
    const group = buildGroup(population, { accounts: [1, 0, 0], families: [] });
    expect(group).toEqual({
      members: Int32Array.of(0),
      families: new Uint32Array(0),
      sliceOffsets: Uint32Array.of(0, 2),
      slice: Uint32Array.of(0, 1),
    });
  });
});

describe("restrictGroup", () => {
  it("keeps the rows and offsets of those it keeps, and loses the others", () => {
    fc.assert(
      fc.property(accounts, fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }), (drawn, isKept) => {
        const population = buildPopulation({ accounts: drawn });
        const group = buildGroup(population, { accounts: drawn.keys(), families: [] });
        const positions = [...group.members.keys()].filter((member) => isKept[member]);
        const restricted = restrictGroup(group, positions);
        const all = rowsByAccount(group);
        const kept = positions.map((position) => group.members[position]);
        expect([...rowsByAccount(restricted)]).toEqual(kept.map((account) => [account, all.get(account)]));
        expect(restricted.sliceOffsets).toHaveLength(positions.length + 1);
        expect(restricted.sliceOffsets.at(-1)).toBe(restricted.slice.length);
        expect(restricted.families).toEqual(group.families);
      }),
    );
  });
});

describe("countParties", () => {
  it("counts organizations once and everyone else apart", () => {
    const requests = [{ atHours: 1 }];
    const population = buildPopulation({
      accounts: [
        { organization: "x", requests },
        { organization: "x", requests },
        { requests },
        { organization: "y", requests },
        { requests },
      ],
    });
    expect(countParties(population, [0, 1, 2, 3, 4])).toBe(4);
    expect(countParties(population, [0, 1])).toBe(1);
    expect(countParties(population, [])).toBe(0);
  });
});
