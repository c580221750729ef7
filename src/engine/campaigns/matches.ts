/**
 * Matches: accounts outside a known campaign that carry what is its own, told within seconds and long before the next analysis. A match is a reason to
 * look and never a decision: the campaign test has not been asked.
 *
 * What is a campaign's own is learnt after every turn: anchors of its work load, pairs of address and client, and payment instruments that several of
 * its accounts have and hardly anybody else. An address alone or a client alone never matches, because either is free to fake and shared by chance.
 */
import { takeNumbers, takeKeys, takeStrings } from "../../store/events/column-batch.js";
import type { EventStore } from "../../store/events/store.js";
import type { Account, AllowlistEntry } from "../../vocabulary/account.js";
import { MAPPED_PREFIX, MARK_HASH_BITS, MARK_TAGS, USER_ANCHOR_BIT } from "../../vocabulary/known.js";
import type { CampaignMatch, LiveCampaign } from "../../vocabulary/live.js";

/** Accounts of a campaign that must carry a thing before it counts as the campaign's: the smallest pool looked for has that many. */
export const CARRIERS_MIN = 3;
/** Share of all who carry it that must be of the campaign: a scaffold with copycats, or a gateway of an office, is nobody's own. */
export const OWN_SHARE_MIN = 0.9;
/** Accounts that must pay with one instrument, and their share of all registered with it: a family's card has two, a reseller's has strangers. */
export const PAYERS_MIN = 2;
export const PAYERS_SHARE_MIN = 0.5;
/** Requests of an account that carry something of the campaign's before it is told: one or two are a pasted prompt. */
const REQUESTS_MIN = 3;
/** Anchors of its own that they must carry: one shingle of words may be a common phrase yet unseen elsewhere. */
export const ANCHORS_MIN = 2;
/** Marks of each kind kept for one campaign, those with most carriers: a scaffold has some ten anchors in each region, and a pool some hundred addresses. */
const MARKS_PER_CAMPAIGN_MAX = 2000;
/** Marks kept in all, which go into every question to the store: a statement of half a megabyte. */
const MARKS_MAX = 20_000;
/** Marks learnt in one window: what a snapshot holds. */
const MARKS_LEARNT_MAX = 50_000;
/** Accounts whose marks are learnt: as many as one statement names elsewhere. */
export const MEMBERS_MAX = 25_000;
/** How lately a member must have used an address or a network before it counts for others: they are handed on within days, and who has one after weeks may be anybody. */
const ADDRESS_SEEN_MS = 7 * 24 * 3_600_000;
/** Hours back that an account's requests are looked at: a new account is told by what it sends now. */
const LOOK_BACK_MS = 24 * 3_600_000;

/** Anchors of a request, as numbers: see `known.ts` in the vocabulary. */
const ANCHOR_MARKS_SQL = `arrayConcat(
  arrayMap(a -> toUInt64(a), system_anchors),
  arrayMap(a -> toUInt64(a) + ${USER_ANCHOR_BIT}, arrayDistinct(arrayConcat(head_anchors, tail_anchors))))`;

const markOf = (tag: keyof typeof MARK_TAGS, textSql: string): string =>
  `bitOr(bitShiftRight(xxHash64(${textSql}), ${64n - MARK_HASH_BITS}), bitShiftLeft(toUInt64(${MARK_TAGS[tag]}), ${MARK_HASH_BITS}))`;
const CONNECTION_SQL = `if(ip != '' AND (user_agent != '' OR ja4 != ''), [${markOf("connection", "concat(ip, '\\n', toString(user_agent), '\\n', toString(ja4))")}], emptyArrayUInt64())`;
// The store itself takes three colons for two.
const IP_DIGITS_SQL = "lower(hex(toIPv6OrNull(if(position(ip, ':::') > 0, '', ip))))";
/** As `networkOf` in the vocabulary. */
export const NETWORK_SQL = `ifNull(if(startsWith(${IP_DIGITS_SQL}, '${MAPPED_PREFIX}'), substring(${IP_DIGITS_SQL}, ${MAPPED_PREFIX.length + 1}, 6), substring(${IP_DIGITS_SQL}, 1, 12)), '')`;

/** What a request is matched by behind the intake: scaffolds, and addresses together with a client. */
const MARKS_SQL = `arrayConcat(${ANCHOR_MARKS_SQL}, ${CONNECTION_SQL})`;

