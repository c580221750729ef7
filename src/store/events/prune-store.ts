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
 * Removes requests whose own time lies more than `keptMs` before the latest that is believed, and gives the room back. By the events' time and by no clock on the wall: old logs that are looked at now stay as
 * long as they are the newest there are. What was read is remembered all the same, so that a file is not read again for it. Calling it again after a stop does the rest.
 */
export async function pruneEvents(store: Pick<EventStore, "rows" | "command">, keptMs: number): Promise<PrunedStore> {
  const { watermarkMs, events } = await readStoredSpan(store, "events_once");
  if (watermarkMs === null) return { beforeMs: null, removed: 0, left: 0 };
  const beforeMs = watermarkMs - keptMs;
  // Requests count as a measure of what came later; with fewer of them, what campaigns are called from now on would never take the place of what they were called before.
  for (const statement of START_COUNT_ANEW) await store.command(statement);
  await store.command("ALTER TABLE request_events DELETE WHERE at_ms < {beforeMs:Int64} SETTINGS mutations_sync = 2", { beforeMs });
  const [row] = await store.rows<{ rows: number }>("SELECT toFloat64(count()) AS rows FROM events_once");
  const left = row?.rows ?? 0;
  return { beforeMs, removed: events - left, left };
}

/** One exchange of tables: a stop leaves the old or the new. */
const START_COUNT_ANEW: readonly string[] = [
  "DROP TABLE IF EXISTS known_campaigns_anew",
  "CREATE TABLE known_campaigns_anew AS known_campaigns",
  "INSERT INTO known_campaigns_anew SELECT * REPLACE (toUInt64(0) AS events_seen) FROM known_campaigns FINAL",
  "EXCHANGE TABLES known_campaigns AND known_campaigns_anew",
  "DROP TABLE known_campaigns_anew",
];
