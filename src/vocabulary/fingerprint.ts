/**
 * Fingerprints: what is known of every account at once, column by column. An account is a position in these columns; positions are
 * assigned in ascending order of account id, so that they do not depend on the order of the input.
 */

/** All accounts of one analysis, with their requests. */
export interface Population {
  /** Ascending, one per account. */
  accountIds: readonly string[];
  /**
   * Who answers for the account: accounts of one organization share a number, an account without one has its own. Accounts of one party do
   * not claim to be strangers, so nothing links them.
   */
  parties: Int32Array;
  partyCount: number;
  /** Organization id per account, `""` where there is none. */
  organizationIds: readonly string[];
  /** 1 when the allowlist covers the account. */
  isAllowlisted: Uint8Array;
  /** Milliseconds since the Unix epoch; NaN where no side file tells. */
  createdAtMs: Float64Array;
  /** `AccountFact` bits: what the side file says. */
  facts: Uint16Array;
  /** Access programme per account, `""` where unknown. */
  programmes: readonly string[];
  /** Plan per account as the provider calls it, `""` where unknown. */
  plans: readonly string[];
  /** Distinct keys per account, and distinct clients (user agent and JA4 together); 0 where the log does not tell. */
  keyCounts: Uint32Array;
  clientCounts: Uint32Array;

  /** Requests of account `i` stand at `requestOffsets[i] … requestOffsets[i + 1] - 1`, by time. */
  requestOffsets: Uint32Array;
  requests: RequestColumns;

  families: FamilyColumns;
  targetModels: readonly string[];
  /** Earliest release per position in `targetModels`, NaN where unknown. */
  releasedAtMs: Float64Array;
  /** Distinct client addresses; `accounts` counts the accounts seen on each, `parties` the parties. */
  addresses: SharedThings;
  /** Registered instruments (payment fingerprint, e-mail hash, …); entries of `instrumentsOf` are positions here. */
  instruments: SharedThings;
  instrumentsOf: Incidence;
  /** Distinct addresses of each account. */
  addressesOf: Incidence;
  /** Reasoning handles that were handed in elsewhere than where they were issued. */
  handles: HandleColumns;
  /** Answers that came back as input elsewhere than where they were given. */
  returns: ReturnColumns;
  /** Measures taken against accounts, by time. */
  enforcement: { account: Int32Array; atMs: Float64Array; measure: readonly string[] };
  /** Start of hour 0, milliseconds since the Unix epoch, on the hour. */
  fromMs: number;
  /** Requests of the whole population per hour since `fromMs`. */
  hours: Float64Array;
}

/**
 * Where reasoning handles went: one entry per account that handed some in, account they were issued to, and move, ascending by these. `account`:
 * issued to another account; `session` and `model`: to the same account, in another session or by another target model.
 */
export interface HandleColumns {
  /** Distinct handles that were issued, that were handed in, and that were handed in without having been issued within the log before. */
  issued: number;
  submitted: number;
  unknownIssuer: number;
  /** Uses of handles that were issued to more than one account: such a name is no reference, and nothing follows from its use. */
  shared: number;
  /** False when nothing tells which requests are one conversation. */
  hasConversations: boolean;
  /** Positions of accounts. */
  users: Int32Array;
  issuers: Int32Array;
  moves: readonly HandleMove[];
  /** Distinct handles, and distinct requests that handed in such a handle for the first time: a conversation that is sent again counts once. */
  counts: Uint32Array;
  acts: Uint32Array;
  /** The earliest use of each entry. */
  firsts: readonly HandleUse[];
  /** Entries of account `i` as user stand at `offsets[i] … offsets[i + 1] - 1`. */
  offsets: Uint32Array;
}

/** How a use of a handle differs from where it was issued. */
export type HandleMove = "account" | "session" | "model";

/** One use of a handle, and its issuing. */
export interface HandleUse {
  /** xxHash64 of the handle, 16 hexadecimal digits; the handle itself is not kept. */
  handle: string;
  usedAtMs: number;
  usedModel: string;
  usedRequest: string;
  issuedAtMs: number;
  issuedModel: string;
  issuedRequest: string;
}

/**
 * Answers that came back as a block of a user message: one entry per account that sent some, account that was given them, and move, ascending by
 * these. `account`: given to another account; `session`: to the same account, in another session. What was quoted within its own session is
 * nowhere; so is what several accounts were answered word for word.
 */
