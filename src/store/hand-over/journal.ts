/**
 * The journal: where raw records wait, durably, until the engine has read them. Who appends is answered when the bytes are on disk and not
 * before; appends that come meanwhile share the next sync. A kill at any point loses nothing that was answered for.
 */
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { ORIGINS_MAX, type PlacedOrigin, type RecordOrigin, removeOrigins, writeOrigins } from "./origins.js";
import { closedPath, isFormatName, type JournalSegment, openPath, recoverSegments, syncFolder } from "./segment.js";

export { type JournalSegment, listSegments } from "./segment.js";

/** A segment as large as one chunk of reading: a larger one is cut anyway, a smaller one costs an insert for less. */
export const SEGMENT_BYTES_MAX = 8 * 1024 * 1024;
/** A segment is closed when it is this old: matches of new accounts are promised within seconds. */
export const SEGMENT_AGE_MS_MAX = 1000;
/**
 * Whole segments waiting above which age closes no further one: the engine is behind and takes so many at once; while it is away for a day, segments
 * are closed by bytes alone, and a restart finds hundreds of files and not one for every second.
 */
export const AGED_SEGMENTS_MAX = 64;
/** Bytes that wait in memory for their sync: twice what one sync takes, so that the disk never idles and memory stays bounded. */
export const WAITING_BYTES_MAX = 64 * 1024 * 1024;

/** Pieces in one call of the system, which takes 1,024 on Linux and macOS. */
const PIECES_MAX = 1000;

/** Where the journal lies and how much it may hold. */
export interface JournalOptions {
  folder: string;
  /** Time of day; numbers of segments begin there, so that they grow over restarts without being written down. */
  nowMs: () => number;
  /** Bytes not yet read by the engine above which nothing is taken any more. */
  backlogBytesMax: number;
  segmentBytesMax?: number;
  segmentAgeMsMax?: number;
  agedSegmentsMax?: number;
  waitingBytesMax?: number;
  /** Told of a segment that a stop left open and that cannot be made whole; without this the journal does not open. */
  onUnreadable?: ((path: string, error: unknown) => void) | undefined;
}

/** The journal is at its bound; nothing of what was to be appended is kept. */
export class JournalFull extends Error {
  readonly backlogBytes: number;

  constructor(backlogBytes: number) {
    super(`the journal is full: ${backlogBytes} bytes wait to be read`);
    this.name = "JournalFull";
    this.backlogBytes = backlogBytes;
  }
}

/** The writing side of the journal, and what the engine reads. */
export interface SegmentJournal {
  /**
   * Appends whole records of one source format, each ending in a newline. Settles when they are on disk. `origin` is told of those that cannot be read.
   *
   * @throws JournalFull when the backlog is at its bound; the system's error when the disk fails, and then the records may still be there.
   */
  append(format: string, lines: Uint8Array, origin?: RecordOrigin): Promise<void>;
  /** Bytes that are not removed yet, those in memory included. */
  backlogBytes(): number;
  /** Whole segments in the order in which they were begun. */
  listClosed(): readonly JournalSegment[];
  /** Called with every segment that becomes whole from now on. */
  onClosed(listener: (segment: JournalSegment) => void): void;
  /** Deletes a segment that was read: text does not stay. */
  remove(segment: JournalSegment): Promise<void>;
  /** Settles when everything appended so far is in whole segments. */
  rotate(): Promise<void>;
  /** Writes what waits, closes the segments, and takes nothing more. */
  close(): Promise<void>;
}

/** Records that wait for their sync. */
interface Waiting {
  lines: Uint8Array;
  origin: RecordOrigin | undefined;
  settle: (error: Error | null) => void;
}

/** What is written of one format. */
interface Lane {
  format: string;
  active: { handle: FileHandle; segment: JournalSegment; origins: PlacedOrigin[] } | null;
  waiting: Waiting[];
  /** Closes the active segment as soon as what waits is written. */
  isDue: boolean;
  timer: NodeJS.Timeout | null;
  /** Settles when the lane has nothing to do; null when it has not. */
  running: Promise<void> | null;
}

interface JournalState extends Required<Omit<JournalOptions, "onUnreadable">> {
  lanes: Map<string, Lane>;
  closed: JournalSegment[];
  listeners: ((segment: JournalSegment) => void)[];
  /** Bytes in segments, whole or not. */
  storedBytes: number;
  waitingBytes: number;
  nextNumber: number;
  isClosed: boolean;
}

