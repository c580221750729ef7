/** Verdicts beside the traffic: keeps the snapshot fresh, answers from memory, and writes down which requests were checked. */
import { setImmediate } from "node:timers/promises";
import createXxhash from "xxhash-wasm";
import { type CheckContext, type Checked, checkRequest, explainUnavailable, type OnUnavailable } from "../../engine/decisions/check.js";
import { checkHandles } from "../../engine/decisions/check-handles.js";
import { createHandleMemory, type HandleMemory } from "../../engine/decisions/handle-memory.js";
import { type AccountDirectory, keepAccounts, openAccounts, type PackedAccounts } from "../../engine/decisions/account-directory.js";
import { createTextHash } from "../../engine/decisions/text-hash.js";
import { buildSnapshotBeside, type Hold, type Snapshot, type SnapshotParts } from "../../engine/decisions/snapshot.js";
import { createThrottle } from "../../engine/decisions/throttle.js";
import type { IssuedHandles } from "../../store/events/issued-handles.js";
import type { Account, AllowlistEntry } from "../../vocabulary/account.js";
import type { Decision } from "../../vocabulary/decision.js";
import type { KnownCampaigns } from "../../vocabulary/known.js";
import type { CheckedRequest, Verdict } from "../../vocabulary/verdict.js";
import { createKnownMemory, type KnownMemory } from "./known-campaigns.js";
import { createRecentTexts } from "./recent-texts.js";
import type { CheckRecord, Clock, Metrics, Verdicts } from "./services.js";

/** How verdicts are given. Durations in milliseconds. */
export interface VerdictSettings {
  /** How often what is in force is read anew, changes aside. */
  refreshIntervalMs: number;
  /** An older snapshot answers `unchecked`. */
  snapshotAgeMaxMs: number;
  /** By name of the integration; `default` for those that are not named. */
  onUnavailable: Readonly<Record<string, OnUnavailable>>;
  handleMode: "shadow" | "enforce";
  handlesMax: number;
  /** Of what campaigns are known by: as of longer ago no standing order acts. */
  knownAgeMaxMs: number;
}

/** Where the snapshot comes from. */
export interface SnapshotSource {
  /** Lists that are the same as before say that nothing changed. */
  listInForce(): Promise<{ decisions: readonly Decision[]; held?: readonly Hold[]; allowlist: readonly AllowlistEntry[] }>;
  /** Accounts with how far they are verified; asked again when they change. */
  listAccounts(): Promise<Iterable<Account>>;
  /** The same, made ready elsewhere: a million would hold up every verdict for seconds. */
  packAccounts?(): Promise<PackedAccounts>;
}

/** What verdicts are made with. */
export interface VerdictParts {
  settings: VerdictSettings;
  source: SnapshotSource;
  clock: Clock;
  metrics: Metrics;
  /** Takes what was checked; it may not wait. */
  record: (checks: readonly CheckRecord[]) => void;
  /** Told when a reading failed; the last known snapshot stays. */
  onFailure: (error: unknown) => void;
}

/** Verdicts with the timers that keep them fresh. */
export interface RunningVerdicts extends Verdicts {
  /** Reads accounts anew. */
  refreshAccounts: () => Promise<void>;
  handles: Pick<HandleMemory, "size" | "forgotten">;
  close(): void;
}

/** Members of campaigns whose organization is remembered as the analysis told it; the one that was told first goes first. */
const MEMBERS_MAX = 100_000;

/** Checks that wait to be written down, at most: beyond, they go at once. */
const RECORDS_WAITING_MAX = 5000;
/** Integrations told apart beside those of the settings: a provider has a handful, and each is a line of every metric for as long as the process lives. */
const NAMES_MAX = 64;

/** As the settings and the query of a check hold names to. */
const INTEGRATION = /^[a-z0-9_-]{1,64}$/;

/** Keeps the names of the settings and the first that ask; those that come later are counted as `other`. */
function createNameBound(configured: Iterable<string>): (name: string) => string {
  const names = new Set(configured);
  const most = names.size + NAMES_MAX;
  return (name) => {
    if (names.has(name)) return name;
    // A call that is refused for its name is counted as well: what is no name may be anybody's text.
    if (names.size >= most || !INTEGRATION.test(name)) return "other";
    names.add(name);
    return name;
  };
}

