/** Who is registered like a known campaign's accounts, looked for among all accounts only when the answer may be another. */
import { hasKey } from "../../../engine/campaigns/known-campaigns.js";
import type { Membership } from "../../../engine/campaigns/matches.js";
import { findRegistrations } from "../../../engine/campaigns/own-registrations.js";
import type { SideFacts } from "../../../engine/behaviour/population.js";
import type { Account } from "../../../vocabulary/account.js";
import type { LiveCampaign } from "../../../vocabulary/live.js";

/** What is held against the accounts. */
export interface RegistrationQuestion {
  membership: readonly Membership[];
  campaigns: readonly LiveCampaign[];
  /** Hashes of the accounts that were seen lately, ascending. */
  seen: BigUint64Array;
  spared: Spared;
  hash: (text: string) => bigint;
}

/** Remembers the last answer. */
export interface RegistrationMemory {
  find(accounts: Iterable<Account>, question: RegistrationQuestion): ReturnType<typeof findRegistrations>;
}

/** Creates one that remembers nothing. */
export function createRegistrationMemory(): RegistrationMemory {
  let last: { accounts: Iterable<Account>; seen: BigUint64Array; told: string; answer: ReturnType<typeof findRegistrations> } | null = null;
  return {
    find(accounts, question) {
      const { seen } = question;
      const told = describeQuestion(question);
      // A look at a million accounts takes most of a second, in which nothing is taken in. Who was seen is learnt anew by a turn of the longest window alone.
      if (last !== null && last.accounts === accounts && last.seen === seen && last.told === told) return last.answer;
      const answer = findAnew(accounts, question);
      last = { accounts, seen, told, answer };
      return answer;
    },
  };
}

function findAnew(
  accounts: Iterable<Account>,
  { membership, campaigns, seen, spared, hash }: RegistrationQuestion,
): ReturnType<typeof findRegistrations> {
  // A turn without campaigns must not cost a copy of a million accounts.
  const asked = membership.length === 0 ? [] : leaveSparedOut(accounts, spared);
  return findRegistrations(asked, { membership, ...tellStrangers(campaigns, { seen, hash }) });
}

/** All of it but accounts and who was seen, which are told apart by being other lists. */
function describeQuestion({ membership, campaigns, spared }: RegistrationQuestion): string {
  return JSON.stringify([
    membership.map(({ accountId, campaignId }) => [accountId, campaignId]),
    campaigns.map(({ members }) => members.map(({ accountId, probability }) => [accountId, probability])),
    [...spared.accounts],
    [...spared.organizations],
  ]);
}

/** Whoever was seen lately is a stranger, and who is watched beside a campaign with the probability that he is one; who was not seen yet says nothing of strangers. */
function tellStrangers(
  campaigns: readonly LiveCampaign[],
  { seen, hash }: Pick<RegistrationQuestion, "seen" | "hash">,
): { strangenessOf: (accountId: string) => number; accountsSeen: number } {
  const listed = new Map(campaigns.flatMap(({ members }) => members.map(({ accountId, probability }) => [accountId, 1 - probability])));
  const strangenessOf = (accountId: string): number => listed.get(accountId) ?? (hasKey(seen, hash(accountId)) ? 1 : 0);
  return { strangenessOf, accountsSeen: seen.length };
}

/** Names on the allowlist. */
export interface Spared {
  accounts: ReadonlySet<string>;
  organizations: ReadonlySet<string>;
}

/** Who is on the allowlist at a moment of event time. */
export function listSpared(allowlist: SideFacts["allowlist"], nowMs: number): Spared {
  const valid = allowlist.filter(({ expiresAtMs }) => expiresAtMs > nowMs);
  return {
    accounts: new Set(valid.flatMap(({ accountId }) => accountId ?? [])),
    organizations: new Set(valid.flatMap(({ organizationId }) => organizationId ?? [])),
  };
}

/** Who is on the allowlist is asked for at the verdict, and until then nothing is told of him. */
function leaveSparedOut(accounts: Iterable<Account>, spared: Spared): Account[] {
  return [...accounts].filter(
    ({ accountId, organizationId }) =>
      !spared.accounts.has(accountId) && (organizationId === undefined || !spared.organizations.has(organizationId)),
  );
}
