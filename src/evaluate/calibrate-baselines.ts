/** Sets the thresholds of published methods on a benign world, and draws the sample of ordinary traffic that some of them compare with. */
import type { RequestEvent } from "../vocabulary/request-event.js";
import { findBenignThreshold } from "./baselines/judge.js";
import { sampleReference, startBaselines, type BaselinePass } from "./baselines/run-baselines.js";
import type { LogEvent } from "./log-events.js";
import { createNames } from "./names.js";

/** What a benign world taught. */
export interface BaselineCalibration {
  /** By name of the method. */
  thresholds: Record<string, number>;
  reference: RequestEvent[];
}

/**
 * Learns from a benign world, read twice. Every second account gives the sample; thresholds are set on the others, because a method would find
 * accounts ordinary whose own requests it compares with.
 */
export async function calibrateBaselines(
  openEvents: () => AsyncIterable<LogEvent>,
  pass: Omit<BaselinePass, "reference">,
): Promise<BaselineCalibration> {
  const names = createNames();
  const sample = sampleReference({ seed: pass.seed });
  for await (const { event } of openEvents()) if (isOfSample(names.number(event.accountId))) sample.add(event);
  const reference = sample.finish();
  const run = startBaselines({ ...pass, reference });
  for await (const { event } of openEvents()) run.add(event);
  const { readings } = await run.finish();
  const thresholds: Record<string, number> = {};
  for (const { baseline, outcome } of readings) {
    thresholds[baseline.name] = findBenignThreshold(outcome.scores.filter((_, account) => !isOfSample(account)));
  }
  return { thresholds, reference };
}

const isOfSample = (account: number): boolean => account % 2 === 0;
