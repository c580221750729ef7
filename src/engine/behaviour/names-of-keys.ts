/** Names for the keys of which the store's ledgers speak. */
import { takeKeys, takeStrings } from "../../store/events/column-batch.js";
import type { EventStore } from "../../store/events/store.js";
import { isUnattributed } from "../../vocabulary/account.js";

/** Keys looked up in one query: a statement of about a megabyte. */
const KEYS_PER_QUERY_MAX = 50_000;

/** What ledgers are read with: names that are known already need not be looked up. */
export interface LedgerOptions {
  /** Table expression that yields every request exactly once. */
  eventsSql: string;
  accounts: AccountsByKey;
  /** Target models by the hash of their name. */
  models: ReadonlyMap<bigint, string>;
}

/** Positions of accounts. */
export interface AccountsByKey {
  count: number;
  /** -1 for an account that the log does not name: who stands behind it is unknown, and so is whether anything left it. */
  locate(key: bigint): number;
}

/** Lists accounts by key. */
export function indexAccounts(accounts: readonly { accountId: string; accountKey: bigint }[]): AccountsByKey {
  const positions = new Map<bigint, number>();
  accounts.forEach(({ accountId, accountKey }, position) => {
    if (!isUnattributed(accountId)) positions.set(accountKey, position);
  });
  return { count: accounts.length, locate: (key) => positions.get(key) ?? -1 };
}

/** Looks the ids of requests up, so many at a time. */
async function findRequestIds(
  store: Pick<EventStore, "columns">,
  { eventsSql, keys }: { eventsSql: string; keys: readonly bigint[] },
): Promise<Map<bigint, string>> {
  const sql = `SELECT request_key, request_id FROM ${eventsSql} WHERE request_key IN {keys:Array(UInt64)}`;
  const names = new Map<bigint, string>();
  const wanted = [...new Set(keys)];
  for (let start = 0; start < wanted.length; start += KEYS_PER_QUERY_MAX) {
    for await (const batch of store.columns(sql, { keys: wanted.slice(start, start + KEYS_PER_QUERY_MAX) })) {
      const found = takeKeys(batch, "request_key");
      const ids = takeStrings(batch, "request_id");
      for (let row = 0; row < batch.rows; row++) names.set(found[row], ids[row]);
    }
  }
  return names;
}

/** A way from the account that something was issued to into the account that used it, as the ledgers list them. */
interface LedgerPassage {
  userKey: bigint;
  issuerKey: bigint;
  move: string;
  first: { usedRequestKey: bigint; issuedRequestKey: bigint };
}

/** Passages with the positions of their two accounts, by user, issuer and move, and the ids of their requests; those of nobody known are left out. */
export async function placePassages<Passage extends LedgerPassage>(
  store: Pick<EventStore, "columns">,
  { eventsSql, accounts, passages }: { eventsSql: string; accounts: AccountsByKey; passages: readonly Passage[] },
): Promise<{ entries: (Passage & { user: number; issuer: number })[]; requests: Map<bigint, string> }> {
  const keys = passages.flatMap(({ first }) => [first.usedRequestKey, first.issuedRequestKey]);
  const requests = await findRequestIds(store, { eventsSql, keys });
  const entries = passages
    .map((passage) => ({ ...passage, user: accounts.locate(passage.userKey), issuer: accounts.locate(passage.issuerKey) }))
    .filter(({ user, issuer }) => user >= 0 && issuer >= 0)
    .sort((a, b) => a.user - b.user || a.issuer - b.issuer || (a.move < b.move ? -1 : 1));
  return { entries, requests };
}

/** Where the entries of each account stand, when entries are sorted by user. */
export function countEntries(entries: readonly { user: number }[], accounts: number): Uint32Array {
  const offsets = new Uint32Array(accounts + 1);
  for (const { user } of entries) offsets[user + 1] += 1;
  for (let account = 0; account < accounts; account++) offsets[account + 1] += offsets[account];
  return offsets;
}
