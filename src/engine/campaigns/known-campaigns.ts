/**
 * What known campaigns are known by, as verdicts need it: how much each kind of match says, which family an anchor belongs to, and who is registered with a
 * campaign's instruments. How likely a match is among strangers is counted among all who are no members, so a scaffold that gets about or a card of a
 * reseller loses its weight by itself.
 */
import { takeKeys, takeNumbers } from "../../store/events/column-batch.js";
import type { EventStore } from "../../store/events/store.js";
import {
  KIND_NATS_MIN,
  type KnownCampaign,
  type KnownCampaigns,
  kindOfMark,
  MARK_HASH_BITS,
  MATCH_KINDS,
  type MatchKind,
  USER_ANCHOR_BIT,
} from "../../vocabulary/known.js";
import type { LiveCampaign } from "../../vocabulary/live.js";
import { countBy, type KindRate, type KindRates, rateKind, SHARERS_MIN } from "./kind-rates.js";
import { ALL_MARKS_SQL, ANCHORS_MIN, type Mark, MEMBERS_MAX, type Membership } from "./matches.js";
import type { OwnRegistration } from "./own-registrations.js";

const byNumber = (campaigns: readonly string[]): ReadonlyMap<string, number> => new Map(campaigns.map((id, place) => [id, place + 1]));

/**
 * Counts who shows the marks, in one request as a verdict sees it: {@link ANCHORS_MIN} anchors, or one of any other kind. Whoever is only watched beside a campaign is a stranger to
 * it with the probability that he is one.
 */
export async function countMarkRates(
  store: Pick<EventStore, "columns">,
  {
    eventsSql,
    membership,
    campaigns,
    marks,
    accountsSeen,
  }: {
    eventsSql: string;
    membership: readonly Membership[];
    campaigns: readonly LiveCampaign[];
    marks: readonly Mark[];
    /** In the window. */
    accountsSeen: number;
  },
): Promise<KindRates> {
  const known = membership.slice(0, MEMBERS_MAX);
  const ids = [...new Set(known.map(({ campaignId }) => campaignId))].sort();
  if (ids.length === 0 || marks.length === 0) return new Map();
  const numberOf = byNumber(ids);
  const sizes = countBy(known.map(({ campaignId }) => campaignId));
  const watched = campaigns.flatMap(({ members }) => members.filter(({ standing }) => standing === "watch")).slice(0, MEMBERS_MAX);
  const sql = `
    SELECT number, kind, toUInt32(countIf(campaign = number AND is_shared = 1)) AS member_count,
      sumIf(transform(account_id, {watched:Array(String)}, {strangeness:Array(Float64)}, toFloat64(1)), campaign != number) AS other_count
    FROM (
      SELECT account_id, number, kind, max(shared) AS is_shared,
        transform(account_id, {accounts:Array(String)}, {numbers:Array(UInt32)}, toUInt32(0)) AS campaign
      FROM (
        SELECT account_id, request_key, number, kind, uniqExact(mark) AS marks, max(is_shared_mark) AS shared
        FROM (
          SELECT account_id, request_key, arrayJoin(${ALL_MARKS_SQL}) AS mark,
            transform(mark, {listed:Array(UInt64)}, {owners:Array(UInt32)}, toUInt32(0)) AS number,
            transform(mark, {listed:Array(UInt64)}, {shared_marks:Array(UInt8)}, toUInt8(0)) AS is_shared_mark,
            multiIf(bitShiftRight(mark, ${MARK_HASH_BITS}) < 4, 0, bitShiftRight(mark, ${MARK_HASH_BITS}) = 7, 2, 1) AS kind
          FROM ${eventsSql}
        )
        WHERE number > 0
        GROUP BY account_id, request_key, number, kind
      )
      WHERE kind > 0 OR marks >= ${ANCHORS_MIN}
      GROUP BY account_id, number, kind
    )
    GROUP BY number, kind`;
  const parameters = {
    accounts: known.map(({ accountId }) => accountId),
    numbers: known.map(({ campaignId }) => numberOf.get(campaignId) ?? 0),
    // No account is called "": a list must not be empty.
    watched: ["", ...watched.map(({ accountId }) => accountId)],
    strangeness: [1, ...watched.map(({ probability }) => 1 - probability)],
    listed: marks.map(({ mark }) => mark),
    owners: marks.map(({ campaignId }) => numberOf.get(campaignId) ?? 0),
    shared_marks: marks.map(({ members }) => (members >= SHARERS_MIN ? 1 : 0)),
  };
  const kinds: readonly MatchKind[] = ["family", "address", "client"];
  const rates = new Map<string, Map<MatchKind, KindRate>>();
  for await (const batch of store.columns(sql, parameters)) {
    const [number, kind, members, others] = ["number", "kind", "member_count", "other_count"].map((name) => takeNumbers(batch, name));
    for (let row = 0; row < batch.rows; row++) {
      const id = ids[number[row] - 1];
      const membersOf = sizes.get(id) ?? 0;
      const rate = { members: members[row], membersOf, others: others[row], othersOf: Math.max(0, accountsSeen - membersOf) };
      const own = rates.get(id) ?? new Map<MatchKind, KindRate>();
      rates.set(id, own.set(kinds[kind[row]], rate));
    }
  }
  return rates;
}

