/** Small values that must survive a restart, and answers to writes that may be sent twice. */
import type { RecordDatabase } from "./database.js";

/** The value under a name, or undefined. */
export async function readSetting(database: RecordDatabase, name: string): Promise<unknown> {
  const row = await database.selectFrom("settings").select("value").where("name", "=", name).executeTakeFirst();
  return row?.value;
}

/** Sets the value under a name. */
export async function writeSetting(
  database: RecordDatabase,
  { name, value, atMs }: { name: string; value: unknown; atMs: number },
): Promise<void> {
  const text = JSON.stringify(value);
  await database
    .insertInto("settings")
    .values({ name, value: text, changed_ms: atMs })
    .onConflict((conflict) => conflict.column("name").doUpdateSet({ value: text, changed_ms: atMs }))
    .execute();
}

/** A write that may come twice. */
export interface RepeatableWrite {
  caller: string;
  idempotencyKey: string;
  requestHash: string;
  atMs: number;
}

/** What is known of such a write: nothing (carry it out now), that it runs, another request under the same key, or its answer. */
export type KnownWrite = { kind: "new" } | { kind: "running" } | { kind: "other" } | { kind: "answered"; status: number; answer: unknown };

/** Takes the key for this write, or tells what became of it. */
export async function beginWrite(database: RecordDatabase, write: RepeatableWrite): Promise<KnownWrite> {
  const taken = await database
    .insertInto("idempotency_keys")
    .values({
      caller: write.caller,
      idempotency_key: write.idempotencyKey,
      request_hash: write.requestHash,
      status: null,
      answer: null,
      created_ms: write.atMs,
    })
    .onConflict((conflict) => conflict.columns(["caller", "idempotency_key"]).doNothing())
    .executeTakeFirst();
  if ((taken.numInsertedOrUpdatedRows ?? 0n) > 0n) return { kind: "new" };
  const row = await database
    .selectFrom("idempotency_keys")
    .selectAll()
    .where("caller", "=", write.caller)
    .where("idempotency_key", "=", write.idempotencyKey)
    .executeTakeFirst();
  if (row === undefined) return { kind: "running" };
  if (row.request_hash !== write.requestHash) return { kind: "other" };
  return row.status === null ? { kind: "running" } : { kind: "answered", status: row.status, answer: row.answer };
}

/** Keeps the answer. */
export async function finishWrite(
  database: RecordDatabase,
  { write, status, answer }: { write: RepeatableWrite; status: number; answer: unknown },
): Promise<void> {
  await database
    .updateTable("idempotency_keys")
    .set({ status, answer: JSON.stringify(answer) })
    .where("caller", "=", write.caller)
    .where("idempotency_key", "=", write.idempotencyKey)
    .execute();
}

/** Frees the key of a write that failed: it may be tried again. */
export async function abandonWrite(database: RecordDatabase, write: RepeatableWrite): Promise<void> {
  await database
    .deleteFrom("idempotency_keys")
    .where("caller", "=", write.caller)
    .where("idempotency_key", "=", write.idempotencyKey)
    .where("status", "is", null)
    .execute();
}

/** Forgets answers older than `beforeMs`, and writes that a crash left unfinished before then. */
export async function forgetWrites(database: RecordDatabase, beforeMs: number): Promise<void> {
  await database.deleteFrom("idempotency_keys").where("created_ms", "<", beforeMs).execute();
}

/** Frees the keys of writes that a crash left unfinished. Each of them may be sent again: what was carried out of it is there, and is not done twice. */
export async function forgetUnfinishedWrites(database: RecordDatabase): Promise<void> {
  await database.deleteFrom("idempotency_keys").where("status", "is", null).execute();
}
