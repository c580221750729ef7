/** What the parts of `stillwatch serve` offer one another. Each part is written against these ports and started by `serve.ts`. */
import type { Waiting, WindowView } from "../../engine/decisions/holding.js";
import type { FastifyBaseLogger, FastifyInstance } from "fastify";
import type { RecordOrigin } from "../../store/hand-over/origins.js";
import type { IssuedHandles } from "../../store/events/issued-handles.js";
import type { AccountLine } from "../../vocabulary/report.js";
import type { Decision, DecisionMode, DecisionState, Measure } from "../../vocabulary/decision.js";
import type { KnownCampaigns } from "../../vocabulary/known.js";
import type { CampaignMatch, CampaignUpdate, LiveCampaign } from "../../vocabulary/live.js";
import type { StoodSpan } from "../../store/events/came-after.js";
import type { AnsweredLines, CheckSpan, CheckTotals } from "../../store/events/request-checks.js";
import type { UncheckedPage, UncheckedWish } from "./engine/messages.js";
import type { SideFileName } from "./engine/side-facts.js";
import type { Policy } from "../../engine/decisions/policy.js";
import type { Hold } from "../../engine/decisions/snapshot.js";
import type { AnsweredCounts, ShadowReport } from "../../engine/decisions/shadow.js";
import type { HandleQuestion, HandleVerdict } from "../../engine/decisions/check-handles.js";
import type { RecordWork } from "./work/record-work.js";
import type { MetricName } from "./metrics.js";
import type { CallRoom } from "../http/gateways/call-room.js";
import type { Probes } from "../http/gateways/probes.js";
import type { CheckedRequest, Verdict, VerdictKind, VerdictState } from "../../vocabulary/verdict.js";

/** Time of day, for what people wait for: expiry, ages, retries. Analysis knows event time only. */
export interface Clock {
  nowMs(): number;
}

/** Where raw records wait, durably, until the engine has read them. */
export interface Journal {
  /**
   * Appends whole records of one source format, each ending in a newline. Settles when they are on disk.
   *
   * @throws JournalFull when the backlog is at its bound: tell the sender when to come again, keep nothing.
   */
  append(format: string, lines: Uint8Array, origin?: RecordOrigin): Promise<void>;
  /** Bytes that the engine has not read yet. */
  backlogBytes(): number;
  close(): Promise<void>;
}

/** The engine process, seen from the one that talks HTTP. */
export interface EngineLink {
  onUpdate(listener: (update: CampaignUpdate) => void | Promise<void>): void;
  /** Called behind the last update of a turn, with the updates of all windows that it looked at: what is decided rests on all of them. */
  onTurn(listener: (updates: readonly CampaignUpdate[]) => void | Promise<void>): void;
  onMatches(listener: (matches: readonly CampaignMatch[]) => void | Promise<void>): void;
  /** Called with all that campaigns are known by, after turns of the analysis. */
  onKnown(listener: (known: KnownCampaigns) => void | Promise<void>): void;
  /** The latest campaigns of all windows, one entry per campaign. */
  listCampaigns(): readonly LiveCampaign[];
  findAccount(accountId: string): Promise<AccountLine | null>;
  /** Records set aside, newest first. */
  listQuarantine(page: { limit: number; cursor: string | null }): Promise<{ data: unknown[]; next_cursor: string | null }>;
  /** The reasoning handles that were issued last, at most so many. */
  listHandles(limit: number): Promise<IssuedHandles>;
  /** Requests since then that decisions answered otherwise, or would have in shadow, by the decision's id; only gateways that ask are seen. */
  countAnswered(sinceMs: number): Promise<AnsweredLines>;
  /** Stored requests in spans of event time, by the decision's id. */
  countCame(spans: readonly StoodSpan[]): Promise<[id: string, requests: number][]>;
  /** Requests that came without being checked. */
  listUnchecked(wish: UncheckedWish): Promise<UncheckedPage>;
  /** How many requests of a short span of live traffic were checked, and how many were not. */
  countChecks(span: CheckSpan): Promise<CheckTotals>;
  status(): EngineStatus;
  /** Asks for a turn of the analysis now; settles when it is done. */
  analyse(): Promise<void>;
  close(): Promise<void>;
}

