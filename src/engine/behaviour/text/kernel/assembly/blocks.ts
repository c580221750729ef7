/** The openings of the blocks inside a message; block-openings.ts beside the kernel tells what they are for. */
import { CHAR_BACKTICK, CHAR_COLON, CHAR_LESS, CHAR_MORE, CHAR_QUOTE, CHAR_SPACE, codeAt } from "./characters";
import { hashOpeningPiece } from "./hashing";
import { CODES, EDGE_CHARS, RESULT_HASH } from "./memory";

/** Characters of an opening, white space apart. */
const OPENING_CHARS: i32 = 80;
const BLOCKS_MAX: i32 = 4;
/** Line feeds and quotations looked at. */
const MARKS_MAX: i32 = 200;
const TAG_CHARS_MAX: i32 = 41;
const LINE_FEED: i32 = 0x0a;
const OPEN_QUOTE: i32 = 0x201c;

/** The next line feed, or the space of the next `: "`, from `from` to `last`; -1 when there is none. */
function findMark(from: i32, last: i32): i32 {
  const lineFeeds = i16x8.splat(<i16>LINE_FEED);
  const quotes = i16x8.splat(<i16>CHAR_QUOTE);
  // A quotation is known by its mark, one behind the space.
  for (let at = from; at <= last + 1; at += 8) {
    const eight = v128.load(CODES + (at << 1));
    let hits = i16x8.bitmask(v128.or(i16x8.eq(eight, lineFeeds), i16x8.eq(eight, quotes)));
    for (; hits != 0; hits &= hits - 1) {
      const i = at + ctz<i32>(hits);
      if (codeAt(i) == LINE_FEED) return i <= last ? i : -1;
      if (i > from && i > 1 && codeAt(i - 1) == CHAR_SPACE && codeAt(i - 2) == CHAR_COLON) return i - 1 <= last ? i - 1 : -1;
    }
  }
  return -1;
}

/** Whether a block begins at this line feed: what stands before it or behind it says so. */
function opensBlock(lineFeed: i32): bool {
  const next = codeAt(lineFeed + 1);
  if (next == LINE_FEED || next == CHAR_QUOTE || next == CHAR_BACKTICK || next == CHAR_LESS || next == OPEN_QUOTE) return true;
  if (lineFeed == 0) return false;
  let before = lineFeed - 1;
  while (before > 0 && codeAt(before) <= CHAR_SPACE && codeAt(before) != LINE_FEED) before--;
  const last = codeAt(before);
  return last == CHAR_COLON || last == CHAR_MORE || last == LINE_FEED;
}

/** White space as regular expressions have it. */
function isSpace(code: i32): bool {
  if (code <= CHAR_SPACE) return code == CHAR_SPACE || (code >= 9 && code <= 13);
  if (code < 0xa0) return false;
  if (code == 0xa0 || code == 0x1680 || code == 0xfeff || code == 0x3000) return true;
  return (code >= 0x2000 && code <= 0x200a) || code == 0x2028 || code == 0x2029 || code == 0x202f || code == 0x205f;
}

function isLetter(code: i32): bool {
  const small = code | 32;
  return small >= 97 && small <= 122;
}

/** A letter, a digit, `_` or `-`, of ASCII. */
function isNameCharacter(code: i32): bool {
  return isLetter(code) || (code >= 48 && code <= 57) || code == 0x5f || code == 0x2d;
}

/** Where what stands between a mark and the text ends: fences with a language, tags alone, quotation marks, white space. */
function skipWrapping(from: i32, chars: i32): i32 {
  let at = from;
  while (at < chars) {
    const code = codeAt(at);
    if (isSpace(code) || code == CHAR_QUOTE || code == OPEN_QUOTE) {
      at++;
      continue;
    }
    let end = at;
    if (code == CHAR_BACKTICK && codeAt(at + 1) == CHAR_BACKTICK && codeAt(at + 2) == CHAR_BACKTICK) {
      end = at + 3;
      while (end < chars && isNameCharacter(codeAt(end))) end++;
      if (codeAt(end) != LINE_FEED) return at;
    } else if (code == CHAR_LESS && isLetter(codeAt(at + 1))) {
      end = at + 2;
      while (end < chars && end - at <= TAG_CHARS_MAX && isNameCharacter(codeAt(end))) end++;
      if (codeAt(end) != CHAR_MORE) return at;
    } else return at;
    if (end >= chars) return at;
    at = end + 1;
  }
  return at;
}

/** Puts the hashes of the openings of a message's blocks at `to`, in order; returns how many. Blocks shorter than `OPENING_CHARS` have none. */
export function hashBlocks(to: i32, chars: i32): i32 {
  if (chars < OPENING_CHARS) return 0;
  const last = min(chars, EDGE_CHARS) - OPENING_CHARS;
  let found = 0;
  let opened = 0;
  let mark = findMark(0, last);
  for (let marks = 0; marks < MARKS_MAX && mark >= 0; marks++, mark = findMark(mark + 1, last)) {
    const isQuote = codeAt(mark) != LINE_FEED;
    if (mark < opened || !(isQuote || opensBlock(mark))) continue;
    opened = skipWrapping(mark, chars);
    if (opened > last) break;
    if (hashOpeningPiece(opened, chars, OPENING_CHARS, true) < OPENING_CHARS) continue;
    store<u64>(to + (found << 3), load<u64>(RESULT_HASH));
    if (++found == BLOCKS_MAX) break;
  }
  return found;
}
