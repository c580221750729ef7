/** Stretches of sketch words at the edges of the text scanned last; characters of scripts without spaces count half. */
import { KINDS } from "./memory";
import { CHARACTER, characters, length } from "./scan";

/** Words of the beginning and of the end of a text that form its head and tail regions. */
export const REGION_WORDS_MAX: i32 = 64;
/** Half words below which a text has one region: twenty words hold no scaffold at both ends. */
const HALVES_MIN: i32 = 40;

/** Where the head of the text ends, and its tail begins. */
export let headEnd: i32 = 0;
export let tailStart: i32 = 0;

function halvesOf(at: i32): i32 {
  return load<u8>(KINDS + at) == CHARACTER ? 1 : 2;
}

/** Where the first `halves` half words end: behind the word that fills them. */
export function endOfHead(halves: i32): i32 {
  if (characters == 0) return min(length, (halves + 1) >> 1);
  let to = 0;
  for (let left = halves; to < length && left > 0; to++) left -= halvesOf(to);
  return to;
}

/** Where the last `halves` half words start: with the word that fills them. */
export function startOfTail(halves: i32): i32 {
  if (characters == 0) return max(0, length - ((halves + 1) >> 1));
  let from = length;
  for (let left = halves; from > 0 && left > 0; ) left -= halvesOf(--from);
  return from;
}

/**
 * Finds head and tail of a text, which never overlap. A text of more than two regions gives its first and its last `REGION_WORDS_MAX` words, a
 * shorter one its two halves, and one of fewer than `HALVES_MIN` half words is all head. Characters of scripts without spaces count half.
 */
export function findRegions(): void {
  const halves = 2 * length - characters;
  const limit = 2 * REGION_WORDS_MAX;
  const share = halves < HALVES_MIN ? halves : min(limit, (halves + 1) >> 1);
  headEnd = endOfHead(share);
  tailStart = max(headEnd, startOfTail(min(limit, halves - share)));
}
