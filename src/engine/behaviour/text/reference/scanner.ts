/**
 * The scanner: one pass over a text that yields two streams of words. The *sketch* stream has slots masked, so that two requests cut from
 * one scaffold look alike; the *heard* stream has every word that occurs in some phrase, masked or not, so that nobody hides an instruction
 * from the detections by putting it in quotes.
 *
 * What counts as a slot: numbers, identifiers (digits among letters, `snake_case`, `camelCase`), quoted text, code, web and mail addresses,
 * JSON values, and runs of two to four capitalised words inside a sentence (names). Neighbouring slots count as one, so that a list of five
 * numbers looks like a list of two.
 */
import {
  UPPER,
  DIGIT,
  FOLD_MASK,
  IDEOGRAPH,
  IGNORED,
  JOINER,
  KIND_SHIFT,
  LETTER,
  SENTENCE_END,
  SEPARATOR,
  TRAITS,
  WORD_KINDS,
  foldCode,
  kindAt,
} from "../characters.js";
import { WORD_PRIME, WORD_SEED, mix32 } from "../hashing.js";
import { findAddressEnd, findFenceEnd, readCodePoint } from "./spans.js";
import { NO_CLASS, OPEN_CHARS_MIN, STOP_WORD, filterIndex, type PhraseBook } from "../phrase-book.js";
import { CHARACTER, CONTENT, SLOT, STOP } from "../word-kinds.js";
import { EDGE_CHARS_MAX } from "../../../../vocabulary/sketch.js";

/** What one text became. The arrays are reused from call to call. */
export interface ScannedText {
  /** Sketch words. */
  length: number;
  hashes: Int32Array;
  kinds: Uint8Array;
  /** How many of them are of kind `CHARACTER`: none in most texts, whose regions need then no counting. */
  characters: number;
  /** Words that occur in phrases: class in the phrase book, and position among all words. */
  heardLength: number;
  heardClasses: Uint16Array;
  heardPositions: Int32Array;
  /** Where each of them stands, in half words: characters of scripts without spaces count one, words two. */
  heardPlaces: Int32Array;
  /** Words of any kind, masked ones included; and the same in half words. */
  words: number;
  halfWords: number;
  /** Hash of everything but case and white space, slots included, in two lanes; what tells one content from another. */
  wholeFirst: number;
  wholeSecond: number;
}

/** Words that a scanned text may hold: every character of both edges could be one. */
const WORDS_MAX = 2 * EDGE_CHARS_MAX + 8;
/** Characters that are read beyond the end of a word. */
const LOOK_AHEAD = 4;
/** Longest quotation that is masked as a slot: a paragraph. A longer one is more likely a stray quotation mark. */
const QUOTE_CHARS_MAX = 1_000;
/** Longest span between single backticks that is masked as code. */
const INLINE_CODE_CHARS_MAX = 200;
/** A name has two to four capitalised words; a longer run is a heading, a single one may be a German noun. */
const NAME_WORDS_MIN = 2;
const NAME_WORDS_MAX = 4;
/** Shorter words are initials and labels such as “Assistant A's”. */
const NAME_CHARS_MIN = 4;
/** Words skipped, as far as phrases are concerned, between the two edges of a long text: no phrase spans them. */
const EDGE_GAP_WORDS = 1_000;
/** Odd multiplier of the second lane (xxHash32's second prime). */
const WHOLE_STEP = 0x85ebca77;
const SLOT_HASH = mix32(0x510751) | 0;

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

/** The kinds that make up words, where `TRAITS` has them. */
const WORD_MASK = WORD_KINDS << KIND_SHIFT;

/** An empty scanned text with room for the longest. */
export function createScannedText(): ScannedText {
  return {
    length: 0,
    hashes: new Int32Array(WORDS_MAX),
    kinds: new Uint8Array(WORDS_MAX),
    characters: 0,
    heardLength: 0,
    heardClasses: new Uint16Array(WORDS_MAX),
    heardPositions: new Int32Array(WORDS_MAX),
    heardPlaces: new Int32Array(WORDS_MAX),
    words: 0,
    halfWords: 0,
    wholeFirst: WORD_SEED,
    wholeSecond: 0,
  };
}