/** Opens the journal of a folder, which is made where it is missing, and makes whole what a stop left open. One process at a time. */
export async function openJournal(options: JournalOptions): Promise<SegmentJournal> {
  await mkdir(options.folder, { recursive: true });
  const closed = await recoverSegments(options.folder, options.onUnreadable);
  const state: JournalState = {
    segmentBytesMax: SEGMENT_BYTES_MAX,
    segmentAgeMsMax: SEGMENT_AGE_MS_MAX,
    agedSegmentsMax: AGED_SEGMENTS_MAX,
    waitingBytesMax: WAITING_BYTES_MAX,
    ...options,
    lanes: new Map(),
    closed,
    listeners: [],
    storedBytes: closed.reduce((sum, { bytes }) => sum + bytes, 0),
    waitingBytes: 0,
    nextNumber: Math.max(options.nowMs(), ...closed.slice(-1).map(({ number }) => number + 1)),
    isClosed: false,
  };
  const settleLanes = async (): Promise<void> => {
    for (const lane of state.lanes.values()) {
      lane.isDue = true;
      await run(state, lane);
    }
  };
  return {
    append: async (format, lines, origin) => append(state, { format, lines, origin }),
    backlogBytes: () => state.storedBytes + state.waitingBytes,
    listClosed: () => [...state.closed],
    onClosed: (listener) => void state.listeners.push(listener),
    remove: async (segment) => remove(state, segment),
    rotate: settleLanes,
    async close() {
      state.isClosed = true;
      await settleLanes();
    },
  };
}

async function append(
  state: JournalState,
  { format, lines, origin }: { format: string; lines: Uint8Array; origin: RecordOrigin | undefined },
): Promise<void> {
  if (state.isClosed) throw new Error("the journal is closed");
  if (!isFormatName(format)) throw new Error("no segment can carry this format's name");
  if (lines.length === 0) return;
  if (lines[lines.length - 1] !== NEWLINE) throw new Error("records in the journal end in a newline");
  const backlogBytes = state.storedBytes + state.waitingBytes;
  const isTooMuch = backlogBytes + lines.length > state.backlogBytesMax;
  // A single append that is larger than the memory's bound is taken when nothing else waits: else it never would be.
  const isWaitingTooMuch = state.waitingBytes > 0 && state.waitingBytes + lines.length > state.waitingBytesMax;
  if (isTooMuch || isWaitingTooMuch) throw new JournalFull(backlogBytes);
  const lane = findLane(state, format);
  state.waitingBytes += lines.length;
  await new Promise<void>((resolve, reject) => {
    lane.waiting.push({ lines, origin, settle: (error) => (error === null ? resolve() : reject(error)) });
    void run(state, lane);
  });
}

const NEWLINE = 10;

function findLane({ lanes }: JournalState, format: string): Lane {
  const known = lanes.get(format);
  if (known !== undefined) return known;
  const lane: Lane = { format, active: null, waiting: [], isDue: false, timer: null, running: null };
  lanes.set(format, lane);
  return lane;
}

/** Works until the lane has nothing to do. Never rejects: who waits is told. */
async function run(state: JournalState, lane: Lane): Promise<void> {
  // Whoever comes while it runs is served by the same loop, which looks again before it ends.
  lane.running ??= (async () => {
    // One turn later: requests that came in the same turn share one sync.
    await Promise.resolve();
    while (lane.waiting.length > 0 || (lane.isDue && lane.active !== null)) {
      if (lane.waiting.length > 0) await writeGroup(state, lane);
      if (lane.active !== null && (lane.isDue || lane.active.segment.bytes >= state.segmentBytesMax)) await closeSegment(state, lane);
    }
    lane.running = null;
  })();
  await lane.running;
}

/** Writes what waits, up to a segment's bytes, and syncs it once for all. */
async function writeGroup(state: JournalState, lane: Lane): Promise<void> {
  const group: Waiting[] = [];
  let bytes = 0;
  while (lane.waiting.length > group.length && (group.length === 0 || bytes < state.segmentBytesMax)) {
    const next = lane.waiting[group.length];
    group.push(next);
    bytes += next.lines.length;
  }
  lane.waiting.splice(0, group.length);
  let failure: Error | null = null;
  try {
    lane.active ??= await openSegment(state, lane);
    const { handle, segment, origins } = lane.active;
    await writeAll(
      handle,
      group.map(({ lines }) => lines),
    );
    await handle.datasync();
    noteOrigins(origins, group, { byte: segment.bytes, atMs: state.nowMs() });
    segment.bytes += bytes;
    state.storedBytes += bytes;
  } catch (error) {
    failure = error instanceof Error ? error : new Error("the journal cannot be written");
    await giveUpSegment(state, lane);
  }
  state.waitingBytes -= bytes;
  for (const { settle } of group) settle(failure);
}

