/**
 * The scanner: one pass over a text that yields two streams of words. The *sketch* stream has slots masked, so that two requests cut from
 * one scaffold look alike; the *heard* stream has every word that occurs in some phrase, masked or not, so that nobody hides an instruction
 * from the detections by putting it in quotes.
 *
 * What counts as a slot: numbers, identifiers (digits among letters, `snake_case`, `camelCase`), quoted text, code, web and mail addresses,
 * JSON values, and runs of two to four capitalised words inside a sentence (names). Neighbouring slots count as one, so that a list of five
 * numbers looks like a list of two.
 */
import { findPlace } from "./buckets";
import {
  CHAR_AT,
  CHAR_BACKTICK,
  CHAR_COLON,
  CHAR_DOT,
  CHAR_LESS,
  CHAR_QUOTE,
  CHAR_SLASH,
  CHAR_SPACE,
  DIGIT,
  FOLD_MASK,
  IDEOGRAPH,
  IGNORED,
  JOINER,
  KIND_SHIFT,
  LETTER,
  SENTENCE_END,
  SEPARATOR,
  UPPER,
  WORD_KINDS,
  codeAt,
  foldAt,
  kindAt,
  traitsOf,
} from "./characters";
import { WORD_PRIME, WORD_SEED, mix32 } from "./hashing";
import { CODES, CODES_MAX, EDGE_CHARS, HASHES, HEARD_CLASSES, HEARD_PLACES, HEARD_POSITIONS, KINDS, LOOK_AHEAD, SEARCHED } from "./memory";
import { findAddressEnd, findFenceEnd, readCodePoint } from "./spans";
import {
  exactClasses,
  exactHashes,
  exactMask,
  fourBits,
  isStop,
  prefixClasses,
  prefixHashes,
  prefixMask,
  threeBits,
  threeFilter,
} from "./tables";

/** Kinds of sketch words. */
export const STOP: i32 = 0;
export const CONTENT: i32 = 1;
export const SLOT: i32 = 2;
export const CHARACTER: i32 = 3;

/** Longest quotation that is masked as a slot: a paragraph. A longer one is more likely a stray quotation mark. */
const QUOTE_CHARS_MAX: i32 = 1_000;
/** Longest span between single backticks that is masked as code. */
const INLINE_CODE_CHARS_MAX: i32 = 200;
/** A name has two to four capitalised words; a longer run is a heading, a single one may be a German noun. */
const NAME_WORDS_MIN: i32 = 2;
const NAME_WORDS_MAX: i32 = 4;
/** Shorter words are initials and labels such as “Assistant A's”. */
const NAME_CHARS_MIN: i32 = 4;
/** Words skipped, as far as phrases are concerned, between the two edges of a long text: no phrase spans them. */
const EDGE_GAP_WORDS: i32 = 1_000;
/** Odd multiplier of the second lane (xxHash32's second prime). */
const WHOLE_STEP: i32 = 0x85ebca77;
const WORD_MASK: i32 = WORD_KINDS << KIND_SHIFT;
const STOP_WORD: i32 = 1;
const OPEN_CHARS_MIN: i32 = 3;
const CLOSERS: i32 = 6;

/** What the text became: sketch words, words of scripts without spaces among them, heard words, and the hash of the whole in two lanes. */
export let length: i32 = 0;
export let characters: i32 = 0;
export let heardLength: i32 = 0;
export let words: i32 = 0;
export let halfWords: i32 = 0;
export let wholeFirst: i32 = 0;
export let wholeSecond: i32 = 0;

/** Up to here words are heard but not sketched. */
let maskedUntil: i32 = 0;
let isSentenceStart: bool = true;
/** Capitalised words just pushed, one after the other. */
let capitalRun: i32 = 0;
/** Kinds of the characters of the word last read, and its hash. */
let saw: i32 = 0;
let wordHash: i32 = 0;
/** Characters of the text, or of the edge, that is being scanned. */
let spanChars: i32 = 0;

function pushSlot(): void {
  endCapitalRun();
  pushSlotWord();
  isSentenceStart = false;
}

