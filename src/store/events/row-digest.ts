/**
 * The content version of a row: a hash of everything stored of a request but where it stood in the input. Among requests with the same id
 * the one with the greatest version survives, so that neither the order nor the number of duplicates can change a result.
 */
import type { XXHashAPI } from "xxhash-wasm";
import type { ColumnBuffer, LabelBuffer, ListBuffer, NumberBuffer, StringBuffer, WideBuffer } from "./column-buffers.js";
import type { RequestColumnName } from "./request-columns.js";

/** Columns that say where a request stood, or follow from others, and are left out. */
const LEFT_OUT: ReadonlySet<RequestColumnName> = new Set<RequestColumnName>([
  "request_id",
  "request_key",
  "account_id",
  "content_version",
  "source_key",
  "source_offset",
  "source_line",
]);

/** Words that a row has room for at first; rows with many reasoning handles or long identifiers get more. */
const FIRST_WORDS = 512;

/**
 * Makes the function that hashes row `row`. It must be called for every row, right after the row's values were put: a row's string lies
 * between the column's end then and its end at the row before.
 */
export function makeRowDigest(options: { columns: Record<RequestColumnName, ColumnBuffer>; hasher: XXHashAPI }): (row: number) => bigint {
  const { hasher } = options;
  const buffers = Object.entries(options.columns)
    .filter(([name]) => !LEFT_OUT.has(name as RequestColumnName))
    .map(([, buffer]) => buffer);
  const numbers = buffers.filter((buffer): buffer is NumberBuffer => buffer.kind === "number");
  const wides = buffers.filter((buffer): buffer is WideBuffer => buffer.kind === "wide");
  const strings = buffers.filter((buffer): buffer is StringBuffer => buffer.kind === "string");
  const labels = buffers.filter((buffer): buffer is LabelBuffer => buffer.kind === "label");
  const lists = buffers.filter((buffer): buffer is ListBuffer => buffer.kind === "list");
  const fixedWords = numbers.length + wides.length * 2 + labels.length * 2;
  const stringStarts = new Uint32Array(strings.length);
  let words = new Uint32Array(FIRST_WORDS);
  let bytes = new Uint8Array(words.buffer);

  /** Words that the row takes at most. */
  function measureRow(row: number): number {
    let size = fixedWords;
    for (let i = 0; i < strings.length; i++) size += 1 + Math.ceil(((strings[i]?.size ?? 0) - (stringStarts[i] ?? 0)) / 4);
    for (const list of lists) size += 1 + countWords(list, row);
    return size;
  }

  function copyStrings(from: number): number {
    let at = from;
    for (let i = 0; i < strings.length; i++) {
      const column = strings[i];
      if (column === undefined) continue;
      const start = stringStarts[i] ?? 0;
      const length = column.size - start;
      words[at++] = length;
      // The last word of a string may have bytes of an earlier row behind it.
      words[at + (length >>> 2)] = 0;
      const to = at * 4;
      for (let j = 0; j < length; j++) bytes[to + j] = column.bytes[start + j] ?? 0;
      stringStarts[i] = column.size;
      at += (length + 3) >>> 2;
    }
    return at;
  }

  return (row) => {
    if (row === 0) stringStarts.fill(0);
    const size = measureRow(row);
    if (size >= words.length) {
      words = new Uint32Array(size * 2);
      bytes = new Uint8Array(words.buffer);
    }
    let at = 0;
    for (const column of numbers) words[at++] = column.values[row] ?? 0;
    for (const column of wides) {
      words[at++] = column.halves[row * 2] ?? 0;
      words[at++] = column.halves[row * 2 + 1] ?? 0;
    }
    for (const column of labels) {
      const position = (column.indices[row] ?? 0) * 2;
      words[at++] = column.hashHalves[position] ?? 0;
      words[at++] = column.hashHalves[position + 1] ?? 0;
    }
    for (const list of lists) {
      const count = countWords(list, row);
      words[at++] = count;
      for (let i = list.size - count; i < list.size; i++) words[at++] = list.words[i] ?? 0;
    }
    at = copyStrings(at);
    return hasher.h64Raw(bytes.subarray(0, at * 4));
  };
}

/** Words of the newest row, which is `row`. */
function countWords(list: ListBuffer, row: number): number {
  const start = row === 0 ? 0 : (list.ends[row - 1] ?? 0) * list.wordsPerEntry;
  return list.size - start;
}
