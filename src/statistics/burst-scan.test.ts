import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scanCounts, scanForBurst } from "./burst-scan.js";
import { createRandom, type Random } from "./random.js";
import { logBinomialAtLeast } from "./tails.js";

const DAY_MS = 86_400_000;

describe("scanForBurst", () => {
  const uniformTimes = (count: number, random: Random): Float64Array =>
    Float64Array.from({ length: count }, () => random.next() * 100 * DAY_MS);
  const windowsMs = [3_600_000, 6 * 3_600_000, DAY_MS, 3 * DAY_MS];

  it("finds 12 of 40 registrations within an hour and says how improbable that is", () => {
    const random = createRandom(1);
    const timesMs = uniformTimes(40, random);
    for (let index = 0; index < 12; index++) timesMs[index] = 50 * DAY_MS + index * 240_000;
    const burst = scanForBurst({ timesMs, backgroundMs: uniformTimes(5_000, random), windowsMs });
    expect(burst).toMatchObject({ fromMs: 50 * DAY_MS, toMs: 50 * DAY_MS + 11 * 240_000, count: 12 });
    expect(burst?.logProbability).toBeLessThan(-40);
  });

  it("raises no alarm at 1 % in more than 1 % of quiet worlds, even when everybody comes in bursts", () => {
    const random = createRandom(2);
    let alarms = 0;
    for (let world = 0; world < 300; world++) {
      // A launch day brings a third of everybody.
      const draw = (count: number): Float64Array =>
        uniformTimes(count, random).map((time) => (random.next() < 1 / 3 ? 10 * DAY_MS + time / 100 : time));
      const burst = scanForBurst({ timesMs: draw(40), backgroundMs: draw(5_000), windowsMs });
      if ((burst?.logProbability ?? 0) < Math.log(0.01)) alarms++;
    }
    expect(alarms).toBeLessThanOrEqual(6);
  });

  it.each([
    ["no event", []],
    ["one event", [5]],
  ])("has nothing to say about %s", (_what, times) => {
    expect(scanForBurst({ timesMs: Float64Array.from(times), backgroundMs: Float64Array.of(1, 2), windowsMs })).toBeNull();
  });

  it("leaves events that stand in the background out of it, as if they had been taken out", () => {
    const times = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(times, times, (events, others) => {
        const timesMs = Float64Array.from(events);
        const backgroundMs = Float64Array.from([...events, ...others]).sort();
        const asked = { timesMs, windowsMs: [0, 10, 100] };
        const expected = scanForBurst({ ...asked, backgroundMs: Float64Array.from(others) });
        expect(scanForBurst({ ...asked, backgroundMs, isInBackground: true, isAscending: true })).toEqual(expected);
      }),
    );
  });

  it("finds the most improbable of all windows, which is what a look at each of them finds", () => {
    const times = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(times, times, (events, background) => {
        const [timesMs, backgroundMs, windowMs] = [Float64Array.from(events).sort(), Float64Array.from(background), 20];
        let least = 0;
        for (const [start, from] of timesMs.entries()) {
          const within = (values: Float64Array): number => values.filter((at) => at >= from && at <= from + windowMs).length;
          const followers = timesMs.slice(start + 1).filter((at) => at <= from + windowMs).length;
          const probability = (within(backgroundMs) + 1) / (background.length + 1);
          if (followers <= (events.length - 1) * probability) continue;
          least = Math.min(least, logBinomialAtLeast(followers, { trials: events.length - 1, probability }) + Math.log(events.length));
        }
        expect(scanForBurst({ timesMs, backgroundMs, windowsMs: [windowMs] })?.logProbability).toBe(least);
      }),
      { numRuns: 200 },
    );
  });

  it("does not depend on the order of the events, and stays a probability", () => {
    const times = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(times, times, (events, background) => {
        const question = { timesMs: Float64Array.from(events), backgroundMs: Float64Array.from(background), windowsMs: [10, 100] };
        const burst = scanForBurst(question);
        expect(scanForBurst({ ...question, timesMs: question.timesMs.slice().reverse() })).toEqual(burst);
        expect(burst?.logProbability).toBeLessThanOrEqual(0);
      }),
    );
  });
});

describe("scanCounts", () => {
  it("finds the run of bins that exceeds its mean most improbably", () => {
    const counts = [1, 2, 1, 9, 11, 8, 1, 0, 2, 1];
    const burst = scanCounts(
      counts,
      Array.from({ length: 10 }, () => 1.5),
      { binsMax: 5 },
    );
    expect(burst).toMatchObject({ from: 3, to: 6, count: 28, expected: 4.5 });
    expect(burst?.logProbability).toBeLessThan(-20);
  });

  it("has nothing to say where nothing exceeds its mean", () => {
    expect(scanCounts([1, 1, 1], [2, 2, 2], { binsMax: 3 })).toBeNull();
  });
});
