/** Decisions as rows: written once, then only their state moves, and every move leaves an event. */
import { sql, type Insertable, type Selectable } from "kysely";
import type { Approval, Decision, DecisionMode, DecisionState, Measure, MeasureParameters } from "../../vocabulary/decision.js";
import type { RecordDatabase } from "./database.js";
import type { DecisionEventTable, DecisionTable } from "./tables.js";

/** A decision with what only the house needs to know of it. */
export interface DecisionRecord extends Decision {
  /** Of the account, so that an organization on the allowlist covers it; for an organization its own id. */
  organizationId: string | null;
  /** Kinds of evidence that it stands on, ascending; empty for what was decided before they were kept. */
  evidenceOf: readonly string[];
  accounts: number;
  /** A person said no: until then the same rule and all harder measures leave the scope alone. */
  heldUntilMs: number | null;
  /** Window whose counts are followed. */
  countedWindow: string | null;
  /** Requests in that window when it was decided, and at the latest analysis. */
  requestsBefore: number;
  requestsLatest: number;
  /** Event time of the campaign's latest request that it was decided by; null or absent where that is not known. */
  seenUntilMs?: number | null;
}

/** A decision that moved. */
export interface DecisionMove {
  record: DecisionRecord;
  previousState: DecisionState;
  who: string;
  atMs: number;
  note: string | null;
}

/** An event of the audit. */
export interface DecisionEvent {
  position: number;
  decisionId: string;
  atMs: number;
  who: string;
  previousState: DecisionState | null;
  newState: DecisionState;
  note: string | null;
}

/** Which decisions to list; all that is given must hold. */
export interface DecisionQuery {
  state?: DecisionState | undefined;
  mode?: DecisionMode | undefined;
  measure?: Measure | undefined;
  campaignId?: string | undefined;
  batchId?: string | undefined;
  scopeId?: string | undefined;
  ids?: readonly string[] | undefined;
  limit: number;
  /** Starts behind this decision. */
  after: { decidedMs: number; id: string } | null;
}

/** Rows of one statement: PostgreSQL takes 65,535 parameters, and a statement should not hold the process for long. */
const ROWS_PER_STATEMENT = 250;

/** Adds new decisions; those whose id is known are left as they are. Answers the ids that were new. */
export async function insertDecisions(
  database: RecordDatabase,
  { records, who }: { records: readonly DecisionRecord[]; who: string },
): Promise<Set<string>> {
  const added = new Set<string>();
  for (const chunk of cut(records)) {
    const rows = await database
      .insertInto("decisions")
      .values(chunk.map(writeRow))
      .onConflict((conflict) => conflict.column("id").doNothing())
      .returning("id")
      .execute();
    const isNew = new Set(rows.map(({ id }) => id));
    for (const id of isNew) added.add(id);
    const events = chunk.filter(({ id }) => isNew.has(id));
    if (events.length > 0)
      await insertEvents(
        database,
        events.map((record) => ({ record, previousState: null, who, atMs: record.decidedMs, note: null })),
      );
  }
  return added;
}

/** Moves decisions to their records' states and writes down who did it. */
export async function moveDecisions(database: RecordDatabase, moves: readonly DecisionMove[]): Promise<void> {
  for (const chunk of cut(moves)) {
    const ids = chunk.map(({ record }) => record.id);
    const states = chunk.map(({ record }) => record.state);
    const holds = chunk.map(({ record }) => record.heldUntilMs);
    await sql`
      UPDATE decisions SET state = moved.state, held_until_ms = moved.hold
      FROM unnest(${ids}::text[], ${states}::text[], ${holds}::int8[]) AS moved (id, state, hold)
      WHERE decisions.id = moved.id`.execute(database);
    await insertEvents(database, chunk);
  }
}

async function insertEvents(
  database: RecordDatabase,
  moves: readonly (Omit<DecisionMove, "previousState"> & { previousState: DecisionState | null })[],
): Promise<void> {
  await database
    .insertInto("decision_events")
    .values(
      moves.map(({ record, previousState, who, atMs, note }) => ({
        decision_id: record.id,
        at_ms: atMs,
        who,
        previous_state: previousState,
        new_state: record.state,
        note,
      })),
    )
    .execute();
}

