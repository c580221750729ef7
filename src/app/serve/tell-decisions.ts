/** Alerts about decisions: told as they move, and caught up on from the audit after a crash, so that none is lost between a move and its alert. */
import type { RecordDatabase } from "../../store/records/database.js";
import { readSetting, writeSetting } from "../../store/records/settings.js";
import type { Decision } from "../../vocabulary/decision.js";
import { describeChange } from "../alerts/describe.js";
import type { Alert, Clock, DecisionBook, DecisionChange } from "./services.js";

/** Place in the audit up to which everything was told. */
const SETTING = "alerts.told_up_to";
/** How often the place is moved on; what a crash leaves between it and the end is told again. */
const LOOK_MS = 5_000;
/** Events read together. */
const PAGE = 500;

/** What is told of decisions, and to whom. */
export interface DecisionNews {
  decisions: Pick<DecisionBook, "onMoved" | "lastEvent" | "listEventsAfter">;
  database: RecordDatabase;
  clock: Clock;
  /** How people reach the server. */
  link: string;
  /** Settles when the alert is written down. */
  send: (alert: Alert) => Promise<void>;
  onFailure: (error: unknown) => void;
  lookMs?: number;
}

/** Listens from now on, and tells what was not told before. The answer ends it, when what it was told is written down. */
export async function tellDecisions(news: DecisionNews): Promise<() => Promise<void>> {
  const { decisions, link, send, onFailure, lookMs = LOOK_MS } = news;
  const sending = new Set<Promise<void>>();
  // Once something could not be written down, the place stays before it: the next start tells it.
  let hasFailed = false;
  let isStopped = false;
  const tell = (change: DecisionChange): void => {
    if (isStopped) return;
    for (const alert of describeChange(change, link)) {
      const sent: Promise<void> = send(alert).finally(() => sending.delete(sent));
      sending.add(sent);
      sent.catch((error: unknown) => {
        hasFailed = true;
        onFailure(error);
      });
    }
  };
  // Before anything is caught up on: people may decide meanwhile. What is told twice is the same alert, and is sent once.
  decisions.onMoved(tell);
  let seen = await catchUp(news, tell);
  const look = async (): Promise<void> => {
    // Whatever was stored before the last look has been heard by now, and is told when nothing is being sent.
    const heard = seen;
    seen = await decisions.lastEvent();
    await Promise.all(sending);
    if (!hasFailed) await writePlace(news, heard);
  };
  const timer = setInterval(() => void look().catch(onFailure), lookMs).unref();
  return async () => {
    isStopped = true;
    clearInterval(timer);
    await Promise.allSettled(sending);
  };
}

/** Tells what lies behind the place; where there is none yet, everything before now is somebody else's. Answers the end. */
async function catchUp(news: DecisionNews, tell: (change: DecisionChange) => void): Promise<number> {
  const { decisions, database } = news;
  const end = await decisions.lastEvent();
  const place = await readSetting(database, SETTING);
  if (typeof place !== "number") {
    await writePlace(news, end);
    return end;
  }
  const moved = new Map<string, Map<string, Decision>>();
  for (let position = place; ; ) {
    const events = await decisions.listEventsAfter(position, PAGE);
    for (const { who, decision } of events) {
      const ofOne = moved.get(who) ?? new Map<string, Decision>();
      moved.set(who, ofOne.set(decision.id, decision));
    }
    if (events.length < PAGE) break;
    position = events[events.length - 1].position;
  }
  // As they are now: what has ended meanwhile is no news.
  for (const [by, told] of moved) tell({ kind: "decided", by, decisions: [...told.values()] });
  return end;
}

async function writePlace({ database, clock }: DecisionNews, value: number): Promise<void> {
  await writeSetting(database, { name: SETTING, value, atMs: clock.nowMs() });
}
