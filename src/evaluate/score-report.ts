/** Compares a report with the truth. Reads both once; only accounts and the report's own slices are held in memory. */
import { tallyCalibration, type Calibration } from "../statistics/calibration.js";
import { wilsonInterval } from "../statistics/intervals.js";
import type { RequestLine } from "../vocabulary/report.js";
import { inspectReported, labelAccount, readAccounts, type LabelledAccounts, type ReportedCampaign } from "./labelled-accounts.js";
import { unrelatedTruth } from "./problems.js";
import type { ScoredAccountLine } from "./read-score-input.js";
import { addTrueRequest, readSlices, type Slices } from "./slices.js";
import * as shape from "./score.js";
import type { CalibrationScore, CampaignScore, Lines, Rate, Score, SegmentScore, SliceScore, TruthLine } from "./score.js";

/** What is compared. */
export interface ScoreInput {
  accounts: Lines<ScoredAccountLine>;
  /** Null where the report has no slices. */
  requests: Lines<RequestLine> | null;
  truth: Lines<TruthLine>;
  /** Name of the truth file, for messages. */
  truthFile: string;
  /** Accounts of reports on earlier parts of the same log, oldest first: they tell when a campaign was first found. */
  earlier?: readonly Lines<ScoredAccountLine>[];
}

/**
 * Scores a report.
 *
 * @throws StillwatchError SW1605 when no account occurs in both, SW1606 when the truth contradicts itself; and what the readers throw.
 */
export async function scoreReport(input: ScoreInput): Promise<Score> {
  const table = await readAccounts(input.accounts);
  const slices = input.requests === null ? null : await readSlices(input.requests, table.reportedIds);
  let trueRequests = 0;
  for await (const line of input.truth) {
    if (line.kind === "account") labelAccount(table, line, input.truthFile);
    else {
      trueRequests++;
      if (slices !== null) addTrueRequest(slices, line, table.campaigns);
    }
  }
  const labelled = table.labels.filter((label) => label !== -1).length;
  if (labelled === 0) throw unrelatedTruth(input.truthFile);
  const reported = inspectReported(table);
  const usableSlices = trueRequests === 0 ? null : slices;
  const served = await findServedShares(table, reported, input.earlier ?? []);
  const segments = scoreSegments(table);
  return {
    schema: "stillwatch.score/1",
    counts: {
      labelled,
      unlabelled: table.labels.length - labelled,
      absent: table.absent,
      reported_campaigns: reported.length,
      false_campaigns: reported.filter((campaign) => campaign.labelled > 0 && campaign.attackers * 2 < campaign.labelled).length,
    },
    overall: scoreOverall(table, usableSlices),
    campaigns: scoreCampaigns({ table, reported, slices: usableSlices, served }),
    segments,
    calibration: scoreCalibration(table),
    unchecked: listUnchecked({ hasSlices: slices !== null, trueRequests, segments, hasEarlier: (input.earlier ?? []).length > 0 }),
  };
}

function toRate(successes: number, trials: number): Rate | null {
  return trials === 0 ? null : { share: successes / trials, ...wilsonInterval({ successes, trials }) };
}

const divide = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + (value ?? 0), 0);

function scoreOverall(table: LabelledAccounts, slices: Slices | null): Score["overall"] {
  let attackers = 0;
  let found = 0;
  let innocent = 0;
  for (let account = 0; account < table.labels.length; account++) {
    if (table.labels[account] === 1) attackers++;
    if (!table.isInCampaign[account]) continue;
    if (table.labels[account] === 1) found++;
    if (table.labels[account] === 0) innocent++;
  }
  const matched = slices === null ? 0 : sum(slices.truly.map((_, campaign) => sum(slices.both.row(campaign).map(([, count]) => count))));
  return {
    attack_accounts: attackers,
    found,
    innocent,
    recall: toRate(found, attackers),
    precision: toRate(found, found + innocent),
    slice_precision: slices === null ? null : divide(matched, sum(slices.reported)),
    slice_recall: slices === null ? null : divide(matched, sum(slices.truly)),
  };
}

interface CampaignContext {
  table: LabelledAccounts;
  /** Accounts of each true campaign that the report saw. */
  sizes: readonly number[];
  reported: ReportedCampaign[];
  slices: Slices | null;
  served: Map<number, number>;
}

