/** Spans of a text that the scanner takes as one slot: addresses and code. They work on UTF-16 code units, with zeros behind the text. */
import { IDEOGRAPH, WORD_KINDS, kindAt } from "../characters.js";
import { WORD_PRIME, WORD_SEED } from "../hashing.js";

const CHAR_SPACE = 0x20;
const CHAR_QUOTE = 0x22;
const CHAR_CLOSE = 0x29;
const CHAR_DOT = 0x2e;
const CHAR_SLASH = 0x2f;
const CHAR_COLON = 0x3a;
const CHAR_LESS = 0x3c;
const CHAR_AT = 0x40;
const CHAR_BACKTICK = 0x60;
const WWW_HASH = [119, 119, 119].reduce((hash, code) => Math.imul(hash ^ code, WORD_PRIME), WORD_SEED);

/** Where the web or mail address ends whose first word has the hash `word` and ends at `end`; `end` itself when it is none. */
export function findAddressEnd(codes: Uint16Array, end: number, to: number, word: number): number {
  const next = codes[end];
  const isWeb = next === CHAR_COLON && codes[end + 1] === CHAR_SLASH && codes[end + 2] === CHAR_SLASH;
  const isBareWeb = next === CHAR_DOT && word === WWW_HASH;
  const isMail = next === CHAR_AT && end + 1 < to && (kindAt(codes[end + 1]) & WORD_KINDS) !== 0;
  if (!isWeb && !isBareWeb && !isMail) return end;
  let i = end + 1;
  while (i < to) {
    const code = codes[i];
    if (code <= CHAR_SPACE || code === CHAR_QUOTE || code === CHAR_LESS || code === CHAR_CLOSE || kindAt(code) === IDEOGRAPH) break;
    i++;
  }
  return i;
}

/** Where the code fence ends that was opened before `start`; -1 when it stays open. */
export function findFenceEnd(codes: Uint16Array, start: number, to: number): number {
  for (let i = start; i + 2 < to; i++) {
    if (codes[i] === CHAR_BACKTICK && codes[i + 1] === CHAR_BACKTICK && codes[i + 2] === CHAR_BACKTICK) return i + 3;
  }
  return -1;
}

/** The code point that starts at `at`; a lone surrogate stands for itself. */
export function readCodePoint(codes: Uint16Array, at: number): number {
  const high = codes[at];
  const low = codes[at + 1];
  const isPair = high < 0xdc00 && low >= 0xdc00 && low <= 0xdfff;
  return isPair ? ((high - 0xd800) << 10) + (low - 0xdc00) + 0x10000 : high;
}
