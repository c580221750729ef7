/** The page of a report with more campaigns than anybody reads: seconds of drawing maps. */
import { describe, expect, it } from "vitest";
import { addProblem, createQuarantineDigest, digestAccounts } from "./digest.js";
import { renderReportHtml } from "./html.js";
import { buildCrowdedReport } from "./testing/hostile-report.js";
import type { SampleReport } from "./testing/sample-report.js";

function render(sample: SampleReport): string {
  const quarantine = createQuarantineDigest();
  for (const problem of sample.quarantine) addProblem(quarantine, problem);
  return renderReportHtml({ report: sample.report, pictures: sample.pictures, accounts: digestAccounts(sample.accounts), quarantine });
}

describe("a report of hundreds of campaigns", () => {
  it("stays below 5 MB for 500 campaigns of 24,000 accounts, and says what it left out", () => {
    const crowded = render(buildCrowdedReport({ campaigns: 600, accounts: 24_000, sentence: `<&"'>${"w ".repeat(51_200)}` }));
    expect(Buffer.byteLength(crowded)).toBeLessThan(5_000_000);
    expect(crowded).toContain("This page tells 24 campaigns in full, 476 in brief and 100 campaigns not at all");
    expect(crowded).toContain("120 of 24,000 accounts");
  });

  it("stays readable when 500 ordinary campaigns come at once", () => {
    const crowded = render(
      buildCrowdedReport({
        campaigns: 500,
        accounts: 24_000,
        sentence: "An ordinary sentence of an ordinary length, with figures: 41 of 44.",
      }),
    );
    expect(Buffer.byteLength(crowded)).toBeLessThan(3_000_000);
  });
});