export interface ReturnColumns {
  /** Requests whose answer is known, and requests with blocks long enough to be compared. */
  answered: number;
  withBlocks: number;
  /** Positions of accounts. */
  users: Int32Array;
  issuers: Int32Array;
  moves: readonly ("account" | "session")[];
  /** Distinct answers. */
  counts: Uint32Array;
  /** The earliest return of each entry. */
  firsts: readonly OutputReturn[];
  /** Entries of account `i` as user stand at `offsets[i] … offsets[i + 1] - 1`. */
  offsets: Uint32Array;
}

/** One return of an answer, and when it was given. */
export interface OutputReturn {
  usedAtMs: number;
  usedRequest: string;
  issuedAtMs: number;
  issuedRequest: string;
}

/** Bits of `Population.facts`. */
export const AccountFact = { verified: 1, verifiedStrongly: 2, known: 4 } as const;

/** One entry per request; see `Population.requestOffsets` for whose. 4-byte columns unless a value needs more. */
export interface RequestColumns {
  count: number;
  key: BigUint64Array;
  atMs: Float64Array;
  /** Hours since `Population.fromMs`. */
  hour: Uint32Array;
  /** Position in `Population.families` of the family of the system prompt and of the user prompt; -1 for none. */
  systemFamily: Int32Array;
  promptFamily: Int32Array;
  /** 32 bits of the hash of the last user message; 0 when there is no text. */
  slot: Uint32Array;
  /** Position in `Population.targetModels`. */
  model: Uint16Array;
  /** Position in `CAPABILITIES`. */
  capability: Uint8Array;
  /** Bit mask over `TECHNIQUES`. */
  techniques: Uint32Array;
  inputTokens: Uint32Array;
  outputTokens: Uint32Array;
  /** `RequestFlag` bits. */
  flags: Uint16Array;
  /** Position in `Population.addresses`, -1 for none. */
  address: Int32Array;
}

/** Bits of `RequestColumns.flags`. */
export const RequestFlag = {
  singleTurn: 1,
  streamed: 2,
  /** The source told whether it was streamed. */
  streamKnown: 4,
  /** The answer ended at the output cap. */
  capped: 8,
  failed: 16,
  /** The answer was 429. */
  limited: 32,
  refused: 64,
  hasText: 128,
  offersTools: 256,
  batch: 512,
} as const;

/** One entry per family. */
export interface FamilyColumns {
  ids: readonly string[];
  /**
   * Position of the family that this one's kin are named after: families whose words mean the same, as wordings of one scaffold do. Its own position
   * when it has none.
   */
  kin: Int32Array;
  /** Families for which kin was not looked for, because there are too many; none when absent. */
  withoutKinship?: number;
  /** 1 when it is a family of system prompts, 0 when of user prompts (or of settings, in metadata-only mode). */
  isSystem: Uint8Array;
  events: Uint32Array;
  accounts: Uint32Array;
  /** Distinct parties that carry it. */
  parties: Uint32Array;
  /**
   * Probability that another party that carries the family sent the same slot value, mean over its requests, 0 to 1: near 1 for a prompt that
   * is passed on word for word and for a sheet, near 0 for a queue, even one that hands an item out twice.
   */
  slotSharing: Float32Array;
}

/** Things that accounts can share, by kind and by how many share each; what they are stays out: addresses and payment instruments are personal. */
export interface SharedThings {
  /** What kind each is: `payment`, `email`, `signup_address`, `address`, … */
  kinds: readonly string[];
  accounts: Uint32Array;
  parties: Uint32Array;
}

/** Which things each account has: those of account `i` stand at `offsets[i] … offsets[i + 1] - 1` of `items`, ascending. */
export interface Incidence {
  offsets: Uint32Array;
  items: Uint32Array;
}

/** Counts of a few items per row. Entries of row `i` stand at `offsets[i] … offsets[i + 1] - 1` of `items` and `counts`. */
export interface SparseCounts {
  /** Length: rows + 1. */
  offsets: Uint32Array;
  /** Ascending within a row. */
  items: Uint32Array;
  counts: Uint32Array;
}

/** A set of accounts that may be a pool, with the work load they share. */
export interface CandidateGroup {
  /** Positions in the population, ascending. */
  members: Int32Array;
  /** Positions of the families that make up the shared work load, ascending. */
  families: Uint32Array;
  /** Requests of the members in those families: those of `members[i]` stand at `sliceOffsets[i] … sliceOffsets[i + 1] - 1` of `slice`. */
  sliceOffsets: Uint32Array;
  /** Positions in `Population.requests`. */
  slice: Uint32Array;
}
