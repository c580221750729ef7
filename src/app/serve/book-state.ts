/** What the book of decisions holds while it is open. */
import type { Policy } from "../../engine/decisions/policy.js";
import { type Allowlist, createAllowlist } from "../../engine/decisions/states.js";
import type { AllowlistRecord } from "../../store/records/allowlist.js";
import type { RecordDatabase } from "../../store/records/database.js";
import type { DecisionRecord } from "../../store/records/decisions.js";
import type { AllowlistEntry as ListedInFile } from "../../vocabulary/account.js";
import type { DecisionMemory } from "./decision-memory.js";
import type { Clock, DecisionChange } from "./services.js";

/** What is to be opened. */
export interface DecisionBookOptions {
  database: RecordDatabase;
  policy: Policy;
  clock: Clock;
  /** Those that the analysis looks at: a proposal is withdrawn once none of them says it any more. Absent: all that there are. */
  windows?: readonly string[];
  /** Whom the allowlist file spares, besides those whom people put on the list. */
  listAllowedAlways?: () => readonly ListedInFile[];
}

/** The open book. */
export interface Book extends DecisionBookOptions {
  windows: readonly string[];
  memory: DecisionMemory;
  entries: AllowlistRecord[];
  listeners: ((change: DecisionChange) => void)[];
}

/** Everybody who is spared now, whoever said so. */
export function readSpared({
  entries,
  listAllowedAlways = () => [],
  clock,
}: Pick<Book, "entries" | "listAllowedAlways" | "clock">): Allowlist {
  const listed = listAllowedAlways().flatMap(({ accountId, organizationId, expiresAtMs }) => [
    ...(accountId === undefined ? [] : [{ scope: { kind: "account" as const, id: accountId }, expiresMs: expiresAtMs }]),
    ...(organizationId === undefined ? [] : [{ scope: { kind: "organization" as const, id: organizationId }, expiresMs: expiresAtMs }]),
  ]);
  return createAllowlist([...entries, ...listed], clock.nowMs());
}

/** Tells who listens, after it is stored. */
export function tell(book: Book, change: DecisionChange): void {
  for (const listener of book.listeners) listener(change);
}

/** The decisions that a person named, in the order of their ids. */
export function choose(book: Book, { ids, batchId }: { ids?: readonly string[]; batchId?: string }): DecisionRecord[] {
  const wanted = new Set(ids);
  return book.memory.list().filter((record) => wanted.has(record.id) || (batchId !== undefined && record.batchId === batchId));
}
