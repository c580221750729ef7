/** Parquet files, read with hyparquet: nested structs become objects, 64-bit integers numbers, timestamps RFC 3339 text. */
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, type AsyncBuffer, type FileMetaData } from "hyparquet";
import { compressors } from "hyparquet-compressors";

/** Reading one file row range by row range re-uses its index. One entry: ranges of a file come one after another. */
let opened: { path: string; file: AsyncBuffer; metadata: FileMetaData } | null = null;

async function openParquet(path: string): Promise<{ file: AsyncBuffer; metadata: FileMetaData }> {
  if (opened?.path === path) return opened;
  const file = await asyncBufferFromFile(path);
  opened = { path, file, metadata: await parquetMetadataAsync(file) };
  return opened;
}

/** Rows of the file. Throws when it is no whole Parquet file. */
export async function countParquetRows(path: string): Promise<number> {
  const { metadata } = await openParquet(path);
  return Number(metadata.num_rows);
}

/** Rows `from` (counted from 0) to `to` (exclusive) as plain JSON values. Throws on damage. */
export async function readParquetRows(path: string, from: number, to: number): Promise<Record<string, unknown>[]> {
  const { file, metadata } = await openParquet(path);
  const rows = await parquetReadObjects({ file, metadata, rowStart: from, rowEnd: to, compressors, utf8: true });
  return rows.map((row) => makePlain(row) as Record<string, unknown>);
}

function makePlain(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "object" || value === null) return value ?? undefined;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  if (Array.isArray(value)) return value.map(makePlain);
  if (ArrayBuffer.isView(value)) return Array.from(value as Uint8Array);
  const plain: Record<string, unknown> = {};
  // Parquet has columns for every field of every row: null means that the row does not have it.
  for (const [key, inner] of Object.entries(value)) if (inner !== null && inner !== undefined) plain[key] = makePlain(inner);
  return plain;
}
