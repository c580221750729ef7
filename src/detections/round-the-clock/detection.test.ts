import { describe, expect, it } from "vitest";
import { buildPopulation } from "../../sdk/testing/population.js";
import detection from "./detection.js";

/** An account that sends `perHour` requests in each of these hours of the day, on so many days. */
function inspect({ hours, days, perHour = 1 }: { hours: readonly number[]; days: number; perHour?: number }) {
  const requests = Array.from({ length: days }, (_, day) =>
    hours.flatMap((hour) => Array.from({ length: perHour }, (__, index) => ({ atHours: 24 * day + hour + index / 100 }))),
  ).flat();
  return detection.inspect(0, buildPopulation({ accounts: [{ requests }] }));
}

const hoursFrom = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => (first + index) % 24).sort((a, b) => a - b);

describe("round-the-clock", () => {
  it.each([
    ["every hour of every day", { hours: hoursFrom(0, 24), days: 4 }],
    ["all but one hour", { hours: hoursFrom(3, 23), days: 10 }],
    ["all but two hours, over midnight", { hours: hoursFrom(1, 22), days: 10 }],
  ])("shows %s", (_claim, account) => {
    expect(inspect(account)).toHaveLength(1);
  });

  it.each([
    ["three silent hours", { hours: hoursFrom(2, 21), days: 10 }],
    ["three silent hours over midnight", { hours: hoursFrom(1, 21), days: 10 }],
    ["a night job, however busy", { hours: [2, 3], days: 20, perHour: 30 }],
    ["two nights before a deadline", { hours: hoursFrom(0, 24), days: 2, perHour: 5 }],
    ["too few requests to tell", { hours: [0, 3, 6, 9, 12, 15, 18, 21], days: 5 }],
  ])("is silent on %s", (_claim, account) => {
    expect(inspect(account)).toEqual([]);
  });

  it("weighs nothing", () => {
    for (const signal of inspect({ hours: hoursFrom(0, 24), days: 5 })) expect(signal.logLikelihoodRatio).toBe(0);
    expect(detection.isContext).toBe(true);
  });
});
