import { describe, expect, it } from "vitest";
import { buildPopulation, type TestAccount } from "../../sdk/testing/population.js";
import detection from "./detection.js";

/** The account that is asked, beside forty others that send two requests a day. */
function inspect({ perDay, createdAtHours = -1 }: { perDay: readonly number[]; createdAtHours?: number }) {
  const sendDaily = (counts: readonly number[]) =>
    counts.flatMap((count, day) => Array.from({ length: count }, (_, index) => ({ atHours: 24 * day + index / 10 })));
  const crowd = Array.from({ length: 40 }, (): TestAccount => ({ createdAtHours: -2_000, requests: sendDaily([2, 2, 2, 2, 2, 2, 2]) }));
  return detection.inspect(0, buildPopulation({ accounts: [{ createdAtHours, requests: sendDaily(perDay) }, ...crowd] }));
}

describe("no-ramp", () => {
  it.each([
    ["thirty a day from the first day", { perDay: [30, 30, 30, 30, 30] }],
    ["a first day above all later ones", { perDay: [40, 20, 25, 30] }],
    ["six days after registration", { perDay: [30, 30, 30, 30], createdAtHours: -144 }],
  ])("shows %s", (_claim, account) => {
    expect(inspect(account)).toHaveLength(1);
  });

  it.each([
    ["a ramp", { perDay: [3, 10, 30, 30, 30] }],
    ["one full day", { perDay: [60] }],
    ["a full day and two more", { perDay: [30, 30, 30] }],
    ["an old account", { perDay: [30, 30, 30, 30], createdAtHours: -1_000 }],
    ["an account of which nobody tells when it was registered", { perDay: [30, 30, 30, 30], createdAtHours: Number.NaN }],
    ["what is no more than others send", { perDay: [2, 2, 2, 2] }],
    ["nothing at all", { perDay: [] }],
  ])("is silent on %s", (_claim, account) => {
    expect(inspect(account)).toEqual([]);
  });

  it("weighs nothing", () => {
    for (const signal of inspect({ perDay: [30, 30, 30, 30] })) expect(signal.logLikelihoodRatio).toBe(0);
    expect(detection.isContext).toBe(true);
  });
});
