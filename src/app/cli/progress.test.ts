import { describe, expect, it } from "vitest";
import { createProgress, formatDuration } from "./progress.js";

function record({ isTTY = false }: { isTTY?: boolean }) {
  let text = "";
  let now = 0;
  const stream = { isTTY, columns: 79, write: (piece: string) => void (text += piece) };
  const progress = createProgress({ stream, nowMs: () => now });
  return { progress, read: () => text, pass: (ms: number) => void (now += ms) };
}

describe("progress", () => {
  it("on a terminal redraws one line with share, rate and time left", () => {
    const { progress, read, pass } = record({ isTTY: true });
    progress.start("reading", "requests");
    pass(10_000);
    progress.update({ done: 25, total: 100, count: 500_000, note: "3 lines quarantined" });
    pass(1);
    progress.update({ done: 26, total: 100, count: 500_001 });
    pass(30_000);
    progress.finish();
    expect(read().split("\r\u001b[K").slice(1)).toEqual(
      [
        "reading …",
        "reading [██████░░░░░░░░░░░░░░░░░░]  25 % · 500,000 requests · 50,000/s · 30 s ",
        "reading: 40 s · 500,001 requests · 12,500/s",
      ].map((line, index) => (index === 2 ? `${line}\n` : line)),
    );
  });

  it("elsewhere writes a plain line now and then, and one at the end", () => {
    const { progress, read, pass } = record({});
    progress.start("reading", "requests");
    for (let step = 0; step < 25; step++) {
      pass(1000);
      progress.update({ done: step, total: 100, count: step * 10 });
    }
    progress.finish("done");
    expect(read().split("\n")).toEqual([
      "reading   9 % · 90 requests · 9/s · 1 min 41 s left",
      "reading  19 % · 190 requests · 10/s · 1 min 25 s left",
      "reading: 25 s · 240 requests · 10/s · done",
      "",
    ]);
  });

  it.each([
    [0, "0.0 s"],
    [449, "0.4 s"],
    [9960, "10 s"],
    [59_400, "59 s"],
    [185_000, "3 min 05 s"],
    [7_620_000, "2 h 07 min"],
  ])("%d ms are %s", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});
