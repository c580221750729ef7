import { describe, expect, it } from "vitest";
import { buildPopulation, type TestAccount } from "../../sdk/testing/population.js";
import detection from "./detection.js";

/** The account that is asked sends twelve requests, as everybody does; others have from one to three addresses. */
function inspect({
  addresses,
  keys = 1,
  clients = 1,
  others = 40,
}: {
  addresses: number;
  keys?: number;
  clients?: number;
  others?: number;
}) {
  const make = (name: string, places: number, rest: Partial<TestAccount>): TestAccount => ({
    requests: Array.from({ length: 12 }, (_, index) => ({ atHours: index })),
    addresses: Array.from({ length: places }, (_, place) => `${name}-${place}`),
    ...rest,
  });
  const crowd = Array.from({ length: others }, (_, index) =>
    make(`crowd-${index}`, 1 + (index % 3), { keys: 1, clients: 1 + (index % 2) }),
  );
  return detection.inspect(0, buildPopulation({ accounts: [make("asked", addresses, { keys, clients }), ...crowd] }));
}

describe("many-clients", () => {
  it.each([
    ["thirty addresses on one key", { addresses: 30 }, "30 addresses"],
    ["thirty addresses in a log that names no keys", { addresses: 30, keys: 0 }, "the log names no keys"],
    ["ten clients on one key", { addresses: 1, clients: 10 }, "10 clients"],
  ])("shows %s", (_claim, account, words) => {
    const [signal] = inspect(account);
    expect(signal.because).toContain(words);
  });

  it.each([
    ["an agency with a key for each customer", { addresses: 30, keys: 10, clients: 10 }],
    ["a commuter", { addresses: 5, clients: 3 }],
    ["a log too small to tell what is usual", { addresses: 30, others: 10 }],
    ["a log without addresses and clients", { addresses: 0, keys: 0, clients: 0 }],
  ])("is silent on %s", (_claim, account) => {
    expect(inspect(account)).toEqual([]);
  });

  it("weighs nothing", () => {
    for (const signal of inspect({ addresses: 30 })) expect(signal.logLikelihoodRatio).toBe(0);
    expect(detection.isContext).toBe(true);
  });
});
