import { describe, expect, it } from "vitest";
import { createQuarantineDigest, addProblem, digestAccounts } from "./digest.js";
import { renderReportHtml } from "./html.js";
import { buildHostileReport, HOSTILE_TEXT } from "./testing/hostile-report.js";
import { buildSampleReport, type SampleReport } from "./testing/sample-report.js";

function render(sample: SampleReport): string {
  const quarantine = createQuarantineDigest();
  for (const problem of sample.quarantine) addProblem(quarantine, problem);
  return renderReportHtml({ report: sample.report, pictures: sample.pictures, accounts: digestAccounts(sample.accounts), quarantine });
}

const page = render(buildSampleReport());

describe("the page of a report", () => {
  it.each([
    ["the verdict", "<h1>3 campaigns: 250 of 2,650 accounts act together to harvest your models.</h1>"],
    ["three sentences why", "<ol><li>180 accounts that claim 171 organizations"],
    ["confidence in words", "<strong>Almost certain</strong>"],
    ["confidence as a number", "over 99 in 100 that these accounts act as one"],
    ["the release", "aster-5 released"],
    ["the ban", "96 banned"],
    ["the shift, at the hour when it began", "begins to move to aster-5"],
    ["the map of evidence", "Evidence by account and group"],
    ["marked slots", '<mark class="slot">⟨slot⟩</mark>'],
    ["how easily a link is faked", "Costly to fake"],
    ["counter-evidence", "3 accounts passed identity verification."],
    ["the nearest innocent explanation", "Nearest innocent explanation."],
    ["whom we would have touched", "verified accounts"],
    ["ancestry", 'It took over from <a href="#campaign-1">'],
    ["succession", 'Its work went on in <a href="#campaign-2">'],
    ["competing hypotheses", "A proxy network that sells access to several customers"],
    ["the classroom that was left alone", "One homework sheet, sent by 212 accounts"],
    ["how many others were left alone", "and 1,203 more groups for which less spoke, not listed here"],
    ["what could not be checked", "No request carried reasoning handles; replay could not be checked."],
    ["what was set aside", "requests-01.ndjson:4"],
    ["limits", "A probability is not proof."],
  ])("tells %s", (_, text) => {
    expect(page).toContain(text);
  });

  it("asks for nothing from anywhere and forbids it", () => {
    expect(page).toContain("default-src &#39;none&#39;");
    expect(page).not.toMatch(/(src|href|action)="(?!#|data:,)/);
    expect(page).not.toMatch(/<script|url\(|@import|style="/);
  });

  it("is the same for the same report, whatever its timings were", () => {
    const sample = buildSampleReport();
    sample.report.timings = { acquire_ms: 1 };
    expect(render(sample)).toBe(page);
  });

  it("does without pictures, families, links, reasons and quarantine", () => {
    const { report, accounts } = buildSampleReport();
    report.campaigns = report.campaigns.map((campaign) => ({
      ...campaign,
      aims: [],
      families: [],
      links: [],
      operators: [],
      because: [],
      counter_evidence: [],
    }));
    const bare = renderReportHtml({
      report,
      pictures: { campaigns: {}, releases: [], leftAlone: [], leftAloneOmitted: 0 },
      accounts: digestAccounts(accounts),
    });
    expect(bare).toContain("No reason was recorded.");
    expect(bare).toContain("That is not the same as nothing being there.");
    expect(bare).not.toMatch(/undefined|NaN|\[object/);
  });

  it("says so when nothing was found, or there was nothing to look at", () => {
    const sample = buildSampleReport();
    const accounts = digestAccounts([]);
    const nothing = { ...sample.report, campaigns: [] };
    const empty = { ...nothing, window: { from: null, to: null }, counts: { events: 0, duplicates: 0, quarantined: 0, accounts: 0 } };
    const pictures = { campaigns: {}, releases: [], leftAlone: [], leftAloneOmitted: 0 };
    expect(renderReportHtml({ report: nothing, pictures, accounts })).toContain("<h1>No campaign was found among 2,650 accounts.</h1>");
    expect(renderReportHtml({ report: empty, pictures, accounts })).toContain(
      "<h1>There were no requests to look at, so nothing can be said.</h1>",
    );
  });
});

describe("what could not be checked", () => {
  it("gives no all-clear where no gap is known", () => {
    const { report, pictures, accounts } = buildSampleReport();
    const page = renderReportHtml({ report: { ...report, coverage: {} }, pictures, accounts: digestAccounts(accounts) });
    expect(page).toContain("No gap is known.");
    expect(page).not.toMatch(/every check/i);
  });
});

describe("a report that wants to hurt its reader", () => {
  const hostile = render(buildHostileReport());

  it("contains hostile text as text only", () => {
    expect(hostile).toContain("&lt;script&gt;");
    expect(hostile).not.toMatch(/<script|<img|document\.title='owned'/);
    // Outside of the two elements of our own that hold them, no title or style is closed or opened.
    expect(hostile.match(/<\/style>/g)).toHaveLength(1);
    expect(hostile).not.toMatch(/[^\P{C}\n\t]/u);
    expect(HOSTILE_TEXT).toMatch(/[^\P{C}\n\t]/u);
  });
});
