/**
 * The engine process: owns the event store, the threads that read and the thread that tracks, so that heavy work never delays a verdict and a crash of
 * it takes none down. It is started by `link.ts`, speaks `messages.ts`, and ends with its parent.
 */
import { readIssuedHandles } from "../../../store/events/issued-handles.js";
import { countCame } from "../../../store/events/came-after.js";
import { chooseEvents } from "../../../store/events/duplicates.js";
import { countAnswered } from "../../../store/events/request-checks.js";
import { NOBODY_PREFIXES } from "../../../vocabulary/account.js";
import { readdir } from "node:fs/promises";
import { getPriority, setPriority } from "node:os";
import { prepareLiveTables } from "../../../store/events/live-tables.js";
import { explainStoreError } from "../../../store/events/store-errors.js";
import { openEventStore, type EventStore } from "../../../store/events/store.js";
import { type Problem, StillwatchError } from "../../../vocabulary/errors.js";
import { applyCalibration } from "../../calibration.js";
import { nameFault } from "../../fault-place.js";
import { makeWritableFolder } from "../../folder.js";
import { parseStoreUrl } from "../../store-url.js";
import { createIngestPool } from "../../workers/ingest-pool.js";
import { openIntake } from "./intake.js";
import { createLiveEngine, type LiveEngine } from "./live-engine.js";
import type { EngineOptions, EngineReport, FromEngine, QuestionName, Questions, ToEngine } from "./messages.js";
import { listQuarantinePage } from "./quarantine-page.js";
import type { Pruned } from "./pruning.js";
import { openSideFacts, type SideFactsKeeper, type SideFileName } from "./side-facts.js";
import { createTracker } from "./tracker.js";

/** How often it is looked whether a window is due; the windows' own intervals are longer. */
const LOOK_MS = 1000;
const FAULT_STATUS = 1;
/** How often the parent hears that this process can still do anything. */
const BEAT_MS = 1000;

interface Running {
  store: EventStore;
  engine: LiveEngine;
  sideFacts: SideFactsKeeper;
  /** Begins to look for windows that are due: nobody who is spared may be looked at before it is known that he is. */
  look(): void;
  close(): Promise<void>;
}

let running: Running | null = null;

function tell(message: FromEngine): void {
  // Without a parent nobody waits for it; the end of this process is under way. It may go between the question and the answer: a channel that breaks
  // then tells so here, and not on standard error.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

async function open({ folder, settings }: EngineOptions): Promise<EngineReport> {
  const onTrouble = (problem: Problem): void => tell({ kind: "trouble", problem });
  const { accounts, releases, enforcement, allowlist } = settings;
  const calibration = applyCalibration({ file: settings.calibration, rate: settings.false_positive_rate });
  const onStale = (files: SideFileName[]): void => tell({ kind: "stale_files", files });
  const sideFacts = await openSideFacts({ accounts, releases, enforcement, allowlist }, onTrouble, onStale);
  const store = await openStore(folder, settings.store);
  await prepareLiveTables(store);
  const pool = await createIngestPool({ workers: settings.workers });
  const intake = await openIntake({ store, pool, isMetadataOnly: settings.metadata_only, onTrouble });
  const tracker = createTracker();
  const engine = await createLiveEngine({
    store,
    intake,
    tracker,
    sideFacts,
    settings,
    calibration,
    nowMs: () => performance.now(),
    dateMs: () => Date.now(),
    onUpdate: (update) => tell({ kind: "update", update }),
    onTurn: () => tell({ kind: "turn" }),
    onMatches: (matches) => tell({ kind: "matches", matches }),
    onKnown: (known) => tell({ kind: "known", known }),
    onTrouble: (error) => onTrouble(describeFailure(error)),
    onReport: (report) => tell({ kind: "report", report }),
    onAllKept: (kept) => tell({ kind: "all_kept", kept }),
  });
  let stopLooking: (() => void) | null = null;
  running = {
    store,
    engine,
    sideFacts,
    look() {
      stopLooking ??= lookAgain(engine, onTrouble, (pruned) => tell({ kind: "pruned", pruned }));
    },
    async close() {
      stopLooking?.();
      await Promise.allSettled([pool.close(), tracker.close()]);
      await store.close();
    },
  };
  await yieldToServer();
  return engine.report();
}

/** Below the server, which has the same cores: a verdict and an acknowledgement must not wait for work that can. */
const NICENESS = 5;

/** Lowers what is there; threads that these start follow. Linux counts threads as it does processes, elsewhere the process is one. */
async function yieldToServer(): Promise<void> {
  const threads = await readdir("/proc/self/task").catch(() => ["0"]);
  for (const thread of threads) {
    try {
      // Who has gone below by itself stays there.
      if (getPriority(Number(thread)) < NICENESS) setPriority(Number(thread), NICENESS);
    } catch {
      // A thread that ended meanwhile, or a system that does not let us: it takes its share then.
    }
  }
}

async function openStore(folder: string, url: string | undefined): Promise<EventStore> {
  if (url !== undefined) return openEventStore(parseStoreUrl(url));
  await makeWritableFolder(folder).catch((error: unknown) => {
    throw explainStoreError({ error, place: { kind: "embedded", name: folder }, during: "open" });
  });
  return openEventStore({ path: folder });
}

/** Looks for windows that are due, one look after the other. A turn that fails is told, once where the next ones fail of the same, and the next one tries again. */
function lookAgain(engine: LiveEngine, onTrouble: (problem: Problem) => void, onPruned: (pruned: Pruned) => void): () => void {
  let timer: NodeJS.Timeout | null = null;
  let isStopped = false;
  const told = { analyse: "", prune: "" };
  const attempt = async (name: keyof typeof told, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
      told[name] = "";
    } catch (error) {
      const problem = describeFailure(error);
      const telling = JSON.stringify(problem);
      if (telling !== told[name]) onTrouble(problem);
      told[name] = telling;
    }
  };
  const look = async (): Promise<void> => {
    await attempt("analyse", async () => engine.analyse({ isForced: false }));
    await attempt("prune", async () => {
      const pruned = await engine.prune();
      if (pruned !== null) onPruned(pruned);
    });
    if (!isStopped) timer = setTimeout(() => void look(), LOOK_MS);
  };
  timer = setTimeout(() => void look(), LOOK_MS);
  return () => {
    isStopped = true;
    if (timer !== null) clearTimeout(timer);
  };
}

