/** The one door by which records come in, from wherever: journal first, then what verdicts must know at once. */
import { readWithFormat } from "../../engine/acquire/read-chunk.js";
import { sourceFormats } from "../../integrations/index.js";
import { REPORTED } from "../../store/events/request-checks.js";
import type { RequestEvent } from "../../vocabulary/request-event.js";
import { CHECKS_FORMAT, type Journal, type Metrics, type Verdicts } from "./services.js";

/** Takes records in. */
export interface Intake {
  /**
   * Settles when the records are on disk. `lines` end in a newline; `source` says by which way they came, for the count.
   *
   * @returns how many lines hold something. Whether they can be read shows later: what cannot goes to quarantine and is never lost silently.
   * @throws JournalFull, or the system's error; nothing is acknowledged then, and the same records may be sent again.
   */
  take(format: string, lines: Buffer, source: string): Promise<{ records: number }>;
}

/** What the door needs. */
export interface IntakeParts {
  journal: Journal;
  verdicts: Pick<Verdicts, "noteHandles" | "noteUnchecked">;
  metrics: Pick<Metrics, "count">;
}

/** Puts the door together. */
export function createIntake({ journal, verdicts, metrics }: IntakeParts): Intake {
  return {
    async take(format, lines, source) {
      const records = countRecords(lines);
      await journal.append(format, lines);
      const handles = listIssuedHandles(format, lines);
      if (handles.length > 0) verdicts.noteHandles(handles);
      const reports = format === NATIVE ? listUncheckedReports(lines) : [];
      if (reports.length > 0) await journal.append(CHECKS_FORMAT, writeReports(reports));
      for (const { integration } of reports) verdicts.noteUnchecked(integration, 1);
      metrics.count("stillwatch_intake_records_total", { format, source }, records);
      metrics.count("stillwatch_intake_bytes_total", { format, source }, lines.length);
      return { records };
    },
  };
}

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
function listUncheckedReports(lines: Buffer): UncheckedReport[] {
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

function writeReports(reports: readonly UncheckedReport[]): Buffer {
  const none = { verdict: "allow", decision_id: null, shadow_decision_id: null };
  const lines = reports.map(({ requestId, atMs, integration }) =>
    JSON.stringify({ request_id: requestId, at_ms: atMs, integration, state: REPORTED, ...none }),
  );
  return Buffer.from(`${lines.join("\n")}\n`);
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

/** A reference to reasoning that was handed out, with whom it belongs to. */
export interface IssuedHandle {
  handle: string;
  accountId: string;
  organizationId?: string | undefined;
  sessionId?: string | undefined;
  targetModel: string;
  atMs: number;
}

/** What must stand in a line that hands out reasoning: names of fields in each product's records. */
const NATIVE_MARKS = ["reasoning_handles_issued"];
const FOREIGN_MARKS = ["signature", "encrypted_content", "redactedContent", "redacted_thinking", "thoughtSignature", "thought_signature"];

/**
 * References to reasoning that the lines hand out. A replay can follow within a second, long before the engine has read the line; so these few
 * lines are read here as well. Lines without a mark are not parsed.
 */
export function listIssuedHandles(format: string, lines: Buffer): IssuedHandle[] {
  const marks = format === NATIVE ? NATIVE_MARKS : FOREIGN_MARKS;
  const reader = sourceFormats.find(({ name }) => name === format);
  if (reader === undefined) return [];
  const handles: IssuedHandle[] = [];
  for (const { start, end } of listMarkedLines(lines, marks)) {
    const record = parseOrNull(lines.toString("utf8", start, end));
    if (typeof record !== "object" || record === null) continue;
    for (const reading of readWithFormat(reader, record)) if ("event" in reading) handles.push(...listEventHandles(reading.event));
  }
  return handles;
}

function listEventHandles({
  reasoningHandlesIssued,
  accountId,
  organizationId,
  sessionId,
  targetModel,
  atMs,
}: RequestEvent): IssuedHandle[] {
  return (reasoningHandlesIssued ?? []).map((handle) => ({ handle, accountId, organizationId, sessionId, targetModel, atMs }));
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