/** What it may be told by at a verdict, where two kinds are needed: an address and a client each by itself, too. */
export const ALL_MARKS_SQL = `arrayConcat(${ANCHOR_MARKS_SQL}, ${CONNECTION_SQL},
  if(ip != '', [${markOf("address", "ip")}], emptyArrayUInt64()),
  if(${NETWORK_SQL} != '', [${markOf("prefix", NETWORK_SQL)}], emptyArrayUInt64()),
  if(ja4 != '', [${markOf("client", "toString(ja4)")}], emptyArrayUInt64()))`;

/** One thing that is a campaign's own. */
export interface Mark {
  mark: bigint;
  campaignId: string;
  /** Accounts of the campaign that carry it, and all that do. */
  members: number;
  carriers: number;
  /** Hash of the only account that carries it; 0 where there are several. What it has by itself must not speak against it. */
  soleAccount: bigint;
}

/** Which accounts stand in which campaign. */
export interface Membership {
  accountId: string;
  campaignId: string;
}

/** Accounts that stand in campaigns, each once. */
export function listMembership(campaigns: readonly LiveCampaign[]): Membership[] {
  return campaigns.flatMap(({ campaign, members }) =>
    members.flatMap(({ accountId, standing, campaignEvents }) =>
      standing === "campaign" && campaignEvents > 0 ? [{ accountId, campaignId: campaign.id }] : [],
    ),
  );
}

/** Learns from a window's requests what is the campaigns' own. `eventsSql` yields every request of the window. */
export async function learnMarks(
  store: Pick<EventStore, "columns">,
  { eventsSql, membership }: { eventsSql: string; membership: readonly Membership[] },
): Promise<Mark[]> {
  if (membership.length === 0) return [];
  const known = membership.slice(0, MEMBERS_MAX);
  const ids = [...new Set(known.map(({ campaignId }) => campaignId))].sort();
  const accounts = known.map(({ accountId }) => accountId);
  const numbers = known.map(({ campaignId }) => ids.indexOf(campaignId) + 1);
  const marked = `SELECT account_id, at_ms, arrayJoin(${ALL_MARKS_SQL}) AS mark FROM ${eventsSql}`;
  // An address that one member and nobody else was seen at is enough beside other evidence; behind the intake it never counts by itself.
  const carriersMin = `if(bitShiftRight(mark, ${MARK_HASH_BITS}) = ${MARK_TAGS.address}, 1, ${CARRIERS_MIN})`;
  // Long windows remember addresses for a month; the tags of both stand side by side.
  const isPlace = `bitShiftRight(mark, ${MARK_HASH_BITS}) BETWEEN ${MARK_TAGS.connection} AND ${MARK_TAGS.prefix}`;
  const sql = `
    WITH (SELECT max(at_ms) FROM ${eventsSql}) AS last_ms
    SELECT mark, toUInt32(arrayMax(of_members)) AS number, toUInt32(members) AS member_count, toUInt32(carriers) AS carrier_count,
      if(carriers = 1, sole, 0) AS sole_account FROM (
      SELECT mark, uniqExact(account_id) AS carriers, uniqExactIf(account_id, campaign > 0) AS members, groupUniqArrayIf(2)(campaign, campaign > 0) AS of_members,
        min(xxHash64(account_id)) AS sole
      FROM (SELECT account_id, mark, transform(account_id, {accounts:Array(String)}, {numbers:Array(UInt32)}, toUInt32(0)) AS campaign FROM (${marked}))
      WHERE mark IN (
        SELECT mark FROM (${marked} WHERE account_id IN {accounts:Array(String)}) GROUP BY mark
        HAVING uniqExact(account_id) >= ${carriersMin} AND (NOT (${isPlace}) OR max(at_ms) >= last_ms - ${ADDRESS_SEEN_MS}))
      GROUP BY mark
    ) WHERE length(of_members) = 1 AND members >= ${carriersMin} AND members >= ${OWN_SHARE_MIN} * carriers
    ORDER BY members DESC, mark
    LIMIT ${MARKS_PER_CAMPAIGN_MAX} BY number, bitShiftRight(mark, ${MARK_HASH_BITS}) LIMIT ${MARKS_LEARNT_MAX}`;
  const marks: Mark[] = [];
  for await (const batch of store.columns(sql, { accounts, numbers })) {
    const [keys, sole] = [takeKeys(batch, "mark"), takeKeys(batch, "sole_account")];
    const [number, members, carriers] = ["number", "member_count", "carrier_count"].map((name) => takeNumbers(batch, name));
    for (let row = 0; row < batch.rows; row++)
      marks.push({
        mark: keys[row],
        campaignId: ids[number[row] - 1],
        members: members[row],
        carriers: carriers[row],
        soleAccount: sole[row],
      });
  }
  return marks;
}

