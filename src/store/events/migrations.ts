/**
 * Versions of the schema. Each is applied once, in order, when the store is opened, and recorded in `schema_migrations`. A crash in the middle
 * of one is healed by the next opening: every statement can be repeated. A migration that was released is never edited.
 */
import {
  BLOCKS_SCHEMA,
  FIRST_SCHEMA,
  GIST_SCHEMA,
  INGEST_SETTINGS_SCHEMA,
  KNOWN_CAMPAIGNS_SCHEMA,
  LAZY_MERGES_SCHEMA,
  OTHER_FIELDS_SCHEMA,
  UNTOLD_SCHEMA,
} from "./schema.js";
import type { EventStore } from "./store.js";
import { explainNewerSchema } from "./store-errors.js";

/** One step from version `version - 1` to `version`. */
export interface Migration {
  version: number;
  name: string;
  /** Each must be harmless when run twice: `IF NOT EXISTS`, `IF EXISTS` or `OR REPLACE`. */
  statements: readonly string[];
}

/** All steps, ascending without gaps from 1. */
export const MIGRATIONS: readonly Migration[] = [
  { version: 1, name: "request events, ledger", statements: FIRST_SCHEMA },
  { version: 2, name: "how requests were read", statements: INGEST_SETTINGS_SCHEMA },
  { version: 3, name: "merges of many parts at once", statements: LAZY_MERGES_SCHEMA },
  { version: 4, name: "what campaigns were called", statements: KNOWN_CAMPAIGNS_SCHEMA },
  { version: 5, name: "gists instead of SimHash", statements: GIST_SCHEMA },
  { version: 6, name: "other fields; no tables of side files", statements: OTHER_FIELDS_SCHEMA },
  { version: 7, name: "what sources leave untold", statements: UNTOLD_SCHEMA },
  { version: 8, name: "openings of blocks in messages", statements: BLOCKS_SCHEMA },
];

/** What migrations need of the store. */
type MigratedStore = Pick<EventStore, "command" | "rows">;

/** Brings the schema to the newest of `migrations`. Throws SW1406 when the store is newer than that. Returns the versions it applied. */
export async function runMigrations(options: { store: MigratedStore; migrations: readonly Migration[]; place: string }): Promise<number[]> {
  const { store, migrations, place } = options;
  await store.command(
    "CREATE TABLE IF NOT EXISTS schema_migrations (version UInt32, name String) ENGINE = ReplacingMergeTree ORDER BY version",
  );
  const [row] = await store.rows<{ version: number }>("SELECT max(version) AS version FROM schema_migrations");
  const current = row?.version ?? 0;
  const newest = migrations.at(-1)?.version ?? 0;
  if (current > newest) throw explainNewerSchema({ current, newest, place });
  const pending = migrations.filter((migration) => migration.version > current);
  for (const migration of pending) {
    for (const statement of migration.statements) await store.command(statement);
    await store.command("INSERT INTO schema_migrations (version, name) SELECT {version:UInt32}, {name:String}", {
      version: migration.version,
      name: migration.name,
    });
  }
  return pending.map((migration) => migration.version);
}
