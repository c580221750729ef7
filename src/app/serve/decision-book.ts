/**
 * The book of decisions: policy's decisions, people's answers, the allowlist. What can still matter is held in memory and written through, so that
 * a turn of the analysis asks the database nothing; a change is in the database before anybody is told.
 */
import { randomBytes } from "node:crypto";
import { decideCampaigns, decideMatches, type DecisionGround } from "../../engine/decisions/decide.js";
import type { Policy } from "../../engine/decisions/policy.js";
import { sumShadow } from "../../engine/decisions/shadow.js";
import {
  type Allowlist,
  answerProposal,
  createAllowlist,
  expire,
  isInForce,
  rollBack,
  supersede,
  type Move,
} from "../../engine/decisions/states.js";
import { insertAllowlistEntry, listAllowlist, removeAllowlistEntry, type AllowlistRecord } from "../../store/records/allowlist.js";
import type { RecordDatabase } from "../../store/records/database.js";
import { insertDecisions, listDecisions, loadDecisions, moveDecisions, writeApprovals } from "../../store/records/decisions.js";
import {
  findLastEvent,
  listDecisionEvents,
  listEventsBehind,
  writeRequestCounts,
  type DecisionMove,
  type DecisionRecord,
} from "../../store/records/decisions.js";
import { forgetUnfinishedWrites, forgetWrites } from "../../store/records/settings.js";
import type { Approval, Decision } from "../../vocabulary/decision.js";
import type { AllowlistEntry as ListedInFile } from "../../vocabulary/account.js";
import type { LiveCampaign } from "../../vocabulary/live.js";
import { answerOnce } from "./answer-once.js";
import { createDecisionMemory, type DecisionMemory } from "./decision-memory.js";
import type { AllowlistEntry, Clock, DecisionBook, DecisionChange } from "./services.js";

/** What decided, where no person did. */
const POLICY = "policy";
const CLOCK = "clock";

/** What is to be opened. */
export interface DecisionBookOptions {
  database: RecordDatabase;
  policy: Policy;
  clock: Clock;
  /** Whom the allowlist file spares, besides those whom people put on the list. */
  allowedAlways?: readonly ListedInFile[];
}

/** Opens the book; reads everything that stands. */
export async function openDecisionBook({ database, policy, clock, allowedAlways = [] }: DecisionBookOptions): Promise<DecisionBook> {
  await forgetUnfinishedWrites(database);
  const memory = createDecisionMemory(await loadDecisions(database, { sinceMs: clock.nowMs() - REMEMBERED_MS }));
  const book: Book = {
    database,
    policy,
    clock,
    allowedAlways,
    memory,
    entries: await listAllowlist(database, { atMs: clock.nowMs() }),
    listeners: [],
  };
  let lastTurn: Promise<unknown> = Promise.resolve();
  // One change after the other: what a rule may do next depends on what the last one did.
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    const turn = lastTurn.then(work, work);
    lastTurn = turn.catch(() => {});
    return turn;
  };
  const readAllowlist = (): Allowlist => readSpared(book);
  const ground = (): DecisionGround => ({
    policy,
    allowlist: readAllowlist(),
    findHistory: (campaignId) => memory.listOfCampaign(campaignId),
    nowMs: clock.nowMs(),
  });
  return {
    decide: async (campaigns) =>
      inTurn(async () => {
        await endExpired(book);
        await followRequests(book, campaigns);
        return keepDecided(book, decideCampaigns(campaigns, ground()));
      }),
    decideMatches: async (matches) => inTurn(async () => keepDecided(book, decideMatches(matches, ground()))),
    approve: async (wish) => inTurn(async () => answer(book, wish)),
    rollBack: async (wish) => inTurn(async () => takeBack(book, wish)),
    sweep: async () =>
      inTurn(async () => {
        await forgetWrites(database, clock.nowMs() - ANSWERS_KEPT_MS);
        return endExpired(book);
      }),
    list: async (filter) => listPage(book, filter),
    find: async (id) => memory.find(id) ?? (await findStored(database, id)),
    select: async (choice) => selectNamed(book, choice),
    listEvents: async (id) => listDecisionEvents(database, id),
    lastEvent: async () => findLastEvent(database),
    listEventsAfter: async (position, limit) => listEventsWithDecisions(book, { position, limit }),
    answerOnce: async (write, work) => answerOnce({ database, write: { ...write, atMs: clock.nowMs() } }, work),
    listInForce: async () => {
      const nowMs = clock.nowMs();
      const allowlist = readAllowlist();
      const decisions = memory
        .list()
        .filter(
          (record) =>
            isInForce(record, { nowMs, allowlist }) ||
            (record.mode === "shadow" && record.state === "active" && record.expiresMs > nowMs && !allowlist.covers(record)),
        );
      return { decisions, allowlist: book.entries.filter(({ expiresMs }) => expiresMs > nowMs) };
    },
    onChange: (listener) => void book.listeners.push(() => listener()),
    onMoved: (listener) => void book.listeners.push(listener),
    allow: async (entry) => inTurn(async () => allow(book, entry)),
    disallow: async (id, by) => inTurn(async () => disallow(book, { id, by })),
    listAllowed: async () => book.entries.filter(({ expiresMs }) => expiresMs > clock.nowMs()),
    reportShadow: async ({ sinceMs }) => {
      const records = await loadDecisions(database, { sinceMs });
      const to = new Date(clock.nowMs()).toISOString();
      return { from: new Date(sinceMs).toISOString(), to, rules: sumShadow(records, { sinceMs }) };
    },
    close: async () => {
      await lastTurn;
    },
  };
}

