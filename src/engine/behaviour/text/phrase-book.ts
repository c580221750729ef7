/**
 * The phrase book: the phrases of all detections and of the capability vocabulary in one structure, so that one pass over the text hears
 * them all. A phrase is a sequence of word patterns; patterns are looked up by word hash, sequences in a trie over pattern numbers. Two
 * different words with the same 32-bit hash would be taken for each other: with some 2,000 patterns that happens to one word in two million.
 */
import { foldCode, IDEOGRAPH, IGNORED, kindAt, SPECIAL, WORD_KINDS } from "./characters.js";
import { WORD_PRIME, WORD_SEED } from "./hashing.js";
import { createHashTable, type HashTable } from "./hash-table.js";
import type { ScannedText } from "./scanner.js";

/** A word that occurs in no phrase and is no stop word. */
export const NO_CLASS = 0;
/** A stop word that occurs in no phrase. */
export const STOP_WORD = 1;
/** Hits kept per group and request: more say nothing new, and a text of one repeated phrase must not fill the memory. */
export const HITS_PER_GROUP_MAX = 16;

/** Characters that an open word has at least: with fewer, half of the language would begin like it. */
export const OPEN_CHARS_MIN = 3;

/** Phrases compiled for the scanner. */
export interface PhraseBook {
  groups: number;
  /** Class of a whole word, and of the beginning of a word, by hash. */
  exact: HashTable;
  prefix: HashTable;
  /** Characters of the longest pattern with an open end that begins with three characters of this index; 0 where there is none. */
  threeFilter: Uint8Array;
  /** 1 for classes of stop words. */
  isStop: Uint8Array;
  /** Walks the heard words of one text and records which groups occur; `offset` (in half words) is added to places. */
  listen(text: ScannedText, offset: number, hits: GroupHits): void;
}

/** Where the phrases of each group start, in half words; at most {@link HITS_PER_GROUP_MAX} each, ascending. */
export interface GroupHits {
  counts: Uint8Array;
  positions: Int32Array;
  /** Groups with a count above zero, in the order in which they were first heard. */
  touched: number[];
}

/** No hits, with room for every group of the book. */
export function createGroupHits(book: PhraseBook): GroupHits {
  return { counts: new Uint8Array(book.groups), positions: new Int32Array(book.groups * HITS_PER_GROUP_MAX), touched: [] };
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
    for (let i = 0; i < counts[group]; i++) saved.positions[to++] = positions[group * HITS_PER_GROUP_MAX + i]!;
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
    for (let j = 0; j < count; j++) hits.positions[group * HITS_PER_GROUP_MAX + j] = saved.positions[from++]!;
  }
}

/** One word of a phrase: its folded text, and whether longer words with this beginning match too. */
interface WordPattern {
  text: string;
  isOpen: boolean;
}

interface TrieNode {
  next: Map<number, TrieNode>;
  groups: number[];
}

/** Splits a phrase into word patterns the way the scanner splits a text. Throws on a phrase that could never be heard. */
export function splitPhrase(phrase: string): WordPattern[] {
  const patterns: WordPattern[] = [];
  let text = "";
  const flush = (isOpen: boolean): void => {
    if (text === "") return;
    if (isOpen && text.replace("<", "").length < OPEN_CHARS_MIN)
      throw new RangeError(`phrase "${phrase}": an open word needs three characters or more`);
    patterns.push({ text, isOpen });
    text = "";
  };
  for (const character of phrase.normalize("NFKC")) {
    const code = character.charCodeAt(0);
    const kind = kindAt(code);
    if (character === "<") {
      flush(false);
      text = "<";
    } else if (kind & WORD_KINDS) text += String.fromCharCode(foldCode(code));
    else if (kind === IDEOGRAPH || (kind === SPECIAL && character.length > 1)) {
      flush(false);
      patterns.push({ text: character, isOpen: false });
    } else if (kind !== IGNORED) flush(character === "*");
  }
  flush(false);
  if (patterns.length === 0) throw new RangeError(`phrase "${phrase}" has no words`);
  return patterns;
}

function hashPattern(text: string): number {
  if (kindAt(text.charCodeAt(0)) === IDEOGRAPH || text.codePointAt(0)! > 0xffff)
    return Math.imul(WORD_SEED ^ text.codePointAt(0)!, WORD_PRIME);
  let hash = WORD_SEED;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), WORD_PRIME);
  return hash;
}

/** Which entry of `threeFilter` belongs to the first three (folded) characters of a word. */
export function filterIndex(first: number, second: number, third: number): number {
  return (first + second * 37 + third * 1_369) & 0xffff;
}

/** Numbers the distinct word patterns, from 2 upwards. */
function numberPatterns(phrases: readonly WordPattern[][]): Map<string, { pattern: WordPattern; id: number }> {
  const numbered = new Map<string, { pattern: WordPattern; id: number }>();
  for (const phrase of phrases) {
    for (const pattern of phrase) {
      const key = `${pattern.text}${pattern.isOpen ? "*" : ""}`;
      if (!numbered.has(key)) numbered.set(key, { pattern, id: numbered.size + 2 });
    }
  }
  return numbered;
}

/**
 * Compiles groups of phrases. Group `i` of the result is `groups[i]`. Stop words are recognised on the way, for the sketches.
 */
