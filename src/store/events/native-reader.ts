/**
 * Reads ClickHouse's Native format: blocks of columns, each column's values side by side in little-endian order, which become typed arrays
 * without a parse per row. Format: https://clickhouse.com/docs/interfaces/formats/Native
 */
import { openByteReader, type ByteReader, type ByteChunks } from "./byte-reader.js";

/** Columns of numbers up to 32 bits, and floats. */
export type NumberColumn =
  | Uint8Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>;

/** Columns of 64-bit integers. */
export type BigColumn = BigUint64Array<ArrayBuffer> | BigInt64Array<ArrayBuffer>;

/** `Array(T)`: row `i` holds `values[offsets[i]] … values[offsets[i + 1] - 1]`; `offsets` has one entry more than there are rows. */
export interface ArrayColumn {
  kind: "array";
  offsets: Uint32Array<ArrayBuffer>;
  values: Column;
}

/** `Nullable(T)`: `isNull[i]` is 1 where `values[i]` says nothing. */
export interface NullableColumn {
  kind: "nullable";
  isNull: Uint8Array<ArrayBuffer>;
  values: Column;
}

/** `FixedString(width)`: row `i` holds `bytes[i * width] … bytes[(i + 1) * width - 1]`. */
export interface FixedStringColumn {
  kind: "fixed";
  width: number;
  bytes: Uint8Array<ArrayBuffer>;
}

/** Values of one column of one batch. */
export type Column = NumberColumn | BigColumn | string[] | ArrayColumn | NullableColumn | FixedStringColumn;

/** Rows side by side, as the engine sent them. Helpers to take columns out with their type: `column-batch.ts`. */
export interface ColumnBatch {
  rows: number;
  columns: Map<string, Column>;
}

type TypedArrayConstructor = new (buffer: ArrayBuffer) => NumberColumn | BigColumn;

const FIXED_TYPES: ReadonlyMap<string, { width: number; make: TypedArrayConstructor }> = new Map([
  ["UInt8", { width: 1, make: Uint8Array }],
  ["Bool", { width: 1, make: Uint8Array }],
  ["UInt16", { width: 2, make: Uint16Array }],
  ["UInt32", { width: 4, make: Uint32Array }],
  ["UInt64", { width: 8, make: BigUint64Array }],
  ["Int8", { width: 1, make: Int8Array }],
  ["Int16", { width: 2, make: Int16Array }],
  ["Int32", { width: 4, make: Int32Array }],
  ["Int64", { width: 8, make: BigInt64Array }],
  ["Float32", { width: 4, make: Float32Array }],
  ["Float64", { width: 8, make: Float64Array }],
]);

/** Blocks of a Native stream, in order; empty blocks are passed over. Throws an `Error` when the stream ends inside a block. */
export async function* readNativeBlocks(source: ByteChunks): AsyncGenerator<ColumnBatch> {
  const reader = openByteReader(source);
  try {
    while (!(await reader.isAtEnd())) {
      const columnCount = await reader.readVarint();
      const rows = await reader.readVarint();
      const columns = new Map<string, Column>();
      for (let i = 0; i < columnCount; i++) {
        const name = await reader.readString();
        const type = await reader.readString();
        // Dictionary-encoded columns begin with the version of their encoding, even when they stand inside an array.
        if (rows > 0 && type.includes("LowCardinality(")) await reader.copyBytes(8);
        columns.set(name, await readColumn({ reader, type, rows }));
      }
      if (rows > 0) yield { rows, columns };
    }
  } finally {
    await reader.stop();
  }
}

async function readColumn({ reader, type, rows }: { reader: ByteReader; type: string; rows: number }): Promise<Column> {
  const fixed = FIXED_TYPES.get(type);
  if (fixed) return new fixed.make((await reader.copyBytes(rows * fixed.width)).buffer);
  if (type === "String") return reader.readStrings(rows);
  const [wrapper, inner] = unwrapType(type);
  if (wrapper === "Array") return readArray({ reader, type: inner, rows });
  if (wrapper === "Nullable") {
    return { kind: "nullable", isNull: await reader.copyBytes(rows), values: await readColumn({ reader, type: inner, rows }) };
  }
  if (wrapper === "LowCardinality") return readLabels({ reader, type: inner, rows });
  if (wrapper === "SimpleAggregateFunction") return readColumn({ reader, type: inner.slice(inner.indexOf(",") + 1).trim(), rows });
  if (wrapper === "FixedString") return { kind: "fixed", width: Number(inner), bytes: await reader.copyBytes(rows * Number(inner)) };
  throw new Error(`The event store does not read columns of type ${type}: cast the expression to a plain type in the query.`);
}

async function readArray({ reader, type, rows }: { reader: ByteReader; type: string; rows: number }): Promise<ArrayColumn> {
  const ends = new BigUint64Array((await reader.copyBytes(rows * 8)).buffer);
  const offsets = new Uint32Array(rows + 1);
  for (let i = 0; i < rows; i++) offsets[i + 1] = Number(ends[i]);
  return { kind: "array", offsets, values: await readColumn({ reader, type, rows: offsets[rows] ?? 0 }) };
}

/** Low byte of a dictionary column's header: the type of its positions. */
const LABEL_POSITION_TYPES = ["UInt8", "UInt16", "UInt32", "UInt64"] as const;

/** Rows with the same label share one JavaScript string. */
async function readLabels({ reader, type, rows }: { reader: ByteReader; type: string; rows: number }): Promise<Column> {
  if (rows === 0) return readColumn({ reader, type, rows });
  const [header, entryCount] = new BigUint64Array((await reader.copyBytes(16)).buffer);
  const entries = await readColumn({ reader, type, rows: Number(entryCount) });
  if (!Array.isArray(entries))
    throw new Error(`The event store reads dictionaries of strings only, not of ${type}: cast the expression in the query.`);
  await reader.copyBytes(8);
  const positionType = LABEL_POSITION_TYPES[Number(header ?? 0n) & 0xff] ?? "UInt64";
  const positions = (await readColumn({ reader, type: positionType, rows })) as NumberColumn | BigColumn;
  const labels: string[] = [];
  for (const position of positions) labels.push(entries[Number(position)] ?? "");
  return labels;
}

function unwrapType(type: string): [wrapper: string, inner: string] {
  const open = type.indexOf("(");
  return open < 0 ? [type, ""] : [type.slice(0, open), type.slice(open + 1, -1)];
}

/** A batch without rows but with all its columns, from `DESCRIBE`'s names and types. */
export async function makeEmptyBatch(described: readonly { name: string; type: string }[]): Promise<ColumnBatch> {
  const reader = openByteReader((async function* nothing() {})());
  const columns = new Map<string, Column>();
  for (const { name, type } of described) columns.set(name, await readColumn({ reader, type, rows: 0 }));
  return { rows: 0, columns };
}
