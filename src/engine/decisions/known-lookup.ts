/**
 * One request held against what known campaigns are known by: hashes on typed arrays, some ten look-ups a request. What matched is told; that anything
 * follows needs two independent groups of evidence and a standing order of people, see `check.ts`.
 */
import {
  KIND_NATS_MIN,
  type KnownCampaign,
  type KnownCampaigns,
  type KnownMatch,
  kindOfMark,
  MARK_HASH_BITS,
  MARK_TAGS,
  MATCH_EVIDENCE,
  MATCH_KINDS,
  type MatchKind,
  networkOf,
  USER_ANCHOR_BIT,
} from "../../vocabulary/known.js";
import { EVIDENCE_GROUPS, type EvidenceGroup } from "../../vocabulary/signal.js";
import type { CheckedRequest } from "../../vocabulary/verdict.js";
import type { HashText } from "./handle-memory.js";
import { createHashedTable, type HashHalves, splitHash } from "./hashed-table.js";

/** Anchors of one request: 32-bit hashes of the system prompt's and of the last user message's scaffold. */
export interface RequestAnchors {
  system: Uint32Array;
  user: Uint32Array;
}

/** Reads the anchors of a request's text; null where it has none. */
export type ReadAnchors = (request: CheckedRequest) => RequestAnchors | null;

/** How much would follow from a match: a weaker match that an order meets goes before a stronger one that none does. */
export type RankMatch = (match: KnownMatch) => number;

/** What requests are held against. */
export interface KnownLookup {
  /** Marks and accounts in it. */
  size: number;
  campaigns: number;
  /** What of a known campaign the request shows; null: nothing. Where it shows several, the one that `rank` puts highest, of equals the likeliest. */
  find(request: CheckedRequest, readAnchors: ReadAnchors, rank?: RankMatch): KnownMatch | null;
}

/** Anchors that one request must carry: one shingle of words may be a common phrase yet unseen elsewhere. */
const ANCHORS_MIN = 2;

/**
 * A newcomer is taken to be a campaign's with the probability that anybody seen lately is, within these bounds. The campaigns that were published had some thousand accounts among a
 * million or more; and where more than every hundredth account were one campaign's, it would not take us to see it: beyond, other evidence has to carry the weight.
 */
const PRIOR_SHARE_MIN = 1 / 1000;
const PRIOR_SHARE_MAX = 1 / 100;

function tellPriorLogOdds(share: number): number {
  const prior = Math.min(PRIOR_SHARE_MAX, Math.max(PRIOR_SHARE_MIN, share));
  return Math.log(prior / (1 - prior));
}

/** What one request shows of one campaign. */
interface Shown {
  kinds: number;
  anchors: number;
  /** Votes by family. */
  families: Map<number, number>;
}

/** Makes the look-up. */
export function createKnownLookup(known: KnownCampaigns, hash: HashText): KnownLookup {
  const { campaigns } = known;
  const marks = indexKeys(known.marks.keys);
  const accounts = indexKeys(known.accounts.keys);
  const kinds = Uint8Array.from(known.marks.keys, (mark) => MATCH_KINDS.indexOf(kindOfMark(mark)));
  const hasAnchors = kinds.includes(MATCH_KINDS.indexOf("family"));
  const hasClients = kinds.some((kind) => kind !== MATCH_KINDS.indexOf("family"));
  // One for all requests: most show nothing, and a map for each would be what the check leaves most of behind.
  const shown = new Map<number, Shown>();
  const noteRow = (row: number, account: bigint): void => {
    if (known.marks.soleAccounts[row] === account) return;
    const found = showOf(shown, known.marks.campaigns[row]);
    if (MATCH_KINDS[kinds[row]] !== "family") found.kinds |= 1 << kinds[row];
    else {
      found.anchors += 1;
      const family = known.marks.families[row];
      if (family > 0) found.families.set(family, (found.families.get(family) ?? 0) + 1);
    }
  };
  const noteMark = (mark: HashHalves, account: bigint): void => {
    for (let row = marks.find(mark); row >= 0; row = marks.next(row)) noteRow(row, account);
  };
  return {
    size: known.marks.keys.length + known.accounts.keys.length,
    campaigns: campaigns.length,
    find(request, readAnchors, rank = rankAlike) {
      if (campaigns.length === 0) return null;
      if (shown.size > 0) shown.clear();
      const account = hash(request.accountId);
      for (let listed = accounts.find(splitHash(account)); listed >= 0; listed = accounts.next(listed))
        showOf(shown, known.accounts.campaigns[listed]).kinds |= known.accounts.kinds[listed];
      if (hasClients) for (const mark of listClientMarks(request, hash)) noteMark(mark, account);
      const anchors = hasAnchors ? readAnchors(request) : null;
      for (const low of anchors?.system ?? []) noteMark({ high: 0, low }, account);
      for (const low of anchors?.user ?? []) noteMark({ high: USER_ANCHOR_HIGH, low }, account);
      return chooseMatch(known, shown, rank);
    },
  };
}

const USER_ANCHOR_HIGH = Number(USER_ANCHOR_BIT >> 32n);

const rankAlike: RankMatch = () => 0;

/** Places of a key: what several campaigns share is each one's. */
interface KeyPlaces {
  /** The first; −1 when there is none. */
  find(halves: HashHalves): number;
  /** The next of the same key; −1 behind the last. */
  next(place: number): number;
}