/** Hashes of the accounts that were seen in a window, ascending. */
export async function listSeen(store: Pick<EventStore, "columns">, eventsSql: string): Promise<BigUint64Array> {
  const parts: BigUint64Array[] = [];
  const sql = `SELECT xxHash64(account_id) AS key FROM ${eventsSql} GROUP BY key ORDER BY key`;
  for await (const batch of store.columns(sql)) parts.push(BigUint64Array.from(takeKeys(batch, "key")));
  const all = new BigUint64Array(parts.reduce((sum, { length }) => sum + length, 0));
  parts.reduce((from, part) => (all.set(part, from), from + part.length), 0);
  return all;
}

/** True where an ascending list holds the key. */
export function hasKey(keys: BigUint64Array, key: bigint): boolean {
  let [from, to] = [0, keys.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (keys[middle] < key) from = middle + 1;
    else to = middle;
  }
  return keys[from] === key;
}

/** Which family an anchor stands for: mark → id. Families are named after one of their anchors. */
export type FamilyOfMark = ReadonlyMap<bigint, string>;

const FAMILY_NAME = /^family--(system|user)-([0-9a-f]{8})$/;

/** Finds, for each anchor of a campaign, the family with whose naming anchor most of its accounts' requests carry it. */
export async function nameMarks(
  store: Pick<EventStore, "columns">,
  {
    eventsSql,
    membership,
    campaigns,
    marks,
  }: { eventsSql: string; membership: readonly Membership[]; campaigns: readonly LiveCampaign[]; marks: readonly Mark[] },
): Promise<FamilyOfMark> {
  const anchors = marks.filter(({ mark }) => kindOfMark(mark) === "family");
  const nameOf = new Map<bigint, string>();
  for (const { campaign } of campaigns)
    for (const { id } of campaign.families) {
      const [, region, hex] = FAMILY_NAME.exec(id) ?? [];
      if (hex !== undefined) nameOf.set(BigInt(`0x${hex}`) + (region === "user" ? USER_ANCHOR_BIT : 0n), id);
    }
  if (anchors.length === 0 || nameOf.size === 0) return new Map();
  const found = new Map<bigint, { id: string; requests: number }>();
  const keep = (values: string): string =>
    `arrayFilter(m -> transform(m, {${values}:Array(UInt64)}, {${values}_true:Array(UInt8)}, toUInt8(0)) = 1, marks)`;
  const sql = `
    SELECT mark, name, toUInt32(count()) AS requests FROM (
      SELECT arrayJoin(${keep("listed")}) AS mark, ${keep("names")} AS named FROM (
        SELECT ${ALL_MARKS_SQL} AS marks FROM ${eventsSql} WHERE account_id IN {accounts:Array(String)})
    ) ARRAY JOIN named AS name
    GROUP BY mark, name ORDER BY requests DESC, mark, name`;
  const listed = anchors.map(({ mark }) => mark);
  const names = [...nameOf.keys()].sort((a, b) => (a < b ? -1 : 1));
  const accounts = membership.slice(0, MEMBERS_MAX).map(({ accountId }) => accountId);
  const parameters = { listed, listed_true: listed.map(() => 1), names, names_true: names.map(() => 1), accounts };
  for await (const batch of store.columns(sql, parameters)) {
    const [marked, named] = [takeKeys(batch, "mark"), takeKeys(batch, "name")];
    const requests = takeNumbers(batch, "requests");
    for (let row = 0; row < batch.rows; row++)
      if (!found.has(marked[row])) found.set(marked[row], { id: nameOf.get(named[row]) ?? "", requests: requests[row] });
  }
  return new Map([...found].map(([mark, { id }]) => [mark, id]));
}

