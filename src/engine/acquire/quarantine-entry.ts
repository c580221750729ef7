/** Entries of the quarantine: a problem with its place and the key of its line. */
import type { XXHashAPI } from "xxhash-wasm";
import type { Problem } from "../../vocabulary/errors.js";
import type { QuarantineEntry } from "../../vocabulary/quarantine.js";

/** Hash of a line; `reading` tells apart the records of one line, so that two damaged records of a batch are two. */
export function hashLine(xxhash: XXHashAPI, bytes: Uint8Array, reading: number): string {
  return formatHash(xxhash.h64Raw(bytes, BigInt(reading)));
}

export function formatHash(hash: bigint): string {
  return hash.toString(16).padStart(16, "0");
}

/** A problem with its place, as it goes to quarantine. */
export function describeEntry(
  problem: Problem,
  place: { file: string; line: number; column?: number | undefined; lineKey: string },
): QuarantineEntry {
  const { file, line, lineKey } = place;
  const column = place.column ?? problem.place?.column;
  const { code, what, why, fix } = problem;
  return column === undefined || column < 1
    ? { file, line, code, what, why, fix, lineKey }
    : { file, line, column, code, what, why, fix, lineKey };
}