/** Where each of them came from, from which byte on. What came from nobody who said so is noted as well: it must not pass for the one before. */
function noteOrigins(origins: PlacedOrigin[], group: readonly Waiting[], { byte, atMs }: { byte: number; atMs: number }): void {
  let at = byte;
  for (const { lines, origin } of group) {
    const { from, line }: RecordOrigin = origin ?? { from: "", line: null };
    const isNews = from !== "" || (origins.at(-1)?.from ?? "") !== "";
    if (isNews && origins.length < ORIGINS_MAX) origins.push({ from, line, byte: at, atMs });
    at += lines.length;
  }
  // The last place is of nobody: behind the bound nothing is claimed.
  if (origins.length === ORIGINS_MAX) origins[ORIGINS_MAX - 1] = { ...origins[ORIGINS_MAX - 1], from: "", line: null };
}

/** Writes pieces one behind the other without copying them together: at tens of megabytes a second a copy costs as much as the write. */
async function writeAll(handle: FileHandle, pieces: readonly Uint8Array[]): Promise<void> {
  for (let at = 0; at < pieces.length; at += PIECES_MAX) {
    let rest = pieces.slice(at, at + PIECES_MAX);
    while (rest.length > 0) {
      const { bytesWritten } = await handle.writev(rest);
      rest = dropBytes(rest, bytesWritten);
    }
  }
}

/** What is left behind so many bytes: a disk that is nearly full takes a part. */
function dropBytes(pieces: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let left = bytes;
  let at = 0;
  while (at < pieces.length && left >= pieces[at].length) left -= pieces[at++].length;
  return at === pieces.length ? [] : [pieces[at].subarray(left), ...pieces.slice(at + 1)];
}

async function openSegment(state: JournalState, lane: Lane): Promise<NonNullable<Lane["active"]>> {
  const number = Math.max(state.nextNumber, state.nowMs());
  state.nextNumber = number + 1;
  const path = openPath(state.folder, { format: lane.format, number });
  // "ax": a name that is taken would be another journal at work in the same folder.
  const handle = await open(path, "ax");
  await syncFolder(state.folder);
  closeByAge(state, lane);
  return { handle, segment: { path, format: lane.format, number, bytes: 0 }, origins: [] };
}

function closeByAge(state: JournalState, lane: Lane): void {
  lane.timer = setTimeout(() => {
    if (state.closed.length >= state.agedSegmentsMax) return closeByAge(state, lane);
    lane.isDue = true;
    void run(state, lane);
  }, state.segmentAgeMsMax);
}

async function closeSegment(state: JournalState, lane: Lane): Promise<void> {
  const { active } = lane;
  if (active === null) return;
  detach(lane);
  const { handle, segment, origins } = active;
  try {
    await handle.close();
    const path = closedPath(segment.path);
    if (origins.some(({ from }) => from !== "")) await writeOrigins(path, origins);
    await rename(segment.path, path);
    publish(state, { ...segment, path });
  } catch {
    // What is in it is durable under its open name; the next start makes it whole.
  }
}

/**
 * After a failed write or sync nothing is known of what lies behind the last sync (a second sync may report success and have written nothing),
 * so the segment ends there.
 */
async function giveUpSegment(state: JournalState, lane: Lane): Promise<void> {
  const { active } = lane;
  if (active === null) return;
  const { handle, segment } = active;
  try {
    await handle.truncate(segment.bytes);
    if (segment.bytes > 0) return await closeSegment(state, lane);
    await rm(segment.path, { force: true });
  } catch {
    // The next start cuts it.
  }
  detach(lane);
  await handle.close().catch(() => {});
}

function detach(lane: Lane): void {
  if (lane.timer !== null) clearTimeout(lane.timer);
  lane.timer = null;
  lane.active = null;
  lane.isDue = false;
}

function publish(state: JournalState, segment: JournalSegment): void {
  state.closed.push(segment);
  // Lanes close on their own; the order is that in which segments were begun.
  state.closed.sort((one, other) => one.number - other.number);
  for (const listener of state.listeners) listener(segment);
}

async function remove(state: JournalState, { number }: JournalSegment): Promise<void> {
  const at = state.closed.findIndex((segment) => segment.number === number);
  if (at < 0) return;
  const segment = state.closed[at];
  await removeOrigins(segment.path);
  await rm(segment.path, { force: true });
  state.closed = state.closed.filter((other) => other.number !== number);
  state.storedBytes -= segment.bytes;
}