/**
 * So long a check may wait to be written down: what a crash can lose is told as never asked about, and never the other way. Fifty times a second: each is one write that all
 * checks of that time share, and a sync that nobody waits for.
 */
const RECORD_WAIT_MS = 20;

/** Reports that are known again when they are sent again: an outbox sends within minutes, a proxy's spool after its restart. Some ten megabytes. */
const REPORTED_MAX = 100_000;

/** Starts answering; the first snapshot is read before it returns, or told to `onFailure`. */
export async function createVerdicts(parts: VerdictParts): Promise<RunningVerdicts> {
  const { settings, clock, metrics, record, onFailure } = parts;
  const { handles, directory, known, areAccountsMissing, refreshAccounts, noteMembers } = await openKnown(parts);
  const takeToken = createThrottle();
  const recorder = createRecorder(record);
  await refreshAccounts().catch(onFailure);
  const keeper = await keepSnapshot(parts, directory);
  const onUnavailable = new Map(Object.entries(settings.onUnavailable));
  const nameForCount = createNameBound(onUnavailable.keys());
  const noteUnchecked = createUncheckedCount(metrics, nameForCount);
  const chooseAnswer = (integration: string): OnUnavailable => onUnavailable.get(integration) ?? onUnavailable.get("default") ?? "allow";
  let areHandlesKnown = false;
  const describeContext = (integration: string, { take, nowMs }: { take: CheckContext["takeToken"]; nowMs: number }): CheckContext => ({
    takeToken: take,
    snapshotAgeMaxMs: settings.snapshotAgeMaxMs,
    knownAgeMaxMs: settings.knownAgeMaxMs,
    handleMode: settings.handleMode,
    snapshot: keeper.latest(),
    snapshotAgeMs: keeper.ageMs(nowMs),
    onUnavailable: chooseAnswer(integration),
    handles: areHandlesKnown && !areAccountsMissing() ? handles : null,
    known: known.forCheck(),
    nowMs,
  });
  return {
    check(request, integration) {
      const nowMs = clock.nowMs();
      const take = request.isFetch === true ? takeNothing : takeToken;
      const checked = checkRequest(request, describeContext(integration, { take, nowMs }));
      countChecked(metrics, checked, nameForCount(integration));
      const { verdict, shadowed } = checked;
      recorder.add(describeCheck(request, { verdict, shadowed, integration, atMs: nowMs }));
      return verdict;
    },
    answerUnreadable(integration, why) {
      const verdict = writeUnreadable(chooseAnswer(integration), { why, snapshotAgeMs: keeper.ageMs(clock.nowMs()) });
      metrics.count("stillwatch_checks_total", { integration: nameForCount(integration), verdict: verdict.verdict, state: verdict.state });
      noteUnchecked(integration);
      return verdict;
    },
    noteUnchecked,
    refresh: keeper.refresh,
    refreshAccounts,
    noteHandles(issued) {
      for (const each of issued) handles.note(each);
      metrics.set("stillwatch_handles_remembered", handles.size());
    },
    noteMembers,
    learnKnown: (learnt, learntMs = clock.nowMs()) => learnKnown(known, { learnt, learntMs, metrics }),
    knownAgeMs: () => tellAge(known.forCheck(), clock.nowMs()),
    async fillHandles(issued) {
      await fillMemory(handles, issued);
      areHandlesKnown = true;
      metrics.set("stillwatch_handles_remembered", handles.size());
    },
    checkHandles(question, integration) {
      const answer = checkHandles(question, describeContext(integration, { take: takeNothing, nowMs: clock.nowMs() }));
      if (answer.replayed > 0)
        metrics.count("stillwatch_replayed_handles_total", { integration: nameForCount(integration) }, answer.replayed);
      return answer;
    },
    isReady: () => keeper.latest() !== null,
    snapshotAgeMs: () => keeper.ageMs(clock.nowMs()),
    handles,
    close() {
      keeper.close();
      recorder.close();
    },
  };
}

/** Counts requests without an answer; one that is reported under the same id again counts for nothing. */
function createUncheckedCount(metrics: Metrics, nameForCount: (integration: string) => string): Verdicts["noteUnchecked"] {
  const reported = createRecentTexts(REPORTED_MAX);
  return (integration, requestId) => {
    if (requestId !== undefined && !reported.isFirst(requestId)) return;
    metrics.count("stillwatch_unchecked_requests_total", { integration: nameForCount(integration) });
  };
}

