/** ClickHouse in this process (chDB), over one folder. One process may hold a folder, and a process may hold one folder at a time. */
import { createHash } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createClient, type ClickHouseClientConfigOptions } from "@clickhouse/client";
import { quoteSql, type BlockInsert, type Engine, type QueryParameters } from "./engine.js";
import { describeColumns, REQUEST_COLUMNS } from "./request-columns.js";

/** The parts of chDB that are used. Loaded on demand: its library has 500 MB, which a user of a server need not load. */
async function loadChdb() {
  const [{ createChdbConnection }, { Session, drainPending }] = await Promise.all([import("chdb/connection"), import("chdb")]);
  return { createChdbConnection, Session, drainPending };
}

/** Opens the engine on `path`, which is made when it is missing. Throws the engine's own errors; `store.ts` explains them. */
export async function openEmbeddedEngine(options: { path: string; settings: Record<string, number> }): Promise<Engine> {
  const folder = resolve(options.path);
  const databaseFolder = join(folder, "events");
  const incomingFolder = join(folder, "incoming");
  await mkdir(databaseFolder, { recursive: true });
  const { createChdbConnection, Session, drainPending } = await loadChdb();
  // The same interface, but from two copies of its package that differ in settings nobody uses here.
  const connection = createChdbConnection({ path: databaseFolder }) as unknown as ClickHouseClientConfigOptions["connection"];
  const client = createClient({ connection });
  // Blocks that a killed process left behind were either inserted or will be made again. Only the owner of the folder may clear them.
  await rm(incomingFolder, { recursive: true, force: true });
  await mkdir(incomingFolder, { recursive: true });
  const setUp = listSessionStatements(options.settings);
  for (const statement of setUp) await client.command({ query: statement });

  async function insertBlock({ table, token, block }: BlockInsert): Promise<void> {
    const file = join(incomingFolder, `${createHash("sha256").update(`${table}\n${token}`).digest("hex")}.native`);
    await writeFile(file, block);
    try {
      const structure = table === "request_events" ? `, ${quoteSql(describeColumns(REQUEST_COLUMNS))}` : "";
      await client.command({
        query: `INSERT INTO ${table} SETTINGS insert_deduplication_token = ${quoteSql(token)} SELECT * FROM file(${quoteSql(file)}, Native${structure})`,
      });
    } finally {
      await rm(file, { force: true });
    }
  }

  /** A session of its own, because the client's connection would hold the whole answer in memory. Sessions share the engine. */
  async function* streamNative(sql: string, parameters: QueryParameters): AsyncGenerator<Uint8Array> {
    const session = new Session(databaseFolder);
    try {
      for (const statement of setUp) await session.queryAsync(statement);
      for await (const chunk of session.queryStreamBind(sql, parameters, { format: "Native" })) yield chunk.raw();
    } finally {
      session.close();
    }
  }

  async function close(): Promise<void> {
    await client.close();
    await drainPending();
    await rm(incomingFolder, { recursive: true, force: true });
  }

  return { kind: "embedded", place: options.path, client, insertBlock, streamNative, close };
}

/** Name of the database within the folder. */
const DATABASE = "stillwatch";

function listSessionStatements(settings: Record<string, number>): string[] {
  const assignments = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  return [`CREATE DATABASE IF NOT EXISTS ${DATABASE}`, `USE ${DATABASE}`, `SET ${assignments.join(", ")}`];
}
