/** ClickHouse in this process (chDB), over one folder. One process may hold a folder, and a process may hold one folder at a time. */
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ClickHouseLogLevel, createClient, type ClickHouseClientConfigOptions } from "@clickhouse/client";
import { listBlocks, quoteSql, type BlockInsert, type Engine } from "./engine.js";
import { describeColumns, REQUEST_COLUMNS } from "./request-columns.js";

/** The parts of chDB that are used. Loaded on demand: its library has 500 MB, which a user of a server need not load. */
async function loadChdb() {
  const [{ createChdbConnection }, { Session, drainPending }] = await Promise.all([import("chdb/connection"), import("chdb")]);
  return { createChdbConnection, Session, drainPending };
}

/** Folders that this process has open: a second store on one would clear away the blocks that the first is inserting. */
const openFolders = new Set<string>();

/** Opens the engine on `path`, which is made when it is missing. Throws the engine's own errors; `store.ts` explains them. */
export async function openEmbeddedEngine(options: { path: string; settings: Record<string, number> }): Promise<Engine> {
  const folder = resolve(options.path);
  if (openFolders.has(folder)) throw new Error("only one active data directory per process, and it is open already");
  openFolders.add(folder);
  try {
    return await openFolder({ folder, ...options });
  } catch (error) {
    openFolders.delete(folder);
    throw error;
  }
}

async function openFolder(options: { folder: string; path: string; settings: Record<string, number> }): Promise<Engine> {
  const { folder } = options;
  const databaseFolder = join(folder, "events");
  const incomingFolder = join(folder, "incoming");
  const setUp = listSessionStatements(options.settings);
  await mkdir(databaseFolder, { recursive: true });
  const { createChdbConnection, Session, drainPending } = await loadChdb();
  const connection = await connect(() => createChdbConnection({ path: databaseFolder }), databaseFolder);
  const client = createClient({ connection, log: { level: ClickHouseLogLevel.OFF } });
  const reader = createReader(() => new Session(databaseFolder), setUp);

  async function close(): Promise<void> {
    reader.close();
    await client.close();
    await drainPending();
    await rm(incomingFolder, { recursive: true, force: true });
    openFolders.delete(folder);
  }

  try {
    // Blocks that a killed process left behind were either inserted or will be made again. Only the owner of the folder may clear them.
    await rm(incomingFolder, { recursive: true, force: true });
    await mkdir(incomingFolder, { recursive: true });
    for (const statement of setUp) await client.command({ query: statement });
  } catch (error) {
    await close();
    throw error;
  }

  async function insertBlock({ table, token, block }: BlockInsert): Promise<void> {
    const file = join(incomingFolder, `${createHash("sha256").update(`${table}\n${token}`).digest("hex")}.native`);
    await writeFile(file, listBlocks(block));
    try {
      const structure = table === "request_events" ? `, ${quoteSql(describeColumns(REQUEST_COLUMNS))}` : "";
      // Rows that replace each other are told apart when they are read (`events_once`); looking for them in every block took as long as the rest.
      await client.command({
        query: `INSERT INTO ${table} SETTINGS insert_deduplication_token = ${quoteSql(token)}, optimize_on_insert = 0 SELECT * FROM file(${quoteSql(file)}, Native${structure})`,
      });
    } finally {
      await rm(file, { force: true });
    }
  }

  return { kind: "embedded", place: options.path, client, insertBlock, streamNative: reader.streamNative, close };
}

type ChdbSession = InstanceType<Awaited<ReturnType<typeof loadChdb>>["Session"]>;

/** Reads large answers, each in a session of its own, because the client's connection would hold the whole answer in memory. Sessions share the engine. */
function createReader(openSession: () => ChdbSession, setUp: readonly string[]): Pick<Engine, "streamNative"> & { close(): void } {
  /** Whose answers were read to the end: setting one up takes as long as a small query does. */
  const idle: ChdbSession[] = [];
  let isClosing = false;

  async function takeSession(): Promise<ChdbSession> {
    const ready = idle.pop();
    if (ready !== undefined) return ready;
    const session = openSession();
    try {
      for (const statement of setUp) await session.queryAsync(statement);
    } catch (error) {
      session.close();
      throw error;
    }
    return session;
  }

  return {
    async *streamNative(sql, parameters) {
      const session = await takeSession();
      let isRead = false;
      try {
        for await (const chunk of session.queryStreamBind(sql, parameters, { format: "Native" })) yield chunk.raw();
        isRead = true;
      } finally {
        if (isRead && !isClosing) idle.push(session);
        else session.close();
      }
    },
    close() {
      isClosing = true;
      for (const session of idle.splice(0)) session.close();
    },
  };
}

type Connection = NonNullable<ClickHouseClientConfigOptions["connection"]>;

/** Connects, and says so when the folder belongs to another process: the engine tells that only on standard error. */
async function connect(create: () => unknown, databaseFolder: string): Promise<Connection> {
  // Asked first where the system tells: the engine would write the same in its own words on standard error.
  const locker = (await isLocked(join(databaseFolder, "status"))) ? await findHolder(databaseFolder) : null;
  if (locker !== null) throw new Error(`Cannot lock file: process ${locker} holds it.`);
  try {
    // The same interface, but from two copies of its package that differ in settings nobody uses here.
    return create() as Connection;
  } catch (error) {
    const holder = await findHolder(databaseFolder);
    if (holder !== null) throw new Error(`Cannot lock file: process ${holder} holds it.`, { cause: error });
    throw error;
  }
}

/** Whether any process holds a lock on the file; false where the system does not tell (only Linux lists locks, as major:minor:inode). */
async function isLocked(file: string): Promise<boolean> {
  const [locks, found] = await Promise.all([readFile("/proc/locks", "utf8").catch(() => ""), stat(file).catch(() => null)]);
  return found !== null && new RegExp(`:${found.ino} `).test(locks);
}

/** The living process that wrote the engine's status file, if it is another one than this. */
async function findHolder(databaseFolder: string): Promise<number | null> {
  const status = await readFile(join(databaseFolder, "status"), "utf8").catch(() => "");
  const holder = Number(/^PID: (\d+)/m.exec(status)?.[1] ?? Number.NaN);
  if (!Number.isInteger(holder) || holder === process.pid) return null;
  try {
    process.kill(holder, 0);
    return holder;
  } catch (error) {
    // A process of another user may not be signalled, but it lives.
    return (error as { code?: string }).code === "EPERM" ? holder : null;
  }
}

/** Name of the database within the folder. */
const DATABASE = "stillwatch";

function listSessionStatements(settings: Record<string, number>): string[] {
  const assignments = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  return [`CREATE DATABASE IF NOT EXISTS ${DATABASE}`, `USE ${DATABASE}`, `SET ${assignments.join(", ")}`];
}
