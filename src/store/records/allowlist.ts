/** The allowlist as rows. Entries are ended, never deleted: who was spared, why and by whom stays readable. */
import type { PartyScope } from "../../vocabulary/decision.js";
import type { RecordDatabase } from "./database.js";

/** Somebody who is never acted on. */
export interface AllowlistRecord {
  id: string;
  scope: PartyScope;
  reason: string;
  addedBy: string;
  addedMs: number;
  expiresMs: number;
}

/** Adds an entry; false when its id is taken, in force or ended. What is there stays as it is. */
export async function insertAllowlistEntry(database: RecordDatabase, entry: AllowlistRecord): Promise<boolean> {
  const inserted = await database
    .insertInto("allowlist")
    .values({
      id: entry.id,
      scope_kind: entry.scope.kind,
      scope_id: entry.scope.id,
      reason: entry.reason,
      added_by: entry.addedBy,
      added_ms: entry.addedMs,
      expires_ms: entry.expiresMs,
      removed_by: null,
      removed_ms: null,
    })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .executeTakeFirst();
  return (inserted.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** Entries that hold at `atMs`, oldest first. */
export async function listAllowlist(database: RecordDatabase, { atMs }: { atMs: number }): Promise<AllowlistRecord[]> {
  const rows = await database
    .selectFrom("allowlist")
    .selectAll()
    .where("removed_ms", "is", null)
    .where("expires_ms", ">", atMs)
    .orderBy("added_ms")
    .orderBy("id")
    .execute();
  return rows.map((row) => ({
    id: row.id,
    scope: { kind: row.scope_kind, id: row.scope_id },
    reason: row.reason,
    addedBy: row.added_by,
    addedMs: row.added_ms,
    expiresMs: row.expires_ms,
  }));
}

/** Ends an entry; false when there is none, or when it was ended before. */
export async function removeAllowlistEntry(
  database: RecordDatabase,
  { id, by, atMs }: { id: string; by: string; atMs: number },
): Promise<boolean> {
  const result = await database
    .updateTable("allowlist")
    .set({ removed_by: by, removed_ms: atMs })
    .where("id", "=", id)
    .where("removed_ms", "is", null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}
