/** The summary that `analyze` prints when it is done: one screen, most important things first, and where to read on. */
import stringWidth from "string-width";
import type { Campaign } from "../../vocabulary/campaign.js";
import type { Report } from "../../vocabulary/report.js";
import type { AccountDigest, QuarantineDigest } from "../report/digest.js";
import { compareText, makeVisible } from "../report/text.js";
import { describeVerdict, nameCampaign, rankCampaigns } from "../report/verdict.js";
import {
  countNoun,
  formatCount,
  formatDay,
  formatPeriod,
  formatProbability,
  formatShare,
  nameProbability,
  spellOut,
} from "../report/wording.js";
import { tellCommands } from "./invocation.js";
import { choosePalette, fitText, padText, TERMINAL_COLUMNS_MAX, TERMINAL_COLUMNS_MIN, wrapText, type Palette } from "./terminal-text.js";

/** Rows of the smallest and of the largest screen that the summary is laid out for. */
const ROWS_MIN = 24;
const ROWS_MAX = 40;
/** Lines of the reason below a campaign. */
const REASON_LINES_MAX = 2;

/** What the summary tells. */
export interface SummaryContents {
  report: Report;
  accounts: AccountDigest;
  /** Columns of the terminal; kept between 60 and 100. */
  width: number;
  /** Rows of the terminal; kept between 24 and 40. The summary leaves the last one to the prompt. */
  height?: number;
  isColour: boolean;
  /** What was set aside; nothing is said of it when absent. */
  quarantine?: QuarantineDigest;
  /** The report's folder, for the lines that say where to read on. */
  folder?: string;
}

/** Renders the summary, with a line feed at the end. Text that strangers chose holds no control character any more. */
export function renderSummary(contents: SummaryContents): string {
  const { report, accounts } = contents;
  const width = Math.min(TERMINAL_COLUMNS_MAX, Math.max(TERMINAL_COLUMNS_MIN, Math.floor(contents.width) || 80));
  const height = Math.min(ROWS_MAX, Math.max(ROWS_MIN, Math.floor(contents.height ?? ROWS_MIN)));
  const palette = choosePalette(contents.isColour);
  const head = renderHead(report, accounts, width, palette);
  const foot = renderFoot(contents, width, palette);
  const body = renderCampaigns(rankCampaigns(report.campaigns), { width, palette, rows: height - 1 - head.length - foot.length });
  return `${[...head, ...body, ...foot].join("\n")}\n`;
}

function renderHead(report: Report, accounts: AccountDigest, width: number, palette: Palette): string[] {
  const { counts } = report;
  const { campaign, watch, clear } = accounts.standings;
  const verdict = wrapText(describeVerdict(report, accounts), width).map((line) => palette.bold(line));
  const requests = [countNoun(counts.events, "request"), formatPeriod(report.window.from, report.window.to)];
  if (counts.duplicates > 0) requests.push(countNoun(counts.duplicates, "duplicate"));
  if (counts.quarantined > 0) requests.push(`${countNoun(counts.quarantined, "record")} set aside`);
  const standings = [`${formatCount(campaign)} in campaigns`, `${formatCount(watch)} to watch`, `${formatCount(clear)} clear`];
  return [
    "",
    ...verdict,
    fitText(requests.join(" · "), width),
    fitText(`${countNoun(counts.accounts, "account")}: ${standings.join(" · ")}`, width),
    "",
  ];
}

/** How much is told of each campaign: everything, title and reason, or the title alone. */
type Detail = "full" | "brief" | "title";

/** Tells all campaigns in the most detail in which all of them fit; those that do not even fit by title are counted. */
function renderCampaigns(campaigns: readonly Campaign[], options: { width: number; palette: Palette; rows: number }): string[] {
  for (const detail of ["full", "brief"] as const) {
    // Title, reason and a blank line at least; laying out hundreds of campaigns to find that they do not fit takes seconds.
    if (campaigns.length * 3 > options.rows) break;
    const lines = campaigns.flatMap((campaign) => renderCampaign(campaign, { ...options, detail }));
    if (lines.length <= options.rows) return lines;
  }
  const fitsAll = campaigns.length + 1 <= options.rows;
  const shown = campaigns.slice(0, fitsAll ? campaigns.length : Math.max(0, options.rows - 2));
  const lines = shown.flatMap((campaign) => renderCampaign(campaign, { ...options, detail: "title" }));
  if (!fitsAll) lines.push(options.palette.dim(`  and ${countNoun(campaigns.length - shown.length, "more campaign")}, in report.html`));
  return [...lines, ""];
}

