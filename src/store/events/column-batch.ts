/** Takes columns out of batches with their type, and joins batches. A wrong name or type is a programming error and throws. */
import type { ArrayColumn, BigColumn, Column, ColumnBatch, NumberColumn } from "./native-reader.js";

function takeColumn(batch: ColumnBatch, name: string): Column {
  const column = batch.columns.get(name);
  if (!column) throw new Error(`No column ${name}; there are ${[...batch.columns.keys()].join(", ")}.`);
  return column;
}

function isBig(column: Column): column is BigColumn {
  return column instanceof BigUint64Array || column instanceof BigInt64Array;
}

/** A column of numbers up to 32 bits or floats. */
export function takeNumbers(batch: ColumnBatch, name: string): NumberColumn {
  const column = takeColumn(batch, name);
  if (!ArrayBuffer.isView(column) || isBig(column)) throw new Error(`Column ${name} holds no small numbers.`);
  return column;
}

/** A column of `UInt64` keys. */
export function takeKeys(batch: ColumnBatch, name: string): BigUint64Array<ArrayBuffer> {
  const column = takeColumn(batch, name);
  if (!(column instanceof BigUint64Array)) throw new Error(`Column ${name} holds no 64-bit keys.`);
  return column;
}

/** A column of 64-bit integers as floats, exact below 2^53: for times and counts, never for keys. */
export function takeQuantities(batch: ColumnBatch, name: string): Float64Array<ArrayBuffer> {
  const column = takeColumn(batch, name);
  if (!ArrayBuffer.isView(column)) throw new Error(`Column ${name} holds no numbers.`);
  return isBig(column) ? Float64Array.from(column, Number) : Float64Array.from(column);
}

/** A column of strings. */
export function takeStrings(batch: ColumnBatch, name: string): string[] {
  const column = takeColumn(batch, name);
  if (!Array.isArray(column)) throw new Error(`Column ${name} holds no strings.`);
  return column;
}

/** A column of arrays. */
export function takeArrays(batch: ColumnBatch, name: string): ArrayColumn {
  const column = takeColumn(batch, name);
  if (ArrayBuffer.isView(column) || Array.isArray(column) || column.kind !== "array") throw new Error(`Column ${name} holds no arrays.`);
  return column;
}

/** Puts batches of the same query one after the other. An answer without rows carries no columns. */
export function joinBatches(batches: readonly ColumnBatch[]): ColumnBatch {
  const first = batches[0];
  if (!first || batches.length === 1) return first ?? { rows: 0, columns: new Map() };
  const columns = new Map<string, Column>();
  for (const name of first.columns.keys()) columns.set(name, joinColumns(batches.map((batch) => takeColumn(batch, name))));
  return { rows: batches.reduce((sum, batch) => sum + batch.rows, 0), columns };
}

function joinColumns(parts: Column[]): Column {
  const first = parts[0];
  if (first === undefined) throw new Error("There is nothing to join.");
  if (Array.isArray(first)) return (parts as string[][]).flat();
  if (ArrayBuffer.isView(first)) return joinTyped(parts as NumberColumn[]);
  if (first.kind === "array") return joinArrays(parts as ArrayColumn[]);
  if (first.kind === "fixed") {
    return { ...first, bytes: joinTyped((parts as (typeof first)[]).map((part) => part.bytes)) as Uint8Array<ArrayBuffer> };
  }
  const nullable = parts as (typeof first)[];
  return {
    kind: "nullable",
    isNull: joinTyped(nullable.map((part) => part.isNull)) as Uint8Array<ArrayBuffer>,
    values: joinColumns(nullable.map((part) => part.values)),
  };
}

function joinTyped(parts: NumberColumn[]): NumberColumn {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const Kind = parts[0]?.constructor as Uint8ArrayConstructor;
  const joined = new Kind(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function joinArrays(parts: ArrayColumn[]): ArrayColumn {
  const rows = parts.reduce((sum, part) => sum + part.offsets.length - 1, 0);
  const offsets = new Uint32Array(rows + 1);
  let row = 0;
  let base = 0;
  for (const part of parts) {
    const partRows = part.offsets.length - 1;
    for (let i = 1; i <= partRows; i++) offsets[row + i] = base + (part.offsets[i] ?? 0);
    row += partRows;
    base += part.offsets[partRows] ?? 0;
  }
  return { kind: "array", offsets, values: joinColumns(parts.map((part) => part.values)) };
}