/** What a verdict is told of. */
export interface KnownParts {
  watermarkMs: number;
  campaigns: readonly LiveCampaign[];
  marks: readonly Mark[];
  familyOf: FamilyOfMark;
  /** Of marks and of registrations. */
  rates: readonly KindRates[];
  registrations: readonly OwnRegistration[];
  hash: (text: string) => bigint;
}

/** Puts it together; in an order that the content gives. */
export function describeKnown({ watermarkMs, campaigns, marks, familyOf, rates, registrations, hash }: KnownParts): KnownCampaigns {
  const named = [...new Map(campaigns.map((seen) => [seen.campaign.id, seen])).values()].sort((a, b) =>
    a.campaign.id < b.campaign.id ? -1 : 1,
  );
  const placeOf = new Map(named.map(({ campaign }, place) => [campaign.id, place]));
  const listed = named.map(({ campaign }): KnownCampaign => {
    const nats: Partial<Record<MatchKind, number>> = {};
    for (const kind of MATCH_KINDS) {
      const found = rates.flatMap((own) => own.get(campaign.id)?.get(kind) ?? []);
      if (found.length > 0) nats[kind] = Number(rateKind(found[0]).toFixed(6));
    }
    const [content] = rates.flatMap((own) => own.get(campaign.id)?.get("family") ?? []);
    const share = content === undefined ? 0 : content.membersOf / Math.max(1, content.membersOf + content.othersOf);
    return {
      id: campaign.id,
      confidence: campaign.confidence,
      share: Number(share.toFixed(6)),
      families: campaign.families.map(({ id }) => id),
      nats,
    };
  });
  const own = marks.filter(({ campaignId }) => placeOf.has(campaignId)).sort((a, b) => (a.mark < b.mark ? -1 : 1));
  const { people, leftOut } = listRegistered(registrations, { natsOf: listed, placeOf, hash });
  return {
    watermarkMs,
    campaigns: listed,
    marks: {
      keys: BigUint64Array.from(own, ({ mark }) => mark),
      campaigns: Uint32Array.from(own, ({ campaignId }) => placeOf.get(campaignId) ?? 0),
      soleAccounts: BigUint64Array.from(own, ({ soleAccount }) => soleAccount),
      families: Uint32Array.from(
        own,
        ({ mark, campaignId }) => listed[placeOf.get(campaignId) ?? 0].families.indexOf(familyOf.get(mark) ?? "") + 1,
      ),
    },
    accounts: {
      keys: BigUint64Array.from(people, ({ key }) => key),
      campaigns: Uint32Array.from(people, ({ place }) => place),
      kinds: Uint8Array.from(people, ({ kinds }) => kinds.reduce((bits, kind) => bits | (1 << MATCH_KINDS.indexOf(kind)), 0)),
    },
    accountsLeftOut: leftOut,
  };
}

/** Accounts that are told with what they are registered with, as many as marks: some milliseconds of the verdicts' thread. */
const REGISTERED_MAX = 50_000;

interface Registered {
  key: bigint;
  place: number;
  kinds: readonly MatchKind[];
  /** Of the strongest of them. */
  nats: number;
}

/** Who is registered with something that says enough to count. Of too many those with the strongest are told. */
function listRegistered(
  registrations: readonly OwnRegistration[],
  { natsOf, placeOf, hash }: { natsOf: readonly KnownCampaign[]; placeOf: ReadonlyMap<string, number>; hash: (text: string) => bigint },
): { people: Registered[]; leftOut: number } {
  const all = registrations.flatMap(({ accountId, campaignId, kinds }): Registered[] => {
    const place = placeOf.get(campaignId);
    if (place === undefined) return [];
    const { nats } = natsOf[place];
    const telling = kinds.filter((kind) => (nats[kind] ?? 0) >= KIND_NATS_MIN);
    const strongest = Math.max(...telling.map((kind) => nats[kind] ?? 0));
    return telling.length === 0 ? [] : [{ key: hash(accountId), place, kinds: telling, nats: strongest }];
  });
  const byKey = (a: Registered, b: Registered): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.place - b.place);
  const people = all.sort((a, b) => b.nats - a.nats || byKey(a, b)).slice(0, REGISTERED_MAX);
  return { people: people.sort(byKey), leftOut: all.length - people.length };
}
