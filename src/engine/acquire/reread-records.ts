/** Reads single records again, after the analysis, to show what a family looks like. Nothing was kept of them but where they lie. */
import { open, stat, type FileHandle } from "node:fs/promises";
import createXxhash from "xxhash-wasm";
import type { AcquiredSource } from "./acquire.js";
import { LINE_BYTES_MAX } from "./limits.js";
import { openInputFile } from "./plan-chunks.js";
import { readRecords } from "./read-records.js";

/** Where a record lies: its source as `acquire` reported it, and the offset that its row carries. */
export interface RecordLocator {
  source: Pick<AcquiredSource, "file" | "path" | "bytes" | "modifiedMs">;
  offset: number;
}

/**
 * Reads records again, parsed, in the order of the locators. Plain NDJSON is read at the offset; compressed files, Parquet and documents
 * from their beginning, once per file.
 *
 * @returns null for a record whose file is gone, was changed since, or cannot be read any more.
 */
export async function rereadRecords(locators: readonly RecordLocator[]): Promise<unknown[]> {
  const records = new Map<RecordLocator, unknown>();
  const byPath = new Map<string, RecordLocator[]>();
  for (const locator of locators) byPath.set(locator.source.path, [...(byPath.get(locator.source.path) ?? []), locator]);
  for (const group of byPath.values()) {
    const first = group[0];
    // A record that cannot be shown is a missing illustration, not a failure of the analysis.
    if (await isUnchanged(first.source)) await readFromFile(group, records).catch(() => {});
  }
  return locators.map((locator) => records.get(locator) ?? null);
}

async function isUnchanged(source: RecordLocator["source"]): Promise<boolean> {
  const found = await stat(source.path).catch(() => null);
  return found !== null && found.size === source.bytes && Math.floor(found.mtimeMs) === source.modifiedMs;
}

async function readFromFile(group: readonly RecordLocator[], records: Map<RecordLocator, unknown>): Promise<void> {
  const { source } = group[0];
  const left: RecordLocator[] = [];
  const handle = await open(source.path, "r");
  try {
    for (const locator of group) {
      const record = await readPlainLine(handle, locator.offset);
      if (record === null) left.push(locator);
      else records.set(locator, record);
    }
  } finally {
    await handle.close();
  }
  if (left.length > 0) await readSequentially(left, records);
}

/** The line at an offset of a plain file, null where there is none: then the file is stored in another way. */
async function readPlainLine(handle: FileHandle, offset: number): Promise<unknown> {
  for (let bytes = 64 * 1024; bytes <= LINE_BYTES_MAX; bytes *= 4) {
    const buffer = Buffer.alloc(bytes);
    const { bytesRead } = await handle.read(buffer, 0, bytes, offset);
    const newline = buffer.subarray(0, bytesRead).indexOf(10);
    if (newline < 0 && bytesRead === bytes) continue;
    const text = buffer.toString("utf8", 0, newline < 0 ? bytesRead : newline).replace(/^\ufeff/, "");
    return text.startsWith("{") || text.startsWith("[") ? parseOrNull(text) : null;
  }
  return null;
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

async function readSequentially(group: readonly RecordLocator[], records: Map<RecordLocator, unknown>): Promise<void> {
  const { source } = group[0];
  const wanted = new Map<number, RecordLocator[]>();
  for (const locator of group) wanted.set(locator.offset, [...(wanted.get(locator.offset) ?? []), locator]);
  const last = Math.max(...wanted.keys());
  const xxhash = await createXxhash();
  const takeBuffer = (bytes: number): ArrayBuffer => new ArrayBuffer(bytes);
  const opened = await openInputFile(source, { file: source.file, xxhash, formats: [], format: "exemplar", takeBuffer });
  try {
    for await (const { body, fromOffset } of opened.chunks) {
      if (fromOffset > last) return;
      readRecords({ file: source.file, body }, xxhash, {
        damage: () => {},
        record: (record, { offset }) => wanted.get(offset)?.forEach((locator) => records.set(locator, record)),
      });
    }
  } finally {
    await opened.close();
  }
}
