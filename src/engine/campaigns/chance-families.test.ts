import { describe, expect, it } from "vitest";
import { buildPopulation, type TestAccount } from "../../sdk/testing/population.js";
import { leaveChance } from "./chance-families.js";
import { listCarriers } from "./group.js";

const countTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const POOL = 12;

/** A pool of which `carriers` carry a family that `others` strangers carry too, among a crowd in which every phrase is on six accounts. */
function ask(carriers: number, others: number): boolean {
  const phrases = (account: number): TestAccount["requests"] =>
    countTo(4).map((index) => ({ family: `phrase-${(account * 4 + index) % 200}`, atHours: index }));
  const accounts = countTo(300).map((account): TestAccount => {
    const isCarrier = account < carriers || (account >= POOL && account < POOL + others);
    return { requests: [...(phrases(account) ?? []), ...(isCarrier ? [{ family: "asked", atHours: 9 }] : [])] };
  });
  const population = buildPopulation({ accounts });
  const family = population.families.ids.findIndex((id) => id.includes("asked"));
  const kept = leaveChance({ carriage: listCarriers(population) }, { members: countTo(POOL), families: Uint32Array.of(family) });
  return kept.length === 1;
}

describe("families of a pool", () => {
  it.each<[claim: string, carriers: number, others: number, expected: boolean]>([
    ["one that half of it carries stays", 6, 0, true],
    ["one that half of it and as many others carry stays", 6, 6, true],
    ["one that two of it and four others carry goes: there are two hundred such", 2, 4, false],
    ["one that two of it and nobody else carry stays, for none is as rare", 2, 0, true],
  ])("%s", (_claim, carriers, others, expected) => {
    expect(ask(carriers, others)).toBe(expected);
  });
});
