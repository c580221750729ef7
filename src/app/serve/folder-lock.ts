/** One `serve` (or command that opens its records) at a time in a data folder. A lock whose process is gone is taken over at once. */
import { linkSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StillwatchError } from "../../vocabulary/errors.js";
import { makeWritableFolder } from "../folder.js";

const LOCK_FILE = "lock";

/** Who finds a dead lock may lose the race for it to another who found it, too; a second round tells who has it. */
const ATTEMPTS = 3;

/** Who took a dead one's place looks again after this: whoever else found it dead has moved its lock aside, or put it back, by then. */
const SETTLE_MS = 100;

/** Who holds the folder. */
interface Holder {
  pid: number;
  /** When the process began, as the system counts; null where it does not tell. Ids of processes come again, in containers at every start. */
  started: string | null;
  what: string;
}

/**
 * Takes the folder, making it where it is not there. The answer gives it back.
 *
 * @throws StillwatchError SW1810 when another process has it, SW1811 when it cannot be written to.
 */
export async function lockFolder(folder: string, what: string): Promise<() => void> {
  await makeWritableFolder(folder).catch((error: unknown) => {
    throw unusable(folder, error);
  });
  const file = join(folder, LOCK_FILE);
  const own = JSON.stringify({ pid: process.pid, started: readStart(process.pid), what } satisfies Holder);
  let wasDead = false;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (tryTake(file, own)) {
      if (wasDead) await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      if (readText(file) === own) return () => rmSync(file, { force: true });
    }
    const found = readText(file);
    const holder = readHolder(found);
    if (holder !== null && isAlive(holder)) throw taken(folder, holder);
    wasDead = true;
    if (found !== null) removeDead(file, found);
  }
  throw taken(folder, readHolder(readText(file)) ?? { pid: 0, started: null, what: "another process" });
}

/** Written aside and linked, so that nobody ever sees a lock without its holder. */
function tryTake(file: string, own: string): boolean {
  const aside = nameAside(file);
  writeFileSync(aside, own, { mode: 0o600 });
  const isTaken = tryLink(aside, file);
  unlinkSync(aside);
  return isTaken;
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

let asides = 0;

/** A name that nobody else uses, in this process or another. */
function nameAside(file: string): string {
  return `${file}.${process.pid}.${asides++}`;
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

/** Null for a lock that cannot be read: a program that is not this one wrote it. */
function readHolder(text: string | null): Holder | null {
  try {
    const value = JSON.parse(text ?? "") as Partial<Holder> | null;
    if (value === null || typeof value.pid !== "number") return null;
    return { pid: value.pid, started: value.started ?? null, what: typeof value.what === "string" ? value.what : "another process" };
  } catch {
    return null;
  }
}

function isAlive({ pid, started }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process is there, though we may not signal it.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
  const now = readStart(pid);
  return started === null || now === null || now === started;
}

/** Moved away first: of two who found it dead only one moves it. What turns out to be the lock of one who was faster is put back. */
function removeDead(file: string, dead: string): void {
  const aside = nameAside(file);
  try {
    renameSync(file, aside);
  } catch {
    // Another was faster.
    return;
  }
  if (readText(aside) !== dead) tryLink(aside, file);
  unlinkSync(aside);
}

/** Boot and clock tick at which a process began; null where /proc is not there. */
function readStart(pid: number): string | null {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    // The name in brackets may hold spaces and brackets itself; what follows the last bracket is plain.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return `${boot} ${fields[START_FIELD]}`;
  } catch {
    return null;
  }
}

/** proc(5): `starttime` is field 22; the name is field 2, so it is the 20th of those behind it. */
const START_FIELD = 19;

function taken(folder: string, { pid, what }: Holder): StillwatchError {
  return new StillwatchError({
    code: "SW1810",
    what: "the data folder is in use",
    place: { file: folder },
    why: `${what} (process ${pid}) has it, and two would write over each other.`,
    fix: "stop that process, give this one another data.folder, or talk to it over HTTP with --url.",
  });
}

function unusable(folder: string, error: unknown): StillwatchError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "an unknown error";
  return new StillwatchError({
    code: "SW1811",
    what: "the data folder cannot be used",
    place: { file: folder },
    why: `the system says ${code}.`,
    fix: "name a folder with data.folder that can be made and written to.",
  });
}
