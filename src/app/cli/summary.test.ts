import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { digestAccounts } from "../report/digest.js";
import { buildCrowdedReport, buildHostileReport } from "../report/testing/hostile-report.js";
import { buildSampleReport, type SampleReport } from "../report/testing/sample-report.js";
import { renderSummary } from "./summary.js";

const nothingFound = (): SampleReport => {
  const sample = buildSampleReport();
  return { ...sample, report: { ...sample.report, campaigns: [] }, accounts: sample.accounts.filter((line) => line.standing === "clear") };
};
const worlds: [string, SampleReport][] = [
  ["three campaigns", buildSampleReport()],
  ["500 campaigns", buildCrowdedReport({ campaigns: 500, accounts: 24_000, sentence: "A sentence. ".repeat(40) })],
  ["hostile text", buildHostileReport()],
  ["wide characters", buildHostileReport("推理".repeat(400))],
  ["names of 100 kB", buildHostileReport("x".repeat(102_400))],
  ["nothing found", nothingFound()],
];
const screens: [number, number][] = [
  [80, 24],
  [100, 40],
  [200, 60],
  [20, 5],
];

const print = ({ report, accounts }: SampleReport, width: number, height: number, isColour = false): string =>
  renderSummary({ report, accounts: digestAccounts(accounts), width, height, isColour, folder: "out" });

describe("the summary in a terminal", () => {
  it.each(worlds.flatMap(([name, world]) => screens.map(([width, height]) => ({ name, world, width, height }))))(
    "of $name fits $width × $height",
    ({ world, width, height }) => {
      const lines = print(world, width, height).trimEnd().split("\n");
      expect(lines.length).toBeLessThanOrEqual(Math.min(40, Math.max(24, height)) - 1);
      // Commands are never cut or wrapped: a command that was cut does something else.
      const prose = lines.filter((line) => !/^(Read|Explain) /.test(line));
      expect(Math.max(...prose.map((line) => stringWidth(line)))).toBeLessThanOrEqual(Math.min(100, Math.max(60, width)));
    },
  );

  it.each(worlds)("of %s holds no control character", (_, world) => {
    expect(print(world, 80, 24)).not.toMatch(/[^\P{C}\n]/u);
  });

  it("says most important things first, and where to read on", () => {
    const lines = print(buildSampleReport(), 100, 40).split("\n");
    expect(lines[1]).toBe("3 campaigns: 250 of 2,650 accounts act together to harvest your models.");
    expect(lines[2]).toBe("1,204,551 requests · 5 Jan – 1 Feb 2026 · 312 duplicates · 18 records set aside");
    expect(lines.join("\n")).toContain("Reasoning and grading harvest · c-7f3a91d2c04be815");
    expect(lines.join("\n")).toContain("began to move from aster-4 to aster-5 on 22 Jan 2026");
    expect(lines.join("\n")).toContain("Not fully checked: text · registration · reasoning handles");
    expect(lines.join("\n")).toContain("stillwatch explain campaign c-7f3a91d2c04be815 --report out");
  });

  it("names the file of what was set aside, and the commonest reason", () => {
    const { report, accounts } = buildSampleReport();
    const kind = (code: string, lines: number) => ({ code, what: `${code} went wrong`, why: "", fix: "", lines, places: [] });
    const quarantine = { lines: 18, kinds: [kind("SW1106", 1), kind("SW1201", 17)] };
    const summary = renderSummary({ report, accounts: digestAccounts(accounts), quarantine, width: 100, isColour: false, folder: "out" });
    expect(summary).toContain("Set aside: out/quarantine.ndjson · 17 of 18 SW1201: SW1201 went wrong");
  });

  it("counts the campaigns that have no room", () => {
    const summary = print(worlds[1][1], 80, 24);
    const shown = summary.split("\n").filter((line) => line.startsWith("▌")).length;
    expect(summary).toContain(`and ${500 - shown} more campaigns, in report.html`);
  });

  it("uses colour only when told to", () => {
    expect(print(buildSampleReport(), 80, 24, true)).toContain("\u001b[1m");
    expect(print(buildSampleReport(), 80, 24, false)).not.toContain("\u001b");
  });
});
