/**
 * Where the log of a process goes on which others depend. A log that cannot be written (a full disk, a closed terminal, a reader that is gone) costs
 * lines, which are counted, and nothing else: pino's own destination tries the same line without end, and the process answers nobody any more.
 */
import { write, writeSync } from "node:fs";
import { pino, type Logger } from "pino";

/** Lines that wait while one is written. Thousands: more than a start says, and less than anybody misses of memory. */
const WAITING_BYTES_MAX = 1024 * 1024;
/** Where others write to the same pipe, it may be full for a moment. */
const RETRY_MS = 100;

/** Lines that go where they can. */
export interface LogLines {
  write(line: string): void;
  /** Hears of lines that are lost, from the first that ever was. */
  onLost(listener: (lines: number) => void): void;
  /** Writes what waits, once, for a process that ends. */
  flush(): void;
}

/** How bytes are written; for tests. */
export interface LogWriting {
  write(bytes: Buffer, done: (error: NodeJS.ErrnoException | null, writtenBytes: number) => void): void;
  writeSync(bytes: Buffer): void;
  timeIso(): string;
}

/** Makes them. */
export function createLogLines(writing: LogWriting, waitingBytesMax = WAITING_BYTES_MAX): LogLines {
  let waiting: string[] = [];
  let waitingBytes = 0;
  let isWriting = false;
  /** Not yet told in the log itself. */
  let untold = 0;
  let lostInAll = 0;
  let listener: (lines: number) => void = () => {};
  let isWithinLine = false;
  const lose = (lines: number): void => {
    untold += lines;
    lostInAll += lines;
    listener(lines);
  };
  const begin = (): void => {
    isWriting = waiting.length > 0;
    if (!isWriting) return;
    const lines = waiting;
    waiting = [];
    waitingBytes = 0;
    const told = untold;
    const lead = `${isWithinLine ? "\n" : ""}${told === 0 ? "" : describeLost(told, writing.timeIso())}`;
    goOn(Buffer.from(lead + lines.join("")), { lines: lines.length, told });
  };
  const goOn = (bytes: Buffer, about: { lines: number; told: number }): void => {
    writing.write(bytes, (error, writtenBytes) => {
      if (error?.code === "EAGAIN") return void setTimeout(() => goOn(bytes, about), RETRY_MS).unref();
      if (error !== null) {
        lose(about.lines);
        return begin();
      }
      isWithinLine = bytes[writtenBytes - 1] !== NEWLINE;
      if (writtenBytes < bytes.length) return goOn(bytes.subarray(writtenBytes), about);
      untold -= about.told;
      begin();
    });
  };
  return {
    write(line) {
      const bytes = Buffer.byteLength(line);
      if (waitingBytes + bytes > waitingBytesMax) return lose(1);
      waiting.push(line);
      waitingBytes += bytes;
      if (!isWriting) begin();
    },
    onLost(heard) {
      listener = heard;
      if (lostInAll > 0) heard(lostInAll);
    },
    flush() {
      if (waiting.length === 0) return;
      try {
        writing.writeSync(Buffer.from(waiting.splice(0).join("")));
      } catch {
        // Nobody is left who could be told.
      }
    },
  };
}

const NEWLINE = 0x0a;
/** pino's number for a warning. */
const WARN = 40;

function describeLost(lines: number, time: string): string {
  return `${JSON.stringify({ level: WARN, time, lines, msg: "lines of this log could not be written and are lost" })}\n`;
}

/** The log on standard error, as JSON lines. */
export function logToStandardError(level: string): { log: Logger; onLost: (listener: (lines: number) => void) => void } {
  const lines = createLogLines({
    write: (bytes, done) => write(STANDARD_ERROR, bytes, done),
    writeSync: (bytes) => void writeSync(STANDARD_ERROR, bytes),
    timeIso: () => new Date().toISOString(),
  });
  process.once("exit", () => lines.flush());
  return {
    log: pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, lines),
    onLost: (listener) => lines.onLost(listener),
  };
}

const STANDARD_ERROR = 2;
