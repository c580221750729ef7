/** Alerts: written down first, then sent, again and again where that fails, and never lost silently. */
import { createHash } from "node:crypto";
import type { FastifyBaseLogger } from "fastify";
import type { RecordDatabase } from "../../store/records/database.js";
import {
  addToOutbox,
  countWaitingOutbox,
  forgetSent,
  listDeadOutbox,
  listDueOutbox,
  markFailed,
  markSent,
  type OutboxEntry,
  reviveOutbox,
} from "../../store/records/outbox.js";
import type { Alert, Alerts, Clock, DeadLetter, Metrics } from "../serve/services.js";
import { deliver, type Receiver } from "./deliver.js";

/** Waits after each failure: a restart of the receiver at first, a night at the end. Then it is a dead letter. */
const RETRY_MS = [5_000, 30_000, 120_000, 600_000, 1_800_000, 7_200_000, 21_600_000, 43_200_000] as const;

/** How often it is looked for what is due again. */
const LOOK_MS = 5_000;

const DAY_MS = 86_400_000;
/** How long what was sent is remembered: the same news is told once within that time. No decision lasts longer. */
const SENT_KEPT_MS = 90 * DAY_MS;

/** Sent in one go; more wait for the next. */
const BATCH_MAX = 50;

/** Dead letters looked at together: each is some kilobytes. */
const PAGE_DEAD = 500;

/** What alerts are made with. */
export interface AlertParts {
  database: RecordDatabase;
  receivers: readonly Receiver[];
  clock: Clock;
  metrics: Pick<Metrics, "count">;
  log: Pick<FastifyBaseLogger, "warn" | "error">;
}

/** Starts sending. Without receivers nothing is written down. */
export function createAlerts(parts: AlertParts): Alerts & { sendDue(): Promise<void> } {
  const { database, receivers, clock } = parts;
  let running: Promise<void> | null = null;
  let isClosed = false;
  const sendDue = async (): Promise<void> => {
    running ??= sendAll(parts, () => isClosed).finally(() => {
      running = null;
    });
    await running;
  };
  const wake = (): void => {
    sendDue().catch(() => parts.log.error({ code: "SW2201" }, "alerts cannot be read from the records; they are tried again"));
  };
  const timer = setInterval(wake, LOOK_MS).unref();
  const forget = (): void => {
    forgetSent(database, clock.nowMs() - SENT_KEPT_MS).catch(() =>
      parts.log.error({ code: "SW2201" }, "old alerts could not be forgotten"),
    );
  };
  forget();
  const forgetting = setInterval(forget, DAY_MS).unref();
  return {
    async send(alert) {
      for (const { id } of receivers)
        await addToOutbox(database, { key: `${id} ${alert.key}`, payload: { receiver: id, alert }, atMs: clock.nowMs() });
      if (receivers.length > 0) wake();
    },
    sendDue,
    listDead: (page) => listDead(database, page),
    countWaiting: async () => countWaitingOutbox(database),
    async retryDead(ids) {
      const revived = await reviveDead(parts, ids);
      if (revived.length > 0) wake();
      return revived;
    },
    async close() {
      isClosed = true;
      clearInterval(timer);
      clearInterval(forgetting);
      await running?.catch(() => {});
    },
  };
}

async function sendAll(parts: AlertParts, isClosed: () => boolean): Promise<void> {
  for (;;) {
    const due = await listDueOutbox(parts.database, { atMs: parts.clock.nowMs(), limit: BATCH_MAX });
    if (due.length === 0) return;
    for (const entry of due) {
      if (isClosed()) return;
      await sendOne(parts, entry);
    }
  }
}

async function sendOne({ database, receivers, clock, metrics, log }: AlertParts, { key, payload, attempts }: OutboxEntry): Promise<void> {
  const { receiver: id, alert } = payload as { receiver: string; alert: Alert };
  const receiver = receivers.find((each) => each.id === id);
  // Named in the settings no more: nobody is left to tell.
  const error =
    receiver === undefined
      ? "no such receiver in the settings"
      : await deliver(receiver, { alert, id: messageId(key), atMs: clock.nowMs() });
  const atMs = clock.nowMs();
  const kind = receiver?.kind ?? "unknown";
  if (error === null) {
    metrics.count("stillwatch_alerts_total", { receiver: kind, outcome: "sent" });
    return markSent(database, { key, atMs });
  }
  const wait = receiver === undefined ? undefined : RETRY_MS[attempts];
  const outcome = wait === undefined ? "dead" : "failed";
  metrics.count("stillwatch_alerts_total", { receiver: kind, outcome });
  log.warn({ code: "SW2202", receiver: id, alert: alert.kind, attempt: attempts + 1, error, outcome }, "an alert did not arrive");
  await markFailed(database, { key, atMs, nextAtMs: wait === undefined ? null : atMs + wait, error });
}

async function listDead(
  database: RecordDatabase,
  { limit, cursor }: { limit: number; cursor: string | null },
): Promise<{ data: DeadLetter[]; next_cursor: string | null }> {
  const entries = await listDeadOutbox(database, { limit: limit + 1, after: cursor === null ? undefined : readCursor(cursor) });
  const page = entries.slice(0, limit);
  const last = page.at(-1);
  return {
    data: page.map(describeDead),
    next_cursor: entries.length > limit && last !== undefined ? writeCursor(last) : null,
  };
}

function describeDead({ key, payload, attempts, createdMs, deadAtMs, lastError }: OutboxEntry): DeadLetter {
  const { receiver, alert } = payload as { receiver: string; alert: Alert };
  return { id: messageId(key), receiver, alert, attempts, createdMs, deadAtMs: deadAtMs ?? createdMs, lastError: lastError ?? "unknown" };
}

function writeCursor({ deadAtMs, key }: OutboxEntry): string {
  return Buffer.from(JSON.stringify([deadAtMs, key])).toString("base64url");
}

/** A cursor that is none begins at the newest. */
function readCursor(cursor: string): { deadAtMs: number; key: string } | undefined {
  try {
    const [deadAtMs, key] = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")) as unknown[];
    return typeof deadAtMs === "number" && typeof key === "string" ? { deadAtMs, key } : undefined;
  } catch {
    return undefined;
  }
}

async function reviveDead({ database, clock }: AlertParts, ids: readonly string[] | null): Promise<string[]> {
  const wanted = ids === null ? null : new Set(ids);
  const revived: string[] = [];
  for (let after: { deadAtMs: number; key: string } | undefined; ; ) {
    const entries = await listDeadOutbox(database, { limit: PAGE_DEAD, after });
    for (const { key } of entries) {
      const id = messageId(key);
      if ((wanted?.has(id) ?? true) && (await reviveOutbox(database, { key, atMs: clock.nowMs() }))) revived.push(id);
    }
    const last = entries.at(-1);
    if (last === undefined || entries.length < PAGE_DEAD) return revived;
    after = { deadAtMs: last.deadAtMs ?? 0, key: last.key };
  }
}

/** The same alert has the same id at every attempt: a receiver that has it knows it again. */
function messageId(key: string): string {
  return `msg_${createHash("sha256").update(key).digest("hex").slice(0, 32)}`;
}
