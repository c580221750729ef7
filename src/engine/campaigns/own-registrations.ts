/** Who is registered with what a known campaign's accounts are registered with: cards, mail, sign-up addresses, and the hours of its bursts. */
import type { Account } from "../../vocabulary/account.js";
import { MATCH_KINDS, type MatchKind } from "../../vocabulary/known.js";
import { countBy, type KindRate, type KindRates, SHARERS_MIN } from "./kind-rates.js";
import { CARRIERS_MIN, type Membership, OWN_SHARE_MIN, PAYERS_SHARE_MIN } from "./matches.js";

/** What accounts are registered with: how many members must have it, at which share of all who do. What one alone has ties nobody to him but who has it too. */
const REGISTERED: readonly {
  kind: MatchKind;
  membersMin: number;
  shareMin: number;
  read: (account: Account) => string | undefined;
}[] = [
  { kind: "payment", membersMin: 1, shareMin: PAYERS_SHARE_MIN, read: ({ paymentFingerprint }) => paymentFingerprint },
  { kind: "registration", membersMin: 1, shareMin: PAYERS_SHARE_MIN, read: ({ emailHash }) => emailHash },
  { kind: "registration", membersMin: 1, shareMin: PAYERS_SHARE_MIN, read: ({ signupIp }) => signupIp },
  { kind: "registration", membersMin: CARRIERS_MIN, shareMin: OWN_SHARE_MIN, read: ({ emailDomain }) => emailDomain },
  { kind: "registration", membersMin: CARRIERS_MIN, shareMin: OWN_SHARE_MIN, read: ({ signupJa4 }) => signupJa4 },
];

/** An account that is registered with something of a campaign's. */
export interface OwnRegistration {
  accountId: string;
  campaignId: string;
  kinds: readonly MatchKind[];
}

/**
 * Finds who is registered with something that a member has too, and hardly anybody else, and how much that says. Who was not seen lately says nothing about strangers: an
 * account that waits for its turn is one of the pool's as likely as not.
 */
export function findRegistrations(
  accounts: Iterable<Account>,
  {
    membership,
    strangenessOf,
    accountsSeen,
  }: {
    membership: readonly Membership[];
    /** Probability that an account which is no member is a stranger to the campaigns; 0 for who was not seen lately. */
    strangenessOf: (accountId: string) => number;
    accountsSeen: number;
  },
): { registrations: OwnRegistration[]; rates: KindRates } {
  // A turn without campaigns must not cost a look at a million accounts.
  if (membership.length === 0) return { registrations: [], rates: new Map() };
  const campaignOf = new Map(membership.map(({ accountId, campaignId }) => [accountId, campaignId]));
  const listed = [...accounts];
  const owners = REGISTERED.map((plan) => findOwners(listed, { plan, campaignOf, strangenessOf }));
  const cohorts = listCohorts(listed, campaignOf);
  const sizes = countBy(listed.flatMap(({ accountId }) => campaignOf.get(accountId) ?? []));
  const rates = new Map<string, Map<MatchKind, KindRate>>();
  const registrations: OwnRegistration[] = [];
  for (const account of listed) {
    for (const [campaignId, kinds] of listShown(account, { owners, cohorts, campaignOf })) {
      registrations.push({ accountId: account.accountId, campaignId, kinds: MATCH_KINDS.filter((kind) => kinds.has(kind)) });
      const own = rates.get(campaignId) ?? new Map<MatchKind, KindRate>();
      rates.set(campaignId, own);
      const membersOf = sizes.get(campaignId) ?? 0;
      const isMember = campaignOf.get(account.accountId) === campaignId;
      const strangeness = isMember ? 0 : strangenessOf(account.accountId);
      for (const kind of kinds) {
        const rate = own.get(kind) ?? { members: 0, membersOf, others: 0, othersOf: Math.max(0, accountsSeen - membersOf) };
        own.set(kind, { ...rate, members: rate.members + (isMember ? 1 : 0), others: rate.others + strangeness });
      }
    }
  }
  return { registrations, rates };
}

