/**
 * Identifiers.
 *
 * Keys are 64-bit hashes (xxHash64) of the identifiers that callers gave us; they are what the analysis joins on. JavaScript numbers cannot
 * hold them, so inside the process they travel as `bigint` or as positions in a sorted list, and on the wire as 16 hexadecimal digits.
 */

/** 64-bit hash of a caller's identifier. */
export type Key = bigint;

/** Writes a key as 16 lower-case hexadecimal digits, the form used in reports. */
export function formatKey(key: Key): string {
  return BigInt.asUintN(64, key).toString(16).padStart(16, "0");
}
