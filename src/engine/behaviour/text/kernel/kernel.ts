/**
 * The text kernel: what is done to every character of a request, in WebAssembly. Its source is AssemblyScript, in the folder `assembly`, compiled by
 * `scripts/build-kernel.mjs`; this file lays its tables, puts texts into its memory and takes results out. See
 * `docs/decisions/0034-text-kernel.md` for why.
 */
import type { Hash64 } from "../../../../vocabulary/feature.js";
import { type GroupHits, type HeardGroups, HITS_PER_GROUP_MAX } from "../group-hits.js";
import { compilePhraseBook, type PhraseBook } from "../phrase-book.js";
import { NO_VECTORS, type WordVectors } from "../word-vectors.js";
import { type KernelCalls, startKernel, type StartedKernel } from "./start-kernel.js";

const NOTHING = new Uint32Array(0);
const RESULT_WORDS = 64;

/** Where results stand among the 32-bit words at `RESULT`; the same as in `assembly/memory.ts`. */
const [LENGTH, WORDS, HALF_WORDS, HAS_SKELETON, SKELETON, WHOLE] = [0, 1, 2, 3, 4, 6];
const [WHOLE_FIRST, WHOLE_SECOND, HEAD_END, TAIL_START] = [3, 4, 5, 6];
const [ANCHORS, TAIL_ANCHORS, GIST, TAIL_GIST, BLOCKS, HASH] = [8, 13, 18, 23, 28, 38];

/** What a text was reduced to. */
interface ReadText {
  /** Words of any kind, masked ones included; and the same in half words: characters of scripts without spaces count one, words two. */
  words: number;
  halfWords: number;
  /** Hash of everything but case and white space, slots included; null for a text without words. */
  whole: Hash64 | null;
  /** Hash of all sketch words: equal for two texts that differ in their slots only. Null for a text without words. */
  skeleton: Hash64 | null;
}

/** A system prompt: its anchors are the smallest of all its shingles. */
export interface ReadSystemPrompt extends ReadText {
  anchors: Uint32Array;
  gist: Uint32Array;
}

/** A user message: its anchors are those of the blocks at its edges. */
export interface ReadUserPrompt extends ReadText {
  headAnchors: Uint32Array;
  tailAnchors: Uint32Array;
  headGist: Uint32Array;
  tailGist: Uint32Array;
}

/** The sketch words of a text: valid until the kernel reads the next. */
export interface SketchWords {
  length: number;
  hashes: Int32Array;
  kinds: Uint8Array;
  /** Stretches of them, `from` inclusive, `to` exclusive. */
  head: { from: number; to: number };
  tail: { from: number; to: number };
  /** Words of any kind, masked ones included. */
  words: number;
  /** Hash of the whole in two lanes. */
  wholeFirst: number;
  wholeSecond: number;
}

/**
 * The kernel with its tables. Texts longer than both edges (`EDGE_CHARS_MAX`) are cut. Not safe for use by several threads.
 */
export interface TextKernel {
  hits: GroupHits;
  /** Puts a text where the other functions read it, and tells whether it is all ASCII. */
  load(text: string): boolean;
  /** Loads a text of no more than both edges, and tells it from nearly all others by a number of 32 bits. */
  fingerprint: (text: string) => number;
  /** Reads the text that was loaded, and records its hits, which are forgotten first. */
  readSystem(): ReadSystemPrompt;
  /** Reads the text that was loaded, and adds its hits to those there are; it starts `start` half words from the beginning of all text. */
  readPrompt(start: number): ReadUserPrompt;
  /** The anchors of the text that was loaded, and nothing else: those of its edges, head before tail, or as a system prompt has them. */
  readAnchors: (isOfEdges: boolean) => Uint32Array[];
  /** Hashes of the openings of the blocks of the text that was loaded. */
  readBlocks(): Hash64[];
  /** Adds the hits of the text that was loaded, and nothing else. */
  hear(start: number): void;
  /** The words of the text that was loaded. */
  readWords(): SketchWords;
  /** Hash of a text with its white space folded and everything else as it stands; null when nothing is left. */
  hashText: (text: string) => Hash64 | null;
  /**
   * Hash of the first `charsMax` characters that are not white space, case-folded: survives a new line width, a cut and light cleaning. Null when
   * there are none.
   */
  hashOpening: (text: string, charsMax: number) => Hash64 | null;
  saveHits(): HeardGroups;
  recallHits(heard: HeardGroups): void;
}

/** The memory of a kernel as JavaScript sees it. */
interface Views {
  charsMax: number;
  /** The text, as bytes. */
  codes: Buffer;
  result: Int32Array;
  saved: Int32Array;
  hits: GroupHits;
  words: Pick<SketchWords, "hashes" | "kinds">;
}

function viewMemory({ calls, addressOf }: StartedKernel, groups: number): Views {
  const { buffer } = calls.memory;
  const charsMax = addressOf("CODES_MAX");
  return {
    charsMax,
    codes: Buffer.from(buffer, addressOf("CODES"), 2 * charsMax),
    result: new Int32Array(buffer, addressOf("RESULT"), RESULT_WORDS),
    saved: new Int32Array(buffer, addressOf("savedHits"), groups * (HITS_PER_GROUP_MAX + 1)),
    hits: {
      counts: new Uint8Array(buffer, addressOf("hitCounts"), groups),
      positions: new Int32Array(buffer, addressOf("hitPositions"), groups * HITS_PER_GROUP_MAX),
      touched: new Uint16Array(buffer, addressOf("hitTouched"), groups + 1),
    },
    words: {
      hashes: new Int32Array(buffer, addressOf("HASHES"), charsMax),
      kinds: new Uint8Array(buffer, addressOf("KINDS"), charsMax),
    },
  };
}

