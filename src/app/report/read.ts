/** Reads a report folder back, one answer at a time: `accounts.ndjson` of a large service does not fit in memory, and need not. */
import { createReadStream, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { distance } from "fastest-levenshtein";
import { StillwatchError, type Place } from "../../vocabulary/errors.js";
import type { Campaign } from "../../vocabulary/campaign.js";
import type { AccountLine, Report, RequestLine } from "../../vocabulary/report.js";
import { compareText } from "./text.js";

/** Ids suggested for one that does not exist. */
const SUGGESTIONS_MAX = 3;
/** Share of an id's characters that may be wrong; beyond, a suggestion is a guess. */
const DIFFERENCE_MAX = 0.4;

/** A line that was looked for, or the ids nearest to the one that was given. */
export type Found<Line> = { line: Line } | { nearest: string[] };

/**
 * Reads `report.json`.
 *
 * @throws StillwatchError SW1652 when it is absent or damaged.
 */
export function readReport(folder: string): Report {
  const file = join(folder, "report.json");
  if (!existsSync(file)) throw describeUnreadable({ file }, "it is not there");
  let report: unknown;
  try {
    report = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    throw describeUnreadable({ file }, "it is not JSON");
  }
  const isReport = isRecord(report) && report["schema"] === "stillwatch.report/1" && Array.isArray(report["campaigns"]);
  if (!isReport) throw describeUnreadable({ file }, "its schema is not stillwatch.report/1");
  // Reports of earlier versions do not tell what a campaign was merged or split from.
  for (const campaign of (report as { campaigns: Partial<Campaign>[] }).campaigns) {
    campaign.merged_from ??= [];
    campaign.split_from ??= null;
  }
  return report as Report;
}

/** Looks for an account in `accounts.ndjson`. */
export async function findAccount(folder: string, accountId: string): Promise<Found<AccountLine>> {
  return findLine<AccountLine>(join(folder, "accounts.ndjson"), "account_id", accountId);
}

/** Looks for a request in `requests.ndjson`; null where the analysis wrote none. */
export async function findRequest(folder: string, requestId: string): Promise<Found<RequestLine> | null> {
  const file = join(folder, "requests.ndjson");
  return existsSync(file) ? findLine<RequestLine>(file, "request_id", requestId) : null;
}

/** The ids nearest in spelling to one that does not exist, nearest first. */
export function suggestIds(given: string, known: Iterable<string>): string[] {
  const nearest = createNearest(given);
  for (const id of known) nearest.see(id);
  return nearest.list();
}

async function findLine<Line extends object>(file: string, field: string, id: string): Promise<Found<Line>> {
  if (!existsSync(file)) throw describeUnreadable({ file }, "it is not there");
  const input = createReadStream(file, "utf8");
  const nearest = createNearest(id);
  let number = 0;
  try {
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      number++;
      if (text === "") continue;
      const line = parseLine(text, { file, line: number });
      const found = line[field];
      if (typeof found !== "string") throw describeUnreadable({ file, line: number }, `a line has no \`${field}\``);
      if (found === id) return { line: line as unknown as Line };
      nearest.see(found);
    }
  } finally {
    input.destroy();
  }
  return { nearest: nearest.list() };
}

function parseLine(text: string, place: Place): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch {
    // Falls through: what is no JSON and what is no object are the same damage.
  }
  throw describeUnreadable(place, "a line is not a JSON object");
}

function createNearest(given: string): { see: (id: string) => void; list: () => string[] } {
  const kept: { id: string; difference: number }[] = [];
  const differenceMax = Math.max(2, Math.ceil(given.length * DIFFERENCE_MAX));
  return {
    see(id) {
      // Lengths alone bound the distance, which spares most of a million comparisons.
      if (Math.abs(id.length - given.length) > differenceMax && !id.includes(given)) return;
      const difference = given.length > 3 && id.includes(given) ? 0 : distance(given, id);
      if (difference > differenceMax) return;
      kept.push({ id, difference });
      kept.sort((a, b) => a.difference - b.difference || compareText(a.id, b.id));
      if (kept.length > SUGGESTIONS_MAX) kept.pop();
    },
    list: () => kept.map((one) => one.id),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function describeUnreadable(place: Place, what: string): StillwatchError {
  return new StillwatchError({
    code: "SW1652",
    what: `the report cannot be read: ${what}`,
    place,
    why: "an explanation made from a part of a report could leave out the reason that matters.",
    fix: "give the folder that `stillwatch analyze --out` wrote, or run the analysis again.",
  });
}
