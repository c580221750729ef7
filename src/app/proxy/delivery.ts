/** Events to `stillwatch serve`, in batches, again and again until they are taken. A request id counts once there: to send twice does no harm. */
import { setTimeout as wait } from "node:timers/promises";

/** Where to. */
export interface DeliverySettings {
  url: string;
  /** A key with the scope `events:write`. */
  key: string;
  /** How long it waits after the first failure. */
  retryMsMin?: number;
}

/** What is told of it: the way is lost, found again, or events had to be dropped. */
export interface DeliveryListener {
  onLost(why: string): void;
  onFound(): void;
  onDropped(count: number, why: string): void;
}

/** Delivers. */
export interface Delivery {
  /**
   * Settles when all lines were taken or dropped, or when it is stopped.
   *
   * @param onSettled Told with every batch how many of the first lines are settled; those need not be kept.
   */
  deliver(lines: readonly string[], onSettled: (count: number) => void): Promise<void>;
  /** Tries once more at once, and gives up after so long. */
  hurry(waitMs: number): void;
  isStopped(): boolean;
}

/** A batch is one write to the disk over there. Characters. */
const BATCH_CHARS_MAX = 4 * 1024 * 1024;
const TIMEOUT_MS = 10_000;
/** After a failure, twice as long each time. */
const RETRY_MS_MIN = 250;
const RETRY_MS_MAX = 15_000;

/** What became of a batch. `refused`: it will never be taken as it is. */
type Sent = { kind: "taken" } | { kind: "later"; why: string; waitMs: number } | { kind: "refused"; why: string };

/** Makes one. */
export function createDelivery(settings: DeliverySettings, listener: DeliveryListener): Delivery {
  const { retryMsMin = RETRY_MS_MIN } = settings;
  const stop = new AbortController();
  let wake = new AbortController();
  let failures = 0;
  /** Sends one batch until it is taken or refused; null when it was stopped before. */
  const sendUntilSettled = async (batch: readonly string[]): Promise<Exclude<Sent, { kind: "later" }> | null> => {
    while (!stop.signal.aborted) {
      const sent = await send(batch, { ...settings, signal: stop.signal });
      if (sent.kind !== "later") {
        if (failures > 0) listener.onFound();
        failures = 0;
        return sent;
      }
      if (failures === 0) listener.onLost(sent.why);
      failures += 1;
      const waitMs = Math.max(sent.waitMs, Math.min(RETRY_MS_MAX, retryMsMin * 2 ** (failures - 1)));
      await wait(waitMs, undefined, { signal: AbortSignal.any([stop.signal, wake.signal]) }).catch(() => null);
    }
    return null;
  };
  return {
    async deliver(lines, onSettled) {
      let at = 0;
      let countMax = Number.POSITIVE_INFINITY;
      while (at < lines.length) {
        const count = Math.min(countMax, countBatch(lines, at));
        const sent = await sendUntilSettled(lines.slice(at, at + count));
        if (sent === null) return;
        if (sent.kind === "refused" && count > 1) {
          // One of them is at fault; it is found by halves.
          countMax = Math.ceil(count / 2);
          continue;
        }
        if (sent.kind === "refused") listener.onDropped(1, sent.why);
        else countMax = Number.POSITIVE_INFINITY;
        at += count;
        onSettled(count);
      }
    },
    hurry(waitMs) {
      wake.abort();
      wake = new AbortController();
      setTimeout(() => stop.abort(), waitMs).unref();
    },
    isStopped: () => stop.signal.aborted,
  };
}

function countBatch(lines: readonly string[], from: number): number {
  let chars = 0;
  let count = 0;
  for (let at = from; at < lines.length; at += 1) {
    if (count > 0 && chars + lines[at].length > BATCH_CHARS_MAX) break;
    chars += lines[at].length;
    count += 1;
  }
  return count;
}

async function send(lines: readonly string[], { url, key, signal }: DeliverySettings & { signal: AbortSignal }): Promise<Sent> {
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
