/** The engine process, seen from the server: started, watched, started again when it dies, and asked over a channel of messages. */
import { type ChildProcess, fork } from "node:child_process";
import type { AllowlistEntry } from "../../../vocabulary/account.js";
import { type Problem, StillwatchError } from "../../../vocabulary/errors.js";
import type { KnownCampaigns } from "../../../vocabulary/known.js";
import { LIVE_WINDOWS, type CampaignMatch, type CampaignUpdate, type LiveCampaign, type LiveWindow } from "../../../vocabulary/live.js";
import { nameFault } from "../../fault-place.js";
import type { EngineLink, EngineStatus } from "../services.js";
import { makeForkOptions } from "./fork-options.js";
import type { Acquired, EngineOptions, EngineReport, FromEngine, QuestionName, Questions, Segment } from "./messages.js";
import type { AllKept, Pruned } from "./pruning.js";
import type { SideFileName } from "./side-facts.js";

/** A dead engine is started again after this, twice as long after every further death … */
const BACK_OFF_MS = 100;
/** … up to this: an engine that cannot start must not keep the machine busy, and half a minute is soon enough to see that it can again. */
const BACK_OFF_MS_MAX = 30_000;
/** An engine that lived this long died of something new. */
const STEADY_MS = 60_000;
/** What killed this many engines is not asked of a fourth: one poisoned segment must not hold up all that come behind it. */
const ATTEMPTS_MAX = 3;
/** The engine before this one may still be ending, with its folder locked. */
const LOCKED_WAIT_MS = 15_000;
/** A close waits this long for a turn or an insert to end; what is cut off is done again. */
const CLOSE_MS_MAX = 10_000;

/** Silence after which an engine counts as down: a look at a month of a busy gateway blocks it for seconds, not for a minute … */
const SILENT_MS = 60_000;
/** … and after which it is ended: what hangs this long would hang for ever, and the one after it may not. */
const HUNG_MS = 300_000;

/** How the link is made. */
export interface LinkOptions extends EngineOptions {
  /** Time of day. */
  nowMs: () => number;
  /** Told what went wrong and is dealt with: a death, a turn that failed, a side file that became unreadable. */
  onTrouble: (problem: Problem) => void;
  /** Told what was taken out of the store because it is of long ago. */
  onPruned?: (pruned: Pruned) => void;
  /** Told where nothing is taken out, and what is stored reaches further back than anything looks. */
  onAllKept?: (kept: AllKept) => void;
  /** The module to run; the built one beside this. */
  entry?: URL;
  /** Milliseconds of silence after which an engine counts as down, and is ended. */
  patience?: { silentMs: number; hungMs: number };
}

/** The link, with what the server's own parts need beyond the port. */
export interface EngineProcess extends EngineLink {
  /**
   * Settles when the segments are stored; they may be deleted then. Asked again of the next engine when one dies over it.
   *
   * @throws StillwatchError SW1942 when engines die over it again and again; others as the engine's.
   */
  acquire(segments: readonly Segment[]): Promise<Acquired>;
  /** Accounts and organizations beside those of the allowlist file; takes the place of those told before. */
  allow(entries: readonly AllowlistEntry[]): Promise<void>;
  status(): LiveStatus;
}

/** How the engine is doing, with what only this engine knows. */
export interface LiveStatus extends EngineStatus {
  /** Events stored since the server started that came later than allowed. */
  late: number;
  /** Event time that events have come up to. */
  watermarkMs: number | null;
  /** Last turn of each window: how many events it saw, and how long it took. */
  windows: Partial<Record<LiveWindow, { analysedEvents: number; watermarkMs: number; tookMs: number }>>;
  /** Process id, null while it is down. */
  pid: number | null;
}

interface Asked {
  name: QuestionName;
  asked: unknown;
  attempts: number;
  resolve: (answered: unknown) => void;
  reject: (error: Error) => void;
}

