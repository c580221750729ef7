/**
 * The ledger of reasoning handles: which were issued to whom, and which were handed in elsewhere. It is read out of the request events, so it
 * needs no table of its own, does not depend on the order in which they came, and is the same on either engine.
 *
 * One grouping over all handles with states of fixed size finds those that were seen in more than one place; only these are looked at one by
 * one. Groupings that outgrow half of the engine's memory go on in files (see `limits.ts`), so memory is bounded whatever a log holds.
 */
import { takeKeys, takeQuantities, takeStrings } from "./column-batch.js";
import type { ColumnBatch, EventStore } from "./store.js";

type LedgerStore = Pick<EventStore, "rows" | "columns">;

/** How a use differs from where the handle was issued: the first of these that holds. */
export type HandleMove = "account" | "session" | "model";

/** Uses of handles by one account that were issued to one account, all of one kind. */
export interface HandlePassage {
  userKey: bigint;
  issuerKey: bigint;
  move: HandleMove;
  /** Distinct handles. */
  handles: number;
  /** Distinct requests that handed in such a handle for the first time where they did: what a conversation sends again with every turn counts once. */
  acts: number;
  /** The earliest use. */
  first: {
    /** xxHash64 of the handle. */
    handle: bigint;
    usedAtMs: number;
    usedRequestKey: bigint;
    usedModelKey: bigint;
    issuedAtMs: number;
    issuedRequestKey: bigint;
    issuedModelKey: bigint;
  };
}

/** Everything the ledger tells of a log. */
export interface HandleLedger {
  /** Distinct handles that were issued, and that were handed in. */
  issued: number;
  submitted: number;
  /** Handed in, and not issued within the log, or only after that: nobody knows to whom they belong. */
  unknownIssuer: number;
  /** Issued to more than one account: such a name is no reference, and nothing follows from its use. */
  shared: number;
  /** False when sessions hold hardly more than one request each: then a session is not a conversation, and leaving it means nothing. */
  hasConversations: boolean;
  /** Ascending by user, issuer, move. */
  passages: HandlePassage[];
}

/** Sessions below which no mean is taken: a handful of single requests says nothing about what the log calls a session. */
const SESSIONS_MIN = 50;
/**
 * Requests a session, at least, where sessions are conversations. Conversations that are continued have two or more; trace ids, which some
 * gateways log in their place, have one each, and retries under the same id raise that by a few per cent.
 */
const REQUESTS_PER_SESSION_MIN = 1.15;
/** Passages kept, strongest first; the largest network published had 24,000 accounts. Beyond, the ledger would be larger than the evidence needs. */
export const PASSAGES_MAX = 200_000;

/**
 * Moved handles that are handed from the first query to the second; beyond, the second finds them again. A statement of about a megabyte. Real
 * logs have a few thousand: users who switch models.
 */
const MOVED_LISTED_MAX = 50_000;

/** All handles with where they were seen; one row a handle and request. */
const describeSightings = (eventsSql: string): string => `
  SELECT entry.1 AS handle, entry.2 AS is_issue, account_key, session_key, xxHash64(CAST(target_model AS String)) AS model_key, at_ms, request_key
  FROM ${eventsSql}
  ARRAY JOIN arrayConcat(arrayMap(h -> (h, 1), handles_issued), arrayMap(h -> (h, 0), handles_submitted)) AS entry`;

/**
 * One row a handle: whether it was issued and handed in, and whether it was seen in more than one place. A place is one number, so that the state of
 * a group stays at 18 bytes; a session that only one of two requests names makes two places of one, which the closer look puts right.
 */
const describeHandles = (eventsSql: string): string => `
  SELECT handle, max(is_issue) AS is_issued, 1 - min(is_issue) AS is_used,
    is_issued AND is_used AND min(place) != max(place) AS has_moved
  FROM (SELECT handle, is_issue, xxHash64(account_key, session_key, model_key) AS place FROM (${describeSightings(eventsSql)})) GROUP BY handle`;

/** One row a moved handle and place of use, with where it was issued and what follows. */
const describeMoves = (eventsSql: string, movedSql: string): string => `
  SELECT handle, issuers[1] AS issuer, user,
    multiIf(arrayExists(i -> i.1 != issuers[1].1, issuers), 'shared',
      issuers[1].4 > user.4, 'early',
      user.1 != issuer.1, 'account',
      user.2 != 0 AND NOT arrayExists(i -> i.2 = user.2 OR i.2 = 0, issuers), 'session',
      NOT arrayExists(i -> i.3 = user.3, issuers), 'model',
      'home') AS move
  FROM (
    SELECT handle,
      arraySort(i -> (i.4, i.5), groupArrayIf((account_key, session_key, model_key, issued.1, issued.2), issues > 0)) AS issuers,
      groupArrayIf((account_key, session_key, model_key, used.1, used.2), uses > 0) AS users
    FROM (
      SELECT handle, account_key, session_key, model_key, countIf(is_issue = 1) AS issues, countIf(is_issue = 0) AS uses,
        minIf((at_ms, request_key), is_issue = 1) AS issued, minIf((at_ms, request_key), is_issue = 0) AS used
      FROM (${describeSightings(eventsSql)})
      WHERE handle IN (${movedSql})
      GROUP BY handle, account_key, session_key, model_key
    ) GROUP BY handle
  ) ARRAY JOIN users AS user`;

