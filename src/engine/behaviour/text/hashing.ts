/**
 * Hashes of text. They are part of the stored format: sketches made today are compared with sketches made in a year, so nothing here may
 * change without a migration.
 *
 * The word hash is FNV-1a over UTF-16 code units (one multiplication per character, and the hash of every prefix comes for free); hashes
 * that are compared for their size (anchors) pass through MurmurHash3's 32-bit finaliser first, because FNV's high bits are
 * weak. 64-bit hashes are two 32-bit lanes: `bigint` would cost more than the rest of the work together.
 */
import type { Hash64 } from "../../../vocabulary/feature.js";
import { foldCode } from "./characters.js";

/** Where every word hash starts (FNV-1a's offset basis). */
export const WORD_SEED = 0x811c9dc5 | 0;
/** What every step multiplies by (FNV's 32-bit prime). */
export const WORD_PRIME = 0x01000193;

const SECOND_SEED = 0x2f0b4a27;
const SECOND_PRIME = 0x5bd1e995;
const SPACE = 32;

/** Texts are read from memory of one kind, a piece at a time: asking a string for each of its characters costs more than hashing them. */
const PIECE_CHARS = 4_096;
const pieceCodes = new Uint16Array(PIECE_CHARS);
const pieceBytes = Buffer.from(pieceCodes.buffer);

/** Puts the UTF-16 code units of a text from `start` on into `pieceCodes`; returns how many. */
function loadPiece(text: string, start: number, charsMax: number): number {
  const end = Math.min(text.length, start + charsMax);
  pieceBytes.write(start === 0 && end === text.length ? text : text.slice(start, end), "utf16le");
  return end - start;
}

/** MurmurHash3's 32-bit finaliser: every input bit reaches every output bit. Returns an unsigned 32-bit number. */
export function mix32(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * The word hash of a whole string, without folding: what the scanner computes character by character.
 *
 * @public The script that packs the word vectors calls it from the built tree.
 */
export function hashWord(word: string): number {
  let hash = WORD_SEED;
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), WORD_PRIME);
  return hash;
}

/** Joins two lanes into a finished 64-bit hash. */
export function finishHash64(first: number, second: number): Hash64 {
  const high = mix32(first ^ Math.imul(second, SECOND_PRIME));
  return [high, mix32(second + high)];
}

/** A 64-bit hash of a list of 64-bit hashes, in order. */
export function combineHashes(hashes: readonly Hash64[]): Hash64 | null {
  if (hashes.length === 0) return null;
  let first = WORD_SEED;
  let second = SECOND_SEED;
  for (const [high, low] of hashes) {
    first = Math.imul(Math.imul(first ^ high, WORD_PRIME) ^ low, WORD_PRIME);
    second = Math.imul(((second << 7) | (second >>> 25)) ^ low, SECOND_PRIME) + high;
  }
  return finishHash64(first, second);
}

/**
 * 64-bit hash of a text with its white space folded (runs count as one space, ends are trimmed) and everything else as it stands.
 * Null when nothing is left.
 */
export function hashText(text: string): Hash64 | null {
  let first = WORD_SEED;
  let second = SECOND_SEED;
  let isGap = false;
  let isEmpty = true;
  for (let start = 0; start < text.length; start += PIECE_CHARS) {
    const length = loadPiece(text, start, PIECE_CHARS);
    for (let i = 0; i < length; i++) {
      const code = pieceCodes[i];
      if (code <= SPACE) {
        isGap = true;
        continue;
      }
      if (isGap && !isEmpty) {
        first = Math.imul(first ^ SPACE, WORD_PRIME);
        second = Math.imul(((second << 7) | (second >>> 25)) ^ SPACE, SECOND_PRIME);
      }
      isGap = false;
      isEmpty = false;
      first = Math.imul(first ^ code, WORD_PRIME);
      second = Math.imul(((second << 7) | (second >>> 25)) ^ code, SECOND_PRIME);
    }
  }
  return isEmpty ? null : finishHash64(first, second);
}

/**
 * 64-bit hash of the first `charsMax` characters of a text that are not white space, case-folded: survives a new line width, a cut and light
 * cleaning. Null when there are none.
 */
export function hashOpening(text: string, charsMax: number): Hash64 | null {
  return takeOpening(text, { from: 0, chars: charsMax }) === 0 ? null : finishHash64(openingFirst, openingSecond);
}

/** As {@link hashOpening}, from a position on; null when fewer than `chars` characters are left. */
export function hashWholeOpening(text: string, { from, chars }: { from: number; chars: number }): Hash64 | null {
  return takeOpening(text, { from, chars }) < chars ? null : finishHash64(openingFirst, openingSecond);
}

/** The lanes that `takeOpening` leaves behind. */
let openingFirst = 0;
let openingSecond = 0;

/** Hashes up to `chars` characters that are not white space; returns how many there were. */
function takeOpening(text: string, { from, chars }: { from: number; chars: number }): number {
  let first = WORD_SEED;
  let second = SECOND_SEED;
  let taken = 0;
  // White space is a fifth of prose and rarely half of anything: mostly one piece is enough.
  const pieceChars = Math.min(PIECE_CHARS, 2 * chars);
  for (let start = from; start < text.length && taken < chars; start += pieceChars) {
    const length = loadPiece(text, start, pieceChars);
    for (let i = 0; i < length && taken < chars; i++) {
      const code = foldCode(pieceCodes[i]);
      if (code <= SPACE) continue;
      first = Math.imul(first ^ code, WORD_PRIME);
      second = Math.imul(((second << 7) | (second >>> 25)) ^ code, SECOND_PRIME);
      taken++;
    }
  }
  openingFirst = first;
  openingSecond = second;
  return taken;
}
