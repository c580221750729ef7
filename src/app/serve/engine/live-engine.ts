/** The engine's work: takes segments in, analyses windows when they are due, answers questions. It knows nothing of processes. */
import createXxhash from "xxhash-wasm";
import { observeWindow, type WindowFindings, type WindowInput } from "../../../engine/pipeline.js";
import type { SideFacts } from "../../../engine/behaviour/population.js";
import { completeEntries, writeRoster } from "../../../engine/campaigns/roster.js";
import { countQuarantined } from "../../../engine/acquire/index.js";
import { chooseEvents, restrictEvents, type EventsSql, type EventsTable } from "../../../store/events/duplicates.js";
import { countChecks, countLiveChecks, listUnchecked, type CheckSpan, type CheckTotals } from "../../../store/events/request-checks.js";
import type { EventStore } from "../../../store/events/store.js";
import { copyWindow, dropWindowCopy } from "../../../store/events/window-copy.js";
import { countEvents, readStoredSpan } from "../../../store/events/watermark.js";
import type { ReportCalibration } from "../../../vocabulary/calibration.js";
import type { KnownCampaigns } from "../../../vocabulary/known.js";
import { LIVE_WINDOWS, type CampaignMatch, type CampaignUpdate, type LiveWindow } from "../../../vocabulary/live.js";
import type { AccountLine } from "../../../vocabulary/report.js";
import type { Intake } from "./intake.js";
import type { Acquired, EngineReport, Segment, UncheckedPage, UncheckedWish } from "./messages.js";
import { createMatcher, type Matcher } from "./matching.js";
import { type AllKept, createPruning, type Pruned } from "./pruning.js";
import { forgetPruned, isDue, type LastTurn } from "./schedule.js";
import type { AnalysisSettings } from "./settings.js";
import type { SideFactsKeeper } from "./side-facts.js";
import type { Tracker } from "./tracker.js";

/** What the engine works with. */
export interface LiveEngineParts {
  store: EventStore;
  intake: Intake;
  tracker: Tracker;
  sideFacts: SideFactsKeeper;
  settings: AnalysisSettings;
  calibration: ReportCalibration;
  /** This machine's clock, for rests between turns; no finding rests on it. */
  nowMs: () => number;
  /** This machine's date: what claims to be of later, by more than events may lag behind, is stored and looked at when its time has come. */
  dateMs: () => number;
  onUpdate: (update: CampaignUpdate) => void;
  /** Told behind the last update of a turn. */
  onTurn: () => void;
  onMatches: (matches: readonly CampaignMatch[]) => void;
  /** Told what campaigns are known by, behind a turn that looked at some window, once all have been looked at. */
  onKnown: (known: KnownCampaigns) => void;
  /** Told of what failed and is tried again with the next events. */
  onTrouble: (error: unknown) => void;
  onReport: (report: EngineReport) => void;
  /** Told of requests that nothing looks at any more, where nothing is taken out. */
  onAllKept?: (kept: AllKept) => void;
}

/** The engine. */
export interface LiveEngine {
  /** Settles when the segments are stored. */
  acquire(segments: readonly Segment[]): Promise<Acquired>;
  /** Analyses the windows that are due; all of them when told to. Calls wait for one another. */
  analyse(wish: { isForced: boolean }): Promise<void>;
  /** Takes out requests of long ago where that is due; turns wait for it, and what comes in does not. Null where it was not. */
  prune(): Promise<Pruned | null>;
  findAccount(accountId: string): Promise<AccountLine | null>;
  listUnchecked(wish: UncheckedWish): Promise<UncheckedPage>;
  countChecks(span: CheckSpan): Promise<CheckTotals>;
  report(): EngineReport;
}

