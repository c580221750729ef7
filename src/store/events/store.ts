/**
 * The event store: request events and what is computed from them where the data is. ClickHouse in the process by default, a server or
 * cluster with nothing else changed.
 */
import { Readable } from "node:stream";
import { joinBatches } from "./column-batch.js";
import { openEmbeddedEngine } from "./embedded-engine.js";
import { listBlocks, quoteSql, type BlockInsert, type Engine, type QueryParameters } from "./engine.js";
import { DEFAULT_LIMITS, listEngineSettings, type EngineLimits } from "./limits.js";
import { MIGRATIONS, runMigrations } from "./migrations.js";
import { makeEmptyBatch, readNativeBlocks, type ColumnBatch } from "./native-reader.js";
import type { TableName } from "./schema.js";
import { openServerEngine, type ServerAddress } from "./server-engine.js";
import { explainStoreError, requireServerVersion } from "./store-errors.js";

export type { QueryParameters } from "./engine.js";
export type { ColumnBatch } from "./native-reader.js";
export type { TableName } from "./schema.js";

/** Where the store is: a folder of this machine, or a server. */
export type EventStoreOptions = ({ path: string } | ServerAddress) & { limits?: Partial<EngineLimits> };

/** A row for `insertRows`: column → value, names as in the schema. `bigint` is allowed. */
export type Row = Record<string, unknown>;

/** The event store. All methods throw `StillwatchError` SW14xx. */
export interface EventStore {
  kind: "embedded" | "server";
  /** Inserts rows in Native format (see `request-block.ts`). Idempotent by token. The block may not change until the promise settles. */
  insertBlock(insert: BlockInsert): Promise<void>;
  /** Inserts a few thousand rows of a side table. Idempotent by token. */
  insertRows(insert: { table: TableName; token: string; rows: readonly Row[] }): Promise<void>;
  /** All rows of a small answer as objects. 64-bit integers (`count()`, keys) come as strings: cast in SQL where a number is wanted. */
  rows<T = Row>(sql: string, parameters?: QueryParameters): Promise<T[]>;
  /** A large answer as typed columns, batch by batch (about 65,000 rows each); memory stays bounded. */
  columns(sql: string, parameters?: QueryParameters): AsyncIterable<ColumnBatch>;
  /** A large answer as one batch. Columns are there even when no row is. */
  allColumns(sql: string, parameters?: QueryParameters): Promise<ColumnBatch>;
  /** A statement without an answer. */
  command(sql: string, parameters?: QueryParameters): Promise<void>;
  /** Waits for running inserts, then lets go of the folder or the connection. Calling it twice is harmless. */
  close(): Promise<void>;
}

/** Opens the store and brings its schema up to date. Throws SW1401 to SW1409, see `docs/errors.md`. */
export async function openEventStore(options: EventStoreOptions): Promise<EventStore> {
  const settings = listEngineSettings({ ...DEFAULT_LIMITS, ...options.limits });
  const place = "path" in options ? { kind: "embedded" as const, name: options.path } : { kind: "server" as const, name: options.url };
  let engine: Engine;
  try {
    engine =
      "path" in options
        ? await openEmbeddedEngine({ path: options.path, settings })
        : await openServerEngine({ address: options, settings });
  } catch (error) {
    throw explainStoreError({ error, place, during: "open" });
  }
  const store = makeStore(engine);
  try {
    if (engine.kind === "server") await requireServerVersion(store, engine.place);
    await runMigrations({ store, migrations: MIGRATIONS, place: engine.place });
  } catch (error) {
    await store.close().catch(() => undefined);
    throw error;
  }
  return store;
}

function makeStore(engine: Engine): EventStore {
  const place = { kind: engine.kind, name: engine.place };
  const running = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;

  /** Runs one call, explains its error, and lets `close` wait for it. */
  async function run<T>(call: () => Promise<T>): Promise<T> {
    if (closing) throw new Error("The event store is closed.");
    const promise = call().catch((error: unknown) => {
      throw explainStoreError({ error, place, during: "use" });
    });
    running.add(promise);
    try {
      return await promise;
    } finally {
      running.delete(promise);
    }
  }

  async function insertRows({ table, token, rows }: { table: TableName; token: string; rows: readonly Row[] }): Promise<void> {
    if (rows.length === 0) return;
    const body = rows.map((row) => JSON.stringify(row, (_, value: unknown) => makeStorable(value)));
    const query = `INSERT INTO ${table} SETTINGS insert_deduplication_token = ${quoteSql(token)} FORMAT JSONEachRow`;
    const result = await engine.client.exec({ query, values: Readable.from([body.join("\n")], { objectMode: false }) });
    for await (const _chunk of result.stream) {
      // An insert answers nothing; reading to the end gives the connection back.
    }
  }

  async function rows<T>(query: string, parameters: QueryParameters = {}): Promise<T[]> {
    const result = await engine.client.query({ query, query_params: parameters, format: "JSONEachRow" });
    return result.json<T>();
  }

  async function* columns(sql: string, parameters: QueryParameters = {}): AsyncGenerator<ColumnBatch> {
    if (closing) throw new Error("The event store is closed.");
    try {
      yield* readNativeBlocks(engine.streamNative(sql, parameters));
    } catch (error) {
      throw explainStoreError({ error, place, during: "use" });
    }
  }

  async function allColumns(sql: string, parameters: QueryParameters = {}): Promise<ColumnBatch> {
    const batches: ColumnBatch[] = [];
    for await (const batch of columns(sql, parameters)) batches.push(batch);
    if (batches.length > 0) return joinBatches(batches);
    const described = await rows<{ name: string; type: string }>(`DESCRIBE (${sql})`, parameters);
    return makeEmptyBatch(described);
  }

  async function close(): Promise<void> {
    closing ??= Promise.allSettled(running).then(() => engine.close());
    await closing;
  }

  return {
    kind: engine.kind,
    insertBlock: (insert) => run(async () => (listBlocks(insert.block).length > 0 ? engine.insertBlock(insert) : undefined)),
    insertRows: (insert) => run(() => insertRows(insert)),
    rows: (sql, parameters) => run(() => rows(sql, parameters)),
    columns,
    allColumns: (sql, parameters) => run(() => allColumns(sql, parameters)),
    command: (sql, parameters = {}) => run(async () => void (await engine.client.command({ query: sql, query_params: parameters }))),
    close,
  };
}

/** 64-bit integers as text, and text without halves of characters, which the engine's JSON refuses. */
function makeStorable(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  return typeof value === "string" && /[\ud800-\udfff]/.test(value) ? Buffer.from(value, "utf8").toString("utf8") : value;
}
