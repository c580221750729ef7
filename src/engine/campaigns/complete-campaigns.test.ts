import { describe, expect, it } from "vitest";
import { createRandom } from "../../sdk/testing/draws.js";
import { buildPopulation, type TestAccount, type TestRequest } from "../../sdk/testing/population.js";
import { completeCampaigns } from "./complete-campaigns.js";
import { listCarriers } from "./group.js";
import { learnChanceProfile } from "./member-attributes.js";
import { listStandingMembers } from "./standings.js";
import { makeTrackedCampaign } from "./testing/tracked-campaign.js";

const POOL = 40;
const LATE = 16;
const countTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/**
 * A pool in which each account has one scaffold. Sixteen of its accounts, in a scaffold of their own, were not in what the campaign was found by; they share cards and days with the
 * others or nothing. Then a crowd, and last an account with everything of its own in the scaffold of the sixteen.
 */
function complete({ isTied, besides = 0 }: { isTied: boolean; besides?: number }) {
  const random = createRandom(6);
  const everyday = (count: number): TestRequest[] =>
    countTo(count).map(() => ({ atHours: random.below(400), family: `everyday-${random.below(50)}` }));
  const member = (index: number, { card, scaffold, hours }: { card: string; scaffold: string; hours: number }): TestAccount => ({
    createdAtHours: hours,
    addresses: [index % 3 === 0 ? `place-${index}` : `place-${index % 10}`],
    instruments: { payment: card },
    requests: countTo(9).map((request) => ({ atHours: request * 40 + random.below(30), family: scaffold })),
  });
  const addTo = (account: TestAccount, requests: readonly TestRequest[]): TestAccount => ({
    ...account,
    requests: [...account.requests, ...requests],
  });
  const accounts: TestAccount[] = [
    ...countTo(POOL).map((index) =>
      member(index, {
        card: index % 2 === 0 ? `card-${index % 6}` : `pays-${index}`,
        scaffold: ["one", "two"][index % 3 === 0 ? 0 : 1],
        hours: -400 + random.below(30),
      }),
    ),
    ...countTo(LATE).map((index) =>
      isTied
        ? addTo(member(index, { card: `card-${(2 * index) % 6}`, scaffold: "late", hours: -390 }), everyday(besides))
        : { ...member(index, { card: `apart-${index}`, scaffold: "late", hours: -random.below(20_000) }), addresses: [`apart-${index}`] },
    ),
    ...countTo(600).map((index) => ({
      createdAtHours: -random.below(20_000),
      addresses: [`home-${index}`],
      instruments: { payment: `own-${index}` },
      requests: everyday(8),
    })),
    {
      createdAtHours: -390,
      addresses: ["elsewhere"],
      instruments: { payment: "nobody-else's" },
      requests: [...member(0, { card: "", scaffold: "late", hours: 0 }).requests, ...everyday(1)],
    },
  ];
  const population = buildPopulation({ accounts });
  const carriage = listCarriers(population);
  const campaign = makeTrackedCampaign(population, { accounts: countTo(POOL), families: ["one", "two"] });
  const source = { population, carriage, chance: learnChanceProfile(population, carriage), pairDetections: [] };
  const [told] = completeCampaigns([campaign], source);
  const late = population.families.ids.flatMap((id, family) => (id.endsWith(" late") ? [family] : []));
  const standing = listStandingMembers(told).map((place) => told.group.members[place]);
  return {
    standing: standing.filter((account) => account >= POOL),
    lateRequests: Array.from(told.group.slice).filter((row) => late.includes(population.requests.promptFamily[row])).length,
    last: accounts.length - 1,
  };
}

describe("completeCampaigns", () => {
  it("takes in the scaffold of accounts that came in by what they share, and whoever works in it", () => {
    const { standing, lateRequests, last } = complete({ isTied: true });
    expect(standing).toEqual([...countTo(LATE).map((index) => POOL + index), last]);
    expect(lateRequests).toBe(9 * (LATE + 1));
  });
  it.each([
    [21, 9 * LATE],
    [22, 0],
  ])(
    "of accounts that send %i other requests beside nine of it: %i, because what they have in common beside their work is chance",
    (besides, requests) => {
      const { standing, lateRequests } = complete({ isTied: true, besides });
      expect(standing.slice(0, LATE)).toEqual(countTo(LATE).map((index) => POOL + index));
      expect(lateRequests % (9 * LATE)).toBeLessThanOrEqual(9);
      expect(lateRequests - (lateRequests % (9 * LATE))).toBe(requests);
    },
  );
  it("and nobody of accounts that share nothing with it, whatever they have in common", () => {
    expect(complete({ isTied: false })).toMatchObject({ standing: [], lateRequests: 0 });
  });
});
