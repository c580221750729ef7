/**
 * What was there to find a missed account by: how many requests of its campaign it sent, and whether it shares an address or what it pays with. An account
 * of a pool that had no turn yet and shares nothing is told by nothing that any rule could read.
 */
import type { Account } from "../vocabulary/account.js";
import type { RequestEvent } from "../vocabulary/request-event.js";
import type { MissedAccounts, MissedPart } from "./evaluation.js";
import type { ScoredAccountLine } from "./read-score-input.js";
import type { Lines, TruthOfAccount } from "./score.js";

/** Attack accounts as the log shows them. */
export interface AttackTraces {
  /** The true attack accounts, whether the log shows them or not. */
  accounts: ReadonlySet<string>;
  /** How many requests of a campaign each account sent; without those that sent none. */
  requests: ReadonlyMap<string, number>;
  /** Accounts that share an address, a payment instrument or an e-mail with another account of their campaign. */
  sharers: ReadonlySet<string>;
}

/** Gathers traces event by event. */
export interface TraceTally {
  /** @param campaign the true campaign of the request, null for none. */
  add(event: RequestEvent, campaign: string | null): void;
  finish(): AttackTraces;
}

/** Starts gathering. However common a thing is, sharing it counts: a VPN's address, too, so that who shares nothing shares nothing. */
export function startTraces(truth: readonly TruthOfAccount[], sideFacts: ReadonlyMap<string, Account>): TraceTally {
  const campaignOf = new Map(
    truth.flatMap(({ accountId, label, campaign }) => (label === "attack" ? [[accountId, campaign] as const] : [])),
  );
  const requests = new Map<string, number>();
  const holders = new Map<string, Set<string>>();
  const hold = (account: string, kind: string, thing: string | undefined): void => {
    if (thing === undefined) return;
    const key = `${campaignOf.get(account) ?? ""}\u0000${kind}\u0000${thing}`;
    const known = holders.get(key);
    if (known) known.add(account);
    else holders.set(key, new Set([account]));
  };
  for (const account of campaignOf.keys()) {
    const facts = sideFacts.get(account);
    hold(account, "address", facts?.signupIp);
    hold(account, "payment", facts?.paymentFingerprint);
    hold(account, "email", facts?.emailHash);
  }
  return {
    add({ accountId, client }, campaign) {
      if (campaign !== null) requests.set(accountId, (requests.get(accountId) ?? 0) + 1);
      if (campaignOf.has(accountId)) hold(accountId, "address", client?.ip);
    },
    finish() {
      const sharers = new Set<string>();
      for (const accounts of holders.values()) if (accounts.size > 1) for (const account of accounts) sharers.add(account);
      return { accounts: new Set(campaignOf.keys()), requests, sharers };
    },
  };
}

/** What a report made of the attack accounts that it saw. */
export interface TracedOutcome {
  tookPart: { accounts: number; found: number };
  missed: MissedAccounts;
}

/** So few requests of a campaign are how people meet a phrase; from three on an account's own mix of scaffolds says something. */
const FEW_REQUESTS_MAX = 2;

/** Divides the missed accounts by what there was to find them by. */
export async function traceOutcome(lines: Lines<ScoredAccountLine>, { accounts, requests, sharers }: AttackTraces): Promise<TracedOutcome> {
  const tookPart = { accounts: 0, found: 0 };
  const startPart = (): MissedPart => ({ accounts: 0, sharing_nothing: 0, watched: 0 });
  const missed: MissedAccounts = { without_request: startPart(), with_one_or_two: startPart(), with_more: startPart() };
  for await (const { account_id: account, standing } of lines) {
    const sent = requests.get(account) ?? 0;
    const isFound = standing === "campaign";
    if (sent > 0) tookPart.accounts += 1;
    if (sent > 0 && isFound) tookPart.found += 1;
    if (isFound || !accounts.has(account)) continue;
    const part = sent === 0 ? missed.without_request : sent <= FEW_REQUESTS_MAX ? missed.with_one_or_two : missed.with_more;
    part.accounts += 1;
    if (!sharers.has(account)) part.sharing_nothing += 1;
    if (standing === "watch") part.watched += 1;
  }
  return { tookPart, missed };
}
