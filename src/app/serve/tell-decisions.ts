/** Alerts about decisions: told as they move, and caught up on from the audit after a crash, so that none is lost between a move and its alert. */
import { setImmediate } from "node:timers/promises";
import type { RecordDatabase } from "../../store/records/database.js";
import { readSetting, writeSetting } from "../../store/records/settings.js";
import type { Decision } from "../../vocabulary/decision.js";
import { describeChange, nameGroup } from "../alerts/describe.js";
import type { Alert, Clock, DecisionBook, DecisionChange } from "./services.js";

/** Place in the audit up to which everything was told. */
const SETTING = "alerts.told_up_to";
/** How often the place is moved on; what a crash leaves between it and the end is told again. */
const LOOK_MS = 5_000;
/** Events read together. */
const PAGE = 500;

/**
 * News of the policy about one campaign are gathered for so long behind the first, which is told at once: accounts come to light one by one, turn by turn, and a person who was called about
 * a campaign comes within a quarter of an hour, to answer all that waits. What people do is told at once.
 */
const GATHER_MS = 900_000;

/** Who decides turn by turn. */
const POLICY = "policy";

/** What is told of decisions, and to whom. */
export interface DecisionNews {
  decisions: Pick<DecisionBook, "onMoved" | "lastEvent" | "listEventsAfter" | "find">;
  database: RecordDatabase;
  clock: Clock;
  /** How people reach the server. */
  link: string;
  /** Settles when the alert is written down. */
  send: (alert: Alert) => Promise<void>;
  onFailure: (error: unknown) => void;
  lookMs?: number;
  gatherMs?: number;
}

/** Listens from now on, and tells what was not told before. The answer ends it, when what it was told is written down. */
export async function tellDecisions(news: DecisionNews): Promise<() => Promise<void>> {
  const { decisions, link, send, onFailure, lookMs = LOOK_MS } = news;
  const sending = new Set<Promise<void>>();
  // Once something could not be written down, the place stays before it: the next start tells it.
  let hasFailed = false;
  let isStopped = false;
  const sendAll = (change: Omit<DecisionChange, "kind">): void => {
    for (const alert of describeChange(change, link)) {
      const sent: Promise<void> = send(alert).finally(() => sending.delete(sent));
      sending.add(sent);
      sent.catch((error: unknown) => {
        hasFailed = true;
        onFailure(error);
      });
    }
  };
  const gathering = createGathering(news, sendAll);
  const place = await findPlace(news);
  // Up to here everything was heard: what is heard from now on lies behind it.
  let heard = place;
  const tell = (change: DecisionChange): void => {
    if (isStopped) return;
    if (change.by === POLICY) gathering.add(change.decisions, heard);
    else sendAll(change);
  };
  // Before anything is caught up on: people may decide meanwhile. What is told twice is the same alert, and is sent once.
  decisions.onMoved(tell);
  let seen = await catchUp(news, { place, tell });
  const look = async (): Promise<void> => {
    // Whatever was stored before the last look has been heard by now, and is told when it is neither being sent nor gathered.
    heard = seen;
    seen = await decisions.lastEvent();
    await gathering.flush("due");
    // Not only when nothing is gathered: of two campaigns that grow one always waits, and a kill would have all of them told again.
    const told = Math.min(heard, gathering.placeBefore());
    await Promise.all(sending);
    if (!hasFailed) await writePlace(news, told);
  };
  const timer = setInterval(() => void look().catch(onFailure), lookMs).unref();
  return async () => {
    clearInterval(timer);
    // What was stored by now was heard one turn later at the latest; gathered or not, it is told before the place moves behind it.
    const end = await decisions.lastEvent().catch(() => null);
    await setImmediate();
    isStopped = true;
    await gathering.flush("all").catch(onFailure);
    await Promise.allSettled(sending);
    if (end !== null && !hasFailed) await writePlace(news, end).catch(onFailure);
  };
}