interface EngineState extends LiveEngineParts {
  matcher: Matcher;
  /** Ascending by span. */
  windows: LiveWindow[];
  counts: EngineReport;
  /** When the counts were last read from the store itself, and how many events it held. */
  countedEvents: number;
  countedAtMs: number;
  turns: Map<LiveWindow, LastTurn>;
  /** The span whose checks were counted last. */
  counted: (CheckSpan & { totals: CheckTotals }) | null;
  lines: Map<LiveWindow, Map<string, AccountLine>>;
  /** Events since the start that came later than allowed. */
  late: number;
  /** Stored requests that claim to be of later than now. */
  ahead: number;
  /** Handed over and not yet stored. */
  segmentsUnderWay: number;
  /** One after the other: what reads the store as a whole, and what changes it. */
  exclusive: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Starts the engine on an open store. */
export async function createLiveEngine(parts: LiveEngineParts): Promise<LiveEngine> {
  const { settings } = parts;
  const xxhash = await createXxhash();
  const state: EngineState = {
    ...parts,
    matcher: createMatcher({ ...parts, hash: (text) => xxhash.h64(text) }),
    windows: [...new Set(settings.windows)].sort((a, b) => LIVE_WINDOWS[a] - LIVE_WINDOWS[b]),
    counts: { storedEvents: 0, quarantined: 0, watermarkMs: null },
    countedEvents: 0,
    countedAtMs: 0,
    turns: new Map(),
    counted: null,
    lines: new Map(),
    late: 0,
    ahead: 0,
    segmentsUnderWay: 0,
    exclusive: createQueue(),
  };
  // Repeats are told apart before the first turn; a start need not wait for that.
  await recount(state, "request_events");
  const inTurn = createQueue();
  const pruning = createPruning({ ...parts, keptMs: settings.events_kept_ms, todayMs: () => Date.now() });
  return {
    async acquire(segments) {
      state.segmentsUnderWay += segments.length;
      try {
        return await takeIn(state, segments);
      } finally {
        state.segmentsUnderWay -= segments.length;
      }
    },
    analyse: ({ isForced }) => inTurn(() => analyseWindows(state, isForced)),
    prune: () =>
      inTurn(async () => {
        const pruned = await pruning.pruneWhenDue(state.counts.watermarkMs);
        if (pruned === null) return null;
        for (const [window, last] of state.turns) state.turns.set(window, forgetPruned(last, pruned.removed));
        await state.exclusive(() => recount(state));
        state.onReport({ ...state.counts });
        return pruned;
      }),
    findAccount: (accountId) => findAccount(state, accountId),
    async listUnchecked({ limit, cursor, ...span }) {
      const eventsSql = await chooseEvents(state.store);
      const { counted } = state;
      // Sums over the span are the same on each of its pages, and cost as much as all of them.
      const isCounted = cursor !== null && counted?.fromMs === span.fromMs && counted.toMs === span.toMs;
      const totals = isCounted ? counted.totals : await countChecks(state.store, { eventsSql, span });
      state.counted = { ...span, totals };
      return {
        totals,
        ...(await listUnchecked(state.store, { eventsSql, span, limit, cursor })),
      };
    },
    countChecks: (span) => countLiveChecks(state.store, span),
    report: () => ({ ...state.counts }),
  };
}

/** Runs one piece of work after the other; one that fails stops none behind it. */
function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}

/** The latest event time that may be. */
const tellLatest = ({ dateMs, settings }: EngineState): number => dateMs() + settings.lateness_ms_max;

/** Reads from the store how it stands, and answers which table yields each event once. */
async function recount(state: EngineState, known?: EventsTable): Promise<EventsTable> {
  const table = known ?? (await chooseEvents(state.store));
  const span = await readStoredSpan(state.store, table, tellLatest(state));
  const { distinct } = await countQuarantined(state.store);
  state.counts = { storedEvents: span.events, quarantined: distinct, watermarkMs: span.watermarkMs };
  state.countedEvents = span.events;
  state.ahead = span.ahead;
  state.countedAtMs = state.nowMs();
  return table;
}

/** Segments are read whatever else goes on; only storing waits until a window was read, and a window until something was stored. */
async function takeIn(state: EngineState, segments: readonly Segment[]): Promise<Acquired> {
  const times: Float64Array[] = [];
  const { rows, quarantined, sourceKeys } = await state.intake(segments, (batch, store) =>
    state.exclusive(async () => {
      await store();
      // With what is stored, and not behind it: whoever counts the store anew finds it there.
      state.counts.storedEvents += batch.rows;
      state.counts.quarantined += batch.quarantined;
      times.push(...batch.times);
    }),
  );
  const late = followTime(state, times);
  state.late += late;
  const { counts } = state;
  state.onReport({ ...counts });
  if (rows > 0 && counts.watermarkMs !== null) state.matcher.note(sourceKeys, counts.watermarkMs);
  return { rows, quarantined, late };
}

