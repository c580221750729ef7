/** Where answers came back as input, account by account: the store's ledger with names in place of keys. */
import { readOutputLedger } from "../../store/events/output-ledger.js";
import type { EventStore } from "../../store/events/store.js";
import type { ReturnColumns } from "../../vocabulary/fingerprint.js";
import { countEntries, type LedgerOptions, placePassages } from "./names-of-keys.js";

/** Reads where answers came back. */
export async function observeReturns(store: EventStore, { eventsSql, accounts }: LedgerOptions): Promise<ReturnColumns> {
  const ledger = await readOutputLedger(store, eventsSql);
  const { entries, requests } = await placePassages(store, { eventsSql, accounts, passages: ledger.passages });
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
    offsets: countEntries(entries, accounts.count),
  };
}