function learnKnown(
  known: KnownMemory,
  { learnt, learntMs, metrics }: { learnt: KnownCampaigns; learntMs: number; metrics: Metrics },
): void {
  known.learn(learnt, learntMs);
  const { campaigns, size } = known.size();
  metrics.set("stillwatch_known_campaigns", campaigns);
  metrics.set("stillwatch_known_marks", size);
  metrics.set("stillwatch_known_accounts_left_out", learnt.accountsLeftOut);
}

const tellAge = (known: ReturnType<KnownMemory["forCheck"]>, nowMs: number): number =>
  known === null ? 0 : Math.max(0, nowMs - known.asOfMs);

function countChecked(metrics: Metrics, { verdict, shadowed, replayedHandles, match }: Checked, integration: string): void {
  metrics.count("stillwatch_checks_total", { integration, verdict: verdict.verdict, state: verdict.state });
  if (replayedHandles > 0) metrics.count("stillwatch_replayed_handles_total", { integration }, replayedHandles);
  if (shadowed !== null) metrics.count("stillwatch_shadowed_checks_total", { rule: shadowed.rule, measure: shadowed.measure });
  if (match !== null) metrics.count("stillwatch_matched_checks_total", { kinds: match.kinds.join("+"), acts: match.acts });
}

/** What is known of accounts and handles, whatever was decided. */
interface Known extends Pick<RunningVerdicts, "refreshAccounts"> {
  handles: HandleMemory;
  directory: SnapshotParts["directory"];
  known: KnownMemory;
  /** True while there is a file of accounts that could never be read: who belongs to whom is not known. */
  areAccountsMissing: () => boolean;
  noteMembers: (members: Iterable<{ accountId: string; organizationId: string | null }>) => void;
}

/** Empty at first. */
async function openKnown({ settings, source }: VerdictParts): Promise<Known> {
  const xxhash = await createXxhash();
  const hash = createTextHash((text) => xxhash.h64(text));
  let listed: AccountDirectory = keepAccounts([], { countMax: 1, hash });
  // Until a file that cannot be read was read once, nobody is asked to prove again what he may have proved long ago, and nobody is refused for a handle that may be a colleague's.
  let isMissing = false;
  const members = new Map<string, string>();
  const organizationOf = (account: bigint): string | undefined => listed.organizationOfHash(account);
  return {
    known: createKnownMemory(hash),
    handles: createHandleMemory({ handlesMax: settings.handlesMax, hash, organizationOf }),
    directory: {
      levelOf: (id) => (isMissing ? "organization" : listed.levelOf(id)),
      organizationOf: (id) => listed.organizationOf(id),
      memberOf: (id) => members.get(id),
    },
    areAccountsMissing: () => isMissing,
    async refreshAccounts() {
      const nothing = (error: unknown): never => {
        isMissing ||= listed.size === 0;
        throw error;
      };
      const packed = await source.packAccounts?.().catch(nothing);
      const accounts = packed === undefined ? [...(await source.listAccounts().catch(nothing))] : [];
      isMissing = false;
      listed = packed === undefined ? keepAccounts(accounts, { countMax: Math.max(1, accounts.length), hash }) : openAccounts(packed, hash);
    },
    noteMembers(told) {
      for (const { accountId, organizationId } of told) if (organizationId !== null) members.set(accountId, organizationId);
      for (const accountId of members.keys()) {
        if (members.size <= MEMBERS_MAX) break;
        members.delete(accountId);
      }
    },
  };
}

/** What is fetched again was counted when it was asked for. */
const takeNothing = (): number => 0;

/** Of nobody nothing is last known: the request passes unless the operator wants unchecked ones stopped. */
function writeUnreadable(answer: OnUnavailable, { why, snapshotAgeMs }: { why: string; snapshotAgeMs: number }): Verdict {
  const verdict = answer === "block" ? "block" : "allow";
  const because = [`Not checked: ${why}. ${explainUnavailable(answer)}`];
  return { verdict, state: "error", decision_id: null, because, snapshot_age_ms: Math.round(snapshotAgeMs) };
}

