/** A thread that takes part in tracking: half of its time goes into niches, which are examined one by one. */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { ExaminationHelper, ExaminedNiche, ExamineOptions, Turns } from "../../engine/campaigns/examine.js";
import type { Population } from "../../vocabulary/fingerprint.js";

/** What the thread is told. */
export type HelperTask = { prepare: Population; options: ExamineOptions } | { niches: readonly Uint32Array[]; turns: Turns };

/** Candidates die young, as parsed records do. */
const YOUNG_MEGABYTES = 64;

/** Whether a thread beside this one gains anything. Run from TypeScript sources (in tests) there is no compiled one to start. */
export function canHelpTracking(): boolean {
  return availableParallelism() > 1 && !import.meta.url.endsWith(".ts");
}

/** Starts the thread. It lives until it is closed. */
export function startTrackingHelper(
  url = new URL("./tracking-worker.js", import.meta.url),
): ExaminationHelper & { close(): Promise<void> } {
  const worker = new Worker(url, { resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES } });
  // A thread that ends before its time answers nothing; the main thread then does its part.
  const ended = new Promise<never>((_, reject) => {
    worker.once("error", reject);
    worker.once("exit", () => reject(new Error("the thread ended")));
  });
  ended.catch(() => {});
  const tell = (task: HelperTask): void => worker.postMessage(task, []);
  return {
    prepare: (population, options) => tell({ prepare: population, options }),
    examineNiches(niches, turns) {
      const answer = new Promise<ExaminedNiche[]>((resolve) => void worker.once("message", resolve));
      tell({ niches, turns });
      return Promise.race([answer, ended]);
    },
    close: async () => void (await worker.terminate()),
  };
}
