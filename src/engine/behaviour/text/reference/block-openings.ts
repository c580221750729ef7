/**
 * The openings of the blocks inside a message, hashed as outputs are: where an answer of the API that is pasted into a message begins. A block
 * begins after a blank line, behind a fence, a tag, a line that ends in a colon, or the quotation mark that a line or a colon comes before.
 * The beginning of the message is none: hashing it cost more on every request than all blocks together, and whoever wants something done to an
 * answer mostly says so first.
 */
import type { Hash64 } from "../../../../vocabulary/feature.js";
import { EDGE_CHARS_MAX, OUTPUT_OPENING_CHARS } from "../../../../vocabulary/sketch.js";
import { hashWholeOpening } from "./text-hashes.js";

/** Openings kept of a message: question, one answer and another, with one to spare; more answers come in other requests of the same trade. */
export const BLOCK_OPENINGS_MAX = 4;
/** Lines looked at: as many as the edge of a text has at forty characters each; a text of empty lines must not cost more. */
const LINES_MAX = 200;
/** What may stand between a mark and the text: fences with a language, tags alone, quotation marks, white space. */
const WRAPPING = /(?:\s+|```[\w-]*\n|<[a-z][\w-]{0,40}>|["“])*/iy;
const NOTHING: readonly Hash64[] = [];

const [LINE_FEED, QUOTE, COLON, LESS, MORE, BACKTICK, OPEN_QUOTE] = Array.from('\n":<>`“', (mark) => mark.charCodeAt(0));
const SPACE = 32;

/** Hashes the openings of the blocks of a message, in order; blocks shorter than `OUTPUT_OPENING_CHARS` have none. */
export function hashBlockOpenings(message: string): readonly Hash64[] {
  if (message.length < OUTPUT_OPENING_CHARS) return NOTHING;
  const lastStart = Math.min(message.length, EDGE_CHARS_MAX) - OUTPUT_OPENING_CHARS;
  let found: Hash64[] | null = null;
  let opened = 0;
  let line = 0;
  let quote = findQuote(message, 0);
  for (let lines = 0; lines < LINES_MAX; lines++) {
    const end = message.indexOf("\n", line);
    const isQuote = quote >= 0 && (end < 0 || quote < end);
    const mark = isQuote ? quote : end;
    if (mark < 0 || mark > lastStart) break;
    if (isQuote) quote = findQuote(message, mark);
    else line = mark + 1;
    if (mark < opened || !(isQuote || opensBlock(message, mark))) continue;
    opened = skipWrapping(message, mark);
    if (opened > lastStart) break;
    const hash = hashWholeOpening(message, { from: opened, chars: OUTPUT_OPENING_CHARS });
    if (hash === null) continue;
    found ??= [];
    if (found.push(hash) === BLOCK_OPENINGS_MAX) break;
  }
  return found ?? NOTHING;
}

/** Where a quotation opens behind a colon on the same line; -1: nowhere. */
function findQuote(message: string, from: number): number {
  const at = message.indexOf(': "', from);
  return at < 0 ? -1 : at + 1;
}

/** Whether a block begins at this line feed: what stands before it or behind it says so. */
function opensBlock(message: string, lineFeed: number): boolean {
  const next = message.charCodeAt(lineFeed + 1);
  if (next === LINE_FEED || next === QUOTE || next === BACKTICK || next === LESS || next === OPEN_QUOTE) return true;
  let before = lineFeed - 1;
  while (before > 0 && message.charCodeAt(before) <= SPACE && message.charCodeAt(before) !== LINE_FEED) before--;
  const last = message.charCodeAt(before);
  return last === COLON || last === MORE || last === LINE_FEED;
}

function skipWrapping(message: string, from: number): number {
  WRAPPING.lastIndex = from;
  return WRAPPING.test(message) ? WRAPPING.lastIndex : from;
}
