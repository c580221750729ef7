import { describe, expect, it } from "vitest";
import { RequestFlag } from "../../sdk/index.js";
import { listHostileGroups } from "../../sdk/testing/hostile-groups.js";
import { buildPopulation, selectGroup, type TestAccount, type TestRequest } from "../../sdk/testing/population.js";
import detection from "./detection.js";

interface Habit {
  requests: number;
  /** Every so many requests one is refused. */
  refusedEvery: number;
  /** Hours until a refused one is sent to the other model; absent: never. */
  againAfterHours?: number;
  /** Answered ones go to both models too. */
  comparesAll?: boolean;
  /** Reworded: another message of the same family. */
  rewords?: boolean;
  /** Failed, not refused. */
  fails?: boolean;
  otherRefusesToo?: boolean;
}

function describeRequests({ requests, refusedEvery, againAfterHours, comparesAll, rewords, fails, otherRefusesToo }: Habit): TestRequest[] {
  return Array.from({ length: requests }, (_, index) => index).flatMap((index): TestRequest[] => {
    const isRefused = index % refusedEvery === 0;
    const first = {
      atHours: index * 3,
      item: index + 1,
      model: "guarded",
      family: `family ${rewords ? index : 0}`,
      flags: isRefused ? (fails ? RequestFlag.failed : RequestFlag.refused) : 0,
    };
    if (againAfterHours === undefined || (!isRefused && !comparesAll)) return [first];
    const item = rewords ? index + 10_001 : first.item;
    return [
      first,
      { ...first, item, atHours: first.atHours + againAfterHours, model: "open", flags: otherRefusesToo ? RequestFlag.refused : 0 },
    ];
  });
}

function inspect(habit: Habit) {
  return detection.inspect(0, buildPopulation({ accounts: [{ requests: describeRequests(habit) }] }));
}

describe("safeguard-arbitrage", () => {
  it.each<[string, Habit]>([
    ["every third request is refused and answered elsewhere", { requests: 30, refusedEvery: 3, againAfterHours: 0.1 }],
    ["the request is reworded in between", { requests: 30, refusedEvery: 3, againAfterHours: 0.1, rewords: true }],
    ["one request in ten, over hundreds", { requests: 400, refusedEvery: 10, againAfterHours: 0.5 }],
  ])("fires when %s", (_claim, habit) => {
    const [signal] = inspect(habit);
    expect(signal.logLikelihoodRatio).toBeGreaterThanOrEqual(1);
    expect(signal.because).toMatch(/refused by guarded and answered by open/);
  });

  it.each<[string, Habit]>([
    ["refusals are left at that", { requests: 60, refusedEvery: 3 }],
    ["requests failed and were not refused", { requests: 60, refusedEvery: 3, againAfterHours: 0.01, fails: true }],
    ["everything goes to both models", { requests: 60, refusedEvery: 3, againAfterHours: 0.1, comparesAll: true }],
    ["one request in a hundred is refused, with a fallback rule", { requests: 900, refusedEvery: 100, againAfterHours: 0.001 }],
    ["three refusals in all were tried elsewhere", { requests: 9, refusedEvery: 3, againAfterHours: 0.1 }],
    ["the other model refuses too", { requests: 30, refusedEvery: 3, againAfterHours: 0.1, otherRefusesToo: true }],
    ["the answer elsewhere comes the next day", { requests: 30, refusedEvery: 3, againAfterHours: 25, rewords: true }],
  ])("is silent when %s", (_claim, habit) => {
    expect(inspect(habit)).toEqual([]);
  });

  it("finds a group in which one account is refused and another answered", () => {
    const both = describeRequests({ requests: 60, refusedEvery: 3, againAfterHours: 0.1 });
    const accounts: TestAccount[] = [0, 1, 2, 3].map((account) => ({
      requests: both.filter(({ model }, index) => index % 4 === account || (model === "open" && index % 4 === (account + 2) % 4)),
    }));
    const population = buildPopulation({ accounts });
    const signal = detection.examine?.(selectGroup(population, { accounts: [0, 1, 2, 3] }), population);
    expect(signal?.logLikelihoodRatio).toBeGreaterThanOrEqual(1);
  });

  it.each(listHostileGroups().map(({ claim, group, population }) => [claim, group, population] as const))(
    "is silent on %s",
    (_claim, group, population) => {
      expect(detection.examine?.(group, population)).toBeNull();
    },
  );
});