/** What an account shows of which campaign; of its own campaign only what another member has too. */
function listShown(
  account: Account,
  { owners, cohorts, campaignOf }: { owners: readonly Map<string, Owner>[]; cohorts: Cohorts; campaignOf: ReadonlyMap<string, string> },
): Map<string, Set<MatchKind>> {
  const shown = new Map<string, Set<MatchKind>>();
  const own = campaignOf.get(account.accountId);
  for (const campaignId of listNear(cohorts, account, own)) shown.set(campaignId, new Set(["cohort"]));
  for (const [place, { kind, read }] of REGISTERED.entries()) {
    const value = read(account);
    const owner = value === undefined || value === "" ? undefined : owners[place].get(value);
    if (owner === undefined) continue;
    if (own === owner.campaignId && owner.members < SHARERS_MIN) continue;
    const kinds = shown.get(owner.campaignId) ?? new Set<MatchKind>();
    shown.set(owner.campaignId, kinds.add(kind));
  }
  return shown;
}

/** Accounts of a pool are registered in bursts of some hours, which is what somebody at work, or a script that must not be noticed, needs for some dozen. */
const COHORT_MS = 3 * 3_600_000;
/** Others of the campaign that must have registered so near: two may be chance. */
const COHORT_MIN = 3;

/** When members registered, ascending, and of which campaign each is. */
interface Cohorts {
  times: Float64Array;
  campaigns: readonly string[];
}

function listCohorts(accounts: readonly Account[], campaignOf: ReadonlyMap<string, string>): Cohorts {
  const members = accounts
    .flatMap(({ accountId, createdAtMs }) => {
      const campaignId = campaignOf.get(accountId);
      return campaignId === undefined ? [] : [{ createdAtMs, campaignId }];
    })
    .sort((a, b) => a.createdAtMs - b.createdAtMs);
  return { times: Float64Array.from(members, ({ createdAtMs }) => createdAtMs), campaigns: members.map(({ campaignId }) => campaignId) };
}

/** Campaigns of which enough others registered near this account. */
function listNear({ times, campaigns }: Cohorts, { createdAtMs }: Account, own: string | undefined): string[] {
  const counts = new Map<string, number>();
  const to = findPlace(times, createdAtMs + COHORT_MS);
  for (let place = findPlace(times, createdAtMs - COHORT_MS); place < to; place++)
    counts.set(campaigns[place], (counts.get(campaigns[place]) ?? 0) + 1);
  return [...counts].flatMap(([id, count]) => (count - (id === own ? 1 : 0) >= COHORT_MIN ? [id] : []));
}

/** How many lie before. */
function findPlace(times: Float64Array, atMs: number): number {
  let [from, to] = [0, times.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (times[middle] < atMs) from = middle + 1;
    else to = middle;
  }
  return from;
}

interface Owner {
  campaignId: string;
  members: number;
}

/** Values of one field that are one campaign's own. */
function findOwners(
  accounts: readonly Account[],
  {
    plan,
    campaignOf,
    strangenessOf,
  }: {
    plan: (typeof REGISTERED)[number];
    campaignOf: ReadonlyMap<string, string>;
    strangenessOf: (accountId: string) => number;
  },
): Map<string, Owner> {
  const counts = new Map<string, Owner & { others: number; isShared: boolean }>();
  // Only what members have is counted: a million accounts have a million cards.
  for (const account of accounts) {
    const campaignId = campaignOf.get(account.accountId);
    const value = campaignId === undefined ? undefined : plan.read(account);
    if (campaignId === undefined || value === undefined || value === "") continue;
    const known = counts.get(value);
    if (known === undefined) counts.set(value, { others: 0, members: 1, campaignId, isShared: false });
    else if (known.campaignId === campaignId) known.members += 1;
    else known.isShared = true;
  }
  for (const account of accounts) {
    if (campaignOf.has(account.accountId)) continue;
    const known = counts.get(plan.read(account) ?? "");
    if (known !== undefined) known.others += strangenessOf(account.accountId);
  }
  const owners = new Map<string, Owner>();
  for (const [value, { others, members, campaignId, isShared }] of counts)
    if (!isShared && members >= plan.membersMin && members >= plan.shareMin * (members + others))
      owners.set(value, { campaignId, members });
  return owners;
}
