/** Hashes of texts, character by character. */
import type { Hash64 } from "../../../../vocabulary/feature.js";
import { foldCode } from "../characters.js";
import { finishHash64, SECOND_PRIME, SECOND_SEED, WORD_PRIME, WORD_SEED } from "../hashing.js";

const SPACE = 32;

function hashCodes(codes: readonly number[]): Hash64 {
  let first = WORD_SEED;
  let second = SECOND_SEED;
  for (const code of codes) {
    first = Math.imul(first ^ code, WORD_PRIME);
    second = Math.imul(((second << 7) | (second >>> 25)) ^ code, SECOND_PRIME);
  }
  return finishHash64(first, second);
}

/** The code units of a text, runs of white space and of control characters as one space, none at the ends. */
function foldGaps(text: string): number[] {
  const codes: number[] = [];
  let isGap = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > SPACE && isGap && codes.length > 0) codes.push(SPACE);
    if (code > SPACE) codes.push(code);
    isGap = code <= SPACE;
  }
  return codes;
}

/** 64-bit hash of a text with its white space folded and everything else as it stands. Null when nothing is left. */
export function hashText(text: string): Hash64 | null {
  const codes = foldGaps(text);
  return codes.length === 0 ? null : hashCodes(codes);
}

function openingOf(text: string, from: number, chars: number): number[] {
  const codes: number[] = [];
  for (let i = from; i < text.length && codes.length < chars; i++) {
    const code = foldCode(text.charCodeAt(i));
    if (code > SPACE) codes.push(code);
  }
  return codes;
}

/** 64-bit hash of the first `charsMax` characters of a text that are not white space, case-folded. Null when there are none. */
export function hashOpening(text: string, charsMax: number): Hash64 | null {
  const codes = openingOf(text, 0, charsMax);
  return codes.length === 0 ? null : hashCodes(codes);
}

/** As {@link hashOpening}, from a position on; null when fewer than `chars` characters are left. */
export function hashWholeOpening(text: string, { from, chars }: { from: number; chars: number }): Hash64 | null {
  const codes = openingOf(text, from, chars);
  return codes.length < chars ? null : hashCodes(codes);
}
