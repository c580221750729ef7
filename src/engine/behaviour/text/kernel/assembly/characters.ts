/** Kinds of code units, as in characters.ts beside the kernel. */
import { CODES, TRAITS } from "./memory";

export const LETTER: i32 = 1;
export const DIGIT: i32 = 2;
export const JOINER: i32 = 4;
export const UPPER: i32 = 8;
export const WORD_KINDS: i32 = LETTER | DIGIT | JOINER | UPPER;
export const IGNORED: i32 = 16;
export const IDEOGRAPH: i32 = 32;
export const SEPARATOR: i32 = 64;
export const SENTENCE_END: i32 = 128;
export const KIND_SHIFT: i32 = 16;
export const FOLD_MASK: i32 = 0xffff;

export const CHAR_SPACE: i32 = 0x20;
export const CHAR_QUOTE: i32 = 0x22;
export const CHAR_CLOSE: i32 = 0x29;
export const CHAR_DOT: i32 = 0x2e;
export const CHAR_SLASH: i32 = 0x2f;
export const CHAR_COLON: i32 = 0x3a;
export const CHAR_LESS: i32 = 0x3c;
export const CHAR_MORE: i32 = 0x3e;
export const CHAR_AT: i32 = 0x40;
export const CHAR_BACKTICK: i32 = 0x60;

/** The code unit at a position of the text. */
export function codeAt(at: i32): i32 {
  return load<u16>(CODES + (at << 1));
}

/** Kind and lower-case form of a code unit. */
export function traitsOf(code: i32): i32 {
  return load<i32>(TRAITS + (code << 2));
}

export function kindAt(at: i32): i32 {
  return traitsOf(codeAt(at)) >>> KIND_SHIFT;
}

export function foldAt(at: i32): i32 {
  return traitsOf(codeAt(at)) & FOLD_MASK;
}
