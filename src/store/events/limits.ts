/** Limits of the event store's engine. Everything is bounded, and every bound has its reason. */

const MIB = 1024 * 1024;

/** Limits as ClickHouse settings take them, in bytes and counts. */
export interface EngineLimits {
  /** Threads per query. */
  threads: number;
  /** Bytes one query may hold. */
  memoryBytes: number;
}

/** What the engine may use when nobody says otherwise. */
export const DEFAULT_LIMITS: EngineLimits = {
  // 0 means one per core: queries run one after another, so each may have all of them.
  threads: 0,
  // The whole program has 4 GiB for 16.55 million requests; Node's side (graph, fingerprints, parsers) needs up to half of it.
  memoryBytes: 2048 * MIB,
};

/** A limit or fixed behaviour of the engine, with the reason. Applied to every query on either engine. */
export function listEngineSettings(limits: EngineLimits): Record<string, number> {
  const settings: Record<string, number> = {
    max_memory_usage: limits.memoryBytes,
    // At half of the memory, grouping and sorting go on in files on disk instead of failing: slow beats refused.
    max_bytes_before_external_group_by: Math.floor(limits.memoryBytes / 2),
    max_bytes_before_external_sort: Math.floor(limits.memoryBytes / 2),
    // Rows of a block: small enough that a block of the widest columns (about 600 bytes a row) stays under 40 MiB.
    max_block_size: 65_409,
    // 64-bit keys do not fit JavaScript numbers; quoted they survive JSON.
    output_format_json_quote_64bit_integers: 1,
    // Text that is no valid UTF-8 must never break a JSON answer.
    output_format_json_validate_utf8: 1,
  };
  if (limits.threads > 0) settings["max_threads"] = limits.threads;
  return settings;
}
