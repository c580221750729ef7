/**
 * The scanner: one pass over a text that yields two streams of words. The *sketch* stream has slots masked, so that two requests cut from
 * one scaffold look alike; the *heard* stream has every word that occurs in some phrase, masked or not, so that nobody hides an instruction
 * from the detections by putting it in quotes.
 *
 * What counts as a slot: numbers, identifiers (digits among letters, `snake_case`, `camelCase`), quoted text, code, web and mail addresses,
 * JSON values, and runs of two to four capitalised words inside a sentence (names). Neighbouring slots count as one, so that a list of five
 * numbers looks like a list of two.
 */
import { DIGIT, FOLD_MASK, IDEOGRAPH, IGNORED, JOINER, KIND_SHIFT, LETTER, SENTENCE_END, SEPARATOR, TRAITS, WORD_KINDS, foldCode, kindAt } from "./characters.js";
import { WORD_PRIME, WORD_SEED, mix32 } from "./hashing.js";
import { NO_CLASS, STOP_WORD, filterBit, lookUp, type PhraseBook } from "./phrase-book.js";
import { EDGE_CHARS_MAX } from "../../../vocabulary/sketch.js";

/** Kinds of sketch words. */
export const STOP = 0;
export const CONTENT = 1;
export const SLOT = 2;
export const CHARACTER = 3;

/** What one text became. The arrays are reused from call to call. */
export interface ScannedText {
  /** Sketch words. */
  length: number;
  hashes: Int32Array;
  kinds: Uint8Array;
  /** Words that occur in phrases: class in the phrase book, and position among all words. */
  heardLength: number;
  heardClasses: Uint16Array;
  heardPositions: Int32Array;
  /** Words of any kind, masked ones included. */
  words: number;
  /** Hash of everything but case and white space, slots included, in two lanes; what tells one content from another. */
  wholeFirst: number;
  wholeSecond: number;
}

/** Words that a scanned text may hold: every character of both edges could be one. */
const WORDS_MAX = 2 * EDGE_CHARS_MAX + 8;
/** Longest quotation that is masked as a slot: a paragraph. A longer one is more likely a stray quotation mark. */
const QUOTE_CHARS_MAX = 1_000;
/** Longest span between single backticks that is masked as code. */
const INLINE_CODE_CHARS_MAX = 200;
/** A name has two to four capitalised words; a longer run is a heading, a single one may be a German noun. */
const NAME_WORDS_MIN = 2;
const NAME_WORDS_MAX = 4;
/** Longest beginning of a word that a prefix pattern is compared with. */
const PREFIX_CHARS_MAX = 24;
/** Words skipped, as far as phrases are concerned, between the two edges of a long text: no phrase spans them. */
const EDGE_GAP_WORDS = 1_000;
/** Odd multiplier of the second lane (xxHash32's second prime). */
const WHOLE_STEP = 0x85ebca77;
const SLOT_HASH = mix32(0x510751) | 0;
const WWW_HASH = [119, 119, 119].reduce((hash, code) => Math.imul(hash ^ code, WORD_PRIME), WORD_SEED);

const CHAR_SPACE = 0x20;
const CHAR_QUOTE = 0x22;
const CHAR_BACKTICK = 0x60;
const CHAR_LESS = 0x3c;
const CHAR_SLASH = 0x2f;
const CHAR_COLON = 0x3a;
const CHAR_AT = 0x40;
const CHAR_DOT = 0x2e;
const CLOSERS: ReadonlyMap<number, number> = new Map([
  [CHAR_QUOTE, CHAR_QUOTE],
  [0x201c, 0x201d],
  [0x201e, 0x201c],
  [0xab, 0xbb],
  [0x300c, 0x300d],
  [0x300e, 0x300f],
]);

/** Flags of the word being read. */
const SAW_FIRST_UPPER = 64;
const SAW_INNER_UPPER = 128;
const SAW_LOWER = 256;

/** An empty scanned text with room for the longest. */
export function createScannedText(): ScannedText {
  return {
    length: 0,
    hashes: new Int32Array(WORDS_MAX),
    kinds: new Uint8Array(WORDS_MAX),
    heardLength: 0,
    heardClasses: new Uint16Array(WORDS_MAX),
    heardPositions: new Int32Array(WORDS_MAX),
    words: 0,
    wholeFirst: WORD_SEED,
    wholeSecond: 0,
  };
}

