import { describe, expect, it } from "vitest";
import type { Technique } from "../../sdk/index.js";
import { listHostileGroups } from "../../sdk/testing/hostile-groups.js";
import { buildPopulation, selectGroup, type TestAccount } from "../../sdk/testing/population.js";
import detection from "./detection.js";

interface Aim {
  /** Share of the members' requests with a technique. */
  share: number;
  technique?: Technique;
  /** How many of a hundred other accounts ask for it all the time. */
  others?: number;
  /** False in a log without text. */
  hasText?: boolean;
}

function examine({ share, technique = "articulate_reasoning", others = 0, hasText = true }: Aim) {
  const send = (hits: number): TestAccount => ({
    requests: Array.from({ length: 10 }, (_, index) => ({
      atHours: index,
      family: "own",
      ...(hasText ? { item: 1 + index } : {}),
      techniques: index < hits ? [technique] : [],
    })),
  });
  const crowd = Array.from({ length: 100 }, (_, position) => send(position < others ? 10 : 0));
  const population = buildPopulation({ accounts: [...Array.from({ length: 8 }, () => send(10 * share)), ...crowd] });
  return detection.examine(selectGroup(population, { accounts: [0, 1, 2, 3, 4, 5, 6, 7] }), population);
}

describe("extraction-aim", () => {
  it.each<[string, Aim, number]>([
    ["a group that asks for nothing else", { share: 1 }, 4],
    ["a group that hides it among as much unrelated work", { share: 0.5 }, 4],
    ["a group that asks what five of a hundred others ask", { share: 1, others: 5 }, 2.5],
  ])("finds %s", (_claim, aim, nats) => {
    expect(examine(aim)?.logLikelihoodRatio).toBeGreaterThanOrEqual(nats);
  });

  it.each<[string, Aim]>([
    ["the aim is half of the crowd's", { share: 1, others: 50 }],
    ["the aim is everybody's", { share: 1, others: 100 }],
  ])("says too little to count when %s", (_claim, aim) => {
    expect(examine(aim)?.logLikelihoodRatio ?? 0).toBeLessThan(1);
  });

  it.each<[string, Aim]>([
    ["nobody asks for anything", { share: 0 }],
    ["the log carries no text", { share: 1, hasText: false }],
  ])("has nothing to say when %s", (_claim, aim) => {
    expect(examine(aim)).toBeNull();
  });

  it("names what is asked for", () => {
    expect(examine({ share: 1, technique: "rubric_grading" })?.because).toContain("rubric grading");
  });

  it.each(listHostileGroups())("has nothing to say about $claim", ({ group, population }) => {
    expect(detection.examine(group, population)).toBeNull();
  });
});
