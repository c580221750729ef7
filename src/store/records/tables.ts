/** The tables of records as columns. Times are milliseconds since the Unix epoch; JSON columns are written as text and read as values. */
import type { ColumnType, Generated } from "kysely";
import type { DecisionMode, DecisionScope, DecisionState, Measure, PartyScope } from "../../vocabulary/decision.js";

/** A JSON column: text on the way in, so that both drivers write the same, a value on the way out. */
type Json<T> = ColumnType<T, string, string>;

/** One decision about one account or organization. */
export interface DecisionTable {
  id: string;
  batch_id: string;
  measure: Measure;
  parameters: Json<unknown>;
  mode: DecisionMode;
  state: DecisionState;
  scope_kind: DecisionScope["kind"];
  scope_id: string;
  /** Of the account; for an organization its own id. */
  organization_id: string | null;
  campaign_id: string;
  rule: string;
  reason: string;
  because: Json<string[]>;
  evidence: string;
  evidence_of: Json<string[]>;
  owner: string;
  decided_ms: number;
  expires_ms: number;
  approvals_needed: number;
  /** Accounts of the campaign that it touches: 1, or those of the organization. */
  accounts: number;
  /** A person said no: until then the same rule leaves the same scope alone. */
  held_until_ms: number | null;
  /** Window whose counts are followed, requests in it when it was decided, and at the latest analysis. */
  counted_window: string | null;
  requests_before: number;
  requests_latest: number;
  /** Event time of the latest request that it was decided by; null where that is not known. */
  seen_until_ms: number | null;
}

/** What happened to decisions and the allowlist; only ever added to. */
export interface DecisionEventTable {
  position: Generated<number>;
  decision_id: string;
  at_ms: number;
  who: string;
  previous_state: string | null;
  new_state: string;
  note: string | null;
}

/** One row for each person and decision. */
export interface ApprovalTable {
  decision_id: string;
  person: string;
  at_ms: number;
  is_approved: boolean;
  note: string | null;
}

/** Who is never acted on. Entries are ended, not deleted. */
export interface AllowlistTable {
  id: string;
  scope_kind: PartyScope["kind"];
  scope_id: string;
  reason: string;
  added_by: string;
  added_ms: number;
  expires_ms: number;
  removed_by: string | null;
  removed_ms: number | null;
}

/** Keys of machines and people; the secret itself is nowhere. */
export interface ApiKeyTable {
  id: string;
  name: string;
  scopes: Json<string[]>;
  /** SHA-256 of the secret, in hex. */
  secret_hash: string;
  created_ms: number;
  expires_ms: number | null;
  revoked_ms: number | null;
}

/** Small things that must survive a restart. */
export interface SettingTable {
  name: string;
  value: Json<unknown>;
  changed_ms: number;
}

/** Answers to writes, so that a repeated write is answered and not carried out again. */
export interface IdempotencyKeyTable {
  caller: string;
  idempotency_key: string;
  request_hash: string;
  /** Null while the first one is being carried out. */
  status: number | null;
  answer: Json<unknown> | null;
  created_ms: number;
}

/** What people outside are to be told, until they were. */
export interface OutboxTable {
  /** The same key is told once. */
  key: string;
  payload: Json<unknown>;
  created_ms: number;
  attempts: number;
  next_at_ms: number;
  sent_at_ms: number | null;
  /** Given up: a dead letter. */
  dead_at_ms: number | null;
  last_error: string | null;
}

/** All of them. */
export interface RecordTables {
  decisions: DecisionTable;
  decision_events: DecisionEventTable;
  approvals: ApprovalTable;
  allowlist: AllowlistTable;
  api_keys: ApiKeyTable;
  settings: SettingTable;
  idempotency_keys: IdempotencyKeyTable;
  outbox: OutboxTable;
}
