/** What verdicts must know of records at once, long before the engine reads them: read off the few lines that tell it. */
import { readWithFormat } from "../../../engine/acquire/read-chunk.js";
import { sourceFormats } from "../../../integrations/index.js";
import { REPORTED } from "../../../store/events/request-checks.js";
import type { RequestEvent } from "../../../vocabulary/request-event.js";

/** The one format in which a gateway can say that it had no answer. */
const NATIVE = "native";

/** What a gateway says of a request that it had no answer for. */
interface UncheckedReport {
  requestId: string;
  atMs: number;
  integration: string;
}

const INTEGRATION = /^[a-z0-9_-]{1,64}$/;

/**
 * Requests of which their event says `unchecked_by`: who let them pass, or refused them, without an answer of ours knows it for certain; we might believe that an
 * answer was heard which came too late. Lines without the word are not parsed.
 */
function listUncheckedReports(format: string, lines: Buffer): UncheckedReport[] {
  if (format !== NATIVE) return [];
  const reader = sourceFormats.find(({ name }) => name === NATIVE);
  if (reader === undefined) return [];
  return listMarkedLines(lines, ['"unchecked_by"']).flatMap(({ start, end }) => {
    const record = Object(parseOrNull(lines.toString("utf8", start, end))) as { unchecked_by?: unknown };
    const { unchecked_by: integration } = record;
    if (typeof integration !== "string" || !INTEGRATION.test(integration)) return [];
    return readWithFormat(reader, record).flatMap((reading) =>
      "event" in reading ? [{ requestId: reading.event.requestId, atMs: reading.event.atMs, integration }] : [],
    );
  });
}

/** Lines of the journal's format `checks`; and of each the integration and the request, one behind the other, as {@link IssuedHandles} goes from thread to thread. */
export interface UncheckedReports {
  lines: Buffer;
  requests: readonly string[];
}

/** Texts of one report in `requests`. */
export const REPORT_FIELDS = 2;

/** What the events say of checks that were not heard. */
export function gatherUnchecked(format: string, records: Buffer): UncheckedReports {
  const reports = listUncheckedReports(format, records);
  const none = { verdict: "allow", decision_id: null, shadow_decision_id: null };
  const lines = reports.map(
    ({ requestId, atMs, integration }) =>
      `${JSON.stringify({ request_id: requestId, at_ms: atMs, integration, state: REPORTED, ...none })}\n`,
  );
  return { lines: Buffer.from(lines.join("")), requests: reports.flatMap(({ integration, requestId }) => [integration, requestId]) };
}

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;

/** Lines that are not empty. */
export function countRecords(lines: Buffer): number {
  let records = 0;
  for (let start = 0; start < lines.length; ) {
    const newline = lines.indexOf(NEWLINE, start);
    const end = newline < 0 ? lines.length : newline;
    const isEmpty = end === start || (end === start + 1 && lines[start] === CARRIAGE_RETURN);
    if (!isEmpty) records++;
    start = end + 1;
  }
  return records;
}

/**
 * References to reasoning that were handed out, each with whom it belongs to: handle, account, and organization or nothing, one behind the other. Twenty
 * thousand texts go from thread to thread in a fraction of the time that as many objects take.
 */
export type IssuedHandles = readonly string[];

/** Texts of one reference in {@link IssuedHandles}. */
export const HANDLE_FIELDS = 3;

/** What must stand in a line that hands out reasoning: names of fields in each product's records. */
const NATIVE_MARKS = ["reasoning_handles_issued"];
const FOREIGN_MARKS = ["signature", "encrypted_content", "redactedContent", "redacted_thinking", "thoughtSignature", "thought_signature"];

/**
 * References to reasoning that the lines hand out. A replay can follow within a second, long before the engine has read the line; so these few
 * lines are read here as well. Lines without a mark are not parsed.
 */
export function listIssuedHandles(format: string, lines: Buffer): IssuedHandles {
  const marks = format === NATIVE ? NATIVE_MARKS : FOREIGN_MARKS;
  const reader = sourceFormats.find(({ name }) => name === format);
  if (reader === undefined) return [];
  const handles: string[] = [];
  for (const { start, end } of listMarkedLines(lines, marks)) {
    const record = parseOrNull(lines.toString("utf8", start, end));
    if (typeof record !== "object" || record === null) continue;
    for (const reading of readWithFormat(reader, record)) if ("event" in reading) handles.push(...listEventHandles(reading.event));
  }
  return handles;
}

function listEventHandles({ reasoningHandlesIssued, accountId, organizationId = "" }: RequestEvent): string[] {
  return (reasoningHandlesIssued ?? []).flatMap((handle) => [handle, accountId, organizationId]);
}

/** Lines in which one of the marks stands, each once, in order. */
function listMarkedLines(lines: Buffer, marks: readonly string[]): { start: number; end: number }[] {
  const found = new Map<number, { start: number; end: number }>();
  for (const mark of marks) {
    for (let at = lines.indexOf(mark); at >= 0; ) {
      const start = lines.lastIndexOf(NEWLINE, at) + 1;
      const newline = lines.indexOf(NEWLINE, at);
      const end = newline < 0 ? lines.length : newline;
      found.set(start, { start, end });
      at = lines.indexOf(mark, end);
    }
  }
  return [...found.values()].toSorted((one, other) => one.start - other.start);
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
