/**
 * The watermark: event time up to which requests have come. It is read out of the stored requests, so that replaying them gives the one that
 * the live analysis had. The clock on the wall says one thing alone: what claims to be of later than now is not believed until then, however many say so, or
 * one account whose clock is ahead would keep everybody else's traffic out of sight.
 */
import type { EventsSql } from "./duplicates.js";
import type { EventStore } from "./store.js";

const HOUR_MS = 3_600_000;
/** Share of all requests that may lie after a silence without moving the watermark, as in the roster: more is no single broken clock. */
const STRAY_SHARE = 0.001;
/** From so many requests on, a single one may always be a stray, however small its share makes it: of fewer, nobody can say which clock is right. */
const SINGLE_STRAY_REQUESTS_MIN = 100;
/** Hours without any request behind which a few are strays: no service is silent for a whole day and then has hardly any traffic. */
const SILENT_HOURS_MIN = 24;

/** Requests of one hour of event time. */
export interface EventHour {
  /** Hours since the Unix epoch. */
  hour: number;
  events: number;
  lastMs: number;
}

/** Requests that may be strays among so many. */
export function countStraysMax(total: number): number {
  return total < SINGLE_STRAY_REQUESTS_MIN ? 0 : Math.max(1, STRAY_SHARE * total);
}

/**
 * The latest event time that is believed, `notAfterMs` at most; null without requests. Requests of clocks that are ahead are stored and wait until time has come to them.
 */
export function pickWatermark(hours: readonly EventHour[], notAfterMs = Number.POSITIVE_INFINITY): number | null {
  const sorted = hours.filter(({ hour }) => hour * HOUR_MS <= notAfterMs).sort((a, b) => a.hour - b.hour);
  const total = sorted.reduce((sum, { events }) => sum + events, 0);
  let end = sorted.length - 1;
  let beyond = 0;
  for (let at = sorted.length - 1; at > 0; at--) {
    beyond += sorted[at].events;
    if (beyond > countStraysMax(total)) break;
    if (sorted[at].hour - sorted[at - 1].hour > SILENT_HOURS_MIN) end = at - 1;
  }
  const last = sorted[end];
  return last === undefined ? null : Math.min(last.lastMs, notAfterMs);
}

/** How far the stored requests reach, and how many there are. */
export interface StoredSpan {
  watermarkMs: number | null;
  events: number;
  /** Of them, requests of hours that have not begun by `notAfterMs`. */
  ahead: number;
}

/** Reads it. Nothing of later than `notAfterMs` is believed. */
export async function readStoredSpan(store: Pick<EventStore, "rows">, eventsSql: EventsSql, notAfterMs: number): Promise<StoredSpan> {
  const hours = await readEventHours(store, eventsSql);
  const count = (counted: readonly EventHour[]): number => counted.reduce((sum, { events }) => sum + events, 0);
  return {
    watermarkMs: pickWatermark(hours, notAfterMs),
    events: count(hours),
    ahead: count(hours.filter(({ hour }) => hour * HOUR_MS > notAfterMs)),
  };
}

/** Requests per hour of event time, in no order. */
export async function readEventHours(store: Pick<EventStore, "rows">, eventsSql: EventsSql): Promise<EventHour[]> {
  const rows = await store.rows<{ hour: number; events: number; last: number }>(
    `SELECT toFloat64(intDiv(at_ms, ${HOUR_MS})) AS hour, toFloat64(count()) AS events, toFloat64(max(at_ms)) AS last FROM ${eventsSql} GROUP BY hour`,
  );
  return rows.map(({ hour, events, last }) => ({ hour, events, lastMs: last }));
}

/** Requests of a span. */
export async function countEvents(store: Pick<EventStore, "rows">, eventsSql: EventsSql): Promise<number> {
  const [row] = await store.rows<{ events: number }>(`SELECT toFloat64(count()) AS events FROM ${eventsSql}`);
  return row?.events ?? 0;
}