interface LinkState {
  options: LinkOptions;
  child: ChildProcess | null;
  isOpen: boolean;
  isClosing: boolean;
  startedMs: number;
  heardMs: number;
  deaths: number;
  restarts: number;
  nextId: number;
  pending: Map<number, Asked>;
  /** Null until it was told. */
  allowed: readonly AllowlistEntry[] | null;
  report: EngineReport;
  staleFiles: readonly SideFileName[];
  late: number;
  lastAcquiredMs: number | null;
  lastAnalysedMs: number | null;
  updates: Map<LiveWindow, CampaignUpdate>;
  updateListeners: Parameters<EngineLink["onUpdate"]>[0][];
  /** Updates since the last turn ended; of a window that an engine looked at before it died, the later one. */
  turn: Map<LiveWindow, CampaignUpdate>;
  turnListeners: Parameters<EngineLink["onTurn"]>[0][];
  matchListeners: Parameters<EngineLink["onMatches"]>[0][];
  knownListeners: Parameters<EngineLink["onKnown"]>[0][];
  /** News is dealt with one after the other, in the order in which it came: what follows from a turn must not be overtaken by the next. */
  news: Promise<void>;
}

/**
 * Starts the engine and waits until its store is open.
 *
 * @throws StillwatchError SW14xx, SW1101, SW13xx when the store or a side file cannot be opened: what cannot start at first is not started over.
 */
export async function startEngine(options: LinkOptions): Promise<EngineProcess> {
  const state: LinkState = {
    options,
    child: null,
    isOpen: false,
    isClosing: false,
    startedMs: 0,
    heardMs: 0,
    deaths: 0,
    restarts: 0,
    nextId: 1,
    pending: new Map(),
    allowed: null,
    report: { storedEvents: 0, quarantined: 0, watermarkMs: null },
    staleFiles: [],
    late: 0,
    lastAcquiredMs: null,
    lastAnalysedMs: null,
    updates: new Map(),
    updateListeners: [],
    turn: new Map(),
    turnListeners: [],
    matchListeners: [],
    knownListeners: [],
    news: Promise.resolve(),
  };
  const untilMs = options.nowMs() + LOCKED_WAIT_MS;
  for (;;) {
    try {
      await start(state);
      break;
    } catch (error) {
      const isLocked = error instanceof StillwatchError && error.problem.code === "SW1402";
      if (!isLocked || options.nowMs() > untilMs) {
        state.isClosing = true;
        state.child?.kill("SIGKILL");
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, BACK_OFF_MS));
    }
  }
  return makeLink(state);
}

function makeLink(state: LinkState): EngineProcess {
  return {
    onUpdate: (listener) => void state.updateListeners.push(listener),
    onTurn: (listener) => void state.turnListeners.push(listener),
    onMatches: (listener) => void state.matchListeners.push(listener),
    onKnown: (listener) => void state.knownListeners.push(listener),
    listCampaigns: () => listLatest(state.updates),
    async acquire(segments) {
      const acquired = await ask(state, "acquire", segments);
      state.late += acquired.late;
      state.lastAcquiredMs = state.options.nowMs();
      return acquired;
    },
    async allow(entries) {
      state.allowed = entries;
      await ask(state, "allow", entries);
    },
    async analyse() {
      await ask(state, "analyse", null);
      // What was found has been told before; who asked may count on it that everybody has dealt with it.
      await state.news;
    },
    findAccount: (accountId) => ask(state, "find_account", accountId),
    listQuarantine: (page) => ask(state, "list_quarantine", page),
    countChecks: (span) => ask(state, "count_checks", span),
    listHandles: (limit) => ask(state, "list_handles", { limit }),
    countCame: (spans) => ask(state, "count_came", spans),
    countAnswered: (sinceMs) => ask(state, "count_answered", { sinceMs }),
    listUnchecked: (wish) => ask(state, "list_unchecked", wish),
    status: () => describeStatus(state),
    close: () => close(state),
  };
}

function describeStatus(state: LinkState): LiveStatus {
  const { child, isOpen, report, restarts, late, lastAcquiredMs, lastAnalysedMs, updates, staleFiles } = state;
  const windows = Object.fromEntries(
    [...updates].map(([window, { analysedEvents, watermarkMs, tookMs }]) => [window, { analysedEvents, watermarkMs, tookMs }]),
  );
  const { storedEvents, quarantined, watermarkMs } = report;
  const pid = child?.pid ?? null;
  const isAlive = isOpen && measureSilence(state) < readPatience(state).silentMs;
  return { isAlive, lastAcquiredMs, lastAnalysedMs, storedEvents, quarantined, restarts, late, watermarkMs, windows, pid, staleFiles };
}

