/** What the book of decisions answers. */
import { describeSpan, sumShadow, type ShadowGround, type ShadowReport } from "../../engine/decisions/shadow.js";
import type { Holding, Waiting } from "../../engine/decisions/holding.js";
import { expire, isStanding } from "../../engine/decisions/states.js";
import type { RecordDatabase } from "../../store/records/database.js";
import { listDecisions, listEventsBehind, type DecisionRecord } from "../../store/records/decisions.js";
import type { Decision } from "../../vocabulary/decision.js";
import { choose, readSpared, type Book } from "./book-state.js";
import type { DecisionBook, LeftStanding } from "./services.js";

/** What acts still on those whom the decisions were about: on the account, and on the organization that it belongs to. */
export function listLeft(
  book: Book,
  { decisions, standing: known }: { decisions: readonly Decision[]; standing: readonly Decision[] },
): LeftStanding {
  const nowMs = book.clock.nowMs();
  const scopes = new Map<string, Set<string>>();
  for (const { id, scope } of decisions) {
    if (scope.kind === "campaign") continue;
    const organizationId = book.memory.find(id)?.organizationId ?? null;
    const name = `${scope.kind} ${scope.id}`;
    scopes.set(name, new Set([name, ...(organizationId === null ? [] : [`organization ${organizationId}`])]));
  }
  const about = new Set([...scopes.values()].flatMap((names) => [...names]));
  const standing = known.filter(
    ({ mode, scope, expiresMs }) => mode === "enforce" && expiresMs > nowMs && about.has(`${scope.kind} ${scope.id}`),
  );
  const stood = new Set(standing.map(({ scope }) => `${scope.kind} ${scope.id}`));
  return { free: [...scopes.values()].filter((names) => [...names].every((name) => !stood.has(name))).length, standing };
}

/**
 * Whom rules hold for and have not decided about, because they have not held for as long as their `for` says. Nobody who is spared, whom the rule has decided about already, or whom a
 * person's no keeps it off: for them nothing will come of it.
 */
export function listWaiting(book: Book, holding: Holding): Waiting[] {
  const nowMs = book.clock.nowMs();
  const allowlist = readSpared(book);
  return holding.listWaiting(book.policy).filter((waiting) => {
    const { rule, scope, campaignId } = waiting;
    const isSettled = (record: DecisionRecord): boolean =>
      record.rule === rule.name && record.mode === rule.mode && (isStanding(record, nowMs) || (record.heldUntilMs ?? 0) > nowMs);
    return !allowlist.covers(waiting) && !book.memory.listOfScope(campaignId, scope).some(isSettled);
  });
}

/** What the rules would have done and did since then, as far as is remembered: a quarter of a year. */
export function reportShadow(book: Book, { sinceMs, answered }: Pick<ShadowGround, "sinceMs" | "answered">): ShadowReport {
  const nowMs = book.clock.nowMs();
  const records = book.memory.list();
  const rules = sumShadow(records, { sinceMs, answered, nowMs, allowlist: readSpared(book), rules: book.policy.rules });
  return { from: new Date(sinceMs).toISOString(), to: new Date(nowMs).toISOString(), ...describeSpan(records, { sinceMs, nowMs }), rules };
}

/** The decisions that are named, as they are now. */
export async function selectNamed(book: Book, choice: { ids?: readonly string[]; batchId?: string }): Promise<Decision[]> {
  const { database, memory } = book;
  const found = new Map(choose(book, choice).map((record) => [record.id, record]));
  // What ended long ago is in the database alone.
  const missing = (choice.ids ?? []).filter((id) => !found.has(id));
  const { batchId } = choice;
  const stored = [
    ...(missing.length === 0 ? [] : await listDecisions(database, { ids: missing, limit: missing.length, after: null })),
    ...(batchId === undefined || found.size > 0 ? [] : await listDecisions(database, { batchId, limit: BATCH_LISTED_MAX, after: null })),
  ];
  for (const record of stored) found.set(record.id, memory.find(record.id) ?? record);
  return [...found.values()];
}

/** Of a batch that ended long ago, and about which nothing can be done any more. */
const BATCH_LISTED_MAX = 1_000;

/** Events behind a place of the audit, each with its decision. */
export async function listEventsWithDecisions(
  { database, memory }: Book,
  { position, limit }: { position: number; limit: number },
): ReturnType<DecisionBook["listEventsAfter"]> {
  const events = await listEventsBehind(database, { position, limit });
  const unknown = [...new Set(events.map(({ decisionId }) => decisionId))].filter((id) => memory.find(id) === undefined);
  const stored = unknown.length === 0 ? [] : await listDecisions(database, { ids: unknown, limit: unknown.length, after: null });
  const byId = new Map(stored.map((record) => [record.id, record]));
  return events.flatMap((event) => {
    const decision = memory.find(event.decisionId) ?? byId.get(event.decisionId);
    return decision === undefined ? [] : [{ ...event, decision }];
  });
}

/** One that is not in memory any more. */
export async function findStored(database: RecordDatabase, id: string): Promise<DecisionRecord | null> {
  const [found] = await listDecisions(database, { ids: [id], limit: 1, after: null });
  return found ?? null;
}

/** A page of decisions. What has reached its end is told as ended, swept or not. */
export async function listPage(
  { database, clock }: Book,
  { accountId, cursor, limit, ...filter }: Parameters<DecisionBook["list"]>[0],
): ReturnType<DecisionBook["list"]> {
  const after = cursor === null ? null : readCursor(cursor);
  // One more than asked for tells whether there is a next page.
  const rows = await listDecisions(database, { ...filter, scopeId: accountId, limit: limit + 1, after });
  const nowMs = clock.nowMs();
  const data = rows.slice(0, limit).map((record) => expire([record], nowMs)[0] ?? record);
  const last = data.at(-1);
  return { data, next_cursor: rows.length > limit && last !== undefined ? `${last.decidedMs}_${last.id}` : null };
}

/** A cursor that is none of ours starts at the beginning of time: an empty page. */
function readCursor(cursor: string): { decidedMs: number; id: string } {
  const [, decidedMs = "0", id = ""] = /^(\d{1,15})_(dec_[0-9a-f]+)$/.exec(cursor) ?? [];
  return { decidedMs: Number(decidedMs), id };
}
