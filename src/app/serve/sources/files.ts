/** Follows log files: what is appended is taken in, over rotation, truncation and restarts. */
import { mkdir, open, readdir, readFile, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { glob } from "tinyglobby";
import { countLines, type FilePosition, type FollowedFile, openFollowed, readLines } from "./followed-file.js";
import { pause, RETRY_MS, type Source, type SourceTools, takePatiently } from "./source.js";

/** Files to follow. */
export interface FilesSettings {
  /** File or glob. */
  path: string;
  /** `auto` or the name of a format. */
  format: string;
}

/** How often files are looked at: matches of new accounts are promised within seconds, and a look costs a few system calls. */
const LOOK_EVERY_MS = 500;
/** A file that was moved away is read on for so long: its writer may not have noticed yet. */
const MOVED_KEPT_MS = 60_000;
/** Positions kept, most of files that are not there any more; those that were read longest ago go first. */
const POSITIONS_MAX = 10_000;

/** State of one setting. */
interface Following extends SourceTools {
  settings: FilesSettings;
  positionsFile: string;
  positions: Map<string, FilePosition>;
  /** Open files by inode. */
  open: Map<string, FollowedFile & { lastListedMs: number }>;
  nowMs: () => number;
  lookEveryMs: number;
}

/**
 * Begins to follow. A file that was never seen is read from its beginning. Where it was read up to is written down after the journal has the
 * lines: a kill in between makes them come twice, which counts once.
 *
 * @param tools `lookEveryMs`: how often files are looked at; half a second where it is not said.
 */
export async function followFiles(
  settings: FilesSettings,
  tools: Omit<SourceTools, "signal"> & { positionsFile: string; nowMs: () => number; lookEveryMs?: number },
): Promise<Source> {
  const stopping = new AbortController();
  await mkdir(dirname(tools.positionsFile), { recursive: true });
  const positions = await readPositions(tools.positionsFile);
  const { lookEveryMs = LOOK_EVERY_MS } = tools;
  const state: Following = { ...tools, lookEveryMs, signal: stopping.signal, settings, positions, open: new Map() };
  const running = run(state);
  return {
    async close() {
      stopping.abort();
      await running;
      for (const { handle } of state.open.values()) await handle.close();
    },
  };
}

async function run(state: Following): Promise<void> {
  const { signal, log, lookEveryMs } = state;
  await openMoved(state);
  while (!signal.aborted) {
    try {
      const hasMoved = await look(state);
      await pause(hasMoved ? 0 : lookEveryMs, signal);
    } catch (error) {
      if (signal.aborted) return;
      log.warn(
        { source: "files", reason: error instanceof Error && "code" in error ? error.code : "unknown" },
        "following files failed; it is tried again",
      );
      await pause(RETRY_MS, signal);
    }
  }
}

/** Files that were renamed while nobody followed: what was appended to them before is still to be read. */
async function openMoved({ positions, open: opened, nowMs }: Following): Promise<void> {
  const folders = new Set([...positions.values()].map(({ path }) => dirname(path)));
  for (const folder of folders) {
    const names = await readdir(folder).catch(() => []);
    for (const name of names) {
      const path = join(folder, name);
      const found = await openFollowed(path, positions);
      // A file that was never read stays unread: it is nobody's successor.
      const isKnown = found !== null && found.position.offset > 0;
      if (isKnown) opened.set(found.position.inode, { ...found, lastListedMs: nowMs() });
      else await found?.handle.close();
    }
  }
}

/** One look at all files; true when there may be more at once. */
async function look(state: Following): Promise<boolean> {
  const { settings, open: opened, nowMs } = state;
  const paths = (await glob(settings.path, { absolute: true, onlyFiles: true, expandDirectories: false })).toSorted();
  for (const path of paths) {
    const found = await openFollowed(path, state.positions);
    if (found === null) continue;
    const { inode } = found.position;
    // The handle that is open already sees the same file; the new one knows whether it was cut.
    await opened.get(inode)?.handle.close();
    opened.set(inode, { ...found, lastListedMs: nowMs() });
  }
  let hasMore = false;
  for (const [inode, file] of opened) {
    const isGone = nowMs() - file.lastListedMs > MOVED_KEPT_MS;
    if (await readOn(state, file, isGone)) hasMore = true;
    else if (isGone) {
      opened.delete(inode);
      await file.handle.close();
    }
  }
  return hasMore;
}

/** Takes in what was appended to one file; true when something was. */
async function readOn(state: Following, file: FollowedFile, isFinal: boolean): Promise<boolean> {
  const { settings, positions } = state;
  const { position } = file;
  const { lines, readBytes } = await readLines(file.handle, { offset: position.offset, isFinal });
  if (lines.length === 0) return false;
  const counted = countLines(lines, readBytes);
  const origin = { from: position.path, line: position.lines === undefined ? null : position.lines + 1 };
  await takePatiently(state, { lines, format: settings.format, source: "files", origin });
  position.offset += readBytes;
  if (position.lines !== undefined) position.lines += counted;
  // Anew, so that the last ones written are the last ones in the file.
  positions.delete(position.inode);
  positions.set(position.inode, position);
  if (positions.size > POSITIONS_MAX) positions.delete(positions.keys().next().value ?? position.inode);
  await writePositions(state);
  return true;
}

async function readPositions(file: string): Promise<Map<string, FilePosition>> {
  try {
    const list = JSON.parse(await readFile(file, "utf8")) as FilePosition[];
    return new Map(list.map((position) => [position.inode, position]));
  } catch {
    // None yet. A damaged one makes files come again from their beginning, which counts once.
    return new Map();
  }
}

async function writePositions({ positionsFile, positions }: Following): Promise<void> {
  const list = [...positions.values()].slice(-POSITIONS_MAX);
  const unfinished = `${positionsFile}.unfinished`;
  const handle = await open(unfinished, "w");
  try {
    await handle.writeFile(JSON.stringify(list));
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await rename(unfinished, positionsFile);
}

/** Where positions of the n-th setting are kept, below the data folder. */
export function nameFilePositions(dataFolder: string, index: number): string {
  return join(dataFolder, "sources", `files-${index}.json`);
}