function measureSilence({ options, heardMs }: LinkState): number {
  return options.nowMs() - heardMs;
}

function readPatience({ options }: LinkState): { silentMs: number; hungMs: number } {
  return options.patience ?? { silentMs: SILENT_MS, hungMs: HUNG_MS };
}

/** Ends an engine that hangs; what follows is what follows a death. */
function watchSilence(state: LinkState, child: ChildProcess): void {
  const { hungMs } = readPatience(state);
  const timer = setInterval(() => {
    if (state.isOpen && measureSilence(state) >= hungMs) child.kill("SIGKILL");
  }, hungMs / LOOKS_PER_HANG).unref();
  child.once("exit", () => clearInterval(timer));
}

/** Looks within the time after which an engine is ended: it is ended within a tenth of it. */
const LOOKS_PER_HANG = 10;

/** One entry per campaign: of several windows the longest, which holds most of its evidence. */
function listLatest(updates: ReadonlyMap<LiveWindow, CampaignUpdate>): LiveCampaign[] {
  const byId = new Map<string, LiveCampaign>();
  const ordered = [...updates.values()].sort((a, b) => LIVE_WINDOWS[a.window] - LIVE_WINDOWS[b.window]);
  for (const { campaigns } of ordered) for (const campaign of campaigns) byId.set(campaign.campaign.id, campaign);
  return [...byId.values()].sort((a, b) => (a.campaign.id < b.campaign.id ? -1 : 1));
}

/** Starts a process and opens it. Whatever waits for an answer is asked of it. */
async function start(state: LinkState): Promise<void> {
  const { folder, settings, nowMs, entry = new URL("./process.js", import.meta.url) } = state.options;
  const child = fork(entry, [], makeForkOptions(process.env));
  state.child = child;
  state.startedMs = nowMs();
  // A new engine tells its own.
  state.staleFiles = [];
  child.on("message", (message: FromEngine) => hear(state, message));
  const ended = new Promise<never>((_, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      if (state.child === child) state.child = null;
      state.isOpen = false;
      reject(new Error(`exit ${signal ?? code}`));
    });
  });
  ended.catch(() => {});
  const opened = new Promise<EngineReport>((resolve, reject) => {
    const id = state.nextId++;
    const told = (answered: unknown): void => resolve(answered as EngineReport);
    state.pending.set(id, { name: "open", asked: null, attempts: ATTEMPTS_MAX, resolve: told, reject });
    child.send({ id, name: "open", asked: { folder, settings } }, () => {});
  });
  try {
    state.report = await Promise.race([opened, ended]);
  } catch (error) {
    for (const [id, { name }] of state.pending) if (name === "open") state.pending.delete(id);
    if (state.child === child) child.kill("SIGKILL");
    await ended.catch(() => {});
    throw error instanceof StillwatchError ? error : new StillwatchError(describeDeath(error));
  }
  state.isOpen = true;
  state.heardMs = nowMs();
  watchSilence(state, child);
  ended.catch((reason: unknown) => void recover(state, reason));
  if (state.allowed !== null) void ask(state, "allow", state.allowed).catch(() => {});
  for (const [id, question] of state.pending) send(state, id, question);
}

/** After a death: waits, starts anew, and asks again what was under way, unless that is what kills engines. */
async function recover(state: LinkState, reason: unknown): Promise<void> {
  if (state.isClosing) return;
  const { nowMs, onTrouble } = state.options;
  if (nowMs() - state.startedMs >= STEADY_MS) state.deaths = 0;
  onTrouble(describeDeath(reason));
  for (const [id, question] of state.pending) {
    if (question.attempts < ATTEMPTS_MAX) continue;
    state.pending.delete(id);
    question.reject(new StillwatchError(describeRefusal(question.name)));
  }
  while (!state.isClosing) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(BACK_OFF_MS_MAX, BACK_OFF_MS * 2 ** Math.min(state.deaths, 20))));
    state.deaths += 1;
    if (state.isClosing) return;
    try {
      state.restarts += 1;
      await start(state);
      return;
    } catch (error) {
      if (!state.isClosing) onTrouble(error instanceof StillwatchError ? error.problem : describeDeath(error));
    }
  }
}

