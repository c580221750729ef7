/** Accounts with what the report says and what the truth says, column by column. */
import { createNames, createPairCounts, type Names } from "./names.js";
import { contradictoryTruth } from "./problems.js";
import type { ScoredAccountLine } from "./read-score-input.js";
import type { Lines, TruthOfAccount } from "./score.js";

/** One entry per account of the report; −1 stands for "none" in every column of numbers of names. */
export interface LabelledAccounts {
  accounts: Names;
  /** Ids of reported campaigns; numbers in `reported` are positions here. */
  reportedIds: Names;
  isInCampaign: boolean[];
  isInWatch: boolean[];
  probabilities: number[];
  events: number[];
  reported: number[];

  campaigns: Names;
  segments: Names;
  crowds: Names;
  /** 1 attack, 0 benign, −1 the truth does not tell. */
  labels: number[];
  campaign: number[];
  segment: number[];
  crowd: number[];
  /** Accounts of the truth that the report never saw. */
  absent: number;
}

/** Reads the report's accounts; the truth is still to come. */
export async function readAccounts(lines: Lines<ScoredAccountLine>): Promise<LabelledAccounts> {
  const table: LabelledAccounts = {
    accounts: createNames(),
    reportedIds: createNames(),
    isInCampaign: [],
    isInWatch: [],
    probabilities: [],
    events: [],
    reported: [],
    campaigns: createNames(),
    segments: createNames(),
    crowds: createNames(),
    labels: [],
    campaign: [],
    segment: [],
    crowd: [],
    absent: 0,
  };
  for await (const line of lines) {
    const account = table.accounts.number(line.account_id);
    table.isInCampaign[account] = line.standing === "campaign";
    table.isInWatch[account] = line.standing === "watch";
    table.probabilities[account] = line.probability;
    table.events[account] = line.events;
    table.reported[account] = line.standing === "campaign" && line.campaign_id !== null ? table.reportedIds.number(line.campaign_id) : -1;
    table.labels[account] = -1;
    table.campaign[account] = -1;
    table.segment[account] = -1;
    table.crowd[account] = -1;
  }
  return table;
}

/**
 * Adds what the truth says about one account.
 *
 * @throws StillwatchError SW1606 when it said something else before.
 */
export function labelAccount(table: LabelledAccounts, truth: TruthOfAccount, file: string): void {
  const account = table.accounts.find(truth.accountId);
  const campaign = truth.campaign === null ? -1 : table.campaigns.number(truth.campaign);
  const segment = truth.segment === null ? -1 : table.segments.number(truth.segment);
  // A crowd's name is its own within its segment only.
  const crowd = truth.crowd === null ? -1 : table.crowds.number(`${truth.segment ?? ""}\u0000${truth.crowd}`);
  const label = truth.label === "attack" ? 1 : 0;
  if (account === -1) {
    table.absent++;
    return;
  }
  const isContradicted = table.labels[account] !== -1 && (table.labels[account] !== label || table.campaign[account] !== campaign);
  if (isContradicted) throw contradictoryTruth({ file, line: truth.line });
  table.labels[account] = label;
  table.campaign[account] = campaign;
  table.segment[account] = segment;
  table.crowd[account] = crowd;
}

/** What the members of one reported campaign truly are. */
export interface ReportedCampaign {
  id: string;
  labelled: number;
  attackers: number;
  /** The true campaign most of its attackers belong to, −1 for none. */
  mostly: number;
  /** True campaigns with their accounts. */
  parts: [campaign: number, accounts: number][];
}

/** Looks into every reported campaign; positions are those of `reportedIds`. */
export function inspectReported(table: LabelledAccounts): ReportedCampaign[] {
  const parts = createPairCounts();
  const labelled = table.reportedIds.list.map(() => 0);
  const attackers = table.reportedIds.list.map(() => 0);
  for (let account = 0; account < table.labels.length; account++) {
    const reported = table.reported[account];
    if (reported === -1 || table.labels[account] === -1) continue;
    labelled[reported]++;
    attackers[reported] += table.labels[account];
    if (table.campaign[account] !== -1 && table.labels[account] === 1) parts.add(reported, table.campaign[account]);
  }
  const nameOf = (campaign: number): string => table.campaigns.list[campaign];
  return table.reportedIds.list.map((id, reported) => {
    const row = parts.row(reported).sort((a, b) => b[1] - a[1] || (nameOf(a[0]) < nameOf(b[0]) ? -1 : 1));
    const isFalse = attackers[reported] * 2 < labelled[reported];
    return { id, labelled: labelled[reported], attackers: attackers[reported], mostly: isFalse ? -1 : (row[0]?.[0] ?? -1), parts: row };
  });
}