/** Copies up to `charsMax` characters of a text from `start` on: asking a string for each of its characters costs more than hashing them. Returns how many. */
function loadPiece(codes: Buffer, text: string, start: number, charsMax: number): number {
  const count = Math.min(charsMax, text.length - start);
  if (count === text.length) codes.write(text, "utf16le");
  else if (start === 0) codes.write(text, 0, 2 * count, "utf16le");
  else codes.write(text.slice(start, start + count), "utf16le");
  return count;
}

/** Makes a kernel that listens for the phrases of a book. */
export function createTextKernel(book: PhraseBook, vectors: WordVectors): TextKernel {
  const started = startKernel(book, vectors);
  const { calls } = started;
  const views = viewMemory(started, book.groups);
  const { codes, charsMax, result, saved } = views;
  let chars = 0;
  return {
    ...createTextHashes(calls, views),
    hits: views.hits,
    load(text) {
      chars = loadPiece(codes, text, 0, charsMax);
      return calls.isAscii(chars) !== 0;
    },
    fingerprint(text) {
      chars = loadPiece(codes, text, 0, charsMax);
      return calls.fingerprint(chars);
    },
    readSystem() {
      calls.recallHits(0);
      calls.readSystem(chars);
      return { ...takeCommon(result), anchors: takeList(result, ANCHORS), gist: takeList(result, GIST) };
    },
    readPrompt(start) {
      calls.readPrompt(chars, start);
      return takePrompt(result);
    },
    readAnchors(isOfEdges) {
      calls.readAnchors(chars, isOfEdges);
      const first = takeList(result, ANCHORS);
      return isOfEdges ? [first, takeList(result, TAIL_ANCHORS)] : [first];
    },
    readBlocks() {
      calls.readBlocks(chars);
      return takeHashes(result, BLOCKS);
    },
    hear(start) {
      calls.readWords(chars);
      calls.listen(start);
    },
    readWords() {
      calls.readWords(chars);
      return {
        ...views.words,
        length: result[LENGTH],
        head: { from: 0, to: result[HEAD_END] },
        tail: { from: result[TAIL_START], to: result[LENGTH] },
        words: result[WORDS],
        wholeFirst: result[WHOLE_FIRST],
        wholeSecond: result[WHOLE_SECOND],
      };
    },
    saveHits: () => saved.slice(0, calls.saveHits()),
    recallHits(heard) {
      // Mostly none, or a few: cheaper one by one than all at once.
      for (let at = 0; at < heard.length; at++) saved[at] = heard[at];
      calls.recallHits(heard.length);
    },
  };
}

function createTextHashes(calls: KernelCalls, { codes, charsMax, result }: Views): Pick<TextKernel, "hashText" | "hashOpening"> {
  return {
    hashText(text) {
      let hasText = 0;
      for (let start = 0; start < text.length; start += charsMax)
        hasText = calls.hashPiece(loadPiece(codes, text, start, charsMax), start === 0);
      return hasText === 0 ? null : takeHash(result, HASH);
    },
    hashOpening(text, wanted) {
      // White space is a fifth of prose and rarely half of anything: mostly one piece is enough.
      const pieceChars = Math.min(charsMax, 2 * wanted);
      let taken = 0;
      for (let start = 0; start < text.length && taken < wanted; start += pieceChars)
        taken = calls.hashOpeningPiece(0, loadPiece(codes, text, start, pieceChars), wanted, start === 0);
      return taken === 0 ? null : takeHash(result, HASH);
    },
  };
}

/** For whoever only hashes texts. */
export function createTextHasher(): TextKernel["hashText"] {
  return createTextKernel(compilePhraseBook([], []), NO_VECTORS).hashText;
}

function takeCommon(result: Int32Array): ReadText {
  return {
    words: result[WORDS],
    halfWords: result[HALF_WORDS],
    whole: result[LENGTH] === 0 ? null : takeHash(result, WHOLE),
    skeleton: result[HAS_SKELETON] === 0 ? null : takeHash(result, SKELETON),
  };
}

function takePrompt(result: Int32Array): ReadUserPrompt {
  const headGist = takeList(result, GIST);
  return {
    words: result[WORDS],
    halfWords: result[HALF_WORDS],
    whole: result[LENGTH] === 0 ? null : takeHash(result, WHOLE),
    skeleton: result[HAS_SKELETON] === 0 ? null : takeHash(result, SKELETON),
    headAnchors: takeList(result, ANCHORS),
    tailAnchors: takeList(result, TAIL_ANCHORS),
    headGist,
    tailGist: result[TAIL_GIST] < 0 ? headGist : takeList(result, TAIL_GIST),
  };
}

/** The lower half stands first. */
function takeHash(result: Int32Array, at: number): Hash64 {
  return [result[at + 1] >>> 0, result[at] >>> 0];
}

/** A list behind its length. */
function takeList(result: Int32Array, at: number): Uint32Array {
  const count = result[at];
  if (count === 0) return NOTHING;
  const list = new Uint32Array(count);
  for (let i = 0; i < count; i++) list[i] = result[at + 1 + i];
  return list;
}

function takeHashes(result: Int32Array, at: number): Hash64[] {
  const hashes: Hash64[] = [];
  for (let i = 0; i < result[at]; i++) hashes.push(takeHash(result, at + 1 + 2 * i));
  return hashes;
}
