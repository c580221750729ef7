/** Where events wait for `stillwatch serve`: in memory within a bound, or in a folder, where they outlive the proxy. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { JournalFull, openJournal, type JournalSegment, type SegmentJournal } from "../../store/hand-over/journal.js";
import { createDelivery, type Delivery, type DeliveryListener, type DeliverySettings } from "./delivery.js";

/** Takes records and sends them. */
export interface Outbox {
  add(line: string): void;
  /** Sends what waits, for so long at most. Answers how many events did not go: lost, or kept for the next start. */
  close(waitMs: number): Promise<{ lost: number; kept: number }>;
}

/** What is told of events on their way. */
export interface OutboxListener extends DeliveryListener {
  /** A file of the folder cannot be read, or not be deleted; the others go on, and it is tried again at the next start. */
  onSetAside(file: string, why: string): void;
}

/** A replay of reasoning can follow its answer within a second; so long a record waits for others at most. */
const GATHER_MS = 50;

/** Keeps them in memory. */
export function openMemoryOutbox({ bytesMax, ...settings }: DeliverySettings & { bytesMax: number }, listener: DeliveryListener): Outbox {
  const delivery = createDelivery(settings, listener);
  const waiting: string[] = [];
  const gathered = new AbortController();
  let bytes = 0;
  let running: Promise<void> | null = null;
  const run = async (): Promise<void> => {
    await wait(GATHER_MS, undefined, { signal: gathered.signal }).catch(() => null);
    while (waiting.length > 0 && !delivery.isStopped())
      await delivery.deliver([...waiting], (count) => {
        for (const line of waiting.splice(0, count)) bytes -= line.length;
      });
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
      gathered.abort();
      delivery.hurry(waitMs);
      await running;
      return { lost: waiting.length, kept: 0 };
    },
  };
}

/** Keeps them in a folder, on disk before they are sent. The folder belongs to one process at a time. */
export async function openFolderOutbox(
  { folder, bytesMax, nowMs, ...settings }: DeliverySettings & { folder: string; bytesMax: number; nowMs: () => number },
  listener: OutboxListener,
): Promise<Outbox> {
  const onUnreadable = (path: string, error: unknown): void => listener.onSetAside(basename(path), nameFailure(error));
  const journal = await openJournal({ folder, nowMs, backlogBytesMax: bytesMax, segmentAgeMsMax: GATHER_MS, onUnreadable });
  const adding = new Set<Promise<void>>();
  const sender = createSegmentSender(journal, { delivery: createDelivery(settings, listener), listener });
  journal.onClosed(sender.start);
  sender.start();
  const append = async (line: string): Promise<void> => {
    try {
      await journal.append("native", Buffer.from(line));
    } catch (error) {
      listener.onDropped(1, error instanceof JournalFull ? "the bound of the folder is reached" : nameFailure(error));
    }
  };
  return {
    add(line) {
      const appended = append(line).finally(() => adding.delete(appended));
      adding.add(appended);
    },
    async close(waitMs) {
      await Promise.all(adding);
      await journal.close();
      await sender.finish(waitMs);
      const left = await Promise.all(journal.listClosed().map(async ({ path }) => countLines(path)));
      return { lost: 0, kept: left.reduce((sum, count) => sum + count, 0) };
    },
  };
}

/** Sends what is whole, oldest first. What fails by itself is set aside: everything behind it would wait for it for ever. */
function createSegmentSender(
  journal: SegmentJournal,
  { delivery, listener }: { delivery: Delivery; listener: OutboxListener },
): { start: () => void; finish: (waitMs: number) => Promise<void> } {
  const aside = new Set<number>();
  let running: Promise<void> | null = null;
  const sendSegment = async (segment: JournalSegment): Promise<void> => {
    const lines = (await readFile(segment.path, "utf8")).split("\n").slice(0, -1);
    let left = lines.length;
    await delivery.deliver(
      lines.map((line) => `${line}\n`),
      (count) => (left -= count),
    );
    // What was sent of it goes again after the next start, which counts once.
    if (left === 0) await journal.remove(segment);
  };
  const findNext = (): JournalSegment | undefined => journal.listClosed().find(({ number }) => !aside.has(number));
  const sendAll = async (): Promise<void> => {
    // One turn later: who started it has written down by then that it runs.
    await Promise.resolve();
    for (let next = findNext(); next !== undefined && !delivery.isStopped(); next = findNext()) {
      try {
        await sendSegment(next);
      } catch (error) {
        aside.add(next.number);
        listener.onSetAside(basename(next.path), nameFailure(error));
      }
    }
    running = null;
  };
  const start = (): void => void (running ??= sendAll());
  return {
    start,
    async finish(waitMs) {
      delivery.hurry(waitMs);
      start();
      await running;
    },
  };
}

/** What cannot be read was told when it was set aside, and counts as nothing here. */
async function countLines(path: string): Promise<number> {
  return readFile(path, "utf8").then(
    (text) => text.split("\n").length - 1,
    () => 0,
  );
}

/** The system's code; its message may hold a path. */
function nameFailure(error: unknown): string {
  return error instanceof Error && "code" in error ? `the disk says ${String(error.code)}` : "the disk failed";
}
