/**
 * Scaffold signatures: which frequent anchors a request carries. Requests cut from one scaffold carry overlapping signatures, whatever fills
 * its slots; families are clusters of anchors that travel together.
 *
 * Anchors are bottom-k samples of word-shingle hashes per region (Broder 1997, "On the resemblance and containment of documents"); an anchor
 * that only one or two accounts ever sent cannot tie strangers together, so it is dropped before anything is held in memory.
 */
import { takeNumbers } from "../../store/events/column-batch.js";
import type { EventStore } from "../../store/events/store.js";
import { createNumberIndex } from "../../statistics/number-index.js";

/** The two regions that have families of their own: an agent framework's system prompt says nothing about what its users ask. */
export const REGIONS = ["system", "user"] as const;
export type Region = (typeof REGIONS)[number];

/** Fewer accounts than this on an anchor cannot make a pool: the smallest pool looked for has that many members. */
export const ANCHOR_ACCOUNTS_MIN = 3;

/** Rows (requests times anchors) that one counting query may group at once; bounds the engine's memory at about 400 MB. */
const ANCHOR_ROWS_PER_QUERY_MAX = 12_000_000;

/**
 * SQL of a request's anchors per region. A prompt too short to have a shingle stands for itself (its exact skeleton). Without text, what is
 * left of a work load is its settings: tools, sampling and output cap.
 */
const ANCHOR_SQL: Record<Region, string> = {
  system: "system_anchors",
  user: `multiIf(
    notEmpty(head_anchors) OR notEmpty(tail_anchors), arrayDistinct(arrayConcat(head_anchors, tail_anchors)),
    prompt_skeleton != 0, [toUInt32(prompt_skeleton % 4294967291)],
    has_text = 0 AND (tools_key != 0 OR sampling_key != 0), [toUInt32(cityHash64(tools_key, sampling_key, max_output_tokens) % 4294967291)],
    emptyArrayUInt32())`,
};

/** Anchors in SQL, for the ordered pass over all requests. */
export function selectAnchors(region: Region): string {
  return ANCHOR_SQL[region];
}

/**
 * Finds the anchors of a region that at least {@link ANCHOR_ACCOUNTS_MIN} accounts sent.
 *
 * @returns ascending anchors.
 */
export async function findFrequentAnchors(
  store: EventStore,
  options: { region: Region; eventsSql: string; requestCount: number },
): Promise<Uint32Array> {
  const parts = Math.max(1, Math.ceil((options.requestCount * 8) / ANCHOR_ROWS_PER_QUERY_MAX));
  const found: Uint32Array[] = [];
  let total = 0;
  for (let part = 0; part < parts; part++) {
    const sql = `
      SELECT anchor FROM (
        SELECT account_key, arrayJoin(${ANCHOR_SQL[options.region]}) AS anchor FROM ${options.eventsSql}
      )
      WHERE anchor % ${parts} = ${part}
      GROUP BY anchor
      HAVING uniqUpTo(${ANCHOR_ACCOUNTS_MIN - 1})(account_key) >= ${ANCHOR_ACCOUNTS_MIN}`;
    for await (const batch of store.columns(sql)) {
      const anchors = Uint32Array.from(takeNumbers(batch, "anchor"));
      found.push(anchors);
      total += anchors.length;
    }
  }
  const all = new Uint32Array(total);
  let at = 0;
  for (const anchors of found) {
    all.set(anchors, at);
    at += anchors.length;
  }
  return all.sort();
}

/** Gives every distinct set of frequent anchors a number, so that a request needs four bytes for it. */
export interface SignatureIntern {
  /**
   * @param sender requests must come account by account, each account's by time.
   * @returns the number of the signature, -1 when the request carries no frequent anchor.
   */
  intern(anchors: Uint32Array, start: number, end: number, sender?: Sender): number;
  /** The signatures so far. */
  signatures(): Signatures;
  /**
   * Per frequent anchor, when it became frequent: when its {@link ANCHOR_ACCOUNTS_MIN}th account first sent it, milliseconds since the epoch.
   * Requests that come later do not change it, which is what keeps a family's id.
   */
  frequentSince(): Float64Array;
}

/** Signatures by number. As sets of anchors they can be asked which anchors stand together. */
export interface Signatures {
  /** Signature `s` is made of the anchor positions `members[offsets[s]] … members[offsets[s + 1] - 1]`, ascending. */
  offsets: Uint32Array;
  members: Int32Array;
  /** Requests seen with each. */
  weights: Uint32Array;
}

/** Who sent a request, and when. */
export interface Sender {
  account: number;
  atMs: number;
}

