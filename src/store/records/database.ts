/** Opens the database of records: PostgreSQL in the process or a server, one query builder and one set of tables over both. */
import { mkdir } from "node:fs/promises";
import { Kysely, Migrator, PostgresDialect, type PostgresPool } from "kysely";
import type { CustomTypesConfig } from "pg";
import { StillwatchError } from "../../vocabulary/errors.js";
import { createEmbeddedPool } from "./embedded-pool.js";
import { openEmbeddedThread } from "./embedded-thread.js";
import { RECORD_MIGRATIONS } from "./migrations.js";
import type { RecordTables } from "./tables.js";

/** A connection to the records, or a transaction on one. */
export type RecordDatabase = Kysely<RecordTables>;

/** Where the records are: a folder, the address of a server, or nowhere (a test's memory). */
export type RecordPlace = { folder: string } | { url: string } | "memory";

/**
 * Connections to a server. Decisions and people's answers are few; more would wait in the server instead of here.
 */
const CONNECTIONS_MAX = 4;

/** Time within which a server must accept a connection, in milliseconds: a wrong address should be told at once. */
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Opens the records and brings their tables up to date. `database.destroy()` closes.
 *
 * @throws StillwatchError SW2001 when the database cannot be opened, SW2002 when its tables cannot be brought up to date.
 */
export async function openRecordDatabase(place: RecordPlace): Promise<RecordDatabase> {
  let pool: PostgresPool;
  try {
    pool = place !== "memory" && "url" in place ? await openServerPool(place.url) : await openEmbeddedPool(place);
  } catch (error) {
    throw new StillwatchError({
      code: "SW2001",
      what: `the records cannot be opened: ${describeCause(error)}`,
      place: { file: namePlace(place) },
      why: "decisions, approvals and keys are kept there; without them nothing may be decided.",
      fix: "check that the folder can be written to and that no other stillwatch uses it, or that the PostgreSQL server answers at this address.",
    });
  }
  const database: RecordDatabase = new Kysely<RecordTables>({ dialect: new PostgresDialect({ pool }) });
  try {
    await migrate(database);
  } catch (error) {
    await database.destroy().catch(() => {});
    throw new StillwatchError({
      code: "SW2002",
      what: `the tables of the records cannot be brought up to date: ${describeCause(error)}`,
      place: { file: namePlace(place) },
      why: "a table that is half as expected would keep half of a decision.",
      fix: "if a newer stillwatch wrote these records, use that one; otherwise check the rights of the database user.",
    });
  }
  return database;
}

async function openEmbeddedPool(place: { folder: string } | "memory"): Promise<PostgresPool> {
  if (place !== "memory") await mkdir(place.folder, { recursive: true, mode: 0o700 });
  // A thread is made from what was built; sources that are run as they are (tests) work in their own.
  if (place !== "memory" && import.meta.url.endsWith(".js")) return createEmbeddedPool(await openEmbeddedThread(place.folder));
  const { PGlite } = await import("@electric-sql/pglite");
  const engine = await PGlite.create(place === "memory" ? "memory://" : place.folder, { relaxedDurability: false });
  return createEmbeddedPool({
    query: async (statement, parameters) => engine.query(statement, [...parameters]),
    close: async () => engine.close(),
  });
}

async function openServerPool(url: string): Promise<PostgresPool> {
  const { default: pg } = await import("pg");
  // As text, which is how the driver gives it, an int8 would compare and add as text. All of ours are far below 2^53.
  const getTypeParser: CustomTypesConfig["getTypeParser"] = (type, format) =>
    type === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(type, format);
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: "stillwatch",
    types: { getTypeParser },
  });
  // A connection that breaks while it rests is replaced at the next query; without a listener it would end the process.
  pool.on("error", () => {});
  const client = await pool.connect().catch(async (error: unknown) => {
    await pool.end();
    throw error;
  });
  client.release();
  return pool;
}

async function migrate(database: RecordDatabase): Promise<void> {
  const migrator = new Migrator({ db: database, provider: { getMigrations: async () => ({ ...RECORD_MIGRATIONS }) } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}

/** Without the password that an address may carry. */
function namePlace(place: RecordPlace): string {
  if (place === "memory") return "memory";
  if ("folder" in place) return place.folder;
  try {
    const url = new URL(place.url);
    return `${url.protocol}//${url.host}${url.pathname}`;
  } catch {
    return "the address of the records";
  }
}

function describeCause(error: unknown): string {
  if (!(error instanceof Error)) return "unknown cause";
  const code = "code" in error && typeof error.code === "string" ? `${error.code} ` : "";
  return `${code}${error.message}`.replaceAll(/\/\/[^@/\s]+@/g, "//").split("\n")[0];
}