function renderCampaign(campaign: Campaign, { width, palette, detail }: { width: number; palette: Palette; detail: Detail }): string[] {
  const mark = palette.red("▌");
  const probability = formatProbability(campaign.confidence);
  const title = fitText(`${nameCampaign(campaign)} · ${makeVisible(campaign.id, 40)}`, width - 4 - probability.length);
  const lines = [`${mark} ${palette.bold(padText(title, width - 4 - probability.length))}  ${palette.bold(probability)}`];
  if (detail === "title") return lines;
  const facts = [
    nameProbability(campaign.confidence),
    countNoun(campaign.accounts, "account"),
    countNoun(campaign.events, "request"),
    formatPeriod(campaign.first_at, campaign.last_at),
  ];
  if (detail === "full") lines.push(`${mark} ${fitText(facts.join(" · "), width - 2)}`);
  const reason = wrapText(makeVisible(campaign.because[0] ?? "No reason was recorded."), width - 2, REASON_LINES_MAX);
  lines.push(...reason.map((line) => `${mark} ${palette.dim(line)}`));
  const turn = describeTurn(campaign);
  if (turn !== null && detail === "full") lines.push(`${mark} ${palette.yellow(fitText(turn, width - 2))}`);
  return [...lines, ""];
}

/** The turn that a campaign took, if any: a move to another model, or another campaign that it took over from. */
function describeTurn(campaign: Campaign): string | null {
  const turns: string[] = [];
  if (campaign.successor_of !== null) turns.push(`took over from ${makeVisible(campaign.successor_of, 40)}`);
  const shift = campaign.shifts[0];
  if (shift)
    turns.push(
      `began to move from ${makeVisible(shift.from, 24)} to ${makeVisible(shift.to, 24)} on ${formatDay(shift.at)}, soon ${formatShare(shift.share)}`,
    );
  return turns.length === 0 ? null : turns.join("; ");
}

function renderFoot({ report, quarantine, folder }: SummaryContents, width: number, palette: Palette): string[] {
  const lines: string[] = [];
  const gaps = Object.keys(report.coverage).map((name) => makeVisible(spellOut(name), 40));
  if (gaps.length > 0) lines.push(listGaps(gaps, width));
  const aside = describeAside(quarantine, folder);
  if (aside !== null) lines.push(fitText(aside, width));
  const [strongest] = rankCampaigns(report.campaigns);
  if (folder !== undefined) {
    const shown = makeVisible(folder, 200);
    lines.push(`Read     ${palette.cyan(`${shown.replace(/\/$/, "")}/report.html`)}`);
    if (strongest)
      lines.push(
        `Explain  ${palette.cyan(tellCommands(`stillwatch explain campaign ${makeVisible(strongest.id, 40)} --report ${shown}`))}`,
      );
  }
  if (strongest) lines.push(palette.dim(fitText("A probability is not proof, and nothing was done to any account.", width)));
  return lines;
}

/** Where the records that were set aside are listed, and the commonest reason; of equals the one with the smaller code. */
function describeAside(quarantine: QuarantineDigest | undefined, folder: string | undefined): string | null {
  const [commonest] = [...(quarantine?.kinds ?? [])].sort((a, b) => b.lines - a.lines || compareText(a.code, b.code));
  if (quarantine === undefined || commonest === undefined) return null;
  const place = folder === undefined ? "quarantine.ndjson" : `${makeVisible(folder, 200).replace(/\/$/, "")}/quarantine.ndjson`;
  return `Set aside: ${place} · ${formatCount(commonest.lines)} of ${formatCount(quarantine.lines)} ${commonest.code}: ${makeVisible(commonest.what, 120)}`;
}

/** As many as have room, whole; the rest are counted, for half a name tells nothing. */
function listGaps(gaps: readonly string[], width: number): string {
  const tell = (shown: number): string =>
    `Not fully checked: ${[...gaps.slice(0, shown), ...(shown < gaps.length ? [`${gaps.length - shown} more in the report`] : [])].join(" · ")}`;
  for (let shown = gaps.length; shown > 0; shown--) if (stringWidth(tell(shown)) <= width) return tell(shown);
  return tell(0);
}
