import { describe, expect, it } from "vitest";
import { buildPopulation, type TestRequest } from "../../sdk/testing/population.js";
import { tellCustomerFamilies } from "./customer-families.js";
import { listCarriers } from "./group.js";
import { makeTrackedCampaign } from "./testing/tracked-campaign.js";

/** Scaffolds that each account carries, so that none meets more by chance than another. */
const CARRIED = 12;
const countTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** A world of one or two campaigns; `sent` are names of scaffolds and the accounts that send them, `system …` for system prompts. */
function build({ pools = [20], sent }: { pools?: number[]; sent: Record<string, readonly number[]> }) {
  const accounts = countTo(pools.reduce((sum, size) => sum + size, 0)).map((account) => {
    const own = Object.keys(sent).filter((name) => sent[name].includes(account));
    const rest = countTo(CARRIED - own.length - 1).map((index) => `nobody else's ${account} ${index}`);
    const requests: TestRequest[] = ["work", ...own, ...rest].map((name, index) =>
      name.startsWith("system") ? { atHours: index, system: name } : { atHours: index, family: name },
    );
    return { requests };
  });
  const population = buildPopulation({ accounts });
  let first = 0;
  const campaigns = pools.map((size) => {
    const members = countTo(size).map((index) => first + index);
    first += size;
    return makeTrackedCampaign(population, { accounts: members, families: ["work"] });
  });
  const positionOf = (name: string): number => population.families.ids.findIndex((id) => id.endsWith(` ${name}`));
  const tell = () => tellCustomerFamilies({ population, carriage: listCarriers(population) }, campaigns);
  return { population, positionOf, isCustomers: (name: string) => tell()(positionOf(name)) };
}

/** So many scaffolds of two accounts each, no two of the same two, none of the first two accounts. */
const sendApart = (count: number): Record<string, readonly number[]> =>
  Object.fromEntries(countTo(count).map((index) => [`task ${index}`, [2 + (index % 18), 2 + ((index + 1 + Math.floor(index / 18)) % 18)]]));

describe("tellCustomerFamilies", () => {
  it.each<[what: string, sent: Record<string, readonly number[]>, isCustomers: boolean]>([
    ["another one that the same three accounts send", { it: [0, 1, 2], other: [0, 1, 2] }, true],
    ["another one that two of three and a fourth send", { it: [0, 1, 2], other: [1, 2, 3] }, true],
    ["another one of which one account sends it too", { it: [0, 1, 2], other: [2, 3, 4] }, false],
    ["a system prompt of the same three accounts, which is the same scaffold", { it: [0, 1, 2], "system other": [0, 1, 2] }, false],
    ["nothing", { it: [0, 1, 2] }, false],
    ["something that most accounts send", { it: [0, 1, 2], other: countTo(18) }, false],
  ])("takes a scaffold that goes with %s: %#", (_, sent, isCustomers) => {
    expect(build({ sent }).isCustomers("it")).toBe(isCustomers);
  });

  it("takes none for the company of a wording of itself", () => {
    const { population, positionOf, isCustomers } = build({ sent: { it: [0, 1, 2], other: [0, 1, 2] } });
    population.families.kin[positionOf("other")] = positionOf("it");
    expect(isCustomers("it")).toBe(false);
  });

  it("does not ask who goes with the work load itself", () => {
    expect(build({ pools: [3], sent: { it: [0, 1] } }).isCustomers("it")).toBe(false);
  });

  // Two of twenty accounts by chance: one in a hundred, of so many scaffolds.
  it.each([
    [22, true],
    [25, false],
  ])("expects two accounts to have both in common among %i others by chance, customers': %s", (others, isCustomers) => {
    expect(build({ sent: { it: [0, 1], other: [0, 1], ...sendApart(others) } }).isCustomers("it")).toBe(isCustomers);
  });

  it.each([
    [40, true],
    [41, false],
  ])("a customer is moved between a handful of accounts and not %i", (holders, isCustomers) => {
    const sent = { it: countTo(holders), other: countTo(holders) };
    expect(build({ pools: [120], sent }).isCustomers("it")).toBe(isCustomers);
  });

  it("expects two scaffolds of one pool in the same accounts as often as that pool is small", () => {
    const sent = { it: countTo(3), other: countTo(3) };
    expect(build({ pools: [5, 60], sent }).isCustomers("it")).toBe(false);
    expect(build({ pools: [60, 5], sent }).isCustomers("it")).toBe(true);
  });
});
