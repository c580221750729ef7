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
   *
   * @throws StillwatchError as `readSideFiles` does while a file could never be read: what is found without facts that were asked for may be wrong about innocents.
   */
  refresh(): Promise<SideFacts>;
  /** Files that could not be read as they are now: what they said before goes on, or nothing is known of them yet. */
  listStale(): SideFileName[];
  /** Entries beside those of the file; they take the place of those told before. */
  allow(entries: readonly AllowlistEntry[]): void;
}

/** Which of the side files. */
export type SideFileName = keyof SideFacts;
const NAMES = ["accounts", "releases", "enforcement", "allowlist"] as const satisfies readonly SideFileName[];

/** Opens the files. One that cannot be read is read again at each refresh, and until then there are no facts. `onStale` is told when the list of such files changes. */
export async function openSideFacts(
  paths: SideFilePaths,
  onTrouble: (problem: Problem) => void,
  onStale: (files: SideFileName[]) => void = () => {},
): Promise<SideFactsKeeper> {
  const files = new Map<SideFileName, KeptFile>();
  for (const name of NAMES) files.set(name, await openKept(name, paths[name]));
  const read = <N extends SideFileName>(name: N): SideFacts[N] => files.get(name)?.facts[name] ?? [];
  let allowed: readonly AllowlistEntry[] = [];
  const listStale = (): SideFileName[] => NAMES.filter((name) => (files.get(name)?.told ?? null) !== null);
  let staleBefore = "";
  const tellStale = (): void => {
    const stale = listStale();
    if (stale.join() !== staleBefore) onStale(stale);
    staleBefore = stale.join();
  };
  tellStale();
  return {
    async refresh() {
      for (const file of files.values()) await readAgain(file, onTrouble);
      tellStale();
      for (const { missing } of files.values()) if (missing !== null) throw missing;
      return {
        accounts: read("accounts"),
        releases: read("releases"),
        enforcement: read("enforcement"),
        allowlist: [...read("allowlist"), ...allowed],
      };
    },
    listStale,
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
  /** Why it could not be read, where it never was. */
  missing: StillwatchError | null;
}

/** No state of a file has this one: that of none is empty, and a file that is not there was not read. */
export const NEVER_READ = "never read";

async function openKept(name: SideFileName, path: string | undefined): Promise<KeptFile> {
  const stamp = await stampFile(path);
  try {
    return { name, path, stamp, facts: await readSideFiles({ [name]: path }), told: null, missing: null };
  } catch (error) {
    if (!(error instanceof StillwatchError)) throw error;
    const facts: SideFacts = { accounts: [], releases: [], enforcement: [], allowlist: [] };
    return { name, path, stamp: NEVER_READ, facts, told: describeTelling(stamp, error), missing: error };
  }
}

function describeTelling(stamp: string, { problem: { code, what } }: StillwatchError): string {
  return `${stamp}\n${code} ${what}`;
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
    file.missing = null;
  } catch (error) {
    if (!(error instanceof StillwatchError)) throw error;
    const telling = describeTelling(stamp, error);
    // What was never read is told by whoever waits for it.
    if (file.missing !== null) file.missing = error;
    else if (file.told !== telling) onTrouble(error.problem);
    file.told = telling;
  }
}

/** Of the state of a file, or of all files of a folder: what differs when it may say something else. Empty where there is none. */
export async function stampFile(path: string | undefined): Promise<string> {
  if (path === undefined) return "";
  const files = await listInputFiles([path]).catch(() => []);
  return files.map((file) => `${file.path} ${file.bytes} ${file.modifiedMs}`).join("\n");
}
