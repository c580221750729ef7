import { describe, expect, it } from "vitest";
import { createRandom } from "../../statistics/random.js";
import { volumeThreshold } from "./volume-threshold.js";

const HOUR_MS = 3_600_000;

async function scorePeaks(requests: readonly [account: number, atMs: number][], accounts: number): Promise<number[]> {
  const run = volumeThreshold.start({ reference: [], sideFacts: new Map(), random: createRandom(1) });
  for (const [account, atMs] of requests) {
    const event = {
      requestId: `${account}-${atMs}`,
      atMs,
      accountId: `a${account}`,
      targetModel: "m",
      status: 200,
      inputTokens: 1,
      outputTokens: 1,
    };
    run.add({ account, event });
  }
  return [...(await run.finish(accounts)).scores];
}

describe("the volume threshold", () => {
  it("counts the busiest hour of each account, not all of its requests", async () => {
    const slow = Array.from({ length: 9 }, (_, hour): [number, number] => [0, hour * HOUR_MS]);
    const fast = Array.from({ length: 4 }, (_, second): [number, number] => [1, 20 * HOUR_MS + second * 1000]);
    expect(await scorePeaks([...slow, ...fast], 2)).toEqual([1, 4]);
  });
  it("says nothing of an account without requests", async () => {
    expect(await scorePeaks([[1, 0]], 2)).toEqual([-Infinity, 1]);
  });
});

/** No paper reports a figure of a volume threshold to hold ours against; what is published are volumes of campaigns. */
describe("the volume threshold against what is reported (Anthropic, 23 February 2026: 16 million exchanges of about 24,000 accounts)", () => {
  it("sees a person's busy hour above an account with its share of them, even had all been sent in one week", async () => {
    const exchanges = Math.round(16_000_000 / 24_000);
    const week = 7 * 24 * HOUR_MS;
    const member = Array.from({ length: exchanges }, (_, at): [number, number] => [0, Math.floor((at * week) / exchanges)]);
    const person = Array.from({ length: 20 }, (_, minute): [number, number] => [1, week + minute * 60_000]);
    const [pool, busy] = await scorePeaks([...member, ...person], 2);
    expect([exchanges, pool, busy]).toEqual([667, 4, 20]);
  });
});
