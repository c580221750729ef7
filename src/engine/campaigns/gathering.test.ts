/** Who is in one place, and who remains without it. */
import { describe, expect, it } from "vitest";
import { buildPopulation, type TestAccount } from "../../sdk/testing/population.js";
import { isGathering, leaveOutPlaces } from "./gathering.js";
import { buildGroup } from "./group.js";

/** Accounts on addresses by name, with requests at the hours; all of them are the group. */
function group(addresses: readonly (readonly string[])[], hours: readonly number[] = [0, 1]) {
  const accounts = addresses.map(
    (own): TestAccount => ({
      addresses: [...own],
      requests: hours.map((atHours) => ({ atHours, family: "work" })),
    }),
  );
  const population = buildPopulation({ accounts });
  return { population, members: buildGroup(population, { accounts: accounts.keys(), families: [0] }) };
}

const times = (count: number, address: string): string[][] => Array.from({ length: count }, () => [address]);
const own = (count: number): string[][] => Array.from({ length: count }, (_, index) => [`own-${index}`]);

describe("isGathering", () => {
  it.each<[claim: string, addresses: string[][], hours: number[], expected: boolean]>([
    ["a room for an afternoon", times(6, "room"), [0, 1, 2], true],
    ["half in a room", [...times(3, "room"), ...own(3)], [0, 1], true],
    ["half in two rooms", [...times(3, "room"), ...times(3, "lab"), ...own(6)], [0, 1], true],
    ["a third in a room", [...times(2, "room"), ...own(4)], [0, 1], false],
    ["one exit for weeks", times(6, "exit"), [0, 100, 200, 300], false],
  ])("%s", (_, addresses, hours, expected) => {
    const { population, members } = group(addresses, hours);
    expect(isGathering(members, population)).toBe(expected);
  });
});

describe("isGathering, of people who come at their own times", () => {
  const visit = (address: string, hours: readonly number[]): TestAccount => ({
    addresses: [address],
    requests: hours.map((atHours) => ({ atHours, family: "work" })),
  });
  const three = (address: string, hours: readonly number[]): TestAccount[] => Array.from({ length: 3 }, () => visit(address, hours));

  it.each<[claim: string, accounts: TestAccount[], expected: boolean]>([
    ["two rooms, one a week after the other", [...three("room", [0, 1, 2]), ...three("hall", [168, 169, 170])], true],
    ["and somebody at home during one of them", [...three("room", [0, 1]), ...three("hall", [168, 169]), visit("home", [1])], true],
    ["two exits, both in use for weeks", [...three("exit", [0, 100, 200]), ...three("other", [50, 150, 250])], false],
    [
      "one room, and as many at home a week later",
      [...three("room", [0, 1]), ...[1, 2, 3].map((each) => visit(`home-${each}`, [168, 169]))],
      false,
    ],
    [
      "one room that is used by shifts for weeks",
      [...three("room", [0, 1]), ...three("room", [168, 169]), ...three("room", [336, 337])],
      false,
    ],
  ])("%s", (_, accounts, expected) => {
    const population = buildPopulation({ accounts });
    expect(isGathering(buildGroup(population, { accounts: accounts.keys(), families: [0] }), population)).toBe(expected);
  });
});

describe("leaveOutPlaces", () => {
  it.each<[claim: string, addresses: string[][], rest: number[] | null]>([
    ["a class among strangers goes", [...times(3, "room"), ...own(4)], [3, 4, 5, 6]],
    ["a household stays, because two explain nothing", [...times(2, "home"), ...own(6)], null],
    ["nobody is left of one place", times(4, "exit"), []],
    ["two rooms go", [...times(3, "lab"), ...times(4, "room"), ...own(3)], [7, 8, 9]],
    ["the smallest of three places stays", [...times(3, "lab"), ...times(4, "room"), ...times(5, "hall")], [0, 1, 2]],
    ["who is elsewhere too was there all the same", [...times(2, "room"), ["room", "home"], ...own(4)], [3, 4, 5, 6]],
    ["nobody shares", own(6), null],
    [
      "a pool's exit stays, whose accounts have other addresses in common with the rest",
      ["p", "q", "r"].flatMap((proxy) => [["exit", proxy], [proxy]]),
      null,
    ],
    ["half of a room tied elsewhere is no room", [["exit", "p"], ["exit", "q"], ...times(2, "exit"), ["p"], ["q"]], null],
    ["one who works from home too stays in the room", [["room", "home"], ...times(3, "room"), ["home"], ...own(2)], [4, 5, 6]],
  ])("%s", (_, addresses, rest) => {
    const { population, members } = group(addresses);
    expect(leaveOutPlaces(members, population)).toEqual(rest);
  });

  it.each<[kind: string, rest: number[] | null]>([
    ["payment", null],
    ["ja4", [3, 4, 5]],
  ])("is tied to the rest by an instrument and not by what millions have: %s", (kind, rest) => {
    const instruments = (index: number): Record<string, string> => ({ [kind]: `shared-${index % 3}` });
    const accounts = [...times(3, "exit"), ...own(3)].map(
      (addresses, index): TestAccount => ({ addresses, instruments: instruments(index), requests: [{ atHours: 0, family: "work" }] }),
    );
    const population = buildPopulation({ accounts });
    expect(leaveOutPlaces(buildGroup(population, { accounts: accounts.keys(), families: [0] }), population)).toEqual(rest);
  });
});
