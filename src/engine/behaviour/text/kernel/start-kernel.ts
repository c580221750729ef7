/** Starts the kernel: compiles it, lays the tables that it reads in its memory, and tells it where. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { TRAITS } from "../characters.js";
import { HITS_PER_GROUP_MAX } from "../group-hits.js";
import type { PhraseBook } from "../phrase-book.js";
import type { WordVectors } from "../word-vectors.js";
import { createHashBuckets, type HashBuckets } from "./hash-buckets.js";

/** What Node knows and its types do not tell. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { exports: Record<string, unknown> };
};

interface Address {
  value: number;
}

/** The functions of `assembly/index.ts`; the rest of what it exports are addresses. */
export interface KernelCalls {
  memory: { buffer: ArrayBuffer; grow(pages: number): number };
  isAscii(chars: number): number;
  fingerprint(chars: number): number;
  readWords(chars: number): void;
  readSystem(chars: number): void;
  readPrompt(chars: number, start: number): void;
  readBlocks(chars: number): void;
  readAnchors(chars: number, isOfEdges: boolean): void;
  hashPiece(chars: number, isFirst: boolean): number;
  hashOpeningPiece(from: number, to: number, wanted: number, isFirst: boolean): number;
  listen(offset: number): void;
  saveHits(): number;
  recallHits(numbers: number): void;
}

const PAGE_BYTES = 65_536;
/** Tables begin where a vector instruction likes to load. */
const ALIGNMENT = 16;
/** Words of 32 bits of a row of word vectors. */
const ROW_WORDS = 8;
const FILE = join(import.meta.dirname, "text-kernel.wasm");

let compiled: object | undefined;

/** Compiled once in each thread. */
function createInstance(): Record<string, unknown> {
  if (compiled === undefined && !existsSync(FILE)) throw new Error(`${FILE} is missing: the build (node scripts/copy-assets.mjs) makes it`);
  compiled ??= new WebAssembly.Module(readFileSync(FILE));
  return new WebAssembly.Instance(compiled).exports;
}

/** The class at each place, one further on: the first is that of words without a place. */
function listClasses({ entries }: HashBuckets, classes: readonly number[]): Uint16Array {
  const placed = new Uint16Array(entries.length + 1);
  for (let place = 0; place < entries.length; place++) if (entries[place] >= 0) placed[place + 1] = classes[entries[place]];
  return placed;
}

/** The rows at the places of their words, four bytes at a time. */
function listRows({ entries }: HashBuckets, rows: Uint8Array): Uint8Array {
  const from = new Int32Array(rows.buffer, rows.byteOffset, rows.byteLength / 4);
  const placed = new Int32Array(entries.length * ROW_WORDS);
  for (let place = 0; place < entries.length; place++) {
    const entry = entries[place];
    if (entry < 0) continue;
    for (let at = 0; at < ROW_WORDS; at++) placed[place * ROW_WORDS + at] = from[entry * ROW_WORDS + at];
  }
  return new Uint8Array(placed.buffer);
}

type Table = Int32Array | Uint16Array | Uint8Array;

/** The tables by the names that `assembly/tables.ts` gives their addresses. */
function listTables(book: PhraseBook, vectors: WordVectors): { tables: Record<string, Table>; numbers: Record<string, number> } {
  const exact = createHashBuckets(Int32Array.from(book.exact.keys()));
  const prefix = createHashBuckets(Int32Array.from(book.prefix.keys()));
  const words = createHashBuckets(vectors.hashes);
  const { trie } = book;
  return {
    numbers: { exactMask: exact.mask, prefixMask: prefix.mask, wordMask: words.mask, stepPatterns: trie.patterns, stepMask: trie.mask },
    tables: {
      exactHashes: exact.hashes,
      exactClasses: listClasses(exact, [...book.exact.values()]),
      prefixHashes: prefix.hashes,
      prefixClasses: listClasses(prefix, [...book.prefix.values()]),
      threeBits: book.beginnings.three,
      fourBits: book.beginnings.four,
      threeFilter: book.threeFilter,
      isStop: book.isStop,
      groupStarts: trie.groups.starts,
      groupNumbers: trie.groups.numbers,
      hasNext: trie.hasNext,
      steps: trie.steps,
      targets: trie.targets,
      classStarts: book.classes.starts,
      classPatterns: book.classes.numbers,
      firstStarts: book.first.starts,
      firstNodes: book.first.numbers,
      isPhrase: book.isPhrase,
      pairFilter: book.pairFilter,
      hitCounts: new Uint8Array(book.groups),
      hitPositions: new Int32Array(book.groups * HITS_PER_GROUP_MAX),
      hitTouched: new Uint16Array(book.groups + 1),
      savedHits: new Int32Array(book.groups * (HITS_PER_GROUP_MAX + 1)),
      wordHashes: words.hashes,
      wordRows: listRows(words, vectors.rows),
      unknownRows: vectors.unknownRows,
    },
  };
}

function padBytes(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

/** Puts the tables behind what has a fixed place, and tells the kernel where. */
function layTables(calls: KernelCalls, addresses: Record<string, Address>, book: PhraseBook, vectors: WordVectors): void {
  const { tables, numbers } = listTables(book, vectors);
  const { value: from } = addresses["TABLES"];
  const end = Object.values(tables).reduce((sum, { byteLength }) => sum + padBytes(byteLength), from);
  const { memory } = calls;
  memory.grow(Math.max(0, Math.ceil((end - memory.buffer.byteLength) / PAGE_BYTES)));
  const bytes = new Uint8Array(memory.buffer);
  const put = (table: Table | Float64Array, at: number): void =>
    bytes.set(new Uint8Array(table.buffer, table.byteOffset, table.byteLength), at);
  let at = from;
  for (const [name, table] of Object.entries(tables)) {
    put(table, at);
    addresses[name].value = at;
    at += padBytes(table.byteLength);
  }
  for (const [name, number] of Object.entries(numbers)) addresses[name].value = number;
  put(TRAITS, addresses["TRAITS"].value);
  put(Float64Array.from(vectors.shared), addresses["SHARED_GIST"].value);
}

/** The kernel's functions, and where what it exports lies in its memory. */
export interface StartedKernel {
  calls: KernelCalls;
  addressOf: (name: string) => number;
}

/** Makes a kernel of its own, with its own memory. */
export function startKernel(book: PhraseBook, vectors: WordVectors): StartedKernel {
  const exported = createInstance();
  const calls = exported as unknown as KernelCalls;
  const addresses = exported as unknown as Record<string, Address>;
  layTables(calls, addresses, book, vectors);
  return { calls, addressOf: (name) => addresses[name].value };
}
