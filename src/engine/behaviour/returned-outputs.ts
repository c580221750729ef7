/** Where answers came back as input, account by account: the store's ledger with names in place of keys. */
import { readOutputLedger, type OutputLedger } from "../../store/events/output-ledger.js";
import type { EventStore } from "../../store/events/store.js";
import { UNATTRIBUTED_PREFIX } from "../../vocabulary/account.js";
import type { ReturnColumns } from "../../vocabulary/fingerprint.js";
import { countEntries, findNames } from "./names-of-keys.js";

/** Reads where answers came back. `accountIds` are the population's, ascending. */
export async function observeReturns(
  store: EventStore,
  { eventsSql, accountIds }: { eventsSql: string; accountIds: readonly string[] },
): Promise<ReturnColumns> {
  const ledger: OutputLedger = await readOutputLedger(store, eventsSql);
  const { passages } = ledger;
  const accounts = await findNames(store, {
    eventsSql,
    named: "account",
    keys: passages.flatMap(({ userKey, issuerKey }) => [userKey, issuerKey]),
  });
  const requests = await findNames(store, {
    eventsSql,
    named: "request",
    keys: passages.flatMap(({ first }) => [first.usedRequestKey, first.issuedRequestKey]),
  });
  const positions = new Map(accountIds.map((accountId, position) => [accountId, position]));
  const locate = (key: bigint): number => {
    const accountId = accounts.get(key) ?? "";
    // Who stands behind an account that the log does not name is unknown, and so is whether an answer left it.
    return accountId.startsWith(UNATTRIBUTED_PREFIX) ? -1 : (positions.get(accountId) ?? -1);
  };
  const entries = passages
    .map((passage) => ({ ...passage, user: locate(passage.userKey), issuer: locate(passage.issuerKey) }))
    .filter(({ user, issuer }) => user >= 0 && issuer >= 0)
    .sort((a, b) => a.user - b.user || a.issuer - b.issuer || (a.move < b.move ? -1 : 1));
  return {
    answered: ledger.answered,
    withBlocks: ledger.withBlocks,
    users: Int32Array.from(entries, ({ user }) => user),
    issuers: Int32Array.from(entries, ({ issuer }) => issuer),
    moves: entries.map(({ move }) => move),
    counts: Uint32Array.from(entries, ({ outputs }) => outputs),
    firsts: entries.map(({ first }) => ({
      usedAtMs: first.usedAtMs,
      usedRequest: requests.get(first.usedRequestKey) ?? "",
      issuedAtMs: first.issuedAtMs,
      issuedRequest: requests.get(first.issuedRequestKey) ?? "",
    })),
    offsets: countEntries(entries, accountIds.length),
  };
}