/** Keeps people's answers; a later answer of the same person replaces the earlier one. */
export async function writeApprovals(
  database: RecordDatabase,
  answers: readonly { decisionId: string; approval: Approval }[],
): Promise<void> {
  for (const chunk of cut(answers)) {
    await database
      .insertInto("approvals")
      .values(
        chunk.map(({ decisionId, approval: { by, atMs, isApproved, note } }) => ({
          decision_id: decisionId,
          person: by,
          at_ms: atMs,
          is_approved: isApproved,
          note: note ?? null,
        })),
      )
      .onConflict((conflict) =>
        conflict.columns(["decision_id", "person"]).doUpdateSet((excluded) => ({
          at_ms: excluded.ref("excluded.at_ms"),
          is_approved: excluded.ref("excluded.is_approved"),
          note: excluded.ref("excluded.note"),
        })),
      )
      .execute();
  }
}

/** Sets the latest counts of requests. */
export async function writeRequestCounts(database: RecordDatabase, counts: readonly { id: string; requests: number }[]): Promise<void> {
  for (const chunk of cut(counts)) {
    await sql`
      UPDATE decisions SET requests_latest = counted.requests
      FROM unnest(${chunk.map(({ id }) => id)}::text[], ${chunk.map(({ requests }) => requests)}::int8[]) AS counted (id, requests)
      WHERE decisions.id = counted.id`.execute(database);
  }
}

/** Rows that are read at once: some megabytes. */
const LOAD_ROWS = 5_000;

/** Everything that can still matter to a decision: what stands, and what ended after `sinceMs`; oldest first. */
export async function loadDecisions(database: RecordDatabase, { sinceMs }: { sinceMs: number }): Promise<DecisionRecord[]> {
  const answers = await readApprovals(database, null);
  const records: DecisionRecord[] = [];
  for (let page = await loadPage(database, { sinceMs, after: "" }); page.length > 0; ) {
    for (const row of page) records.push(readRow(row, answers));
    page = page.length < LOAD_ROWS ? [] : await loadPage(database, { sinceMs, after: page[page.length - 1].id });
  }
  return records.sort((a, b) => a.decidedMs - b.decidedMs || (a.id < b.id ? -1 : 1));
}

/** As one text: read value by value, fifty thousand decisions cost five times as much. */
async function loadPage(
  database: RecordDatabase,
  { sinceMs, after }: { sinceMs: number; after: string },
): Promise<Selectable<DecisionTable>[]> {
  const { rows } = await sql<{ page: string | null }>`
    SELECT json_agg(chosen)::text AS page FROM (
      SELECT * FROM decisions
      WHERE id > ${after} AND (state IN ('proposed', 'active') OR expires_ms > ${sinceMs})
      ORDER BY id LIMIT ${LOAD_ROWS}
    ) AS chosen`.execute(database);
  return JSON.parse(rows[0]?.page ?? "[]") as Selectable<DecisionTable>[];
}

/** A page of decisions, newest first. */
export async function listDecisions(database: RecordDatabase, query: DecisionQuery): Promise<DecisionRecord[]> {
  let select = database.selectFrom("decisions").selectAll();
  if (query.state !== undefined) select = select.where("state", "=", query.state);
  if (query.mode !== undefined) select = select.where("mode", "=", query.mode);
  if (query.measure !== undefined) select = select.where("measure", "=", query.measure);
  if (query.campaignId !== undefined) select = select.where("campaign_id", "=", query.campaignId);
  if (query.batchId !== undefined) select = select.where("batch_id", "=", query.batchId);
  if (query.scopeId !== undefined) select = select.where("scope_id", "=", query.scopeId);
  if (query.ids !== undefined) select = select.where("id", "in", query.ids.length === 0 ? [""] : [...query.ids]);
  const { after } = query;
  if (after !== null)
    select = select.where((where) =>
      where.or([
        where("decided_ms", "<", after.decidedMs),
        where.and([where("decided_ms", "=", after.decidedMs), where("id", ">", after.id)]),
      ]),
    );
  const rows = await select.orderBy("decided_ms", "desc").orderBy("id").limit(query.limit).execute();
  const answers = await readApprovals(
    database,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => readRow(row, answers));
}

