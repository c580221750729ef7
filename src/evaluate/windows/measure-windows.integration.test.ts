/** The window protocol on real prompts: tuned on one half, judged on the other. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { measureWindows, WINDOW_SHAPES, type WindowRow } from "./measure-windows.js";
import { halvePools, readWindowPools } from "./prompt-pools.js";

/** Real prompts; see the README of that folder. */
const DATA = process.env["STILLWATCH_DATA"] ?? join(import.meta.dirname, "../../../../shared/data");

describe.skipIf(!existsSync(DATA))("windows of real prompts", () => {
  it("of known kinds are found far more often than MMD reports, with few false alarms, and more than MMD here in every row", async () => {
    const pools = await readWindowPools(DATA);
    const rows = measureWindows({
      tuning: halvePools(pools, "first"),
      judged: halvePools(pools, "second"),
      shapes: WINDOW_SHAPES,
      crowds: ["people"],
      seed: 7,
      splits: 3,
      calibrationWindows: 160,
      benignWindows: 80,
      harvestWindows: 6,
    });
    const rateOf = (row: Partial<WindowRow>): WindowRow | undefined =>
      rows.find((each) => Object.entries(row).every(([key, value]) => each[key as keyof WindowRow] === value));
    const known = { harvest: "known-kinds", method: "ours-with-accounts" } as const;
    // detection targets: TPR .3 and .75 at FPR .5 %; published: .046 and .590.
    expect(rateOf({ ...known, size: 100 })?.truePositiveRate).toBeGreaterThanOrEqual(0.3);
    expect(rateOf({ ...known, size: 1_500 })?.truePositiveRate).toBeGreaterThanOrEqual(0.75);
    for (const row of rows.filter(({ method }) => method === "ours-with-accounts"))
      expect(row.falsePositiveInterval.low).toBeLessThanOrEqual(0.005);
    for (const row of rows.filter(({ method }) => method === "ours-with-accounts")) {
      const { size, mix, crowd, harvest } = row;
      expect(row.truePositiveRate).toBeGreaterThanOrEqual(rateOf({ size, mix, crowd, harvest, method: "mmd" })?.truePositiveRate ?? 1);
    }
  });
});

if (!existsSync(DATA)) console.warn(`not checked: windows of real prompts (no ${DATA}; set STILLWATCH_DATA)`);
