/**
 * Versions of the schema. Each is applied once, in order, when the store is opened, and recorded in `schema_migrations`. A crash in the middle
 * of one is healed by the next opening: every statement can be repeated. A migration is never edited (a test holds their digests): stores have it behind
 * them. A store that holds requests is not brought to a version with other columns of requests, because its rows would lack what today's readers
 * write there; it is refused as it stands.
 */
import { FIRST_SCHEMA } from "./first-schema.js";
import {
  BLOCKS_SCHEMA,
  CHECKS_SCHEMA,
  FORGETTING_SCHEMA,
  GIST_SCHEMA,
  INGEST_SETTINGS_SCHEMA,
  KNOWN_CAMPAIGNS_SCHEMA,
  LAZY_MERGES_SCHEMA,
  OTHER_FIELDS_SCHEMA,
  UNTOLD_SCHEMA,
} from "./schema.js";
import type { EventStore } from "./store.js";
import { explainNewerSchema, explainOlderRequests } from "./store-errors.js";

/** One step from version `version - 1` to `version`. */
export interface Migration {
  version: number;
  name: string;
  /** True when rows of requests are other ones afterwards: logs that were read before must be read again. */
  changesRequests: boolean;
  /** Each must be harmless when run twice: `IF NOT EXISTS`, `IF EXISTS` or `OR REPLACE`. */
  statements: readonly string[];
}

/** All steps, ascending without gaps from 1. */
export const MIGRATIONS: readonly Migration[] = [
  { version: 1, name: "request events, ledger", changesRequests: true, statements: FIRST_SCHEMA },
  { version: 2, name: "how requests were read", changesRequests: false, statements: INGEST_SETTINGS_SCHEMA },
  { version: 3, name: "merges of many parts at once", changesRequests: false, statements: LAZY_MERGES_SCHEMA },
  { version: 4, name: "what campaigns were called", changesRequests: false, statements: KNOWN_CAMPAIGNS_SCHEMA },
  { version: 5, name: "gists instead of SimHash", changesRequests: true, statements: GIST_SCHEMA },
  { version: 6, name: "other fields; no tables of side files", changesRequests: true, statements: OTHER_FIELDS_SCHEMA },
  { version: 7, name: "what sources leave untold", changesRequests: true, statements: UNTOLD_SCHEMA },
  { version: 8, name: "openings of blocks in messages", changesRequests: true, statements: BLOCKS_SCHEMA },
  { version: 9, name: "when campaigns were last found", changesRequests: false, statements: FORGETTING_SCHEMA },
  { version: 10, name: "which requests were checked", changesRequests: false, statements: CHECKS_SCHEMA },
];

/** What migrations need of the store. */
type MigratedStore = Pick<EventStore, "command" | "rows">;

/**
 * Brings the schema to the newest of `migrations`. Returns the versions it applied.
 *
 * @throws StillwatchError, with nothing changed: SW1406 when the store is newer than that, SW1411 when it holds requests of an older version.
 */
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
  if (current > 0 && pending.some((migration) => migration.changesRequests) && (await holdsRequests(store)))
    throw explainOlderRequests({ current, newest, place });
  for (const migration of pending) {
    for (const statement of migration.statements) await store.command(statement);
    await store.command("INSERT INTO schema_migrations (version, name) SELECT {version:UInt32}, {name:String}", {
      version: migration.version,
      name: migration.name,
    });
  }
  return pending.map((migration) => migration.version);
}

/** True when something was read into the store; a chunk without a request counts as well. Both tables are there since version 1. */
async function holdsRequests(store: MigratedStore): Promise<boolean> {
  const [row] = await store.rows<{ entries: number }>(
    "SELECT toFloat64((SELECT count() FROM ingested_chunks) + (SELECT count() FROM request_events)) AS entries",
  );
  return (row?.entries ?? 0) > 0;
}
