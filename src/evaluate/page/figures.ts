/** Figures over several rows of a suite. */
import { clopperPearsonInterval, wilsonInterval, type Interval } from "../../statistics/intervals.js";
import { toVerdict } from "../baselines/judge.js";
import type { BaselineResult, Evaluation, Verdict } from "../evaluation.js";
import type { CampaignScore } from "../score.js";
import type { RowGroup, SuiteRow } from "../suite.js";

/** A row and what was measured. */
export interface PageRow {
  row: SuiteRow;
  evaluation: Evaluation;
}

/** Rows of a kind. */
export function selectRows(rows: readonly PageRow[], group: RowGroup): PageRow[] {
  return rows.filter(({ row }) => row.group === group);
}

/** All accounts of several rows, judged as if they were one world. */
export function poolVerdicts(verdicts: readonly Verdict[]): Verdict {
  const sum = (read: (verdict: Verdict) => number): number => verdicts.reduce((total, verdict) => total + read(verdict), 0);
  return toVerdict({
    attackers: sum((verdict) => verdict.attack_accounts),
    benign: sum((verdict) => verdict.benign_accounts),
    found: sum((verdict) => verdict.found),
    innocent: sum((verdict) => verdict.innocent),
  });
}

/** Requests of several worlds. `reported` counts slices of reported campaigns that are nobody's, too. */
export interface SliceFigures {
  requests: number;
  reported: number;
  matched: number;
}

/** Adds slices up over worlds; a world counts as large as it is. Worlds whose slices are not known count nothing. */
export function poolSlices(rows: readonly PageRow[]): SliceFigures {
  const pooled = { requests: 0, reported: 0, matched: 0 };
  for (const { evaluation } of rows) {
    const { overall, campaigns } = evaluation.score;
    const requests = campaigns.reduce((sum, { slice }) => sum + (slice?.requests ?? 0), 0);
    // A score tells whole shares and counts by campaign only: whole counts follow from both.
    const matched = Math.round((overall.slice_recall ?? 0) * requests);
    const own = campaigns.reduce((sum, { slice }) => sum + (slice?.reported ?? 0), 0);
    pooled.requests += requests;
    pooled.matched += matched;
    pooled.reported += overall.slice_precision === null || matched === 0 ? own : Math.round(matched / overall.slice_precision);
  }
  return pooled;
}

/** Requests that are nobody's harvest, and those of them that stand in a slice all the same; a log's are counted once for every world made of it. */
export function poolWrongRequests(rows: readonly PageRow[]): { benign: number; wrong: number } {
  const known = rows.filter(
    ({ evaluation: { score } }) => score.campaigns.length === 0 || score.campaigns.some(({ slice }) => slice !== null),
  );
  const { requests, reported, matched } = poolSlices(known);
  return { benign: known.reduce((sum, { evaluation }) => sum + evaluation.events, 0) - requests, wrong: reported - matched };
}

/** The published method that comes closest to us on a row, by the F1 of its kindest threshold. Null where there was none. */
export function findBestBaseline({ baselines }: Evaluation): BaselineResult | null {
  let best: BaselineResult | null = null;
  for (const baseline of baselines) if (best === null || baseline.kindest.f1 > best.kindest.f1) best = baseline;
  return best;
}

/** True when the report holds a campaign that is mostly this one. */
export function isFound(campaign: CampaignScore): boolean {
  return campaign.split > 0;
}

/** A benign segment over several worlds. */
export interface SegmentFigures {
  segment: string;
  accounts: number;
  accountsInCampaign: number;
  /** Clopper and Pearson's interval of the share of accounts. */
  accountInterval: Interval;
  /** Wilson's. */
  accountWilson: Interval;
  /** Organizations or crowds, of all worlds; 0 where the truth names none. */
  crowds: number;
  crowdsInCampaign: number;
  crowdInterval: Interval;
}

/** Adds segments up over worlds. Two rows with the same crowd (same seed) are counted once: the one with more of them in a campaign. */
export function poolSegments(rows: readonly PageRow[]): SegmentFigures[] {
  const pooled = new Map<string, { accounts: number; inCampaign: number; crowds: number; crowdsInCampaign: number }>();
  for (const { evaluation } of keepOneRowASeed(rows)) {
    for (const segment of evaluation.score.segments) {
      const sum = pooled.get(segment.segment) ?? { accounts: 0, inCampaign: 0, crowds: 0, crowdsInCampaign: 0 };
      sum.accounts += segment.accounts;
      sum.inCampaign += segment.in_campaign;
      sum.crowds += segment.crowds ?? 0;
      sum.crowdsInCampaign += segment.crowds_in_campaign ?? 0;
      pooled.set(segment.segment, sum);
    }
  }
  return [...pooled.keys()].sort().map((segment) => {
    const sum = pooled.get(segment) ?? { accounts: 0, inCampaign: 0, crowds: 0, crowdsInCampaign: 0 };
    return {
      segment,
      accounts: sum.accounts,
      accountsInCampaign: sum.inCampaign,
      accountInterval: clopperPearsonInterval({ successes: sum.inCampaign, trials: sum.accounts }),
      accountWilson: wilsonInterval({ successes: sum.inCampaign, trials: sum.accounts }),
      crowds: sum.crowds,
      crowdsInCampaign: sum.crowdsInCampaign,
      crowdInterval: clopperPearsonInterval({ successes: sum.crowdsInCampaign, trials: sum.crowds }),
    };
  });
}

function keepOneRowASeed(rows: readonly PageRow[]): PageRow[] {
  const worst = new Map<string, PageRow>();
  for (const each of rows) {
    const key = `${each.row.seed} ${each.evaluation.score.segments.map((segment) => `${segment.segment} ${segment.accounts}`).join(",")}`;
    const known = worst.get(key);
    if (known === undefined || each.evaluation.ours.innocent > known.evaluation.ours.innocent) worst.set(key, each);
  }
  return [...worst.values()];
}
