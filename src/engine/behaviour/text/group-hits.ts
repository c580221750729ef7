/** Where the phrases of each group were heard in one request, and copies of that for texts that come again. They lie in the memory of the kernel, which fills them. */

/** Hits kept per group and request: more say nothing new, and a text of one repeated phrase must not fill the memory. */
export const HITS_PER_GROUP_MAX = 16;

/** Where the phrases of each group start, in half words; at most {@link HITS_PER_GROUP_MAX} each, ascending. */
export interface GroupHits {
  counts: Uint8Array;
  positions: Int32Array;
  /** How many groups have a count above zero, and behind that these groups, in the order in which they were first heard. */
  touched: Uint16Array;
}

/** Hits kept for later, as the kernel packs them. */
export type HeardGroups = Int32Array;