/** A scan under way: the word last read, and where the scanner stands. */
interface Scan {
  book: PhraseBook;
  out: ScannedText;
  /** Hash of each beginning of the word last read. */
  prefixes: Int32Array;
  /** Up to here words are heard but not sketched. */
  maskedUntil: number;
  isSentenceStart: boolean;
  /** Capitalised words just pushed, one after the other. */
  capitalRun: number;
  sawFlags: number;
  wordLength: number;
  wordHash: number;
  /** Characters of the text, or of the edge, that is being scanned. */
  spanChars: number;
  /** Per closing quotation mark, none lies before this position: keeps the search linear. */
  searchedUntil: Map<number, number>;
}

/** Makes a scanner for one phrase book. It overwrites `out`. */
export function createScanner(book: PhraseBook): (text: string, out: ScannedText) => void {
  const scan: Scan = {
    book,
    out: createScannedText(),
    prefixes: new Int32Array(PREFIX_CHARS_MAX),
    maskedUntil: 0,
    isSentenceStart: true,
    capitalRun: 0,
    sawFlags: 0,
    wordLength: 0,
    wordHash: 0,
    spanChars: 0,
    searchedUntil: new Map(),
  };
  return (text, out) => {
    scan.out = out;
    out.length = 0;
    out.heardLength = 0;
    out.words = 0;
    out.wholeFirst = WORD_SEED;
    out.wholeSecond = 0;
    if (text.length <= 2 * EDGE_CHARS_MAX) {
      scanSpan(scan, text, 0, text.length);
      return;
    }
    scanSpan(scan, text, 0, EDGE_CHARS_MAX);
    pushSketch(scan, SLOT_HASH, SLOT);
    out.words += EDGE_GAP_WORDS;
    scanSpan(scan, text, text.length - EDGE_CHARS_MAX, text.length);
  };
}

function pushSketch(scan: Scan, hash: number, kind: number): void {
  const at = scan.out.length;
  if (kind === SLOT && at > 0 && scan.out.kinds[at - 1] === SLOT) return;
  scan.out.hashes[at] = hash;
  scan.out.kinds[at] = kind;
  scan.out.length = at + 1;
}

function endCapitalRun(scan: Scan): void {
  if (scan.capitalRun >= NAME_WORDS_MIN && scan.capitalRun <= NAME_WORDS_MAX) {
    scan.out.length -= scan.capitalRun;
    pushSketch(scan, SLOT_HASH, SLOT);
  }
  scan.capitalRun = 0;
}

function pushSlot(scan: Scan): void {
  endCapitalRun(scan);
  pushSketch(scan, SLOT_HASH, SLOT);
  scan.isSentenceStart = false;
}

/** Adds a word or a sign to the hash of the whole. */
function absorb(out: ScannedText, hash: number): void {
  out.wholeFirst = Math.imul(out.wholeFirst ^ hash, WORD_PRIME);
  out.wholeSecond = Math.imul(((out.wholeSecond << 7) | (out.wholeSecond >>> 25)) ^ hash, WHOLE_STEP);
}

function hear(scan: Scan, entry: number): void {
  const at = scan.out.heardLength++;
  scan.out.heardClasses[at] = entry;
  scan.out.heardPositions[at] = scan.out.words;
}

/** Reads the word that starts at `start`; leaves its hash, length and flags behind; returns where it ends. */
function readWord(scan: Scan, text: string, start: number, to: number, seed: number): number {
  let hash = seed;
  let saw = 0;
  let length = 0;
  let i = start;
  for (; i < to; i++) {
    const code = text.charCodeAt(i);
    const traits = TRAITS[code]!;
    const kind = traits >>> KIND_SHIFT;
    if ((kind & WORD_KINDS) === 0) {
      if (kind === IGNORED) continue;
      break;
    }
    const folded = traits & FOLD_MASK;
    hash = Math.imul(hash ^ folded, WORD_PRIME);
    if (length < PREFIX_CHARS_MAX) scan.prefixes[length] = hash;
    saw |= kind;
    if (folded !== code) saw |= length === 0 ? SAW_FIRST_UPPER : SAW_INNER_UPPER;
    else if (kind === LETTER) saw |= SAW_LOWER;
    length++;
  }
  scan.sawFlags = saw;
  scan.wordLength = length;
  scan.wordHash = hash;
  return i;
}

