/** Where reasoning handles went, account by account: the store's ledger with names in place of keys. */
import { readHandleLedger, type HandleLedger } from "../../store/events/handle-ledger.js";
import { takeKeys, takeStrings } from "../../store/events/column-batch.js";
import type { EventStore } from "../../store/events/store.js";
import { UNATTRIBUTED_PREFIX } from "../../vocabulary/account.js";
import type { HandleColumns, HandleUse } from "../../vocabulary/fingerprint.js";

/** Keys looked up in one query: a statement of about a megabyte. */
const KEYS_PER_QUERY_MAX = 50_000;

/** Reads where handles went. `accountIds` are the population's, ascending. */
export async function observeHandles(
  store: EventStore,
  { eventsSql, accountIds }: { eventsSql: string; accountIds: readonly string[] },
): Promise<HandleColumns> {
  const ledger = await readHandleLedger(store, eventsSql);
  const names = await lookUpNames(store, { eventsSql, ledger });
  const positions = new Map(accountIds.map((accountId, position) => [accountId, position]));
  const locate = (key: bigint): number => {
    const accountId = names.accounts.get(key) ?? "";
    // Who stands behind an account that the log does not name is unknown, and so is whether a handle left it.
    return accountId.startsWith(UNATTRIBUTED_PREFIX) ? -1 : (positions.get(accountId) ?? -1);
  };
  const entries = ledger.passages
    .map((passage) => ({ ...passage, user: locate(passage.userKey), issuer: locate(passage.issuerKey) }))
    .filter(({ user, issuer }) => user >= 0 && issuer >= 0)
    .sort((a, b) => a.user - b.user || a.issuer - b.issuer || (a.move < b.move ? -1 : 1));
  return {
    issued: ledger.issued,
    submitted: ledger.submitted,
    unknownIssuer: ledger.unknownIssuer,
    shared: ledger.shared,
    hasConversations: ledger.hasConversations,
    users: Int32Array.from(entries, ({ user }) => user),
    issuers: Int32Array.from(entries, ({ issuer }) => issuer),
    moves: entries.map(({ move }) => move),
    counts: Uint32Array.from(entries, ({ handles }) => handles),
    acts: Uint32Array.from(entries, ({ acts }) => acts),
    firsts: entries.map(
      ({ first }): HandleUse => ({
        handle: first.handle.toString(16).padStart(16, "0"),
        usedAtMs: first.usedAtMs,
        usedModel: names.models.get(first.usedModelKey) ?? "",
        usedRequest: names.requests.get(first.usedRequestKey) ?? "",
        issuedAtMs: first.issuedAtMs,
        issuedModel: names.models.get(first.issuedModelKey) ?? "",
        issuedRequest: names.requests.get(first.issuedRequestKey) ?? "",
      }),
    ),
    offsets: countEntries(entries, accountIds.length),
  };
}

function countEntries(entries: readonly { user: number }[], accounts: number): Uint32Array {
  const offsets = new Uint32Array(accounts + 1);
  for (const { user } of entries) offsets[user + 1] += 1;
  for (let account = 0; account < accounts; account++) offsets[account + 1] += offsets[account];
  return offsets;
}

/** Names per key, of those that the ledger speaks of. */
interface Names {
  accounts: Map<bigint, string>;
  models: Map<bigint, string>;
  requests: Map<bigint, string>;
}

async function lookUpNames(store: EventStore, { eventsSql, ledger }: { eventsSql: string; ledger: HandleLedger }): Promise<Names> {
  const { passages } = ledger;
  const find = (select: string, keyColumn: string, keys: readonly bigint[]) =>
    findNames(store, { sql: `SELECT ${select} FROM ${eventsSql} WHERE ${keyColumn} IN {keys:Array(UInt64)}`, keys });
  return {
    accounts: await find(
      "DISTINCT account_key AS key, account_id AS name",
      "account_key",
      passages.flatMap(({ userKey, issuerKey }) => [userKey, issuerKey]),
    ),
    models: await find(
      "DISTINCT xxHash64(CAST(target_model AS String)) AS key, CAST(target_model AS String) AS name",
      "xxHash64(CAST(target_model AS String))",
      passages.flatMap(({ first }) => [first.usedModelKey, first.issuedModelKey]),
    ),
    requests: await find(
      "request_key AS key, request_id AS name",
      "request_key",
      passages.flatMap(({ first }) => [first.usedRequestKey, first.issuedRequestKey]),
    ),
  };
}

async function findNames(store: EventStore, { sql, keys }: { sql: string; keys: readonly bigint[] }): Promise<Map<bigint, string>> {
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
