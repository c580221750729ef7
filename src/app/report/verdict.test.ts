import { describe, expect, it } from "vitest";
import type { Capability } from "../../vocabulary/feature.js";
import { createAccountDigest } from "./digest.js";
import { buildSampleReport } from "./testing/sample-report.js";
import { describeVerdict } from "./verdict.js";

const { report } = buildSampleReport();
const digest = { ...createAccountDigest(), standings: { campaign: 71, watch: 0, clear: 1929 } };

describe("the verdict", () => {
  it.each<[string, Capability, number, string]>([
    ["one campaign that is after reasoning", "reasoning", 1, "71 of 2,650 accounts act as one to harvest your models."],
    ["one campaign whose aim nothing tells", "unknown", 1, "71 of 2,650 accounts act as one."],
    ["several campaigns whose aims nothing tells", "unknown", 3, "3 campaigns: 71 of 2,650 accounts act together."],
    ["several campaigns that ask for anything", "general", 2, "2 campaigns: 71 of 2,650 accounts act together."],
  ])("claims no more than was seen: %s", (_, capability, count, sentence) => {
    const campaigns = Array.from({ length: count }, () => ({ ...report.campaigns[0], aims: [{ capability, share: 1 }] }));
    expect(describeVerdict({ ...report, campaigns }, digest)).toBe(sentence);
  });
});
