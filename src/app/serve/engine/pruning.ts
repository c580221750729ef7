/** Requests of long ago go while the engine runs, where the operator says how long they are kept. */
import { countBefore, pruneRunning, readOldest } from "../../../store/events/prune-store.js";
import type { EventStore } from "../../../store/events/store.js";

const DAY_MS = 86_400_000;
/** It is looked once a day of event time, which is never ahead of today: no sender, whatever its clock says, makes it more often. */
const STEP_MS = DAY_MS;
/** What failed, for want of room mostly, is tried again as often as this by this machine's clock. */
const RETRY_MS = 3_600_000;
/**
 * Taking out rewrites whatever parts of the store hold some of it, and parts hold all times: for less than a hundredth of the store it is not done, so that a byte which goes costs a hundred written ones at most, and
 * a few requests of a sender with a broken clock cost nothing. Of 45 days a day is more than two hundredths; what strays goes with those.
 */
const PRUNED_SHARE_MIN = 0.01;
/** Where all is kept: the longest window and half of it again. Nothing that runs looks further back, so from here on it is told what grows. */
const TOLD_MS = 45 * DAY_MS;

/** What was taken out. */
export interface Pruned {
  /** Event time before which requests went. */
  beforeMs: number;
  /** Stored lines, repeats included. */
  removed: number;
}

/** What is stored where nothing is taken out: event time. */
export interface AllKept {
  oldestMs: number;
  newestMs: number;
}

/** Decides when, and does it. */
export interface Pruning {
  /** Null where nothing was due. */
  pruneWhenDue(watermarkMs: number | null): Promise<Pruned | null>;
}

/** What it is made with. */
export interface PruningParts {
  store: Pick<EventStore, "rows" | "command">;
  /** How far back from the newest request is kept; undefined: all of it. */
  keptMs: number | undefined;
  /** Time for rests. */
  nowMs: () => number;
  /** Time of day. What claims to come from the future takes nothing away. */
  todayMs: () => number;
  /** Told, where all is kept, of requests that nothing looks at any more: once a day of event time. */
  onAllKept?: ((kept: AllKept) => void) | undefined;
}

/** Makes it. */
export function createPruning(parts: PruningParts): Pruning {
  const { nowMs, todayMs } = parts;
  let looked: { atMs: number; newestMs: number; hasFailed: boolean } | null = null;
  return {
    async pruneWhenDue(watermarkMs) {
      if (watermarkMs === null) return null;
      const newestMs = Math.min(watermarkMs, todayMs());
      const isDue = looked === null || newestMs - looked.newestMs >= STEP_MS || (looked.hasFailed && nowMs() - looked.atMs >= RETRY_MS);
      if (!isDue) return null;
      const look = { atMs: nowMs(), newestMs, hasFailed: true };
      looked = look;
      const pruned = await pruneOrTell(parts, newestMs);
      look.hasFailed = false;
      return pruned;
    },
  };
}

async function pruneOrTell({ store, keptMs, onAllKept }: PruningParts, newestMs: number): Promise<Pruned | null> {
  if (keptMs === undefined) {
    const oldestMs = await readOldest(store);
    if (oldestMs !== null && oldestMs < newestMs - TOLD_MS) onAllKept?.({ oldestMs, newestMs });
    return null;
  }
  const beforeMs = newestMs - keptMs;
  const { before, all } = await countBefore(store, beforeMs);
  if (before === 0 || before < PRUNED_SHARE_MIN * all) return null;
  return { beforeMs, removed: await pruneRunning(store, beforeMs) };
}