/** @param frequentAnchors ascending; positions in it are what signatures are made of. */
export function createSignatureIntern(frequentAnchors: Uint32Array): SignatureIntern {
  const findPosition = indexAnchors(frequentAnchors);
  const numbers = createNumberIndex();
  let members = new Int32Array(1024);
  let offsets = new Uint32Array(1024);
  let weights = new Uint32Array(1024);
  let scratch = new Int32Array(64);
  const firstUses = createFirstUses(frequentAnchors.length);

  function add(number: number, size: number): void {
    const from = offsets[number];
    if (number + 2 > offsets.length) {
      offsets = copyInto(new Uint32Array(2 * offsets.length), offsets);
      weights = copyInto(new Uint32Array(2 * weights.length), weights);
    }
    if (from + size > members.length) members = copyInto(new Int32Array(Math.max(2 * members.length, from + size)), members);
    for (let i = 0; i < size; i++) members[from + i] = scratch[i];
    offsets[number + 1] = from + size;
  }

  function intern(anchors: Uint32Array, start: number, end: number, sender?: Sender): number {
    if (end - start > scratch.length) scratch = new Int32Array(2 * (end - start));
    let size = 0;
    for (let index = start; index < end; index++) {
      const position = findPosition(anchors[index]);
      if (position < 0) continue;
      insertAscending(scratch, size++, position);
      if (sender) firstUses.note(position, sender);
    }
    if (size === 0) return -1;
    const known = numbers.size;
    const number = numbers.place(hashPositions(scratch, size));
    if (number === known) add(number, size);
    weights[number] += 1;
    return number;
  }

  function signatures(): Signatures {
    const { size } = numbers;
    return { offsets: offsets.subarray(0, size + 1), members: members.subarray(0, offsets[size]), weights: weights.subarray(0, size) };
  }

  return { intern, signatures, frequentSince: () => firstUses.frequentSince() };
}

function copyInto<T extends Uint32Array | Int32Array>(larger: T, smaller: T): T {
  larger.set(smaller);
  return larger;
}

/** Keeps, per anchor, when the first {@link ANCHOR_ACCOUNTS_MIN} accounts to send it first did. */
function createFirstUses(anchorCount: number): { note(position: number, sender: Sender): void; frequentSince(): Float64Array } {
  // The earliest of all anchors, then the second, …: what is asked most, the last, lies close together.
  const times = new Float64Array(anchorCount * ANCHOR_ACCOUNTS_MIN).fill(Number.POSITIVE_INFINITY);
  const lastTimes = times.subarray((ANCHOR_ACCOUNTS_MIN - 1) * anchorCount);
  const lastAccount = new Int32Array(anchorCount).fill(-1);
  return {
    note(position, sender) {
      const { atMs } = sender;
      // What the account sends from now on is later still.
      if (atMs >= lastTimes[position] || lastAccount[position] === sender.account) return;
      lastAccount[position] = sender.account;
      let at = (ANCHOR_ACCOUNTS_MIN - 1) * anchorCount + position;
      for (; at >= anchorCount && times[at - anchorCount] > atMs; at -= anchorCount) times[at] = times[at - anchorCount];
      times[at] = atMs;
    },
    frequentSince: () => lastTimes.slice(),
  };
}

/**
 * 53 bits of a hash of the positions: one look-up per request instead of one per anchor. Two of a million signatures meet with probability
 * 1 in 20,000, and what then happens is that requests of one scaffold count for another.
 */
function hashPositions(positions: Int32Array, size: number): number {
  let high = 0x9e3779b1;
  let low = 0x85ebca77;
  for (let i = 0; i < size; i++) {
    const position = positions[i];
    high = Math.imul(high ^ position, 0xcc9e2d51);
    high = (high << 15) | (high >>> 17);
    low = Math.imul(low + position, 0x1b873593);
    low ^= low >>> 13;
  }
  high = Math.imul(high ^ (high >>> 16) ^ low, 0x85ebca6b);
  low = Math.imul(low ^ (low >>> 15) ^ high, 0xc2b2ae35);
  return (high >>> 0) * 0x200000 + (low >>> 11);
}

/** Puts a value where it belongs among the first `size` ones. */
function insertAscending(list: Int32Array, size: number, value: number): void {
  let at = size;
  while (at > 0 && list[at - 1] > value) {
    list[at] = list[at - 1];
    at -= 1;
  }
  list[at] = value;
}

/** Position of an anchor among the frequent ones, -1 for none: an open-addressed table, because it is asked a dozen times per request. */
function indexAnchors(frequentAnchors: Uint32Array): (anchor: number) => number {
  let size = 1024;
  while (size < frequentAnchors.length * 4) size *= 2;
  const slots = new Int32Array(size).fill(-1);
  const mask = size - 1;
  // Anchors are hashes already: their low bits are as good as any.
  frequentAnchors.forEach((anchor, position) => {
    let slot = anchor & mask;
    while (slots[slot] !== -1) slot = (slot + 1) & mask;
    slots[slot] = position;
  });
  return (anchor) => {
    let slot = anchor & mask;
    while (slots[slot] !== -1) {
      if (frequentAnchors[slots[slot]] === anchor) return slots[slot];
      slot = (slot + 1) & mask;
    }
    return -1;
  };
}
