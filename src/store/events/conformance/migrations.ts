/** Claims about versions of the schema. */
import { expect } from "vitest";
import { MIGRATIONS, runMigrations } from "../migrations.js";
import { REQUEST_COLUMNS } from "../request-columns.js";
import type { EventStore } from "../store.js";
import { codeOf, withStore, type Claim } from "./claim.js";

export const MIGRATION_CLAIMS: readonly Claim[] = [
  {
    claim: "an empty store gets every version, once, in order and without gaps",
    check: (engine) =>
      withStore(engine, "migrations", async (store) => {
        expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, k) => k + 1));
        const recorded = await store.rows("SELECT version, name FROM schema_migrations FINAL ORDER BY version");
        expect(recorded).toEqual(MIGRATIONS.map(({ version, name }) => ({ version, name })));
        expect(await runMigrations({ store, migrations: MIGRATIONS, place: "here" })).toEqual([]);
      }),
  },
  {
    claim: "from every earlier version, the schema comes out the same",
    check: async (engine) => {
      for (const { version } of MIGRATIONS) {
        await withStore(engine, `from-version-${version - 1}`, async (store) => {
          const newest = await describeSchema(store);
          await dropSchema(store);
          await runMigrations({ store, migrations: MIGRATIONS.slice(0, version - 1), place: "here" });
          await runMigrations({ store, migrations: MIGRATIONS, place: "here" });
          expect(await describeSchema(store)).toEqual(newest);
        });
      }
    },
  },
  {
    claim: "every statement of every version may run twice",
    check: (engine) =>
      withStore(engine, "repeated-migrations", async (store) => {
        const newest = await describeSchema(store);
        for (const { statements } of MIGRATIONS) for (const statement of statements) await store.command(statement);
        expect(await describeSchema(store)).toEqual(newest);
      }),
  },
  {
    claim: "a crash in the middle of a migration is healed by the next opening",
    check: async (engine) => {
      const newest = await withStore(engine, "half-migrated", async (store) => {
        const schema = await describeSchema(store);
        await dropSchema(store);
        for (const statement of MIGRATIONS[0]?.statements.slice(0, 3) ?? []) await store.command(statement);
        return schema;
      });
      await withStore(engine, "half-migrated", async (store) => expect(await describeSchema(store)).toEqual(newest));
    },
  },
  {
    claim: "the columns of requests come out as they are written, in the same order",
    check: (engine) =>
      withStore(engine, "column-order", async (store) => {
        const columns = await store.rows(
          "SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = 'request_events' ORDER BY position",
        );
        expect(columns).toEqual(REQUEST_COLUMNS.map(({ name, type }) => ({ name, type })));
      }),
  },
  {
    claim: "a used store of an older version is refused and stays as it is; an empty one is not",
    check: (engine) =>
      withStore(engine, "older", async (store) => {
        for (const { version } of MIGRATIONS.filter((migration) => migration.changesRequests && migration.version > 1)) {
          await dropSchema(store);
          await runMigrations({ store, migrations: MIGRATIONS.slice(0, version - 1), place: "here" });
          const before = await describeSchema(store);
          await store.insertRows({ table: "ingested_chunks", token: `chunk ${version}`, rows: [{ token: "one" }] });
          expect(await codeOf(() => runMigrations({ store, migrations: MIGRATIONS, place: "here" }))).toBe("SW1411");
          expect(await describeSchema(store)).toEqual(before);
          await store.command("TRUNCATE TABLE ingested_chunks");
          await runMigrations({ store, migrations: MIGRATIONS, place: "here" });
        }
      }),
  },
  {
    claim: "a schema of a newer stillwatch is refused",
    check: async (engine) => {
      await withStore(engine, "newer", (store) => store.command("INSERT INTO schema_migrations (version, name) VALUES (9999, 'future')"));
      expect(await codeOf(() => engine.open("newer"))).toBe("SW1406");
    },
  },
];

function describeSchema(store: EventStore): Promise<unknown[]> {
  return store.rows(`SELECT table, name, type, default_kind, default_expression, is_in_sorting_key FROM system.columns
    WHERE database = currentDatabase() ORDER BY table, position`);
}

async function dropSchema(store: EventStore): Promise<void> {
  const tables = await store.rows<{ name: string; engine: string }>(
    "SELECT name, engine FROM system.tables WHERE database = currentDatabase()",
  );
  for (const { name, engine } of tables) await store.command(`DROP ${engine === "View" ? "VIEW" : "TABLE"} ${name} SYNC`);
}
