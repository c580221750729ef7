/** The reading of request logs as a whole: files → chunks → workers → store, in bounded memory and resumable. */
import createXxhash, { type XXHashAPI } from "xxhash-wasm";
import type { Hash64 } from "../../vocabulary/feature.js";
import type { QuarantineEntry } from "../../vocabulary/quarantine.js";
import type { SourceFormat } from "../../vocabulary/source-format.js";
import { type AssemblyLine, createAssemblyLine } from "./assembly-line.js";
import { type BufferPool, createBufferPool } from "./buffer-pool.js";
import type { ChunkResult, ChunkTask } from "./chunk.js";
import { type InputFile, listInputFiles } from "./input-files.js";
import { BATCH_CHUNKS_MAX, BATCH_ENTRIES, CHUNK_BYTES, LAST_BATCH_ENTRIES } from "./limits.js";
import { type OpenFile, openInputFile, type PlannedChunk } from "./plan-chunks.js";
import type { ReaderPool } from "./reader-pool.js";
import { formatHash } from "./quarantine-entry.js";

/** Where rows go. The store's ledger makes it exactly once: a token that is done is never handed over again. */
export interface ChunkSink {
  /** True when a chunk with this token was stored by an earlier run on the same data folder. */
  isDone(token: string): boolean | Promise<boolean>;
  /**
   * Stores rows, quarantine and tokens of several chunks; tokens last, so that what is cut short is read again. Called in the order of the
   * input, one call at a time. Which chunks come together depends on timing alone and must not matter.
   */
  insertChunks(chunks: readonly FinishedChunk[]): Promise<void>;
}

/** A chunk that was read. */
export interface FinishedChunk {
  /** Says what was read and by which version: the same token, the same rows. */
  token: string;
  file: string;
  sourceKey: Hash64;
  /** Bytes of the uncompressed content: from, to (exclusive). */
  fromOffset: number;
  toOffset: number;
  lines: number;
  rows: number;
  /** Event time of each row, milliseconds since the Unix epoch. */
  times: Float64Array;
  /** Rows in the store's own form (ClickHouse Native), null when there are none. */
  block: Uint8Array | null;
  quarantine: QuarantineEntry[];
}

/** How far reading has come. Bytes are of the files as stored. */
export interface AcquireProgress {
  readBytes: number;
  totalBytes: number;
  rows: number;
  quarantined: number;
}

/** What to read, with what, and where to put it. */
export interface AcquireOptions {
  /** Files, folders, globs. */
  inputs: readonly string[];
  /** `auto`, or the name of one of `formats`. */
  format: string;
  /** All formats, the native one first. */
  formats: readonly SourceFormat[];
  /** True when the files are known to be plain lines: then nothing in them, which others wrote, decides how they are cut. */
  isPlainLines?: boolean;
  isMetadataOnly: boolean;
  pool: ReaderPool;
  sink: ChunkSink;
  signal?: AbortSignal;
  onProgress?: (progress: AcquireProgress) => void;
  /** Smaller in tests. */
  chunkBytes?: number;
  /** Chunks that are read ahead of what is stored; three for each reader where this is not set. */
  readAheadChunks?: number;
  /** Memory for chunks, where it outlives one call: who calls every second would else take it anew every second. */
  buffers?: BufferPool;
}

/** One file that was read. */
export interface AcquiredSource {
  /** As the caller named it. */
  file: string;
  path: string;
  sourceKey: Hash64;
  format: string;
  bytes: number;
  modifiedMs: number;
}

/** What was read in this run. Duplicates are the store's to count: it knows the ids. */
export interface AcquireResult {
  sources: AcquiredSource[];
  /** Rows handed to the store, duplicates included. */
  rows: number;
  /** Lines (records, Parquet rows) looked at. */
  lines: number;
  /** Quarantine entries, repeated ones included; distinct damaged lines are distinct `lineKey`s. */
  quarantined: number;
  /** Chunks that an earlier run had stored already. */
  skippedChunks: number;
}

/**
 * Reads all inputs. Damaged lines and files become quarantine entries and stop nothing.
 *
 * @throws StillwatchError SW1101, SW1102, SW1103 (exit 2) when an input does not exist or nothing can be read at all; the signal's reason when
 *   interrupted, after the chunk in hand is stored.
 */
export async function acquire(options: AcquireOptions): Promise<AcquireResult> {
  const xxhash = await createXxhash();
  const files = await listInputFiles(options.inputs);
  const run = createRun(options, xxhash, files);
  const { formats, format, isPlainLines = false, chunkBytes = CHUNK_BYTES } = options;
  try {
    for (const input of files) {
      const { file } = input;
      const opened = await openInputFile(input, {
        file,
        xxhash,
        formats,
        format,
        isPlainLines,
        takeBuffer: (size) => run.buffers.take(size),
        chunkBytes,
      });
      try {
        await readFile(run, input, opened);
      } finally {
        await opened.close();
      }
    }
    run.isAllHandedOut = true;
  } finally {
    // What is finished is kept: an interrupted run resumes behind it.
    await run.line.settle();
    if (!run.line.hasFailed()) await storeBatch(run);
  }
  run.line.assertGoing();
  run.readBytes = run.totalBytes;
  report(run);
  return { ...run.totals, sources: run.sources };
}

