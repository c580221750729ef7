import { describe, expect, it } from "vitest";
import { createRandom } from "../../sdk/testing/draws.js";
import { buildPopulation, type TestAccount, type TestRequest } from "../../sdk/testing/population.js";
import { addMembers } from "./complete-members.js";
import { listCarriers } from "./group.js";
import { learnChanceProfile } from "./member-attributes.js";
import { leaveOthersWork } from "./others-work.js";
import { listStandingMembers } from "./standings.js";
import { makeTrackedCampaign } from "./testing/tracked-campaign.js";

const POOL = 40;
const CROWD = 1500;
/** Accounts of the pool that share cards and addresses; the rest were bought. */
const TIED_POOL = 16;
const SCAFFOLDS = ["one", "two", "three", "four"];
/** What is met inside the kit. */
const MET = ["two", "three", "four"];
const countTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

interface Setting {
  /** Strangers who use the kit, and how many of them met the pool's scaffolds inside it. */
  kitUsers?: number;
  met?: number;
  /** Accounts of the pool that send them inside the kit, too. */
  poolInKit?: number;
  /** Whether what the account shares brought it in. */
  isTied?: boolean;
  /** Strangers who send the first scaffold twice among much else. */
  copycats?: number;
}

/** A pool of forty, some of them on four cards, that draws from a queue of four scaffolds, users of a kit, a crowd, and last an account that the pool's campaign took in. */
function ask(asked: Partial<TestAccount>, { kitUsers = 10, met = 1, poolInKit = 0, isTied = false, copycats = 0 }: Setting = {}) {
  const random = createRandom(7);
  const everyday = (count: number): TestRequest[] =>
    countTo(count).map(() => ({ atHours: random.below(400), family: `everyday-${random.below(50)}` }));
  const stranger = (name: string, requests: readonly TestRequest[]): TestAccount => ({
    createdAtHours: -random.below(20_000),
    addresses: [`home-${name}`],
    instruments: { payment: `own-${name}` },
    requests,
  });
  const pool = countTo(POOL).map(
    (index): TestAccount => ({
      createdAtHours: index < TIED_POOL ? -400 + random.below(30) : -random.below(20_000),
      addresses: [`pool-${index < TIED_POOL ? index % 8 : index}`],
      instruments: { payment: `card-${index < TIED_POOL ? index % 4 : index}` },
      requests: [
        ...countTo(12).map((request) => ({ atHours: request * 31, family: SCAFFOLDS[random.below(4)] })),
        ...(index < poolInKit ? MET.map((family, place) => ({ atHours: 350 + place, family, system: "kit" })) : []),
      ],
    }),
  );
  const users = countTo(kitUsers).map((index) =>
    stranger(`kit-${index}`, [
      ...everyday(5).map((request) => ({ ...request, system: "kit" })),
      ...(index < met ? MET.map((family, place) => ({ atHours: 20 + place, family, system: "kit" })) : []),
    ]),
  );
  const account = { ...stranger("asked", []), ...asked };
  const accounts = [
    ...pool,
    ...users,
    ...countTo(CROWD).map((index) =>
      stranger(`${index}`, [
        ...everyday(6),
        ...(index < copycats ? countTo(2).map((request) => ({ atHours: request * 70, family: "one" })) : []),
      ]),
    ),
    account,
  ];
  const position = accounts.length - 1;
  const population = buildPopulation({ accounts });
  const carriage = listCarriers(population);
  const source = { population, carriage, chance: learnChanceProfile(population, carriage), pairDetections: [] };
  const pooled = makeTrackedCampaign(population, { accounts: countTo(POOL), families: SCAFFOLDS });
  const campaign = addMembers(pooled, { claims: [{ account: position, campaign: 0, probability: 1 }], source });
  if (isTied) campaign.tied = new Map([[position, []]]);
  const [told] = leaveOthersWork([campaign], source);
  const standing = listStandingMembers(told).map((member) => told.group.members[member]);
  return { campaign, told, isStanding: standing.includes(position), poolStanding: standing.filter((member) => member < POOL).length };
}

const inKit = (families: readonly string[], own: number): { requests: TestRequest[] } => ({
  requests: [
    ...families.map((family, index) => ({ atHours: 11 + index * 41, family, system: "kit" })),
    ...countTo(own).map((index) => ({ atHours: 5 + index * 17, family: `everyday-${index}`, system: "kit" })),
  ],
});

const alone = (family: string, count: number): TestRequest[] => countTo(count).map((index) => ({ atHours: 3 + index * 53, family }));

describe("an account that a campaign took in, and that shares no card and no address with it", () => {
  it.each<[what: string, asked: Partial<TestAccount>, setting: Setting, isStanding: boolean]>([
    ["met scaffolds of the pool's inside a kit of strangers, one of whom met them there, too", inKit(MET, 5), {}, false],
    ["the same, registered on the pool's days", { ...inKit(MET, 5), createdAtHours: -390 }, {}, false],
    ["the same, and the pool sends them inside that kit", inKit(MET, 5), { poolInKit: 8 }, true],
    ["the same, and one of the campaign's accounts does: two users of a kit who came in together", inKit(MET, 5), { poolInKit: 1 }, false],
    ["sent nothing of the work", inKit([], 5), {}, false],
    ["the same, with a card of the pool's", { ...inKit([], 5), instruments: { payment: "card-1" } }, {}, true],
    [
      "was registered on the pool's days, and sends half of what it sends in one prompt that a hundred strangers have",
      { requests: [...alone("one", 4), ...inKit([], 4).requests], createdAtHours: -390 },
      { copycats: 100 },
      false,
    ],
    [
      "the same, and lives by it",
      { requests: [...alone("one", 5), ...inKit([], 4).requests], createdAtHours: -390 },
      { copycats: 100 },
      true,
    ],
    [
      "the same as half of what it sends, and ten strangers have it",
      { requests: [...alone("one", 4), ...inKit([], 4).requests], createdAtHours: -390 },
      { copycats: 10 },
      true,
    ],
    ["the same, in an application that two others use", inKit(MET, 5), { kitUsers: 2 }, true],
    ["the same, and lives by them", inKit(["two", "three", "four", "two", "one"], 2), {}, true],
    ["the same, with a card of the pool's", { ...inKit(MET, 5), instruments: { payment: "card-1" } }, {}, true],
    ["the same, and two things that it shares brought it in", inKit(MET, 5), { isTied: true }, true],
    [
      "sends a public scaffold twice, as a hundred strangers do, and much else",
      { requests: [...countTo(2).map((index) => ({ atHours: index * 70, family: "one" })), ...inKit([], 60).requests] },
      { copycats: 100 },
      false,
    ],
    [
      "the same, tied",
      { requests: [...countTo(2).map((index) => ({ atHours: index * 70, family: "one" })), ...inKit([], 60).requests] },
      { copycats: 100, isTied: true },
      true,
    ],
    [
      "works in the pool's scaffolds as the pool does",
      { requests: countTo(12).map((index) => ({ atHours: index * 31, family: SCAFFOLDS[index % 4] })) },
      {},
      true,
    ],
  ])("%s", (_, asked, setting, isStanding) => {
    const { told, campaign, poolStanding, ...found } = ask(asked, setting);
    expect(found.isStanding).toBe(isStanding);
    expect(poolStanding).toBe(POOL);
    if (isStanding) expect(told).toBe(campaign);
    else expect(told.memberProbabilities.at(-1)).toBe(0.5);
  });
});
