import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { detections } from "../../detections/index.js";
import { checkDetection, createFixtureRunner, findDetectionFolder } from "./detection-fixtures.js";
import { runOnPopulation } from "./detection-groups.js";

/** Least that each detection says about its attack, in nats: half of what it says today, so that tuning moves figures and not claims. */
const ATTACK_NATS_MIN: Readonly<Record<string, number>> = {
  "access-programme-abuse": 0.5,
  "common-rate-process": 1.5,
  "exchangeable-mix": 2.5,
  "extraction-aim": 2,
  "harvest-shape": 1,
  lockstep: 1,
  "reasoning-handle-replay": 2.5,
  "registration-burst": 2,
  "release-shift": 1.2,
  "safeguard-arbitrage": 1.5,
  "shared-infrastructure": 2,
  "shared-pool": 0.5,
  "shared-rare-instrument": 2.5,
  "successor-pool": 1.1,
  "technique-search": 1.2,
  "trace-cleaning": 2,
  "work-queue": 1,
};

const readNats = (says: string): number => Number(/^([+−][\d.]+) nats/.exec(says)?.[1].replace("−", "-") ?? 0);

// One after the other: a process may hold one data folder of the embedded store at a time.
describe("fixtures on the way of a log that is analysed", () => {
  const others = detections.filter(({ level }) => level !== "request");

  it("has a least figure for every detection that weighs something", () => {
    const weighing = others.filter(({ isContext }) => isContext !== true);
    expect(weighing.map(({ name }) => name)).toEqual(Object.keys(ATTACK_NATS_MIN));
  });

  it.each(others)(
    "$name fires on its attack, leaves its innocent twins and ordinary use alone, and reads as expected.md says",
    async (detection) => {
      const outcome = await checkDetection(detection, findDetectionFolder(detection.name), createFixtureRunner(runOnPopulation));
      expect(outcome.fixtures.map(({ kind, problems }) => ({ kind, problems }))).toEqual([
        { kind: "attack", problems: [] },
        { kind: "lookalike", problems: [] },
        { kind: "quiet", problems: [] },
      ]);
      const [attack, lookalike, quiet] = outcome.fixtures;
      for (const { says, isPair } of attack.findings) {
        if (isPair !== true) expect(readNats(says)).toBeGreaterThanOrEqual(ATTACK_NATS_MIN[detection.name] ?? 0);
      }
      // A fixture that asks nobody would hold whatever the detection did.
      expect(Math.min(lookalike.findings.length, quiet.findings.length)).toBeGreaterThan(0);
      expect(outcome.golden).toBe(outcome.isGoldenCurrent ? outcome.golden : "expected.md; run `stillwatch detections test --update`");
    },
  );
});

describe("a fixture whose groups are wrong", () => {
  const [detection] = detections.filter(({ level }) => level === "group");
  const event = { at: "2026-02-10T00:01:00Z", account_id: "acct-1", target_model: "m", status: 200, input_tokens: 1, output_tokens: 1 };

  it.each([
    ["is not JSON", "{", "SW1706"],
    ["names no account", '{"group": "nobody", "accounts": []}', "SW1706"],
    ["names an account that sends nothing", '{"group": "ghost", "accounts": ["acct-9"]}', "SW1707"],
  ])("is refused when a line %s", async (_claim, line, code) => {
    const folder = mkdtempSync(join(tmpdir(), "stillwatch-groups-"));
    try {
      const [path, groups] = [join(folder, "attack.ndjson"), join(folder, "attack.groups.ndjson")];
      writeFileSync(path, `${JSON.stringify({ request_id: "r-1", ...event })}\n`);
      writeFileSync(groups, `${line}\n`);
      await expect(runOnPopulation(detection, { path, events: [], sideFiles: { groups } })).rejects.toMatchObject({ problem: { code } });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
