/**
 * What differs between the engine in the process (chDB) and a ClickHouse server: how a connection is made, how a block of bytes goes in and
 * how a large answer streams out. Everything else is one implementation over `@clickhouse/client`, in `store.ts`.
 */
import type { ClickHouseClient } from "@clickhouse/client";
import type { ByteChunks } from "./byte-reader.js";
import type { TableName } from "./schema.js";

/** Values for `{name:Type}` placeholders of a query. */
export type QueryParameters = Record<string, string | number | boolean | bigint | readonly (string | number | bigint)[]>;

/** Rows of one table in Native format. */
export interface BlockInsert {
  table: TableName;
  /** Names the content: a second insert with the same token changes nothing. */
  token: string;
  /** One block, or several that follow one another. */
  block: Uint8Array | readonly Uint8Array[];
}

/** The blocks of an insert, without empty ones. */
export function listBlocks(block: BlockInsert["block"]): Uint8Array[] {
  return (block instanceof Uint8Array ? [block] : [...block]).filter(({ length }) => length > 0);
}

/** One of the two engines. */
export interface Engine {
  kind: "embedded" | "server";
  /** The folder, or the address without credentials: for error messages. */
  place: string;
  client: ClickHouseClient;
  insertBlock(insert: BlockInsert): Promise<void>;
  /** Bytes of the answer in Native format; nothing is held beyond a block. */
  streamNative(sql: string, parameters: QueryParameters): ByteChunks;
  close(): Promise<void>;
}

/** Writes a string literal of ClickHouse SQL. */
export function quoteSql(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
