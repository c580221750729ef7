/** What changes the book of decisions: policy, people, the clock. Each change is stored with its event before memory and listeners know of it. */
import { randomBytes } from "node:crypto";
import type { Holding } from "../../engine/decisions/holding.js";
import {
  answerProposal,
  createAllowlist,
  expire,
  isStanding,
  rollBack,
  supersede,
  withdraw,
  type Move,
} from "../../engine/decisions/states.js";
import { insertAllowlistEntry, removeAllowlistEntry, type AllowlistRecord } from "../../store/records/allowlist.js";
import {
  insertDecisions,
  moveDecisions,
  writeApprovals,
  writeRequestCounts,
  type DecisionMove,
  type DecisionRecord,
} from "../../store/records/decisions.js";
import type { Approval, Decision } from "../../vocabulary/decision.js";
import type { LiveCampaign } from "../../vocabulary/live.js";
import { choose, readSpared, tell, type Book } from "./book-state.js";
import type { AllowlistEntry, DecisionBook, DecisionChange } from "./services.js";

/** What decided, where no person did. */
const POLICY = "policy";
const CLOCK = "clock";
const ALLOWLIST = "allowlist";

/** Writes what policy decided, with what it replaces. */
export async function keepDecided(book: Book, decided: readonly DecisionRecord[]): Promise<Decision[]> {
  if (decided.length === 0) return [];
  const atMs = book.clock.nowMs();
  const { records, replaced } = await book.database.transaction().execute(async (transaction) => {
    const ids = await insertDecisions(transaction, { records: decided, who: POLICY });
    const added = decided.filter(({ id }) => ids.has(id));
    // Only what is really new takes a milder one's place: else nothing would be left.
    const risen = added.filter(({ state }) => state === "active");
    const milder = risen.flatMap((each) => replaceMilder(book, { risen: each, who: POLICY, atMs }));
    await moveDecisions(transaction, milder);
    return { records: added, replaced: milder };
  });
  remember(book, { kind: "decided", by: POLICY, records, replaced });
  return records;
}

function replaceMilder(book: Book, { risen, who, atMs }: { risen: DecisionRecord; who: string; atMs: number }): DecisionMove[] {
  return supersede(book.memory.listOfScope(risen.campaignId, risen.scope), { risen, nowMs: atMs }).map((record) => ({
    record,
    previousState: book.memory.find(record.id)?.state ?? "active",
    who,
    atMs,
    note: `made room for ${risen.id}`,
  }));
}

/** A person's answer to proposals. A yes that the same person has said before, with nothing to add, changes nothing and is not written down again. */
export async function answer(book: Book, wish: Parameters<DecisionBook["approve"]>[0]): Promise<Decision[]> {
  const atMs = book.clock.nowMs();
  await endExpired(book);
  const approval: Approval = { by: wish.by, atMs, isApproved: wish.isApproved, ...(wish.note === undefined ? {} : { note: wish.note }) };
  const allowlist = readSpared(book);
  const taken = choose(book, wish).flatMap((before) =>
    keepMoved(before, answerProposal(before, { approval, allowlist })).map((each) => ({
      ...each,
      isRepeat: each.record.state === before.state && isRepeated(before, approval),
    })),
  );
  const moved = taken.filter(({ isRepeat }) => !isRepeat);
  const repeated = taken.flatMap(({ isRepeat, record }) => (isRepeat ? (book.memory.find(record.id) ?? record) : []));
  if (moved.length === 0) return repeated;
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
  remember(book, { kind: wish.isApproved ? "approved" : "rejected", by: wish.by, note: wish.note ?? null, records, replaced });
  return [...records, ...repeated];
}

/** True when the person has said the same before. What is added to it is worth a line of the audit. */
function isRepeated({ approvals }: DecisionRecord, { by, isApproved, note }: Approval): boolean {
  return approvals.some((each) => each.by === by && each.isApproved && isApproved && (note === undefined || note === each.note));
}

/** Takes back what a person named. */
export async function takeBack(book: Book, wish: Parameters<DecisionBook["rollBack"]>[0]): Promise<Decision[]> {
  const nowMs = book.clock.nowMs();
  const moved = choose(book, wish).flatMap((record) => keepMoved(record, rollBack(record, { nowMs, isByPerson: true })));
  return move(book, { moved, kind: "rolled_back", who: wish.by, note: wish.reason });
}

