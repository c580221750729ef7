import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EVIDENCE_GROUPS, type EvidenceGroup, type Signal } from "../../vocabulary/signal.js";
import {
  ALL_BEHAVIOUR_CAP_NATS,
  CAMPAIGN_LOG_ODDS_MIN,
  CAMPAIGN_PROBABILITY_MIN,
  fuseSignals,
  GROUP_CAP_NATS,
  PRIOR_LOG_ODDS,
  tellProbability,
  TIMING_CAP_NATS,
  toCalibratedLogOdds,
  toProbability,
} from "./fusion.js";

const signal = (group: EvidenceGroup, logLikelihoodRatio: number): Signal => ({
  detection: `any-${group}`,
  group,
  logLikelihoodRatio,
  spoofable: 2,
  because: "",
});

const signals = fc.array(
  fc
    .record({ group: fc.constantFrom(...EVIDENCE_GROUPS), nats: fc.double({ min: -30, max: 30, noNaN: true }) })
    .map(({ group, nats }) => signal(group, nats)),
  { maxLength: 12 },
);

describe("fuseSignals", () => {
  it("without a signal leaves the prior", () => {
    expect(fuseSignals([])).toEqual({
      groups: { content: 0, behaviour: 0, infrastructure: 0, registration: 0, possession: 0 },
      logOdds: PRIOR_LOG_ODDS,
      hasIndependentGroups: false,
    });
  });

  it("caps every group at its cap, and counter-evidence at twice that", () => {
    fc.assert(
      fc.property(signals, (drawn) => {
        const { groups, logOdds } = fuseSignals(drawn);
        for (const group of EVIDENCE_GROUPS) {
          expect(groups[group]).toBeLessThanOrEqual(GROUP_CAP_NATS[group]);
          expect(groups[group]).toBeGreaterThanOrEqual(-2 * GROUP_CAP_NATS[group]);
        }
        expect(logOdds).toBeCloseTo(PRIOR_LOG_ODDS + EVIDENCE_GROUPS.reduce((sum, group) => sum + groups[group], 0), 9);
      }),
    );
  });

  it("caps timing apart from other behaviour", () => {
    const timing = new Set(["pace"]);
    const pace = { ...signal("behaviour", 99), detection: "pace" };
    expect(fuseSignals([pace], { timing }).groups.behaviour).toBe(TIMING_CAP_NATS);
    expect(fuseSignals([pace, signal("behaviour", 99)], { timing }).groups.behaviour).toBe(ALL_BEHAVIOUR_CAP_NATS);
    expect(fuseSignals([pace, signal("behaviour", -99)], { timing }).groups.behaviour).toBe(TIMING_CAP_NATS - 2 * GROUP_CAP_NATS.behaviour);
    expect(fuseSignals([pace, signal("behaviour", 99)]).groups.behaviour).toBe(GROUP_CAP_NATS.behaviour);
  });

  it("holds timing to what is left of it where the group was picked by its timing", () => {
    const timing = new Set(["pace"]);
    const pace = { ...signal("behaviour", 3), detection: "pace" };
    expect(fuseSignals([pace], { timing, timingCapNats: 1 }).groups.behaviour).toBe(1);
    expect(fuseSignals([{ ...pace, logLikelihoodRatio: -3 }], { timing, timingCapNats: 1 }).groups.behaviour).toBe(-3);
  });

  it("lets no group alone outweigh the prior, with timing as without, and none reach the bar with one pace over several", () => {
    const timing = new Set(["pace"]);
    const timed = fc.array(
      fc.double({ min: -30, max: 30, noNaN: true }).map((nats) => ({ ...signal("behaviour", nats), detection: "pace" })),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(signals, timed, fc.double({ min: 0, max: 30, noNaN: true }), (drawn, paces, fleetPaceNats) => {
        const { groups, logOdds } = fuseSignals([...drawn, ...paces], { timing, fleetPaceNats });
        for (const group of EVIDENCE_GROUPS) expect(groups[group]).toBeLessThan(CAMPAIGN_LOG_ODDS_MIN - PRIOR_LOG_ODDS - 1);
        const ofOneGroup = fuseSignals([...drawn, ...paces], { timing }).groups;
        for (const group of EVIDENCE_GROUPS) expect(ofOneGroup[group]).toBeLessThan(-PRIOR_LOG_ODDS);
        expect(logOdds).toBeCloseTo(PRIOR_LOG_ODDS + EVIDENCE_GROUPS.reduce((sum, group) => sum + groups[group], 0), 9);
      }),
    );
  });

  it("never loses odds by more evidence", () => {
    fc.assert(
      fc.property(signals, fc.constantFrom(...EVIDENCE_GROUPS), fc.double({ min: 0, max: 20, noNaN: true }), (drawn, group, more) => {
        const before = fuseSignals(drawn);
        const after = fuseSignals([...drawn, signal(group, more)]);
        expect(after.logOdds).toBeGreaterThanOrEqual(before.logOdds - 1e-9);
        if (before.hasIndependentGroups) expect(after.hasIndependentGroups).toBe(true);
      }),
    );
  });

  it.each<[group: EvidenceGroup, nats: number, counted: number]>([
    ["registration", 1.1, 0],
    ["infrastructure", 0.8, 0],
    ["registration", 1.2, 0],
    ["registration", 1.8, 1.2],
    ["infrastructure", 2.4, 2.4],
    ["registration", 3, 3],
    ["registration", -0.8, -0.8],
    ["behaviour", 0.8, 0.8],
    ["content", 0.8, 0.8],
  ])("counts of %s of %d nats %d", (group, nats, counted) => {
    expect(fuseSignals([signal(group, nats)]).logOdds).toBeCloseTo(PRIOR_LOG_ODDS + counted, 9);
  });

  it("has no step: a hair more evidence never brings more than two hairs of odds", () => {
    const nats = fc.double({ min: -10, max: 10, noNaN: true });
    fc.assert(
      fc.property(signals, fc.constantFrom(...EVIDENCE_GROUPS), nats, (drawn, group, more) => {
        const [less, hair] = [more, more + 1e-6].map((each) => fuseSignals([...drawn, signal(group, each)]).logOdds);
        expect(hair - less).toBeLessThanOrEqual(2.001e-6);
      }),
    );
  });

  it.each([
    ["nothing else", 0, 0],
    ["a little content", 1, 1],
    ["clear content", 3, 2.5],
  ])("counts one pace over several work loads as far as %s bears it out", (_, content, counted) => {
    const fuse = (fleetPaceNats: number): number =>
      fuseSignals([signal("content", content), signal("behaviour", 4)], { fleetPaceNats }).logOdds;
    expect(fuse(5) - fuse(0)).toBeCloseTo(counted, 9);
  });

  it("does not depend on the order of the signals", () => {
    fc.assert(
      fc.property(signals, (drawn) => {
        expect(fuseSignals([...drawn].reverse()).logOdds).toBeCloseTo(fuseSignals(drawn).logOdds, 9);
      }),
    );
  });

  it.each(EVIDENCE_GROUPS)("%s alone is never a campaign, however strong", (group) => {
    const { logOdds, hasIndependentGroups } = fuseSignals([signal(group, 1000), signal(group, 1000)]);
    expect(hasIndependentGroups).toBe(false);
    expect(toProbability(logOdds)).toBeLessThan(CAMPAIGN_PROBABILITY_MIN);
  });

  it.each<[EvidenceGroup, EvidenceGroup, boolean]>([
    ["content", "behaviour", true],
    ["content", "registration", true],
    ["behaviour", "infrastructure", true],
    ["infrastructure", "registration", false],
  ])("%s and %s are independent groups of which one is content or behaviour: %s", (a, b, isEnough) => {
    expect(fuseSignals([signal(a, 9), signal(b, 9)]).hasIndependentGroups).toBe(isEnough);
    expect(fuseSignals([signal(a, 9), signal(b, 0.99)]).hasIndependentGroups).toBe(false);
  });

  it("lets an innocent explanation win against everything that accounts share", () => {
    const shared = [signal("registration", 9), signal("infrastructure", 9), signal("behaviour", 9)];
    expect(toProbability(fuseSignals(shared).logOdds)).toBeGreaterThan(CAMPAIGN_PROBABILITY_MIN);
    expect(toProbability(fuseSignals([...shared, signal("content", -9)]).logOdds)).toBeLessThan(0.05);
  });
});

