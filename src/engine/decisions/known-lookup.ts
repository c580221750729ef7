/**
 * One request held against what known campaigns are known by: hashes on typed arrays, some ten look-ups a request. What matched is told; that anything
 * follows needs two independent groups of evidence and a standing order of people, see `check.ts`.
 */
import {
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
import { createHashedTable, type HashedTable, splitHash } from "./hashed-table.js";

/** Anchors of one request: 32-bit hashes of the system prompt's and of the last user message's scaffold. */
export interface RequestAnchors {
  system: Uint32Array;
  user: Uint32Array;
}

/** Reads the anchors of a request's text; null where it has none. */
export type ReadAnchors = (request: CheckedRequest) => RequestAnchors | null;

/** What requests are held against. */
export interface KnownLookup {
  /** Marks and accounts in it. */
  size: number;
  campaigns: number;
  /** What of a known campaign the request shows, the likeliest where it shows several; null: nothing. */
  find(request: CheckedRequest, readAnchors: ReadAnchors): KnownMatch | null;
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
  const noteMark = (shown: Map<number, Shown>, row: number, account: bigint): void => {
    if (row < 0 || known.marks.soleAccounts[row] === account) return;
    const found = showOf(shown, known.marks.campaigns[row]);
    if (MATCH_KINDS[kinds[row]] !== "family") found.kinds |= 1 << kinds[row];
    else {
      found.anchors += 1;
      const family = known.marks.families[row];
      if (family > 0) found.families.set(family, (found.families.get(family) ?? 0) + 1);
    }
  };
  return {
    size: known.marks.keys.length + known.accounts.keys.length,
    campaigns: campaigns.length,
    find(request, readAnchors) {
      if (campaigns.length === 0) return null;
      const shown = new Map<number, Shown>();
      const account = hash(request.accountId);
      const listed = accounts.find(splitHash(account));
      if (listed >= 0) showOf(shown, known.accounts.campaigns[listed]).kinds |= known.accounts.kinds[listed];
      if (hasClients) for (const mark of listClientMarks(request, hash)) noteMark(shown, marks.find(splitHash(mark)), account);
      const anchors = hasAnchors ? readAnchors(request) : null;
      for (const low of anchors?.system ?? []) noteMark(shown, marks.find({ high: 0, low }), account);
      for (const low of anchors?.user ?? []) noteMark(shown, marks.find({ high: USER_ANCHOR_HIGH, low }), account);
      return chooseMatch(known, shown);
    },
  };
}

const USER_ANCHOR_HIGH = Number(USER_ANCHOR_BIT >> 32n);

/** Of keys that come twice the first holds. */
function indexKeys(keys: BigUint64Array): Pick<HashedTable, "find"> {
  const table = createHashedTable(Math.max(1, keys.length));
  const rowOf = new Uint32Array(keys.length);
  for (const [place, key] of keys.entries()) {
    const before = table.size();
    const row = table.add(splitHash(key));
    if (row === before) rowOf[row] = place;
  }
  return { find: (halves) => (table.size() === 0 ? -1 : toPlace(table.find(halves), rowOf)) };
}

const toPlace = (row: number, rowOf: Uint32Array): number => (row < 0 ? -1 : rowOf[row]);

function showOf(shown: Map<number, Shown>, campaign: number): Shown {
  let found = shown.get(campaign);
  if (found === undefined) shown.set(campaign, (found = { kinds: 0, anchors: 0, families: new Map() }));
  return found;
}

/** The same numbers as the store makes of stored requests. */
function listClientMarks({ client }: CheckedRequest, hash: HashText): bigint[] {
  if (client === undefined) return [];
  const { ip = "", ja4 = "", userAgent = "" } = client;
  const marks: bigint[] = [];
  const note = (tag: bigint, text: string): void => void marks.push((hash(text) >> (64n - MARK_HASH_BITS)) | (tag << MARK_HASH_BITS));
  if (ip !== "" && (userAgent !== "" || ja4 !== "")) note(MARK_TAGS.connection, `${ip}\n${userAgent}\n${ja4}`);
  if (ip !== "") {
    note(MARK_TAGS.address, ip);
    note(MARK_TAGS.prefix, networkOf(ip));
  }
  if (ja4 !== "") note(MARK_TAGS.client, ja4);
  return marks;
}

function chooseMatch(known: KnownCampaigns, shown: ReadonlyMap<number, Shown>): KnownMatch | null {
  let best: KnownMatch | null = null;
  for (const [place, { kinds: bits, anchors, families }] of shown) {
    const campaign = known.campaigns[place];
    const kinds = MATCH_KINDS.filter((kind, bit) => (kind === "family" ? anchors >= ANCHORS_MIN : (bits & (1 << bit)) !== 0));
    if (kinds.length === 0) continue;
    const byGroup = new Map<EvidenceGroup, number>();
    for (const kind of kinds) {
      const { group } = MATCH_EVIDENCE[kind];
      // Of one group the strongest counts: they are not independent.
      byGroup.set(group, Math.max(byGroup.get(group) ?? 0, campaign.nats[kind] ?? 0));
    }
    const confidence = toProbability(tellPriorLogOdds(campaign.share) + [...byGroup.values()].reduce((sum, nats) => sum + nats, 0));
    const isBetter = best === null || confidence > best.confidence || (confidence === best.confidence && campaign.id < best.campaignId);
    if (!isBetter) continue;
    const groups = EVIDENCE_GROUPS.filter((group) => (byGroup.get(group) ?? 0) > 0);
    best = {
      campaignId: campaign.id,
      familyId: kinds.includes("family") ? chooseFamily(campaign.families, families) : null,
      kinds,
      groups,
      confidence,
    };
  }
  return best;
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

/** One sentence about what matched. */
export function describeMatch({ campaignId, kinds, confidence }: KnownMatch): string {
  const words = kinds.map((kind) => KIND_WORDS[kind]);
  const listed = words.length === 1 ? words[0] : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
  return `It shares ${listed} with ${campaignId}, and hardly anybody else does (probability ${confidence}).`;
}
