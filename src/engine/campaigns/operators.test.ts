import { describe, expect, it } from "vitest";
import { buildPopulation, selectGroup, type TestAccount } from "../../sdk/testing/population.js";
import { AccountFact } from "../../vocabulary/fingerprint.js";
import type { EvidenceGroup, Signal } from "../../vocabulary/signal.js";
import { fuseSignals } from "./fusion.js";
import type { TrackedCampaign } from "./naming.js";
import { weighOperators } from "./operators.js";

const say = (group: EvidenceGroup, nats: number, more: Partial<Signal> = {}): Signal => ({
  detection: `${group}-test`,
  group,
  logLikelihoodRatio: nats,
  spoofable: 2,
  because: `${group} ${nats > 0 ? "speaks" : "contradicts"}.`,
  ...more,
});
const strong = [say("content", 4), say("behaviour", 4)];

interface Situation {
  signals?: Signal[];
  /** Requests of each account that have nothing to do with the work load, beside ten that have. */
  unrelated?: number;
  createdAtHours?: number;
  verified?: boolean;
  programme?: string;
  successorOf?: string;
  /** Others who carry the prompt. */
  copycats?: number;
  /** Hours between two requests. */
  pace?: number;
  probability?: number;
}

function weigh({ signals = strong, unrelated = 0, copycats = 0, pace = 7, probability = 0.9, ...more }: Situation) {
  const send = (family: string, count: number) => Array.from({ length: count }, (_, index) => ({ atHours: index * pace, family }));
  const member: TestAccount = {
    requests: [...send("work", 10), ...send("own", unrelated)],
    ...(more.createdAtHours === undefined ? {} : { createdAtHours: more.createdAtHours }),
  };
  const population = buildPopulation({
    accounts: [...Array.from({ length: 6 }, () => member), ...Array.from({ length: copycats }, () => ({ requests: send("work", 1) }))],
  });
  if (more.verified) population.facts.fill(AccountFact.known | AccountFact.verifiedStrongly);
  const group = selectGroup(population, { accounts: [0, 1, 2, 3, 4, 5], families: ["work"] });
  const campaign: TrackedCampaign = {
    id: "campaign--a",
    probability,
    successorOf: more.successorOf ?? null,
    mergedFrom: [],
    splitFrom: null,
    standby: [],
    group,
    carriers: group,
    carrierSignals: new Map(),
    memberProbabilities: new Float64Array(6).fill(1),
    origin: "niche",
    signals,
    fusion: fuseSignals(signals),
  };
  const programmes = population.accountIds.map(() => more.programme ?? "");
  const [own, rented, research, contractor, strangers] = weighOperators(campaign, { ...population, programmes });
  return { own, rented, research, contractor, strangers };
}

const sum = (situation: Situation): number => Object.values(weigh(situation)).reduce((total, { probability }) => total + probability, 0);

describe("weighOperators", () => {
  it.each<[string, Situation]>([
    ["a campaign of which nothing is known", {}],
    ["evidence on every side", { signals: [...strong, say("registration", 4), say("infrastructure", -1)], unrelated: 30, copycats: 9 }],
    ["a doubtful one", { probability: 0.3, createdAtHours: -5000, verified: true, programme: "education" }],
  ])("adds up to 1, the hostile ones to the campaign's probability, for %s", (_, situation) => {
    const { own, rented } = weigh(situation);
    expect(sum(situation)).toBeCloseTo(1, 3);
    expect(own.probability + rented.probability).toBeCloseTo(situation.probability ?? 0.9, 3);
  });

  it.each<[string, Situation, "own" | "rented"]>([
    ["shared instruments and new accounts without customers", { signals: [...strong, say("registration", 4)], createdAtHours: -10 }, "own"],
    [
      "aged accounts with customers beside, nothing shared",
      { signals: [...strong, say("registration", -1)], createdAtHours: -5000, unrelated: 30 },
      "rented",
    ],
    [
      "a pool fed from two queues, with customers beside",
      { signals: [...strong, say("behaviour", 1, { division: [] })], unrelated: 30 },
      "rented",
    ],
  ])("finds in %s its owner", (_, situation, likelier) => {
    const weighed = weigh(situation);
    const other = likelier === "own" ? "rented" : "own";
    expect(weighed[likelier].probability).toBeGreaterThan(2 * weighed[other].probability);
    expect(weighed[likelier].for.length).toBeGreaterThan(weighed[likelier].against.length);
  });

  it.each<[string, Situation, "research" | "contractor" | "strangers"]>([
    [
      "verified accounts of a programme that send the same items",
      { signals: [say("content", -3)], createdAtHours: -5000, verified: true, programme: "security_research" },
      "research",
    ],
    ["people at work in office hours who differ", { signals: [say("behaviour", -3)], pace: 0.5 }, "contractor"],
    [
      "people with a prompt that everybody has",
      { signals: [say("behaviour", -3), say("registration", -1)], copycats: 20, unrelated: 30 },
      "strangers",
    ],
  ])("of the innocent explanations of %s, prefers the right one", (_, situation, likeliest) => {
    const { research, contractor, strangers } = weigh({ ...situation, probability: 0.3 });
    const innocent = { research, contractor, strangers };
    const best = Object.entries(innocent).sort((a, b) => b[1].probability - a[1].probability)[0][0];
    expect(best).toBe(likeliest);
  });

  it("tells figures, not only directions", () => {
    expect(weigh({ unrelated: 30 }).rented.for.join(" ")).toContain("75 % of what the accounts send has nothing to do");
    expect(weigh({ copycats: 18 }).strangers.for.join(" ")).toContain("75 % of those who carry its prompts are not in it");
  });

  it("counts a takeover after a ban against every innocent explanation", () => {
    const { research, contractor, strangers, own } = weigh({ successorOf: "campaign--b" });
    for (const one of [research, contractor, strangers]) expect(one.against.join(" ")).toContain("campaign--b");
    expect(own.for.join(" ")).toContain("campaign--b");
  });

  it("does not count three signals of one group three times", () => {
    const once = weigh({ signals: [...strong, say("registration", 4)] });
    const often = weigh({ signals: [...strong, say("registration", 2), say("registration", 1), say("registration", 1)] });
    expect(often.own.probability).toBeCloseTo(once.own.probability, 3);
  });
});