/** Class of the word just read: by the whole word, else by its longest beginning that is a pattern. */
function classify(scan: Scan): number {
  const { book, prefixes, wordLength } = scan;
  const entry = lookUp(book.exact, scan.wordHash);
  if (entry !== NO_CLASS || wordLength < 3 || book.threeFilter[filterBit(prefixes[2]!)] === 0) return entry;
  for (let length = Math.min(wordLength, PREFIX_CHARS_MAX); length >= 3; length--) {
    const found = lookUp(book.prefix, prefixes[length - 1]!);
    if (found !== NO_CLASS) return found;
  }
  return NO_CLASS;
}

function isIdentifier(scan: Scan): boolean {
  if (scan.sawFlags & (DIGIT | JOINER)) return true;
  return (scan.sawFlags & SAW_INNER_UPPER) !== 0 && (scan.sawFlags & SAW_LOWER) !== 0;
}

function scanWord(scan: Scan, text: string, start: number, to: number, seed: number): number {
  const end = readWord(scan, text, start, to, seed);
  if (scan.wordLength === 0) return end > start ? end : start + 1;
  const entry = classify(scan);
  if (entry !== NO_CLASS && entry !== STOP_WORD) hear(scan, entry);
  scan.out.words++;
  absorb(scan.out, scan.wordHash);
  if (start < scan.maskedUntil) return end;
  const next = end < to ? text.charCodeAt(end) : 0;
  if (next === CHAR_COLON || next === CHAR_AT || next === CHAR_DOT) {
    const after = addressEnd(scan, text, end, to, next);
    if (after > end) {
      pushSlot(scan);
      return after;
    }
  }
  if (isIdentifier(scan)) {
    pushSlot(scan);
    return end;
  }
  const isCapitalised = (scan.sawFlags & SAW_FIRST_UPPER) !== 0 && scan.wordLength > 1 && (scan.sawFlags & SAW_LOWER) !== 0;
  if (isCapitalised && !scan.isSentenceStart) scan.capitalRun++;
  else endRunBefore(scan);
  pushSketch(scan, scan.wordHash, scan.book.isStop[entry] === 1 ? STOP : CONTENT);
  if (!isCapitalised || scan.isSentenceStart) scan.capitalRun = 0;
  scan.isSentenceStart = false;
  return end;
}

function endRunBefore(scan: Scan): void {
  if (scan.capitalRun > 0) endCapitalRun(scan);
}

/** Where the address ends whose first word has just been read and is followed by `next`; `end` itself when it is none. */
function addressEnd(scan: Scan, text: string, end: number, to: number, next: number): number {
  const isWeb = next === CHAR_COLON && text.charCodeAt(end + 1) === CHAR_SLASH && text.charCodeAt(end + 2) === CHAR_SLASH;
  const isBareWeb = next === CHAR_DOT && scan.wordHash === WWW_HASH;
  const isMail = next === CHAR_AT && end + 1 < to && (kindAt(text.charCodeAt(end + 1)) & WORD_KINDS) !== 0;
  if (!isWeb && !isBareWeb && !isMail) return end;
  let i = end + 1;
  while (i < to) {
    const code = text.charCodeAt(i);
    if (code <= CHAR_SPACE || code === CHAR_QUOTE || code === CHAR_LESS || code === 0x29 || kindAt(code) === IDEOGRAPH) break;
    absorb(scan.out, code);
    i++;
  }
  return i;
}

/** Position just behind the closing mark of the span that opens at `start`; -1 when there is none within `limit`. */
function spanEnd(scan: Scan, text: string, start: number, to: number, closer: number, limit: number): number {
  const stop = Math.min(to, start + limit);
  for (let i = Math.max(start + 1, scan.searchedUntil.get(closer) ?? 0); i < stop; i++) {
    if (text.charCodeAt(i) === closer) return i + 1;
  }
  scan.searchedUntil.set(closer, stop);
  return -1;
}