/** Reads the ledger. `eventsSql` is a table expression that yields every request exactly once. */
export async function readHandleLedger(store: LedgerStore, eventsSql: string): Promise<HandleLedger> {
  const nothing = { issued: 0, submitted: 0, unknownIssuer: 0, shared: 0, hasConversations: false, passages: [] };
  const [seen] = await store.rows<Record<"issuing" | "submitting" | "sessions" | "requests", string>>(`
    SELECT countIf(notEmpty(handles_issued)) AS issuing, countIf(notEmpty(handles_submitted)) AS submitting,
      uniqCombinedIf((account_key, session_key), session_key != 0) AS sessions, countIf(session_key != 0) AS requests
    FROM ${eventsSql}`);
  // Most logs carry no handles, or none that came back: these cost one scan.
  if (!seen || (Number(seen.issuing) === 0 && Number(seen.submitting) === 0)) return nothing;
  const { counts, moved } = await findMoved(store, eventsSql);
  const hasConversations =
    Number(seen.sessions) > 0 &&
    (Number(seen.sessions) < SESSIONS_MIN || Number(seen.requests) >= REQUESTS_PER_SESSION_MIN * Number(seen.sessions));
  const ledger: HandleLedger = { ...counts, shared: 0, hasConversations, passages: [] };
  return moved.length === 0 ? ledger : readMoves(store, { eventsSql, ledger, moved });
}

/** Counts all handles, and lists those that were seen in more than one place, as far as {@link MOVED_LISTED_MAX} goes. */
async function findMoved(
  store: LedgerStore,
  eventsSql: string,
): Promise<{ counts: Pick<HandleLedger, "issued" | "submitted" | "unknownIssuer">; moved: bigint[] }> {
  // Handles that stayed where they are make one row together.
  const sql = `
    SELECT if(has_moved, handle, 0) AS moved, sum(is_issued) AS issued, sum(is_used) AS submitted, countIf(is_used AND NOT is_issued) AS unknown
    FROM (${describeHandles(eventsSql)}) GROUP BY moved`;
  const counts = { issued: 0, submitted: 0, unknownIssuer: 0 };
  const listed: bigint[] = [];
  for await (const batch of store.columns(sql)) {
    const [issued, submitted, unknown] = ["issued", "submitted", "unknown"].map((name) => takeQuantities(batch, name));
    const handles = takeKeys(batch, "moved");
    for (let row = 0; row < batch.rows; row++) {
      counts.issued += issued[row];
      counts.submitted += submitted[row];
      counts.unknownIssuer += unknown[row];
      if (handles[row] !== 0n && listed.length <= MOVED_LISTED_MAX) listed.push(handles[row]);
    }
  }
  return { counts, moved: listed };
}

async function readMoves(
  store: LedgerStore,
  { eventsSql, ledger, moved }: { eventsSql: string; ledger: HandleLedger; moved: bigint[] },
): Promise<HandleLedger> {
  const isListed = moved.length <= MOVED_LISTED_MAX;
  const movedSql = isListed
    ? "SELECT arrayJoin({moved:Array(UInt64)})"
    : `SELECT handle FROM (${describeHandles(eventsSql)}) WHERE has_moved`;
  // Without conversations every continuation would look like a move; what is left of those is the account and the model.
  const sql = `
    SELECT user.1 AS user_key, issuer.1 AS issuer_key, move, uniqExact(handle) AS handles, uniqExact(user.5) AS acts,
      min((user.4, user.5, handle, user.3, issuer.4, issuer.5, issuer.3)) AS first,
      first.1 AS used_at, first.2 AS used_request, first.3 AS first_handle, first.4 AS used_model, first.5 AS issued_at,
      first.6 AS issued_request, first.7 AS issued_model
    FROM (${describeMoves(eventsSql, movedSql)})
    WHERE move != 'home' ${ledger.hasConversations ? "" : "AND move != 'session'"}
    GROUP BY user_key, issuer_key, move
    ORDER BY move IN ('account', 'shared', 'early') DESC, acts DESC, user_key, issuer_key, move
    LIMIT ${PASSAGES_MAX}`;
  const complete: HandleLedger = { ...ledger, passages: [] };
  for await (const batch of store.columns(`SELECT * EXCEPT (first) FROM (${sql})`, isListed ? { moved } : {})) addPassages(batch, complete);
  complete.passages.sort(comparePassages);
  return complete;
}

function addPassages(batch: ColumnBatch, ledger: HandleLedger): void {
  const moves = takeStrings(batch, "move");
  const [handles, acts, usedAt, issuedAt] = ["handles", "acts", "used_at", "issued_at"].map((name) => takeQuantities(batch, name));
  const [users, issuers, usedRequests, firstHandles, usedModels, issuedRequests, issuedModels] = [
    "user_key",
    "issuer_key",
    "used_request",
    "first_handle",
    "used_model",
    "issued_request",
    "issued_model",
  ].map((name) => takeKeys(batch, name));
  for (let row = 0; row < batch.rows; row++) {
    const move = moves[row];
    if (move === "shared") ledger.shared += handles[row];
    else if (move === "early") ledger.unknownIssuer += handles[row];
    else
      ledger.passages.push({
        userKey: users[row],
        issuerKey: issuers[row],
        move: move as HandleMove,
        handles: handles[row],
        acts: acts[row],
        first: {
          handle: firstHandles[row],
          usedAtMs: usedAt[row],
          usedRequestKey: usedRequests[row],
          usedModelKey: usedModels[row],
          issuedAtMs: issuedAt[row],
          issuedRequestKey: issuedRequests[row],
          issuedModelKey: issuedModels[row],
        },
      });
  }
}

function comparePassages(a: HandlePassage, b: HandlePassage): number {
  if (a.userKey !== b.userKey) return a.userKey < b.userKey ? -1 : 1;
  if (a.issuerKey !== b.issuerKey) return a.issuerKey < b.issuerKey ? -1 : 1;
  return a.move < b.move ? -1 : a.move > b.move ? 1 : 0;
}
