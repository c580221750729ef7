/**
 * The phrases as a trie over numbers of word patterns, in flat arrays: ten thousand phrases as objects lie scattered over megabytes, and nearly
 * every step down would wait for the memory.
 */
/** A phrase as the numbers of its patterns, and the group it belongs to. */
export interface NumberedPhrase {
  group: number;
  patterns: readonly number[];
}

/** Lists of small numbers, one after the other: list `i` lies from `starts[i]` to `starts[i + 1]`. */
export interface NumberLists {
  starts: Int32Array;
  numbers: Int32Array;
}

/** Nodes are numbered; 0 is the root. */
export interface Trie {
  /** The groups whose phrases end at each node. */
  groups: NumberLists;
  /** 1 for nodes that phrases go on from. */
  hasNext: Uint8Array;
  /** The steps as an open-addressed table: node × `patterns` + pattern, -1 where nothing stands; and where it leads. */
  patterns: number;
  mask: number;
  steps: Int32Array;
  targets: Int32Array;
}

/** The node below the root that stands for none. */
export const NOWHERE = 0;
const STEP_FACTOR = 0x9e3779b1;
/** Entries of the filter over pairs of word classes, a bit each: many times the number of pairs, and small enough for the first-level cache. */
const PAIR_FILTER_ENTRIES = 1 << 17;

/** The trie, and what of it is asked first. */
export interface PhraseTables {
  trie: Trie;
  /** The patterns that a word of each class matches, and the nodes below the root that they lead to. */
  classes: NumberLists;
  first: NumberLists;
  /** 1 for classes of which a word alone is a phrase. */
  isPhrase: Uint8Array;
  /** See {@link compilePairFilter}. */
  pairFilter: Uint8Array;
}

/** Compiles the phrases. `patternsOfClass` lists the patterns that a word of each class matches. */
export function compileTrie(phrases: readonly NumberedPhrase[], patternsOfClass: readonly (readonly number[])[]): PhraseTables {
  const patterns = patternsOfClass.reduce((most, ids) => Math.max(most, ...ids), 0) + 1;
  const trie = buildTrie(phrases, patterns);
  const firstNodes = patternsOfClass.map((ids) => ids.map((id) => step(trie, 0, id)).filter((node) => node !== NOWHERE));
  const endsPhrase = (node: number): boolean => trie.groups.starts[node] < trie.groups.starts[node + 1];
  return {
    trie,
    classes: flatten(patternsOfClass),
    first: flatten(firstNodes),
    isPhrase: Uint8Array.from(firstNodes, (nodes) => (nodes.some(endsPhrase) ? 1 : 0)),
    pairFilter: compilePairFilter({ trie, phrases, firstNodes, patternsOfClass }),
  };
}

/** Where a pattern leads from a node. */
export function step(trie: Trie, node: number, pattern: number): number {
  const wanted = node * trie.patterns + pattern;
  for (let slot = slotOf(wanted, trie.mask); ; slot = (slot + 1) & trie.mask) {
    const found = trie.steps[slot];
    if (found === wanted) return trie.targets[slot];
    if (found === -1) return NOWHERE;
  }
}

function slotOf(wanted: number, mask: number): number {
  const mixed = Math.imul(wanted, STEP_FACTOR);
  return (mixed ^ (mixed >>> 15)) & mask;
}

function buildTrie(phrases: readonly NumberedPhrase[], patterns: number): Trie {
  const next = new Map<number, number>();
  const groups: number[][] = [[]];
  const hasNext: number[] = [0];
  for (const { group, patterns: ids } of phrases) {
    let node = 0;
    for (const id of ids) {
      const key = node * patterns + id;
      let child = next.get(key);
      if (child === undefined) {
        child = groups.push([]) - 1;
        hasNext.push(0);
        next.set(key, child);
        hasNext[node] = 1;
      }
      node = child;
    }
    if (!groups[node].includes(group)) groups[node].push(group);
  }
  if (groups.length * patterns > 0x7fff_ffff) throw new RangeError("the phrases are too many for steps of 31 bits");
  let size = 64;
  while (size < next.size * 2) size *= 2;
  const trie: Trie = {
    groups: flatten(groups),
    hasNext: Uint8Array.from(hasNext),
    patterns,
    mask: size - 1,
    steps: new Int32Array(size).fill(-1),
    targets: new Int32Array(size),
  };
  for (const [key, child] of next) {
    let slot = slotOf(key, trie.mask);
    while (trie.steps[slot] !== -1) slot = (slot + 1) & trie.mask;
    trie.steps[slot] = key;
    trie.targets[slot] = child;
  }
  return trie;
}

function flatten(lists: readonly (readonly number[])[]): NumberLists {
  const starts = new Int32Array(lists.length + 1);
  lists.forEach((list, index) => {
    starts[index + 1] = starts[index] + list.length;
  });
  const numbers = new Int32Array(starts[lists.length]);
  lists.forEach((list, index) => numbers.set(list, starts[index]));
  return { starts, numbers };
}

/** Which entry of the filter belongs to two classes of neighbouring words. */
function pairIndex(first: number, second: number): number {
  return (Math.imul(first, 2_531) + second) & (PAIR_FILTER_ENTRIES - 1);
}

interface PairSource {
  trie: Trie;
  phrases: readonly NumberedPhrase[];
  firstNodes: readonly (readonly number[])[];
  patternsOfClass: readonly (readonly number[])[];
}

/** Where most heard words end: 0 for the beginning of no phrase that a class may go on with, so that the trie need not be asked. */
function compilePairFilter({ trie, phrases, firstNodes, patternsOfClass }: PairSource): Uint8Array {
  const filter = new Uint8Array(PAIR_FILTER_ENTRIES / 8);
  const add = (pair: number): void => {
    filter[pair >>> 3] |= 1 << (pair & 7);
  };
  const classesOfPattern = patternsOfClass.map((): number[] => []);
  patternsOfClass.forEach((ids, entry) => {
    for (const id of ids) classesOfPattern[id].push(entry);
  });
  const secondsOf = new Map<number, Set<number>>();
  for (const { patterns } of phrases) {
    if (patterns.length < 2) continue;
    const node = step(trie, 0, patterns[0]);
    secondsOf.set(node, (secondsOf.get(node) ?? new Set()).add(patterns[1]));
  }
  firstNodes.forEach((nodes, entry) => {
    for (const node of nodes) {
      for (const id of secondsOf.get(node) ?? []) for (const next of classesOfPattern[id]) add(pairIndex(entry, next));
    }
  });
  return filter;
}
