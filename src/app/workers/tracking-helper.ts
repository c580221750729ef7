/** A thread that takes part in observing and tracking: it looks for the kin of families, and examines niches, which go one by one. */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { KinQuestion, Kinship } from "../../engine/behaviour/kinship.js";
import type { ExaminedNiche, ExamineOptions, Turns } from "../../engine/campaigns/examine.js";
import type { Helper } from "../../engine/pipeline.js";
import type { Population } from "../../vocabulary/fingerprint.js";

/** What the thread is told. */
export type HelperTask =
  | { joinKin: KinQuestion }
  | { prepare: Population; options: ExamineOptions }
  | { niches: readonly Uint32Array[]; turns: Turns };
/** What it answers; nothing to what it only prepares. */
export type HelperAnswer = { kinship: Kinship } | { examined: ExaminedNiche[] };

/** Candidates die young, as parsed records do. */
const YOUNG_MEGABYTES = 64;

/** Whether a thread beside this one gains anything. Run from TypeScript sources (in tests) there is no compiled one to start. */
export function canHelpTracking(): boolean {
  return availableParallelism() > 1 && !import.meta.url.endsWith(".ts");
}

/** Starts the thread. It lives until it is closed. */
export function startTrackingHelper(url = new URL("./tracking-worker.js", import.meta.url)): Helper {
  const worker = new Worker(url, { resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES } });
  // A thread that ends before its time answers nothing; the main thread then does its part.
  const ended = new Promise<never>((_, reject) => {
    worker.once("error", reject);
    worker.once("exit", () => reject(new Error("the thread ended")));
  });
  ended.catch(() => {});
  const tell = (task: HelperTask): void => worker.postMessage(task, []);
  const waiting: ((answer: HelperAnswer) => void)[] = [];
  worker.on("message", (answer: HelperAnswer) => waiting.shift()?.(answer));
  const ask = (task: HelperTask): Promise<HelperAnswer> => {
    tell(task);
    return Promise.race([new Promise<HelperAnswer>((resolve) => void waiting.push(resolve)), ended]);
  };
  return {
    async joinKin(question) {
      const answer = await ask({ joinKin: question });
      if (!("kinship" in answer)) throw new Error("another question was answered");
      return answer.kinship;
    },
    prepare: (population, options) => tell({ prepare: population, options }),
    async examineNiches(niches, turns) {
      const answer = await ask({ niches, turns });
      if (!("examined" in answer)) throw new Error("another question was answered");
      return answer.examined;
    },
    close: async () => void (await worker.terminate()),
  };
}
