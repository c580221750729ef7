/**
 * The ledger of outputs: which answers came back as a block of somebody's message, elsewhere than where they were given. Like the ledger of handles
 * it is read out of the request events. Hashes are looked at a part of the hash space at a time, so memory is bounded whatever a log holds; parts
 * share no hash, so their counts add up.
 */
import { takeKeys, takeQuantities, takeStrings } from "./column-batch.js";
import { PASSAGES_MAX } from "./handle-ledger.js";
import type { EventStore } from "./store.js";

/** Answers given to one account that came back in messages of one account, all of one kind. */
export interface OutputPassage {
  userKey: bigint;
  issuerKey: bigint;
  /** Whose account, or which session of the same account, it was that the answer came back in. */
  move: "account" | "session";
  /** Distinct answers. */
  outputs: number;
  /** The earliest return. */
  first: {
    output: bigint;
    usedAtMs: number;
    usedRequestKey: bigint;
    issuedAtMs: number;
    issuedRequestKey: bigint;
  };
}

/** Everything the ledger tells of a log. */
export interface OutputLedger {
  /** Requests whose answer is known, and requests with blocks that are compared. */
  answered: number;
  withBlocks: number;
  /** Ascending by user, issuer, move. */
  passages: OutputPassage[];
}

/** Hashes compared at once: two sets of so many take a quarter of a gigabyte. */
const HASHES_PER_PART_MAX = 8_000_000;

/**
 * One row an answer, account and session that it came back in. Left out is what is nobody's: what several accounts were answered word for word, and
 * what somebody had sent before it was answered, because then the answer quotes.
 */
const describeReturns = (eventsSql: string): string => `
  SELECT hash, issuer_key, issued, user,
    multiIf(user.1 != issuer_key, 'account', user.2 != 0 AND NOT has(sessions, user.2) AND NOT has(sessions, 0), 'session', 'home') AS move
  FROM (
    SELECT output_hash AS hash, min(account_key) AS issuer_key, groupUniqArray(session_key) AS sessions, min((at_ms, request_key)) AS issued
    FROM ${eventsSql}
    WHERE output_hash != 0 AND output_hash % {parts:UInt32} = {part:UInt32}
      AND output_hash IN (SELECT arrayJoin(arrayFilter(h -> h % {parts:UInt32} = {part:UInt32}, block_hashes)) FROM ${eventsSql})
    GROUP BY hash HAVING issuer_key = max(account_key)
  ) AS given
  INNER JOIN (
    SELECT hash, groupArray((account_key, session_key, used.1, used.2)) AS users
    FROM (
      SELECT hash, account_key, session_key, min((at_ms, request_key)) AS used
      FROM (
        SELECT arrayJoin(arrayFilter(h -> h % {parts:UInt32} = {part:UInt32}, block_hashes)) AS hash, account_key, session_key, at_ms, request_key
        FROM ${eventsSql}
      )
      WHERE hash IN (SELECT output_hash FROM ${eventsSql} WHERE output_hash != 0 AND output_hash % {parts:UInt32} = {part:UInt32})
      GROUP BY hash, account_key, session_key
    ) GROUP BY hash
  ) AS returned USING (hash)
  ARRAY JOIN users AS user
  WHERE arrayMin(u -> u.3, users) > issued.1`;

/** Reads the ledger. `eventsSql` is a table expression that yields every request exactly once. */
export async function readOutputLedger(store: Pick<EventStore, "rows" | "columns">, eventsSql: string): Promise<OutputLedger> {
  const [seen] = await store.rows<Record<"answered" | "blocks" | "with_blocks", string>>(`
    SELECT countIf(output_hash != 0) AS answered, sum(length(block_hashes)) AS blocks, countIf(notEmpty(block_hashes)) AS with_blocks
    FROM ${eventsSql}`);
  const ledger: OutputLedger = { answered: Number(seen?.answered ?? 0), withBlocks: Number(seen?.with_blocks ?? 0), passages: [] };
  if (ledger.answered === 0 || ledger.withBlocks === 0) return ledger;
  const parts = Math.ceil((ledger.answered + Number(seen?.blocks ?? 0)) / HASHES_PER_PART_MAX);
  const merged = new Map<string, OutputPassage>();
  for (let part = 0; part < parts; part++) await addPart(store, { eventsSql, parts, part, merged });
  ledger.passages = [...merged.values()].sort(comparePassages);
  return ledger;
}

interface PartOptions {
  eventsSql: string;
  parts: number;
  part: number;
  merged: Map<string, OutputPassage>;
}

async function addPart(store: Pick<EventStore, "columns">, { eventsSql, parts, part, merged }: PartOptions): Promise<void> {
  const sql = `
    SELECT user.1 AS user_key, issuer_key, move, uniqExact(hash) AS outputs, min((user.3, user.4, hash, issued.1, issued.2)) AS first,
      first.1 AS used_at, first.2 AS used_request, first.3 AS output, first.4 AS issued_at, first.5 AS issued_request
    FROM (${describeReturns(eventsSql)})
    WHERE move != 'home'
    GROUP BY user_key, issuer_key, move
    ORDER BY move = 'account' DESC, outputs DESC, user_key, issuer_key
    LIMIT ${PASSAGES_MAX}`;
  for await (const batch of store.columns(`SELECT * EXCEPT (first) FROM (${sql})`, { parts, part })) {
    const moves = takeStrings(batch, "move");
    const [outputs, usedAt, issuedAt] = ["outputs", "used_at", "issued_at"].map((name) => takeQuantities(batch, name));
    const [users, issuers, usedRequests, firstOutputs, issuedRequests] = [
      "user_key",
      "issuer_key",
      "used_request",
      "output",
      "issued_request",
    ].map((name) => takeKeys(batch, name));
    for (let row = 0; row < batch.rows; row++) {
      const passage: OutputPassage = {
        userKey: users[row],
        issuerKey: issuers[row],
        move: moves[row] === "account" ? "account" : "session",
        outputs: outputs[row],
        first: {
          output: firstOutputs[row],
          usedAtMs: usedAt[row],
          usedRequestKey: usedRequests[row],
          issuedAtMs: issuedAt[row],
          issuedRequestKey: issuedRequests[row],
        },
      };
      const name = `${passage.userKey} ${passage.issuerKey} ${passage.move}`;
      const known = merged.get(name);
      if (!known) merged.set(name, passage);
      else {
        known.outputs += passage.outputs;
        if (comesBefore(passage, known)) known.first = passage.first;
      }
    }
  }
}

/** By time of use; ties by request and answer. */
function comesBefore({ first: a }: OutputPassage, { first: b }: OutputPassage): boolean {
  if (a.usedAtMs !== b.usedAtMs) return a.usedAtMs < b.usedAtMs;
  if (a.usedRequestKey !== b.usedRequestKey) return a.usedRequestKey < b.usedRequestKey;
  return a.output < b.output;
}

function comparePassages(a: OutputPassage, b: OutputPassage): number {
  if (a.userKey !== b.userKey) return a.userKey < b.userKey ? -1 : 1;
  if (a.issuerKey !== b.issuerKey) return a.issuerKey < b.issuerKey ? -1 : 1;
  return a.move < b.move ? -1 : a.move > b.move ? 1 : 0;
}
