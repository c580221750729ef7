/** Spans of a text that the scanner takes as one slot: addresses and code. */
import {
  CHAR_AT,
  CHAR_BACKTICK,
  CHAR_CLOSE,
  CHAR_COLON,
  CHAR_DOT,
  CHAR_LESS,
  CHAR_QUOTE,
  CHAR_SLASH,
  CHAR_SPACE,
  IDEOGRAPH,
  KIND_SHIFT,
  WORD_KINDS,
  codeAt,
  kindAt,
  traitsOf,
} from "./characters";
import { WORD_PRIME, WORD_SEED } from "./hashing";

const SMALL_W: i32 = 0x77;
/** Hash of `www`. */
const WWW_HASH: i32 = (((((WORD_SEED ^ SMALL_W) * WORD_PRIME) ^ SMALL_W) * WORD_PRIME) ^ SMALL_W) * WORD_PRIME;

/** Where the web or mail address ends whose first word has the hash `word` and ends at `end`; `end` itself when it is none. */
export function findAddressEnd(end: i32, to: i32, word: i32): i32 {
  const next = codeAt(end);
  const isWeb = next == CHAR_COLON && codeAt(end + 1) == CHAR_SLASH && codeAt(end + 2) == CHAR_SLASH;
  const isBareWeb = next == CHAR_DOT && word == WWW_HASH;
  const isMail = next == CHAR_AT && end + 1 < to && (kindAt(end + 1) & WORD_KINDS) != 0;
  if (!isWeb && !isBareWeb && !isMail) return end;
  let i = end + 1;
  while (i < to) {
    const code = codeAt(i);
    const ends = code <= CHAR_SPACE || code == CHAR_QUOTE || code == CHAR_LESS || code == CHAR_CLOSE;
    if (ends || traitsOf(code) >>> KIND_SHIFT == IDEOGRAPH) break;
    i++;
  }
  return i;
}

/** Where the code fence ends that was opened before `start`; -1 when it stays open. */
export function findFenceEnd(start: i32, to: i32): i32 {
  for (let i = start; i + 2 < to; i++) {
    if (codeAt(i) == CHAR_BACKTICK && codeAt(i + 1) == CHAR_BACKTICK && codeAt(i + 2) == CHAR_BACKTICK) return i + 3;
  }
  return -1;
}

/** The code point that starts at `at`; a lone surrogate stands for itself. */
export function readCodePoint(at: i32): i32 {
  const high = codeAt(at);
  const low = codeAt(at + 1);
  const isPair = high < 0xdc00 && low >= 0xdc00 && low <= 0xdfff;
  return isPair ? ((high - 0xd800) << 10) + (low - 0xdc00) + 0x10000 : high;
}
