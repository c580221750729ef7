/** Whether records can be written to disk: told by what was written last, and by a trial where nothing was. */
import { open, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { JournalFull } from "../../store/hand-over/journal.js";
import type { Clock, Journal } from "./services.js";

/** Below this a disk is as good as full: one segment and its place in the store. */
const FREE_BYTES_MIN = 64 * 1024 * 1024;

/** So long a trial is believed: whoever asks often must not wear the disk. */
const TRIAL_MS = 2_000;

/** A journal that notices when it cannot be written to. */
export interface WatchedJournal extends Journal {
  isWritable: () => Promise<boolean>;
}

/** Watches a journal that lies in `folder`. */
export function watchJournal(journal: Journal, { folder, clock }: { folder: string; clock: Clock }): WatchedJournal {
  let triedMs = Number.NEGATIVE_INFINITY;
  let isTrialGood = true;
  return {
    async append(format, lines, origin) {
      try {
        await journal.append(format, lines, origin);
      } catch (error) {
        // A full journal is a promise kept; anything else is a disk that failed, and a trial shows when it is back.
        if (!(error instanceof JournalFull)) {
          isTrialGood = false;
          triedMs = clock.nowMs();
        }
        throw error;
      }
    },
    backlogBytes: () => journal.backlogBytes(),
    close: async () => journal.close(),
    async isWritable() {
      if (clock.nowMs() - triedMs < TRIAL_MS) return isTrialGood;
      isTrialGood = await tryDisk(folder);
      triedMs = clock.nowMs();
      return isTrialGood;
    },
  };
}

async function tryDisk(folder: string): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize < FREE_BYTES_MIN) return false;
    const probe = join(folder, ".probe");
    const file = await open(probe, "w");
    try {
      await file.write("probe");
      await file.sync();
    } finally {
      await file.close();
    }
    await rm(probe, { force: true });
    return true;
  } catch {
    return false;
  }
}