function scoreCampaigns(given: Omit<CampaignContext, "sizes">): CampaignScore[] {
  const { table } = given;
  const tallies = table.campaigns.list.map(() => ({ accounts: 0, found: 0, watched: 0, segment: -1 }));
  for (let account = 0; account < table.labels.length; account++) {
    const tally = table.labels[account] === 1 ? tallies[table.campaign[account]] : undefined;
    if (tally === undefined) continue;
    tally.accounts++;
    if (table.isInCampaign[account]) tally.found++;
    if (table.isInWatch[account]) tally.watched++;
    tally.segment = table.segment[account];
  }
  const context = { ...given, sizes: tallies.map(({ accounts }) => accounts) };
  const scores = tallies.map((tally, campaign) => scoreCampaign(campaign, tally, context));
  return scores.sort((a, b) => (a.campaign < b.campaign ? -1 : 1));
}

function scoreCampaign(
  campaign: number,
  tally: { accounts: number; found: number; watched: number; segment: number },
  { table, sizes, reported, slices, served }: CampaignContext,
): CampaignScore {
  const own = reported.filter((candidate) => candidate.mostly === campaign);
  const partOf = (candidate: ReportedCampaign): number => candidate.parts.find(([part]) => part === campaign)?.[1] ?? 0;
  const holders = reported.map((candidate) => ({ id: candidate.id, accounts: partOf(candidate) })).filter((holder) => holder.accounts > 0);
  const merged = own.flatMap((candidate) =>
    candidate.parts
      .filter(([part, accounts]) => part !== campaign && accounts >= shape.STRAY_SHARE * candidate.labelled)
      .filter(([part, accounts]) => accounts >= shape.LOST_SHARE * sizes[part])
      .map(([part]) => part),
  );
  return {
    campaign: table.campaigns.list[campaign],
    segment: tally.segment === -1 ? null : table.segments.list[tally.segment],
    accounts: tally.accounts,
    found: tally.found,
    watched: tally.watched,
    recall: toRate(tally.found, tally.accounts),
    precision: toRate(sum(own.map(partOf)), sum(own.map((candidate) => candidate.labelled))),
    covered_by: holders.sort((a, b) => b.accounts - a.accounts || (a.id < b.id ? -1 : 1)).slice(0, shape.COVERED_BY_MAX),
    split: own.length,
    merged_with: [...new Set(merged)].map((part) => table.campaigns.list[part]).sort(),
    slice: slices === null ? null : scoreSlice(campaign, slices, reported),
    served_before_found: served.get(campaign) ?? null,
  };
}

function scoreSlice(campaign: number, slices: Slices, reported: ReportedCampaign[]): SliceScore {
  const requests = slices.truly[campaign] ?? 0;
  const isOwn = (position: number): boolean => reported[position]?.mostly === campaign;
  const claimed = sum(slices.reported.map((count, position) => (isOwn(position) ? count : 0)));
  const matched = sum(slices.both.row(campaign).map(([position, count]) => (isOwn(position) ? count : 0)));
  return { requests, reported: claimed, matched, precision: divide(matched, claimed), recall: divide(matched, requests) };
}

function scoreSegments(table: LabelledAccounts): SegmentScore[] {
  const unnamed = table.segments.list.length;
  const tallies = [...table.segments.list, "(none)"].map((segment) => ({
    segment,
    accounts: 0,
    in_campaign: 0,
    in_watch: 0,
    crowds: new Set<number>(),
    crowdsInCampaign: new Set<number>(),
    crowdsInWatch: new Set<number>(),
  }));
  for (let account = 0; account < table.labels.length; account++) {
    if (table.labels[account] !== 0) continue;
    const tally = tallies[table.segment[account] === -1 ? unnamed : table.segment[account]];
    const crowd = table.crowd[account];
    tally.accounts++;
    if (crowd !== -1) tally.crowds.add(crowd);
    if (table.isInCampaign[account]) {
      tally.in_campaign++;
      if (crowd !== -1) tally.crowdsInCampaign.add(crowd);
    } else if (table.isInWatch[account]) {
      tally.in_watch++;
      if (crowd !== -1) tally.crowdsInWatch.add(crowd);
    }
  }
  return tallies
    .filter((tally) => tally.accounts > 0)
    .map(({ segment, accounts, in_campaign, in_watch, crowds, crowdsInCampaign, crowdsInWatch }) => {
      const hasCrowds = crowds.size > 0;
      return {
        segment,
        accounts,
        in_campaign,
        in_watch,
        rate: toRate(in_campaign, accounts),
        crowds: hasCrowds ? crowds.size : null,
        crowds_in_campaign: hasCrowds ? crowdsInCampaign.size : null,
        crowds_in_watch: hasCrowds ? crowdsInWatch.size : null,
        crowd_rate: toRate(crowdsInCampaign.size, crowds.size),
      };
    })
    .sort((a, b) => (a.segment < b.segment ? -1 : 1));
}