describe("toProbability", () => {
  it("rises with the odds and stays between 0 and 1", () => {
    const odds = fc.double({ min: -40, max: 40, noNaN: true });
    fc.assert(
      fc.property(odds, odds, (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        expect(toProbability(low)).toBeLessThanOrEqual(toProbability(high));
        expect(toProbability(low)).toBeGreaterThanOrEqual(0);
        expect(toProbability(high)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("gives nobody a campaign on the prior alone", () => {
    expect(toProbability(PRIOR_LOG_ODDS)).toBeLessThan(1e-4);
  });
});

describe("toCalibratedLogOdds", () => {
  it("is toProbability turned round", () => {
    fc.assert(
      fc.property(fc.double({ min: -8, max: 12, noNaN: true }), (odds) => {
        expect(toCalibratedLogOdds(toProbability(odds))).toBeCloseTo(odds, 3);
      }),
    );
    expect(toProbability(CAMPAIGN_LOG_ODDS_MIN)).toBeCloseTo(CAMPAIGN_PROBABILITY_MIN, 9);
  });
});

describe("tellProbability", () => {
  const odds = fc.double({ min: -20, max: 20, noNaN: true });
  const share = fc.double({ min: 0, max: 1, noNaN: true });

  it("is never more than the group's own, and rises with group and membership", () => {
    fc.assert(
      fc.property(odds, odds, share, share, (a, b, one, other) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const [less, more] = [Math.min(one, other), Math.max(one, other)];
        const told = tellProbability({ logOdds: low, membership: less });
        expect(told).toBeGreaterThanOrEqual(0);
        expect(told).toBeLessThanOrEqual(toProbability(low));
        expect(told).toBeLessThanOrEqual(tellProbability({ logOdds: low, membership: more }) + 1e-12);
        // A group that stood out and did not pass is told at half of what it says.
        if (low < CAMPAIGN_LOG_ODDS_MIN) expect(told).toBeLessThan(0.43);
        if (high < CAMPAIGN_LOG_ODDS_MIN || low >= CAMPAIGN_LOG_ODDS_MIN)
          expect(told).toBeLessThanOrEqual(tellProbability({ logOdds: high, membership: less }) + 1e-12);
      }),
    );
  });

  it.each<[string, number, number | undefined, number]>([
    ["passes the usual bar", 4, undefined, 0.93],
    ["does not", 3, undefined, 0.37],
    ["passes a lower one in force", 3, 2.57, 0.74],
    ["passes neither", 2.5, 2.57, 0.29],
    ["passes the usual bar and not the stricter one in force", 4, 5.69, 0.93],
    ["passes neither of them", 3, 5.69, 0.37],
  ])("a group that %s, at %d under %s, is told at %d", (_, logOdds, barLogOdds, told) => {
    expect(tellProbability({ logOdds, membership: 1, barLogOdds })).toBeCloseTo(told, 2);
  });

  it.each([
    [0.5, 0.5],
    [0.6, 0.77],
    [0.8, 0.98],
  ])("a member at %d of a certain group is told at %d", (membership, told) => {
    expect(tellProbability({ logOdds: 20, membership })).toBeCloseTo(told, 2);
  });
});
