/** Limits of reading. Everything is bounded, and every bound has its reason. */

const MIB = 1024 * 1024;

/** Bytes of text that one chunk holds before it is cut at the next record: large enough that handing it over costs nothing, small enough that a dozen in flight stay below 200 MiB. */
export const CHUNK_BYTES = 8 * MIB;
/** A longer line is not a request: the largest context windows on sale are a quarter of it. It is skipped without being held. */
export const LINE_BYTES_MAX = 16 * MIB;
/** One value of a whole-document file (an export may be one object). Parsing takes about five times this in memory, per worker. */
export const DOCUMENT_BYTES_MAX = 128 * MIB;
/** Bytes at the beginning of a file that decide how it is cut and which format it has. */
export const SNIFF_BYTES = 256 * 1024;
/** Records at the beginning of a file that `--format auto` asks the formats about. */
export const RECOGNISED_RECORDS_MAX = 50;
/** Arrays in arrays that are still batches: exporters wrap a page of batches, two deep. Deeper ones were made to break readers. */
export const BATCH_DEPTH_MAX = 8;
/** Open brackets at the beginning of a document up to which it is recognised; requests with tool schemas stay below 40. */
export const SNIFF_DEPTH_MAX = 1000;
/** Rows and quarantine entries that are stored together: an insert costs the engine the same for one row as for thousands. */
export const BATCH_ENTRIES = 50_000;
/**
 * The same when nothing more is left to read: the threads run out of work one after the other, and the engine should not begin with a whole batch when
 * they are done. Two chunks of usual requests.
 */
export const LAST_BATCH_ENTRIES = 10_000;
/** Chunks that are stored together, for folders of tiny files: what an interruption may have to read again. */
export const BATCH_CHUNKS_MAX = 500;
/** Input files of one run; a folder with more is better handed over as an archive or Parquet, and the ledger would outgrow the data. */
export const INPUT_FILES_MAX = 1_000_000;
/**
 * Distinct lines of one side file kept in memory. The largest published campaign network had 20,000 accounts, the largest crowd here is millions;
 * a `Map`, by which lines are told apart and accounts are found, ends at 16,777,216 entries.
 */
export const SIDE_FILE_LINES_MAX = 16_000_000;

/** Part of every chunk's token: raise it when the same bytes would become other rows, so that `--data-dir` reads them again. */
export const INGEST_VERSION = 10;