/** A scan under way: the word last read, and where the scanner stands. */
interface Scan {
  book: PhraseBook;
  out: ScannedText;
  /** The text as UTF-16 code units, and the same memory as bytes. */
  codes: Uint16Array;
  bytes: Buffer;
  /** Up to here words are heard but not sketched. */
  maskedUntil: number;
  isSentenceStart: boolean;
  /** Capitalised words just pushed, one after the other. */
  capitalRun: number;
  /** Kinds of the characters of the word last read, and its hash. */
  saw: number;
  wordHash: number;
  /** Characters of the text, or of the edge, that is being scanned. */
  spanChars: number;
  /** Per closing quotation mark, none lies before this position: keeps the search linear. */
  searchedUntil: Map<number, number>;
}

/** Makes a scanner for one phrase book. It overwrites `out`. */
export function createScanner(book: PhraseBook): (text: string, out: ScannedText) => void {
  const codes = new Uint16Array(WORDS_MAX);
  const scan: Scan = {
    book,
    out: createScannedText(),
    codes,
    bytes: Buffer.from(codes.buffer),
    maskedUntil: 0,
    isSentenceStart: true,
    capitalRun: 0,
    saw: 0,
    wordHash: 0,
    spanChars: 0,
    searchedUntil: new Map(),
  };
  return (text, out) => {
    scan.out = out;
    out.length = 0;
    out.characters = 0;
    out.heardLength = 0;
    out.words = 0;
    out.halfWords = 0;
    out.wholeFirst = WORD_SEED;
    out.wholeSecond = 0;
    scan.bytes.write(text, "utf16le");
    const length = Math.min(text.length, codes.length - LOOK_AHEAD);
    // Nothing may depend on the text that stood here before.
    for (let ahead = 0; ahead < LOOK_AHEAD; ahead++) codes[length + ahead] = 0;
    const half = length > 2 * EDGE_CHARS_MAX ? EDGE_CHARS_MAX : length;
    scanSpan(scan, 0, half);
    if (half === length) return;
    pushSketch(out, SLOT_HASH, SLOT);
    out.words += EDGE_GAP_WORDS;
    out.halfWords += 2 * EDGE_GAP_WORDS;
    scanSpan(scan, half, length);
  };
}

function pushSketch(out: ScannedText, hash: number, kind: number): void {
  const at = out.length;
  if (kind === SLOT && at > 0 && out.kinds[at - 1] === SLOT) return;
  out.hashes[at] = hash;
  out.kinds[at] = kind;
  out.length = at + 1;
}

function endCapitalRun(scan: Scan): void {
  if (scan.capitalRun >= NAME_WORDS_MIN && scan.capitalRun <= NAME_WORDS_MAX) {
    scan.out.length -= scan.capitalRun;
    pushSketch(scan.out, SLOT_HASH, SLOT);
  }
  scan.capitalRun = 0;
}

function pushSlot(scan: Scan): void {
  endCapitalRun(scan);
  pushSketch(scan.out, SLOT_HASH, SLOT);
  scan.isSentenceStart = false;
}

/** Adds a word or a sign to the hash of the whole. */
function absorb(out: ScannedText, hash: number): void {
  out.wholeFirst = Math.imul(out.wholeFirst ^ hash, WORD_PRIME);
  out.wholeSecond = Math.imul(((out.wholeSecond << 7) | (out.wholeSecond >>> 25)) ^ hash, WHOLE_STEP);
}

function hear(out: ScannedText, entry: number): void {
  const at = out.heardLength++;
  out.heardClasses[at] = entry;
  out.heardPositions[at] = out.words;
  out.heardPlaces[at] = out.halfWords;
}

/** Reads the word that starts at `start`; leaves its hash and the kinds of its characters behind; returns where it ends. */
function readWord(scan: Scan, start: number, to: number, seed: number): number {
  const { codes } = scan;
  const traitsOf = TRAITS;
  let hash = seed;
  let saw = 0;
  let i = start;
  for (; i < to; i++) {
    const traits = traitsOf[codes[i]];
    if ((traits & WORD_MASK) === 0) {
      if (traits >>> KIND_SHIFT === IGNORED) continue;
      break;
    }
    hash = Math.imul(hash ^ (traits & FOLD_MASK), WORD_PRIME);
    saw |= traits;
  }
  scan.wordHash = hash;
  scan.saw = saw >>> KIND_SHIFT;
  return i;
}

