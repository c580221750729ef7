/** Which requests were held against decisions while they were served, and which were not: told from what was written down, never assumed. */
import { LATENCY_UNKNOWN } from "./request-columns.js";
import type { EventStore, Row } from "./store.js";

/** One check, as the journal's format `checks` has it; one a line. */
interface CheckLine {
  request_id: string;
  at_ms: number;
  integration: string;
  verdict: string;
  state: string;
  decision_id: string | null;
  shadow_decision_id: string | null;
}

/** State of a line by which a gateway says itself that it had no answer: it knows, whatever was answered when it had given up waiting. */
export const REPORTED = "reported";

/**
 * A request that was served without heed to decisions. `state` is `error` or `unchecked` where a gateway asked and had no answer, or says so, `none` where nobody asked,
 * `unheeded` where the answer was no and the request was served all the same, or came when it had been served: the gateway had given up waiting.
 */
export interface UncheckedRequest {
  request_id: string;
  account_id: string;
  at: string;
  channel: string | null;
  state: "unchecked" | "error" | "none" | "unheeded";
  integration: string | null;
}

/** Requests of a span of time, by what became of their check. */
export interface CheckTotals {
  events: number;
  checked: number;
  unchecked: number;
  error: number;
  none: number;
  unheeded: number;
  /** Not checked, and not served either: refused by the gateway itself, or failed. */
  unserved: number;
}

/** Requests that were served without heed to decisions. */
export function countMissed({ events, checked, unserved }: CheckTotals): number {
  return events - checked - unserved;
}

/** Which requests to look at: event time, the end excluded. */
export interface CheckSpan {
  fromMs: number;
  toMs: number;
}

/** How far the clocks of a gateway and of stillwatch may differ before a check counts as late: machines that keep time differ by less. */
const CLOCKS_MS_MAX = 2000;

/** The longest that a gateway waits for a verdict, as its product sets it (Portkey: 3 s; ours are shorter). What is checked later stood in line while serve hung. */
const WAIT_MS_MAX = 3000;

/** Clocks of gateways, and the time between a check and its request: what lies further apart was not waited for. */
const CHECK_DISTANCE_MS = 3_600_000;

/** Requests on one page. */
const PAGE_MAX = 1000;

/** Stores checks, one JSON object a line. Idempotent by token. Lines that are no check are passed over: only this process writes them. */
export async function insertChecks(
  store: Pick<EventStore, "insertRows">,
  { token, lines }: { token: string; lines: string },
): Promise<number> {
  const rows = lines.split("\n").flatMap((line) => (line === "" ? [] : readLine(line)));
  if (rows.length > 0) await store.insertRows({ table: "request_checks", token, rows });
  return rows.length;
}

function readLine(line: string): Row[] {
  try {
    const { request_id, at_ms, integration, verdict, state, decision_id, shadow_decision_id } = JSON.parse(line) as CheckLine;
    if (typeof request_id !== "string" || typeof at_ms !== "number") return [];
    return [{ request_id, at_ms, integration, verdict, state, decision_id, shadow_decision_id }];
  } catch {
    return [];
  }
}

/**
 * Requests of the span with the best state that any check of them had: a gateway that asks twice and is answered once has checked. `request_checks` keeps
 * ids, because what is compared is what the gateway called the request. Only checks within an hour of the span are looked at: what stood in line for longer
 * was not waited for. What was checked counts as unheeded where it was served against every answer, or
 * before the first; as unserved where the gateway had refused it before the first. What a gateway refused because nobody answered it was not served: with a failure mode that is closed nothing passes unchecked.
 */
const withStates = (eventsSql: string): string => `
  SELECT request_id, account_id, at_ms, channel, integration, is_reported,
    checked_ms > at_ms + if(latency_ms = ${LATENCY_UNKNOWN}, ${WAIT_MS_MAX}, least(latency_ms, ${WAIT_MS_MAX})) + ${CLOCKS_MS_MAX} AS is_late,
    multiIf(is_reported, if(status >= 400, 'unserved', 'unchecked'),
      best = 1 AND (is_refused OR is_late) AND status >= 200 AND status < 400, 'unheeded',
      best = 1 AND NOT (is_late AND status >= 400), 'checked', status >= 400, 'unserved',
      best = 0, 'none', best = 2, 'unchecked', 'error') AS state
  FROM (
    SELECT request_id, account_id, at_ms, channel, status, latency_ms FROM ${eventsSql} WHERE at_ms >= {fromMs:Int64} AND at_ms < {toMs:Int64}
  ) AS events
  LEFT JOIN (
    SELECT request_id, min(transform(state, ['checked', 'unchecked', 'error'], [1, 2, 3], 3)) AS best, min(integration) AS integration,
      countIf(state = '${REPORTED}') > 0 AS is_reported,
      countIf(state = 'checked' AND verdict IN ('allow', 'shape')) = 0 AS is_refused, minIf(at_ms, state = 'checked') AS checked_ms
    FROM request_checks
    WHERE at_ms >= {fromMs:Int64} - ${CHECK_DISTANCE_MS} AND at_ms < {toMs:Int64} + ${CHECK_DISTANCE_MS}
    GROUP BY request_id
  ) AS checks USING (request_id)`;

