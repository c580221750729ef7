/** API keys as rows. The secret is never stored, only its SHA-256: it is 256 random bits, so no slower hash is needed. */
import type { RecordDatabase } from "./database.js";

/** A key without its secret. */
export interface ApiKeyRecord {
  id: string;
  name: string;
  scopes: string[];
  createdMs: number;
  expiresMs: number | null;
  revokedMs: number | null;
}

/** Keeps a new key. */
export async function insertKey(database: RecordDatabase, { key, secretHash }: { key: ApiKeyRecord; secretHash: string }): Promise<void> {
  await database
    .insertInto("api_keys")
    .values({
      id: key.id,
      name: key.name,
      scopes: JSON.stringify(key.scopes),
      secret_hash: secretHash,
      created_ms: key.createdMs,
      expires_ms: key.expiresMs,
      revoked_ms: key.revokedMs,
    })
    .execute();
}

/** All keys, oldest first, with the hash of each. */
export async function listKeys(database: RecordDatabase): Promise<{ key: ApiKeyRecord; secretHash: string }[]> {
  const rows = await database.selectFrom("api_keys").selectAll().orderBy("created_ms").orderBy("id").execute();
  return rows.map((row) => ({
    secretHash: row.secret_hash,
    key: {
      id: row.id,
      name: row.name,
      scopes: row.scopes,
      createdMs: row.created_ms,
      expiresMs: row.expires_ms,
      revokedMs: row.revoked_ms,
    },
  }));
}

/** Ends a key; false when there is none, or when it was ended before. */
export async function revokeKey(database: RecordDatabase, { id, atMs }: { id: string; atMs: number }): Promise<boolean> {
  const result = await database
    .updateTable("api_keys")
    .set({ revoked_ms: atMs })
    .where("id", "=", id)
    .where("revoked_ms", "is", null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}