function pushSlotWord(): void {
  const at = length;
  if (at > 0 && load<u8>(KINDS + at - 1) == SLOT) return;
  pushWord(mix32(0x510751), SLOT);
}

function pushWord(hash: i32, kind: i32): void {
  const at = length;
  store<i32>(HASHES + (at << 2), hash);
  store<u8>(KINDS + at, <u8>kind);
  length = at + 1;
}

function endCapitalRun(): void {
  const run = capitalRun;
  if (run >= NAME_WORDS_MIN && run <= NAME_WORDS_MAX) {
    length -= run;
    pushSlotWord();
  }
  capitalRun = 0;
}

/** Adds a word or a sign to the hash of the whole. */
function absorb(hash: i32): void {
  wholeFirst = (wholeFirst ^ hash) * WORD_PRIME;
  wholeSecond = (rotl<i32>(wholeSecond, 7) ^ hash) * WHOLE_STEP;
}

/** Adds a word to those heard where its class is one of phrases. It is written in any case: whether it counts is a coin toss that no processor predicts. */
function hear(entry: i32): void {
  const at = heardLength;
  store<u16>(HEARD_CLASSES + (at << 1), <u16>entry);
  store<i32>(HEARD_POSITIONS + (at << 2), words);
  store<i32>(HEARD_PLACES + (at << 2), halfWords);
  heardLength = at + i32(entry > STOP_WORD);
}

/** Which entry of the filter over patterns with an open end belongs to the first three characters of a word. */
function filterIndex(start: i32): i32 {
  return (foldAt(start) + foldAt(start + 1) * 37 + foldAt(start + 2) * 1_369) & 0xffff;
}

function bitOf(bits: i32, index: i32): i32 {
  return (<i32>load<u8>(bits + (index >>> 3)) >>> (index & 7)) & 1;
}

/** True when a pattern with an open end may begin as the text does at `start`: its first four characters do, or all three that it has. */
function hasPattern(start: i32): bool {
  const three = foldAt(start) + foldAt(start + 1) * 37 + foldAt(start + 2) * 1_369;
  const fourth = traitsOf(codeAt(start + 3));
  const isFour = bitOf(fourBits, (three + (fourth & FOLD_MASK) * 50_653) & 0xffff) | i32(fourth >>> KIND_SHIFT == IGNORED);
  return (bitOf(threeBits, three & 0xffff) | isFour) != 0;
}

/** The same of the first three characters that are seen: what is not seen must not hide the beginning of a word. */
function filterIndexOfSeen(start: i32, end: i32): i32 {
  let index = 0;
  let factor = 1;
  for (let i = start; i < end && factor <= 1_369; i++) {
    const traits = traitsOf(codeAt(i));
    if ((traits & WORD_MASK) == 0) continue;
    index += (traits & FOLD_MASK) * factor;
    factor *= 37;
  }
  return index & 0xffff;
}

/** Class of the word just read that is no whole word of the phrase book: by its longest beginning that is a pattern. */
function classifyBeginning(start: i32, end: i32, seed: i32, hasUnseen: bool): i32 {
  const charsMax: i32 = load<u8>(threeFilter + (hasUnseen ? filterIndexOfSeen(start, end) : filterIndex(start)));
  let hash = seed;
  let found = 0;
  for (let i = start, chars = 0; i < end && chars < charsMax; i++) {
    const traits = traitsOf(codeAt(i));
    if ((traits & WORD_MASK) == 0) continue;
    hash = (hash ^ (traits & FOLD_MASK)) * WORD_PRIME;
    if (++chars < OPEN_CHARS_MIN) continue;
    const entry: i32 = load<u16>(prefixClasses + ((findPlace(prefixHashes, prefixMask, hash) + 1) << 1));
    found = select<i32>(entry, found, entry != 0);
  }
  return found;
}

/** Class of a whole word; that of words without a place stands before all others. */
function classOfHash(hash: i32): i32 {
  return load<u16>(exactClasses + ((findPlace(exactHashes, exactMask, hash) + 1) << 1));
}

/** True when the word just read holds digits, `_`, or capitals behind a small letter as in `camelCase`: an identifier or a number. */
function isIdentifier(start: i32, end: i32): bool {
  if ((saw & (DIGIT | JOINER)) != 0) return true;
  if ((saw & (UPPER | LETTER)) != (UPPER | LETTER)) return false;
  for (let i = start + 1; i < end; i++) if (kindAt(i) == UPPER) return true;
  return false;
}

