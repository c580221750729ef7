/**
 * What known campaigns are known by, handed from the analysis to the verdicts: hashes and sketches of scaffolds, addresses and instruments. No text of a
 * request and no identifier in clear is among it, so it may be kept in the data folder.
 */
import type { EvidenceGroup, Spoofability } from "./signal.js";

/** Kinds of things by which a request or its account is told as a known campaign's. Stored as the position in this list: append only. */
export const MATCH_KINDS = ["family", "payment", "address", "client", "registration", "cohort"] as const;

/** One of {@link MATCH_KINDS}. */
export type MatchKind = (typeof MATCH_KINDS)[number];

/** What each kind is evidence of, and how easily it is faked. Kinds of one group are not independent: of those the strongest counts. */
export const MATCH_EVIDENCE: Readonly<Record<MatchKind, { group: EvidenceGroup; spoofable: Spoofability }>> = {
  family: { group: "content", spoofable: 2 },
  payment: { group: "registration", spoofable: 1 },
  address: { group: "infrastructure", spoofable: 3 },
  client: { group: "infrastructure", spoofable: 3 },
  registration: { group: "registration", spoofable: 2 },
  cohort: { group: "registration", spoofable: 2 },
};

/**
 * From here on a kind of match counts as evidence: e times as likely of the campaign as of strangers. Shares are counted on some hundreds of accounts; less than that is within what such counts
 * come to by chance, and a group of evidence that nearly every stranger shows is none.
 */
export const KIND_NATS_MIN = 1;

/** One campaign. */
export interface KnownCampaign {
  id: string;
  /** Calibrated probability that it is one. */
  confidence: number;
  /** Share of the accounts seen lately that are its: how likely a newcomer is one before anything matched. */
  share: number;
  /** Ids of its families. */
  families: readonly string[];
  /** Natural logarithm of the likelihood ratio, campaign : everybody else, of an account that shows the kind. */
  nats: Readonly<Partial<Record<MatchKind, number>>>;
}

/** All that is known. Positions in `campaigns` stand for campaigns. */
export interface KnownCampaigns {
  /** Event time up to which it was learnt. */
  watermarkMs: number;
  campaigns: readonly KnownCampaign[];
  /** What requests carry: numbers of `nameMark`, each a campaign's own. */
  marks: {
    keys: BigUint64Array<ArrayBuffer>;
    campaigns: Uint32Array<ArrayBuffer>;
    /** Position in the campaign's families plus one; 0 where it belongs to none that is told. */
    families: Uint32Array<ArrayBuffer>;
    /** Hash of the only account that was seen with it: to that account it says nothing. 0 where there are several. */
    soleAccounts: BigUint64Array<ArrayBuffer>;
  };
  /** Accounts that are registered with something of a campaign's: hashes of their ids, and kinds as bits by their position in {@link MATCH_KINDS}. */
  accounts: { keys: BigUint64Array<ArrayBuffer>; campaigns: Uint32Array<ArrayBuffer>; kinds: Uint8Array<ArrayBuffer> };
  /** Accounts that would be among them, were their number not bounded. */
  accountsLeftOut: number;
}

/** Nothing is known. */
export const NOTHING_KNOWN: KnownCampaigns = {
  watermarkMs: 0,
  campaigns: [],
  marks: { keys: new BigUint64Array(0), campaigns: new Uint32Array(0), families: new Uint32Array(0), soleAccounts: new BigUint64Array(0) },
  accounts: { keys: new BigUint64Array(0), campaigns: new Uint32Array(0), kinds: new Uint8Array(0) },
  accountsLeftOut: 0,
};

/** How the request showed what is a known campaign's. */
export interface KnownMatch {
  campaignId: string;
  /** The family that most of its scaffold belongs to; null where only instruments matched. */
  familyId: string | null;
  /** Ascending by their position in {@link MATCH_KINDS}. */
  kinds: readonly MatchKind[];
  /** Those of them that say enough to count; the others are told and nothing rests on them. */
  telling: readonly MatchKind[];
  /** Independent groups among those. */
  groups: readonly EvidenceGroup[];
  /** Probability that the account is the campaign's, given what matched and nothing else. */
  confidence: number;
}

/**
 * Marks of what a request carries, as numbers of 64 bits. Anchors of the system prompt lie below 2³², those of the user's message below 2³³; everything else is a hash of 61 bits
 * behind three that say what it is of. The store makes the same numbers in SQL.
 */
export const USER_ANCHOR_BIT = 1n << 32n;
/** Bits that are left to a hash. */
export const MARK_HASH_BITS = 61n;
/** What a hash is of, in the three highest bits. All have the highest, which no anchor has. */
export const MARK_TAGS = { connection: 4n, address: 5n, prefix: 6n, client: 7n } as const;

