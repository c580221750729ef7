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
    addresses: [`address ${account}`, `address ${account + 1}`],
    requests: [...(account < MEMBERS ? [{ atHours: 1, family: "work" }] : []), ...more(account), ...sendEveryday(account)],
  }));
  const population = buildPopulation({ accounts });
  const carriage = listCarriers(population);
  const campaign = makeTrackedCampaign(population, { accounts: countTo(MEMBERS), families });
  const source = { population, carriage, chance: learnChanceProfile(population, carriage), pairDetections: [] };
  const [completed] = completeSlices([campaign], source);
  return { population, campaign, completed, names: Array.from(completed.group.families, (family) => population.families.ids[family]) };
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

  it.each([
    [1, true],
    [20, false],
  ])("a scaffold that members met once and its other users sent %i times, added: %s", (times, isAdded) => {
    const { names } = complete((account) => {
      const requests = sendRare(8, 4, { atHours: 2, family: "tool" })(account);
      return account < MEMBERS ? requests : countTo(times).flatMap(() => requests);
    });
    expect(names.includes("user tool")).toBe(isAdded);
  });

  it("adds what members work with, whoever copied it and never rests", () => {
    const { names } = complete((account) => {
      const requests = sendRare(8, 3, { atHours: 2, family: "published" })(account);
      return countTo(account === MEMBERS ? 600 : 20).flatMap(() => requests);
    });
    expect(names).toContain("user published");
  });

  it("gives up a scaffold of the work load that two members share by chance", () => {
    const { names } = complete(sendRare(2, 60, { atHours: 2, family: "phrase" }), ["work", "phrase"]);
    expect(names).toEqual(["user work"]);
  });

  it.each([
    ["a rare task of the queue", ["rare"], ["user rare", "user work"]],
    ["a customer whose other scaffold the same three accounts send", ["rare", "his other"], ["user work"]],
  ])("takes what three members and nobody else send for %s", (_, scaffolds, expected) => {
    const send = (account: number): TestRequest[] => scaffolds.flatMap((family) => sendRare(3, 0, { atHours: 2, family })(account));
    expect(complete(send).names).toEqual(expected);
    expect(complete(send, ["work", "rare"]).names).toEqual(expected);
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

  /** What account 0 sends in a session with one harvest request at hour 2, under a system prompt that members carry and so many strangers. */
  const sendSession =
    (turns: readonly TestRequest[], { strangers = 0, address = "address 0" }: { strangers?: number; address?: string | null } = {}) =>
    (account: number): TestRequest[] => {
      const at = address === null ? {} : { address };
      if (account === 0) return [{ ...at, atHours: 2, system: "common", family: "work" }, ...turns.map((turn) => ({ ...at, ...turn }))];
      return account < 8 || (account >= MEMBERS && account < MEMBERS + strangers)
        ? [{ atHours: 9, system: "common", family: "near 0" }]
        : [];
    };
  const turn: TestRequest = { atHours: 2 + 5 * MINUTE_HOURS, system: "common" };
  /** Requests of account 0 in the completed slice that have no prompt family of their own. */
  const countTurns = (more: (account: number) => TestRequest[]): number => {
    const { completed, population } = complete(more);
    const own = completed.group.slice.subarray(completed.group.sliceOffsets[0], completed.group.sliceOffsets[1]);
    return own.filter((row) => population.requests.promptFamily[row] < 0).length;
  };

  it.each<[turn: string, request: TestRequest, isTaken: boolean]>([
    ["follows within minutes", turn, true],
    ["leads up to it", { ...turn, atHours: 2 - 5 * MINUTE_HOURS }, true],
    ["comes an hour later", { ...turn, atHours: 3 }, false],
    ["has another system prompt", { ...turn, system: "other" }, false],
    ["is for another model", { ...turn, model: "other" }, false],
    ["has a prompt that others send", { ...turn, family: "near 0" }, false],
    ["has no system prompt", { atHours: turn.atHours }, false],
    ["has another address", { ...turn, address: "address 1" }, false],
  ])("a turn that %s, taken: %#", (_, request, isTaken) => {
    expect(countTurns(sendSession([request], { strangers: 6 }))).toBe(isTaken ? 1 : 0);
  });

  it("does not take requests without an address for those of one", () => {
    expect(countTurns(sendSession([turn], { strangers: 6, address: null }))).toBe(0);
  });

  it.each([
    ["half a working day", 6, 48],
    ["an hour under a system prompt that most others carry", 60, 12],
  ])("ends a session after %s, however it goes on", (_, strangers, turns) => {
    const days = countTo(864).map((index) => ({ ...turn, atHours: 2 + (index + 1) * 5 * MINUTE_HOURS }));
    expect(countTurns(sendSession(days, { strangers }))).toBe(turns);
  });

  it("leaves alone what has no work load to complete", () => {
    const { campaign, completed } = complete(() => [], []);
    expect(completed).toBe(campaign);
  });
});
