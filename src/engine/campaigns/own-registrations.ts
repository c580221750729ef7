/** Who is registered with what a known campaign's accounts are registered with: cards, mail, sign-up addresses, and the hours of its bursts. */
import type { Account } from "../../vocabulary/account.js";
import { MATCH_KINDS, type MatchKind } from "../../vocabulary/known.js";
import { countBy, type KindRate, type KindRates, SHARERS_MIN } from "./kind-rates.js";
import { CARRIERS_MIN, type Membership, OWN_SHARE_MIN, PAYERS_SHARE_MIN } from "./matches.js";
import { findBursts } from "./registration-bursts.js";

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
  const { owners, sharing } = findOwners(listed, { campaignOf, strangenessOf });
  const burstsOf = findBursts(listed, { campaignOf, strangenessOf });
  const sizes = countBy(
    listed.filter(({ accountId }) => campaignOf.has(accountId)).map(({ accountId }) => campaignOf.get(accountId) ?? ""),
  );
  const rates = new Map<string, Map<MatchKind, KindRate>>();
  const registrations: OwnRegistration[] = [];
  for (const account of listed) {
    const bursts = burstsOf(account);
    // Nearly all of a million share nothing with anybody.
    if (bursts.length === 0 && !sharing.has(account)) continue;
    for (const [campaignId, kinds] of listShown(account, { owners, bursts, campaignOf })) {
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
  { owners, bursts, campaignOf }: { owners: readonly Values[]; bursts: readonly string[]; campaignOf: ReadonlyMap<string, string> },
): Map<string, Set<MatchKind>> {
  const shown = new Map<string, Set<MatchKind>>();
  const own = campaignOf.get(account.accountId);
  for (const campaignId of bursts) shown.set(campaignId, new Set(["cohort"]));
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

/** Who has one value of a field. */
interface Owner {
  campaignId: string;
  members: number;
  others: number;
  /** Of several campaigns. */
  isShared: boolean;
}
type Values = Map<string, Owner>;

function isOwn({ members, others, isShared }: Owner, { membersMin, shareMin }: (typeof REGISTERED)[number]): boolean {
  return !isShared && members >= membersMin && members >= shareMin * (members + others);
}

/** The values that are one campaign's own, field by field, and the accounts that may have one of them. */
function findOwners(
  accounts: readonly Account[],
  { campaignOf, strangenessOf }: { campaignOf: ReadonlyMap<string, string>; strangenessOf: (accountId: string) => number },
): { owners: Values[]; sharing: ReadonlySet<Account> } {
  const owners = REGISTERED.map((): Values => new Map());
  const sharing = new Set<Account>();
  // Only what members have is counted: a million accounts have a million cards.
  for (const account of accounts) {
    const campaignId = campaignOf.get(account.accountId);
    if (campaignId === undefined) continue;
    sharing.add(account);
    for (let place = 0; place < REGISTERED.length; place++) {
      const value = REGISTERED[place].read(account);
      if (value === undefined || value === "") continue;
      const known = owners[place].get(value);
      if (known === undefined) owners[place].set(value, { others: 0, members: 1, campaignId, isShared: false });
      else if (known.campaignId === campaignId) known.members += 1;
      else known.isShared = true;
    }
  }
  for (const [place, values] of owners.entries())
    for (const [value, owner] of values) if (!isOwn(owner, REGISTERED[place])) values.delete(value);
  for (const account of accounts) {
    if (campaignOf.has(account.accountId)) continue;
    for (let place = 0; place < REGISTERED.length; place++) {
      const known = owners[place].size === 0 ? undefined : owners[place].get(REGISTERED[place].read(account) ?? "");
      if (known === undefined) continue;
      known.others += strangenessOf(account.accountId);
      // What everybody has need not be counted to the end: it is nobody's own, and a million accounts need not be kept for it.
      if (isOwn(known, REGISTERED[place])) sharing.add(account);
      else owners[place].delete(REGISTERED[place].read(account) ?? "");
    }
  }
  return { owners, sharing };
}
