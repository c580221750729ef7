/** What is known of accounts besides their requests: parties, allowlist, registration, instruments, addresses, enforcement. */
import type { Account, AllowlistEntry } from "../../vocabulary/account.js";
import { createNumberIndex } from "../../statistics/number-index.js";
import { AccountFact, type Incidence, type Population, type SharedThings } from "../../vocabulary/fingerprint.js";
import type { AccountRow, RequestPass } from "./request-pass.js";
import type { SideFacts } from "./population.js";

/** The columns of {@link Population} that do not come from requests. */
type AccountColumns = Pick<
  Population,
  | "accountIds"
  | "parties"
  | "partyCount"
  | "organizationIds"
  | "isAllowlisted"
  | "createdAtMs"
  | "facts"
  | "programmes"
  | "plans"
  | "keyCounts"
  | "clientCounts"
  | "addresses"
  | "addressesOf"
  | "instruments"
  | "instrumentsOf"
  | "enforcement"
>;

/** Columns that follow from the side files and the accounts' own rows, before any request is read. */
export type SideColumns = Omit<AccountColumns, "isAllowlisted" | "addresses" | "addressesOf">;

/** Joins the side files with the accounts that sent requests. */
export function joinSideFacts({ rows, sideFacts }: { rows: readonly AccountRow[]; sideFacts: SideFacts }): SideColumns {
  const known = new Map(sideFacts.accounts.map((account) => [account.accountId, account]));
  const accounts = rows.map((row) => known.get(row.accountId));
  const organizationIds = rows.map((row, position) => accounts[position]?.organizationId ?? row.organizationId);
  const { parties, partyCount } = numberParties(organizationIds);
  return {
    accountIds: rows.map((row) => row.accountId),
    parties,
    partyCount,
    organizationIds,
    createdAtMs: Float64Array.from(accounts, (account) => account?.createdAtMs ?? Number.NaN),
    facts: Uint16Array.from(accounts, readFacts),
    programmes: accounts.map((account) => account?.programme ?? ""),
    plans: accounts.map((account) => account?.plan ?? ""),
    keyCounts: Uint32Array.from(rows, ({ keys }) => keys),
    clientCounts: Uint32Array.from(rows, ({ clients }) => clients),
    ...listInstruments(accounts, parties),
    enforcement: listEnforcement(rows, sideFacts),
  };
}

/** Adds what requests tell: the addresses they came from, and the end of the window, at which an entry of the allowlist may have run out. */
export function addRequests(
  columns: SideColumns,
  { pass, requestOffsets, allowlist }: { pass: RequestPass; requestOffsets: Uint32Array; allowlist: readonly AllowlistEntry[] },
): AccountColumns {
  const addressesOf = listAddresses(pass, requestOffsets);
  return {
    ...columns,
    isAllowlisted: markAllowlisted(columns, { allowlist, atMs: findWindowEnd(pass.requests) }),
    addresses: countShared(addressesOf, { parties: columns.parties, kinds: pass.addresses.map(() => "address") }),
    addressesOf,
  };
}

function numberParties(organizationIds: readonly string[]): { parties: Int32Array; partyCount: number } {
  const numbers = new Map<string, number>();
  let partyCount = 0;
  const parties = Int32Array.from(organizationIds, (organization) => {
    if (organization === "") return partyCount++;
    let party = numbers.get(organization);
    if (party === undefined) {
      party = partyCount++;
      numbers.set(organization, party);
    }
    return party;
  });
  return { parties, partyCount };
}

function readFacts(account: Account | undefined): number {
  if (!account) return 0;
  const isVerified = account.verification !== undefined && account.verification !== "none" && account.verification !== "email";
  const isVerifiedStrongly = account.verification === "identity" || account.verification === "organization";
  return AccountFact.known + (isVerified ? AccountFact.verified : 0) + (isVerifiedStrongly ? AccountFact.verifiedStrongly : 0);
}

/** Requests looked at for the end of the window; more change it by minutes. */
const WINDOW_SAMPLE_MAX = 100_000;
/** One request with a wrong clock must not let an allowlist run out: the end is where all but a hundredth have happened. */
const WINDOW_END_QUANTILE = 0.99;

/** The end of the analysed window stands for "now": an entry that had run out by then does not protect. */
export function findWindowEnd(requests: Pick<RequestPass["requests"], "count" | "atMs">): number {
  if (requests.count === 0) return Number.NEGATIVE_INFINITY;
  const step = Math.ceil(requests.count / WINDOW_SAMPLE_MAX);
  const sample = Float64Array.from({ length: Math.ceil(requests.count / step) }, (_, index) => requests.atMs[index * step]).sort();
  return sample[Math.floor(WINDOW_END_QUANTILE * (sample.length - 1))];
}

