/** Where reasoning handles went, account by account: the store's ledger with names in place of keys. */
import { readHandleLedger } from "../../store/events/handle-ledger.js";
import type { EventStore } from "../../store/events/store.js";
import type { HandleColumns, HandleUse } from "../../vocabulary/fingerprint.js";
import { countEntries, type LedgerOptions, placePassages } from "./names-of-keys.js";

/** Reads where handles went. */
export async function observeHandles(store: EventStore, { eventsSql, accounts, models }: LedgerOptions): Promise<HandleColumns> {
  const ledger = await readHandleLedger(store, eventsSql);
  const { entries, requests } = await placePassages(store, { eventsSql, accounts, passages: ledger.passages });
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
        usedModel: models.get(first.usedModelKey) ?? "",
        usedRequest: requests.get(first.usedRequestKey) ?? "",
        issuedAtMs: first.issuedAtMs,
        issuedModel: models.get(first.issuedModelKey) ?? "",
        issuedRequest: requests.get(first.issuedRequestKey) ?? "",
      }),
    ),
    offsets: countEntries(entries, accounts.count),
  };
}
