/**
 * `report.html`: one file that a person can forward. No script, no network, no font from elsewhere, and a policy in the page that forbids
 * them; the same input gives the same bytes, whatever the clock says.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Report, ReportPictures } from "../../vocabulary/report.js";
import type { AccountDigest, QuarantineDigest } from "./digest.js";
import { html, toMarkup, trustMarkup, type SafeHtml } from "./safe-html.js";
import { renderCalibration } from "./sections/calibration.js";
import { renderCampaigns, renderOverview, splitCampaigns } from "./sections/campaigns.js";
import {
  renderAccounts,
  renderCoverage,
  renderLeftAlone,
  renderMethod,
  renderPolicyFacts,
  renderQuarantine,
} from "./sections/remainder.js";
import { describeVerdict, rankCampaigns } from "./verdict.js";
import { countNoun, formatCount, formatPeriod, formatShare } from "./wording.js";

const STYLE = readFileSync(new URL("./report.css", import.meta.url), "utf8");
/** Only this very style sheet may run: text that slipped through as markup could neither load, send nor restyle anything. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'; img-src data:; base-uri 'none'; form-action 'none'`;

/** What the page shows. */
export interface ReportPage {
  report: Report;
  pictures: ReportPictures;
  accounts: AccountDigest;
  quarantine?: QuarantineDigest;
}

/** Renders the page; below 5 MB whatever it is given, and it says what it left out. */
export function renderReportHtml({ report, pictures, accounts, quarantine }: ReportPage): string {
  const campaigns = rankCampaigns(report.campaigns);
  const frame = { report, campaigns, pictures, accounts };
  const verdict = describeVerdict(report, accounts);
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer"><meta name="robots" content="noindex">
<link rel="icon" href="data:,"><title>${verdict} – stillwatch</title><style>${trustMarkup(STYLE)}</style></head>
<body><a class="skip" href="#report">Skip to the report</a>
<header class="masthead"><p class="kicker"><b>stillwatch</b> · ${report.window.from === null ? "report without any request" : html`report on the requests of ${formatPeriod(report.window.from, report.window.to)}`}</p><h1>${verdict}</h1>${renderTotals(frame)}${renderContents(frame.campaigns.length)}</header>
<main id="report">${renderOverview(frame)}${renderCampaigns(frame)}${renderAccounts(accounts)}${renderLeftAlone(pictures)}${renderPolicyFacts(report.policy_facts)}${renderCoverage(report.coverage)}${renderQuarantine(report.counts.quarantined, quarantine)}${renderCalibration(report.calibration)}${renderMethod()}</main>
<footer><p>${describeOmissions(frame.campaigns.length)} Everything is in <code>report.json</code>, <code>accounts.ndjson</code> and, where they were asked for, <code>requests.ndjson</code>. Format <code>${report.schema}</code>.</p></footer></body></html>
`;
  return toMarkup(page);
}

function renderTotals({ report, accounts }: { report: Report; accounts: AccountDigest }): SafeHtml {
  const { counts } = report;
  const gaps = Object.keys(report.coverage).length;
  const figures: [string, string, string][] = [
    [
      formatCount(counts.events),
      counts.events === 1 ? "request" : "requests",
      counts.duplicates > 0 ? `${countNoun(counts.duplicates, "duplicate")} dropped` : "",
    ],
    [formatCount(counts.accounts), counts.accounts === 1 ? "account" : "accounts", `${formatCount(accounts.standings.watch)} to watch`],
    [
      formatCount(accounts.standings.campaign),
      accounts.standings.campaign === 1 ? "account in a campaign" : "accounts in campaigns",
      counts.accounts > 0 ? `${formatShare(accounts.standings.campaign / counts.accounts)} of all` : "",
    ],
    [
      formatCount(accounts.campaignEvents),
      accounts.campaignEvents === 1 ? "request of campaigns" : "requests of campaigns",
      counts.events > 0 ? `${formatShare(accounts.campaignEvents / counts.events)} of all` : "",
    ],
    [
      formatCount(gaps),
      gaps === 1 ? "gap in what was checked" : "gaps in what was checked",
      counts.quarantined > 0 ? `${countNoun(counts.quarantined, "record")} set aside` : "",
    ],
  ];
  return html`<dl class="totals">${figures.map(([figure, name, note]) => html`<div><dt>${name}</dt><dd>${figure}</dd>${note !== "" && html`<dd class="muted">${note}</dd>`}</div>`)}</dl>`;
}

function renderContents(campaigns: number): SafeHtml {
  return html`<nav aria-label="Contents"><ul>${campaigns > 0 && html`<li><a href="#campaign-1">Campaigns</a></li>`}<li><a href="#accounts">Accounts</a></li><li><a href="#left-alone">Left alone</a></li><li><a href="#coverage">Not checked</a></li><li><a href="#quarantine">Set aside</a></li><li><a href="#method">How to read this</a></li></ul></nav>`;
}

function describeOmissions(count: number): string {
  const { full, brief, omitted } = splitCampaigns(Array.from({ length: count }));
  if (brief.length === 0) return "This page lists every campaign and a sample of the accounts.";
  const left = omitted > 0 ? ` and ${countNoun(omitted, "campaign")} not at all` : "";
  return `This page tells ${formatCount(full.length)} campaigns in full, ${formatCount(brief.length)} in brief${left}, and a sample of the accounts.`;
}