function scanWord(start: i32, to: i32, seed: i32): i32 {
  let hash = seed;
  let seen = 0;
  let hasUnseen = false;
  let end = start;
  for (; end < to; end++) {
    const traits = traitsOf(codeAt(end));
    if ((traits & WORD_MASK) == 0) {
      if (traits >>> KIND_SHIFT != IGNORED) break;
      hasUnseen = true;
      continue;
    }
    hash = (hash ^ (traits & FOLD_MASK)) * WORD_PRIME;
    seen |= traits;
  }
  wordHash = hash;
  saw = seen >>> KIND_SHIFT;
  let entry = classOfHash(hash);
  // Asked first, because it is known first: the class of the whole word is the end of a chain of loads, and no branch should wait for it.
  if ((hasPattern(start) || hasUnseen) && end - start >= OPEN_CHARS_MIN && entry == 0)
    entry = classifyBeginning(start, end, seed, hasUnseen);
  hear(entry);
  words++;
  halfWords += 2;
  absorb(hash);
  if (start < maskedUntil) return end;
  const next = codeAt(end);
  if (next == CHAR_COLON || next == CHAR_AT || next == CHAR_DOT) {
    const after = findAddressEnd(end, to, hash);
    if (after > end) {
      for (let i = end; i < after; i++) absorb(codeAt(i));
      pushSlot();
      return after;
    }
  }
  if (saw == LETTER) {
    if (capitalRun > 0) endCapitalRun();
  } else if (isIdentifier(start, end)) {
    pushSlot();
    return end;
  } else if (saw == (UPPER | LETTER) && end - start >= NAME_CHARS_MIN && !isSentenceStart) capitalRun++;
  else if (capitalRun > 0) endCapitalRun();
  pushWord(hash, load<u8>(isStop + entry) == 1 ? STOP : CONTENT);
  isSentenceStart = false;
  return end;
}

/** Which entry of `SEARCHED` a closing mark has. */
function searchedOf(closer: i32): i32 {
  if (closer == CHAR_QUOTE) return SEARCHED;
  if (closer == 0x201d) return SEARCHED + 4;
  if (closer == 0x201c) return SEARCHED + 8;
  if (closer == 0xbb) return SEARCHED + 12;
  if (closer == 0x300d) return SEARCHED + 16;
  if (closer == 0x300f) return SEARCHED + 20;
  return SEARCHED + 24;
}

/** The mark that closes what a mark opens; 0 for all that open nothing. */
function closerOf(code: i32): i32 {
  if (code == CHAR_QUOTE) return CHAR_QUOTE;
  if (code == 0x201c) return 0x201d;
  if (code == 0x201e) return 0x201c;
  if (code == 0xab) return 0xbb;
  if (code == 0x300c) return 0x300d;
  if (code == 0x300e) return 0x300f;
  return 0;
}

/** Position just behind the closing mark of the span that opens at `start`; -1 when there is none within `limit`. */
function spanEnd(start: i32, to: i32, closer: i32, limit: i32): i32 {
  const stop = min(to, start + limit);
  const searched = searchedOf(closer);
  for (let i = max(start + 1, load<i32>(searched)); i < stop; i++) if (codeAt(i) == closer) return i + 1;
  store<i32>(searched, stop);
  return -1;
}

function scanQuote(start: i32, to: i32, closer: i32): i32 {
  if (closer == CHAR_QUOTE && start > 0 && (kindAt(start - 1) & WORD_KINDS) != 0) return start + 1;
  const end = spanEnd(start, to, closer, QUOTE_CHARS_MAX);
  // A quotation that is most of the text is the text.
  if (end < 0 || (end - start) * 2 > spanChars) return start + 1;
  let next = end;
  while (next < to && codeAt(next) <= CHAR_SPACE) next++;
  // A JSON key belongs to the scaffold; the value behind it is the slot.
  if (closer == CHAR_QUOTE && codeAt(next) == CHAR_COLON) return start + 1;
  pushSlot();
  maskedUntil = end;
  return start + 1;
}

