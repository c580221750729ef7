/** Requests of long ago go while the engine runs: a server that nobody looks after must not fill its disk. */
import { pruneRunning, readOldest } from "../../../store/events/prune-store.js";
import type { EventStore } from "../../../store/events/store.js";

const DAY_MS = 86_400_000;
/** Taking out rewrites whatever parts hold some of it, so it is done for a day of event time at once, and for less never. */
const STEP_MS = DAY_MS;
/** Event time may jump, when logs of before are sent; on a quiet day it is looked at as often as this. */
const LOOK_MS = 3_600_000;

/** What was taken out. */
export interface Pruned {
  /** Event time before which requests went. */
  beforeMs: number;
  /** Stored lines, repeats included. */
  removed: number;
}

/** Decides when, and does it. */
export interface Pruning {
  /** Null where nothing was due. */
  pruneWhenDue(watermarkMs: number | null): Promise<Pruned | null>;
}

/** What it is made with. */
export interface PruningParts {
  store: Pick<EventStore, "rows" | "command">;
  /** How far back from the newest request is kept. */
  keptMs: number;
  /** Time for rests. */
  nowMs: () => number;
  /** Time of day. What claims to come from the future takes nothing away. */
  todayMs: () => number;
}

/** Makes it. */
export function createPruning({ store, keptMs, nowMs, todayMs }: PruningParts): Pruning {
  let looked: { atMs: number; watermarkMs: number } | null = null;
  return {
    async pruneWhenDue(watermarkMs) {
      if (watermarkMs === null) return null;
      const newestMs = Math.min(watermarkMs, todayMs());
      const isRested = looked === null || nowMs() - looked.atMs >= LOOK_MS || newestMs - looked.watermarkMs >= STEP_MS;
      if (!isRested) return null;
      // A try that fails rests as well.
      looked = { atMs: nowMs(), watermarkMs: newestMs };
      const beforeMs = newestMs - keptMs;
      const oldestMs = await readOldest(store);
      if (oldestMs === null || oldestMs >= beforeMs - STEP_MS) return null;
      return { beforeMs, removed: await pruneRunning(store, beforeMs) };
    },
  };
}
