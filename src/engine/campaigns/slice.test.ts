import { describe, expect, it } from "vitest";
import { buildPopulation, type TestAccount } from "../../sdk/testing/population.js";
import { listCarriers } from "./group.js";
import { learnChanceProfile } from "./member-attributes.js";
import { widenSlice } from "./slice.js";
import { makeTrackedCampaign } from "./testing/tracked-campaign.js";

const countTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Ten accounts of a campaign with one work load, five strangers; `rare` is sent by the first so many of either. */
function widen({ members, strangers, families = ["work"] }: { members: number; strangers: number; families?: string[] }) {
  const send = (family: string, isRare: boolean): TestAccount => ({
    requests: [{ atHours: 1, family }, ...(isRare ? [{ atHours: 2, family: "rare" }] : []), { atHours: 3, family: "everyday" }],
  });
  const population = buildPopulation({
    accounts: [
      ...countTo(10).map((account) => send("work", account < members)),
      ...countTo(5).map((account) => send("everyday", account < strangers)),
    ],
  });
  const carriage = listCarriers(population);
  const campaign = makeTrackedCampaign(population, { accounts: countTo(10), families });
  const source = { population, carriage, chance: learnChanceProfile(population, carriage), pairDetections: [] };
  const widened = widenSlice(campaign, source);
  return { campaign, widened, names: Array.from(widened.group.families, (family) => population.families.ids[family]) };
}

describe("widenSlice", () => {
  it.each<[scaffold: string, members: number, strangers: number, isAdded: boolean]>([
    ["three members and nobody else carry", 3, 0, true],
    ["two members carry, who may serve one customer", 2, 0, false],
    ["nine members and one stranger carry", 9, 1, true],
    ["eight members and one stranger carry", 8, 1, false],
    ["three members and three strangers carry", 3, 3, false],
  ])("a scaffold that %s: %d and %d, added: %s", (_, members, strangers, isAdded) => {
    const { campaign, widened, names } = widen({ members, strangers });
    expect(names).toEqual(isAdded ? ["user rare", "user work"] : ["user work"]);
    expect(widened.group.slice).toHaveLength(10 + (isAdded ? members : 0));
    expect(widened.group.members).toEqual(campaign.group.members);
    expect(widened.memberProbabilities).toBe(campaign.memberProbabilities);
  });

  it("leaves alone what has no work load to complete", () => {
    const { campaign, widened } = widen({ members: 5, strangers: 0, families: [] });
    expect(widened).toBe(campaign);
  });
});
