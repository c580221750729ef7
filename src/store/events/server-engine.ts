/** A ClickHouse server or cluster over HTTP. */
import { Readable } from "node:stream";
import { ClickHouseLogLevel, createClient } from "@clickhouse/client";
import { listBlocks, quoteSql, type BlockInsert, type Engine, type QueryParameters } from "./engine.js";
import { REQUEST_COLUMNS } from "./request-columns.js";

/** Where the server is and who asks. */
export interface ServerAddress {
  /** `http://host:8123` or `https://…`; credentials may stand in the address or beside it. */
  url: string;
  /** Made when it is missing. Default: `stillwatch`. */
  database?: string;
  username?: string;
  password?: string;
}

/**
 * Longest a request may last, in milliseconds. The heaviest query of an analysis of 16.55 million requests takes seconds; ten minutes mean
 * that the server is gone, not slow.
 */
const REQUEST_TIMEOUT_MS = 600_000;

/** Time within which the server must accept the first connection, in milliseconds: a wrong address should be told at once. */
const FIRST_CONTACT_TIMEOUT_MS = 10_000;

/** Opens the engine at `address`. Throws the client's own errors; `store.ts` explains them. */
export async function openServerEngine(options: { address: ServerAddress; settings: Record<string, number> }): Promise<Engine> {
  const { address } = options;
  const database = address.database ?? "stillwatch";
  const connection = {
    url: stripPath(address.url),
    ...(address.username === undefined ? {} : { username: address.username }),
    ...(address.password === undefined ? {} : { password: address.password }),
    // Errors reach the person once, explained; the client would print them a second time, with the settings of the query.
    log: { level: ClickHouseLogLevel.OFF },
  };
  const founder = createClient({ ...connection, request_timeout: FIRST_CONTACT_TIMEOUT_MS });
  try {
    await founder.command({ query: `CREATE DATABASE IF NOT EXISTS \`${database.replaceAll("`", "\\`")}\`` });
  } finally {
    await founder.close();
  }
  const client = createClient({
    ...connection,
    database,
    request_timeout: REQUEST_TIMEOUT_MS,
    clickhouse_settings: {
      ...options.settings,
      // A block is inserted when the call returns, not when the server finds time.
      async_insert: 0,
      // An answer begins only when it is complete, so that an error in its middle is an error and not a broken block.
      wait_end_of_query: 1,
    },
  });

  async function insertBlock({ table, token, block }: BlockInsert): Promise<void> {
    const columns = table === "request_events" ? ` (${REQUEST_COLUMNS.map((column) => column.name).join(", ")})` : "";
    const result = await client.exec({
      query: `INSERT INTO ${table}${columns} SETTINGS insert_deduplication_token = ${quoteSql(token)} FORMAT Native`,
      values: Readable.from(
        listBlocks(block).map((each) => Buffer.from(each.buffer, each.byteOffset, each.byteLength)),
        { objectMode: false },
      ),
    });
    for await (const _chunk of result.stream) {
      // An insert answers nothing; reading to the end gives the connection back.
    }
  }

  async function* streamNative(sql: string, parameters: QueryParameters): AsyncGenerator<Uint8Array> {
    const result = await client.exec({ query: `${sql}\nFORMAT Native`, query_params: parameters });
    for await (const chunk of result.stream) yield chunk as Uint8Array;
  }

  return { kind: "server", place: hideCredentials(address.url), client, insertBlock, streamNative, close: () => client.close() };
}

/** The address as it may be shown. */
export function hideCredentials(url: string): string {
  try {
    const parsed = new URL(url);
    return `${parsed.protocol}//${parsed.host}`;
  } catch {
    // What cannot be parsed may hold a password anywhere.
    return "the given address";
  }
}

/** The client takes a path of the address for a database; ours is an option of its own. */
function stripPath(url: string): string {
  const parsed = new URL(url);
  parsed.pathname = "/";
  parsed.search = "";
  return parsed.href;
}
