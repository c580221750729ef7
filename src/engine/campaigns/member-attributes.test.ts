import { describe, expect, it } from "vitest";
import { buildPopulation, selectGroup, type TestAccount } from "../../sdk/testing/population.js";
import { describeRegistration } from "./member-attributes.js";

const countTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const register = (createdAtHours?: number): TestAccount => ({
  requests: [{ atHours: 1, family: "work" }],
  ...(createdAtHours === undefined ? {} : { createdAtHours }),
});
/** Spread over the years before, as everybody's are. */
const registerLongAgo = (index: number): TestAccount => register(-2000 - 613 * index);
const BURST_AT = -300;

/** A pool of which some registered within a day, four hundred others, and one account that a test asks about. */
function weigh(pool: { burst: number; bought: number }, asked: TestAccount): number {
  const accounts = [
    ...countTo(pool.burst).map((index) => register(BURST_AT + (index % 20))),
    ...countTo(pool.bought).map((index) => registerLongAgo(3 * index + 0.5)),
    asked,
    ...countTo(400).map((index) => ({ ...registerLongAgo(index / 3), requests: [{ atHours: 1 }] })),
  ];
  const population = buildPopulation({ accounts });
  const size = pool.burst + pool.bought;
  const group = selectGroup(population, { accounts: countTo(size + 1), families: ["work"] });
  const probabilities = Float64Array.from(countTo(size + 1), (account) => (account < size ? 0.95 : 0.5));
  return describeRegistration(population, group).weigh(probabilities)[size];
}

describe("describeRegistration", () => {
  it.each<[claim: string, pool: { burst: number; bought: number }, asked: TestAccount, from: number, to: number]>([
    ["who came in the burst is of the pool", { burst: 40, bought: 0 }, register(BURST_AT), 1.5, 9],
    ["who came in the burst of a few is, among many that were bought", { burst: 8, bought: 32 }, register(BURST_AT), 0.5, 9],
    ["an old account speaks little against it, for it may have been bought", { burst: 40, bought: 0 }, registerLongAgo(7), -0.7, -0.2],
    ["and never for it", { burst: 0, bought: 40 }, registerLongAgo(7), -0.7, 0],
    ["an unknown day says nothing", { burst: 40, bought: 0 }, register(), 0, 0],
  ])("%s", (_, pool, asked, from, to) => {
    const nats = weigh(pool, asked);
    expect(nats).toBeGreaterThanOrEqual(from);
    expect(nats).toBeLessThanOrEqual(to);
  });
});
