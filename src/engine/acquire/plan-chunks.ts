/** One file as a sequence of chunks: opens it, finds out how it is stored, laid out and formatted, and cuts it. */
import { open } from "node:fs/promises";
import type { XXHashAPI } from "xxhash-wasm";
import type { Problem } from "../../vocabulary/errors.js";
import type { QuarantineEntry } from "../../vocabulary/quarantine.js";
import type { SourceFormat } from "../../vocabulary/source-format.js";
import { type ByteSource, detectStorage, MAGIC_BYTES, openByteSource, type Storage } from "./byte-source.js";
import type { ChunkTask } from "./chunk.js";
import { type CutChunk, cutLines } from "./cut-lines.js";
import { cutValues } from "./cut-values.js";
import type { InputFile } from "./input-files.js";
import { INGEST_VERSION, SNIFF_BYTES } from "./limits.js";
import { EMPTY_FILE, notText, unreadableFile } from "./problems.js";
import { describeEntry, formatHash } from "./quarantine-entry.js";
import { recogniseFormat, sniff } from "./sniff.js";

/** A chunk before it is read. */
export interface PlannedChunk {
  body: ChunkTask["body"];
  fromOffset: number;
  toOffset: number;
  /** Differs whenever the chunk's rows could: a hash of its bytes. */
  identity: string;
  /** What was found damaged outside of its records. */
  damage: QuarantineEntry[];
}

/** A file under way. */
export interface OpenFile {
  format: string;
  chunks: AsyncIterable<PlannedChunk>;
  /** Bytes of the stored file consumed so far. */
  consumedBytes(): number;
  close(): Promise<void>;
}

/** What opening a file needs. */
export interface OpenFileTools {
  file: string;
  xxhash: XXHashAPI;
  formats: readonly SourceFormat[];
  /** `auto` or a name. */
  format: string;
  /** Whatever the beginning looks like, it is lines and not compressed. */
  isPlainLines?: boolean;
  takeBuffer: (bytes: number) => ArrayBufferLike;
  chunkBytes?: number;
}

/** Opens a file. Never throws: a file that cannot be read is one chunk with one quarantine entry. */
export async function openInputFile(input: InputFile, tools: OpenFileTools): Promise<OpenFile> {
  const { file, xxhash } = tools;
  const refuse = (problem: Problem, content = ""): OpenFile => {
    // Equal files are duplicates of each other: the key is made of what they hold, not of where they lie.
    const entry = describeEntry(problem, { file, line: 1, lineKey: formatHash(xxhash.h64(`${problem.code}\u0000${content}`)) });
    return { format: pickFallback(tools), chunks: only(planEmpty(entry)), consumedBytes: () => input.bytes, close: async () => {} };
  };
  let source: ByteSource | null = null;
  try {
    const isPlain = tools.isPlainLines === true;
    if (isPlain && tools.format !== "auto" && input.bytes > 0) return await openPlainLines(input, tools);
    const storage = await readStorage(input.path);
    if (storage === null) return refuse(EMPTY_FILE);
    source = await openByteSource({ path: input.path, file, storage: isPlain ? "plain" : storage });
    const { head, isWhole } = await readHead(source);
    if (head.length === 0 && source.damage() === null) {
      await source.close();
      return refuse(EMPTY_FILE);
    }
    const sniffed = sniff(head, isWhole);
    if (sniffed.foreign !== null && !isPlain) {
      await source.close();
      return refuse(notText(sniffed.foreign), xxhash.h64Raw(head).toString(16));
    }
    const format = tools.format === "auto" ? recogniseFormat(sniffed.records, tools.formats) : tools.format;
    const replayed = replay(head, isWhole, source);
    const cut = isPlain || sniffed.layout === "lines" ? cutLines(replayed, tools) : cutValues(replayed, tools);
    const openedSource = source;
    return {
      format,
      chunks: planCuts(cut, xxhash),
      consumedBytes: () => openedSource.consumedBytes(),
      close: () => openedSource.close(),
    };
  } catch (error) {
    await source?.close().catch(() => {});
    return refuse(unreadableFile(file, error), input.path);
  }
}

/** Where nothing is to be found out, nothing is looked at: a segment of the journal is opened every second, and its beginning would be parsed for nothing. */
async function openPlainLines(input: InputFile, tools: OpenFileTools): Promise<OpenFile> {
  const source = await openByteSource({ path: input.path, file: tools.file, storage: "plain" });
  return {
    format: tools.format,
    chunks: planCuts(cutLines(source, tools), tools.xxhash),
    consumedBytes: () => source.consumedBytes(),
    close: () => source.close(),
  };
}

function pickFallback(tools: OpenFileTools): string {
  return tools.format === "auto" ? (tools.formats[0]?.name ?? "native") : tools.format;
}

/** How the file is stored, or null when it is empty. */
async function readStorage(path: string): Promise<Storage | null> {
  const handle = await open(path, "r");
  try {
    const head = new Uint8Array(MAGIC_BYTES);
    const { bytesRead } = await handle.read(head, 0, MAGIC_BYTES, 0);
    return bytesRead === 0 ? null : detectStorage(head.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}

async function readHead(source: ByteSource): Promise<{ head: Buffer; isWhole: boolean }> {
  const bytes = new Uint8Array(SNIFF_BYTES);
  let length = 0;
  while (length < SNIFF_BYTES) {
    const count = await source.read(bytes, length);
    if (count === 0) return { head: Buffer.from(bytes.subarray(0, length)), isWhole: true };
    length += count;
  }
  return { head: Buffer.from(bytes), isWhole: false };
}

/** The source with its head read once more. */
function replay(head: Buffer, isWhole: boolean, source: ByteSource): ByteSource {
  let replayed = 0;
  return {
    async read(target, at) {
      if (replayed < head.length) {
        const count = head.copy(target, at, replayed);
        replayed += count;
        return count;
      }
      return isWhole ? 0 : source.read(target, at);
    },
    consumedBytes: () => source.consumedBytes(),
    damage: () => source.damage(),
    close: () => source.close(),
  };
}

async function* planCuts(cuts: AsyncIterable<CutChunk>, xxhash: XXHashAPI): AsyncGenerator<PlannedChunk> {
  for await (const cut of cuts) {
    const { buffer, length, offset, line, spans, damage } = cut;
    const content = formatHash(xxhash.h64Raw(new Uint8Array(buffer, 0, length)));
    const identity = [INGEST_VERSION, content, line, ...damage.map((entry) => entry.lineKey)].join("-");
    const body: ChunkTask["body"] =
      spans === undefined ? { kind: "lines", buffer, length, offset, line } : { kind: "values", buffer, length, offset, spans };
    yield { body, fromOffset: offset, toOffset: offset + length, identity, damage };
  }
}

function planEmpty(entry: QuarantineEntry): PlannedChunk {
  const body = { kind: "lines", buffer: new ArrayBuffer(0), length: 0, offset: 0, line: 1 } as const;
  return { body, fromOffset: 0, toOffset: 0, identity: `${INGEST_VERSION}-${entry.lineKey}`, damage: [entry] };
}

async function* only<T>(value: T): AsyncGenerator<T> {
  yield value;
}
