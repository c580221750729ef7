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
}

/** Nothing is known. */
export const NOTHING_KNOWN: KnownCampaigns = {
  watermarkMs: 0,
  campaigns: [],
  marks: { keys: new BigUint64Array(0), campaigns: new Uint32Array(0), families: new Uint32Array(0), soleAccounts: new BigUint64Array(0) },
  accounts: { keys: new BigUint64Array(0), campaigns: new Uint32Array(0), kinds: new Uint8Array(0) },
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

/** The network of an address: the first three parts of either kind, as they are written. */
export function networkOf(address: string): string {
  const mark = address.includes(":") ? ":" : ".";
  return address.split(mark).slice(0, 3).join(mark);
}