/** State of one run. */
interface AcquireRun {
  options: AcquireOptions;
  xxhash: XXHashAPI;
  sources: AcquiredSource[];
  totals: Omit<AcquireResult, "sources">;
  buffers: BufferPool;
  line: AssemblyLine;
  /** Whether readers have all there is. */
  isAllHandedOut: boolean;
  /** Read, in order, and not yet stored. */
  batch: FinishedChunk[];
  totalBytes: number;
  readBytes: number;
}

function createRun(options: AcquireOptions, xxhash: XXHashAPI, files: readonly InputFile[]): AcquireRun {
  const chunkBytes = options.chunkBytes ?? CHUNK_BYTES;
  // One chunk in each worker, two waiting for it while the store takes a batch, one on its way to the store.
  const inFlightMax = options.readAheadChunks ?? options.pool.size * 3 + 1;
  return {
    options,
    xxhash,
    sources: [],
    totals: { rows: 0, lines: 0, quarantined: 0, skippedChunks: 0 },
    buffers: options.buffers ?? createBufferPool({ chunkBytes, keptMax: inFlightMax + 1 }),
    line: createAssemblyLine(inFlightMax, options.signal),
    isAllHandedOut: false,
    batch: [],
    totalBytes: files.reduce((sum, input) => sum + input.bytes, 0),
    readBytes: 0,
  };
}

async function readFile(run: AcquireRun, input: InputFile, opened: OpenFile): Promise<void> {
  const { options, xxhash, buffers } = run;
  const { file, path, bytes, modifiedMs } = input;
  const sourceKey = hashPath(xxhash, path);
  const readBefore = run.sources.reduce((sum, source) => sum + source.bytes, 0);
  run.sources.push({ file, path, sourceKey, format: opened.format, bytes, modifiedMs });
  for await (const planned of opened.chunks) {
    run.readBytes = readBefore + opened.consumedBytes();
    const token = formatToken(run, { path, format: opened.format, planned });
    if (await options.sink.isDone(token)) {
      run.totals.skippedChunks++;
      buffers.give(planned.body.buffer);
      continue;
    }
    await run.line.waitForSlot();
    const task: ChunkTask = { file, sourceKey, format: opened.format, isMetadataOnly: options.isMetadataOnly, body: planned.body };
    const result = options.pool.read(task);
    run.line.push(result, (finished) => collectChunk(run, { task, planned, token, result: finished }));
  }
}

/** A chunk that a worker is done with. */
interface ReadChunk {
  task: ChunkTask;
  planned: PlannedChunk;
  token: string;
  result: ChunkResult;
}

async function collectChunk(run: AcquireRun, { task, planned, token, result }: ReadChunk): Promise<void> {
  run.buffers.give(result.buffer);
  const { totals } = run;
  const { file, sourceKey } = task;
  const { fromOffset, toOffset } = planned;
  const { block, rows, times } = result;
  const quarantine = [...result.quarantine, ...planned.damage];
  // A line that was skipped or cut off never reached the worker.
  const lines = result.lines + planned.damage.length;
  run.batch.push({ token, file, sourceKey, fromOffset, toOffset, lines, rows, times, block, quarantine });
  totals.rows += rows;
  totals.lines += lines;
  totals.quarantined += quarantine.length;
  report(run);
  const entries = run.batch.reduce((sum, chunk) => sum + chunk.rows + chunk.quarantine.length, 0);
  const entriesMin = run.isAllHandedOut ? LAST_BATCH_ENTRIES : BATCH_ENTRIES;
  if (entries >= entriesMin || run.batch.length >= BATCH_CHUNKS_MAX) await storeBatch(run);
}

async function storeBatch(run: AcquireRun): Promise<void> {
  const chunks = run.batch;
  run.batch = [];
  if (chunks.length > 0) await run.options.sink.insertChunks(chunks);
}

function report({ options, totals, readBytes, totalBytes }: AcquireRun): void {
  options.onProgress?.({ readBytes, totalBytes, rows: totals.rows, quarantined: totals.quarantined });
}

function formatToken(run: AcquireRun, chunk: { path: string; format: string; planned: PlannedChunk }): string {
  const { path, format, planned } = chunk;
  const what = [path, format, run.options.isMetadataOnly, planned.fromOffset, planned.identity].join("\u0000");
  return formatHash(run.xxhash.h64(what));
}

/** The key of a file in `RecordOrigin`. */
export function hashPath(xxhash: XXHashAPI, path: string): Hash64 {
  const hash = xxhash.h64(path);
  return [Number(hash >> 32n), Number(hash & 0xffffffffn)];
}
