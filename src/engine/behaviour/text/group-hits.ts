/** Where the phrases of each group were heard in one request, and copies of that for texts that come again. */

/** Hits kept per group and request: more say nothing new, and a text of one repeated phrase must not fill the memory. */
export const HITS_PER_GROUP_MAX = 16;

/** Where the phrases of each group start, in half words; at most {@link HITS_PER_GROUP_MAX} each, ascending. */
export interface GroupHits {
  counts: Uint8Array;
  positions: Int32Array;
  /** Groups with a count above zero, in the order in which they were first heard. */
  touched: number[];
}

/** No hits, with room for so many groups. */
export function createGroupHits({ groups }: { groups: number }): GroupHits {
  return { counts: new Uint8Array(groups), positions: new Int32Array(groups * HITS_PER_GROUP_MAX), touched: [] };
}

/** Adds a hit; positions come ascending. */
export function recordHit(group: number, position: number, hits: GroupHits): void {
  const count = hits.counts[group];
  if (count === 0) hits.touched.push(group);
  if (count >= HITS_PER_GROUP_MAX) return;
  // Two phrases of a group that start at one word are one hit.
  if (count > 0 && hits.positions[group * HITS_PER_GROUP_MAX + count - 1] === position) return;
  hits.positions[group * HITS_PER_GROUP_MAX + count] = position;
  hits.counts[group] = count + 1;
}

/** Forgets all hits. */
export function clearGroupHits(hits: GroupHits): void {
  for (const group of hits.touched) hits.counts[group] = 0;
  hits.touched.length = 0;
}

/** Hits kept for later; see {@link GroupHits}. */
export interface HeardGroups {
  groups: Uint16Array;
  counts: Uint8Array;
  /** Those of each group, one after the other. */
  positions: Int32Array;
}

/** A copy of the hits. */
export function saveHits({ touched, counts, positions }: GroupHits): HeardGroups {
  const total = touched.reduce((sum, group) => sum + counts[group], 0);
  const saved: HeardGroups = {
    groups: Uint16Array.from(touched),
    counts: Uint8Array.from(touched, (group) => counts[group]),
    positions: new Int32Array(total),
  };
  let to = 0;
  for (const group of touched) {
    for (let i = 0; i < counts[group]; i++) saved.positions[to++] = positions[group * HITS_PER_GROUP_MAX + i];
  }
  return saved;
}

/** Makes the hits what they were when they were saved. */
export function recallHits(saved: HeardGroups, hits: GroupHits): void {
  clearGroupHits(hits);
  let from = 0;
  for (let i = 0; i < saved.groups.length; i++) {
    const group = saved.groups[i];
    const count = saved.counts[i];
    hits.touched.push(group);
    hits.counts[group] = count;
    for (let j = 0; j < count; j++) hits.positions[group * HITS_PER_GROUP_MAX + j] = saved.positions[from++];
  }
}
