/** Steps from nothing to the tables of today. A step that was released is never edited; a later one changes what it made. */
import { sql, type Kysely, type Migration } from "kysely";

/** By name, in the order in which they run. */
export const RECORD_MIGRATIONS: Readonly<Record<string, Migration>> = {
  "0001-decisions": { up: createDecisions },
  "0002-allowlist": { up: createAllowlist },
  "0003-keys-and-settings": { up: createKeysAndSettings },
  "0004-outbox": { up: createOutbox },
  "0005-kinds-of-evidence": { up: keepKindsOfEvidence },
  "0006-seen-until": { up: keepSeenUntil },
  "0007-withdrawn": { up: tellWithdrawn },
};

async function createDecisions(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable("decisions")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("batch_id", "text", (column) => column.notNull())
    .addColumn("measure", "text", (column) => column.notNull())
    .addColumn("parameters", "jsonb", (column) => column.notNull())
    .addColumn("mode", "text", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("scope_kind", "text", (column) => column.notNull())
    .addColumn("scope_id", "text", (column) => column.notNull())
    .addColumn("organization_id", "text")
    .addColumn("campaign_id", "text", (column) => column.notNull())
    .addColumn("rule", "text", (column) => column.notNull())
    .addColumn("reason", "text", (column) => column.notNull())
    .addColumn("because", "jsonb", (column) => column.notNull())
    .addColumn("evidence", "text", (column) => column.notNull())
    .addColumn("owner", "text", (column) => column.notNull())
    .addColumn("decided_ms", "int8", (column) => column.notNull())
    .addColumn("expires_ms", "int8", (column) => column.notNull())
    .addColumn("approvals_needed", "int4", (column) => column.notNull())
    .addColumn("accounts", "int4", (column) => column.notNull())
    .addColumn("held_until_ms", "int8")
    .addColumn("counted_window", "text")
    .addColumn("requests_before", "int8", (column) => column.notNull())
    .addColumn("requests_latest", "int8", (column) => column.notNull())
    // The house rule stands in the table too: whatever writes it, a decision has an end.
    .addCheckConstraint("decisions_end", sql`expires_ms > decided_ms`)
    .execute();
  await database.schema.createIndex("decisions_by_state").on("decisions").columns(["state", "expires_ms"]).execute();
  await database.schema.createIndex("decisions_by_campaign").on("decisions").columns(["campaign_id", "scope_id"]).execute();
  await database.schema.createIndex("decisions_by_scope").on("decisions").columns(["scope_id"]).execute();
  await database.schema.createIndex("decisions_by_batch").on("decisions").columns(["batch_id"]).execute();
  await database.schema.createIndex("decisions_by_time").on("decisions").columns(["decided_ms", "id"]).execute();
  await database.schema
    .createTable("decision_events")
    .addColumn("position", "int8", (column) => column.primaryKey().generatedAlwaysAsIdentity())
    .addColumn("decision_id", "text", (column) => column.notNull())
    .addColumn("at_ms", "int8", (column) => column.notNull())
    .addColumn("who", "text", (column) => column.notNull())
    .addColumn("previous_state", "text")
    .addColumn("new_state", "text", (column) => column.notNull())
    .addColumn("note", "text")
    .execute();
  await database.schema.createIndex("decision_events_by_decision").on("decision_events").columns(["decision_id"]).execute();
  // An audit that can be edited is none.
  await sql`
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'decision_events is only added to'; END $$`.execute(database);
  await sql`
    CREATE TRIGGER decision_events_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON decision_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`.execute(database);
  await database.schema
    .createTable("approvals")
    .addColumn("decision_id", "text", (column) => column.notNull().references("decisions.id"))
    .addColumn("person", "text", (column) => column.notNull())
    .addColumn("at_ms", "int8", (column) => column.notNull())
    .addColumn("is_approved", "boolean", (column) => column.notNull())
    .addColumn("note", "text")
    .addPrimaryKeyConstraint("approvals_once", ["decision_id", "person"])
    .execute();
}

async function createAllowlist(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable("allowlist")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("scope_kind", "text", (column) => column.notNull())
    .addColumn("scope_id", "text", (column) => column.notNull())
    .addColumn("reason", "text", (column) => column.notNull())
    .addColumn("added_by", "text", (column) => column.notNull())
    .addColumn("added_ms", "int8", (column) => column.notNull())
    .addColumn("expires_ms", "int8", (column) => column.notNull())
    .addColumn("removed_by", "text")
    .addColumn("removed_ms", "int8")
    .execute();
  await database.schema.createIndex("allowlist_by_scope").on("allowlist").columns(["scope_id"]).execute();
}

async function createKeysAndSettings(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable("api_keys")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("scopes", "jsonb", (column) => column.notNull())
    .addColumn("secret_hash", "text", (column) => column.notNull().unique())
    .addColumn("created_ms", "int8", (column) => column.notNull())
    .addColumn("expires_ms", "int8")
    .addColumn("revoked_ms", "int8")
    .execute();
  await database.schema
    .createTable("settings")
    .addColumn("name", "text", (column) => column.primaryKey())
    .addColumn("value", "jsonb", (column) => column.notNull())
    .addColumn("changed_ms", "int8", (column) => column.notNull())
    .execute();
  await database.schema
    .createTable("idempotency_keys")
    .addColumn("caller", "text", (column) => column.notNull())
    .addColumn("idempotency_key", "text", (column) => column.notNull())
    .addColumn("request_hash", "text", (column) => column.notNull())
    .addColumn("status", "int4")
    .addColumn("answer", "jsonb")
    .addColumn("created_ms", "int8", (column) => column.notNull())
    .addPrimaryKeyConstraint("idempotency_keys_once", ["caller", "idempotency_key"])
    .execute();
}

async function createOutbox(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable("outbox")
    .addColumn("key", "text", (column) => column.primaryKey())
    .addColumn("payload", "jsonb", (column) => column.notNull())
    .addColumn("created_ms", "int8", (column) => column.notNull())
    .addColumn("attempts", "int4", (column) => column.notNull())
    .addColumn("next_at_ms", "int8", (column) => column.notNull())
    .addColumn("sent_at_ms", "int8")
    .addColumn("dead_at_ms", "int8")
    .addColumn("last_error", "text")
    .execute();
  await database.schema.createIndex("outbox_by_time").on("outbox").columns(["next_at_ms"]).execute();
}

/** What decisions of before stood on is not known; the ladder takes no step over them. */
async function keepKindsOfEvidence(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .alterTable("decisions")
    .addColumn("evidence_of", "jsonb", (column) => column.notNull().defaultTo(sql`'[]'::jsonb`))
    .execute();
}

/** Of decisions of before it is not known up to when they had seen requests; what came since is told of them as a lower bound. */
async function keepSeenUntil(database: Kysely<unknown>): Promise<void> {
  await database.schema.alterTable("decisions").addColumn("seen_until_ms", "int8").execute();
}

/** Proposals that policy withdrew were called `rolled_back`, as what people took back. The audit stays as it was written. */
async function tellWithdrawn(database: Kysely<unknown>): Promise<void> {
  await sql`
    UPDATE decisions SET state = 'withdrawn'
    WHERE state = 'rolled_back' AND EXISTS (
      SELECT 1 FROM decision_events
      WHERE decision_events.decision_id = decisions.id AND who = 'policy' AND previous_state = 'proposed' AND new_state = 'rolled_back'
    )`.execute(database);
}
