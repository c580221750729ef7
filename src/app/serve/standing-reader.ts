/** What verdicts are told of the book: what acts, what would act, what a person keeps off, and the people's allowlist. */
import { setImmediate } from "node:timers/promises";
import { isInForce } from "../../engine/decisions/states.js";
import type { Hold } from "../../engine/decisions/snapshot.js";
import type { DecisionRecord } from "../../store/records/decisions.js";
import { readSpared, type Book } from "./book-state.js";
import type { DecisionBook } from "./services.js";

/** All of it; the same lists as before while nothing changed. */
export type ReadStanding = DecisionBook["listInForce"];
/** What of a book is read. */
type StandingBook = Pick<Book, "memory" | "entries" | "clock" | "listAllowedAlways">;
type Standing = Awaited<ReturnType<ReadStanding>>;

/**
 * Creates a reader. A full book takes some fifty milliseconds to look through, and is asked for every few seconds: it is looked through when it, or who is spared, changed, and in portions
 * between which requests are answered. What changes meanwhile is told to whoever asks next, and a change makes somebody ask.
 */
export function createStandingReader(book: StandingBook): ReadStanding {
  let last: Known | null = null;
  return async () => {
    const nowMs = book.clock.nowMs();
    const allowedAlways = book.listAllowedAlways?.() ?? NOBODY;
    const key = [book.memory.revision(), book.entries, allowedAlways];
    if (last !== null && last.fromMs <= nowMs && nowMs < last.untilMs && key.every((part, place) => part === last?.key[place])) {
      last = dropEnded(last, nowMs);
      return last.standing;
    }
    // What somebody was spared counts again when that ends.
    const ends = [...book.entries.map(({ expiresMs }) => expiresMs), ...allowedAlways.map(({ expiresAtMs }) => expiresAtMs)];
    // Of whom nothing was changed, the same holds as before: who is spared is the same.
    const isSparedAlike = last !== null && last.fromMs <= nowMs && nowMs < last.untilMs && key[1] === last.key[1] && key[2] === last.key[2];
    const seen = await lookThrough(book, { nowMs, before: isSparedAlike ? last?.seen : undefined });
    const standing = await listStanding(book, { nowMs, seen });
    last = { key, fromMs: nowMs, untilMs: findNext(ends, nowMs), endMs: findEnd(standing, nowMs), standing, seen };
    return standing;
  };
}

/** What was read, of which state of the book, and how long it holds. */
interface Known {
  key: readonly unknown[];
  fromMs: number;
  untilMs: number;
  /** When the first of the decisions ends. */
  endMs: number;
  standing: Standing;
  seen: Seen;
}

/** Records as of one moment, and of each whether it acts, or would, or keeps off, until its end. */
interface Seen {
  records: readonly DecisionRecord[];
  marks: Uint8Array;
}

const ACTS = 1;
const KEEPS_OFF = 2;

/** What ended by itself is left out without a look through the book. */
function dropEnded(known: Known, nowMs: number): Known {
  if (nowMs < known.endMs) return known;
  const standing = { ...known.standing, decisions: known.standing.decisions.filter(({ expiresMs }) => expiresMs > nowMs) };
  return { ...known, standing, endMs: findEnd(standing, nowMs) };
}

const NOBODY: readonly [] = [];
const findEnd = ({ decisions }: Standing, nowMs: number): number =>
  decisions.reduce((first, { expiresMs }) => (expiresMs > nowMs && expiresMs < first ? expiresMs : first), Number.POSITIVE_INFINITY);
const findNext = (ends: readonly number[], nowMs: number): number =>
  ends.reduce((first, endMs) => (endMs > nowMs && endMs < first ? endMs : first), Number.POSITIVE_INFINITY);

/** Records looked at at once: half a millisecond, where nothing is known of them. */
const LOOKED_AT_ONCE = 500;
/** Records that were looked at before, and take hardly more than a glance. */
const GLANCED_AT_ONCE = 8_000;

/** Looks at the records that are others than before: a record is never written to, so the same one says the same. */
async function lookThrough(
  book: StandingBook,
  { nowMs, before = NOTHING_SEEN }: { nowMs: number; before?: Seen | undefined },
): Promise<Seen> {
  const allowlist = readSpared(book);
  // A copy, so that all is as of one moment.
  const records = book.memory.list();
  const marks = new Uint8Array(records.length);
  let looked = 0;
  for (let place = 0; place < records.length; place += 1) {
    if (looked >= LOOKED_AT_ONCE || place % GLANCED_AT_ONCE === GLANCED_AT_ONCE - 1) {
      looked = 0;
      await setImmediate();
    }
    const record = records[place];
    if (record === before.records[place]) marks[place] = before.marks[place];
    else {
      marks[place] = markOf(record, { nowMs, allowlist });
      looked += 1;
    }
  }
  return { records, marks };
}

const NOTHING_SEEN: Seen = { records: [], marks: new Uint8Array(0) };

function markOf(record: DecisionRecord, { nowMs, allowlist }: Parameters<typeof isInForce>[1]): number {
  const { scope, mode, state, expiresMs, heldUntilMs } = record;
  const wouldAct = mode === "shadow" && state === "active" && expiresMs > nowMs && !allowlist.covers(record);
  const acts = wouldAct || isInForce(record, { nowMs, allowlist });
  // A no about a standing order is the ladder's: nobody is met by it either way.
  const keepsOff = scope.kind !== "campaign" && heldUntilMs !== null;
  return (acts ? ACTS : 0) | (keepsOff ? KEEPS_OFF : 0);
}

async function listStanding(book: StandingBook, { nowMs, seen }: { nowMs: number; seen: Seen }): Promise<Standing> {
  const decisions: DecisionRecord[] = [];
  const held: Hold[] = [];
  const entries = book.entries.filter(({ expiresMs }) => expiresMs > nowMs);
  for (const [place, mark] of seen.marks.entries()) {
    if (place % GLANCED_AT_ONCE === GLANCED_AT_ONCE - 1) await setImmediate();
    if (mark === 0) continue;
    const record = seen.records[place];
    if ((mark & ACTS) !== 0 && record.expiresMs > nowMs) decisions.push(record);
    const { scope, measure, heldUntilMs } = record;
    if ((mark & KEEPS_OFF) !== 0 && heldUntilMs !== null && heldUntilMs > nowMs) held.push({ scope, measure, untilMs: heldUntilMs });
  }
  return { decisions, held, allowlist: entries };
}