function scanCode(start: i32, to: i32): i32 {
  const isFence = codeAt(start + 1) == CHAR_BACKTICK && codeAt(start + 2) == CHAR_BACKTICK;
  const end = isFence ? findFenceEnd(start + 3, to) : spanEnd(start, to, CHAR_BACKTICK, INLINE_CODE_CHARS_MAX);
  const after = start + (isFence ? 3 : 1);
  if (end < 0) return after;
  pushSlot();
  maskedUntil = end;
  return after;
}

function pushCharacter(point: i32, start: i32): void {
  const hash = (WORD_SEED ^ point) * WORD_PRIME;
  const entry = classOfHash(hash);
  hear(entry);
  words++;
  halfWords++;
  absorb(hash);
  if (start < maskedUntil) return;
  if (capitalRun > 0) endCapitalRun();
  pushWord(hash, CHARACTER);
  characters++;
  isSentenceStart = false;
}

function scanSurrogate(start: i32): i32 {
  const point = readCodePoint(start);
  absorb(point);
  if (point <= 0xffff) return start + 1;
  // Planes 2 and 3 hold rare Han characters; all else beyond the first plane is pictures.
  if (point >= 0x20000 && point < 0x40000) pushCharacter(point, start);
  return start + 2;
}

function scanSpecial(start: i32, to: i32, code: i32): i32 {
  if (code == CHAR_LESS) {
    const first = codeAt(start + 1) == CHAR_SLASH ? start + 2 : start + 1;
    const isTag = first < to && (kindAt(first) & (LETTER | UPPER)) != 0;
    return isTag ? scanWord(first, to, (WORD_SEED ^ CHAR_LESS) * WORD_PRIME) : start + 1;
  }
  if (code >= 0xd800 && code <= 0xdfff) return scanSurrogate(start);
  absorb(code);
  if (start < maskedUntil) return start + 1;
  if (code == CHAR_BACKTICK) return scanCode(start, to);
  const closer = closerOf(code);
  return closer == 0 ? start + 1 : scanQuote(start, to, closer);
}

function scanSpan(from: i32, to: i32): void {
  for (let i = 0; i <= CLOSERS; i++) store<i32>(SEARCHED + (i << 2), 0);
  maskedUntil = 0;
  isSentenceStart = true;
  capitalRun = 0;
  spanChars = to - from;
  let i = from;
  while (i < to) {
    const code = codeAt(i);
    const traits = traitsOf(code);
    const kind = traits >>> KIND_SHIFT;
    if (kind <= IGNORED) {
      i = kind == IGNORED ? i + 1 : scanWord(i, to, WORD_SEED);
      // Nearly every word has a space behind it, which counts for nothing.
      i += i32(codeAt(i) == CHAR_SPACE);
    } else if (kind == SEPARATOR) {
      if (code > CHAR_SPACE) absorb(code);
      i++;
    } else if (kind == SENTENCE_END) {
      if (code > CHAR_SPACE) absorb(code);
      if (capitalRun > 0) endCapitalRun();
      isSentenceStart = true;
      i++;
    } else if (kind == IDEOGRAPH) pushCharacter(traits & FOLD_MASK, i++);
    else i = scanSpecial(i, to, code);
  }
  endCapitalRun();
}

/** Scans the text of `chars` code units at `CODES`; overwrites what the last text became. */
export function scan(chars: i32): void {
  length = 0;
  characters = 0;
  heardLength = 0;
  words = 0;
  halfWords = 0;
  wholeFirst = WORD_SEED;
  wholeSecond = 0;
  const total = min(chars, CODES_MAX - LOOK_AHEAD);
  // Nothing may depend on the text that stood here before.
  store<u64>(CODES + (total << 1), 0);
  const half = total > 2 * EDGE_CHARS ? EDGE_CHARS : total;
  scanSpan(0, half);
  if (half == total) return;
  // As a slot of its own: it never merges with a slot before it unless one stands there.
  pushSlotWord();
  words += EDGE_GAP_WORDS;
  halfWords += 2 * EDGE_GAP_WORDS;
  scanSpan(half, total);
}
