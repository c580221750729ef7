/** How often findings are right: the bar in force, what it cost benign traffic, and whether probabilities came true where the truth was known. */
import type { Reliability, ReportCalibration } from "../../../vocabulary/calibration.js";
import { renderReliability } from "../pictures/reliability.js";
import { html, type SafeHtml } from "../safe-html.js";
import { makeVisible } from "../text.js";
import { countNoun, formatCount, formatProbability } from "../wording.js";

/** Sources can be many worlds; report.json has them all. */
const SOURCE_CHARACTERS_MAX = 400;

/** The section; nothing where a report tells no calibration. */
export function renderCalibration(calibration: ReportCalibration | undefined): SafeHtml | false {
  if (calibration === undefined) return false;
  const { bar, cost, benign, reliability } = calibration;
  return html`<section aria-labelledby="calibration"><h2 id="calibration">How often this is right</h2>
<p class="lead">Measured elsewhere, where the truth is known. The truth of this log nobody knows.</p>
<dl class="coverage"><div><dt>The bar</dt><dd>A group is called a campaign from log odds of ${bar.log_odds.toFixed(2)}. ${describeWish(calibration)}</dd></div>
<div><dt>What it costs the innocent</dt><dd>Of ${countNoun(benign.accounts, "benign account")} ${cost.accounts === 0 ? "none" : formatCount(cost.accounts)}, in ${countNoun(cost.crowds, "crowd")}, stood above this bar. To be expected elsewhere: up to ${formatRate(cost.expected)}, 95 % interval ${formatRate(cost.low)} to ${formatRate(cost.high)}. False alarms come a whole crowd at a time.</dd></div>
<div><dt>Measured on</dt><dd>${makeVisible(calibration.source, SOURCE_CHARACTERS_MAX)}</dd></div></dl>
${reliability ? renderCurve(reliability) : html`<p class="none">Whether probabilities come true was not measured.</p>`}</section>`;
}

function describeWish({ asked_rate: rate, is_promised: isPromised }: ReportCalibration): string {
  if (rate === null) return "It is the usual one; no false-positive rate was asked for.";
  const asked = `A false-positive rate of ${formatRate(rate)} was asked for`;
  return isPromised === true
    ? `${asked}, and benign traffic of this kind keeps it.`
    : `${asked}; the benign traffic is too small to promise it, so the bar stands above everything that was seen.`;
}

function renderCurve(reliability: Reliability): SafeHtml {
  const { expected_calibration_error: error, suspects, cases, bins, source } = reliability;
  return html`${renderReliability(reliability)}<p>Expected calibration error ${error.toFixed(3)} over ${countNoun(cases, "account")}; ${suspects.expected_calibration_error.toFixed(3)} over the ${formatCount(suspects.cases)} that something speaks against.</p>
<table><caption>What was said and what came true: ${makeVisible(source, SOURCE_CHARACTERS_MAX)}</caption><thead><tr><th scope="col">Said</th><th scope="col" class="number">Came true</th><th scope="col" class="number">Accounts</th></tr></thead><tbody>${bins.map((bin) => html`<tr><th scope="row">${formatProbability(bin.said)}</th><td class="number">${formatProbability(bin.observed)}</td><td class="number">${formatCount(bin.accounts)}</td></tr>`)}</tbody></table>`;
}

/** In 10,000, with two digits that count. */
function formatRate(share: number): string {
  return `${Number((share * 10_000).toPrecision(2))} in 10,000`;
}
