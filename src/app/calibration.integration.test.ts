import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CalibrationFile } from "../vocabulary/calibration.js";
import type { Report } from "../vocabulary/report.js";
import { createWorkshop } from "./testing/command-line.js";

const workshop = createWorkshop();
afterAll(() => workshop.remove());

/** Large enough for crowds to look alike, small enough for a test. */
const WORLD = ["--accounts", "700"];
const readText = (...names: string[]): string => readFileSync(workshop.path(...names), "utf8");
const readCalibration = (): CalibrationFile => JSON.parse(readText("calibration.json")) as CalibrationFile;
const readReport = (folder: string): Report => JSON.parse(readText(folder, "report.json")) as Report;
const readAccounts = (folder: string): { standing: string }[] =>
  readText(folder, "accounts.ndjson")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { standing: string });
const analyze = (out: string, options: readonly string[]) =>
  workshop.run(["analyze", "unseen/requests.ndjson", "--accounts", "unseen/accounts.ndjson", "--no-exemplars", "--out", out, ...options]);

beforeAll(() => {
  for (const [name, seed, campaigns] of [
    ["benign", "911", "none"],
    ["unseen", "912", "none"],
    ["attacked", "913", "moonshot"],
  ])
    expect(workshop.run(["simulate", "--out", name, "--seed", seed, "--campaigns", campaigns, ...WORLD]).status).toBe(0);
  expect(workshop.run(["calibrate", "--world", "benign", "attacked", "--out", "calibration.json"]).status).toBe(0);
}, 300_000);

describe("a false-positive rate set on benign traffic", () => {
  it("rests on a calibration that counts crowds and says what each bar costs", () => {
    const { benign, sources, thresholds, reliability } = readCalibration();
    expect(benign.accounts).toBeGreaterThan(500);
    expect(benign.organizations).toBeLessThanOrEqual(benign.accounts);
    expect(sources).toEqual([
      `simulated world with seed 911, 700 accounts, 16800 requests, no campaigns, bundled material, ${benign.accounts} benign accounts, for the bar and for whether probabilities come true`,
      "simulated world with seed 913, 700 accounts, 16800 requests, campaigns moonshot, bundled material, for whether probabilities come true",
    ]);
    expect(reliability?.source).toContain("2 worlds");
    expect(reliability?.bins.some(({ said, accounts }) => said > 0.9 && accounts > 5)).toBe(true);
    expect(thresholds.length).toBeGreaterThanOrEqual(2);
    for (const { low, expected, high } of thresholds) expect(low <= expected && expected <= high).toBe(true);
  });

  it("is kept on a world that the calibration never saw, within the interval", () => {
    const rate = 0.02;
    const { status } = analyze("kept", ["--calibration", "calibration.json", "--false-positive-rate", String(rate)]);
    expect(status).toBe(0);
    const accounts = readAccounts("kept");
    const { calibration, coverage } = readReport("kept");
    expect(calibration).toMatchObject({ asked_rate: rate, is_promised: true });
    expect(coverage["false_positive_rate"]).toBeUndefined();
    const share = accounts.filter(({ standing }) => standing === "campaign").length / accounts.length;
    expect(share).toBeLessThanOrEqual(Math.max(rate, calibration?.cost.high ?? 0));
  });

  it("that the traffic is too small for is not promised, in the report and on standard error", () => {
    const { status, stderr } = analyze("strict", ["--calibration", "calibration.json", "--false-positive-rate", "1e-5"]);
    expect(status).toBe(0);
    expect(stderr).toMatch(/0\.1 in 10,000, is not promised/);
    const { calibration, coverage } = readReport("strict");
    expect(coverage["false_positive_rate"]).toMatch(/is not promised/);
    expect(calibration?.is_promised).toBe(false);
    expect(calibration?.bar.log_odds).toBeGreaterThan(readReport("kept").calibration?.bar.log_odds ?? 0);
    expect(readText("strict", "report.html")).toContain("too small to promise it");
  });

  it("can be checked on unseen traffic without setting anything", () => {
    const { status, stdout } = workshop.run(["calibrate", "--world", "unseen", "--check", "calibration.json", "-o", "json"]);
    expect(status).toBe(0);
    const checks = JSON.parse(stdout) as { rate: number; is_promised: boolean; is_met: boolean; cost: { log_odds: number } }[];
    for (const { is_promised: isPromised, is_met: isMet } of checks) expect(isMet || !isPromised).toBe(true);
    const bars = checks.map(({ cost }) => cost.log_odds);
    expect(bars).toEqual([...bars].sort((a, b) => a - b));
  });
});

describe("what cannot be calibrated", () => {
  it.each<[claim: string, args: string[], code: string]>([
    ["a world that has attackers alone", ["calibrate", "--world", "attacked"], "SW1311"],
    ["nothing", ["calibrate"], "SW1004"],
    ["a folder that is no world", ["calibrate", "--world", "nowhere"], "SW1609"],
  ])("%s ends with status 2 and a code", (_, args, code) => {
    const { status, stderr } = workshop.run(args);
    expect({ status, code: /^SW\d{4}/m.exec(stderr)?.[0] }).toEqual({ status: 2, code });
  });

  it.each<[claim: string, options: string[], code: string]>([
    ["a calibration that is not there", ["--calibration", "none.json"], "SW1310"],
    ["a file that is no calibration", ["--calibration", "unseen/world.json"], "SW1310"],
    ["a calibration without counts", ["--calibration", "half.json"], "SW1310"],
    ["a rate of nothing", ["--false-positive-rate", "0"], "SW1004"],
    ["a rate that is no number", ["--false-positive-rate", "few"], "SW1004"],
  ])("%s stops the analysis before it begins", (_, options, code) => {
    writeFileSync(workshop.path("half.json"), JSON.stringify({ ...readCalibration(), benign: { accounts: 5 } }));
    const { status, stderr } = analyze("refused", options);
    expect({ status, code: /^SW\d{4}/m.exec(stderr)?.[0] }).toEqual({ status: 2, code });
  });
});
