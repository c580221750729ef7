/** Chunks into the store, exactly once: rows, quarantine and ledger entry carry the chunk's token, and the ledger entry is written last. */
import type { EventStore } from "../../store/events/store.js";
import type { ChunkSink } from "./acquire.js";

/** Opens a sink on the store's ledger: chunks that stand there are not asked for again. */
export async function openStoreSink(store: EventStore): Promise<ChunkSink> {
  const done = new Set((await store.rows<{ token: string }>("SELECT token FROM ingested_chunks FINAL")).map((row) => row.token));
  return {
    isDone: (token) => done.has(token),
    async insertChunk({ token, file, sourceKey, fromOffset, toOffset, lines, rows, block, quarantine }) {
      if (block) await store.insertBlock({ table: "request_events", token, block });
      if (quarantine.length > 0) {
        await store.insertRows({
          table: "quarantine",
          token,
          rows: quarantine.map((entry) => ({
            line_key: BigInt(`0x${entry.lineKey}`),
            source: entry.file,
            line: entry.line,
            column: entry.column ?? 0,
            code: entry.code,
            what: entry.what,
            why: entry.why,
            fix: entry.fix,
          })),
        });
      }
      const source_key = (BigInt(sourceKey[0]) << 32n) | BigInt(sourceKey[1]);
      const row = {
        token,
        source: file,
        source_key,
        from_offset: fromOffset,
        to_offset: toOffset,
        lines,
        rows,
        quarantined: quarantine.length,
      };
      await store.insertRows({ table: "ingested_chunks", token, rows: [row] });
      done.add(token);
    },
  };
}

/** Distinct damaged lines and repeats of them. A repeated damaged line is a duplicate, so that reading a file twice changes duplicates only. */
export async function countQuarantined(store: EventStore): Promise<{ distinct: number; repeated: number }> {
  const [row] = await store.rows<{ distinct: string; entries: string }>(
    "SELECT uniqExact(line_key) AS distinct, (SELECT sum(quarantined) FROM ingested_chunks FINAL) AS entries FROM quarantine",
  );
  const distinct = Number(row?.distinct ?? 0);
  return { distinct, repeated: Math.max(0, Number(row?.entries ?? 0) - distinct) };
}
