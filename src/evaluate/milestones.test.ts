import { describe, expect, it } from "vitest";
import { describeMilestones, type MilestoneSight, readMilestones, seeMilestones } from "./milestones.js";
import type { TruthOfAccount } from "./score.js";

const HOUR_MS = 3_600_000;
const releasedAtMs = Date.parse("2026-03-10T16:00:00.000Z");
const groups = [
  { id: "pool" },
  { id: "heir", successor_of: "pool" },
  { id: "mover", shift: { to: "aurora-5", released_at: "2026-03-10T16:00:00.000Z" } },
  { id: "silent-heir", successor_of: "pool" },
];
const times = new Map([
  ["pool", [1, 2]],
  ["heir", Array.from({ length: 600 }, (_, index) => 1000 + index)],
  ["mover", [1]],
]);
const milestones = readMilestones(groups, times);

describe("the events of a world", () => {
  it("are looked for at half, all and twice of what the target allows, and no later than the campaign's last exchange", () => {
    expect(milestones.map(({ kind, campaign, of, unit, cuts }) => [kind, campaign, of, unit, cuts])).toEqual([
      [
        "successor",
        "heir",
        "pool",
        "exchanges",
        [
          { atMs: 1249, after: 250 },
          { atMs: 1499, after: 500 },
          { atMs: 1599, after: 600 },
        ],
      ],
      ["release_shift", "mover", "aurora-5", "hours", [3, 6, 12].map((after) => ({ atMs: releasedAtMs + after * HOUR_MS, after }))],
    ]);
  });
  it("are none where no campaign took over or moved", () => {
    expect(readMilestones([{ id: "pool" }, { id: "mover", shift: { to: "aurora-5" } }], times)).toEqual([]);
  });
});

const owners = { a: "pool", b: "heir", c: "mover", d: "pool" };
const truth = Object.entries(owners).map(
  ([accountId, campaign], index): TruthOfAccount => ({
    kind: "account",
    accountId,
    label: "attack",
    campaign,
    segment: null,
    crowd: null,
    line: index + 1,
  }),
);
const accounts = Object.keys(owners).map((account_id) => ({
  account_id,
  standing: "campaign" as const,
  campaign_id: `c-${owners[account_id as keyof typeof owners]}`,
  probability: 0.9,
  events: 1,
}));
const moved = { at: "", from: "aurora-4", to: "aurora-5", share: 0.5, from_at: "", until_at: "" };
const campaign = (
  name: string,
  { ancestor = null, shifts = [] as (typeof moved)[] }: { ancestor?: string | null; shifts?: (typeof moved)[] } = {},
) => ({
  id: `c-${name}`,
  successor_of: ancestor,
  shifts,
});

describe("a report tells", () => {
  const see = (...campaigns: ReturnType<typeof campaign>[]) => seeMilestones(milestones, { campaigns, accounts, truth });

  it.each([
    ["a successor with its ancestor", [campaign("pool"), campaign("heir", { ancestor: "c-pool" })], [true, true]],
    ["a successor without any", [campaign("pool"), campaign("heir")], [true, false]],
    ["a successor of another campaign", [campaign("mover"), campaign("heir", { ancestor: "c-mover" })], [true, false]],
    ["nothing while it does not hold the successor", [campaign("pool")], [false, false]],
  ])("%s", async (_claim, campaigns, [isFound, isTold]) => {
    expect((await see(...campaigns))[0]).toMatchObject({ isFound, isTold });
  });

  it.each([
    ["a move to the model that was released", [moved], true],
    ["a move to another model", [{ ...moved, to: "aurora-4-mini" }], false],
    ["no move", [], false],
  ])("%s", async (_claim, shifts, isTold) => {
    expect((await see(campaign("mover", { shifts })))[1]).toEqual({ isFound: true, isTold, othersTold: [] });
  });

  it("that a campaign moved which did not", async () => {
    const sights = await see(campaign("mover", { shifts: [moved] }), campaign("pool", { shifts: [moved] }));
    expect(sights[1]).toEqual({ isFound: true, isTold: true, othersTold: ["pool"] });
  });
});

describe("an event counts as told", () => {
  const sight = (isFound: boolean, isTold: boolean): MilestoneSight => ({ isFound, isTold, othersTold: [] });
  const none = sight(false, false);
  const cuts = [1249, 1499, 1599, ...[3, 6, 12].map((hours) => releasedAtMs + hours * HOUR_MS)];

  it("between the last cut that did not tell it and the first that did", () => {
    const sights = [
      [none, none],
      [sight(true, false), none],
      [sight(true, true), none],
      [none, none],
      [none, sight(true, true)],
    ];
    expect(describeMilestones(milestones, { cuts, sights })).toMatchObject([
      { campaign: "heir", found_at: 500, told_at: 600, missed_at: 500 },
      { campaign: "mover", found_at: 6, told_at: 6, missed_at: 3 },
    ]);
  });

  it("never where no cut tells it", () => {
    const sights = cuts.map(() => [none, none]);
    expect(describeMilestones(milestones, { cuts, sights })).toMatchObject([
      { found_at: null, told_at: null, missed_at: 600 },
      { found_at: null, told_at: null, missed_at: 12 },
    ]);
  });
});
