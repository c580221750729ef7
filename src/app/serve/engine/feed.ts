/** Whole segments of the journal into the engine, in order, and off the disk once they are stored. */
import { type Problem, StillwatchError } from "../../../vocabulary/errors.js";
import type { EngineProcess } from "./link.js";
import type { Segment } from "./messages.js";

/** The reading side of a journal. */
export interface SegmentSource<T extends Segment> {
  /** Whole segments that were not removed yet, oldest first. */
  listClosed(): readonly T[];
  onClosed(listener: (segment: T) => void): void;
  /** Deletes a segment that was taken in: text does not stay. */
  remove(segment: T): Promise<void>;
}

/** Segments handed over at once when the engine is behind: 64 of 8 MiB are a minute of a busy gateway, and one insert costs the same as for one. */
const SEGMENTS_MAX = 64;
/** Handed over at the same time: while one is stored another is read … */
const BATCHES_READ = 2;
/** … and while storing waits for a window that is read, two more, once each of them is worth a turn. */
const BATCHES_MAX = 4;
const SEGMENTS_WORTH_A_TURN = 8;
/** Wait after a failure: the engine may be starting, or its disk be full. */
const RETRY_MS = 1000;

/** A segment that fails this often by itself, while the store is well, is at fault itself: engines are started anew in between. */
const FAILURES_MAX = 3;

/** A stop waits this long: the engine may be down, and what it was asked is asked again at the next start. */
const STOP_MS_MAX = 5000;

/** A feed that runs. */
export interface Feed {
  /** Settles when the segments under way are stored, or after a few seconds; nothing more is handed over. */
  stop(): Promise<void>;
  /** Settles when nothing is left that could be handed over. */
  drain(): Promise<void>;
  /** Settles when what stood in the journal at the start is stored, or set aside. */
  whenCaughtUp(): Promise<void>;
}

/** What a feed works with. */
interface FeedOptions<T extends Segment> {
  journal: SegmentSource<T>;
  engine: Pick<EngineProcess, "acquire">;
  onTrouble: (problem: Problem) => void;
  /** Milliseconds between attempts. */
  retryMs?: number;
}

interface FeedState<T extends Segment> extends Required<FeedOptions<T>> {
  refused: Set<string>;
  failures: Map<string, number>;
  underWay: Set<string>;
  attempts: Set<Attempt>;
  /** Segments that are still to be handed over one by one, so that only the one is refused that fails. */
  aloneLeft: number;
  isStopped: boolean;
  /** Called when a segment becomes whole. */
  hear: () => void;
}

/** Segments that were handed over together. */
interface Attempt {
  /** False as soon as others are under way beside it: what ends the engine then may be theirs. */
  wasAlone: boolean;
}

/** Starts feeding. A segment over which engines die is left where it is until the next start, and told. */
export function feedEngine<T extends Segment>(options: FeedOptions<T>): Feed {
  const state: FeedState<T> = {
    retryMs: RETRY_MS,
    ...options,
    refused: new Set(),
    failures: new Map(),
    underWay: new Set(),
    attempts: new Set(),
    aloneLeft: 0,
    isStopped: false,
    hear: () => {},
  };
  const { journal } = options;
  const atStart = new Set(journal.listClosed().map(({ path }) => path));
  let running: Promise<void> | null = null;
  const wake = async (): Promise<void> => {
    running ??= feedAll(state).finally(() => (running = null));
    await running;
  };
  journal.onClosed(() => {
    state.hear();
    void wake();
  });
  void wake();
  return {
    async stop() {
      state.isStopped = true;
      let timer: NodeJS.Timeout | undefined;
      const enough = new Promise<void>((resolve) => (timer = setTimeout(resolve, STOP_MS_MAX)));
      await Promise.race([running, enough]);
      clearTimeout(timer);
    },
    async whenCaughtUp() {
      const isLeft = ({ path }: T): boolean => atStart.has(path) && !state.refused.has(path);
      while (!state.isStopped && journal.listClosed().some(isLeft)) await new Promise((resolve) => setTimeout(resolve, state.retryMs));
    },
    async drain() {
      while (!state.isStopped && journal.listClosed().some(({ path }) => !state.refused.has(path))) await wake();
    },
  };
}

