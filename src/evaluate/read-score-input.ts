/** Reads what a score is made of: a report folder and a truth file. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Place } from "../vocabulary/errors.js";
import type { AccountLine, RequestLine } from "../vocabulary/report.js";
import { missingReportFile, missingTruth, unreadableReport, unreadableTruth } from "./problems.js";
import { readLines } from "./read-lines.js";
import type { Lines, TruthLine } from "./score.js";

/** What a score needs of an account line. */
export type ScoredAccountLine = Pick<AccountLine, "account_id" | "standing" | "probability" | "campaign_id" | "events">;

/** The report folder, ready to be read once. */
export interface ReportFolder {
  accounts: Lines<ScoredAccountLine>;
  /** Null where the analysis wrote no slices. */
  requests: Lines<RequestLine> | null;
}

/**
 * Opens the folder that `analyze --out` wrote. The lines are checked as they are read.
 *
 * @throws StillwatchError SW1601 when a file is absent, SW1602 when one is damaged.
 */
export function openReportFolder(folder: string): ReportFolder {
  const reportFile = join(folder, "report.json");
  if (!existsSync(reportFile)) throw missingReportFile(reportFile);
  const schema = readSchema(reportFile);
  if (schema !== "stillwatch.report/1") throw unreadableReport({ file: reportFile }, "its schema is not stillwatch.report/1");
  const accountsFile = join(folder, "accounts.ndjson");
  if (!existsSync(accountsFile)) throw missingReportFile(accountsFile);
  const requestsFile = join(folder, "requests.ndjson");
  return { accounts: readAccountLines(accountsFile), requests: existsSync(requestsFile) ? readRequestLines(requestsFile) : null };
}

function readSchema(file: string): unknown {
  try {
    const report: unknown = JSON.parse(readFileSync(file, "utf8"));
    return report !== null && typeof report === "object" && "schema" in report ? report.schema : undefined;
  } catch {
    throw unreadableReport({ file }, "report.json is not JSON");
  }
}

const REPORT_COMPLAINTS = { missing: missingReportFile, damaged: unreadableReport };
const STANDINGS: readonly unknown[] = ["campaign", "watch", "clear"];

async function* readAccountLines(file: string): AsyncGenerator<ScoredAccountLine> {
  for await (const { value, line } of readLines(file, REPORT_COMPLAINTS)) {
    const { account_id, standing, probability, campaign_id, events } = value;
    const isUsable =
      typeof account_id === "string" &&
      STANDINGS.includes(standing) &&
      typeof probability === "number" &&
      probability >= 0 &&
      probability <= 1 &&
      (campaign_id === null || typeof campaign_id === "string") &&
      typeof events === "number";
    if (!isUsable) throw unreadableReport({ file, line }, "an account line lacks a field or holds an impossible one");
    yield { account_id, standing: standing as AccountLine["standing"], probability, campaign_id, events };
  }
}

async function* readRequestLines(file: string): AsyncGenerator<RequestLine> {
  for await (const { value, line } of readLines(file, REPORT_COMPLAINTS)) {
    const { request_id, campaign_id } = value;
    if (typeof request_id !== "string" || typeof campaign_id !== "string") {
      throw unreadableReport({ file, line }, "a request line lacks `request_id` or `campaign_id`");
    }
    yield { request_id, campaign_id };
  }
}

/**
 * Reads a truth file, plain, gzip or zstd. Of an account's `crowd` and `organization_id` the first that is there is its crowd.
 *
 * @throws StillwatchError SW1603 when it is absent, SW1604 when a line is ill-formed.
 */
export async function* readTruth(file: string): AsyncGenerator<TruthLine> {
  for await (const { value, line } of readLines(file, { missing: missingTruth, damaged: unreadableTruth })) {
    yield readTruthLine(value, { file, line });
  }
}

function readTruthLine(value: Record<string, unknown>, place: Place & { line: number }): TruthLine {
  const campaign = readText(value["campaign"], "campaign", place);
  const { account_id, request_id, label } = value;
  if (typeof request_id === "string") return { kind: "request", requestId: request_id, campaign };
  if (typeof account_id !== "string") throw unreadableTruth(place, "a line has neither `account_id` nor `request_id`");
  if (label !== "attack" && label !== "benign") throw unreadableTruth(place, "`label` is neither `attack` nor `benign`");
  const segment = readText(value["segment"], "segment", place);
  const crowd = readText(value["crowd"] ?? value["organization_id"], "crowd", place);
  return { kind: "account", accountId: account_id, label, campaign, segment, crowd, line: place.line };
}

function readText(value: unknown, name: string, place: Place): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== "string") throw unreadableTruth(place, `\`${name}\` is neither text nor null`);
  return value;
}