/** How long the answer to a write is kept for one that is sent again. */
const ANSWERS_KEPT_MS = 86_400_000;

/** How long an ended decision is remembered: the longest that one can last. Older ones stay in the database and decide nothing. */
const REMEMBERED_MS = 90 * 86_400_000;

/** Everybody who is spared now, whoever said so. */
function readSpared({ entries, allowedAlways = [], clock }: Book): Allowlist {
  const listed = allowedAlways.flatMap(({ accountId, organizationId, expiresAtMs }) => [
    ...(accountId === undefined ? [] : [{ scope: { kind: "account" as const, id: accountId }, expiresMs: expiresAtMs }]),
    ...(organizationId === undefined ? [] : [{ scope: { kind: "organization" as const, id: organizationId }, expiresMs: expiresAtMs }]),
  ]);
  return createAllowlist([...entries, ...listed], clock.nowMs());
}

interface Book extends DecisionBookOptions {
  memory: DecisionMemory;
  entries: AllowlistRecord[];
  listeners: ((change: DecisionChange) => void)[];
}

/** Writes what policy decided, with what it replaces. */
async function keepDecided(book: Book, decided: readonly DecisionRecord[]): Promise<Decision[]> {
  if (decided.length === 0) return [];
  const atMs = book.clock.nowMs();
  const replaced = decided.filter(({ state }) => state === "active").flatMap((risen) => replaceMilder(book, { risen, who: POLICY, atMs }));
  const added = await book.database.transaction().execute(async (transaction) => {
    const ids = await insertDecisions(transaction, { records: decided, who: POLICY });
    await moveDecisions(transaction, replaced);
    return ids;
  });
  const records = decided.filter(({ id }) => added.has(id));
  remember(book, { kind: "decided", by: POLICY, records, replaced });
  return records;
}

function replaceMilder(book: Book, { risen, who, atMs }: { risen: DecisionRecord; who: string; atMs: number }): DecisionMove[] {
  return supersede(book.memory.listOfCampaign(risen.campaignId), { risen, nowMs: atMs }).map((record) => ({
    record,
    previousState: book.memory.find(record.id)?.state ?? "active",
    who,
    atMs,
    note: `made room for ${risen.id}`,
  }));
}

/** A person's answer to proposals. */
async function answer(book: Book, wish: Parameters<DecisionBook["approve"]>[0]): Promise<Decision[]> {
  const atMs = book.clock.nowMs();
  await endExpired(book);
  const approval: Approval = { by: wish.by, atMs, isApproved: wish.isApproved, ...(wish.note === undefined ? {} : { note: wish.note }) };
  const allowlist = readSpared(book);
  const moved = choose(book, wish).flatMap((record) => keepMoved(record, answerProposal(record, { approval, allowlist })));
  if (moved.length === 0) return [];
  // A yes that is not enough yet moves nothing, and stands in the audit all the same.
  const moves = moved.map((each) => ({ ...each, who: wish.by, atMs, note: wish.note ?? null }));
  const replaced = moves
    .filter(({ record }) => record.state === "active")
    .flatMap(({ record: risen }) => replaceMilder(book, { risen, who: wish.by, atMs }));
  await book.database.transaction().execute(async (transaction) => {
    await writeApprovals(
      transaction,
      moved.map(({ record }) => ({ decisionId: record.id, approval })),
    );
    await moveDecisions(transaction, [...moves, ...replaced]);
  });
  const records = moved.map(({ record }) => record);
  remember(book, { kind: wish.isApproved ? "approved" : "rejected", by: wish.by, records, replaced });
  return records;
}

async function takeBack(book: Book, wish: Parameters<DecisionBook["rollBack"]>[0]): Promise<Decision[]> {
  const nowMs = book.clock.nowMs();
  const moved = choose(book, wish).flatMap((record) => keepMoved(record, rollBack(record, { nowMs, isByPerson: true })));
  return move(book, { moved, kind: "rolled_back", who: wish.by, note: wish.reason });
}

