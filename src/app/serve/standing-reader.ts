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
    const standing = await listStanding(book, nowMs);
    last = { key, fromMs: nowMs, untilMs: findNext(ends, nowMs), endMs: findEnd(standing, nowMs), standing };
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
}

/** What ended by itself is left out without a look through the book. */
function dropEnded(known: Known, nowMs: number): Known {
  if (nowMs < known.endMs) return known;
  const standing = { ...known.standing, decisions: known.standing.decisions.filter(({ expiresMs }) => expiresMs > nowMs) };
  return { ...known, standing, endMs: findEnd(standing, nowMs) };
}

const NOBODY: readonly [] = [];
const findEnd = ({ decisions }: Standing, nowMs: number): number =>
  findNext(
    decisions.map(({ expiresMs }) => expiresMs),
    nowMs,
  );
const findNext = (ends: readonly number[], nowMs: number): number =>
  ends.reduce((first, endMs) => (endMs > nowMs && endMs < first ? endMs : first), Number.POSITIVE_INFINITY);

/** Records looked at at once: a millisecond. */
const LOOKED_AT_ONCE = 2_000;

async function listStanding(book: StandingBook, nowMs: number): Promise<Standing> {
  const allowlist = readSpared(book);
  const decisions: DecisionRecord[] = [];
  const held: Hold[] = [];
  // A copy, so that all is as of one moment.
  const records = book.memory.list();
  const entries = book.entries.filter(({ expiresMs }) => expiresMs > nowMs);
  for (const [place, record] of records.entries()) {
    if (place % LOOKED_AT_ONCE === LOOKED_AT_ONCE - 1) await setImmediate();
    const { scope, measure, mode, state, expiresMs, heldUntilMs } = record;
    const wouldAct = mode === "shadow" && state === "active" && expiresMs > nowMs && !allowlist.covers(record);
    if (wouldAct || isInForce(record, { nowMs, allowlist })) decisions.push(record);
    // A no about a standing order is the ladder's: nobody is met by it either way.
    if (scope.kind !== "campaign" && heldUntilMs !== null && heldUntilMs > nowMs) held.push({ scope, measure, untilMs: heldUntilMs });
  }
  return { decisions, held, allowlist: entries };
}
