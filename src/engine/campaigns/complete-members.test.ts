import { describe, expect, it } from "vitest";
import { createRandom } from "../../sdk/testing/draws.js";
import { buildPopulation, type TestAccount, type TestRequest } from "../../sdk/testing/population.js";
import { completeMembers } from "./complete-members.js";
import { listCarriers } from "./group.js";
import { learnChanceProfile } from "./member-attributes.js";
import type { TrackedCampaign } from "./naming.js";
import { listStandingMembers } from "./standings.js";
import { makeTrackedCampaign } from "./testing/tracked-campaign.js";

const MEMBERS = 40;
const STRANGERS = 300;
const COPYCATS = 20;
const SCAFFOLDS = ["public", "two", "three", "rare"];
const countTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** A pool of forty that draws from four scaffolds, twenty people who copied the public one, strangers, and last the account in question. */
function complete(
  asked: TestAccount,
  { isFleet = false, strangerIn = -1, passersBy = 0 }: { isFleet?: boolean; strangerIn?: number; passersBy?: number } = {},
) {
  const random = createRandom(5);
  const everyday = (count: number): TestRequest[] =>
    countTo(count).map(() => ({ atHours: random.below(200), family: `everyday-${random.below(40)}` }));
  const stranger = (account: number, requests: TestRequest[]): TestAccount => ({
    createdAtHours: -random.below(20_000),
    instruments: { payment: `own-${account}` },
    requests: [...requests, ...everyday(8)],
  });
  const copies = (): TestRequest[] => countTo(1 + random.below(8)).map((index) => ({ atHours: index * 20, family: "public" }));
  const accounts: TestAccount[] = [
    ...countTo(MEMBERS).map((account) => ({
      createdAtHours: -300 + random.below(30),
      instruments: { payment: `pool-${account % 6}` },
      requests: [...countTo(12).map((index) => ({ atHours: index * 15, family: SCAFFOLDS[random.below(4)] })), ...everyday(4)],
    })),
    ...countTo(COPYCATS).map((account) => stranger(MEMBERS + account, copies())),
    ...countTo(STRANGERS).map((account) => stranger(1000 + account, account < passersBy ? send(["rare"]) : [])),
    asked,
  ];
  const population = buildPopulation({ accounts });
  const carriage = listCarriers(population);
  const account = accounts.length - 1;
  const members = [...countTo(MEMBERS), ...(strangerIn >= 0 ? [MEMBERS + strangerIn] : [])];
  const tested = makeTrackedCampaign(population, { accounts: members, families: SCAFFOLDS });
  const campaign: TrackedCampaign = isFleet ? { ...tested, origin: "fleet" } : tested;
  const source = { population, carriage, chance: learnChanceProfile(population, carriage), pairDetections: [] };
  const [completed] = completeMembers([campaign], source);
  return { population, campaign, completed, account };
}

const send = (families: readonly string[], everyday = 0): TestRequest[] => [
  ...families.map((family, index) => ({ atHours: 10 + index * 17, family })),
  ...countTo(everyday).map((index) => ({ atHours: index * 9, family: `everyday-${index}` })),
];

const POOL_CARD = { payment: "pool-2" };
const OWN_CARD = { payment: "nobody-else's" };
const IN_BURST = -290;
const LONG_BEFORE = -9000;

describe("completeMembers", () => {
  it.each<[who: string, asked: TestAccount, isMember: boolean]>([
    [
      "sends what only the pool carries, on its own card",
      { createdAtHours: IN_BURST, instruments: OWN_CARD, requests: send(["rare", "two", "three", "two"]) },
      true,
    ],
    ["sends one such request, on the pool's card", { createdAtHours: IN_BURST, instruments: POOL_CARD, requests: send(["rare"]) }, true],
    [
      "sends the public scaffold often",
      { createdAtHours: LONG_BEFORE, instruments: OWN_CARD, requests: send(Array(9).fill("public")) },
      false,
    ],
    [
      "sends the public scaffold once, among much else",
      { createdAtHours: LONG_BEFORE, instruments: OWN_CARD, requests: send(["public"], 30) },
      false,
    ],
    [
      "sends one such request among much else, on the pool's card and day",
      { createdAtHours: IN_BURST, instruments: POOL_CARD, requests: send(["rare"], 30) },
      true,
    ],
    [
      "sends the public scaffold among much else, on a card that the pool stole",
      { createdAtHours: LONG_BEFORE, instruments: POOL_CARD, requests: send(["public", "public"], 30) },
      false,
    ],
    ["shares the card and sends nothing of it", { createdAtHours: IN_BURST, instruments: POOL_CARD, requests: send([], 12) }, false],
  ])("an account that %s, a member: %#", (_, asked, isMember) => {
    const { completed, account, campaign, population } = complete(asked);
    expect(completed.group.members.includes(account)).toBe(isMember);
    expect(completed.group.members).toHaveLength(campaign.group.members.length + (isMember ? 1 : 0));
    expect(completed.memberProbabilities).toHaveLength(completed.group.members.length);
    const own = asked.requests.filter(({ family = "" }) => SCAFFOLDS.includes(family)).length;
    expect(completed.group.slice).toHaveLength(campaign.group.slice.length + (isMember ? own : 0));
    for (const [member, place] of completed.group.members.entries())
      for (const row of completed.group.slice.subarray(completed.group.sliceOffsets[member], completed.group.sliceOffsets[member + 1]))
        expect(row >= population.requestOffsets[place] && row < population.requestOffsets[place + 1]).toBe(true);
  });

  describe("an old account that sends a scaffold among much else, as who finds it in a forum", () => {
    const among = (families: readonly string[]): TestAccount => ({
      createdAtHours: LONG_BEFORE,
      instruments: OWN_CARD,
      requests: send(families, 40),
    });

    it.each<[what: string, asked: TestAccount, passersBy: number, isWatched: boolean]>([
      ["twice, that next to nobody else carries", among(["rare", "rare"]), 0, true],
      ["once", among(["rare"]), 0, false],
      ["that two strangers of forty carry, too", among(["rare", "rare"]), 2, false],
      ["that is public", among(["public", "public"]), 0, false],
    ])("%s: no member, watched %#", (_, asked, passersBy, isWatched) => {
      const { completed, account } = complete(asked, { passersBy });
      expect(completed.group.members.includes(account)).toBe(isWatched);
      expect(listStandingMembers(completed).map((member) => completed.group.members[member])).not.toContain(account);
    });
  });

  it("watches the one member whom nothing ties to a pool that is tied throughout", () => {
    const { completed } = complete({ requests: send([], 5) }, { strangerIn: 0 });
    expect(completed.group.members).toHaveLength(MEMBERS + 1);
    expect(listStandingMembers(completed)).toEqual(countTo(MEMBERS));
  });

  it("leaves a fleet as it is, whose scaffolds have no pool in common", () => {
    const { completed, campaign } = complete({ instruments: POOL_CARD, requests: send(["rare", "two"]) }, { isFleet: true, strangerIn: 0 });
    expect(completed).toBe(campaign);
  });
});
