import { describe, expect, it } from "vitest";
import { buildPopulation, type TestAccount, type TestRequest } from "../../sdk/testing/population.js";
import { listCarriers } from "./group.js";
import { learnChanceProfile } from "./member-attributes.js";
import { completeSlices } from "./slice.js";
import { makeTrackedCampaign } from "./testing/tracked-campaign.js";

const MEMBERS = 20;
const ACCOUNTS = 400;
const MINUTE_HOURS = 1 / 60;
const countTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Every account shares two everyday prompts with one or two others, wherever those belong. */
const sendEveryday = (account: number): TestRequest[] => [
  { atHours: 40, family: `near ${account % 133}` },
  { atHours: 41, family: `far ${account % (ACCOUNTS / 2)}` },
];

/** Twenty accounts of a campaign with one work load and 380 strangers; `more` is what an account sends beside. */
function complete(more: (account: number) => TestRequest[], families: string[] = ["work"]) {
  const accounts: TestAccount[] = countTo(ACCOUNTS).map((account) => ({
    addresses: [`address ${account}`],
    requests: [...(account < MEMBERS ? [{ atHours: 1, family: "work" }] : []), ...more(account), ...sendEveryday(account)],
  }));
  const population = buildPopulation({ accounts });
  const carriage = listCarriers(population);
  const campaign = makeTrackedCampaign(population, { accounts: countTo(MEMBERS), families });
  const source = { population, carriage, chance: learnChanceProfile(population, carriage), pairDetections: [] };
  const [completed] = completeSlices([campaign], source);
  return { campaign, completed, names: Array.from(completed.group.families, (family) => population.families.ids[family]) };
}

/** A prompt that the first so many members send, and the first so many strangers. */
const sendRare =
  (members: number, strangers: number, request: TestRequest) =>
  (account: number): TestRequest[] =>
    account < members || (account >= MEMBERS && account < MEMBERS + strangers) ? [request] : [];

describe("completeSlices", () => {
  it.each<[scaffold: string, members: number, strangers: number, isAdded: boolean]>([
    ["five members and nobody else carry", 5, 0, true],
    ["nine members and one stranger carry", 9, 1, true],
    ["eight members of twenty and four strangers of 380 carry", 8, 4, true],
    ["two members and forty strangers carry", 2, 40, false],
    ["one member alone carries", 1, 0, false],
  ])("a scaffold that %s: %d and %d, added: %s", (_, members, strangers, isAdded) => {
    const { campaign, completed, names } = complete(sendRare(members, strangers, { atHours: 2, family: "rare" }));
    expect(names).toEqual(isAdded ? ["user rare", "user work"] : ["user work"]);
    expect(completed.group.slice).toHaveLength(MEMBERS + (isAdded ? members : 0));
    expect(completed.group.members).toEqual(campaign.group.members);
    expect(completed.memberProbabilities).toBe(campaign.memberProbabilities);
  });

  it("gives up a scaffold of the work load that two members share by chance", () => {
    const { names } = complete(sendRare(2, 60, { atHours: 2, family: "phrase" }), ["work", "phrase"]);
    expect(names).toEqual(["user work"]);
  });

  it("does not take what others send too for an added system prompt's", () => {
    const send = (account: number): TestRequest[] => [
      ...(account < 8 ? [{ atHours: 2, system: "agent" }] : []),
      { atHours: 3, family: "everyone's", ...(account < 8 ? { system: "agent" } : {}) },
    ];
    const { completed, names } = complete(send);
    expect(names).toContain("system agent");
    expect(completed.group.slice).toHaveLength(MEMBERS + 8);
  });

  it.each<[turn: string, request: TestRequest, isTaken: boolean]>([
    ["follows within minutes", { atHours: 2 + 5 * MINUTE_HOURS, system: "common" }, true],
    ["leads up to it", { atHours: 2 - 5 * MINUTE_HOURS, system: "common" }, true],
    ["comes an hour later", { atHours: 3, system: "common" }, false],
    ["has another system prompt", { atHours: 2 + 5 * MINUTE_HOURS, system: "other" }, false],
    ["is for another model", { atHours: 2 + 5 * MINUTE_HOURS, system: "common", model: "other" }, false],
    ["has a prompt that others send", { atHours: 2 + 5 * MINUTE_HOURS, system: "common", family: "near 0" }, false],
    ["has no system prompt", { atHours: 2 + 5 * MINUTE_HOURS }, false],
  ])("a turn that %s, taken: %#", (_, request, isTaken) => {
    const useSystems = (account: number): TestRequest[] =>
      account >= MEMBERS ? [{ atHours: 9, system: account % 2 ? "common" : "other" }] : [];
    const { completed } = complete((account) =>
      account === 0 ? [{ atHours: 2, system: "common", family: "work" }, request] : useSystems(account),
    );
    expect(completed.group.slice).toHaveLength(MEMBERS + 1 + (isTaken ? 1 : 0));
  });

  it("leaves alone what has no work load to complete", () => {
    const { campaign, completed } = complete(() => [], []);
    expect(completed).toBe(campaign);
  });
});