function scoreCalibration(table: LabelledAccounts): CalibrationScore {
  const all = tallyCalibration();
  const suspects = tallyCalibration();
  for (let account = 0; account < table.labels.length; account++) {
    if (table.labels[account] === -1) continue;
    const isAttack = table.labels[account] === 1;
    all.add(table.probabilities[account], isAttack);
    if (table.probabilities[account] >= shape.SUSPECT_PROBABILITY) suspects.add(table.probabilities[account], isAttack);
  }
  const overall: Calibration = all.finish();
  const suspect = suspects.finish();
  return {
    expected_calibration_error: overall.expectedCalibrationError,
    brier: overall.brier,
    cases: overall.cases,
    suspects: { expected_calibration_error: suspect.expectedCalibrationError, cases: suspect.cases },
    bins: overall.bins
      .filter((bin) => bin.count > 0)
      .map(({ from, to, count, said, observed }) => ({ from, to, accounts: count, said, observed })),
  };
}

/**
 * For every true campaign the share of its accounts' requests that had been served when the first earlier report held a campaign that is
 * mostly it. Requests of its accounts, not of its slice: earlier reports need no slices, and the share hardly differs.
 */
async function findServedShares(
  table: LabelledAccounts,
  reported: ReportedCampaign[],
  earlier: readonly Lines<ScoredAccountLine>[],
): Promise<Map<number, number>> {
  const shares = new Map<number, number>();
  const totals = countEvents(table, (account) => table.events[account]);
  for (const lines of earlier) {
    const then = await readAccounts(lines);
    for (let account = 0; account < then.labels.length; account++) {
      const now = table.accounts.find(then.accounts.list[account]);
      if (now === -1) continue;
      then.labels[account] = table.labels[now];
      then.campaign[account] = table.campaign[now];
    }
    const served = countEvents(then, (account) => then.events[account]);
    for (const { mostly } of inspectReported({ ...then, campaigns: table.campaigns })) {
      if (mostly !== -1 && !shares.has(mostly)) shares.set(mostly, (served[mostly] ?? 0) / totals[mostly]);
    }
  }
  // Found by the last report only: everything had been served by then.
  if (earlier.length > 0) for (const { mostly } of reported) if (mostly !== -1 && !shares.has(mostly)) shares.set(mostly, 1);
  return shares;
}

function countEvents(table: LabelledAccounts, eventsOf: (account: number) => number): number[] {
  const totals: number[] = [];
  for (let account = 0; account < table.labels.length; account++) {
    const campaign = table.campaign[account];
    if (table.labels[account] === 1 && campaign !== -1) totals[campaign] = (totals[campaign] ?? 0) + eventsOf(account);
  }
  return totals;
}

function listUnchecked(known: {
  hasSlices: boolean;
  trueRequests: number;
  segments: SegmentScore[];
  hasEarlier: boolean;
}): Record<string, string> {
  const unchecked: Record<string, string> = {};
  if (!known.hasSlices) unchecked["slices"] = "the report has no requests.ndjson; run `stillwatch analyze` with --requests.";
  else if (known.trueRequests === 0) unchecked["slices"] = "the truth has no request lines.";
  if (known.segments.every((segment) => segment.crowds === null)) {
    unchecked["crowds"] = "the truth names neither `crowd` nor `organization_id`, so false positives are counted by account only.";
  }
  if (!known.hasEarlier) {
    unchecked["time_to_find"] =
      "one report does not tell when it could first have been written; give reports on earlier parts of the log with --earlier.";
  }
  return unchecked;
}
