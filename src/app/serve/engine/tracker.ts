/** Who tracks campaigns: a thread of its own, so that events are taken in meanwhile, or this thread when run from sources (in tests). */
import { Worker } from "node:worker_threads";
import { detections } from "../../../detections/index.js";
import { trackWindow, type WindowFindings, type WindowInput } from "../../../engine/pipeline.js";

/** Tracks one window after the other. */
export interface Tracker {
  /** The input's columns belong to the tracker afterwards. */
  track(input: WindowInput): Promise<WindowFindings>;
  close(): Promise<void>;
}

/** What the thread answers. */
export type TrackerAnswer = { findings: WindowFindings } | { failure: string };

/** Starts the thread. */
export function createTracker(): Tracker {
  if (import.meta.url.endsWith(".ts")) return { track: async (input) => trackWindow(input, detections), close: async () => {} };
  const worker = new Worker(new URL("./tracker-worker.js", import.meta.url));
  let settle: ((answer: TrackerAnswer) => void) | null = null;
  const answer = (told: TrackerAnswer): void => {
    settle?.(told);
    settle = null;
  };
  worker.on("message", answer);
  worker.on("error", (error) => answer({ failure: error instanceof Error ? error.message : String(error) }));
  worker.on("exit", (code) => answer({ failure: `exit code ${code}` }));
  return {
    async track(input) {
      const told = await new Promise<TrackerAnswer>((resolve) => {
        settle = resolve;
        worker.postMessage(input, listBuffers(input.population));
      });
      if ("failure" in told) throw new Error(`the thread that tracks campaigns ended: ${told.failure}`);
      return told.findings;
    },
    close: async () => void (await worker.terminate()),
  };
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