/** Class of the word just read, which starts at `start`: by the whole word, else by its longest beginning that is a pattern. */
function classify(scan: Scan, start: number, end: number, seed: number): number {
  const { book, codes } = scan;
  const entry = book.exact.get(scan.wordHash) ?? NO_CLASS;
  if (entry !== NO_CLASS || end - start < 3) return entry;
  const [first = 0, second = 0, third = 0] = Array.from(codes.subarray(start, end)).filter((code) => kindAt(code) & WORD_KINDS);
  const charsMax = book.threeFilter[filterIndex(foldCode(first), foldCode(second), foldCode(third))];
  if (charsMax === 0) return NO_CLASS;
  let hash = seed;
  let found = NO_CLASS;
  for (let i = start, chars = 0; i < end && chars < charsMax; i++) {
    const traits = TRAITS[codes[i]];
    if ((traits & WORD_MASK) === 0) continue;
    hash = Math.imul(hash ^ (traits & FOLD_MASK), WORD_PRIME);
    if (++chars >= OPEN_CHARS_MIN) found = book.prefix.get(hash) ?? found;
  }
  return found;
}

/** True when the word just read holds digits, `_`, or capitals behind a small letter as in `camelCase`: an identifier or a number. */
function isIdentifier(scan: Scan, start: number, end: number): boolean {
  if ((scan.saw & (DIGIT | JOINER)) !== 0) return true;
  if ((scan.saw & (UPPER | LETTER)) !== (UPPER | LETTER)) return false;
  for (let i = start + 1; i < end; i++) if (kindAt(scan.codes[i]) === UPPER) return true;
  return false;
}

function scanWord(scan: Scan, start: number, to: number, seed: number): number {
  const end = readWord(scan, start, to, seed);
  const { out } = scan;
  const entry = classify(scan, start, end, seed);
  if (entry > STOP_WORD) hear(out, entry);
  out.words++;
  out.halfWords += 2;
  absorb(out, scan.wordHash);
  if (start < scan.maskedUntil) return end;
  const next = scan.codes[end];
  if (next === CHAR_COLON || next === CHAR_AT || next === CHAR_DOT) {
    const after = findAddressEnd(scan.codes, end, to, scan.wordHash);
    if (after > end) {
      for (let i = end; i < after; i++) absorb(scan.out, scan.codes[i]);
      pushSlot(scan);
      return after;
    }
  }
  if (scan.saw === LETTER) {
    if (scan.capitalRun > 0) endCapitalRun(scan);
  } else if (isIdentifier(scan, start, end)) {
    pushSlot(scan);
    return end;
  } else countCapital(scan, end - start);
  pushSketch(out, scan.wordHash, scan.book.isStop[entry] === 1 ? STOP : CONTENT);
  scan.isSentenceStart = false;
  return end;
}

/** Counts the word just read towards a name, or ends the name before it. */
function countCapital(scan: Scan, length: number): void {
  if (scan.saw === (UPPER | LETTER) && length >= NAME_CHARS_MIN && !scan.isSentenceStart) scan.capitalRun++;
  else endRunBefore(scan);
}

function endRunBefore(scan: Scan): void {
  if (scan.capitalRun > 0) endCapitalRun(scan);
}

/** Position just behind the closing mark of the span that opens at `start`; -1 when there is none within `limit`. */
function spanEnd(scan: Scan, start: number, to: number, closer: number, limit: number): number {
  const stop = Math.min(to, start + limit);
  for (let i = Math.max(start + 1, scan.searchedUntil.get(closer) ?? 0); i < stop; i++) {
    if (scan.codes[i] === closer) return i + 1;
  }
  scan.searchedUntil.set(closer, stop);
  return -1;
}

