/** What a start opened, closed again in turn. */
import type { FastifyBaseLogger } from "fastify";
import { noteFailure } from "./telling.js";

/** What must be closed, in the order in which it was opened. */
export interface Closers {
  add(part: string, close: () => Promise<void>): void;
  /** Closes the last first; one that fails keeps none from being closed. Once: later calls wait for the first. */
  closeAll: () => Promise<void>;
  isClosing: () => boolean;
}

/** Begins a list. */
export function createClosers(log: FastifyBaseLogger): Closers {
  const open: { part: string; close: () => Promise<void> }[] = [];
  let closing: Promise<void> | null = null;
  const closeAll = async (): Promise<void> => {
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { part, close } = next;
      await close().catch((error: unknown) => noteFailure(log, { error, part }));
    }
  };
  return {
    add: (part, close) => void open.push({ part, close }),
    closeAll: async () => (closing ??= closeAll()),
    isClosing: () => closing !== null,
  };
}