function describeFailure(error: unknown): Problem {
  if (error instanceof StillwatchError) return error.problem;
  return {
    code: "SW1943",
    what: `the engine could not do what was asked: ${nameFault(error)}`,
    why: "this is a fault of stillwatch, not of the input.",
    fix: "it is tried again; when it stays, report this line.",
  };
}

const answers: { [Name in QuestionName]: (asked: Questions[Name]["asked"]) => Promise<Questions[Name]["answered"]> } = {
  open,
  acquire: (segments) => {
    need().look();
    return need().engine.acquire(segments);
  },
  analyse: async () => {
    await need().engine.analyse({ isForced: true });
    return null;
  },
  find_account: (accountId) => need().engine.findAccount(accountId),
  list_quarantine: (page) => listQuarantinePage(need().store, page),
  count_checks: (span) => need().engine.countChecks(span),
  list_unchecked: (wish) => need().engine.listUnchecked(wish),
  list_handles: ({ limit }) => readIssuedHandles(need().store, { limit, nobodies: NOBODY_PREFIXES }),
  count_came: async (spans) => countCame(need().store, { eventsSql: await chooseEvents(need().store), spans }),
  count_answered: (wish) => countAnswered(need().store, wish),
  allow: async (entries) => {
    need().sideFacts.allow(entries);
    need().look();
    return null;
  },
  close: async () => {
    await running?.close();
    running = null;
    return null;
  },
};

function need(): Running {
  if (running === null) throw new Error("the engine was asked before it was opened");
  return running;
}

async function answer({ id, name, asked }: ToEngine): Promise<void> {
  try {
    // One name, one kind of question: the table above pairs them, which the type checker cannot follow through a variable.
    const answered = await (answers[name] as (what: unknown) => Promise<unknown>)(asked);
    tell({ kind: "answer", id, answered });
  } catch (error) {
    tell({ kind: "failure", id, problem: describeFailure(error) });
    // A reader that died takes its pool with it, and only a new process has a new one.
    if (name === "acquire" || name === "open") process.exitCode = FAULT_STATUS;
    if (name === "acquire") setImmediate(() => process.exit(FAULT_STATUS));
  }
  if (name === "close") process.exit();
}

process.on("message", (message: ToEngine) => void answer(message));
setInterval(() => tell({ kind: "beat" }), BEAT_MS).unref();
// Whatever is half done is done again by the next engine: what is stored has its token, and tokens come last.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
// An interruption in a terminal goes to the whole group; the parent ends its engine when everything else has ended.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {});
