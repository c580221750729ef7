/** Where reasoning handles went, account by account: the store's ledger with names in place of keys. */
import { readHandleLedger, type HandleLedger } from "../../store/events/handle-ledger.js";
import type { EventStore } from "../../store/events/store.js";
import { UNATTRIBUTED_PREFIX } from "../../vocabulary/account.js";
import type { HandleColumns, HandleUse } from "../../vocabulary/fingerprint.js";
import { countEntries, findNames, type Named } from "./names-of-keys.js";

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

/** Names per key, of those that the ledger speaks of. */
interface Names {
  accounts: Map<bigint, string>;
  models: Map<bigint, string>;
  requests: Map<bigint, string>;
}

async function lookUpNames(store: EventStore, { eventsSql, ledger }: { eventsSql: string; ledger: HandleLedger }): Promise<Names> {
  const { passages } = ledger;
  const find = (named: Named, keys: readonly bigint[]) => findNames(store, { eventsSql, named, keys });
  return {
    accounts: await find(
      "account",
      passages.flatMap(({ userKey, issuerKey }) => [userKey, issuerKey]),
    ),
    models: await find(
      "model",
      passages.flatMap(({ first }) => [first.usedModelKey, first.issuedModelKey]),
    ),
    requests: await find(
      "request",
      passages.flatMap(({ first }) => [first.usedRequestKey, first.issuedRequestKey]),
    ),
  };
}
