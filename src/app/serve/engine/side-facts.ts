/** Side files of the live analysis: read when they change, and kept as they were while they cannot be read. */
import { readSideFiles, type SideFilePaths } from "../../../engine/acquire/index.js";
import { listInputFiles } from "../../../engine/acquire/input-files.js";
import type { SideFacts } from "../../../engine/behaviour/population.js";
import type { AllowlistEntry } from "../../../vocabulary/account.js";
import { type Problem, StillwatchError } from "../../../vocabulary/errors.js";

/** What the operator tells beside the traffic. */
export interface SideFactsKeeper {
  /**
   * The facts as of now; the files are read again when their size or time changed. A file that became unreadable changes nothing and is told by
   * `onTrouble`: losing an allowlist over a typing error would hurt the people on it.
   */
  refresh(): Promise<SideFacts>;
  /** Entries beside those of the file; they take the place of those told before. */
  allow(entries: readonly AllowlistEntry[]): void;
}

/** Opens the files. Throws as `readSideFiles` does: a start without facts that were asked for is none. */
export async function openSideFacts(paths: SideFilePaths, onTrouble: (problem: Problem) => void): Promise<SideFactsKeeper> {
  let stamp = await stampFiles(paths);
  let facts: SideFacts = await readSideFiles(paths);
  let allowed: readonly AllowlistEntry[] = [];
  return {
    async refresh() {
      const next = await stampFiles(paths);
      if (next !== stamp) {
        // Told once for each state of the files, not at every turn.
        stamp = next;
        try {
          facts = await readSideFiles(paths);
        } catch (error) {
          if (!(error instanceof StillwatchError)) throw error;
          onTrouble(error.problem);
        }
      }
      return { ...facts, allowlist: [...facts.allowlist, ...allowed] };
    },
    allow: (entries) => void (allowed = entries),
  };
}

async function stampFiles(paths: SideFilePaths): Promise<string> {
  const stamps: string[] = [];
  for (const path of Object.values(paths)) {
    if (path === undefined) continue;
    const files = await listInputFiles([path]).catch(() => []);
    stamps.push(path, ...files.map((file) => `${file.path} ${file.bytes} ${file.modifiedMs}`));
  }
  return stamps.join("\n");
}
