/** Chunks into the store, exactly once: rows and quarantine first, the ledger last. */
import { createHash } from "node:crypto";
import type { EventStore, Row } from "../../store/events/store.js";
import type { QuarantineEntry } from "../../vocabulary/quarantine.js";
import type { ChunkSink, FinishedChunk } from "./acquire.js";
import { INGEST_VERSION } from "./limits.js";
import { otherSettings } from "./problems.js";

/** What decides, besides the bytes, which rows come of a record. */
export interface IngestSettings {
  isMetadataOnly: boolean;
}

/** Tokens held in memory, about 100 bytes each; where a store has more, as after months of live segments, the store is asked for each chunk. */
const TOKENS_HELD_MAX = 200_000;

/**
 * Opens a sink on the store's ledger: chunks that stand there are not asked for again.
 *
 * @throws StillwatchError SW1411 when the store holds requests that were read with other settings.
 */
export async function openStoreSink(
  store: EventStore,
  settings: IngestSettings,
  { tokensHeldMax = TOKENS_HELD_MAX }: { tokensHeldMax?: number } = {},
): Promise<ChunkSink> {
  await claimSettings(store, settings);
  const held = await store.rows<{ token: string }>(`SELECT token FROM ingested_chunks FINAL LIMIT ${tokensHeldMax + 1}`);
  const isAllHeld = held.length <= tokensHeldMax;
  const done = new Set(isAllHeld ? held.map(({ token }) => token) : []);
  const isStored = async (token: string): Promise<boolean> =>
    (await store.rows("SELECT token FROM ingested_chunks WHERE token = {token:String} LIMIT 1", { token })).length > 0;
  return {
    isDone: (token) => done.has(token) || (!isAllHeld && isStored(token)),
    async insertChunks(chunks) {
      // After a crash the same chunks may come in other company; rows and entries that are stored twice then replace each other.
      const token = createHash("sha256")
        .update(chunks.map((chunk) => chunk.token).join())
        .digest("hex");
      // Not put together here: tens of megabytes would be copied while the threads that read wait for this one.
      const blocks = chunks.flatMap(({ block }) => (block === null ? [] : [block]));
      if (blocks.length > 0) await store.insertBlock({ table: "request_events", token, block: blocks });
      const quarantined = chunks.flatMap(({ quarantine }) => quarantine.map(makeQuarantineRow));
      if (quarantined.length > 0) await store.insertRows({ table: "quarantine", token, rows: quarantined });
      await store.insertRows({ table: "ingested_chunks", token, rows: chunks.map(makeLedgerRow) });
      if (isAllHeld) for (const chunk of chunks) done.add(chunk.token);
    },
  };
}

/** Writes the settings into a new store, compares them with those of a used one. */
async function claimSettings(store: EventStore, { isMetadataOnly }: IngestSettings): Promise<void> {
  const wanted = { metadata_only: String(isMetadataOnly), ingest_version: String(INGEST_VERSION) };
  const rows = await store.rows<{ name: string; value: string }>("SELECT name, value FROM ingest_settings FINAL");
  const stored = new Map(rows.map(({ name, value }) => [name, value]));
  const [ledger] = await store.rows<{ chunks: number }>("SELECT toUInt32(count()) AS chunks FROM ingested_chunks");
  const isUsed = (ledger?.chunks ?? 0) > 0;
  for (const [name, value] of Object.entries(wanted)) {
    if (stored.get(name) === value) continue;
    // Until a chunk is stored there is nothing that a second reading could mix with.
    if (isUsed) throw otherSettings({ name, value, stored: stored.get(name) ?? "unknown" });
    await store.command("INSERT INTO ingest_settings (name, value) SELECT {name:String}, {value:String}", { name, value });
  }
}

function makeQuarantineRow({ lineKey, file, line, column, code, what, why, fix }: QuarantineEntry): Row {
  return { line_key: BigInt(`0x${lineKey}`), source: file, line, column: column ?? 0, code, what, why, fix };
}

function makeLedgerRow({ token, file, sourceKey, fromOffset, toOffset, lines, rows, quarantine }: FinishedChunk): Row {
  const source_key = (BigInt(sourceKey[0]) << 32n) | BigInt(sourceKey[1]);
  return { token, source: file, source_key, from_offset: fromOffset, to_offset: toOffset, lines, rows, quarantined: quarantine.length };
}

/** Distinct damaged lines and repeats of them. A repeated damaged line is a duplicate, so that reading a file twice changes duplicates only. */
export async function countQuarantined(store: EventStore): Promise<{ distinct: number; repeated: number }> {
  const [row] = await store.rows<{ distinct: string; entries: string }>(
    "SELECT uniqExact(line_key) AS distinct, (SELECT sum(quarantined) FROM ingested_chunks FINAL) AS entries FROM quarantine",
  );
  const distinct = Number(row?.distinct ?? 0);
  return { distinct, repeated: Math.max(0, Number(row?.entries ?? 0) - distinct) };
}
