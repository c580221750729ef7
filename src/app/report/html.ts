/** `report.html`: one file that a person can forward. No script, no network, no font from elsewhere; the same input gives the same bytes. */
import type { Report, ReportPictures } from "../../vocabulary/report.js";
import type { AccountDigest, QuarantineDigest } from "./digest.js";
import { html, renderId, toMarkup } from "./safe-html.js";
import { describeVerdict, nameCampaign, rankCampaigns } from "./verdict.js";
import { formatProbability, nameProbability } from "./wording.js";

/** What the page shows. */
export interface ReportPage {
  report: Report;
  pictures: ReportPictures;
  accounts: AccountDigest;
  quarantine?: QuarantineDigest;
}

/** Renders the page. */
export function renderReportHtml({ report, accounts }: ReportPage): string {
  const campaigns = rankCampaigns(report.campaigns).map(
    (campaign) =>
      html`<section><h2>${nameCampaign(campaign)} ${renderId(campaign.id)}</h2><p>${nameProbability(campaign.confidence)}, ${formatProbability(campaign.confidence)}</p><ol>${campaign.because.slice(0, 3).map((sentence) => html`<li>${sentence}</li>`)}</ol></section>`,
  );
  return toMarkup(
    html`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>stillwatch report</title></head><body><main><h1>${describeVerdict(report, accounts)}</h1>${campaigns}</main></body></html>`,
  );
}
