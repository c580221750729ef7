/**
 * Fingerprints: what is known of every account at once, column by column. An account is a position in these columns; positions are
 * assigned in ascending order of account id, so that they do not depend on the order of the input.
 */

/** Positions of one account's entries in parallel arrays: entries of account `i` stand at `offsets[i] … offsets[i + 1] - 1`. */
export interface SparseCounts {
  /** Length: accounts + 1. */
  offsets: Uint32Array;
  /** Item of each entry; ascending within an account. */
  items: Uint32Array;
  /** Requests of each entry. */
  counts: Uint32Array;
}

/** All accounts of one analysis. */
export interface Population {
  /** Ascending, one per account. */
  accountIds: readonly string[];
  /**
   * Who answers for the account: accounts of one organization share a number, an account without one has its own. Accounts of one party do
   * not claim to be strangers, so nothing links them.
   */
  parties: Int32Array;
  /** 1 when the allowlist covers the account. */
  isAllowlisted: Uint8Array;
  /** Requests per account. */
  events: Uint32Array;
  /** Milliseconds since the Unix epoch; `createdAtMs` is NaN where no side file tells. */
  firstAtMs: Float64Array;
  lastAtMs: Float64Array;
  createdAtMs: Float64Array;

  /** Family → requests; items are positions in `families`. */
  familyCounts: SparseCounts;
  families: FamilyColumns;
  /** Hour (since `fromMs`) → requests. */
  hourCounts: SparseCounts;
  /** Requests of the whole population per hour since `fromMs`. */
  hours: Float64Array;
  /** Start of hour 0, milliseconds since the Unix epoch. */
  fromMs: number;
  /** Client address → requests; items are positions in `addressAccounts`. */
  addressCounts: SparseCounts;
  /** Accounts seen per client address. */
  addressAccounts: Uint32Array;
  /** Target model → requests; items are positions in `targetModels`. */
  modelCounts: SparseCounts;
  targetModels: readonly string[];
  /** Registered instruments (payment fingerprint, telephone, e-mail hash, …); items are positions in `instruments`, counts are 1. */
  instrumentCounts: SparseCounts;
  instruments: readonly Instrument[];

  /** Requests per account and capability: row-major, `CAPABILITIES.length` columns. */
  capabilityCounts: Uint32Array;
  /** Requests per account and technique: row-major, `TECHNIQUES.length` columns. */
  techniqueCounts: Uint32Array;
  shapes: ShapeColumns;
}

/** A registered instrument that several accounts may share. */
export interface Instrument {
  kind: "payment" | "phone" | "email" | "signup_address" | "referrer";
  /** The value's hash in hexadecimal, never the value. */
  label: string;
  accounts: number;
}

/** One entry per family. */
export interface FamilyColumns {
  ids: readonly string[];
  events: Uint32Array;
  accounts: Uint32Array;
  /** Distinct parties that carry it. */
  parties: Uint32Array;
  /** Distinct slot values among its requests. */
  distinctSlots: Uint32Array;
  /** Slot values that more than one account sent. */
  sharedSlots: Uint32Array;
}

/** How an account's requests look, in requests (numerators; the denominator is `events` unless said otherwise). */
export interface ShapeColumns {
  singleTurn: Uint32Array;
  streamed: Uint32Array;
  /** Requests whose source told whether they were streamed. */
  streamKnown: Uint32Array;
  /** Answers that ended at the output cap or within 10 % of it. */
  nearCap: Uint32Array;
  failed: Uint32Array;
  refused: Uint32Array;
  withText: Uint32Array;
  /** Distinct contents among requests with text. */
  distinctContents: Uint32Array;
  distinctSamplings: Uint32Array;
  inputTokens: Float64Array;
  outputTokens: Float64Array;
  reasoningTokens: Float64Array;
  cachedInputTokens: Float64Array;
  activeHours: Uint32Array;
}

/** A set of accounts that may be a pool, with the work load they share. */
export interface CandidateGroup {
  /** Positions in the population, ascending. */
  members: Int32Array;
  /** Positions of the families that make up the shared work load, ascending. */
  families: Uint32Array;
}