/** What an account sent that is a campaign's own; without a campaign, what it sent at all. */
export interface Trace {
  accountId: string;
  organizationId: string;
  campaignId: string | null;
  kind: "family" | "address";
  requests: number;
  /** Distinct marks. */
  marks: number;
  firstAtMs: number;
}

/** Reads what the accounts behind new requests have sent lately. `sourceKeys` name the files that the new requests came from. */
export async function readTraces(
  store: Pick<EventStore, "columns">,
  { sourceKeys, marks, untilMs }: { sourceKeys: readonly bigint[]; marks: readonly Mark[]; untilMs: number },
): Promise<Trace[]> {
  const ids = [...new Set(marks.map(({ campaignId }) => campaignId))].sort();
  const known = marks.slice(0, MARKS_MAX);
  // Mark 0 stands for a request as such, so that accounts without any of the marks are listed too.
  const listed = [0n, ...known.map(({ mark }) => mark)];
  const numbers = [0, ...known.map(({ campaignId }) => ids.indexOf(campaignId) + 1)];
  const sql = `
    SELECT account_id, max(organization_id) AS organization, number, is_pair, toUInt32(uniqExact(request_key)) AS requests,
      toUInt32(uniqExact(mark)) AS mark_count, toFloat64(min(at_ms)) AS first_at
    FROM (
      SELECT account_id, organization_id, request_key, at_ms, arrayJoin(arrayConcat([toUInt64(0)], ${MARKS_SQL})) AS mark,
        transform(mark, {listed:Array(UInt64)}, {numbers:Array(UInt32)}, toUInt32(0)) AS number, toUInt8(bitShiftRight(mark, 63)) AS is_pair
      FROM request_events
      WHERE at_ms >= {fromMs:Int64} AND account_key IN (SELECT account_key FROM request_events WHERE source_key IN {sourceKeys:Array(UInt64)})
    )
    WHERE mark IN {listed:Array(UInt64)}
    GROUP BY account_id, number, is_pair
    ORDER BY account_id, number, is_pair`;
  const traces: Trace[] = [];
  for await (const batch of store.columns(sql, { listed, numbers, sourceKeys, fromMs: Math.floor(untilMs - LOOK_BACK_MS) })) {
    const accounts = takeStrings(batch, "account_id");
    const organizations = takeStrings(batch, "organization");
    const [number, isPair, requests, count, first] = ["number", "is_pair", "requests", "mark_count", "first_at"].map((name) =>
      takeNumbers(batch, name),
    );
    for (let row = 0; row < batch.rows; row++)
      traces.push({
        accountId: accounts[row],
        organizationId: organizations[row],
        campaignId: number[row] === 0 ? null : ids[number[row] - 1],
        kind: isPair[row] === 1 ? "address" : "family",
        requests: requests[row],
        marks: count[row],
        firstAtMs: first[row],
      });
  }
  return traces;
}

/** Payment instruments that are a campaign's own: fingerprint → campaign, and how many of its accounts pay with it. */
export type OwnPayments = ReadonlyMap<string, { campaignId: string; payers: number }>;

