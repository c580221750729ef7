import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import stringWidth from "string-width";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createProgram, runCommandLine } from "../main.js";
import { addScoreCommand } from "./score.js";

const ACCOUNT = { standing: "clear", probability: 0, campaign_id: null, events: 5, campaign_events: 0, signals: [] };
const ACCOUNTS = [
  { ...ACCOUNT, account_id: "a", standing: "campaign", probability: 0.98, campaign_id: "C1" },
  { ...ACCOUNT, account_id: "b", standing: "campaign", probability: 0.97, campaign_id: "C1" },
  { ...ACCOUNT, account_id: "c" },
];
const TRUTH = [
  { account_id: "a", label: "attack", campaign: "moon", segment: "harvest" },
  { account_id: "b", label: "attack", campaign: "moon", segment: "harvest" },
  { account_id: "c", label: "benign", campaign: null, segment: "classroom", crowd: "k1" },
  { request_id: "r1", campaign: "moon" },
];
const toLines = (rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

let folder = "";
let report = "";
let truth = "";
let stdout = "";
let stderr = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stillwatch-score-"));
  report = join(folder, "report");
  truth = join(folder, "truth.ndjson.gz");
  mkdirSync(report);
  writeFileSync(join(report, "report.json"), JSON.stringify({ schema: "stillwatch.report/1", campaigns: [] }));
  writeFileSync(join(report, "accounts.ndjson"), toLines(ACCOUNTS));
  writeFileSync(join(report, "requests.ndjson"), toLines([{ request_id: "r1", campaign_id: "C1" }]));
  writeFileSync(truth, gzipSync(toLines(TRUTH)));
  stdout = "";
  stderr = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => Boolean((stdout += String(text))));
  vi.spyOn(process.stderr, "write").mockImplementation((text) => Boolean((stderr += String(text))));
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const run = (...argv: string[]): Promise<number> => runCommandLine(["score", ...argv], createProgram([addScoreCommand]));

describe("stillwatch score", () => {
  it("prints the score as JSON", async () => {
    expect(await run("--report", report, "--truth", truth, "-o", "json")).toBe(0);
    const score: unknown = JSON.parse(stdout);
    expect(score).toMatchObject({
      schema: "stillwatch.score/1",
      overall: { attack_accounts: 2, found: 2, innocent: 0, slice_recall: 1, slice_precision: 1 },
      campaigns: [{ campaign: "moon", recall: { share: 1 }, covered_by: [{ id: "C1", accounts: 2 }] }],
      segments: [{ segment: "classroom", crowds: 1, crowds_in_campaign: 0 }],
    });
  });

  it("prints a table that fits 80 columns", async () => {
    expect(await run("--report", report, "--truth", truth)).toBe(0);
    const lines = stdout.split("\n");
    expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(80);
    expect(
      lines
        .find((line) => line.startsWith("moon"))
        ?.trim()
        .split(/\s{2,}/),
    ).toEqual(["moon", "2", "2", "100 %", "100 %", "100 %", "100 %"]);
    expect(stdout).toContain("classroom");
    expect(stdout).toContain("time to find");
  });

  it("names the campaigns that were merged in full, and cuts no share", async () => {
    const others = ["x", "y"];
    const label = { label: "attack", campaign: "another-campaign", segment: "harvest" };
    const sure = [...ACCOUNTS.slice(0, 2), ...others.map((id) => ({ ...ACCOUNTS[0], account_id: id }))];
    writeFileSync(join(report, "accounts.ndjson"), toLines(sure.map((line) => ({ ...line, probability: 0.9999 }))));
    writeFileSync(truth, gzipSync(toLines([...TRUTH, ...others.map((id) => ({ ...label, account_id: id }))])));
    expect(await run("--report", report, "--truth", truth)).toBe(0);
    expect(stdout).toContain("another-campaign: merged with moon\n");
    expect(stdout).toContain("said > 99.9 %  came true    100 %");
    expect(stdout).not.toContain("…");
  });

  it("takes earlier reports", async () => {
    expect(await run("--report", report, "--truth", truth, "--earlier", report, "-o", "json")).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ campaigns: [{ served_before_found: 1 }] });
  });

  it.each([
    ["no report folder", () => rmSync(report, { recursive: true }), "SW1601"],
    ["no accounts.ndjson", () => rmSync(join(report, "accounts.ndjson")), "SW1601"],
    ["a report.json that is no JSON", () => writeFileSync(join(report, "report.json"), "{"), "SW1602"],
    ["a report of another schema", () => writeFileSync(join(report, "report.json"), '{"schema":"other/2"}'), "SW1602"],
    ["a cut account line", () => writeFileSync(join(report, "accounts.ndjson"), toLines(ACCOUNTS).slice(0, -30)), "SW1602"],
    [
      "an impossible probability",
      () => writeFileSync(join(report, "accounts.ndjson"), toLines([{ ...ACCOUNTS[0], probability: 1.5 }])),
      "SW1602",
    ],
    ["a request line without campaign", () => writeFileSync(join(report, "requests.ndjson"), '{"request_id":"r1"}\n'), "SW1602"],
    ["no truth", () => rmSync(truth), "SW1603"],
    ["a truth that is a folder", () => (rmSync(truth), mkdirSync(truth)), "SW1603"],
    ["a truncated gzip", () => writeFileSync(truth, gzipSync(toLines(TRUTH)).subarray(0, 60)), "SW1604"],
    ["a line that is no object", () => writeFileSync(truth, "[1]\n"), "SW1604"],
    ["a label that does not exist", () => writeFileSync(truth, '{"account_id":"a","label":"bad","campaign":null}\n'), "SW1604"],
    ["a line about nothing", () => writeFileSync(truth, '{"campaign":"moon"}\n'), "SW1604"],
    ["a campaign that is a number", () => writeFileSync(truth, '{"request_id":"r","campaign":7}\n'), "SW1604"],
    ["an empty truth", () => writeFileSync(truth, ""), "SW1605"],
    [
      "two labels for one account",
      () => writeFileSync(truth, toLines([TRUTH[0], { ...TRUTH[0], label: "benign", campaign: null }])),
      "SW1606",
    ],
  ])("ends with status 2 and a code on %s", async (_what, damage, code) => {
    damage();
    expect(await run("--report", report, "--truth", truth)).toBe(2);
    expect(stderr.split(" ")[0]).toBe(code);
    expect(stdout).toBe("");
  });

  it("says file and line, and never shows the line", async () => {
    writeFileSync(truth, `${toLines(TRUTH.slice(0, 1))}{"account_id": "secret-\n`);
    expect(await run("--report", report, "--truth", truth)).toBe(2);
    expect(stderr).toContain(`${truth}:2`);
    expect(stderr).not.toContain("secret");
  });
});
