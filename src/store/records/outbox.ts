/** What people outside are to be told. A row stays until it was sent or given up, so that a crash loses no alert. */
import type { RecordDatabase } from "./database.js";

/** One thing to tell. */
export interface OutboxEntry {
  key: string;
  payload: unknown;
  attempts: number;
  createdMs: number;
  nextAtMs: number;
  deadAtMs: number | null;
  lastError: string | null;
}

/** Adds an entry; false when its key is known: the same key is told once. */
export async function addToOutbox(
  database: RecordDatabase,
  { key, payload, atMs }: { key: string; payload: unknown; atMs: number },
): Promise<boolean> {
  const result = await database
    .insertInto("outbox")
    .values({
      key,
      payload: JSON.stringify(payload),
      created_ms: atMs,
      attempts: 0,
      next_at_ms: atMs,
      sent_at_ms: null,
      dead_at_ms: null,
      last_error: null,
    })
    .onConflict((conflict) => conflict.column("key").doNothing())
    .executeTakeFirst();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** Entries that are due, oldest first. */
export async function listDueOutbox(database: RecordDatabase, { atMs, limit }: { atMs: number; limit: number }): Promise<OutboxEntry[]> {
  const rows = await database
    .selectFrom("outbox")
    .selectAll()
    .where("sent_at_ms", "is", null)
    .where("dead_at_ms", "is", null)
    .where("next_at_ms", "<=", atMs)
    .orderBy("next_at_ms")
    .orderBy("key")
    .limit(limit)
    .execute();
  return rows.map(readEntry);
}

/** What was neither sent nor given up. */
export interface WaitingOutbox {
  count: number;
  /** Of these, those that were tried and did not arrive. */
  failed: number;
  /** When the oldest was added; null where none waits. */
  sinceMs: number | null;
}

/** Counts what waits. */
export async function countWaitingOutbox(database: RecordDatabase): Promise<WaitingOutbox> {
  const { count, failed, since } = await database
    .selectFrom("outbox")
    .select(({ fn, eb }) => [
      fn.countAll().as("count"),
      fn.count(eb.case().when("attempts", ">", 0).then(1).end()).as("failed"),
      fn.min("created_ms").as("since"),
    ])
    .where("sent_at_ms", "is", null)
    .where("dead_at_ms", "is", null)
    .executeTakeFirstOrThrow();
  return { count: Number(count), failed: Number(failed), sinceMs: Number(count) === 0 ? null : since };
}

/** Entries that were given up, newest first; with `after` those behind that one. */
export async function listDeadOutbox(
  database: RecordDatabase,
  { limit, after }: { limit: number; after?: { deadAtMs: number; key: string } | undefined },
): Promise<OutboxEntry[]> {
  let query = database.selectFrom("outbox").selectAll().where("dead_at_ms", "is not", null);
  if (after !== undefined)
    query = query.where((where) =>
      where.or([
        where.eb("dead_at_ms", "<", after.deadAtMs),
        where.and([where.eb("dead_at_ms", "=", after.deadAtMs), where.eb("key", ">", after.key)]),
      ]),
    );
  const rows = await query.orderBy("dead_at_ms", "desc").orderBy("key").limit(limit).execute();
  return rows.map(readEntry);
}

/** The entry arrived. */
export async function markSent(database: RecordDatabase, { key, atMs }: { key: string; atMs: number }): Promise<void> {
  await database
    .updateTable("outbox")
    .set(({ eb }) => ({ sent_at_ms: atMs, last_error: null, attempts: eb("attempts", "+", 1) }))
    .where("key", "=", key)
    .execute();
}

/** The entry did not arrive: try again at `nextAtMs`, or never when that is null. */
export async function markFailed(
  database: RecordDatabase,
  { key, atMs, nextAtMs, error }: { key: string; atMs: number; nextAtMs: number | null; error: string },
): Promise<void> {
  await database
    .updateTable("outbox")
    .set(({ eb }) => ({
      attempts: eb("attempts", "+", 1),
      last_error: error,
      ...(nextAtMs === null ? { dead_at_ms: atMs } : { next_at_ms: nextAtMs }),
    }))
    .where("key", "=", key)
    .execute();
}

/** Forgets what was sent before `beforeMs`. Dead letters stay until somebody sends them again. */
export async function forgetSent(database: RecordDatabase, beforeMs: number): Promise<void> {
  await database.deleteFrom("outbox").where("sent_at_ms", "<", beforeMs).execute();
}

/** Takes a dead letter up again; false when there is none with this key. */
export async function reviveOutbox(database: RecordDatabase, { key, atMs }: { key: string; atMs: number }): Promise<boolean> {
  const result = await database
    .updateTable("outbox")
    .set({ dead_at_ms: null, next_at_ms: atMs, attempts: 0 })
    .where("key", "=", key)
    .where("dead_at_ms", "is not", null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

function readEntry(row: {
  key: string;
  payload: unknown;
  attempts: number;
  created_ms: number;
  next_at_ms: number;
  dead_at_ms: number | null;
  last_error: string | null;
}): OutboxEntry {
  return {
    key: row.key,
    payload: row.payload,
    attempts: row.attempts,
    createdMs: row.created_ms,
    nextAtMs: row.next_at_ms,
    deadAtMs: row.dead_at_ms,
    lastError: row.last_error,
  };
}