function scanQuote(scan: Scan, start: number, to: number, closer: number): number {
  const isInsideWord = closer === CHAR_QUOTE && start > 0 && (kindAt(scan.codes[start - 1]) & WORD_KINDS) !== 0;
  if (isInsideWord) return start + 1;
  const end = spanEnd(scan, start, to, closer, QUOTE_CHARS_MAX);
  // A quotation that is most of the text is the text.
  if (end < 0 || (end - start) * 2 > scan.spanChars) return start + 1;
  let next = end;
  while (next < to && scan.codes[next] <= CHAR_SPACE) next++;
  // A JSON key belongs to the scaffold; the value behind it is the slot.
  if (closer === CHAR_QUOTE && scan.codes[next] === CHAR_COLON) return start + 1;
  pushSlot(scan);
  scan.maskedUntil = end;
  return start + 1;
}

function scanCode(scan: Scan, start: number, to: number): number {
  const isFence = scan.codes[start + 1] === CHAR_BACKTICK && scan.codes[start + 2] === CHAR_BACKTICK;
  let end: number;
  if (isFence) {
    end = findFenceEnd(scan.codes, start + 3, to);
  } else {
    end = spanEnd(scan, start, to, CHAR_BACKTICK, INLINE_CODE_CHARS_MAX);
  }
  if (end < 0) return start + (isFence ? 3 : 1);
  pushSlot(scan);
  scan.maskedUntil = end;
  return start + (isFence ? 3 : 1);
}

function scanSurrogate(scan: Scan, start: number): number {
  const point = readCodePoint(scan.codes, start);
  absorb(scan.out, point);
  if (point <= 0xffff) return start + 1;
  // Planes 2 and 3 hold rare Han characters; all else beyond the first plane is pictures.
  if (point >= 0x20000 && point < 0x40000) pushCharacter(scan, point, start);
  return start + 2;
}

function pushCharacter(scan: Scan, point: number, start: number): void {
  const hash = Math.imul(WORD_SEED ^ point, WORD_PRIME);
  const entry = scan.book.exact.get(hash) ?? NO_CLASS;
  if (entry > STOP_WORD) hear(scan.out, entry);
  scan.out.words++;
  scan.out.halfWords++;
  absorb(scan.out, hash);
  if (start < scan.maskedUntil) return;
  endRunBefore(scan);
  pushSketch(scan.out, hash, CHARACTER);
  scan.out.characters++;
  scan.isSentenceStart = false;
}

function scanSpecial(scan: Scan, start: number, to: number, code: number): number {
  if (code === CHAR_LESS) {
    let first = start + 1;
    if (scan.codes[first] === CHAR_SLASH) first++;
    const isTag = first < to && (kindAt(scan.codes[first]) & (LETTER | UPPER)) !== 0;
    return isTag ? scanWord(scan, first, to, Math.imul(WORD_SEED ^ CHAR_LESS, WORD_PRIME)) : start + 1;
  }
  if (code >= 0xd800 && code <= 0xdfff) return scanSurrogate(scan, start);
  absorb(scan.out, code);
  if (start < scan.maskedUntil) return start + 1;
  if (code === CHAR_BACKTICK) return scanCode(scan, start, to);
  const closer = CLOSERS.get(code);
  return closer === undefined ? start + 1 : scanQuote(scan, start, to, closer);
}

function scanSpan(scan: Scan, from: number, to: number): void {
  scan.searchedUntil.clear();
  scan.maskedUntil = 0;
  scan.isSentenceStart = true;
  scan.capitalRun = 0;
  scan.spanChars = to - from;
  let i = from;
  while (i < to) {
    const code = scan.codes[i];
    const kind = kindAt(code);
    if (kind <= IGNORED) i = kind === IGNORED ? i + 1 : scanWord(scan, i, to, WORD_SEED);
    else if (kind === SEPARATOR) {
      if (code > CHAR_SPACE) absorb(scan.out, code);
      i++;
    } else if (kind === SENTENCE_END) {
      if (code > CHAR_SPACE) absorb(scan.out, code);
      endRunBefore(scan);
      scan.isSentenceStart = true;
      i++;
    } else if (kind === IDEOGRAPH) pushCharacter(scan, foldCode(code), i++);
    else i = scanSpecial(scan, i, to, code);
  }
  endCapitalRun(scan);
}