/** How the engine is doing. */
export interface EngineStatus {
  isAlive: boolean;
  /** Wall-clock moments; null before the first. */
  lastAcquiredMs: number | null;
  lastAnalysedMs: number | null;
  storedEvents: number;
  quarantined: number;
  restarts: number;
  /** Side files that the engine could not read as they are now. */
  staleFiles: readonly SideFileName[];
}

/** Who may do what; keys are hashed at rest. */
export const SCOPES = ["events:write", "check", "read", "decisions:write", "allowlist:write", "admin"] as const;
/** One of {@link SCOPES}. `admin` may everything. */
export type Scope = (typeof SCOPES)[number];

/** A key as it is kept; the secret itself is shown once, when it is made. */
export interface ApiKey {
  id: string;
  name: string;
  scopes: readonly Scope[];
  createdMs: number;
  expiresMs: number | null;
  revokedMs: number | null;
}

/** Who is asking. */
export interface Caller {
  keyId: string;
  name: string;
  scopes: readonly Scope[];
}

/** Keys. */
export interface Keys {
  create(wish: { name: string; scopes: readonly Scope[]; expiresMs: number | null }): Promise<{ key: ApiKey; secret: string }>;
  list(): Promise<ApiKey[]>;
  revoke(id: string): Promise<boolean>;
  /** Compares in constant time; null for a key that is unknown, revoked or past its end. */
  authenticate(secret: string): Promise<Caller | null>;
}

/** Which decisions to list. */
export interface DecisionFilter {
  state?: DecisionState | undefined;
  mode?: DecisionMode | undefined;
  measure?: Measure | undefined;
  campaignId?: string | undefined;
  batchId?: string | undefined;
  accountId?: string | undefined;
  limit: number;
  cursor: string | null;
}

/** An entry of the allowlist: it wins at decision and at verdict. */
export interface AllowlistEntry {
  id: string;
  scope: { kind: "account" | "organization"; id: string };
  reason: string;
  addedBy: string;
  addedMs: number;
  expiresMs: number;
}

