/** The tracking thread of the built tree against this thread alone: the same candidates; and a thread that ends is done without. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { detections } from "../../detections/index.js";
import { joinKin, joinKinWith } from "../../engine/behaviour/kinship.js";
import { findWorthwhileNiches } from "../../engine/campaigns/candidates.js";
import { examineCandidates, examineTogether, openExamination } from "../../engine/campaigns/examine.js";
import type { TestedCandidate } from "../../engine/campaigns/test-candidate.js";
import { buildPopulation, type TestAccount } from "../../sdk/testing/population.js";
import { GIST_DIMENSIONS } from "../../vocabulary/sketch.js";
import { startTrackingHelper } from "./tracking-helper.js";

const WORKER = join(import.meta.dirname, "../../../dist/app/workers/tracking-worker.js");

const countTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
/** Enough work loads that the thread gets some of them; each of a pool that shares cards and keeps hours. */
const population = buildPopulation({
  accounts: countTo(150).flatMap((load) =>
    countTo(12).map(
      (index): TestAccount => ({
        instruments: { payment: `card-${load}-${index % 3}` },
        createdAtHours: -20 * load,
        requests: countTo(40).map((request) => ({
          atHours: request * 3 + (load % 5) + (index % 3),
          family: `load-${load}-${request % 3}`,
          item: index * 100 + request + 1,
        })),
      }),
    ),
  ),
});
const describeTested = (tested: readonly TestedCandidate[]) =>
  tested.map(({ group, memberProbabilities, signals, fusion, origin }) => ({ group, memberProbabilities, signals, fusion, origin }));

describe("the tracking thread", () => {
  const alone = describeTested(examineCandidates(population, detections).tested);

  it("examines as this thread does", async () => {
    expect(existsSync(WORKER), "run npm run build first").toBe(true);
    const helper = startTrackingHelper(pathToFileURL(WORKER));
    try {
      helper.prepare(population, {});
      const niches = findWorthwhileNiches(openExamination(population, detections, {}).source);
      const answers = await helper.examineNiches(niches, new Int32Array(new SharedArrayBuffer(4)));
      expect(answers.map(({ niche }) => niche)).toEqual([...niches.keys()]);
      expect(describeTested(answers.flatMap(({ tested }) => tested ?? []))).toEqual(alone.filter(({ origin }) => origin === "niche"));
      expect(answers.length).toBeGreaterThan(100);
      expect(describeTested((await examineTogether(population, detections, { helper })).tested)).toEqual(alone);
    } finally {
      await helper.close();
    }
  });

  it("finds the kin that this thread finds, while nothing else was prepared", async () => {
    const values = Float32Array.from({ length: 60 * GIST_DIMENSIONS }, (_, place) => Math.sin(place + Math.floor(place / 96)));
    const starts = Int32Array.from({ length: 60 }, (_, family) => (family % 7 === 6 ? -1 : family * GIST_DIMENSIONS));
    const question = { gists: { families: 60, regions: 1, starts, values }, order: Int32Array.from(countTo(60)).reverse() };
    const helper = startTrackingHelper(pathToFileURL(WORKER));
    try {
      const [first, second] = await Promise.all([
        helper.joinKin(question),
        helper.joinKin({ ...question, order: question.order.slice(9) }),
      ]);
      expect(first).toEqual(joinKin(question));
      expect(new Set(first.named).size).toBeLessThan(60);
      expect(second).toEqual(joinKin({ ...question, order: question.order.slice(9) }));
    } finally {
      await helper.close();
    }
    expect(await joinKinWith(startTrackingHelper(new URL("data:text/javascript,process.exit(3)")), question)).toEqual(joinKin(question));
  });

  it("is done without when it ends", async () => {
    const helper = startTrackingHelper(new URL("data:text/javascript,process.exit(3)"));
    const { tested } = await examineTogether(population, detections, { helper });
    expect(describeTested(tested)).toEqual(alone);
    await helper.close();
  });
});