function ask<Name extends QuestionName>(
  state: LinkState,
  name: Name,
  asked: Questions[Name]["asked"],
): Promise<Questions[Name]["answered"]> {
  if (state.isClosing) return Promise.reject(new Error("the engine is closed"));
  return new Promise((resolve, reject) => {
    const id = state.nextId++;
    const question: Asked = { name, asked, attempts: 0, resolve: (answered) => resolve(answered as Questions[Name]["answered"]), reject };
    state.pending.set(id, question);
    if (state.isOpen) send(state, id, question);
  });
}

function send({ child }: LinkState, id: number, question: Asked): void {
  question.attempts += 1;
  // A channel that just broke is followed by the news of a death, and then all of it is sent again.
  child?.send({ id, name: question.name, asked: question.asked }, () => {});
}

function hear(state: LinkState, message: FromEngine): void {
  state.heardMs = state.options.nowMs();
  if (message.kind === "beat") return;
  if (message.kind === "answer" || message.kind === "failure") {
    const question = state.pending.get(message.id);
    state.pending.delete(message.id);
    if (message.kind === "answer") question?.resolve(message.answered);
    else question?.reject(new StillwatchError(message.problem));
  } else if (message.kind === "report") state.report = message.report;
  else if (message.kind === "trouble") state.options.onTrouble(message.problem);
  else if (message.kind === "pruned") state.options.onPruned?.(message.pruned);
  else if (message.kind === "all_kept") state.options.onAllKept?.(message.kept);
  else if (message.kind === "stale_files") state.staleFiles = message.files;
  else if (message.kind === "matches") {
    const { matches } = message;
    state.news = state.news.then(() => tellAll(state, state.matchListeners, matches));
  } else if (message.kind === "known") {
    const { known } = message;
    state.news = state.news.then(() => tellAll(state, state.knownListeners, known));
  } else if (message.kind === "turn") {
    const updates = [...state.turn.values()];
    state.turn.clear();
    if (updates.length > 0) state.news = state.news.then(() => tellAll(state, state.turnListeners, updates));
  } else {
    const { update } = message;
    state.updates.set(update.window, update);
    state.turn.set(update.window, update);
    state.lastAnalysedMs = state.options.nowMs();
    state.news = state.news.then(() => tellAll(state, state.updateListeners, update));
  }
}

/** A listener that fails must not keep the others from hearing. */
async function tellAll<T extends CampaignUpdate | KnownCampaigns | readonly CampaignUpdate[] | readonly CampaignMatch[]>(
  { options }: LinkState,
  listeners: readonly ((news: T) => void | Promise<void>)[],
  news: T,
): Promise<void> {
  for (const listener of listeners) {
    try {
      await listener(news);
    } catch (error) {
      options.onTrouble({
        code: "SW1943",
        what: `news of the analysis could not be dealt with: ${nameFault(error)}`,
        why: "what follows from a turn must not be lost unnoticed.",
        fix: "the next turn tells it again; when it stays, report this line.",
      });
    }
  }
}

async function close(state: LinkState): Promise<void> {
  if (state.isClosing) return;
  const { child } = state;
  const ended = child === null ? Promise.resolve() : new Promise<void>((resolve) => void child.once("exit", () => resolve()));
  const asked = state.isOpen ? ask(state, "close", null) : null;
  asked?.catch(() => {});
  state.isClosing = true;
  const timer = setTimeout(() => child?.kill("SIGKILL"), state.isOpen ? CLOSE_MS_MAX : 0);
  await ended;
  clearTimeout(timer);
  for (const { name, reject } of state.pending.values()) if (name !== "close") reject(new Error("the engine is closed"));
  state.pending.clear();
}

function describeDeath(reason: unknown): Problem {
  return {
    code: "SW1941",
    what: `the engine process ended: ${reason instanceof Error ? reason.message : String(reason)}`,
    why: "without it nothing is analysed; verdicts go on from what is known, and events wait in the journal.",
    fix: "it is started again by itself; when it keeps ending, look at the memory it has and at the lines before this one.",
  };
}

function describeRefusal(name: QuestionName): Problem {
  return {
    code: "SW1942",
    what: `${ATTEMPTS_MAX} engine processes ended over the same ${name === "acquire" ? "piece of the journal" : "question"}`,
    why: "what kills the engine would hold up everything that comes behind it.",
    fix: name === "acquire" ? "the piece is left where it is and tried again at the next start; report it." : "report the question.",
  };
}
