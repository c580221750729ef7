/** Requests that the report counts to campaigns, against those that truly do. Memory holds the report's slices and nothing of the truth. */
import type { RequestLine } from "../vocabulary/report.js";
import { createPairCounts, type Names, type PairCounts } from "./names.js";
import { createRequestTable, type RequestTable } from "./request-table.js";
import type { Lines, TruthOfRequest } from "./score.js";

/** Requests counted so far. */
export interface Slices {
  table: RequestTable;
  /** Requests per reported campaign. */
  reported: number[];
  /** Requests per true campaign. */
  truly: number[];
  /** True campaign and reported campaign → requests that are in both. */
  both: PairCounts;
  /** Request lines of the truth, benign ones included. */
  truthLines: number;
}

/** Reads the report's slices. Campaigns are numbered in `reportedIds`. */
export async function readSlices(lines: Lines<RequestLine>, reportedIds: Names): Promise<Slices> {
  const slices: Slices = { table: await createRequestTable(), reported: [], truly: [], both: createPairCounts(), truthLines: 0 };
  for await (const { request_id, campaign_id } of lines) {
    const reported = reportedIds.number(campaign_id);
    if (slices.table.add(request_id, reported)) slices.reported[reported] = (slices.reported[reported] ?? 0) + 1;
  }
  return slices;
}

/** Adds what the truth says about one request. */
export function addTrueRequest(slices: Slices, truth: TruthOfRequest, campaigns: Names): void {
  slices.truthLines++;
  if (truth.campaign === null) return;
  const campaign = campaigns.number(truth.campaign);
  slices.truly[campaign] = (slices.truly[campaign] ?? 0) + 1;
  const reported = slices.table.take(truth.requestId);
  if (reported !== -1) slices.both.add(campaign, reported);
}