/** Counts requests of the span by what became of their check. */
export async function countChecks(
  store: Pick<EventStore, "rows">,
  { eventsSql, span }: { eventsSql: string; span: CheckSpan },
): Promise<CheckTotals> {
  return sumStates(store, { statesSql: withStates(eventsSql), span });
}

/**
 * As {@link countChecks} for a short span of live traffic, cheap enough to be asked every few minutes: repeats of a request count.
 */
export async function countLiveChecks(store: Pick<EventStore, "rows">, span: CheckSpan): Promise<CheckTotals> {
  return sumStates(store, { statesSql: withStates("request_events"), span });
}

async function sumStates(
  store: Pick<EventStore, "rows">,
  { statesSql, span: { fromMs, toMs } }: { statesSql: string; span: CheckSpan },
): Promise<CheckTotals> {
  const rows = await store.rows<{ state: keyof CheckTotals; requests: number }>(
    `SELECT toString(state) AS state, toFloat64(count()) AS requests FROM (${statesSql}) GROUP BY state`,
    { fromMs, toMs },
  );
  const totals: CheckTotals = { events: 0, checked: 0, unchecked: 0, error: 0, none: 0, unheeded: 0, unserved: 0 };
  for (const { state, requests } of rows) {
    totals[state] = requests;
    totals.events += requests;
  }
  return totals;
}

/** Lists requests of the span that were not checked, oldest first. `cursor` is what the page before gave, null for the first. */
export async function listUnchecked(
  store: Pick<EventStore, "rows">,
  { eventsSql, span, limit, cursor }: { eventsSql: string; span: CheckSpan; limit: number; cursor: string | null },
): Promise<{ data: UncheckedRequest[]; next_cursor: string | null }> {
  const size = Math.max(1, Math.min(PAGE_MAX, Math.floor(limit)));
  const after = cursor === null ? null : readCursor(cursor);
  const rows = await store.rows<Omit<UncheckedRequest, "at"> & { at_ms: number }>(
    `SELECT request_id, account_id, toFloat64(at_ms) AS at_ms, toString(channel) AS channel, toString(state) AS state, integration
     FROM (${withStates(eventsSql)})
     WHERE state NOT IN ('checked', 'unserved') ${after === null ? "" : "AND (at_ms, request_id) > ({afterMs:Int64}, {afterId:String})"}
     ORDER BY at_ms, request_id LIMIT {size:UInt32}`,
    // Behind the page before there is nothing left to look at.
    { ...span, fromMs: Math.max(span.fromMs, after?.afterMs ?? span.fromMs), size: size + 1, ...after },
  );
  const page = rows.slice(0, size);
  const last = page.at(-1);
  return {
    data: page.map(({ at_ms, channel, integration, ...row }) => ({
      ...row,
      at: new Date(at_ms).toISOString(),
      channel: channel === "" ? null : channel,
      integration: integration === "" ? null : integration,
    })),
    next_cursor: rows.length > size && last ? Buffer.from(JSON.stringify([last.at_ms, last.request_id])).toString("base64url") : null,
  };
}

function readCursor(cursor: string): { afterMs: number; afterId: string } | null {
  try {
    const [afterMs, afterId] = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")) as unknown[];
    return typeof afterMs === "number" && typeof afterId === "string" ? { afterMs, afterId } : null;
  } catch {
    return null;
  }
}

/** Requests by the decision that they met, each request once, however often it was asked about. */
export interface AnsweredLines {
  /** A decision in shadow would have answered them otherwise. */
  shadowed: [id: string, requests: number][];
  /** A decision in force answered them otherwise than `allow`. */
  refused: [id: string, requests: number][];
}

/** Counts what gateways asked about since then. */
export async function countAnswered(store: Pick<EventStore, "rows">, { sinceMs }: { sinceMs: number }): Promise<AnsweredLines> {
  const count = async (column: string, condition: string): Promise<[id: string, requests: number][]> => {
    const rows = await store.rows<{ id: string; requests: number }>(
      `SELECT ${column} AS id, toFloat64(uniqExact(request_id)) AS requests FROM request_checks
       WHERE at_ms >= {sinceMs:Int64} AND ${column} IS NOT NULL AND ${column} != '' ${condition} GROUP BY id ORDER BY id`,
      { sinceMs },
    );
    return rows.map(({ id, requests }) => [id, requests]);
  };
  return {
    shadowed: await count("shadow_decision_id", ""),
    refused: await count("decision_id", "AND verdict != 'allow'"),
  };
}
