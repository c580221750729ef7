import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { describeWorld } from "../cli/world-files.js";
import { simulateWorld, type SimulateOptions } from "../../simulate/index.js";
import { nameWorld, readWorldGroups } from "./world-folder.js";

const folder = mkdtempSync(join(tmpdir(), "stillwatch-world-"));
afterAll(() => rmSync(folder, { recursive: true }));

const COUNTS = { requests: 0, harvestRequests: {}, accounts: 0, attackAccounts: 0, harvestingAccounts: 0, requestBytes: 0 };

function nameOf(options: SimulateOptions, half?: string): string {
  const world = simulateWorld({ accounts: 400, requests: 400, ...options });
  writeFileSync(join(folder, "world.json"), JSON.stringify(describeWorld(world, COUNTS, half)));
  return nameWorld(folder);
}

describe("nameWorld", () => {
  it.each<[what: string, SimulateOptions, half: string | undefined, told: RegExp]>([
    [
      "its seed and size",
      { seed: 921, campaigns: [] },
      undefined,
      /^simulated world with seed 921, 400 accounts, 400 requests, no campaigns, bundled material$/,
    ],
    ["which half of the material", { seed: 1, campaigns: [] }, "first", /, first half$/],
    ["its campaigns", { seed: 1, campaigns: ["moonshot", "minimax"] }, undefined, /, campaigns moonshot minimax,/],
    ["its evasions", { seed: 1, knobs: ["mix50", "low_rate"] }, undefined, /, evasions low_rate mix50,/],
    ["that it has no text", { seed: 1, isMetadataOnly: true }, undefined, /, metadata only,/],
  ])("tells %s", (_, options, half, told) => {
    expect(nameOf(options, half)).toMatch(told);
  });

  it("names a folder that tells nothing by its name, and no machine's path", () => {
    expect(nameWorld(join(folder, "february"))).toBe("world february");
  });
});

describe("readWorldGroups", () => {
  it("tells which campaign succeeds which, and to what release and when one moves", () => {
    nameOf({ seed: 1, campaigns: ["standby", "minimax"] });
    const groups = readWorldGroups(folder);
    expect(groups.find(({ id }) => id === "standby-1-successor")).toMatchObject({ successor_of: "standby-1" });
    const shift = groups.find(({ id }) => id === "minimax-1")?.shift;
    expect(Date.parse(shift?.released_at ?? "")).toBeGreaterThan(0);
  });

  it("answers none where nothing tells", () => {
    expect(readWorldGroups(join(folder, "nowhere"))).toEqual([]);
  });
});
