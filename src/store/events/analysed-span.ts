/**
 * The span of event time that an analysis looks at. A clock that is years off must not stretch it: whatever is counted per hour would grow with it, and
 * an allowlist would have run out. Which requests are left out is a property of all stored requests together, so neither their order nor any clock on the
 * wall decides it.
 */
import { restrictEvents, type EventsSql, type EventsTable, type TimeRange } from "./duplicates.js";
import type { EventStore } from "./store.js";
import { countStraysMax, readEventHours, type EventHour } from "./watermark.js";

const HOUR_MS = 3_600_000;
/** Hours without any request beyond which a few are strays. A week: after a weekend or a holiday the same people come back, and a log may end in that hour. */
const SILENT_HOURS_MIN = 7 * 24;
/** Hours that are analysed at most: providers keep conversations for two years, so a longer log is one with broken clocks in it. */
const ANALYSED_HOURS_MAX = 730 * 24;

/** The span, and how many requests lie outside it. */
export interface AnalysedSpan extends TimeRange {
  leftOut: number;
}

/** Picks it. Null where nothing is left out. */
export function pickAnalysedSpan(hours: readonly EventHour[]): AnalysedSpan | null {
  const sorted = [...hours].sort((a, b) => a.hour - b.hour);
  const total = sumEvents(sorted);
  const bulk = keepDensest(dropStrays(sorted, total));
  const leftOut = total - sumEvents(bulk);
  const last = bulk.at(-1);
  if (last === undefined || leftOut === 0) return null;
  return { fromMs: bulk[0].hour * HOUR_MS, toMs: (last.hour + 1) * HOUR_MS, leftOut };
}

function sumEvents(hours: readonly EventHour[]): number {
  return hours.reduce((sum, { events }) => sum + events, 0);
}

/** Without the few that stand apart at the end, and those at the beginning. */
function dropStrays(sorted: readonly EventHour[], total: number): readonly EventHour[] {
  const straysMax = countStraysMax(total);
  let end = sorted.length;
  for (let at = sorted.length - 1, beyond = 0; at > 0; at--) {
    beyond += sorted[at].events;
    if (beyond > straysMax) break;
    if (sorted[at].hour - sorted[at - 1].hour > SILENT_HOURS_MIN) end = at;
  }
  let start = 0;
  for (let at = 0, before = 0; at + 1 < end; at++) {
    before += sorted[at].events;
    if (before > straysMax) break;
    if (sorted[at + 1].hour - sorted[at].hour > SILENT_HOURS_MIN) start = at + 1;
  }
  return sorted.slice(start, end);
}

/** The hours within the greatest length that hold the most requests; the latest of several. */
function keepDensest(sorted: readonly EventHour[]): readonly EventHour[] {
  let best = { start: 0, end: 0, events: 0 };
  let events = 0;
  for (let start = 0, at = 0; at < sorted.length; at++) {
    events += sorted[at].events;
    while (sorted[at].hour - sorted[start].hour >= ANALYSED_HOURS_MAX) events -= sorted[start++].events;
    if (events >= best.events) best = { start, end: at + 1, events };
  }
  return sorted.slice(best.start, best.end);
}

/** What an analysis looks at, and how many stored requests it leaves out. */
export interface AnalysedEvents {
  eventsSql: EventsSql;
  leftOut: number;
}

/** Reads the hours of what is stored and restricts it to the span, if that leaves anything out. */
export async function chooseAnalysedEvents(store: Pick<EventStore, "rows">, table: EventsTable): Promise<AnalysedEvents> {
  const span = pickAnalysedSpan(await readEventHours(store, table));
  return span === null ? { eventsSql: table, leftOut: 0 } : { eventsSql: restrictEvents(table, span), leftOut: span.leftOut };
}
