/**
 * What each UTF-16 code unit is to the scanner, and its lower-case form, as tables: one load per character instead of a chain of tests.
 * The tables follow the Unicode data of the running Node; letters added to Unicode between two versions of Node are the only difference.
 */

/** A letter without a lower-case form of its own, or a mark inside a word: goes on with the word. */
export const LETTER = 1;
/** A decimal digit. */
export const DIGIT = 2;
/** `_`: part of an identifier. */
export const JOINER = 4;
/** A letter that has a lower-case form of its own. */
export const UPPER = 8;
/** What belongs to a word. */
export const WORD_KINDS = LETTER | DIGIT | JOINER | UPPER;
/**
 * Neither seen nor a boundary: apostrophes, zero-width characters, soft hyphens, changes of direction, variation selectors, and the marks that are still
 * set over or through a letter when a text is in NFKC. They are a free way to break words up.
 */
export const IGNORED = 16;
/** A character that is a word of its own: Han, kana, Hangul, Thai, Lao, Khmer, Myanmar. These scripts put no space between words. */
export const IDEOGRAPH = 32;
/** Separates words and means nothing else. */
export const SEPARATOR = 64;
/** Ends a sentence: the capital letter after it tells nothing. */
export const SENTENCE_END = 128;
/** Opens something that the scanner looks at more closely: quotes, code, tags, surrogate pairs. */
export const SPECIAL = 256;

const CODE_UNITS = 65_536;
const IDEOGRAPHS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]/u;
const LETTERS = /[\p{L}\p{M}]/u;
const DIGITS = /\p{Nd}/u;
const UNSEEN = new RegExp(
  String.raw`[\u0027\u2018\u2019\u02bc\p{Default_Ignorable_Code_Point}\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]`,
  "u",
);
const ENDS = /[.!?:;\n\r\u3002\uff01\uff1f\uff1b\uff1a\u061f\u0964]/u;
const OPENERS = /["`<\u00ab\u201c\u201e\u300c\u300e]/u;

/** Kind (one of the constants above) of each code unit, shifted left by `KIND_SHIFT`, and its lower-case form where that is one code unit. */
export const TRAITS: Int32Array = new Int32Array(CODE_UNITS);
/** Where the kind stands in an entry of {@link TRAITS}. */
export const KIND_SHIFT = 16;
/** Cuts the lower-case form out of an entry of {@link TRAITS}. */
export const FOLD_MASK = 0xffff;

/** Kind of a code unit. */
export function kindAt(code: number): number {
  return TRAITS[code] >>> KIND_SHIFT;
}

/** Lower-case form of a code unit; the unit itself when that takes more than one. */
export function foldCode(code: number): number {
  return TRAITS[code] & FOLD_MASK;
}

/** Kinds in the order in which they decide: a later one goes before. Runs of characters, because one search is quicker than 65,536. */
const RUNS: readonly (readonly [RegExp, number])[] = [
  [LETTERS, LETTER],
  [IDEOGRAPHS, IDEOGRAPH],
  [DIGITS, DIGIT],
  [/_/, JOINER],
  [ENDS, SENTENCE_END],
  [UNSEEN, IGNORED],
  [OPENERS, SPECIAL],
  [/[\ud800-\udfff]/, SPECIAL],
];

function listKinds(characters: string): Uint16Array {
  const kinds = new Uint16Array(CODE_UNITS).fill(SEPARATOR);
  for (const [pattern, kind] of RUNS) {
    for (const run of characters.matchAll(new RegExp(`${pattern.source}+`, `g${pattern.flags}`)))
      kinds.fill(kind, run.index, run.index + run[0].length);
  }
  return kinds;
}

const CHARACTERS = Array.from({ length: CODE_UNITS }, (_, code) => String.fromCharCode(code));
const KINDS = listKinds(CHARACTERS.join(""));

for (let code = 0; code < CODE_UNITS; code++) {
  const lower = CHARACTERS[code].toLowerCase();
  const folded = lower.length === 1 ? lower.charCodeAt(0) : code;
  const kind = KINDS[code];
  TRAITS[code] = ((kind === LETTER && folded !== code ? UPPER : kind) << KIND_SHIFT) | folded;
}
