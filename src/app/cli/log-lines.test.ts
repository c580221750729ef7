/** Lines of a log: in order while they can be written, counted where they cannot, and never in the way. */
import { expect, it } from "vitest";
import { createLogLines, type LogLines } from "./log-lines.js";

type Outcome = "ok" | "ENOSPC" | "half";

/** A log whose next writes go as told, and by itself well. */
function makeLog(
  outcomes: Outcome[],
  waitingBytesMax?: number,
): { lines: LogLines; written: () => string; settle(): void; lost: () => number } {
  let written = "";
  let lost = 0;
  const pending: (() => void)[] = [];
  const lines = createLogLines(
    {
      write: (bytes, done) =>
        void pending.push(() => {
          const outcome = outcomes.shift() ?? "ok";
          if (outcome === "ENOSPC") return done(Object.assign(new Error("no space"), { code: "ENOSPC" }), 0);
          const part = outcome === "half" ? bytes.subarray(0, bytes.length / 2) : bytes;
          written += part.toString();
          done(null, part.length);
        }),
      writeSync: (bytes) => void (written += bytes.toString()),
      timeIso: () => "2026-05-01T00:00:00.000Z",
    },
    waitingBytesMax,
  );
  lines.onLost((count) => (lost += count));
  const settle = (): void => {
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) next();
  };
  return { lines, written: () => written, settle, lost: () => lost };
}

const TOLD = (lines: number): string =>
  `{"level":40,"time":"2026-05-01T00:00:00.000Z","lines":${lines},"msg":"lines of this log could not be written and are lost"}\n`;

it.each<[string, Outcome[], string, number]>([
  ["all is well", [], "a\nb\nc\n", 0],
  ["half of it is written at a time", ["half", "half", "half"], "a\nb\nc\n", 0],
  ["the first cannot be written, and that is told before the next", ["ENOSPC"], `${TOLD(1)}b\nc\n`, 1],
  ["none can", ["ENOSPC", "ENOSPC"], "", 3],
  ["one breaks off within its line", ["half", "ENOSPC"], `a\n${TOLD(1)}b\nc\n`, 1],
])("%s", (_, outcomes, expected, lost) => {
  const log = makeLog(outcomes);
  for (const line of ["a\n", "b\n", "c\n"]) log.lines.write(line);
  log.settle();
  expect([log.written(), log.lost()]).toEqual([expected, lost]);
});

it("tells at the next line that is written what was lost long before, once", () => {
  const log = makeLog(["ENOSPC", "ENOSPC"]);
  for (const line of ["a\n", "b\n", "c\n", "d\n"]) {
    log.lines.write(line);
    log.settle();
  }
  expect(log.written()).toBe(`${TOLD(2)}c\nd\n`);
});

it("holds no more than it may while a reader is stuck", () => {
  const log = makeLog([], 4);
  for (let line = 0; line < 100; line++) log.lines.write("x\n");
  expect(log.lost()).toBe(97);
  log.settle();
  expect(log.written()).toBe(`x\n${TOLD(97)}x\nx\n`);
});

it("who listens late hears of all that was lost", () => {
  const log = makeLog(["ENOSPC"]);
  log.lines.write("a\n");
  log.settle();
  let heard = 0;
  log.lines.onLost((lines) => (heard += lines));
  expect(heard).toBe(1);
});

it("a process that ends writes what waits", () => {
  const log = makeLog([]);
  log.lines.write("a\n");
  log.lines.write("b\n");
  log.lines.flush();
  expect(log.written()).toBe("b\n");
});