/** Finds them among all registered accounts. */
export function listOwnPayments(accounts: Iterable<Account>, membership: readonly Membership[]): OwnPayments {
  const campaignOf = new Map(membership.map(({ accountId, campaignId }) => [accountId, campaignId]));
  const payers = new Map<string, { all: number; byCampaign: Map<string, number> }>();
  for (const { accountId, paymentFingerprint } of accounts) {
    if (paymentFingerprint === undefined || paymentFingerprint === "") continue;
    let counts = payers.get(paymentFingerprint);
    if (counts === undefined) payers.set(paymentFingerprint, (counts = { all: 0, byCampaign: new Map() }));
    counts.all += 1;
    const campaignId = campaignOf.get(accountId);
    if (campaignId !== undefined) counts.byCampaign.set(campaignId, (counts.byCampaign.get(campaignId) ?? 0) + 1);
  }
  const own = new Map<string, { campaignId: string; payers: number }>();
  for (const [fingerprint, { all, byCampaign }] of payers) {
    // A card that two campaigns share ties them to each other, and a third account to neither alone.
    const [first] = byCampaign.size === 1 ? [...byCampaign] : [];
    if (first && first[1] >= PAYERS_MIN && first[1] >= PAYERS_SHARE_MIN * all)
      own.set(fingerprint, { campaignId: first[0], payers: first[1] });
  }
  return own;
}

/** What traces are held against. */
export interface MatchContext {
  payments: OwnPayments;
  paymentOf: (accountId: string) => string | undefined;
  /** As a side file tells; what requests tell holds where it does not. */
  organizationOf: (accountId: string) => string | undefined;
  /** True for accounts that some analysis put into a campaign or watches beside one. */
  isPlaced: (accountId: string) => boolean;
  allowlist: readonly AllowlistEntry[];
  /** Event time: entries of the allowlist that had run out by then do not protect. */
  nowMs: number;
}

/** The matches that follow, ascending by account; one for each campaign and kind. */
export function matchTraces(traces: readonly Trace[], context: MatchContext): CampaignMatch[] {
  const valid = context.allowlist.filter(({ expiresAtMs }) => expiresAtMs > context.nowMs);
  const accounts = new Set(valid.flatMap(({ accountId }) => accountId ?? []));
  const organizations = new Set(valid.flatMap(({ organizationId }) => organizationId ?? []));
  const matches: CampaignMatch[] = [];
  for (const found of traces) {
    const { accountId } = found;
    const organizationId = context.organizationOf(accountId) ?? found.organizationId;
    const trace = { ...found, organizationId };
    if (accounts.has(accountId) || organizations.has(organizationId) || context.isPlaced(accountId)) continue;
    const match = trace.campaignId === null ? matchPayment(trace, context) : matchMarks(trace, trace.campaignId);
    if (match) matches.push(match);
  }
  return matches.sort((a, b) => (a.accountId < b.accountId ? -1 : a.accountId > b.accountId ? 1 : 0));
}

function matchPayment(
  { accountId, organizationId, requests, firstAtMs }: Trace,
  { payments, paymentOf }: MatchContext,
): CampaignMatch | null {
  const fingerprint = paymentOf(accountId);
  const own = fingerprint === undefined ? undefined : payments.get(fingerprint);
  if (own === undefined) return null;
  const because = `It pays with an instrument that ${own.payers} accounts of the campaign pay with, and hardly anybody else.`;
  return {
    accountId,
    organizationId: organizationId || null,
    campaignId: own.campaignId,
    kind: "payment",
    because,
    firstAtMs,
    events: requests,
  };
}

function matchMarks({ accountId, organizationId, kind, requests, marks, firstAtMs }: Trace, campaignId: string): CampaignMatch | null {
  if (requests < REQUESTS_MIN || (kind === "family" && marks < ANCHORS_MIN)) return null;
  const because =
    kind === "family"
      ? `${requests} of its requests are cut from scaffolds that hardly anybody but accounts of the campaign sends.`
      : `${requests} of its requests come from an address, by a client, that hardly anybody but accounts of the campaign uses together.`;
  return { accountId, organizationId: organizationId || null, campaignId, kind, because, firstAtMs, events: requests };
}

/** Marks of several windows as one list: where two windows tell of one mark, the later list holds. */
export function joinMarks(lists: readonly (readonly Mark[])[]): Mark[] {
  const byMark = new Map<bigint, Mark>();
  for (const marks of lists) for (const mark of marks) byMark.set(mark.mark, mark);
  return [...byMark.values()].sort((a, b) => b.members - a.members || (a.mark < b.mark ? -1 : 1)).slice(0, MARKS_LEARNT_MAX);
}

/** Those that accounts behind the intake are matched by: an address or a client alone never matches there. */
export function listMatchable(marks: readonly Mark[]): Mark[] {
  return marks.filter(({ mark }) => mark >> MARK_HASH_BITS <= MARK_TAGS.connection).slice(0, MARKS_MAX);
}