function markAllowlisted(
  { accountIds, organizationIds }: SideColumns,
  { allowlist, atMs }: { allowlist: readonly AllowlistEntry[]; atMs: number },
): Uint8Array {
  const valid = allowlist.filter((entry) => entry.expiresAtMs > atMs);
  const accounts = new Set(valid.flatMap((entry) => entry.accountId ?? []));
  const organizations = new Set(valid.flatMap((entry) => entry.organizationId ?? []));
  return Uint8Array.from(accountIds, (accountId, position) =>
    accounts.has(accountId) || organizations.has(organizationIds[position]) ? 1 : 0,
  );
}

function listAddresses({ requests }: RequestPass, requestOffsets: Uint32Array): Incidence {
  return buildIncidence(requestOffsets.length - 1, (account) => {
    const seen = new Set<number>();
    for (let row = requestOffsets[account]; row < requestOffsets[account + 1]; row++) {
      const address = requests.address[row];
      if (address >= 0) seen.add(address);
    }
    return [...seen];
  });
}

function buildIncidence(count: number, itemsOf: (position: number) => number[]): Incidence {
  const offsets = new Uint32Array(count + 1);
  const items: number[] = [];
  for (let position = 0; position < count; position++) {
    for (const item of itemsOf(position).sort((a, b) => a - b)) items.push(item);
    offsets[position + 1] = items.length;
  }
  return { offsets, items: Uint32Array.from(items) };
}

/** Kinds of instruments and the fields that hold them, ascending by kind. */
const INSTRUMENT_FIELDS = [
  ["email", "emailHash"],
  ["email_domain", "emailDomain"],
  ["payment", "paymentFingerprint"],
  ["referrer", "referrer"],
  ["signup_address", "signupIp"],
  ["signup_client", "signupJa4"],
] as const satisfies readonly (readonly [string, keyof Account])[];

/** Numbers the instruments, ascending by kind and value. */
function listInstruments(
  accounts: readonly (Account | undefined)[],
  parties: Int32Array,
): Pick<Population, "instruments" | "instrumentsOf"> {
  const itemsOf: number[][] = accounts.map(() => []);
  const kinds: string[] = [];
  for (const [kind, field] of INSTRUMENT_FIELDS) {
    const values = accounts.map((account) => account?.[field] ?? "");
    const numbers = new Map<string, number>();
    for (const value of [...new Set(values)].sort()) if (value !== "") numbers.set(value, kinds.push(kind) - 1);
    values.forEach((value, account) => {
      const number = numbers.get(value);
      if (number !== undefined) itemsOf[account].push(number);
    });
  }
  const instrumentsOf = buildIncidence(accounts.length, (account) => itemsOf[account]);
  return { instrumentsOf, instruments: countShared(instrumentsOf, { parties, kinds }) };
}

function countShared(incidence: Incidence, { parties, kinds }: { parties: Int32Array; kinds: string[] }): SharedThings {
  const accounts = new Uint32Array(kinds.length);
  const partyCounts = new Uint32Array(kinds.length);
  const isShared = findSharedParties(parties);
  const seen = createNumberIndex();
  for (let account = 0; account + 1 < incidence.offsets.length; account++) {
    const party = parties[account];
    for (let entry = incidence.offsets[account]; entry < incidence.offsets[account + 1]; entry++) {
      const item = incidence.items[entry];
      accounts[item] += 1;
      // Most accounts are a party of their own, for which nothing need be remembered.
      const known = seen.size;
      if (isShared[party] === 0 || seen.place(item * parties.length + party) === known) partyCounts[item] += 1;
    }
  }
  return { kinds, accounts, parties: partyCounts };
}

/** 1 for parties of several accounts. */
export function findSharedParties(parties: Int32Array): Uint8Array {
  const isShared = new Uint8Array(parties.length);
  const isSeen = new Uint8Array(parties.length);
  for (const party of parties) {
    isShared[party] = isSeen[party];
    isSeen[party] = 1;
  }
  return isShared;
}

function listEnforcement(rows: readonly AccountRow[], sideFacts: SideFacts): Population["enforcement"] {
  const positions = new Map(rows.map((row, position) => [row.accountId, position]));
  const entries = sideFacts.enforcement
    .flatMap((entry) => {
      const account = positions.get(entry.accountId);
      return account === undefined ? [] : [{ account, atMs: entry.atMs, measure: entry.measure }];
    })
    .sort((a, b) => a.atMs - b.atMs || a.account - b.account || (a.measure < b.measure ? -1 : a.measure > b.measure ? 1 : 0));
  return {
    account: Int32Array.from(entries, (entry) => entry.account),
    atMs: Float64Array.from(entries, (entry) => entry.atMs),
    measure: entries.map((entry) => entry.measure),
  };
}
