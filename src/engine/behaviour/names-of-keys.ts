/** Names for the keys of which the store's ledgers speak. */
import { takeKeys, takeStrings } from "../../store/events/column-batch.js";
import type { EventStore } from "../../store/events/store.js";

/** What can be looked up by its key. */
export type Named = "account" | "model" | "request";

/** Keys looked up in one query: a statement of about a megabyte. */
const KEYS_PER_QUERY_MAX = 50_000;

const MODEL_SQL = "CAST(target_model AS String)";
/** Key and name of each. */
const SOURCES: Readonly<Record<Named, { key: string; name: string; isRepeated: boolean }>> = {
  account: { key: "account_key", name: "account_id", isRepeated: true },
  model: { key: `xxHash64(${MODEL_SQL})`, name: MODEL_SQL, isRepeated: true },
  request: { key: "request_key", name: "request_id", isRepeated: false },
};

/** Looks names up, so many keys at a time. */
export async function findNames(
  store: Pick<EventStore, "columns">,
  { eventsSql, named, keys }: { eventsSql: string; named: Named; keys: readonly bigint[] },
): Promise<Map<bigint, string>> {
  const { key, name, isRepeated } = SOURCES[named];
  const sql = `SELECT ${isRepeated ? "DISTINCT " : ""}${key} AS key, ${name} AS name FROM ${eventsSql} WHERE ${key} IN {keys:Array(UInt64)}`;
  const names = new Map<bigint, string>();
  const wanted = [...new Set(keys)];
  for (let start = 0; start < wanted.length; start += KEYS_PER_QUERY_MAX) {
    for await (const batch of store.columns(sql, { keys: wanted.slice(start, start + KEYS_PER_QUERY_MAX) })) {
      const found = takeKeys(batch, "key");
      const values = takeStrings(batch, "name");
      for (let row = 0; row < batch.rows; row++) names.set(found[row], values[row]);
    }
  }
  return names;
}

/** Where the entries of each account stand, when entries are sorted by user. */
export function countEntries(entries: readonly { user: number }[], accounts: number): Uint32Array {
  const offsets = new Uint32Array(accounts + 1);
  for (const { user } of entries) offsets[user + 1] += 1;
  for (let account = 0; account < accounts; account++) offsets[account + 1] += offsets[account];
  return offsets;
}
