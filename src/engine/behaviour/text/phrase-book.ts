/**
 * The phrase book: the phrases of all detections and of the capability vocabulary in one structure, so that one pass over the text hears
 * them all. A phrase is a sequence of word patterns; patterns are looked up by word hash, sequences in a trie over pattern numbers. Two
 * different words with the same 32-bit hash would be taken for each other: with some 2,000 patterns that happens to one word in two million.
 */
import { foldCode, IDEOGRAPH, IGNORED, kindAt, SPECIAL, WORD_KINDS } from "./characters.js";
import { WORD_PRIME, WORD_SEED } from "./hashing.js";
import { compileTrie, type PhraseTables } from "./phrase-trie.js";

/** A word that occurs in no phrase and is no stop word. */
export const NO_CLASS = 0;
/** A stop word that occurs in no phrase. */
export const STOP_WORD = 1;
/** Characters that an open word has at least: with fewer, half of the language would begin like it. */
export const OPEN_CHARS_MIN = 3;

/** A bit for each index of three characters that are a pattern by themselves, and for each of the first four of the longer patterns: small enough for the first-level cache. */
export interface BeginningFilter {
  three: Uint8Array;
  four: Uint8Array;
}

/** Phrases compiled for the kernel (see kernel/kernel.ts), which reads words, hears which of them occur in phrases, and walks the trie with these. */
export interface PhraseBook extends PhraseTables {
  groups: number;
  /** Class of a whole word, and of the beginning of a word, by hash. */
  exact: ReadonlyMap<number, number>;
  prefix: ReadonlyMap<number, number>;
  /** Characters of the longest pattern with an open end that begins with three characters of this index; 0 where there is none. */
  threeFilter: Uint8Array;
  /** Whether some such pattern begins with a word's first four characters, or is its first three; see {@link BeginningFilter}. */
  beginnings: BeginningFilter;
  /** 1 for classes of stop words. */
  isStop: Uint8Array;
}

/** One word of a phrase: its folded text, and whether longer words with this beginning match too. */
interface WordPattern {
  text: string;
  isOpen: boolean;
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

/** The same of the first four. */
function fourIndex(codes: readonly number[]): number {
  return (codes[0] + codes[1] * 37 + codes[2] * 1_369 + codes[3] * 50_653) & 0xffff;
}

function listBeginnings(patterns: readonly string[]): BeginningFilter {
  const filter: BeginningFilter = { three: new Uint8Array(1 << 13), four: new Uint8Array(1 << 13) };
  for (const pattern of patterns) {
    const codes = Array.from({ length: pattern.length }, (_, at) => pattern.charCodeAt(at));
    const bits = codes.length < 4 ? filter.three : filter.four;
    const index = codes.length < 4 ? filterIndex(codes[0], codes[1], codes[2]) : fourIndex(codes);
    bits[index >>> 3] |= 1 << (index & 7);
  }
  return filter;
}

function keyOf({ text, isOpen }: WordPattern): string {
  return isOpen ? `${text}*` : text;
}

/** Numbers the distinct word patterns, from 2 upwards. */
function numberPatterns(phrases: readonly WordPattern[][]): Map<string, { pattern: WordPattern; id: number }> {
  const numbered = new Map<string, { pattern: WordPattern; id: number }>();
  for (const phrase of phrases) {
    for (const pattern of phrase) {
      const key = keyOf(pattern);
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

  const numberOf = (pattern: WordPattern): number => {
    const entry = numbered.get(keyOf(pattern));
    if (entry === undefined) throw new Error(`the pattern ${pattern.text} has no number`);
    return entry.id;
  };
  const numberedPhrases = split.flatMap((phrases, group) => phrases.map((phrase) => ({ group, patterns: phrase.map(numberOf) })));
  const isStop = new Uint8Array(patternsOfClass.length);
  for (const entry of stops) isStop[entry] = 1;
  return {
    groups: groups.length,
    exact,
    prefix,
    threeFilter,
    beginnings: listBeginnings(open.map(({ pattern }) => pattern.text.replace("<", ""))),
    isStop,
    ...compileTrie(numberedPhrases, patternsOfClass),
  };
}
