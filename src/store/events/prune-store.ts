/** Requests of long ago taken out of an event store that nobody has open: nothing that runs looks further back than its longest window. */
import type { EventStore } from "./store.js";
import { readStoredSpan } from "./watermark.js";

/** What was done. */
export interface PrunedStore {
  /** Event time before which requests went; null where there are none. */
  beforeMs: number | null;
  removed: number;
  left: number;
}

/**
 * Removes requests whose own time lies more than `keptMs` before the latest that is believed, and gives the room back. By the events' time: old logs that are looked at now stay as
 * long as they are the newest there are, and what claims to be of later than `notAfterMs` takes nothing away. What was read is remembered all the same, so that a file is not read again for it. Calling it again after a stop does the rest.
 */
export async function pruneEvents(
  store: Pick<EventStore, "rows" | "command">,
  { keptMs, notAfterMs }: { keptMs: number; notAfterMs: number },
): Promise<PrunedStore> {
  const { watermarkMs, events } = await readStoredSpan(store, "events_once", notAfterMs);
  if (watermarkMs === null) return { beforeMs: null, removed: 0, left: 0 };
  const beforeMs = watermarkMs - keptMs;
  // Requests count as a measure of what came later; with fewer of them, what campaigns are called from now on would never take the place of what they were called before.
  for (const statement of START_COUNT_ANEW) await store.command(statement);
  await deleteBefore(store, beforeMs);
  const [row] = await store.rows<{ rows: number }>("SELECT toFloat64(count()) AS rows FROM events_once");
  const left = row?.rows ?? 0;
  return { beforeMs, removed: events - left, left };
}

/** Event time of the oldest request; null where there are none. */
export async function readOldest(store: Pick<EventStore, "rows">): Promise<number | null> {
  const [row] = await store.rows<{ oldest: number; rows: number }>(
    "SELECT toFloat64(min(at_ms)) AS oldest, toFloat64(count()) AS rows FROM request_events",
  );
  return row === undefined || row.rows === 0 ? null : row.oldest;
}

/** Stored lines of before `beforeMs`, and all there are; repeats included. */
export async function countBefore(store: Pick<EventStore, "rows">, beforeMs: number): Promise<{ before: number; all: number }> {
  const [row] = await store.rows<{ before: number; all: number }>(
    "SELECT toFloat64(countIf(at_ms < {beforeMs:Int64})) AS before, toFloat64(count()) AS all FROM request_events",
    { beforeMs },
  );
  return { before: row?.before ?? 0, all: row?.all ?? 0 };
}

/**
 * Removes requests of before `beforeMs` from a store that is in use, here or on a server, and answers how many lines of it that were. Parts that hold none of them stay as they are. What a stop cuts off the store itself
 * goes on with; whoever calls again does the rest. Who writes the roster meanwhile has to count on with what was counted before: see {@link readEventsSeen}.
 */
export async function pruneRunning(store: Pick<EventStore, "rows" | "command">, beforeMs: number): Promise<number> {
  const { before } = await countBefore(store, beforeMs);
  await endStuckPrunes(store);
  await deleteBefore(store, beforeMs);
  return before;
}

/** Ends deletions of {@link pruneRunning} that could not be done, for want of room mostly: they would be tried for ever, and hold up the next. What others do to the table on a server of theirs goes on. */
export async function endStuckPrunes(store: Pick<EventStore, "command">): Promise<void> {
  await store.command(
    `KILL MUTATION WHERE database = currentDatabase() AND table = 'request_events' AND NOT is_done AND position(command, '${OURS}') > 0 SYNC`,
  );
}

/** The count of requests that the latest roster was written with: a roster of fewer would never take its place. */
export async function readEventsSeen(store: Pick<EventStore, "rows">): Promise<number> {
  const [row] = await store.rows<{ seen: number }>("SELECT toFloat64(max(events_seen)) AS seen FROM known_campaigns");
  return row?.seen ?? 0;
}

async function deleteBefore(store: Pick<EventStore, "command">, beforeMs: number): Promise<void> {
  await store.command(`ALTER TABLE request_events DELETE WHERE at_ms < {beforeMs:Int64} AND '${OURS}' != '' SETTINGS mutations_sync = 2`, {
    beforeMs,
  });
}

/** Always true where it stands, and kept with the command: a comment would not be, and ours are known by it among an operator's own. */
const OURS = "stillwatch prune";

/** One exchange of tables: a stop leaves the old or the new. */
const START_COUNT_ANEW: readonly string[] = [
  "DROP TABLE IF EXISTS known_campaigns_anew",
  "CREATE TABLE known_campaigns_anew AS known_campaigns",
  "INSERT INTO known_campaigns_anew SELECT * REPLACE (toUInt64(0) AS events_seen) FROM known_campaigns FINAL",
  "EXCHANGE TABLES known_campaigns AND known_campaigns_anew",
  "DROP TABLE known_campaigns_anew",
];
