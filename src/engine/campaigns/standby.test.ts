import { describe, expect, it } from "vitest";
import { buildPopulation, type TestAccount } from "../../sdk/testing/population.js";
import { findStandby } from "./standby.js";
import { makeTrackedCampaign } from "./testing/tracked-campaign.js";

const POOL = 10;
const REGISTERED_AT = -400;
const countTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const idle = [{ atHours: 3, family: "everyday-0" }];
const pool = countTo(POOL).map(
  (index): TestAccount => ({
    createdAtHours: REGISTERED_AT + index,
    addresses: [`pool-${index % 3}`],
    instruments: { payment: `pool-${index % 3}` },
    requests: countTo(6).map((request) => ({ atHours: request, family: "work" })),
  }),
);
const crowd = countTo(300).map(
  (index): TestAccount => ({
    createdAtHours: -900 * (index + 1),
    addresses: [`own-${index}`],
    instruments: { payment: `own-${index}` },
    requests: idle,
  }),
);
/** Long before everybody else. */
const stranger: TestAccount = {
  createdAtHours: -1_000_000,
  addresses: ["elsewhere"],
  instruments: { payment: "elsewhere" },
  requests: idle,
};
const card = { instruments: { payment: "pool-0" } };
const address = { addresses: ["pool-1"] };
const day = { createdAtHours: REGISTERED_AT + 2 };

function listOf(asked: TestAccount, isAllowlisted = false) {
  const population = buildPopulation({ accounts: [...pool, ...crowd, asked] });
  const account = POOL + crowd.length;
  if (isAllowlisted) population.isAllowlisted[account] = 1;
  const campaign = makeTrackedCampaign(population, { accounts: countTo(POOL), families: ["work"] });
  const find = (more: Partial<typeof campaign> = {}, taken: readonly number[] = countTo(POOL)) =>
    findStandby({ population }, { campaign: { ...campaign, ...more }, isTaken: (each) => taken.includes(each) });
  return { account, find };
}

describe("findStandby", () => {
  it.each<[shares: string, Partial<TestAccount>, detections: string[] | null]>([
    ["a card and an address", { ...card, ...address }, ["shared-rare-instrument", "shared-infrastructure"]],
    ["a card and a day of registration", { ...card, ...day }, ["shared-rare-instrument", "registration-burst"]],
    [
      "a card, an address and the day",
      { ...card, ...address, ...day },
      ["shared-rare-instrument", "shared-infrastructure", "registration-burst"],
    ],
    ["a card alone", card, null],
    ["an address alone", address, null],
    ["an address and the day, as 25 innocent accounts did", { ...address, ...day }, null],
    ["nothing", {}, null],
    ["a client's fingerprint and an address", { instruments: { ja4: "pool-0" }, ...address }, null],
  ])("who shares %s", (_, shared, detections) => {
    const { account, find } = listOf({ ...stranger, ...shared });
    const found = find();
    expect(found.map((each) => each.account)).toEqual(detections === null ? [] : [account]);
    if (detections === null) return;
    expect(found[0].signals.map(({ detection }) => detection)).toEqual(detections);
    expect(found[0].signals.every(({ logLikelihoodRatio }) => logLikelihoodRatio >= 1)).toBe(true);
  });

  it.each<[shares: string, shared: Partial<TestAccount>, isWatched: boolean]>([
    ["a card", card, true],
    ["an address", address, false],
    ["an address and the day", { ...address, ...day }, false],
  ])("watches who shares %s with a campaign of a log without text: %#", (_, shared, isWatched) => {
    const { account, find } = listOf({ ...stranger, ...shared });
    const found = find({ origin: "links_alone" });
    expect(found.map((each) => each.account)).toEqual(isWatched ? [account] : []);
    if (isWatched) expect(found[0].signals.map(({ because }) => because)[0]).toContain("no text that would tell");
  });

  it("is surer of who shares more", () => {
    const [less, more] = [
      { ...card, ...address },
      { ...card, ...address, ...day },
    ].map((shared) => listOf({ ...stranger, ...shared }).find()[0].probability);
    expect(more).toBeGreaterThan(less);
    expect(less).toBeGreaterThan(0.5);
  });

  it.each<[who: string, (listed: ReturnType<typeof listOf>) => unknown[], isAllowlisted: boolean]>([
    ["an account of another campaign", ({ account, find }) => find({}, [...countTo(POOL), account]), false],
    ["an account on the allowlist", ({ find }) => find(), true],
    ["anybody, for a campaign of one account", ({ find }) => find({ origin: "account" }), false],
    ["anybody, for accounts that stand in no campaign themselves", ({ find }) => find({ probability: 0.3 }), false],
  ])("never names %s", (_, find, isAllowlisted) => {
    expect(find(listOf({ ...stranger, ...card, ...address, ...day }, isAllowlisted))).toEqual([]);
  });
});