async function endExpired(book: Book): Promise<Decision[]> {
  const ended = expire(book.memory.list(), book.clock.nowMs());
  const moved = ended.map((record) => ({ record, previousState: book.memory.find(record.id)?.state ?? "active" }));
  return move(book, { moved, kind: "expired", who: CLOCK, note: null });
}

/** Spares somebody from now on: what stands against him is taken back at once. */
async function allow(book: Book, entry: Omit<AllowlistEntry, "id" | "addedMs">): Promise<AllowlistEntry> {
  const addedMs = book.clock.nowMs();
  const added: AllowlistRecord = { ...entry, id: `alw_${randomBytes(8).toString("hex")}`, addedMs };
  await insertAllowlistEntry(book.database, added);
  book.entries = [...book.entries, added];
  const allowlist = createAllowlist([added], addedMs);
  const covered = book.memory.list().filter((record) => allowlist.covers(record));
  const moved = covered.flatMap((record) => keepMoved(record, rollBack(record, { nowMs: addedMs, isByPerson: false })));
  await move(book, { moved, kind: "rolled_back", who: entry.addedBy, note: `allowlisted: ${entry.reason}` });
  // The entry itself changes verdicts, whether or not a decision moved.
  tell(book, { kind: "allowlist", by: entry.addedBy, decisions: [] });
  return added;
}

async function disallow(book: Book, { id, by }: { id: string; by: string }): Promise<boolean> {
  const isRemoved = await removeAllowlistEntry(book.database, { id, by, atMs: book.clock.nowMs() });
  book.entries = book.entries.filter((entry) => entry.id !== id);
  if (isRemoved) tell(book, { kind: "allowlist", by, decisions: [] });
  return isRemoved;
}

interface Moved {
  record: DecisionRecord;
  previousState: Decision["state"];
}

function keepMoved(before: DecisionRecord, outcome: Move): Moved[] {
  return "record" in outcome ? [{ record: outcome.record, previousState: before.state }] : [];
}

async function move(
  book: Book,
  { moved, kind, who, note }: { moved: readonly Moved[]; kind: DecisionChange["kind"]; who: string; note: string | null },
): Promise<Decision[]> {
  if (moved.length === 0) return [];
  const atMs = book.clock.nowMs();
  await book.database.transaction().execute(async (transaction) =>
    moveDecisions(
      transaction,
      moved.map(({ record, previousState }) => ({ record, previousState, who, atMs, note })),
    ),
  );
  const records = moved.map(({ record }) => record);
  remember(book, { kind, by: who, records, replaced: [] });
  return records;
}

function remember(
  book: Book,
  {
    kind,
    by,
    records,
    replaced,
  }: { kind: DecisionChange["kind"]; by: string; records: readonly DecisionRecord[]; replaced: readonly DecisionMove[] },
): void {
  for (const { record } of replaced) book.memory.keep(record);
  for (const record of records) book.memory.keep(record);
  if (records.length > 0) tell(book, { kind, by, decisions: records });
}

function tell(book: Book, change: DecisionChange): void {
  for (const listener of book.listeners) listener(change);
}

/** The decisions that a person named, in the order of their ids. */
function choose(book: Book, { ids, batchId }: { ids?: readonly string[]; batchId?: string }): DecisionRecord[] {
  const wanted = new Set(ids);
  return book.memory.list().filter((record) => wanted.has(record.id) || (batchId !== undefined && record.batchId === batchId));
}

/** Requests that came while a decision stood, as far as the window that it was decided by shows them. */
async function followRequests(book: Book, campaigns: readonly LiveCampaign[]): Promise<void> {
  const changed: DecisionRecord[] = [];
  for (const { campaign, members, window } of campaigns) {
    const requestsOf = new Map<string, number>();
    for (const { accountId, organizationId, events } of members) {
      requestsOf.set(`account ${accountId}`, events);
      const key = `organization ${organizationId ?? ""}`;
      if (organizationId !== null) requestsOf.set(key, (requestsOf.get(key) ?? 0) + events);
    }
    for (const record of book.memory.listOfCampaign(campaign.id)) {
      const requests = requestsOf.get(`${record.scope.kind} ${record.scope.id}`) ?? 0;
      const isCounted = record.countedWindow === window && (record.state === "active" || record.state === "proposed");
      if (isCounted && requests > record.requestsLatest) changed.push({ ...record, requestsLatest: requests });
    }
  }
  if (changed.length === 0) return;
  await writeRequestCounts(
    book.database,
    changed.map(({ id, requestsLatest }) => ({ id, requests: requestsLatest })),
  );
  for (const record of changed) book.memory.keep(record);
}

async function selectNamed(book: Book, choice: { ids?: readonly string[]; batchId?: string }): Promise<Decision[]> {
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

async function listEventsWithDecisions(
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

async function findStored(database: RecordDatabase, id: string): Promise<DecisionRecord | null> {
  const [found] = await listDecisions(database, { ids: [id], limit: 1, after: null });
  return found ?? null;
}

async function listPage(
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
