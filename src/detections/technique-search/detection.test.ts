import { describe, expect, it } from "vitest";
import type { Technique } from "../../sdk/index.js";
import { listStandings } from "../../engine/campaigns/standings.js";
import { trackCampaigns } from "../../engine/campaigns/track.js";
import { buildPopulation } from "../../sdk/testing/population.js";
import detection from "./detection.js";

interface Search {
  /** Requests with a technique, and how many different prompts they are. */
  tries: number;
  prompts?: number;
  /** Requests without one. */
  rest?: number;
  /** Taken in turns. */
  techniques?: readonly Technique[];
  /** Share of the tries cut from one scaffold. */
  scaffold?: number;
}

const SEVERAL: readonly Technique[] = ["fake_debugging", "articulate_reasoning", "inline_reasoning_tags"];

function build({ tries, prompts = tries, rest = 0, techniques = SEVERAL, scaffold = 0 }: Search) {
  const requests = Array.from({ length: tries + rest }, (_, index) => ({
    atHours: index / 10,
    item: 1 + (index < tries ? index % prompts : index),
    techniques: index < tries ? [techniques[index % techniques.length]] : [],
    ...(index < scaffold * tries ? { family: "one scaffold" } : {}),
  }));
  return buildPopulation({ accounts: [{ requests: [] }, { requests }] });
}

const inspect = (search: Search) => detection.inspect(1, build(search));

/** Where the account stands, with nothing else known. */
function stand(search: Search): string {
  const population = build(search);
  const tracking = trackCampaigns(population, [detection]);
  return [...listStandings(population, { tracking, accountDetections: [detection] })][1].standing;
}

describe("technique-search", () => {
  it.each<[string, Search]>([
    ["fifty tries", { tries: 50 }],
    ["fewer than 200 tries among as much camouflage", { tries: 190, rest: 190 }],
    ["the published 12,000", { tries: 12_000 }],
  ])("finds %s with evidence from content and from behaviour, so that one account is enough", (_claim, search) => {
    const signals = inspect(search);
    expect(signals.map(({ group }) => group)).toEqual(["content", "behaviour"]);
    for (const { logLikelihoodRatio } of signals) expect(logLikelihoodRatio).toBeGreaterThanOrEqual(2);
  });

  it.each([
    [39, "clear"],
    [40, "watch"],
    [120, "watch"],
    // Of 200 tries in farther wordings three in four are recognised.
    [150, "campaign"],
    [200, "campaign"],
  ])("has one that was recognised %i times in %s, so that a search is told before its 200th try", (tries, standing) => {
    expect(stand({ tries })).toBe(standing);
  });

  it("leaves heavy users alone, whatever they send besides", () => {
    expect(stand({ tries: 8, rest: 2000 })).toBe("clear");
    expect(stand({ tries: 100, rest: 400 })).toBe("clear");
    expect(stand({ tries: 400, techniques: SEVERAL.slice(0, 2) })).toBe("clear");
    expect(stand({ tries: 400, prompts: 100 })).toBe("clear");
  });

  it("has content alone to say when every prompt is tried again and again", () => {
    expect(inspect({ tries: 200, prompts: 50 }).map(({ group }) => group)).toEqual(["content"]);
  });

  it.each<[string, Search]>([
    ["a person meets a recognised phrase now and then", { tries: 8, rest: 400 }],
    ["fewer tries than a search needs", { tries: 30 }],
    ["one prompt again and again", { tries: 300, prompts: 1 }],
    ["tries among three times as much ordinary use", { tries: 60, rest: 180 }],
    ["a harvest with one scaffold", { tries: 200, scaffold: 0.9 }],
    ["one technique before every question of a data set", { tries: 700, techniques: ["articulate_reasoning"] }],
    ["a scaffold with two techniques", { tries: 200, techniques: SEVERAL.slice(0, 2) }],
    [
      "a data set in which a question happens to hold another technique's phrase",
      { tries: 200, techniques: Array.from({ length: 50 }, (_, index) => SEVERAL[Math.max(0, index - 47)]) },
    ],
    ["somebody who grades, which is work and no search", { tries: 200, techniques: ["rubric_grading"] }],
    ["nothing but ordinary use", { tries: 0, rest: 500 }],
    ["an account that sent nothing", { tries: 0 }],
  ])("is silent on %s", (_claim, search) => {
    expect(inspect(search)).toEqual([]);
  });

  it("is silent in a log without text", () => {
    const requests = Array.from({ length: 100 }, (_, index) => ({ atHours: index }));
    expect(detection.inspect(0, buildPopulation({ accounts: [{ requests }] }))).toEqual([]);
  });
});
