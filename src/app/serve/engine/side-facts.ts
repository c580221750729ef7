/** Side files of the live analysis: read when they change, and kept as they were while they cannot be read. */
import { readSideFiles, type SideFilePaths } from "../../../engine/acquire/index.js";
import { listInputFiles } from "../../../engine/acquire/input-files.js";
import type { SideFacts } from "../../../engine/behaviour/population.js";
import type { AllowlistEntry } from "../../../vocabulary/account.js";
import { type Problem, StillwatchError } from "../../../vocabulary/errors.js";

/** What the operator tells beside the traffic. */
export interface SideFactsKeeper {
  /**
   * The facts as of now; a file is read again when its size or time changed, and again and again while it cannot be read. It changes nothing until it can, and holds
   * up no other file; `onTrouble` is told once: losing an allowlist over a typing error would hurt the people on it, and so would missing what was added to it.
   */
  refresh(): Promise<SideFacts>;
  /** Files that could not be read as they are now: what they said before goes on. */
  listStale(): SideFileName[];
  /** Entries beside those of the file; they take the place of those told before. */
  allow(entries: readonly AllowlistEntry[]): void;
}

/** Which of the side files. */
export type SideFileName = keyof SideFacts;
const NAMES = ["accounts", "releases", "enforcement", "allowlist"] as const satisfies readonly SideFileName[];

/** Opens the files. Throws as `readSideFiles` does: a start without facts that were asked for is none. */
export async function openSideFacts(paths: SideFilePaths, onTrouble: (problem: Problem) => void): Promise<SideFactsKeeper> {
  const files = new Map<SideFileName, KeptFile>();
  for (const name of NAMES) files.set(name, await openKept(name, paths[name]));
  const read = <N extends SideFileName>(name: N): SideFacts[N] => files.get(name)?.facts[name] ?? [];
  let allowed: readonly AllowlistEntry[] = [];
  return {
    async refresh() {
      for (const file of files.values()) await readAgain(file, onTrouble);
      return {
        accounts: read("accounts"),
        releases: read("releases"),
        enforcement: read("enforcement"),
        allowlist: [...read("allowlist"), ...allowed],
      };
    },
    listStale: () => NAMES.filter((name) => (files.get(name)?.told ?? null) !== null),
    allow: (entries) => void (allowed = entries),
  };
}

/** One side file as it was when it could be read. */
interface KeptFile {
  name: SideFileName;
  path: string | undefined;
  /** Of the state that `facts` are of. */
  stamp: string;
  facts: SideFacts;
  /** What was told of the state that cannot be read; null while the facts are those of the file. */
  told: string | null;
}

async function openKept(name: SideFileName, path: string | undefined): Promise<KeptFile> {
  const stamp = await stampFile(path);
  return { name, path, stamp, facts: await readSideFiles({ [name]: path }), told: null };
}

async function readAgain(file: KeptFile, onTrouble: (problem: Problem) => void): Promise<void> {
  const stamp = await stampFile(file.path);
  if (stamp === file.stamp) {
    file.told = null;
    return;
  }
  try {
    file.facts = await readSideFiles({ [file.name]: file.path });
    // Only now: a right that was given meanwhile, or a disk that answers again, changes neither size nor time.
    file.stamp = stamp;
    file.told = null;
  } catch (error) {
    if (!(error instanceof StillwatchError)) throw error;
    const { code, what } = error.problem;
    const telling = `${stamp}\n${code} ${what}`;
    if (file.told !== telling) onTrouble(error.problem);
    file.told = telling;
  }
}

/** Of the state of a file, or of all files of a folder: what differs when it may say something else. Empty where there is none. */
export async function stampFile(path: string | undefined): Promise<string> {
  if (path === undefined) return "";
  const files = await listInputFiles([path]).catch(() => []);
  return files.map((file) => `${file.path} ${file.bytes} ${file.modifiedMs}`).join("\n");
}
