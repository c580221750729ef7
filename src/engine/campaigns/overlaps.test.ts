import { describe, expect, it } from "vitest";
import { buildPopulation, type TestAccount } from "../../sdk/testing/population.js";
import type { Detection, GroupDetection } from "../../vocabulary/detection.js";
import { RequestFlag, type CandidateGroup } from "../../vocabulary/fingerprint.js";
import { openSource, type Origin } from "./candidates.js";
import { buildGroup } from "./group.js";
import { makeDetectionBase, makeTestSignal } from "./testing/test-detections.js";
import { isCampaign, testCandidate, type TestedCandidate } from "./test-candidate.js";
import { resolveOverlaps } from "./track.js";

const countTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Accounts 0 to 5 have one scaffold and hand in what others were answered; 6 to 11 and 12 to 17 have one each. */
const workLoads = ["rework", "first", "second"];
const carrierOf = (family: string): TestAccount => ({
  requests: countTo(10).map((atHours) => ({ atHours, family, flags: RequestFlag.hasText })),
});
const population = buildPopulation({ accounts: workLoads.flatMap((family) => countTo(6).map(() => carrierOf(family))) });
const [reworkers, sources, everybody] = [countTo(6), countTo(12).map((account) => 6 + account), countTo(18)];

/** Who hands something in gives the whole group away. */
const possession: GroupDetection = {
  ...makeDetectionBase("test-possession", "possession"),
  level: "group",
  examine: ({ members }: CandidateGroup) => makeTestSignal(possession, members.some((account) => reworkers.includes(account)) ? 5 : 0),
};
const content = (natsOf: (members: Int32Array) => number): GroupDetection => {
  const detection: GroupDetection = {
    ...makeDetectionBase("test-content", "content"),
    level: "group",
    examine: ({ members }: CandidateGroup) => makeTestSignal(detection, natsOf(members)),
  };
  return detection;
};
const behaviour: GroupDetection = {
  ...makeDetectionBase("test-behaviour", "behaviour"),
  level: "group",
  examine: () => makeTestSignal(behaviour, 3),
};

function resolve(
  wishes: readonly (readonly [Origin, readonly number[]])[],
  contentNats: (members: Int32Array) => number = () => 3,
): number[][] {
  const detections: Detection[] = [possession, content(contentNats), behaviour];
  const context = { source: openSource(population, []), detections };
  const tested = wishes.map(([origin, accounts]): TestedCandidate => {
    const families = workLoads.flatMap((_, position) =>
      accounts.some((account) => Math.floor(account / 6) === position)
        ? [population.families.ids.findIndex((id) => id.endsWith(workLoads[position]))]
        : [],
    );
    const group = buildGroup(population, { accounts, families });
    const memberProbabilities = new Float64Array(accounts.length).fill(1);
    return testCandidate({ group, carriers: group, carrierSignals: new Map(), memberProbabilities, origin, compared: 0 }, context);
  });
  return resolveOverlaps(tested.filter(isCampaign), context).map(({ group }) => [...group.members]);
}

describe("resolveOverlaps", () => {
  it("takes a fleet whole when the work load that holds it together was found before it", () => {
    expect(resolve([["niche", reworkers]])).toEqual([reworkers]);
    expect(resolve([["fleet", sources]])).toEqual([]);
    expect(
      resolve([
        ["niche", reworkers],
        ["fleet", everybody],
      ]),
    ).toEqual([everybody]);
  });

  it("leaves a campaign as it is where a fleet around it would be weaker", () => {
    const spoilt = (members: Int32Array): number => (members.length > 6 ? 0 : 3);
    expect(
      resolve(
        [
          ["niche", reworkers],
          ["fleet", everybody],
        ],
        spoilt,
      ),
    ).toEqual([reworkers]);
  });

  it("does not tear a campaign apart of which the fleet has only some accounts", () => {
    const half = [...countTo(3), ...sources];
    expect(
      resolve([
        ["niche", reworkers],
        ["fleet", half],
      ]),
    ).toEqual([reworkers]);
  });
});
