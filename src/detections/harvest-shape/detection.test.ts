import { describe, expect, it } from "vitest";
import { RequestFlag } from "../../sdk/index.js";
import { createRandom, type Random } from "../../sdk/testing/draws.js";
import { listHostileGroups } from "../../sdk/testing/hostile-groups.js";
import { buildPopulation, selectGroup, type TestAccount } from "../../sdk/testing/population.js";
import detection from "./detection.js";

/** Shares of requests with each trait. `null`: the log does not tell whether it was streamed. */
interface Shape {
  singleTurn: number;
  streamed: number | null;
  capped: number;
}

const HARVEST: Shape = { singleTurn: 1, streamed: 0, capped: 0.8 };
const USE: Shape = { singleTurn: 0.4, streamed: 0.7, capped: 0.05 };

function drawFlags(random: Random, { singleTurn, streamed, capped }: Shape): number {
  let flags: number = RequestFlag.hasText | (random.next() < singleTurn ? RequestFlag.singleTurn : 0);
  if (random.next() < capped) flags |= RequestFlag.capped;
  if (streamed !== null) flags |= RequestFlag.streamKnown | (random.next() < streamed ? RequestFlag.streamed : 0);
  return flags;
}

function examine(members: Shape, { crowd = USE, scripts = 0, others = 60 }: { crowd?: Shape; scripts?: number; others?: number } = {}) {
  const random = createRandom(17);
  const send = (shape: Shape): TestAccount => ({
    requests: Array.from({ length: 8 }, (_, index) => ({ atHours: index, family: "own", flags: drawFlags(random, shape) })),
  });
  const accounts = [
    ...Array.from({ length: 8 }, () => send(members)),
    ...Array.from({ length: others }, (_, position) => send(position < scripts ? HARVEST : crowd)),
  ];
  const population = buildPopulation({ accounts });
  return detection.examine(selectGroup(population, { accounts: [0, 1, 2, 3, 4, 5, 6, 7] }), population);
}

describe("harvest-shape", () => {
  it.each<[string, Parameters<typeof examine>, number]>([
    ["a harvest among people", [HARVEST], 1.9],
    ["a harvest where a fifth of the accounts are scripts", [HARVEST, { scripts: 12 }], 1],
    [
      "a harvest in a log that does not tell what was streamed",
      [{ ...HARVEST, streamed: null }, { crowd: { ...USE, streamed: null } }],
      1.5,
    ],
  ])("finds %s", (_claim, question, nats) => {
    expect(examine(...question)?.logLikelihoodRatio).toBeGreaterThanOrEqual(nats);
  });

  it.each<[string, Parameters<typeof examine>]>([
    ["people who share a scaffold", [USE]],
    ["a harvest where everybody sends like one", [HARVEST, { crowd: HARVEST }]],
    ["a harvest where there is no crowd to compare with", [HARVEST, { others: 5 }]],
  ])("says too little to count about %s", (_claim, question) => {
    expect(examine(...question)?.logLikelihoodRatio ?? 0).toBeLessThan(1);
  });

  it("speaks against a group that streams conversations more than others do", () => {
    expect(examine({ singleTurn: 0, streamed: 1, capped: 0 })?.logLikelihoodRatio).toBeLessThan(-1);
  });

  it.each(listHostileGroups())("has nothing to say about $claim", ({ group, population }) => {
    expect(detection.examine(group, population)).toBeNull();
  });
});
