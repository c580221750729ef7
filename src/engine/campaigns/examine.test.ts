import { describe, expect, it } from "vitest";
import { buildPopulation, type TestAccount } from "../../sdk/testing/population.js";
import type { Detection, GroupDetection } from "../../vocabulary/detection.js";
import type { Population } from "../../vocabulary/fingerprint.js";
import { examineCandidates, examineNiches, examineTogether, openExamination, type ExaminationHelper } from "./examine.js";
import type { TestContext, TestedCandidate } from "./test-candidate.js";
import { makeDetectionBase, makeTestSignal } from "./testing/test-detections.js";

const countTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const size: GroupDetection = {
  ...makeDetectionBase("test-size", "behaviour"),
  level: "group",
  aspect: "timing",
  examine: (group) => makeTestSignal(size, group.members.length / 10),
};
const detections: Detection[] = [size];

/** Work loads of six accounts each: as many niches. */
const population = buildPopulation({
  accounts: countTo(20).flatMap((load) =>
    countTo(6).map(
      (index): TestAccount => ({
        instruments: { payment: `card-${load}-${index % 3}` },
        createdAtHours: -50 * load,
        requests: countTo(8).map((request) => ({ atHours: request * 3 + index, family: `load-${load}`, item: index * 100 + request + 1 })),
      }),
    ),
  ),
});

const describeTested = (tested: readonly TestedCandidate[]) =>
  tested.map(({ group, memberProbabilities, signals, fusion }) => [[...group.members], [...memberProbabilities], signals, fusion.logOdds]);

/** A helper in this thread, which begins as soon as it is asked and takes some turns. */
function createTestHelper(niches: number, { answers = true }: { answers?: boolean } = {}): ExaminationHelper & { taken: number } {
  let context: TestContext | undefined;
  return {
    taken: 0,
    prepare(known: Population, options) {
      context = openExamination(known, detections, options);
    },
    async examineNiches(all, turns) {
      if (context === undefined) throw new Error("nothing was prepared");
      // Those from the last turn that it takes on are left to others.
      const examined = examineNiches(context, { niches: all.slice(0, niches), turns });
      this.taken = examined.length;
      Atomics.store(turns, 0, niches);
      if (!answers) throw new Error("the thread ended");
      return examined;
    },
  };
}

describe("examineTogether", () => {
  const alone = describeTested(examineCandidates(population, detections).tested);

  it.each([
    ["takes some niches", createTestHelper(7), 7],
    ["takes all of them", createTestHelper(20), 20],
    ["takes some and never answers", createTestHelper(7, { answers: false }), 7],
  ])("finds what one thread finds when the helper %s", async (_, helper, taken) => {
    const { tested } = await examineTogether(population, detections, { helper });
    expect(alone).toHaveLength(20);
    expect(describeTested(tested)).toEqual(alone);
    expect(helper.taken).toBe(taken);
  });

  it("does not wait for a helper that has not begun when all is done", async () => {
    const never: ExaminationHelper = { prepare: () => {}, examineNiches: () => new Promise(() => {}) };
    const { tested } = await examineTogether(population, detections, { helper: never });
    expect(describeTested(tested)).toEqual(alone);
  });
});