/** Decisions, the allowlist and what people did with them. */
export interface DecisionBook {
  /** Turns the campaigns of one turn into decisions by policy; answers what is new. Proposals that no window says any more are withdrawn. */
  decide(views: readonly WindowView[]): Promise<Decision[]>;
  /** Turns accounts that look like known campaigns into decisions to watch or to verify; answers what is new. */
  decideMatches(matches: readonly CampaignMatch[]): Promise<Decision[]>;
  list(filter: DecisionFilter): Promise<{ data: Decision[]; next_cursor: string | null }>;
  /** Whom rules hold for, and not for as long as their `for` says: the first due first. */
  listWaiting(): Waiting[];
  find(id: string): Promise<Decision | null>;
  /** The decisions that are named, as they are now. */
  select(choice: { ids?: readonly string[]; batchId?: string }): Promise<Decision[]>;
  /** What happened to a decision, oldest first. */
  listEvents(id: string): Promise<DecisionEventLine[]>;
  /** Decides by another policy from now on; what was decided stands. */
  usePolicy(policy: Policy): Promise<void>;
  /** A person's yes or no; answers the decisions that the answer was kept for. `by` is who: the same person counts once. */
  approve(wish: { ids?: readonly string[]; batchId?: string; by: string; isApproved: boolean; note?: string }): Promise<Decision[]>;
  rollBack(wish: { ids?: readonly string[]; batchId?: string; by: string; reason: string }): Promise<Decision[]>;
  /** What acts still on those whom these decisions were about, by whatever campaign, and how many of them nothing acts on. */
  listLeft(decisions: readonly Decision[]): Promise<LeftStanding>;
  /** Active decisions, what people keep off, and the allowlist, for the snapshot. The same lists as long as nothing changed. */
  listInForce(): Promise<{ decisions: readonly Decision[]; held: readonly Hold[]; allowlist: readonly AllowlistEntry[] }>;
  /** Called after anything changed what is in force. */
  onChange(listener: () => void): void;
  /** Called with what moved and who moved it, after it is stored: for the stream and for alerts. */
  onMoved(listener: (change: DecisionChange) => void): void;
  /** Place of the latest event of the audit; 0 before the first. */
  lastEvent(): Promise<number>;
  /** Events behind a place of the audit, oldest first, each with its decision as it is now. */
  listEventsAfter(position: number, limit: number): Promise<(DecisionEventLine & { position: number; decision: Decision })[]>;
  /** Carries a write out once for each key and caller: a second one is answered as the first was. */
  answerOnce(
    write: { caller: string; idempotencyKey: string; requestHash: string },
    work: () => Promise<{ status: number; body: unknown }>,
  ): Promise<{ kind: "answered"; status: number; body: unknown; isRepeat: boolean } | { kind: "running" | "other" }>;
  /**
   * Ends what has reached its end, and takes back what stands against anybody whom the allowlist's file spares by now. Neither is in force either way;
   * but what is only masked would act again when the entry ends, without anybody deciding it.
   */
  sweep(): Promise<Decision[]>;
  /** Spares somebody. With an id, the same entry sent again is one entry, also where a stop came between the entry and its answer. */
  allow(entry: Omit<AllowlistEntry, "id" | "addedMs"> & { id?: string | undefined }): Promise<AllowlistEntry>;
  disallow(id: string, by: string): Promise<boolean>;
  listAllowed(): Promise<AllowlistEntry[]>;
  /** Where to look for requests that came while decisions would have stood. */
  listStood(wish: { sinceMs: number }): Promise<StoodSpan[]>;
  /** What would have been done, and what was; `answered` are the requests that gateways asked about, by decision. */
  reportShadow(wish: { sinceMs: number; answered?: AnsweredCounts }): Promise<ShadowReport>;
  close(): Promise<void>;
}

/** What is left after decisions were taken back. */
export interface LeftStanding {
  /** Accounts and organizations that nothing acts on any more. */
  free: number;
  /** In force still, about the others. */
  standing: Decision[];
}

/** What happened to a decision: who moved it when, from which state to which. */
export interface DecisionEventLine {
  atMs: number;
  who: string;
  previousState: DecisionState | null;
  newState: DecisionState;
  note: string | null;
}

/** Something happened to decisions or to the allowlist. */
export interface DecisionChange {
  kind: "decided" | "approved" | "rejected" | "rolled_back" | "withdrawn" | "expired" | "allowlist";
  /** A person's name, `policy`, `clock` or `allowlist`. */
  by: string;
  /** Why, as the audit has it; absent where nobody said. */
  note?: string | null;
  /** As they are now. */
  decisions: readonly Decision[];
}

/** Verdicts from memory. */
export interface Verdicts {
  /** Answers at once, whatever else goes on. `integration` names who asks, for the count of checks. */
  check(request: CheckedRequest, integration: string): Verdict;
  /** Answers a call that does not say whose request it is: as the integration's `on_unavailable` says, and counted as not checked. */
  answerUnreadable(integration: string, why: string): Verdict;
  /** A request that a gateway says it let through or refused without an answer of ours; told again under the same id, it counts for nothing. */
  noteUnchecked(integration: string, requestId?: string): void;
  /** Reads anew what is in force. */
  refresh(): Promise<void>;
  /** Remembers which account reasoning was handed out to. */
  noteHandles(issued: readonly { handle: string; accountId: string; organizationId?: string | undefined }[]): void;
  /** From now on requests are held against this. `learntMs` is when it was handed over; now, unless it is said. */
  learnKnown(known: KnownCampaigns, learntMs?: number): void;
  /** Time since it was handed over; 0 while nothing is known. */
  knownAgeMs(): number;
  /** Remembers whom accounts in campaigns belong to, for gateways that name no organization. */
  noteMembers(members: Iterable<{ accountId: string; organizationId: string | null }>): void;
  /** Takes over what events of before tell of handles; until then handles are not checked, and that is said. */
  fillHandles(issued: IssuedHandles): Promise<void>;
  /** Whether any of the handles was issued to somebody else than who hands them in. */
  checkHandles(question: HandleQuestion, integration: string): HandleVerdict;
  /** False until the first snapshot was read. */
  isReady(): boolean;
  snapshotAgeMs(): number;
}

