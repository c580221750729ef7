import { describe, expect, it } from "vitest";
import { listHostileGroups } from "../../sdk/testing/hostile-groups.js";
import { buildPopulation, selectGroup, type TestReturns } from "../../sdk/testing/population.js";
import detection from "./detection.js";

const ACCOUNTS = 10;

/** Ten accounts of fifty requests each; the last two are of one organization. */
function build(returns: readonly TestReturns[]) {
  const requests = Array.from({ length: 50 }, (_, index) => ({ atHours: index, family: "f", item: index + 1 }));
  return buildPopulation({
    accounts: Array.from({ length: ACCOUNTS }, (_, account) => ({ requests, ...(account >= 8 ? { organization: "one" } : {}) })),
    returns,
  });
}

describe("trace-cleaning", () => {
  it.each<[string, TestReturns[], number]>([
    ["many answers of one stranger", [{ user: 0, issuer: 1, outputs: 12 }], 3],
    ["answers of many strangers", [1, 2, 3, 4, 5].map((issuer) => ({ user: 0, issuer, outputs: 1 })), 2],
    ["more answers than requests", [{ user: 0, issuer: 1, outputs: 400 }], 4],
  ])("fires on %s", (_claim, returns, natsMin) => {
    const [signal] = detection.inspect(0, build(returns));
    expect(signal.logLikelihoodRatio).toBeGreaterThanOrEqual(natsMin);
    expect(signal.logLikelihoodRatio).toBeLessThanOrEqual(4);
    expect(signal.because).toContain("different answers that were given to");
  });

  it.each<[string, number, TestReturns[]]>([
    ["nothing", 0, []],
    ["two answers of strangers", 0, [1, 2].map((issuer) => ({ user: 0, issuer, outputs: 1 }))],
    ["own answers from other sessions, however many", 0, [{ user: 0, issuer: 0, outputs: 50 }]],
    ["answers of a colleague", 8, [{ user: 8, issuer: 9, outputs: 50 }]],
  ])("is silent on %s", (_claim, account, returns) => {
    expect(detection.inspect(account, build(returns))).toEqual([]);
  });

  it("tells own answers beside a finding", () => {
    const [signal] = detection.inspect(
      0,
      build([
        { user: 0, issuer: 0, outputs: 7 },
        { user: 0, issuer: 1, outputs: 9 },
      ]),
    );
    expect(signal.because).toContain("Besides, 7 of its own");
  });

  it("speaks of a group that feeds on its own answers, and not of one that feeds on others'", () => {
    const within = build([0, 1, 2, 3].map((user) => ({ user, issuer: user + 1, outputs: 2 })));
    expect(detection.examine?.(selectGroup(within, { accounts: [0, 1, 2, 3, 4] }), within)?.logLikelihoodRatio).toBeGreaterThan(2);
    const outside = build([0, 1, 2, 3].map((user) => ({ user, issuer: 7, outputs: 2 })));
    expect(detection.examine?.(selectGroup(outside, { accounts: [0, 1, 2, 3, 4] }), outside)).toBeNull();
  });

  it.each(listHostileGroups().map(({ claim, group, population }) => [claim, group, population] as const))(
    "is silent on %s",
    (_claim, group, population) => {
      expect(detection.examine?.(group, population)).toBeNull();
    },
  );
});
