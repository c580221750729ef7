/** What JavaScript calls. Texts stand at `CODES`, results at `RESULT`; see kernel.ts beside this folder for who reads what. */
import { findAnchors, findEdgeAnchors, hashSkeleton } from "./anchors";
import { hashBlocks } from "./blocks";
import { makeGist } from "./gist";
import { storeHash64 } from "./hashing";
import { listen } from "./listen";
import {
  CODES,
  CODES_MAX,
  LOOK_AHEAD,
  RESULT,
  RESULT_ANCHORS,
  RESULT_BLOCKS,
  RESULT_GIST,
  RESULT_TAIL_ANCHORS,
  RESULT_TAIL_GIST,
} from "./memory";
import { REGION_WORDS_MAX, endOfHead, findRegions, headEnd, startOfTail, tailStart } from "./regions";
import { halfWords, length, scan, wholeFirst, wholeSecond, words } from "./scan";

export { fingerprint, hashOpeningPiece, hashPiece } from "./hashing";
export { listen, recallHits, saveHits } from "./listen";
export { CODES, CODES_MAX, HASHES, KINDS, RESULT, SHARED_GIST, TABLES, TRAITS } from "./memory";
export * from "./tables";

/** True when the text of `chars` code units holds ASCII only. */
export function isAscii(chars: i32): bool {
  let all = i32x4.splat(0);
  const end = CODES + (chars << 1);
  let at = CODES;
  for (; at + 16 <= end; at += 16) all = v128.or(all, v128.load(at));
  let rest: i32 = 0;
  for (; at < end; at += 2) rest |= load<u16>(at);
  return (rest & 0xff80) == 0 && !v128.any_true(v128.and(all, i16x8.splat(<i16>0xff80)));
}

/** Scans a text, and puts what JavaScript may want of it without a sketch at `RESULT`. */
export function readWords(chars: i32): void {
  scan(chars);
  store<i32>(RESULT, length);
  store<i32>(RESULT + 4, words);
  store<i32>(RESULT + 8, halfWords);
  store<i32>(RESULT + 12, wholeFirst);
  store<i32>(RESULT + 16, wholeSecond);
  findRegions();
  store<i32>(RESULT + 20, headEnd);
  store<i32>(RESULT + 24, tailStart);
}

/** Puts what every sketch has at `RESULT`: words, half words, whether there is a skeleton, the skeleton, and the hash of the whole. */
function storeCommon(): void {
  store<i32>(RESULT, length);
  store<i32>(RESULT + 4, words);
  store<i32>(RESULT + 8, halfWords);
  store<i32>(RESULT + 12, <i32>hashSkeleton(RESULT + 16));
  storeHash64(RESULT + 24, wholeFirst, wholeSecond);
}

/** Scans a system prompt, records its hits and makes its sketch. */
export function readSystem(chars: i32): void {
  scan(chars);
  listen(0);
  storeCommon();
  store<i32>(RESULT_ANCHORS, findAnchors(RESULT_ANCHORS + 4));
  store<i32>(RESULT_GIST, makeGist(RESULT_GIST + 4, 0, endOfHead(2 * REGION_WORDS_MAX)));
}

function storeAnchors(): void {
  findRegions();
  store<i32>(RESULT_ANCHORS, findEdgeAnchors(RESULT_ANCHORS + 4, 0, headEnd, 1));
  store<i32>(RESULT_TAIL_ANCHORS, findEdgeAnchors(RESULT_TAIL_ANCHORS + 4, tailStart, length, -1));
}

/** Scans a text for its anchors alone: those of its edges, or the smallest of all. */
export function readAnchors(chars: i32, isOfEdges: bool): void {
  scan(chars);
  if (isOfEdges) storeAnchors();
  else store<i32>(RESULT_ANCHORS, findAnchors(RESULT_ANCHORS + 4));
}

/** Scans the last user message, which starts at `start` half words, records its hits beside those of the system prompt and makes its sketch. */
export function readPrompt(chars: i32, start: i32): void {
  scan(chars);
  listen(start);
  storeCommon();
  storeAnchors();
  const limit = 2 * REGION_WORDS_MAX;
  store<i32>(RESULT_GIST, makeGist(RESULT_GIST + 4, 0, endOfHead(limit)));
  const gistStart = startOfTail(limit);
  // A short text is its head and its tail: -1 says that its gist is the other one.
  store<i32>(RESULT_TAIL_GIST, gistStart == 0 ? -1 : makeGist(RESULT_TAIL_GIST + 4, gistStart, length));
}

/** Hashes the openings of the blocks of a message. */
export function readBlocks(chars: i32): void {
  // Nothing may depend on the text that stood here before.
  store<u64>(CODES + (min(chars, CODES_MAX - LOOK_AHEAD) << 1), 0);
  store<i32>(RESULT_BLOCKS, hashBlocks(RESULT_BLOCKS + 4, min(chars, CODES_MAX - LOOK_AHEAD)));
}