/** The journal's format for checks; no log of another product is called so. */
export const CHECKS_FORMAT = "checks";

/** That a request was checked, and what was answered: one line of the journal's format `checks`, so that unchecked requests can be told later. */
export interface CheckRecord {
  request_id: string;
  at_ms: number;
  integration: string;
  verdict: VerdictKind;
  state: VerdictState;
  decision_id: string | null;
  shadow_decision_id: string | null;
}

/** Told to people outside: signed, retried, and never lost silently. */
export interface Alerts {
  send(alert: Alert): Promise<void>;
  /** What could not be told to anybody, newest first. `cursor` is what the page before gave, null for the first. */
  listDead(page: { limit: number; cursor: string | null }): Promise<{ data: DeadLetter[]; next_cursor: string | null }>;
  /** What is still being tried: of it `failed` did not arrive at the first attempt. */
  countWaiting(): Promise<{ count: number; failed: number; sinceMs: number | null }>;
  /** Tries dead letters again, as if they were new; answers those that there are. All of them when none is named. */
  retryDead(ids: readonly string[] | null): Promise<string[]>;
  close(): Promise<void>;
}

/** An alert that was given up. */
export interface DeadLetter {
  /** As the receiver would have seen it (`webhook-id`). */
  id: string;
  /** Names the receiver without its address. */
  receiver: string;
  alert: Alert;
  attempts: number;
  createdMs: number;
  deadAtMs: number;
  lastError: string;
}

/** Who, since when, why, what we did, and where to look. */
export interface Alert {
  kind: "campaign_found" | "decision_proposed" | "decision_active" | "decision_rolled_back" | "engine_down" | "unchecked_requests";
  /** The same key is told once. */
  key: string;
  title: string;
  who: string;
  sinceMs: number;
  because: readonly string[];
  done: string;
  /** Where programs look. */
  link: string;
  /** What a person types to see it; absent where no command tells more, and in what an older version wrote down. */
  command?: string;
}

/** Counters and gauges; names, help and labels stand in `metrics.ts`. */
export interface Metrics {
  count(name: MetricName, labels?: Readonly<Record<string, string>>, by?: number): void;
  observe(name: MetricName, value: number, labels?: Readonly<Record<string, string>>): void;
  set(name: MetricName, value: number, labels?: Readonly<Record<string, string>>): void;
  render(): Promise<string>;
  contentType: string;
}

/** Everything that a route may use. */
export interface Services {
  clock: Clock;
  log: FastifyBaseLogger;
  keys: Keys;
  journal: Journal;
  engine: EngineLink;
  decisions: DecisionBook;
  verdicts: Verdicts;
  alerts: Alerts;
  metrics: Metrics;
  /** Heavy work on bodies; absent: it is done in this thread. */
  work?: RecordWork;
  /** Memory for calls for a verdict; absent: as much as where nothing is set. */
  callRoom?: CallRoom;
  /** Absent where nobody can probe. */
  probes?: Probes;
}

/** A part of the HTTP interface: registers its routes, each with `config: { scope }`; see `plugin.ts`. */
export type HttpPart = (services: Services) => (app: FastifyInstance) => Promise<void>;
