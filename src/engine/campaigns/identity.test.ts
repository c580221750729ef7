import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildPopulation, selectGroup } from "../../sdk/testing/population.js";
import { identifyCampaigns, listFoundingFamilies, type Identity, type KnownCampaign, type NamelessCampaign } from "./identity.js";

const span = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, index) => `acct-${from + index}`);
const nameless = (accounts: readonly string[], families: readonly string[] = ["f"]): NamelessCampaign => ({
  accounts,
  families,
  seeds: [...families, accounts[0]],
});
const remember = (campaigns: readonly NamelessCampaign[], identities: readonly Identity[]): KnownCampaign[] =>
  campaigns.map(({ accounts, families }, position) => ({
    id: identities[position].id,
    accounts,
    families,
    mergedFrom: identities[position].mergedFrom,
    splitFrom: identities[position].splitFrom,
    successorOf: identities[position].carriesOn,
  }));
/** Analyses one after the other in one store; answers the identities of the last. */
function follow(...analyses: NamelessCampaign[][]): Identity[][] {
  const known = new Map<string, KnownCampaign>();
  return analyses.map((campaigns) => {
    const identities = identifyCampaigns(campaigns, [...known.values()]);
    for (const row of remember(campaigns, identities)) known.set(row.id, row);
    return identities;
  });
}

describe("identifyCampaigns", () => {
  it.each<[string, NamelessCampaign]>([
    ["accounts come", nameless(span(0, 60))],
    ["half go and others come", nameless(span(10, 40))],
    ["its families change", nameless(span(0, 20), ["g", "h"])],
    ["it grows sixfold", nameless(span(0, 120), ["g"])],
  ])("keeps the id when %s", (_, later) => {
    const [[first], [second]] = follow([nameless(span(0, 20))], [later]);
    expect(second).toEqual({ id: first.id, mergedFrom: [], splitFrom: null, carriesOn: null });
  });

  it("gives others with the same founding family another id", () => {
    const [[first], [second, same]] = follow([nameless(span(0, 20))], [nameless(span(100, 120)), nameless(span(0, 20))]);
    expect(same.id).toBe(first.id);
    expect(second.id).not.toBe(first.id);
    expect(new Set(identifyCampaigns([nameless(span(0, 9)), nameless(span(20, 29))], []).map(({ id }) => id)).size).toBe(2);
  });

  it("tells a merger, keeps telling it, and gives the ids back when it falls apart", () => {
    const parts = [nameless(span(0, 30), ["f"]), nameless(span(30, 50), ["g"])];
    const whole = [nameless(span(0, 50), ["f", "g"])];
    const [first, [merged], [later], again] = follow(parts, whole, whole, parts);
    expect(merged).toMatchObject({ id: first[0].id, mergedFrom: [first[1].id] });
    expect(later).toEqual(merged);
    expect(again.map(({ id }) => id)).toEqual(first.map(({ id }) => id));
  });

  it("tells a split and keeps telling it", () => {
    const parts = [nameless(span(0, 30), ["f"]), nameless(span(30, 50), ["g"])];
    const [[whole], split, later] = follow([nameless(span(0, 50), ["f", "g"])], parts, parts);
    expect(split).toMatchObject([
      { id: whole.id, splitFrom: null },
      { splitFrom: whole.id, mergedFrom: [] },
    ]);
    expect(later).toEqual(split);
  });

  it("names whose work others carry on, when none of them was known", () => {
    const [[first], [second], [later]] = follow(
      [nameless(span(0, 20), ["f", "g"])],
      [nameless(span(50, 70), ["f", "g"])],
      [nameless(span(50, 80), ["g"])],
    );
    expect(second.carriesOn).toBe(first.id);
    expect(later).toEqual(second);
  });

  it("is not a successor when its accounts were known, or its work load was not", () => {
    const [, [second]] = follow([nameless(span(0, 20), ["f", "g"])], [nameless(span(50, 70), ["h"])]);
    expect(second.carriesOn).toBeNull();
  });

  const worlds = fc
    .array(fc.integer({ min: 0, max: 5 }), { minLength: 30, maxLength: 90 })
    .map((owners) =>
      [0, 1, 2, 3, 4]
        .map((owner) => owners.flatMap((value, account) => (value === owner ? [`acct-${account}`] : [])))
        .filter((accounts) => accounts.length >= 3),
    );

  it("keeps every id over any growth that leaves each campaign half of its accounts", () => {
    fc.assert(
      fc.property(worlds, fc.integer({ min: 0, max: 40 }), (pools, growth) => {
        const early = pools.map((accounts, index) => nameless(accounts, [`f${index}`]));
        const grown = pools.map((accounts, index) =>
          nameless(
            [...accounts.slice(Math.floor(accounts.length / 2)), ...span(1000 * (index + 1), 1000 * (index + 1) + growth)],
            ["common"],
          ),
        );
        const [before, after] = follow(early, grown);
        expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
      }),
    );
  });

  it("answers the same whatever the order of campaigns and of what is known", () => {
    fc.assert(
      fc.property(worlds, worlds, fc.integer(), (early, late, turn) => {
        const known = remember(
          early.map((accounts, index) => nameless(accounts, [`f${index}`])),
          early.map((_, index) => ({ id: `campaign--${index}`, mergedFrom: [], splitFrom: null, carriesOn: null })),
        );
        const campaigns = late.map((accounts, index) => nameless(accounts, [`g${index}`]));
        const rotate = <T>(list: readonly T[]): T[] =>
          list.map((_, index) => list[(((index + turn) % list.length) + list.length) % list.length]);
        const straight = identifyCampaigns(campaigns, known).map((identity, index) => [campaigns[index].accounts.join(), identity]);
        const turned = rotate(campaigns);
        const other = identifyCampaigns(turned, rotate(known)).map((identity, index) => [turned[index].accounts.join(), identity]);
        expect(Object.fromEntries(other)).toEqual(Object.fromEntries(straight));
        expect(new Set(straight.map(([, identity]) => (identity as Identity).id)).size).toBe(campaigns.length);
      }),
    );
  });
});

describe("listFoundingFamilies", () => {
  const send = (family: string, from: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({ atHours: from + index / 10, family }));
  const name = (requests: ReturnType<typeof send>): string[] => {
    const population = buildPopulation({ accounts: [{ requests }] });
    const group = selectGroup(population, { accounts: [0], families: [...new Set(requests.map(({ family }) => family))] });
    return listFoundingFamilies(group, population).map((family) => population.families.ids[family].replace(/^.*?([a-z]+)$/, "$1"));
  };

  it("puts the first harvest before a larger and later one, and both before what hardly began", () => {
    expect(name([...send("early", 0, 25), ...send("large", 10, 90), ...send("tiny", 0, 3)])).toEqual(["early", "large", "tiny"]);
  });

  it("names the same first family in every longer log once it was founded", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), fc.integer({ min: 0, max: 200 })), { minLength: 60 }), (drawn) => {
        const requests = drawn.map(([family, at], index) => ({ family, atHours: at + index / 1000 })).sort((a, b) => a.atHours - b.atHours);
        const founded = requests.findIndex(
          (request, index) => requests.slice(0, index + 1).filter(({ family }) => family === request.family).length >= 20,
        );
        fc.pre(founded >= 0);
        expect(name(requests.slice(0, founded + 1))[0]).toBe(name(requests)[0]);
      }),
    );
  });
});