/** Feeds until nothing waits. */
async function feedAll<T extends Segment>(state: FeedState<T>): Promise<void> {
  const feeding = new Set<Promise<void>>();
  // One turn later: whoever wakes it meanwhile sees that it runs, and starts no second one.
  await Promise.resolve();
  while (!state.isStopped) {
    const isAlone = state.aloneLeft > 0;
    const isFree = feeding.size < (isAlone ? 1 : BATCHES_MAX);
    const waiting = isFree ? listWaiting(state) : [];
    if (waiting.length >= (feeding.size < BATCHES_READ ? 1 : SEGMENTS_WORTH_A_TURN)) {
      const fed = feedOnce(state, waiting.slice(0, isAlone ? 1 : SEGMENTS_MAX)).finally(() => feeding.delete(fed));
      feeding.add(fed);
      continue;
    }
    if (feeding.size === 0) return;
    // News of a segment must be heard while another is stored.
    const closed = new Promise<void>((resolve) => (state.hear = resolve));
    await Promise.race(isFree ? [...feeding, closed] : feeding);
  }
  await Promise.all(feeding);
}

function listWaiting<T extends Segment>({ journal, refused, underWay }: FeedState<T>): T[] {
  return journal.listClosed().filter(({ path }) => !refused.has(path) && !underWay.has(path));
}

async function feedOnce<T extends Segment>(state: FeedState<T>, segments: readonly T[]): Promise<void> {
  const { journal, engine, onTrouble, retryMs, underWay, attempts } = state;
  const attempt: Attempt = { wasAlone: segments.length === 1 && attempts.size === 0 };
  for (const other of attempts) other.wasAlone = false;
  attempts.add(attempt);
  for (const { path } of segments) underWay.add(path);
  try {
    await engine.acquire(segments.map(({ path, format }) => ({ path, format })));
    for (const segment of segments) await journal.remove(segment);
    if (segments.length === 1 && state.aloneLeft > 0) state.aloneLeft -= 1;
  } catch (error) {
    if (state.isStopped) return;
    const code = error instanceof StillwatchError ? error.problem.code : null;
    if (error instanceof StillwatchError) onTrouble(error.problem);
    const isDeadly = code === "SW1942";
    if (attempt.wasAlone && !isStoreTrouble(code)) blame(state, segments[0], { isDeadly });
    state.aloneLeft = Math.max(state.aloneLeft, underWay.size);
    if (!isDeadly) await new Promise((resolve) => setTimeout(resolve, retryMs));
  } finally {
    attempts.delete(attempt);
    for (const { path } of segments) underWay.delete(path);
  }
}

/** What fails again and again by itself would hold up everything that comes behind it, and in the end everybody who sends. */
function blame<T extends Segment>({ failures, refused, onTrouble }: FeedState<T>, segment: T, { isDeadly }: { isDeadly: boolean }): void {
  const count = (failures.get(segment.path) ?? 0) + 1;
  failures.set(segment.path, count);
  if (!isDeadly && count < FAILURES_MAX) return;
  failures.delete(segment.path);
  refused.add(segment.path);
  onTrouble(describeSetAside(segment));
}

/** Errors of the store are no segment's: it is locked, full, out of memory or not reachable, and every segment would fail alike. SW1499, a query refused, may be. */
function isStoreTrouble(code: string | null): boolean {
  return code?.startsWith("SW14") === true && code !== "SW1499";
}

function describeSetAside({ path }: Segment): Problem {
  return {
    code: "SW1949",
    what: "a piece of the journal is set aside",
    place: { file: path },
    why: `it failed ${FAILURES_MAX} times by itself or ended engines, and would hold up everything that comes behind it; its records are durable and not analysed.`,
    fix: "it is tried again at the next start; when it fails there too, report the lines before this one.",
  };
}

/** A piece that a stop left open and that cannot be made whole: gateways must not go without verdicts for its sake. */
export function describeUnreadable(path: string, error: unknown): Problem {
  const said = error instanceof Error && "code" in error ? String(error.code) : "nothing more";
  return {
    code: "SW1949",
    what: "a piece of the journal is set aside",
    place: { file: path },
    why: `it cannot be read (the system says ${said}), and would hold up the start; what it holds is not analysed.`,
    fix: "look at the disk and at who may read the file; it is tried again at the next start.",
  };
}
