import { describe, expect, it } from "vitest";
import { buildPopulation, type TestAccount } from "../../sdk/testing/population.js";
import detection from "./detection.js";

/** The account that is asked sends so many requests of 500 tokens; others on its plan send from five to fourteen. */
function inspect({ requests, plan = "starter", others = 40 }: { requests: number; plan?: string; others?: number }) {
  const send = (count: number) => Array.from({ length: count }, (_, index) => ({ atHours: index / 10 }));
  const crowd = Array.from({ length: others }, (_, index): TestAccount => ({ plan: "starter", requests: send(5 + (index % 10)) }));
  return detection.inspect(0, buildPopulation({ accounts: [{ plan, requests: send(requests) }, ...crowd] }));
}

describe("plan-out-of-proportion", () => {
  it("shows a hundred times the usual, with the figures of the plan", () => {
    const [signal] = inspect({ requests: 900 });
    expect(signal.because).toContain("41 accounts on the plan “starter”");
  });

  it.each([
    ["nearly three times the usual", { requests: 25 }],
    ["a plan that nobody else has", { requests: 900, plan: "made to measure" }],
    ["a plan of fewer than twenty accounts", { requests: 900, others: 18 }],
    ["a log without plans", { requests: 900, plan: "" }],
    ["an account that sent nothing", { requests: 0 }],
  ])("is silent on %s", (_claim, account) => {
    expect(inspect(account)).toEqual([]);
  });

  it("weighs nothing", () => {
    for (const signal of inspect({ requests: 900 })) expect(signal.logLikelihoodRatio).toBe(0);
    expect(detection.isContext).toBe(true);
  });
});