/** Moves the watermark by the times of what was stored; answers how many of it came later than allowed. The store is not asked: it would look through all it has. */
function followTime(state: EngineState, stored: readonly Float64Array[]): number {
  const { counts, settings } = state;
  const latestMs = tellLatest(state);
  const lateMs = counts.watermarkMs === null ? Number.NEGATIVE_INFINITY : counts.watermarkMs - settings.lateness_ms_max;
  let late = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const times of stored) {
    for (const atMs of times) {
      if (atMs < lateMs) late++;
      if (atMs > lastMs && atMs <= latestMs) lastMs = atMs;
    }
  }
  if (lastMs === Number.NEGATIVE_INFINITY) return 0;
  // Until the next turn looks at all of them, an event is believed that is not further ahead than events may lag behind.
  if (counts.watermarkMs === null) counts.watermarkMs = lastMs;
  else if (lastMs - counts.watermarkMs <= settings.lateness_ms_max) counts.watermarkMs = Math.max(counts.watermarkMs, lastMs);
  return late;
}

async function analyseWindows(state: EngineState, isForced: boolean): Promise<void> {
  await catchUp(state);
  const before = new Map(state.turns);
  try {
    await analyseDue(state, isForced);
  } finally {
    // What was found before a failure stands.
    state.onTurn();
  }
  if (state.windows.some((window) => state.turns.get(window) !== before.get(window))) await tellKnown(state);
}

async function tellKnown({ matcher, windows, counts, sideFacts, onKnown }: EngineState): Promise<void> {
  const { accounts } = await sideFacts.refresh();
  const known = matcher.describe({ windows, watermarkMs: counts.watermarkMs ?? 0, accounts });
  if (known !== null) onKnown(known);
}

/**
 * Segments under way where the intake keeps up: what came while those before were stored, which at 20,000 events of 1.5 KB a second is four, and as many
 * that are being stored; twice that for what comes in gusts.
 */
const SEGMENTS_UNDER_WAY = 16;

async function analyseDue(state: EngineState, isForced: boolean): Promise<void> {
  const { settings, nowMs } = state;
  let shorter: WindowFindings | null = null;
  for (const window of state.windows) {
    const { storedEvents, watermarkMs } = state.counts;
    if (watermarkMs === null) return;
    const moment = { nowMs: nowMs(), watermarkMs, storedEvents, isBehind: state.segmentsUnderWay > SEGMENTS_UNDER_WAY };
    if (!isForced && !isDue(window, state.turns.get(window), { moment, settings })) {
      shorter = null;
      continue;
    }
    shorter = await analyseWindow(state, { window, shorter });
  }
}

/** After a silence the watermark that is kept up from segment to segment is behind, and no window would be due by it. */
async function catchUp(state: EngineState): Promise<void> {
  const { counts, countedEvents, countedAtMs, settings, nowMs } = state;
  if (counts.storedEvents === countedEvents || nowMs() - countedAtMs < settings.interval_ms) return;
  await state.exclusive(() => recount(state));
}

/** A window that holds a larger share of the store is read where it stands: a copy would be another store. */
const COPIED_SHARE_MAX = 0.5;

/** A window as it stood at one moment. */
interface Frozen {
  counts: EngineReport;
  /** Just behind the watermark. */
  toMs: number;
  /** What yields its requests, as long as the turn lasts. */
  eventsSql: EventsSql;
  kind: "same" | "copied" | "whole";
  /** Read already, where the window was not copied. */
  input: WindowInput | null;
}

interface Turn {
  window: LiveWindow;
  /** The shorter window of this turn, if there was one. */
  shorter: WindowFindings | null;
  sideFacts: SideFacts;
}

/** Nothing may be stored between the queries of one population, so either they run here, or a copy is made here and they run on that. */
async function freezeWindow(state: EngineState, { window, shorter, sideFacts }: Turn): Promise<Frozen> {
  const { store } = state;
  const table = await recount(state);
  state.onReport({ ...state.counts });
  const counts = { ...state.counts };
  const toMs = (counts.watermarkMs ?? 0) + 1;
  const eventsSql = restrictEvents(table, { fromMs: toMs - LIVE_WINDOWS[window], toMs });
  const events = await countEvents(store, eventsSql);
  // A store that is younger than the window holds nothing that the shorter one did not see.
  if (shorter?.events === events) return { counts, toMs, eventsSql, kind: "same", input: null };
  if (events <= COPIED_SHARE_MAX * counts.storedEvents)
    return { counts, toMs, eventsSql: await copyWindow(store, eventsSql), kind: "copied", input: null };
  return { counts, toMs, eventsSql, kind: "whole", input: await observe(state, { window, eventsSql, sideFacts }) };
}