/** Handles taken over at once: a few milliseconds, in which no request is answered. */
const HANDLES_AT_ONCE = 5_000;

async function fillMemory(memory: HandleMemory, { handles, accounts, organizations }: IssuedHandles): Promise<void> {
  for (const [place, handle] of handles.entries()) {
    memory.noteHashed({ handle, account: accounts[place], organization: organizations[place] });
    if (place % HANDLES_AT_ONCE === HANDLES_AT_ONCE - 1) await setImmediate();
  }
}

const giveWay = async (): Promise<void> => setImmediate();

/** The latest snapshot, and what keeps it fresh. */
interface SnapshotKeeper {
  latest: () => Snapshot | null;
  /** Whoever asks has read the clock: a check reads it once, because a reading takes as long as a look-up. */
  ageMs: (nowMs: number) => number;
  refresh: () => Promise<void>;
  close: () => void;
}

/** Reads the first snapshot, or tells why not, and reads on at the set interval. */
async function keepSnapshot(
  { settings, source, clock, metrics, onFailure }: VerdictParts,
  directory: SnapshotParts["directory"],
): Promise<SnapshotKeeper> {
  let snapshot: Snapshot | null = null;
  let made: Awaited<ReturnType<SnapshotSource["listInForce"]>> | null = null;
  let readMs = Number.NEGATIVE_INFINITY;
  const readSnapshot = async (): Promise<void> => {
    try {
      const startedMs = clock.nowMs();
      const listed = await source.listInForce();
      // Ends are looked at when a request is; nothing else can differ.
      const isSame = made?.decisions === listed.decisions && made.held === listed.held && made.allowlist === listed.allowlist;
      if (!isSame || snapshot === null) snapshot = await buildSnapshotBeside({ ...listed, directory }, giveWay);
      made = listed;
      readMs = startedMs;
      metrics.set("stillwatch_snapshot_decisions", snapshot.size);
    } catch (error) {
      onFailure(error);
    }
  };
  const refresh = joinCalls(readSnapshot);
  await refresh();
  const timer = setInterval(() => void refresh(), settings.refreshIntervalMs).unref();
  return {
    latest: () => snapshot,
    ageMs: (nowMs) => (snapshot === null ? 0 : Math.max(0, nowMs - readMs)),
    refresh,
    close: () => clearInterval(timer),
  };
}

function describeCheck(
  request: CheckedRequest,
  { verdict, shadowed, integration, atMs }: { verdict: Verdict; shadowed: Decision | null; integration: string; atMs: number },
): CheckRecord | null {
  // Without an id nothing can be compared with the events later.
  if (request.requestId === undefined) return null;
  return {
    request_id: request.requestId,
    at_ms: atMs,
    integration,
    verdict: verdict.verdict,
    state: verdict.state,
    decision_id: verdict.decision_id,
    shadow_decision_id: shadowed?.id ?? null,
  };
}

/** Checks as lines of the journal. */
export function writeChecks(checks: readonly CheckRecord[]): Buffer {
  return Buffer.from(checks.map((check) => `${JSON.stringify(check)}\n`).join(""));
}

/** Gathers checks, so that a verdict never waits for a disk. */
function createRecorder(record: (checks: readonly CheckRecord[]) => void): { add(check: CheckRecord | null): void; close(): void } {
  let waiting: CheckRecord[] = [];
  let timer: NodeJS.Timeout | null = null;
  const flush = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (waiting.length === 0) return;
    const taken = waiting;
    waiting = [];
    record(taken);
  };
  return {
    add(check) {
      if (check === null) return;
      waiting.push(check);
      if (waiting.length >= RECORDS_WAITING_MAX) flush();
      // Not an interval: who asks first waits no longer than the last.
      else timer ??= setTimeout(flush, RECORD_WAIT_MS).unref();
    },
    close: flush,
  };
}

/** Calls while one is under way share the one that follows it: a change that came meanwhile is never missed, and calls never pile up. */
function joinCalls(call: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  const run = async (): Promise<void> => {
    try {
      await call();
    } finally {
      running = null;
    }
  };
  return () => {
    if (running === null) return (running = run());
    next ??= running.then(() => {
      next = null;
      return (running = run());
    });
    return next;
  };
}