function scanQuote(scan: Scan, text: string, start: number, to: number, closer: number): number {
  const isInsideWord = closer === CHAR_QUOTE && start > 0 && (kindAt(text.charCodeAt(start - 1)) & WORD_KINDS) !== 0;
  if (isInsideWord) return start + 1;
  const end = spanEnd(scan, text, start, to, closer, QUOTE_CHARS_MAX);
  // A quotation that is most of the text is the text.
  if (end < 0 || (end - start) * 2 > scan.spanChars) return start + 1;
  let next = end;
  while (next < to && text.charCodeAt(next) <= CHAR_SPACE) next++;
  // A JSON key belongs to the scaffold; the value behind it is the slot.
  if (closer === CHAR_QUOTE && text.charCodeAt(next) === CHAR_COLON) return start + 1;
  pushSlot(scan);
  scan.maskedUntil = end;
  return start + 1;
}

function scanCode(scan: Scan, text: string, start: number, to: number): number {
  const isFence = text.startsWith("```", start);
  let end: number;
  if (isFence) {
    const close = text.indexOf("```", start + 3);
    end = close < 0 || close + 3 > to ? -1 : close + 3;
  } else {
    end = spanEnd(scan, text, start, to, CHAR_BACKTICK, INLINE_CODE_CHARS_MAX);
  }
  if (end < 0) return start + (isFence ? 3 : 1);
  pushSlot(scan);
  scan.maskedUntil = end;
  return start + (isFence ? 3 : 1);
}

function scanSurrogate(scan: Scan, text: string, start: number): number {
  const point = text.codePointAt(start)!;
  absorb(scan.out, point);
  if (point <= 0xffff) return start + 1;
  // Planes 2 and 3 hold rare Han characters; all else beyond the first plane is pictures.
  if (point >= 0x20000 && point < 0x40000) pushCharacter(scan, point, start);
  return start + 2;
}

function pushCharacter(scan: Scan, point: number, start: number): void {
  const hash = Math.imul(WORD_SEED ^ point, WORD_PRIME);
  const entry = lookUp(scan.book.exact, hash);
  if (entry !== NO_CLASS && entry !== STOP_WORD) hear(scan, entry);
  scan.out.words++;
  absorb(scan.out, hash);
  if (start < scan.maskedUntil) return;
  endRunBefore(scan);
  pushSketch(scan, hash, CHARACTER);
  scan.isSentenceStart = false;
}

function scanSpecial(scan: Scan, text: string, start: number, to: number, code: number): number {
  if (code === CHAR_LESS) {
    let first = start + 1;
    if (text.charCodeAt(first) === CHAR_SLASH) first++;
    const isTag = first < to && kindAt(text.charCodeAt(first)) === LETTER;
    return isTag ? scanWord(scan, text, first, to, Math.imul(WORD_SEED ^ CHAR_LESS, WORD_PRIME)) : start + 1;
  }
  if (code >= 0xd800 && code <= 0xdfff) return scanSurrogate(scan, text, start);
  absorb(scan.out, code);
  if (start < scan.maskedUntil) return start + 1;
  if (code === CHAR_BACKTICK) return scanCode(scan, text, start, to);
  const closer = CLOSERS.get(code);
  return closer === undefined ? start + 1 : scanQuote(scan, text, start, to, closer);
}

function scanSpan(scan: Scan, text: string, from: number, to: number): void {
  scan.searchedUntil.clear();
  scan.maskedUntil = 0;
  scan.isSentenceStart = true;
  scan.capitalRun = 0;
  scan.spanChars = to - from;
  let i = from;
  while (i < to) {
    const code = text.charCodeAt(i);
    const kind = kindAt(code);
    if (kind <= IGNORED) i = kind === IGNORED ? i + 1 : scanWord(scan, text, i, to, WORD_SEED);
    else if (kind === SEPARATOR) {
      if (code > CHAR_SPACE) absorb(scan.out, code);
      i++;
    } else if (kind === SENTENCE_END) {
      if (code > CHAR_SPACE) absorb(scan.out, code);
      endRunBefore(scan);
      scan.isSentenceStart = true;
      i++;
    } else if (kind === IDEOGRAPH) pushCharacter(scan, foldCode(code), i++);
    else i = scanSpecial(scan, text, i, to, code);
  }
  endCapitalRun(scan);
}
