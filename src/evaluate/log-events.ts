/** Reads a log in the order of time, for what looks at single events: published methods, and cuts for the time to find. */
import { sep } from "node:path";
import { StillwatchError, type Place } from "../vocabulary/errors.js";
import type { RequestEvent } from "../vocabulary/request-event.js";
import type { SourceFormat } from "../vocabulary/source-format.js";
import { readLines, type Complaints } from "./read-lines.js";

/** An event and the line it stood on; further events of one line come without it. */
export interface LogEvent {
  event: RequestEvent;
  record: Record<string, unknown> | null;
}

/**
 * Yields the events of NDJSON files, plain or gzip or zstd, merged by time. Lines that no format can read are passed over, as the analysis
 * sets them aside; a request id is yielded as often as it occurs.
 *
 * @throws StillwatchError SW1608 when a file is not in the order of time, SW1607 when it cannot be read line by line.
 */
export async function* readLogEvents(files: readonly string[], formats: readonly SourceFormat[]): AsyncGenerator<LogEvent> {
  const readers = await Promise.all(files.map((file) => openReader(file, formats)));
  try {
    let heads = readers.filter((reader) => reader.head !== null);
    while (heads.length > 0) {
      let first = heads[0];
      for (const reader of heads) if (isBefore(reader.head, first.head)) first = reader;
      if (first.head !== null) yield first.head;
      await first.advance();
      if (first.head === null) heads = heads.filter((reader) => reader !== first);
    }
  } finally {
    for (const reader of readers) await reader.close();
  }
}

interface Reader {
  head: LogEvent | null;
  advance(): Promise<void>;
  close(): Promise<void>;
}

function isBefore(one: LogEvent | null, other: LogEvent | null): boolean {
  if (one === null || other === null) return one !== null;
  return one.event.atMs < other.event.atMs || (one.event.atMs === other.event.atMs && one.event.requestId < other.event.requestId);
}

async function openReader(file: string, formats: readonly SourceFormat[]): Promise<Reader> {
  const events = readFileEvents(file, formats);
  let lastMs = -Infinity;
  const reader: Reader = {
    head: null,
    async advance() {
      const next = await events.next();
      reader.head = next.done === true ? null : next.value;
      if (reader.head === null) return;
      if (reader.head.event.atMs < lastMs) throw unorderedLog(file);
      lastMs = reader.head.event.atMs;
    },
    async close() {
      await events.return(undefined);
    },
  };
  await reader.advance();
  return reader;
}

async function* readFileEvents(file: string, formats: readonly SourceFormat[]): AsyncGenerator<LogEvent, undefined> {
  let format: SourceFormat | undefined;
  for await (const { value } of readLines(file, LOG_COMPLAINTS)) {
    format ??= chooseFormat(value, formats);
    if (format === undefined) continue;
    let record: Record<string, unknown> | null = value;
    for (const reading of format.read(value)) {
      if (!("event" in reading)) continue;
      yield { event: reading.event, record };
      record = null;
    }
  }
}

function chooseFormat(record: unknown, formats: readonly SourceFormat[]): SourceFormat | undefined {
  let best: { format: SourceFormat; sureness: number } | undefined;
  for (const format of formats) {
    const sureness = format.recognise(record);
    if (sureness > (best?.sureness ?? 0)) best = { format, sureness };
  }
  return best?.format;
}

const LOG_COMPLAINTS: Complaints = {
  missing: (file) => unreadableLog({ file }, "it cannot be opened"),
  damaged: (place, what) => unreadableLog(place, what),
};

function unreadableLog(place: Place, what: string): StillwatchError {
  return new StillwatchError({
    code: "SW1607",
    what: `the log cannot be read line by line: ${what}`,
    place,
    why: "published methods and the time to find need single events in the order of time.",
    fix: "give NDJSON, plain or .gz or .zst, without damaged lines.",
  });
}

function unorderedLog(file: string): StillwatchError {
  return new StillwatchError({
    code: "SW1608",
    what: "the log is not in the order of time",
    place: { file: file.split(sep).at(-1) ?? file },
    why: "a method that sees the log once, and a beginning of the log, mean nothing without the order.",
    fix: "sort each file by time.",
  });
}
