import { describe, expect, it } from "vitest";
import { createRandom } from "../../sdk/testing/draws.js";
import { buildPopulation, type TestAccount, type TestRequest } from "../../sdk/testing/population.js";
import { listCarriers } from "./group.js";
import { learnChanceProfile } from "./member-attributes.js";
import { addOwnWork } from "./own-work.js";
import { listStandingMembers } from "./standings.js";
import { makeTrackedCampaign } from "./testing/tracked-campaign.js";

const POOL = 40;
const CROWD = 400;
const COPYCATS = 20;
const SCAFFOLDS = ["public", "two", "three", "four"];
const countTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

interface Setting {
  /** Strangers who met the second scaffold, which nearly all of the pool carry. */
  passersBy?: number;
  isAllowlisted?: boolean;
  isWatched?: boolean;
  /** Hours within which the pool works, at so many places. */
  hours?: number;
  places?: number;
  colleagues?: number;
}

/** A pool of forty on six cards that draws from a queue, people who copied the public scaffold, a crowd, and last the account in question, with its colleagues before it. */
function work(
  asked: Partial<TestAccount>,
  { passersBy = 0, isAllowlisted = false, isWatched = false, hours = 400, places = 40, colleagues = 0 }: Setting = {},
) {
  const random = createRandom(4);
  const everyday = (count: number): TestRequest[] =>
    countTo(count).map(() => ({ atHours: random.below(400), family: `everyday-${random.below(50)}` }));
  const stranger = (account: number, requests: TestRequest[]): TestAccount => ({
    createdAtHours: -random.below(20_000),
    addresses: [`home-${account}`],
    instruments: { payment: `own-${account}` },
    requests: [...requests, ...everyday(6)],
  });
  const pool = countTo(POOL).map(
    (index): TestAccount => ({
      createdAtHours: -400 + random.below(30),
      addresses: [`pool-${index % places}`],
      instruments: { payment: `card-${index % 6}` },
      requests: countTo(9).map((request) => ({ atHours: (request * hours) / 9, family: SCAFFOLDS[random.below(4)] })),
    }),
  );
  const copies = (): TestRequest[] => countTo(1 + random.below(8)).map((index) => ({ atHours: index * 20, family: "public" }));
  const account: TestAccount = {
    createdAtHours: -9000,
    addresses: ["elsewhere"],
    instruments: { payment: "nobody-else's" },
    requests: [],
    ...asked,
  };
  const accounts = [
    ...pool,
    ...countTo(COPYCATS).map((index) => stranger(index, copies())),
    ...countTo(CROWD).map((index) => stranger(1000 + index, index < passersBy ? [{ atHours: 9, family: "two" }] : [])),
    ...countTo(colleagues).map(() => ({ ...account })),
    account,
  ];
  const position = accounts.length - 1;
  const population = buildPopulation({ accounts });
  if (isAllowlisted) population.isAllowlisted[position] = 1;
  const campaign = makeTrackedCampaign(population, { accounts: [...countTo(POOL), ...(isWatched ? [position] : [])], families: SCAFFOLDS });
  if (isWatched) campaign.memberProbabilities[POOL] = 0.5;
  const carriage = listCarriers(population);
  const [told] = addOwnWork([campaign], { population, carriage, chance: learnChanceProfile(population, carriage), pairDetections: [] });
  const standing = listStandingMembers(told).map((member) => told.group.members[member]);
  return {
    campaign,
    told,
    isStanding: standing.includes(position),
    strangers: standing.filter((member) => member >= POOL && member !== position),
  };
}

const send = (families: readonly string[], everyday = 0): { requests: TestRequest[] } => ({
  requests: [
    ...families.map((family, index) => ({ atHours: 10 + index * 37, family })),
    ...countTo(everyday).map((index) => ({ atHours: index * 9, family: `everyday-${index}` })),
  ],
});

describe("an account with its own card, address and age, that sends in a pool's scaffolds", () => {
  it.each<[what: string, asked: Partial<TestAccount>, setting: Setting, isStanding: boolean]>([
    ["three tasks that the pool alone has", send(["two", "three", "four"], 2), {}, true],
    ["two of them, as somebody does who found a prompt", send(["two", "three"], 1), {}, false],
    ["many in the public one, as its copycats do", send(countTo(9).map(() => "public")), {}, false],
    ["three among twice as much other traffic", send(["two", "three", "four"], 6), {}, true],
    ["three among more other traffic than that", send(["two", "three", "four"], 8), {}, false],
    [
      "the same with a card and a day of the pool's",
      { ...send(["two", "three", "four"], 8), instruments: { payment: "card-2" }, createdAtHours: -390 },
      {},
      true,
    ],
    ["nothing of it", send([], 5), {}, false],
    ["three, and is allowlisted", send(["two", "three", "four"], 2), { isAllowlisted: true }, false],
    ["three, and was watched in it", send(["two", "three", "four"], 2), { isWatched: true }, true],
    [
      "three, as its two colleagues do: it is their firm's prompt",
      { ...send(["two", "three", "three"]), organization: "firm" },
      { colleagues: 2 },
      false,
    ],
    [
      "three, in a room where an event brings everybody together",
      { ...send(["two", "three", "four"]), addresses: ["pool-0"] },
      { hours: 40, places: 1 },
      false,
    ],
  ])("%s", (_, asked, setting, isStanding) => {
    const { told, campaign, strangers, ...found } = work(asked, setting);
    expect(found.isStanding).toBe(isStanding);
    expect(strangers).toEqual([]);
    if (!isStanding) expect(told).toBe(campaign);
  });

  it.each([
    [110, true],
    [120, false],
  ])(
    "is held to scaffolds that half of the other carriers stand with, though it shares card, address and day: %i strangers have one of them, %s",
    (passersBy, isStanding) => {
      const tied = { ...send(["two", "two", "three"]), instruments: { payment: "card-2" }, addresses: ["pool-3"], createdAtHours: -390 };
      expect(work(tied, { passersBy }).isStanding).toBe(isStanding);
    },
  );

  it.each([
    [28, true],
    [29, false],
  ])(
    "is told by what it sends alone where next to nobody else does: %i strangers have one of its scaffolds, %s",
    (passersBy, isStanding) => {
      expect(work(send(["two", "two", "three"]), { passersBy }).isStanding).toBe(isStanding);
    },
  );

  it.each([
    [4, true],
    [5, false],
  ])("is told at nine to one, by its own traffic and by %i strangers with the scaffold together: %s", (passersBy, isStanding) => {
    expect(work(send(["two", "two", "three"], 4), { passersBy }).isStanding).toBe(isStanding);
  });

  it("comes in with what it sent of the work", () => {
    const { campaign, told } = work(send(["two", "three", "four"], 2));
    expect(told.group.members).toHaveLength(POOL + 1);
    expect(told.group.slice).toHaveLength(campaign.group.slice.length + 3);
    expect(told.memberProbabilities.at(-1)).toBeGreaterThanOrEqual(0.9);
  });
});