export function compilePhraseBook(groups: readonly (readonly string[])[], stopWords: readonly string[]): PhraseBook {
  const split = groups.map((phrases) => phrases.map(splitPhrase));
  const numbered = numberPatterns(split.flat());
  const all = [...numbered.values()];
  const open = all.filter(({ pattern }) => pattern.isOpen);
  const exact = new Map<number, number>();
  const prefix = new Map<number, number>();
  const threeFilter = new Uint8Array(1 << 16);
  const stops = new Set<number>([STOP_WORD]);
  const patternsOfClass: number[][] = [[], []];
  const openIds = new Map(open.map(({ pattern, id }) => [pattern.text, id]));
  const openMatches = (text: string): number[] =>
    Array.from(text, (_, at) => openIds.get(text.slice(0, at + 1)))
      .filter((id) => id !== undefined)
      .sort((a, b) => a - b);

  for (const { pattern, id } of all) {
    patternsOfClass[id] = [...new Set([id, ...openMatches(pattern.text)])];
    (pattern.isOpen ? prefix : exact).set(hashPattern(pattern.text), id);
    const bare = pattern.text.replace("<", "");
    if (!pattern.isOpen) continue;
    const index = filterIndex(bare.charCodeAt(0), bare.charCodeAt(1), bare.charCodeAt(2));
    threeFilter[index] = Math.max(threeFilter[index], bare.length);
  }
  for (const word of new Set(stopWords)) {
    const hash = hashPattern(word);
    const known = exact.get(hash);
    const matches = openMatches(word);
    const entry = known ?? (matches.length > 0 ? patternsOfClass.length : STOP_WORD);
    if (known === undefined && matches.length > 0) patternsOfClass[entry] = matches;
    exact.set(hash, entry);
    stops.add(entry);
  }

  const root = buildTrie(split, numbered);
  const isStop = new Uint8Array(patternsOfClass.length);
  for (const entry of stops) isStop[entry] = 1;
  return {
    groups: groups.length,
    exact: createHashTable(exact),
    prefix: createHashTable(prefix),
    threeFilter,
    isStop,
    listen: createListener(root, patternsOfClass),
  };
}

function buildTrie(split: readonly WordPattern[][][], numbered: ReadonlyMap<string, { id: number }>): TrieNode {
  const root: TrieNode = { next: new Map(), groups: [] };
  split.forEach((phrases, group) => {
    for (const phrase of phrases) {
      let node = root;
      for (const pattern of phrase) {
        const { id } = numbered.get(`${pattern.text}${pattern.isOpen ? "*" : ""}`)!;
        let next = node.next.get(id);
        if (!next) {
          next = { next: new Map(), groups: [] };
          node.next.set(id, next);
        }
        node = next;
      }
      if (!node.groups.includes(group)) node.groups.push(group);
    }
  });
  return root;
}

/** Entries of the filter over pairs of word classes: a few times the number of pairs, and small enough for the first-level cache. */
const PAIR_FILTER_ENTRIES = 1 << 14;

/** Which entry of the filter belongs to two classes of neighbouring words. */
function pairIndex(first: number, second: number): number {
  return (Math.imul(first, 2_531) + second) & (PAIR_FILTER_ENTRIES - 1);
}

/** Where most heard words end: 0 for the beginning of no phrase that a class may go on with, so that the trie need not be asked. */
function compilePairFilter(firstNodes: readonly TrieNode[][], patternsOfClass: readonly number[][]): Uint8Array {
  const filter = new Uint8Array(PAIR_FILTER_ENTRIES);
  const classesOfPattern = new Map<number, number[]>();
  patternsOfClass.forEach((patterns, entry) => {
    for (const id of patterns) classesOfPattern.set(id, [...(classesOfPattern.get(id) ?? []), entry]);
  });
  firstNodes.forEach((nodes, entry) => {
    for (const node of nodes) {
      for (const id of node.next.keys()) for (const next of classesOfPattern.get(id) ?? []) filter[pairIndex(entry, next)] = 1;
    }
  });
  return filter;
}

function createListener(root: TrieNode, patternsOfClass: readonly number[][]): PhraseBook["listen"] {
  const firstNodes = patternsOfClass.map((patterns) => patterns.map((id) => root.next.get(id)).filter((node) => node !== undefined));
  const isPhrase = Uint8Array.from(firstNodes, (nodes) => (nodes.some((node) => node.groups.length > 0) ? 1 : 0));
  const pairFilter = compilePairFilter(firstNodes, patternsOfClass);

  function record(group: number, position: number, hits: GroupHits): void {
    const count = hits.counts[group];
    if (count === 0) hits.touched.push(group);
    if (count >= HITS_PER_GROUP_MAX) return;
    // Two phrases of a group that start at one word are one hit.
    if (count > 0 && hits.positions[group * HITS_PER_GROUP_MAX + count - 1] === position) return;
    hits.positions[group * HITS_PER_GROUP_MAX + count] = position;
    hits.counts[group] = count + 1;
  }

  function walk(node: TrieNode, text: ScannedText, at: number, start: number, hits: GroupHits): void {
    for (const group of node.groups) record(group, start, hits);
    const next = at + 1;
    if (node.next.size === 0 || next >= text.heardLength || text.heardPositions[next] !== text.heardPositions[at] + 1) return;
    for (const id of patternsOfClass[text.heardClasses[next]]) {
      const child = node.next.get(id);
      if (child) walk(child, text, next, start, hits);
    }
  }

  return (text, offset, hits) => {
    const { heardClasses, heardPositions, heardLength } = text;
    for (let i = 0; i < heardLength; i++) {
      const entry = heardClasses[i];
      const isPair =
        i + 1 < heardLength && heardPositions[i + 1] === heardPositions[i] + 1 && pairFilter[pairIndex(entry, heardClasses[i + 1])] === 1;
      if (isPhrase[entry] === 0 && !isPair) continue;
      for (const node of firstNodes[entry]) walk(node, text, i, offset + text.heardPlaces[i], hits);
    }
  };
}
