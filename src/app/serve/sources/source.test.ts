/** A source that is refused waits, says why, and hands the same again. */
import { expect, it } from "vitest";
import { JournalFull } from "../../../store/hand-over/journal.js";
import { WorkFailed } from "../work/record-thread.js";
import { takePatiently } from "./source.js";

it.concurrent.each([
  ["backlog", new JournalFull(1)],
  ["work", new WorkFailed("it ended")],
  ["disk", new Error("ENOSPC")],
])("counts %s as the reason", async (reason, error) => {
  const reasons: unknown[] = [];
  const faults = [error];
  const taken: string[] = [];
  await takePatiently(
    {
      intake: {
        async take(_format, lines) {
          const fault = faults.pop();
          if (fault !== undefined) throw fault;
          taken.push(lines.toString());
          return { records: 1, isEmpty: false };
        },
      },
      metrics: { count: (_name, labels) => void reasons.push((labels as { reason?: string }).reason) },
      log: { info() {}, warn() {} },
      signal: new AbortController().signal,
    },
    { lines: Buffer.from("1\n"), format: "native", source: "files", origin: { from: "a.log", line: 1 } },
  );
  expect({ reasons, taken }).toEqual({ reasons: [reason], taken: ["1\n"] });
});