function observe(
  state: EngineState,
  { window, eventsSql, sideFacts }: { window: LiveWindow; eventsSql: EventsSql; sideFacts: SideFacts },
): Promise<WindowInput> {
  return observeWindow({ ...state, sideFacts, sideFiles: listSideFiles(state.settings) }, { window, eventsSql });
}

async function analyseWindow(
  state: EngineState,
  { window, shorter }: { window: LiveWindow; shorter: WindowFindings | null },
): Promise<WindowFindings> {
  const { store, nowMs } = state;
  const startMs = nowMs();
  const sideFacts = await state.sideFacts.refresh();
  try {
    const frozen = await state.exclusive(() => freezeWindow(state, { window, shorter, sideFacts }));
    const { counts, toMs, eventsSql, kind } = frozen;
    const isSame = kind === "same" && shorter !== null;
    const findings = isSame
      ? renameWindow(shorter, window)
      : await trackAndRemember(state, frozen.input ?? (await observe(state, { window, eventsSql, sideFacts })), counts.storedEvents);
    const endedMs = nowMs();
    const tookMs = endedMs - startMs;
    const watermarkMs = toMs - 1;
    const { events: analysedEvents, campaigns } = findings;
    state.turns.set(window, { endedMs, tookMs, watermarkMs, storedEvents: counts.storedEvents, analysedEvents });
    state.lines.set(window, new Map(findings.accounts.map((line) => [line.account_id, line])));
    const coverage = { ...findings.coverage, ...describeLate(state) };
    state.onUpdate({ window, watermarkMs, analysedEvents, campaigns, coverage, tookMs: Math.round(tookMs) });
    await state.matcher.learn({ window, campaigns, events: isSame ? { sameAs: shorter.window } : { sql: eventsSql }, sideFacts });
    return findings;
  } finally {
    await dropWindowCopy(store);
  }
}

async function trackAndRemember(state: EngineState, input: WindowInput, eventsSeen: number): Promise<WindowFindings> {
  const { store, tracker, windows } = state;
  const { window, known } = input;
  const found = await tracker.track(input);
  const entries = window === windows.at(-1) ? found.entries : completeEntries(found.entries, known);
  await state.exclusive(async () => writeRoster(store, { entries, eventsSeen }));
  return found;
}

function listSideFiles({ accounts, releases, enforcement, allowlist }: AnalysisSettings): string[] {
  return Object.entries({ accounts, releases, enforcement, allowlist }).flatMap(([name, path]) => (path === undefined ? [] : [name]));
}

function describeLate({ late, ahead, settings }: EngineState): Record<string, string> {
  const minutes = Math.round(settings.lateness_ms_max / 60_000);
  const told: Record<string, string> = {};
  if (ahead > 0)
    told["ahead"] =
      `${ahead} ${ahead === 1 ? "event claims" : "events claim"} to be of later than this machine's date: a clock is wrong, there or here; they are looked at when their time has come.`;
  if (late === 0) return told;
  return {
    ...told,
    late: `${late} ${late === 1 ? "event" : "events"} came more than ${minutes} min behind others since the engine started: windows that had passed by then did not see them, longer ones did.`,
  };
}

function renameWindow(findings: WindowFindings, window: LiveWindow): WindowFindings {
  return { ...findings, window, campaigns: findings.campaigns.map((campaign) => ({ ...campaign, window })) };
}

/** An account about which nothing speaks is not kept in memory; how much it sent is. */
const CLEAR_PROBABILITY = 0.001;
const STANDINGS = ["clear", "watch", "campaign"] as const;

async function findAccount({ store, windows, lines }: EngineState, accountId: string): Promise<AccountLine | null> {
  const known = windows.flatMap((window) => lines.get(window)?.get(accountId) ?? []);
  const rank = ({ standing }: AccountLine): number => STANDINGS.indexOf(standing);
  // Of equals the longer window, which comes last, knows more.
  const strongest = known.reduce<AccountLine | null>((best, line) => (best === null || rank(line) >= rank(best) ? line : best), null);
  if (strongest !== null) return strongest;
  const [row] = await store.rows<{ events: number }>(
    "SELECT toFloat64(uniqExact(request_key)) AS events FROM request_events WHERE account_key = xxHash64({accountId:String}) AND account_id = {accountId:String}",
    { accountId },
  );
  const events = row?.events ?? 0;
  if (events === 0) return null;
  return {
    account_id: accountId,
    standing: "clear",
    probability: CLEAR_PROBABILITY,
    campaign_id: null,
    events,
    campaign_events: 0,
    signals: [],
  };
}
