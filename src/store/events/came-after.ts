/** Requests that came while a decision would have stood, from the stored events: what a rule would have met, whether or not a gateway asked. */
import type { EventsSql } from "./duplicates.js";
import type { EventStore } from "./store.js";

/** One decision's account or organization, and the span of event time in which it would have stood: behind `afterMs`, up to and with `untilMs`. */
export interface StoodSpan {
  /** The decision. */
  id: string;
  kind: "account" | "organization";
  scopeId: string;
  afterMs: number;
  untilMs: number;
}

/** Spans of one query: half a megabyte of names. Each query reads two columns of the events once, whatever the number of spans. */
const SPANS_AT_ONCE = 5_000;
/** Spans counted at most: ten readings of the events. Of more decisions the rest keep the lower bound that the book has. */
const SPANS_MAX = 50_000;

/** Counts requests by decision; those with none are left out. */
export async function countCame(
  store: Pick<EventStore, "rows">,
  { eventsSql, spans }: { eventsSql: EventsSql; spans: readonly StoodSpan[] },
): Promise<[id: string, requests: number][]> {
  const counted: [id: string, requests: number][] = [];
  for (const kind of ["account", "organization"] as const) {
    const own = spans.slice(0, SPANS_MAX).filter((span) => span.kind === kind);
    for (let from = 0; from < own.length; from += SPANS_AT_ONCE)
      counted.push(...(await countPortion(store, { eventsSql, column: `${kind}_id`, spans: own.slice(from, from + SPANS_AT_ONCE) })));
  }
  return counted;
}

async function countPortion(
  store: Pick<EventStore, "rows">,
  { eventsSql, column, spans }: { eventsSql: EventsSql; column: "account_id" | "organization_id"; spans: readonly StoodSpan[] },
): Promise<[id: string, requests: number][]> {
  const rows = await store.rows<{ id: string; requests: number }>(
    `SELECT id, toFloat64(count()) AS requests
     FROM (SELECT ${column} AS scope_id, at_ms FROM ${eventsSql} WHERE at_ms > {fromMs:Int64}) AS events
     INNER JOIN (
       SELECT arrayJoin(arrayZip({ids:Array(String)}, {scopes:Array(String)}, {afters:Array(Int64)}, {untils:Array(Int64)})) AS span,
         span.1 AS id, span.2 AS scope_id, span.3 AS after_ms, span.4 AS until_ms
     ) AS spans USING (scope_id)
     WHERE at_ms > after_ms AND at_ms <= until_ms GROUP BY id ORDER BY id`,
    {
      fromMs: spans.reduce((least, { afterMs }) => Math.min(least, afterMs), Number.MAX_SAFE_INTEGER),
      ids: spans.map(({ id }) => id),
      scopes: spans.map(({ scopeId }) => scopeId),
      afters: spans.map(({ afterMs }) => afterMs),
      untils: spans.map(({ untilMs }) => untilMs),
    },
  );
  return rows.map(({ id, requests }) => [id, requests]);
}
