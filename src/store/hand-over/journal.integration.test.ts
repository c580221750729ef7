/** A process that writes to the journal as fast as it can is killed at random moments, again and again on the same folder. */
import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { openJournal } from "./journal.js";

const built = fileURLToPath(new URL("../../../dist/store/hand-over/journal.js", import.meta.url));

/** Appends for ever from several writers, in two formats, with segments so small that they are closed all the time; says what was answered. */
const WRITER = `
import { writeSync } from "node:fs";
const { openJournal } = await import(process.argv[1]);
const [, , folder, round] = process.argv;
const journal = await openJournal({ folder, nowMs: () => Date.now(), backlogBytesMax: 1e9, segmentBytesMax: 20000, segmentAgeMsMax: 20 });
let next = 0;
const write = async (format) => {
  for (;;) {
    const ids = Array.from({ length: 1 + (next % 3) }, () => round + "-" + next++);
    await journal.append(format, Buffer.from(ids.map((id) => JSON.stringify({ id, text: "x".repeat((next * 37) % 3000), end: id }) + "\\n").join("")));
    writeSync(1, ids.join("\\n") + "\\n");
  }
};
for (let writer = 0; writer < 8; writer++) void write(writer % 2 === 0 ? "native" : "otlp");
`;

/** Enough for kills to fall before the first answer, into writes, syncs and renames. */
const KILLS = 25;

async function writeUntilKilled(folder: string, round: number, afterMs: number): Promise<string[]> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", WRITER, built, folder, String(round)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let answered = "";
  let complaint = "";
  child.stdout.on("data", (text: Buffer) => (answered += text.toString()));
  child.stderr.on("data", (text: Buffer) => (complaint += text.toString()));
  const ended = new Promise((resolve) => void child.once("close", resolve));
  setTimeout(() => child.kill("SIGKILL"), afterMs);
  await ended;
  expect(complaint).toBe("");
  // The last line may have been cut by the kill; what was not told whole was not told.
  return answered.split("\n").slice(0, -1);
}

describe("a journal whose process is killed", () => {
  it(`loses nothing that was answered for and tears nothing, ${KILLS} times on one folder`, async () => {
    const folder = await mkdtemp(join(tmpdir(), "stillwatch-kill-"));
    try {
      const answered: string[] = [];
      for (let round = 0; round < KILLS; round++) answered.push(...(await writeUntilKilled(folder, round, 60 + ((round * 61) % 300))));
      const journal = await openJournal({ folder, nowMs: () => Date.now(), backlogBytesMax: 1e9 });
      const kept: string[] = [];
      for (const { path } of journal.listClosed()) {
        const text = await readFile(path, "utf8");
        expect(text.endsWith("\n")).toBe(true);
        for (const line of text.split("\n").slice(0, -1)) {
          const { id, end } = JSON.parse(line) as { id: string; end: string };
          expect(end).toBe(id);
          kept.push(id);
        }
      }
      await journal.close();
      expect((await readdir(folder)).filter((name) => name.endsWith(".open"))).toEqual([]);
      const found = new Set(kept);
      expect(found.size).toBe(kept.length);
      expect(answered.filter((id) => !found.has(id))).toEqual([]);
      // Something was put to the test.
      expect(answered.length).toBeGreaterThan(KILLS * 10);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
