/** Segments of the journal into the store, exactly once. */
import { readFile, stat } from "node:fs/promises";
import createXxhash from "xxhash-wasm";
import {
  acquire,
  CHUNK_BYTES,
  createBufferPool,
  openStoreSink,
  type ChunkSink,
  type FinishedChunk,
  type ReaderPool,
} from "../../../engine/acquire/index.js";
import { hashPath } from "../../../engine/acquire/acquire.js";
import { sourceFormats } from "../../../integrations/index.js";
import { insertChecks } from "../../../store/events/request-checks.js";
import type { EventStore } from "../../../store/events/store.js";
import { type Problem, StillwatchError } from "../../../vocabulary/errors.js";
import { nameFault } from "../../fault-place.js";
import { CHECKS_FORMAT } from "../services.js";
import { keepOrigins } from "./quarantine-origins.js";
import type { Acquired, Segment } from "./messages.js";

/** Chunks of one batch that are read while a window keeps them from being stored: 11 MiB each, as bytes and as rows. With four batches, half a gigabyte at most. */
const READ_AHEAD_CHUNKS = 10;

/** What reading needs. */
export interface IntakeParts {
  store: EventStore;
  pool: ReaderPool;
  isMetadataOnly: boolean;
  /** Told of what failed and held nothing up. */
  onTrouble: (problem: Problem) => void;
}

/** What became of segments, and how to find their rows. */
export interface TakenIn extends Omit<Acquired, "late"> {
  /** `source_key` of the files that rows came from. */
  sourceKeys: bigint[];
}

/** Chunks that are stored together: rows, with their event times in milliseconds, and how many records were set aside. */
export interface Batch {
  rows: number;
  times: readonly Float64Array[];
  quarantined: number;
}

/** Stores what was read, in its turn: `store` does it. */
export type StoreInTurn = (batch: Batch, store: () => Promise<void>) => Promise<void>;

/** Takes segments in. Calls may overlap: one reads while another stores. */
export type Intake = (segments: readonly Segment[], storeInTurn: StoreInTurn) => Promise<TakenIn>;

/** Opens the way into the store. @throws StillwatchError SW1411 when it was filled with other settings. */
export async function openIntake({ store, pool, isMetadataOnly, onTrouble }: IntakeParts): Promise<Intake> {
  const sink: ChunkSink = await openStoreSink(store, { isMetadataOnly });
  const xxhash = await createXxhash();
  // Calls come by the second and each would leave its chunks to the collector, which nothing tells that there are megabytes behind them.
  const buffers = createBufferPool({ chunkBytes: CHUNK_BYTES, keptMax: READ_AHEAD_CHUNKS + 1 });
  return async (segments, storeInTurn) => {
    const turnSink: ChunkSink = {
      isDone: (token) => sink.isDone(token),
      async insertChunks(chunks) {
        await keepOrigins(store, chunks, (error) => onTrouble(describeLostOrigins(error)));
        await storeInTurn(describeBatch(chunks), () => sink.insertChunks(chunks));
      },
    };
    const taken: TakenIn = { rows: 0, quarantined: 0, sourceKeys: [] };
    for (const [format, paths] of await listPresent(segments)) {
      if (format === CHECKS_FORMAT) {
        for (const path of paths) await insertChecks(store, { token: path, lines: await readFile(path, "utf8") });
        continue;
      }
      const { rows, quarantined, sources } = await acquire({
        inputs: paths,
        format,
        formats: sourceFormats,
        isPlainLines: true,
        isMetadataOnly,
        pool,
        sink: turnSink,
        readAheadChunks: READ_AHEAD_CHUNKS,
        buffers,
      });
      taken.rows += rows;
      taken.quarantined += quarantined;
      for (const { path } of sources) {
        const [high, low] = hashPath(xxhash, path);
        taken.sourceKeys.push((BigInt(high) << 32n) | BigInt(low));
      }
    }
    return taken;
  };
}

function describeLostOrigins(error: unknown): Problem {
  return {
    code: "SW1950",
    what: `where records that were set aside came from could not be kept: ${error instanceof StillwatchError ? error.problem.what : nameFault(error)}`,
    why: "it only helps to find them; the records of these pieces of the journal are stored without it.",
    fix: "look at the lines before and behind this one; when it stays, report it.",
  };
}

function describeBatch(chunks: readonly FinishedChunk[]): Batch {
  let rows = 0;
  let quarantined = 0;
  for (const chunk of chunks) {
    rows += chunk.rows;
    quarantined += chunk.quarantine.length;
  }
  return { rows, quarantined, times: chunks.map(({ times }) => times) };
}

/** Paths by format. A segment that is gone was taken in, and the news of it lost with a process. */
async function listPresent(segments: readonly Segment[]): Promise<Map<string, string[]>> {
  const byFormat = new Map<string, string[]>();
  for (const { path, format } of segments) {
    const found = await stat(path).catch(() => null);
    if (found === null || found.size === 0) continue;
    const paths = byFormat.get(format);
    if (paths) paths.push(path);
    else byFormat.set(format, [path]);
  }
  return byFormat;
}