/** What happened to one decision, oldest first. */
export async function listDecisionEvents(database: RecordDatabase, decisionId: string): Promise<DecisionEvent[]> {
  const rows = await database.selectFrom("decision_events").selectAll().where("decision_id", "=", decisionId).orderBy("position").execute();
  return rows.map(readEvent);
}

/** What happened to any decision behind a place of the audit, oldest first. */
export async function listEventsBehind(
  database: RecordDatabase,
  { position, limit }: { position: number; limit: number },
): Promise<DecisionEvent[]> {
  const rows = await database
    .selectFrom("decision_events")
    .selectAll()
    .where("position", ">", position)
    .orderBy("position")
    .limit(limit)
    .execute();
  return rows.map(readEvent);
}

/** Place of the latest event; 0 before the first. */
export async function findLastEvent(database: RecordDatabase): Promise<number> {
  const row = await database.selectFrom("decision_events").select("position").orderBy("position", "desc").limit(1).executeTakeFirst();
  return row?.position ?? 0;
}

function readEvent(row: Selectable<DecisionEventTable>): DecisionEvent {
  return {
    position: row.position,
    decisionId: row.decision_id,
    atMs: row.at_ms,
    who: row.who,
    previousState: row.previous_state as DecisionState | null,
    newState: row.new_state as DecisionState,
    note: row.note,
  };
}

async function readApprovals(database: RecordDatabase, ids: readonly string[] | null): Promise<Map<string, Approval[]>> {
  const found = new Map<string, Approval[]>();
  if (ids !== null && ids.length === 0) return found;
  let select = database.selectFrom("approvals").selectAll();
  if (ids !== null) select = select.where("decision_id", "in", [...ids]);
  for (const row of await select.orderBy("at_ms").orderBy("person").execute()) {
    const answer: Approval = {
      by: row.person,
      atMs: row.at_ms,
      isApproved: row.is_approved,
      ...(row.note === null ? {} : { note: row.note }),
    };
    const known = found.get(row.decision_id);
    if (known === undefined) found.set(row.decision_id, [answer]);
    else known.push(answer);
  }
  return found;
}

function writeRow(record: DecisionRecord): Insertable<DecisionTable> {
  return {
    id: record.id,
    batch_id: record.batchId,
    measure: record.measure,
    parameters: JSON.stringify(record.parameters),
    mode: record.mode,
    state: record.state,
    scope_kind: record.scope.kind,
    scope_id: record.scope.id,
    organization_id: record.organizationId,
    campaign_id: record.campaignId,
    rule: record.rule,
    reason: record.reason,
    because: JSON.stringify(record.because),
    evidence: record.evidence,
    evidence_of: JSON.stringify(record.evidenceOf),
    owner: record.owner,
    decided_ms: record.decidedMs,
    expires_ms: record.expiresMs,
    approvals_needed: record.approvalsNeeded,
    accounts: record.accounts,
    held_until_ms: record.heldUntilMs,
    counted_window: record.countedWindow,
    requests_before: record.requestsBefore,
    requests_latest: record.requestsLatest,
    seen_until_ms: record.seenUntilMs ?? null,
  };
}

function readRow(row: Selectable<DecisionTable>, answers: ReadonlyMap<string, Approval[]>): DecisionRecord {
  return {
    id: row.id,
    batchId: row.batch_id,
    measure: row.measure,
    parameters: row.parameters as MeasureParameters,
    mode: row.mode,
    state: row.state,
    scope: { kind: row.scope_kind, id: row.scope_id },
    organizationId: row.organization_id,
    campaignId: row.campaign_id,
    rule: row.rule,
    reason: row.reason,
    because: row.because,
    evidence: row.evidence,
    evidenceOf: row.evidence_of,
    owner: row.owner,
    decidedMs: row.decided_ms,
    expiresMs: row.expires_ms,
    approvalsNeeded: row.approvals_needed,
    approvals: answers.get(row.id) ?? [],
    accounts: row.accounts,
    heldUntilMs: row.held_until_ms,
    countedWindow: row.counted_window,
    requestsBefore: row.requests_before,
    requestsLatest: row.requests_latest,
    seenUntilMs: row.seen_until_ms,
  };
}

function* cut<T>(values: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < values.length; start += ROWS_PER_STATEMENT) yield values.slice(start, start + ROWS_PER_STATEMENT);
}
