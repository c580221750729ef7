import { describe, expect, it } from "vitest";
import { AREA_MAX, measureLeakage } from "./leakage.js";
import { PLAYBOOKS } from "./options.js";
import { simulateWorld } from "./world.js";

describe("the guard against a flattering world, on many worlds", () => {
  it.each([
    ["the default campaigns", { seed: 101 }],
    ["another seed", { seed: 202 }],
    [
      "evasions of registration and network",
      { seed: 303, knobs: ["residential_ips", "random_ja4", "staggered_registration", "unique_payments"] as const },
    ],
    ["human hours at a low rate", { seed: 404, knobs: ["human_hours", "low_rate"] as const }],
    ["one scaffold an account, paraphrased", { seed: 606, knobs: ["one_scaffold_per_account", "paraphrase"] as const }],
    ["every playbook", { seed: 707, campaigns: PLAYBOOKS }],
    ["half unrelated traffic", { seed: 505, knobs: ["mix50"] as const }],
  ])("lets no single feature tell attackers apart: %s", (_name, options) => {
    const rows = measureLeakage(simulateWorld({ accounts: 2500, requests: 40_000, ...options }));
    expect(rows.length).toBeGreaterThan(30);
    expect(rows.filter((row) => row.area > AREA_MAX).map((row) => `${row.feature} ${row.area.toFixed(3)}`)).toEqual([]);
  });
});