/** Decisions of the policy that wait to be told together. */
interface Gathering {
  /** What moved lies behind `place` in the audit. */
  add: (decisions: readonly Decision[], place: number) => void;
  /** Tells what waited long enough, or everything: as it is now, because people may have answered meanwhile. */
  flush: (which: "due" | "all") => Promise<void>;
  /** All that waits lies behind it; infinite where nothing does. */
  placeBefore: () => number;
}

/** A decision that waits to be told, and a place in the audit before it moved. */
interface Waiting {
  decision: Decision;
  place: number;
}

function createGathering(
  { decisions: book, clock, gatherMs = GATHER_MS }: DecisionNews,
  send: (change: Omit<DecisionChange, "kind">) => void,
): Gathering {
  const toldMs = new Map<string, number>();
  const waiting = new Map<string, Waiting[]>();
  const isDue = (name: string): boolean => clock.nowMs() - (toldMs.get(name) ?? Number.NEGATIVE_INFINITY) >= gatherMs;
  const tell = (name: string, decisions: readonly Decision[]): void => {
    toldMs.set(name, clock.nowMs());
    send({ by: POLICY, decisions });
  };
  return {
    // The first of each came before its others.
    placeBefore: () => Math.min(...[...waiting.values()].flatMap(([first]) => first?.place ?? [])),
    add(decisions, place) {
      const groups = new Map<string, Decision[]>();
      for (const decision of decisions) {
        const name = nameGroup(decision);
        if (name !== null) groups.set(name, [...(groups.get(name) ?? []), decision]);
      }
      for (const [name, group] of groups) {
        if (isDue(name) && !waiting.has(name)) tell(name, group);
        else waiting.set(name, [...(waiting.get(name) ?? []), ...group.map((decision) => ({ decision, place }))]);
      }
    },
    async flush(which) {
      for (const [name, group] of waiting) {
        if (which === "due" && !isDue(name)) continue;
        const now = await Promise.all(group.map(async ({ decision }) => book.find(decision.id)));
        const same = now.flatMap((decision) => (decision !== null && nameGroup(decision) === name ? [decision] : []));
        // What came while it was looked up goes with the next.
        const later = (waiting.get(name) ?? []).slice(group.length);
        if (later.length > 0) waiting.set(name, later);
        else waiting.delete(name);
        if (same.length > 0) tell(name, same);
      }
      for (const [name, atMs] of toldMs) if (clock.nowMs() - atMs >= gatherMs && !waiting.has(name)) toldMs.delete(name);
    },
  };
}

/** Place up to which everything was told; where there is none yet, everything before now is somebody else's. */
async function findPlace(news: DecisionNews): Promise<number> {
  const place = await readSetting(news.database, SETTING);
  if (typeof place === "number") return place;
  const end = await news.decisions.lastEvent();
  await writePlace(news, end);
  return end;
}

/** Tells what lies behind the place, and answers the end. */
async function catchUp(
  { decisions }: DecisionNews,
  { place, tell }: { place: number; tell: (change: DecisionChange) => void },
): Promise<number> {
  const end = await decisions.lastEvent();
  const moved = new Map<string, { by: string; note: string | null; decisions: Map<string, Decision> }>();
  for (let position = place; ; ) {
    const events = await decisions.listEventsAfter(position, PAGE);
    for (const { who, note, decision } of events) {
      const name = JSON.stringify([who, note]);
      const ofOne = moved.get(name) ?? { by: who, note, decisions: new Map<string, Decision>() };
      moved.set(name, ofOne);
      ofOne.decisions.set(decision.id, decision);
    }
    if (events.length < PAGE) break;
    position = events[events.length - 1].position;
  }
  // As they are now: what has ended meanwhile is no news.
  for (const { by, note, decisions: told } of moved.values()) tell({ kind: "decided", by, note, decisions: [...told.values()] });
  return end;
}

async function writePlace({ database, clock }: DecisionNews, value: number): Promise<void> {
  await writeSetting(database, { name: SETTING, value, atMs: clock.nowMs() });
}