/** Ends what has reached its end. */
export async function endExpired(book: Book): Promise<Decision[]> {
  const ended = expire(book.memory.list(), book.clock.nowMs());
  const moved = ended.map((record) => ({ record, previousState: book.memory.find(record.id)?.state ?? "active" }));
  return move(book, { moved, kind: "expired", who: CLOCK, note: null });
}

/** Spares somebody from now on: what stands against him is taken back at once. */
export async function allow(book: Book, { id, ...entry }: Parameters<DecisionBook["allow"]>[0]): Promise<AllowlistEntry> {
  const addedMs = book.clock.nowMs();
  const known = book.entries.find((each) => each.id === id);
  const added = known ?? (await insertNew(book, { ...entry, id: id ?? nameNew(), addedMs }));
  book.entries = [...book.entries.filter((each) => each !== known), added];
  const allowlist = createAllowlist([added], addedMs);
  const covered = book.memory.list().filter((record) => allowlist.covers(record));
  const moved = covered.flatMap((record) => keepMoved(record, rollBack(record, { nowMs: addedMs, isByPerson: false })));
  await move(book, { moved, kind: "rolled_back", who: entry.addedBy, note: `allowlisted: ${entry.reason}` });
  // The entry itself changes verdicts, whether or not a decision moved.
  tell(book, { kind: "allowlist", by: entry.addedBy, decisions: [] });
  return added;
}

/** Under another id where this one was ended before: the same wish, said again after that, is a new one. */
async function insertNew({ database }: Book, entry: AllowlistRecord): Promise<AllowlistRecord> {
  if (await insertAllowlistEntry(database, entry)) return entry;
  const again = { ...entry, id: nameNew() };
  await insertAllowlistEntry(database, again);
  return again;
}

function nameNew(): string {
  return `alw_${randomBytes(8).toString("hex")}`;
}

/** Takes back what stands against anybody who is spared by now: whom a file spares since the last look, nobody has told the book of. */
export async function takeBackSpared(book: Book): Promise<Decision[]> {
  const nowMs = book.clock.nowMs();
  const allowlist = readSpared(book);
  const moved = book.memory
    .list()
    .filter((record) => isStanding(record, nowMs) && allowlist.covers(record))
    .flatMap((record) => keepMoved(record, rollBack(record, { nowMs, isByPerson: false })));
  return move(book, { moved, kind: "rolled_back", who: ALLOWLIST, note: "allowlisted" });
}

/**
 * Withdraws proposals that no window's latest look says any more: nobody is to approve what the analysis has taken back. Only once all windows that could say it have been looked
 * at since the start, and since the rule asks what it asks. What enough people approved stands until they, or its end, take it back; one yes of two is asked for again.
 */
export async function withdrawUnsaid(book: Book, holding: Holding): Promise<Decision[]> {
  const nowMs = book.clock.nowMs();
  const rules = new Map(
    book.policy.rules.filter(({ on, measure }) => on === "campaign" && measure !== "watch").map((rule) => [rule.name, rule]),
  );
  const moved = book.memory
    .list()
    .filter(({ state, countedWindow }) => state === "proposed" && countedWindow !== null)
    .filter(({ rule, scope }) => {
      const known = rules.get(rule);
      return known !== undefined && holding.isUnsaid(known, scope, book.windows);
    })
    .flatMap((record) => keepMoved(record, withdraw(record, nowMs)));
  return move(book, { moved, kind: "withdrawn", who: POLICY, note: "the rule no longer holds for it" });
}

/** Ends an entry of the allowlist. */
export async function disallow(book: Book, { id, by }: { id: string; by: string }): Promise<boolean> {
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
  remember(book, { kind, by: who, note, records, replaced: [] });
  return records;
}

function remember(
  book: Book,
  {
    kind,
    by,
    note = null,
    records,
    replaced,
  }: {
    kind: DecisionChange["kind"];
    by: string;
    note?: string | null;
    records: readonly DecisionRecord[];
    replaced: readonly DecisionMove[];
  },
): void {
  for (const { record } of replaced) book.memory.keep(record);
  for (const record of records) book.memory.keep(record);
  if (records.length > 0) tell(book, { kind, by, note, decisions: records });
}

/** Requests that came while a decision stood, as far as the window that it was decided by shows them. */
export async function followRequests(book: Book, campaigns: readonly LiveCampaign[]): Promise<void> {
  const changed: DecisionRecord[] = [];
  for (const { campaign, members, organizations, window } of campaigns) {
    const requestsOf = new Map<string, number>();
    for (const { accountId, events } of members) requestsOf.set(`account ${accountId}`, events);
    for (const { id, events } of organizations) requestsOf.set(`organization ${id}`, events);
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
