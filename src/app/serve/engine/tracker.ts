/** Who tracks campaigns: a thread of its own, so that events are taken in meanwhile, or this thread when run from sources (in tests). */
import { Worker } from "node:worker_threads";
import { detections } from "../../../detections/index.js";
import { StillwatchError } from "../../../vocabulary/errors.js";
import { trackWindow, type WindowFindings, type WindowInput } from "../../../engine/pipeline.js";

/** Tracks one window after the other. */
export interface Tracker {
  /** The input's columns belong to the tracker afterwards. */
  track(input: WindowInput): Promise<WindowFindings>;
  close(): Promise<void>;
}

/** What the thread answers. */
export type TrackerAnswer = { findings: WindowFindings } | { failure: string };

/** Starts the thread. One that ends is replaced before the next window: the window it was at fails, and the next turn looks at it again. */
export function createTracker(entry: URL | null = findBuiltThread()): Tracker {
  if (entry === null) return { track: async (input) => trackWindow(input, detections), close: async () => {} };
  let thread = startThread(entry);
  let isClosed = false;
  return {
    async track(input) {
      if (isClosed) throw new Error("the tracker is closed");
      if (thread.hasEnded()) thread = startThread(entry);
      const told = await thread.ask(input);
      if ("failure" in told) throw trackingFailed(told.failure);
      return told.findings;
    },
    async close() {
      isClosed = true;
      await thread.terminate();
    },
  };
}

function findBuiltThread(): URL | null {
  return import.meta.url.endsWith(".ts") ? null : new URL("./tracker-worker.js", import.meta.url);
}

interface TrackerThread {
  /** Answers once, also when the thread ends over the question. */
  ask(input: WindowInput): Promise<TrackerAnswer>;
  hasEnded(): boolean;
  terminate(): Promise<void>;
}

function startThread(entry: URL): TrackerThread {
  const worker = new Worker(entry);
  let settle: ((answer: TrackerAnswer) => void) | null = null;
  let hasEnded = false;
  const answer = (told: TrackerAnswer): void => {
    settle?.(told);
    settle = null;
  };
  const end = (failure: string): void => {
    hasEnded = true;
    answer({ failure });
  };
  worker.on("message", answer);
  worker.on("error", (error) => end(error instanceof Error ? error.name : "an unknown error"));
  worker.on("exit", (code) => end(`exit code ${code}`));
  return {
    ask: async (input) =>
      new Promise((resolve) => {
        settle = resolve;
        worker.postMessage(input, listBuffers(input.population));
      }),
    hasEnded: () => hasEnded,
    terminate: async () => void (await worker.terminate()),
  };
}

function trackingFailed(failure: string): StillwatchError {
  return new StillwatchError({
    code: "SW1948",
    what: `a window could not be tracked: ${failure}`,
    why: "the thread that tracks campaigns failed or ended, which is a fault of stillwatch or a lack of memory, not of the input.",
    fix: "the next turn looks at the window again, with a new thread; when it stays, report this line.",
  });
}

/** Columns are handed over, not copied: a month of a busy gateway takes gigabytes. */
function listBuffers(value: unknown, found = new Set<ArrayBuffer>()): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
  } else if (value !== null && typeof value === "object" && !Array.isArray(value)) {
    for (const part of Object.values(value)) listBuffers(part, found);
  }
  return [...found];
}