/** What a mark is a kind of. */
export function kindOfMark(mark: bigint): MatchKind {
  const tag = mark >> MARK_HASH_BITS;
  if (tag < MARK_TAGS.connection) return "family";
  return tag === MARK_TAGS.client ? "client" : "address";
}

/**
 * The network of an address, as hexadecimal digits: /24 of IPv4, also where it is written as IPv6 (`::ffff:`), and /48 of IPv6, however it is shortened. Empty
 * for what is no address, and for a list of them: that has no one network. The store makes the same in SQL.
 */
export function networkOf(address: string): string {
  const ipv4 = address.includes(".") ? parseIpv4(address.includes(":") ? (MAPPED.exec(address)?.[1] ?? "") : address) : null;
  if (ipv4 !== null) return ipv4.slice(0, IPV4_NETWORK_DIGITS);
  const groups = parseIpv6(address);
  if (groups === null) return "";
  // The same in its other spelling, `::ffff:c000:201`.
  if (isMapped(groups)) return writeGroups(groups, 6, IPV6_GROUPS).slice(0, IPV4_NETWORK_DIGITS);
  return writeGroups(groups, 0, IPV6_NETWORK_GROUPS);
}

/** /24 and /48, at four bits a digit. */
const IPV4_NETWORK_DIGITS = 6;
const IPV6_NETWORK_GROUPS = 3;
const IPV6_GROUPS = 8;
/** What stands before an IPv4 address that is written as IPv6. */
export const MAPPED_PREFIX = "00000000000000000000ffff";

const MAPPED = /^::ffff:([^:]*)$/i;
/** Each byte as two hexadecimal digits. */
const HEXADECIMAL = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Eight hexadecimal digits; null for what is none. A verdict waits for this one, too. */
function parseIpv4(text: string): string | null {
  let written = "";
  let dots = 0;
  /** Below 0 until the first digit. */
  let value = -1;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      if (value < 0 || ++dots > 3) return null;
      written += HEXADECIMAL[value];
      value = -1;
    } else {
      // No digit behind a 0: some read that as octal.
      if (code < ZERO || code > NINE || value === 0) return null;
      value = (value < 0 ? 0 : value * 10) + code - ZERO;
      if (value > 255) return null;
    }
  }
  return dots === 3 && value >= 0 ? written + HEXADECIMAL[value] : null;
}

/** Eight numbers of 16 bits; null for what is none. A verdict waits for it, so nothing is cut out of the text but an IPv4 address at its end. */
function parseIpv6(address: string): number[] | null {
  const text = address.includes(".") ? spellInHexadecimal(address) : address;
  const groups: number[] = [];
  /** Groups before the two colons. */
  let gap = -1;
  let value = 0;
  let digits = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === COLON) {
      const isDouble = text.charCodeAt(at + 1) === COLON;
      // Two colons once; and a single one has digits on both sides.
      if (isDouble ? gap >= 0 : digits === 0 || at + 1 === text.length) return null;
      if (digits > 0) groups.push(value);
      if (isDouble) {
        gap = groups.length;
        at++;
      }
      value = 0;
      digits = 0;
    } else {
      const digit = readDigit(code);
      if (digit < 0 || ++digits > 4) return null;
      value = value * 16 + digit;
    }
  }
  if (digits > 0) groups.push(value);
  const missing = IPV6_GROUPS - groups.length;
  // Two colons may stand for nothing at all, as the store has it.
  if (gap < 0 ? missing !== 0 : missing < 0) return null;
  for (let index = 0; index < missing; index++) groups.push(0);
  return missing === 0 ? groups : groups.copyWithin(gap + missing, gap, IPV6_GROUPS - missing).fill(0, gap, gap + missing);
}

const COLON = 58;
const DOT = 46;
const ZERO = 48;
const NINE = 57;

/** Of a hexadecimal digit; −1 for what is none. */
function readDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

/** An IPv6 address whose end is written as IPv4, without it; empty for what is none. */
function spellInHexadecimal(text: string): string {
  const tail = /^(.*:)([^:]*)$/.exec(text);
  const last = tail === null ? null : parseIpv4(tail[2]);
  return tail === null || last === null ? "" : `${tail[1]}${last.slice(0, 4)}:${last.slice(4)}`;
}

const isMapped = (groups: readonly number[]): boolean => groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0);

function writeGroups(groups: readonly number[], from: number, to: number): string {
  let written = "";
  for (let index = from; index < to; index++) written += HEXADECIMAL[groups[index] >> 8] + HEXADECIMAL[groups[index] & 255];
  return written;
}
