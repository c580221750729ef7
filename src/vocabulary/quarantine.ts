/** Quarantine: what could not be read, one entry per occurrence, never with the text of the line. */

/** One line of `quarantine.ndjson`. */
export interface QuarantineEntry {
  /** The input file as the caller named it. */
  file: string;
  /** Counts from 1; for a file that is unusable as a whole, and for Parquet, the row. */
  line: number;
  /** Counts from 1 in characters; absent where nobody knows. */
  column?: number;
  code: string;
  what: string;
  why: string;
  fix: string;
  /**
   * 64-bit hash of the line, 16 hexadecimal digits. Entries that share it are one damaged line and its duplicates, so that the count of
   * damaged lines does not depend on how often they were read.
   */
  lineKey: string;
}
