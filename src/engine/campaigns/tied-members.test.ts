import { describe, expect, it } from "vitest";
import { createRandom } from "../../sdk/testing/draws.js";
import { buildPopulation, type TestAccount, type TestRequest } from "../../sdk/testing/population.js";
import { listCarriers } from "./group.js";
import { learnChanceProfile } from "./member-attributes.js";
import { listMemberStandings, listStandingMembers } from "./standings.js";
import { findOwnScaffolds } from "./own-scaffolds.js";
import { makeTrackedCampaign } from "./testing/tracked-campaign.js";
import { addTiedMembers } from "./tied-members.js";

const POOL = 40;
const CROWD = 1500;
const SCAFFOLDS = ["public", "two", "three"];
const countTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** A pool of forty with seven cards and five addresses, of which one is an exit that the crowd has too; strangers, some with the public scaffold; last those in question. */
function tie(asked: readonly TestAccount[], { hours = 400, places = 5, cards = 7, isAllowlisted = false } = {}) {
  const random = createRandom(3);
  const everyday = (): TestRequest[] => countTo(6).map(() => ({ atHours: random.below(400), family: `everyday-${random.below(50)}` }));
  const pool = countTo(POOL).map(
    (index): TestAccount => ({
      createdAtHours: -400 + random.below(30),
      addresses: [`pool-${index % places}`, ...(index % 4 === 0 ? ["exit"] : [])],
      instruments: { payment: `card-${index % cards}` },
      requests: countTo(9).map((request) => ({ atHours: (request * hours) / 9, family: SCAFFOLDS[(index + request) % 3] })),
    }),
  );
  const crowd = countTo(CROWD).map(
    (index): TestAccount => ({
      createdAtHours: -random.below(20_000),
      addresses: [index < 20 ? "exit" : `home-${index}`],
      instruments: { payment: `own-${index}` },
      requests: [...everyday(), ...(index % 9 === 0 ? [{ atHours: 30, family: "public" }] : [])],
    }),
  );
  const population = buildPopulation({ accounts: [...pool, ...crowd, ...asked] });
  const accounts = asked.map((_, index) => POOL + CROWD + index);
  if (isAllowlisted) for (const account of accounts) population.isAllowlisted[account] = 1;
  const campaign = makeTrackedCampaign(population, { accounts: countTo(POOL), families: SCAFFOLDS });
  const carriage = listCarriers(population);
  const source = { population, carriage, chance: learnChanceProfile(population, carriage), pairDetections: [] };
  const [told] = addTiedMembers([campaign], source);
  const standing = listStandingMembers(told).map((member) => told.group.members[member]);
  return { campaign, told, accounts, isStanding: accounts.map((account) => standing.includes(account)) };
}

const idle: TestRequest[] = [
  { atHours: 20, family: "everyday-1" },
  { atHours: 50, family: "everyday-2" },
];
const sends = (...own: readonly Partial<TestRequest>[]): { requests: TestRequest[] } => ({
  requests: [...idle, ...own.map((request, index) => ({ atHours: 100 + 30 * index, ...request }))],
});
const none: TestAccount = { createdAtHours: -9000, addresses: ["elsewhere"], instruments: { payment: "nobody-else's" }, requests: idle };
const card = { instruments: { payment: "card-2" } };
const address = { addresses: ["pool-1"] };
const exit = { addresses: ["exit"] };
const day = { createdAtHours: -390 };

describe("addTiedMembers", () => {
  it.each<[what: string, asked: Partial<TestAccount>, isMember: boolean]>([
    ["a card and the day of registration", { ...card, ...day }, true],
    ["a card and an address", { ...card, ...address }, true],
    ["an address of the pool's own and the day, on a card of its own", { ...address, ...day }, true],
    ["a card, as the victim of a stolen one does", card, false],
    ["the day of registration", day, false],
    ["an exit that strangers have too, and the day", { ...exit, ...day }, false],
    ["nothing, and sent one of the pool's scaffolds, which got out", sends({ family: "two" }, { family: "two" }), false],
    ["nothing, and sent two of them, as the users of a kit do that the pool uses", sends({ family: "two" }, { family: "three" }), false],
    ["a card, and sent one of them", { ...card, ...sends({ family: "two" }) }, true],
    ["an address, and sent one of them", { ...address, ...sends({ family: "three" }) }, true],
    ["a card, and sent the public one", { ...card, ...sends({ family: "public" }, { family: "public" }) }, false],
    ["nothing, and sent the public one", sends({ family: "public" }), false],
  ])("who shares %s: %#", (_, asked, isMember) => {
    const { told, campaign, accounts, isStanding } = tie([{ ...none, ...asked }]);
    expect(isStanding).toEqual([isMember]);
    expect(told.group.members).toHaveLength(POOL + (isMember ? 1 : 0));
    const own = (asked.requests ?? []).filter(({ family = "" }) => SCAFFOLDS.includes(family)).length;
    expect(told.group.slice).toHaveLength(campaign.group.slice.length + (isMember ? own : 0));
    const line = listMemberStandings(told).find(({ account }) => account === accounts[0]);
    expect(line?.events).toBe(isMember ? own : undefined);
    if (isMember && own === 0) expect(line?.signals.length).toBeGreaterThan(0);
  });

  it("follows what ties an account to accounts that came in so", () => {
    const first = { ...none, ...card, ...day, addresses: ["next"] };
    const second = { ...none, instruments: { payment: "card-5" }, addresses: ["next"] };
    expect(tie([first, second]).isStanding).toEqual([true, true]);
  });

  it.each([
    [13, true],
    [20, false],
  ])("an address alone, where the pool has %i of them, ties from three accounts on: two pass through a home, too", (places, isMember) => {
    expect(tie([{ ...none, addresses: ["pool-0"] }], { places, cards: POOL }).isStanding).toEqual([isMember]);
  });

  it("two addresses of one home tie nobody", () => {
    const home = { ...none, addresses: ["pool-0", "pool-1"] };
    expect(tie([home], { places: 20, cards: POOL }).isStanding).toEqual([false]);
  });

  it.each([
    ["twenty strangers stand with, tells one more", "", [[20, 0]]],
    ["twenty of one firm stand with, is the firm's: it tells no colleague", "firm", []],
  ])("a scaffold that %s", (_, organization, home) => {
    const request = { atHours: 9, family: "own" };
    const carriers = countTo(21).map((): TestAccount => ({ ...(organization !== "" && { organization }), requests: [request] }));
    const population = buildPopulation({ accounts: carriers });
    const campaign = makeTrackedCampaign(population, { accounts: countTo(20), families: ["own"] });
    const found = findOwnScaffolds([campaign], { standingIn: [countTo(20)], population, carriage: listCarriers(population) });
    expect([...found]).toEqual(home);
  });

  it.each<[who: string, options: Parameters<typeof tie>[1]]>([
    ["who is allowlisted", { isAllowlisted: true }],
    ["around a gathering, which shares a room and its days with whoever else is there", { hours: 40, places: 1 }],
  ])("takes in nobody %s", (_, options) => {
    const { told, campaign } = tie([{ ...none, ...card, ...day, ...sends({ family: "two" }), addresses: ["pool-0"] }], options);
    expect(told).toBe(campaign);
  });
});