function indexKeys(keys: BigUint64Array): KeyPlaces {
  const table = createHashedTable(Math.max(1, keys.length));
  const firsts = new Int32Array(keys.length).fill(-1);
  const nexts = new Int32Array(keys.length).fill(-1);
  for (let place = keys.length - 1; place >= 0; place -= 1) {
    const row = table.add(splitHash(keys[place]));
    nexts[place] = firsts[row];
    firsts[row] = place;
  }
  const placeOf = (row: number): number => (row < 0 ? -1 : firsts[row]);
  return { find: (halves) => placeOf(table.find(halves)), next: (place) => nexts[place] };
}

function showOf(shown: Map<number, Shown>, campaign: number): Shown {
  let found = shown.get(campaign);
  if (found === undefined) shown.set(campaign, (found = { kinds: 0, anchors: 0, families: new Map() }));
  return found;
}

/** The same numbers as the store makes of stored requests. */
function listClientMarks({ client }: CheckedRequest, hash: HashText): HashHalves[] {
  if (client === undefined) return [];
  const { ip = "", ja4 = "", userAgent = "" } = client;
  const marks: HashHalves[] = [];
  const note = (tag: bigint, text: string): void => void marks.push(nameMark(splitHash(hash(text)), Number(tag)));
  if (ip !== "" && (userAgent !== "" || ja4 !== "")) note(MARK_TAGS.connection, `${ip}\n${userAgent}\n${ja4}`);
  if (ip !== "") note(MARK_TAGS.address, ip);
  const network = networkOf(ip);
  if (network !== "") note(MARK_TAGS.prefix, network);
  if (ja4 !== "") note(MARK_TAGS.client, ja4);
  return marks;
}

/** Bits that a tag takes of a mark, and what is left to the hash of its higher half. */
const TAG_BITS = 64 - Number(MARK_HASH_BITS);
const HIGH_HASH_BITS = 32 - TAG_BITS;

/** The hash without its lowest bits, behind the tag. */
function nameMark({ high, low }: HashHalves, tag: number): HashHalves {
  return { high: ((high >>> TAG_BITS) | (tag << HIGH_HASH_BITS)) >>> 0, low: ((low >>> TAG_BITS) | (high << HIGH_HASH_BITS)) >>> 0 };
}

function chooseMatch(known: KnownCampaigns, shown: ReadonlyMap<number, Shown>, rank: RankMatch): KnownMatch | null {
  let best: { match: KnownMatch; rank: number } | null = null;
  for (const [place, found] of shown) {
    const match = weighShown(known.campaigns[place], found);
    if (match === null) continue;
    const next = { match, rank: rank(match) };
    if (best === null || isBefore(next, best)) best = next;
  }
  return best?.match ?? null;
}

function isBefore(one: { match: KnownMatch; rank: number }, other: { match: KnownMatch; rank: number }): boolean {
  if (one.rank !== other.rank) return one.rank > other.rank;
  if (one.match.confidence !== other.match.confidence) return one.match.confidence > other.match.confidence;
  return one.match.campaignId < other.match.campaignId;
}

/** What the request shows of one campaign, weighed; null where it is nothing. */
function weighShown(campaign: KnownCampaign, { kinds: bits, anchors, families }: Shown): KnownMatch | null {
  const kinds = MATCH_KINDS.filter((kind, bit) => (kind === "family" ? anchors >= ANCHORS_MIN : (bits & (1 << bit)) !== 0));
  if (kinds.length === 0) return null;
  const prior = tellPriorLogOdds(campaign.share);
  // One kind alone reaches even odds at most, however strong it is and however many accounts are the campaign's.
  const natsOf = (kind: MatchKind): number => Math.min(campaign.nats[kind] ?? 0, -prior);
  const byGroup = new Map<EvidenceGroup, number>();
  for (const kind of kinds) {
    const { group } = MATCH_EVIDENCE[kind];
    // Of one group the strongest counts: they are not independent.
    byGroup.set(group, Math.max(byGroup.get(group) ?? 0, natsOf(kind)));
  }
  return {
    campaignId: campaign.id,
    familyId: kinds.includes("family") ? chooseFamily(campaign.families, families) : null,
    kinds,
    telling: kinds.filter((kind) => natsOf(kind) >= KIND_NATS_MIN),
    groups: EVIDENCE_GROUPS.filter((group) => (byGroup.get(group) ?? 0) >= KIND_NATS_MIN),
    confidence: toProbability([...byGroup.values()].reduce((sum, nats) => sum + nats, prior)),
  };
}

/** The family with most votes; of equals the one that the campaign tells first. */
function chooseFamily(families: readonly string[], votes: ReadonlyMap<number, number>): string | null {
  const [first] = [...votes].sort(([a, one], [b, other]) => other - one || a - b);
  return first === undefined ? null : (families[first[0] - 1] ?? null);
}

const CONFIDENCE_DIGITS = 4;
const toProbability = (logOdds: number): number => Number((1 / (1 + Math.exp(-logOdds))).toFixed(CONFIDENCE_DIGITS));

/** Kinds as a sentence tells them. */
const KIND_WORDS: Readonly<Record<MatchKind, string>> = {
  family: "a scaffold",
  payment: "a payment instrument",
  address: "an address",
  client: "a client",
  registration: "what it registered with",
  cohort: "the hours of its registration",
};

/** One sentence about what matched and counts: a kind that strangers show nearly as often is no reason. */
export function describeMatch({ campaignId, telling, confidence }: Pick<KnownMatch, "campaignId" | "telling" | "confidence">): string {
  const words = telling.map((kind) => KIND_WORDS[kind]);
  const listed = words.length === 1 ? words[0] : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
  return `It shares ${listed} with ${campaignId}, and hardly anybody else does (probability ${confidence}).`;
}
