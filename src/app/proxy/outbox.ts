/** Events on their way to `stillwatch serve`: in batches, again and again until they are taken, within a bound of memory. */
import { setTimeout as wait } from "node:timers/promises";

/** Where to. */
export interface OutboxSettings {
  url: string;
  /** A key with the scope `events:write`. */
  key: string;
  /** Bytes that may wait. */
  bytesMax: number;
}

/** What is told of it: the way is lost, found again, or events had to be dropped. */
export interface OutboxListener {
  onLost(why: string): void;
  onFound(): void;
  /** So many since the last time. */
  onDropped(count: number, why: string): void;
}

/** Takes records and sends them. */
export interface Outbox {
  add(line: string): void;
  /** Sends what waits, for so long at most; answers how many records did not go. */
  close(waitMs: number): Promise<number>;
}

/** A batch is one write to the disk over there. Bytes. */
const BATCH_BYTES_MAX = 4 * 1024 * 1024;
/** A replay of reasoning can follow its answer within a second; so long a record waits for others at most. */
const GATHER_MS = 50;
const TIMEOUT_MS = 10_000;
/** After a failure, twice as long each time. */
const RETRY_MS_MIN = 250;
const RETRY_MS_MAX = 15_000;

/** What became of a batch. `refused`: it will never be taken as it is. */
type Sent = { kind: "taken" } | { kind: "later"; why: string; waitMs: number } | { kind: "refused"; why: string };

/** Opens one. A request id counts once over there, so what may have arrived is sent again without harm. */
export function openOutbox({ url, key, bytesMax }: OutboxSettings, listener: OutboxListener): Outbox {
  const waiting: string[] = [];
  let bytes = 0;
  let isClosing = false;
  let isLost = false;
  let failures = 0;
  let countMax = Number.POSITIVE_INFINITY;
  let running: Promise<void> | null = null;
  let wake = new AbortController();
  const stop = new AbortController();

  const drop = (count: number, why: string): void => {
    for (const line of waiting.splice(0, count)) bytes -= line.length;
    listener.onDropped(count, why);
  };
  const sendNext = async (): Promise<void> => {
    const count = Math.min(countMax, countBatch(waiting));
    const sent = await send(waiting.slice(0, count), { url, key, signal: stop.signal });
    if (sent.kind === "later") {
      if (!isLost) listener.onLost(sent.why);
      isLost = true;
      failures += 1;
      const waitMs = Math.max(sent.waitMs, Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** (failures - 1)));
      await wait(waitMs, undefined, { signal: AbortSignal.any([stop.signal, wake.signal]) }).catch(() => null);
      return;
    }
    if (isLost) listener.onFound();
    isLost = false;
    failures = 0;
    if (sent.kind === "refused" && count > 1) {
      // One of them is at fault; it is found by halves.
      countMax = Math.ceil(count / 2);
      return;
    }
    countMax = sent.kind === "refused" ? countMax : Number.POSITIVE_INFINITY;
    if (sent.kind === "refused") drop(count, sent.why);
    else for (const line of waiting.splice(0, count)) bytes -= line.length;
  };
  const run = async (): Promise<void> => {
    if (!isClosing) await wait(GATHER_MS, undefined, { signal: wake.signal }).catch(() => null);
    while (waiting.length > 0 && !stop.signal.aborted) await sendNext();
    running = null;
  };
  return {
    add(line) {
      if (bytes + line.length > bytesMax && waiting.length > 0) {
        listener.onDropped(1, "the bound of memory is reached");
        return;
      }
      waiting.push(line);
      bytes += line.length;
      running ??= run();
    },
    async close(waitMs) {
      isClosing = true;
      // What waits after a failure tries once more at once.
      wake.abort();
      wake = new AbortController();
      const timer = setTimeout(() => stop.abort(), waitMs);
      await running;
      clearTimeout(timer);
      return waiting.length;
    },
  };
}

function countBatch(waiting: readonly string[]): number {
  let bytes = 0;
  let count = 0;
  for (const { length } of waiting) {
    if (count > 0 && bytes + length > BATCH_BYTES_MAX) break;
    bytes += length;
    count += 1;
  }
  return count;
}

async function send(lines: readonly string[], { url, key, signal }: { url: string; key: string; signal: AbortSignal }): Promise<Sent> {
  try {
    const response = await fetch(new URL("/v1/events", url), {
      method: "POST",
      headers: { "content-type": "application/x-ndjson", "x-stillwatch-key": key },
      body: lines.join(""),
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      redirect: "error",
    });
    await response.arrayBuffer();
    if (response.status === 202) return { kind: "taken" };
    const why = `stillwatch answered ${response.status}`;
    // Too large for a bound over there, or unreadable: it stays so.
    if (response.status === 413 || response.status === 400) return { kind: "refused", why };
    return { kind: "later", why, waitMs: 1000 * (Number(response.headers.get("retry-after")) || 0) };
  } catch (error) {
    return { kind: "later", why: `stillwatch could not be reached (${error instanceof Error ? error.name : "unknown"})`, waitMs: 0 };
  }
}
